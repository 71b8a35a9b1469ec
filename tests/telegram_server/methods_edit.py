"""Changing what stands: editing, deleting, reacting, pinning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.constants import ReactionEmoji

from tests.telegram_server import render
from tests.telegram_server.access import bot_standing, editable, find_message, readable, require
from tests.telegram_server.errors import bad
from tests.telegram_server.keyboards import check_markup
from tests.telegram_server.methods_media import media_content
from tests.telegram_server.methods_messages import check_identifiers
from tests.telegram_server.posting import caption_content, service, text_content

if TYPE_CHECKING:
    from tests.telegram_server.state import Chat, Json, Stored, World

Params = dict[str, Any]

CHANGEABLE = 48 * 3600
_MEDIA = frozenset({"photo", "document", "voice", "video", "sticker"})
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_EMOJI = frozenset(str(emoji.value) for emoji in ReactionEmoji)


def edit_message_text(world: World, params: Params) -> Json:
    content = text_content(params)
    message = _own(world, params)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    return _change(world, message, content, params)


def edit_message_caption(world: World, params: Params) -> Json:
    caption = caption_content(params)
    message = _own(world, params)
    if _MEDIA.isdisjoint(message.content):
        raise bad("there is no caption in the message to edit")
    bare = {key: value for key, value in message.content.items() if not key.startswith("caption")}
    return _change(world, message, bare | caption, params)


def edit_message_media(world: World, params: Params) -> Json:
    item = params["media"]
    content = media_content(world, item["type"], item["media"], item)
    message = _own(world, params)
    if _MEDIA.isdisjoint(message.content):
        raise bad("there is no media in the message to edit")
    return _change(world, message, content, params)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    message = _own(world, params)
    return _change(world, message, message.content, params)


def _own(world: World, params: Params) -> Stored:
    """The bot's own message to edit: within 48 hours, or later with inline buttons; no reply keyboard on it."""
    chat = editable(world, params)
    message = find_message(world, chat, params.get("message_id"), "message to edit")
    too_old = world.clock.now() - message.date > CHANGEABLE
    keyboard = message.markup is not None and "inline_keyboard" not in message.markup
    foreign = message.sender_id != world.bot.id or message.forward_origin is not None
    forced = keyboard and "force_reply" not in (message.markup or {})
    if foreign or forced or (too_old and message.markup is None):
        raise bad("message can't be edited")
    return message


def _change(world: World, message: Stored, content: Json, params: Params) -> Json:
    """Without `reply_markup` the buttons go, as in Telegram."""
    markup = check_markup(params.get("reply_markup"), world.chats[message.chat_id])
    if content == message.content and markup == message.markup:
        raise bad(_NOT_MODIFIED)
    world.change_message(message, content, markup)
    return render.message(world, message)


def delete_message(world: World, params: Params) -> bool:
    chat = editable(world, params)
    message = find_message(world, chat, params.get("message_id"), "message to delete")
    if refusal := _undeletable(world, chat, message):
        raise bad(refusal)
    world.delete_message(message)
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Leaves out what is gone or cannot be deleted."""
    chat = editable(world, params)
    check_identifiers(params["message_ids"], ordered=False)
    for identifier in params["message_ids"]:
        message = world.message(chat.id, identifier)
        if message is not None and not _undeletable(world, chat, message):
            world.delete_message(message)
    return True


def _undeletable(world: World, chat: Chat, message: Stored) -> str:
    if "forum_topic_created" in message.content:
        return "message can't be deleted"
    standing = bot_standing(world, chat) if chat.type != "private" else None
    if standing is not None and "can_delete_messages" in standing.rights:
        return ""
    if standing is not None and message.sender_id != world.bot.id:
        return "message can't be deleted"
    if world.clock.now() - message.date > CHANGEABLE:
        return "message can't be deleted for everyone"
    return ""


def set_message_reaction(world: World, params: Params) -> bool:
    """At most one emoji of those Telegram offers; an empty list takes it back."""
    chat = editable(world, params)
    message = find_message(world, chat, params["message_id"], "message to react")
    reactions = params.get("reaction") or []
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(item["type"] != "emoji" or item["emoji"] not in _EMOJI for item in reactions):
        raise bad("REACTION_INVALID")
    message.reactions[world.bot.id] = reactions
    world.touch(message)
    return True


def pin_chat_message(world: World, params: Params) -> bool:
    chat = _pinnable(world, params)
    message = find_message(world, chat, params["message_id"], "message to pin")
    if message.id in chat.pinned:
        raise bad("CHAT_NOT_MODIFIED")
    chat.pinned.append(message.id)
    pinned = render.message(world, message, nested=True)
    service(world, chat, world.bot.id, {"pinned_message": pinned}, message.thread_id)
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """Without `message_id` the latest pinned one."""
    chat = _pinnable(world, params)
    identifier = params.get("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if identifier not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(identifier)
    world.touch()
    return True


def _pinnable(world: World, params: Params) -> Chat:
    chat = readable(world, params)
    require(world, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    return chat
