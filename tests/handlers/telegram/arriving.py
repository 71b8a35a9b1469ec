"""What Telegram sends, put together by hand: people, chats, messages; and what is read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import Bot, Update

from handlers.telegram.plain import words
from handlers.telegram.updates import Reader

if TYPE_CHECKING:
    from bot.core.model import Incoming

BOT_ID, STAFF_CHAT = 42, -1001234567890
NOW, SENT = 1_795_500_000_000, 1_795_499_999
READER = Reader(BOT_ID, (str(STAFF_CHAT),))
BOT = Bot("42:a-token-for-tests")

PERSON = {"id": 100, "is_bot": False, "first_name": "Ewa", "last_name": "Nowak", "language_code": "pl"}
OTHER_PERSON = {"id": 300, "is_bot": False, "first_name": "Bo"}
CLERK = {"id": 200, "is_bot": False, "first_name": "Anna"}
SELF = {"id": BOT_ID, "is_bot": True, "first_name": "Assistant", "username": "ballerup_bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
OTHER_BOT = {"id": 43, "is_bot": True, "first_name": "Other"}

PRIVATE = {"id": 100, "type": "private", "first_name": "Ewa"}
FORUM = {"id": STAFF_CHAT, "type": "supergroup", "title": "Staff", "is_forum": True}
PLAIN_GROUP = {"id": STAFF_CHAT, "type": "supergroup", "title": "Staff"}
OTHER_GROUP = {"id": -100555, "type": "supergroup", "title": "Neighbours"}
NEWS = {"id": -100777, "type": "channel", "title": "News"}

FILE = {"file_id": "f", "file_unique_id": "u"}
IMAGE = {**FILE, "width": 1, "height": 1}
PLACE = {"longitude": 12.36, "latitude": 55.73}
STICKER = {**IMAGE, "type": "regular", "is_animated": False, "is_video": False}


def make_message(
    chat: dict[str, Any] = PRIVATE, sender: dict[str, Any] | None = PERSON, **fields: Any
) -> dict[str, Any]:
    message = {"message_id": 7, "date": SENT, "chat": chat, **fields}
    return message if sender is None else {**message, "from": sender}


def command(text: str, length: int, offset: int = 0) -> dict[str, Any]:
    return {"text": text, "entities": [{"type": "bot_command", "offset": offset, "length": length}]}


def read_update(**fields: Any) -> Incoming | None:
    """What is read; where there is a quicker way, it must read the same."""
    found = {"update_id": 5, **fields}
    quickly = words(found, BOT_ID, NOW)
    incoming = READER.read(Update.de_json(found, BOT), NOW)
    assert quickly is None or quickly == incoming
    return incoming


def read(chat: dict[str, Any] = PRIVATE, sender: dict[str, Any] | None = PERSON, **fields: Any) -> Incoming | None:
    return read_update(message=make_message(chat, sender, **fields))


def staff(**fields: Any) -> Incoming | None:
    """A message of a clerk in the topic 30 of the staff group."""
    return read(FORUM, CLERK, **{"message_thread_id": 30, "is_topic_message": True, **fields})
