"""May the bot do this here? Chats, rights and topics, refused in Telegram's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tests.telegram_server.errors import bad, forbidden, migrated

if TYPE_CHECKING:
    from tests.telegram_server.state import Chat, Member, Stored, Topic, World

Params = dict[str, Any]

GENERAL_TOPIC = 1
_SENDING = {
    "can_send_messages": "text messages",
    "can_send_photos": "photos",
    "can_send_documents": "documents",
    "can_send_voice_notes": "voice notes",
    "can_send_videos": "videos",
}


class Place(NamedTuple):
    """Where a message goes: the chat, and in a forum the topic (None is the general one)."""

    chat: Chat
    thread_id: int | None


def find_chat(world: World, chat_id: object) -> Chat:
    """The chat the bot can know of. Raises `chat not found`."""
    if chat_id in (None, ""):
        raise bad("chat_id is empty")
    chat = world.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None or (chat.type == "private" and not _met(world, chat.id)):
        raise bad("chat not found")
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    return chat


def _met(world: World, user_id: int) -> bool:
    groups = (chat for chat in world.chats.values() if chat.type != "private")
    return world.accounts[user_id].started or any(user_id in chat.members for chat in groups)


def readable(world: World, params: Params, key: str = "chat_id") -> Chat:
    """The chat, where the bot may read. Raises ApiError 400 or 403."""
    chat = find_chat(world, params.get(key))
    if chat.type != "private":
        _check_membership(chat, bot_standing(world, chat))
    return chat


def editable(world: World, params: Params) -> Chat:
    """The chat, where the bot may change what it wrote."""
    if params.get("chat_id") == world.bot.id:
        raise forbidden("the bot can't send messages to the bot")
    chat = readable(world, params)
    if chat.type == "private":
        _check_person(world, chat)
    return chat


def _check_person(world: World, chat: Chat) -> None:
    person = world.accounts[chat.id]
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")


def bot_standing(world: World, chat: Chat) -> Member:
    return chat.members[world.bot.id]


def _check_membership(chat: Chat, standing: Member) -> None:
    if standing.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if standing.status == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")


def writable(world: World, params: Params, right: str = "can_send_messages") -> Place:
    """Where a new message of a kind may be sent: checks the chat, the topic and the right, in this order."""
    chat = editable(world, params)
    thread_id = params.get("message_thread_id")
    topic = find_thread(chat, thread_id) if thread_id else None
    _check_sending(world, chat, right)
    if topic is not None:
        _check_open(world, chat, topic)
    return Place(chat, topic.thread_id if topic else None)


def find_thread(chat: Chat, thread_id: int) -> Topic | None:
    """The topic to write in; None where the chat has none. Raises `message thread not found`."""
    if chat.type != "private" and not chat.is_forum:
        return None
    topic = chat.topics.get(thread_id)
    if topic is None or topic.deleted or thread_id == GENERAL_TOPIC:
        raise bad("message thread not found")
    return topic


def _check_open(world: World, chat: Chat, topic: Topic) -> None:
    """Whether an administrator may still write in a closed topic is not known for sure: refused unless allowed."""
    may = chat.admins_write_in_closed_topics and has_right(world, chat, "can_manage_topics")
    if topic.closed and not may:
        raise bad("TOPIC_CLOSED")


def _check_sending(world: World, chat: Chat, right: str) -> None:
    if chat.type == "private" or has_right(world, chat, right):
        return
    if chat.type == "channel":
        raise bad("need administrator rights in the channel chat")
    raise bad(f"not enough rights to send {_SENDING[right]} to the chat")


def has_right(world: World, chat: Chat, right: str) -> bool:
    """An administrator may send anything; other rights of theirs are named; members have the chat's permissions."""
    if chat.type == "private":
        return True
    standing = bot_standing(world, chat)
    if standing.status == "administrator":
        return right in standing.rights or right in _SENDING
    if chat.type == "channel":
        return False
    return right in (standing.rights if standing.status == "restricted" else chat.permissions)


def require(world: World, chat: Chat, right: str, refusal: str) -> None:
    if not has_right(world, chat, right):
        raise bad(refusal)


def find_message(world: World, chat: Chat, message_id: int | None, what: str) -> Stored:
    """A message that is there, or `{what} not found` ("message to edit", "message to copy" …)."""
    if message_id is None:
        raise bad("message identifier is not specified")
    message = world.message(chat.id, message_id)
    if message is None:
        raise bad(f"{what} not found")
    return message


def require_forum(world: World, params: Params) -> Chat:
    chat = readable(world, params)
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    return chat
