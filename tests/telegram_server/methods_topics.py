"""Forum topics, after TDLib's ForumTopicManager: who made a topic may edit and close it without the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.telegram_server import render
from tests.telegram_server.access import GENERAL_TOPIC, has_right, require_forum
from tests.telegram_server.errors import bad
from tests.telegram_server.posting import service, tell
from tests.telegram_server.state import Topic

if TYPE_CHECKING:
    from tests.telegram_server.state import Chat, Json, World

Params = dict[str, Any]

NAME_LIMIT = 128
ICON_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


def create_forum_topic(world: World, params: Params) -> Json:
    chat = require_forum(world, params)
    if not (has_right(world, chat, "can_manage_topics") or has_right(world, chat, "can_create_topics")):
        raise bad("not enough rights to create a topic")
    color = params.get("icon_color", ICON_COLORS[0])
    if color not in ICON_COLORS:
        raise bad("invalid icon color specified")
    topic = open_topic(world, chat, world.bot.id, _name(params), color)
    topic.icon_custom_emoji_id = params.get("icon_custom_emoji_id", "")
    return render.forum_topic(topic)


def open_topic(world: World, chat: Chat, creator_id: int, name: str, color: int = ICON_COLORS[0]) -> Topic:
    """A new topic. Its creation is a service message, which the bot is told of, its own too."""
    created = {"forum_topic_created": {"name": name, "icon_color": color}}
    message = world.add_message(chat, creator_id, created)
    message.thread_id = message.id
    topic = chat.topics[message.id] = Topic(message.id, name, creator_id, color)
    tell(world, message)
    return topic


def _name(params: Params) -> str:
    """Topic names are trimmed and cut at 128 characters without a word."""
    name = " ".join(str(params["name"]).split())[:NAME_LIMIT].strip()
    if not name:
        raise bad("name must be non-empty")
    return name


def edit_forum_topic(world: World, params: Params) -> bool:
    chat, topic = _managed(world, params, "edit the topic")
    if "name" not in params and "icon_custom_emoji_id" not in params:
        return True
    name = _name(params) if params.get("name") else topic.name
    icon = params.get("icon_custom_emoji_id", topic.icon_custom_emoji_id)
    if (name, icon) == (topic.name, topic.icon_custom_emoji_id):
        raise bad("TOPIC_NOT_MODIFIED")
    changed: Json = {"name": name} if name != topic.name else {}
    if icon != topic.icon_custom_emoji_id:
        changed["icon_custom_emoji_id"] = icon
    topic.name, topic.icon_custom_emoji_id = name, icon
    service(world, chat, world.bot.id, {"forum_topic_edited": changed}, topic.thread_id)
    return True


def close_forum_topic(world: World, params: Params) -> bool:
    chat, topic = _managed(world, params, "edit the topic")
    set_closed(world, chat, topic, closed=True, by=world.bot.id)
    return True


def reopen_forum_topic(world: World, params: Params) -> bool:
    chat, topic = _managed(world, params, "edit the topic")
    set_closed(world, chat, topic, closed=False, by=world.bot.id)
    return True


def set_closed(world: World, chat: Chat, topic: Topic, *, closed: bool, by: int) -> None:
    """Closes or reopens, with its service message. Raises TOPIC_NOT_MODIFIED where it is so already."""
    if topic.closed == closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    name = "forum_topic_closed" if closed else "forum_topic_reopened"
    service(world, chat, by, {name: {}}, topic.thread_id)


def delete_forum_topic(world: World, params: Params) -> bool:
    chat, topic = _topic(world, params)
    if not has_right(world, chat, "can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    erase_topic(world, chat, topic)
    return True


def erase_topic(world: World, chat: Chat, topic: Topic) -> None:
    """Deletes a topic with its messages; the bot is not told."""
    topic.deleted = True
    for message in list(world.visible(chat)):
        if message.thread_id == topic.thread_id:
            world.delete_message(message)
    world.touch()


def unpin_all_forum_topic_messages(world: World, params: Params) -> bool:
    chat, topic = _topic(world, params)
    if not has_right(world, chat, "can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
    chat.pinned = [number for number in chat.pinned if chat.messages[number].thread_id != topic.thread_id]
    world.touch()
    return True


def _topic(world: World, params: Params) -> tuple[Chat, Topic]:
    chat = require_forum(world, params)
    thread_id = params["message_thread_id"]
    topic = chat.topics.get(thread_id)
    if topic is None or thread_id == GENERAL_TOPIC:
        raise bad("TOPIC_ID_INVALID")
    if topic.deleted:
        raise bad("TOPIC_DELETED")
    return chat, topic


def _managed(world: World, params: Params, what: str) -> tuple[Chat, Topic]:
    chat, topic = _topic(world, params)
    if not has_right(world, chat, "can_manage_topics") and topic.creator_id != world.bot.id:
        raise bad(f"not enough rights to {what}")
    return chat, topic
