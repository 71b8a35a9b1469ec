"""Reads the updates that nearly all are, a person's words to the assistant, without the client library.

That takes a fifth of the time. Whatever is not exactly such an update is left to `updates.Reader`; what both can read
they read alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.core.model import Incoming, IncomingKind
from handlers.telegram import CHANNEL
from handlers.telegram.updates import commanded

if TYPE_CHECKING:
    from collections.abc import Mapping

_UPDATE = {"update_id", "message"}
_MESSAGE = {"message_id", "from", "chat", "date", "text"}
_MAY_HAVE = _MESSAGE | {"entities"}


def words(found: Mapping[str, Any], bot: int, now: int) -> Incoming | None:
    """Returns what a person wrote to the assistant alone; None for every other update. `now` in ms."""
    message = found.get("message")
    if found.keys() != _UPDATE or not isinstance(message, dict):
        return None
    if not (message.keys() >= _MESSAGE and message.keys() <= _MAY_HAVE):
        return None
    chat, sender, text = message["chat"], message["from"], message["text"]
    if not _is_private(chat) or not _is_person(sender) or not isinstance(text, str) or not text:
        return None
    numbers = (found["update_id"], message["message_id"])
    if not all(type(number) is int for number in numbers):
        return None
    name, last, language = sender["first_name"], sender.get("last_name"), sender.get("language_code")
    base = Incoming(
        channel=CHANNEL,
        update_id=f"{bot}:{found['update_id']}",
        chat=str(chat["id"]),
        sender=str(sender["id"]),
        kind=IncomingKind.TEXT,
        at=now,
        text=text,
        sender_name=f"{name} {last}" if last else name,
        language_hint=language,
        message_id=str(message["message_id"]),
    )
    return _marked(message.get("entities"), base)


def _marked(entities: object, base: Incoming) -> Incoming | None:
    """A command, where the words begin with one; None where the marks are not as they should be."""
    if entities is None or entities == []:
        return base
    first = entities[0] if isinstance(entities, list) else None
    if not isinstance(first, dict) or type(first.get("offset")) is not int or type(first.get("length")) is not int:
        return None
    if first.get("type") != "bot_command" or first["offset"] != 0:
        return base
    return commanded(base, first["length"])


def _is_private(chat: object) -> bool:
    return isinstance(chat, dict) and chat.get("type") == "private" and type(chat.get("id")) is int


def _is_person(sender: object) -> bool:
    return (
        isinstance(sender, dict)
        and sender.get("is_bot") is False
        and type(sender.get("id")) is int
        and isinstance(sender.get("first_name"), str)
        and all(isinstance(sender.get(name), str | None) for name in ("last_name", "language_code"))
    )
