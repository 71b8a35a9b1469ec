"""Values to JSON text and back, by their types; what cannot be read back is refused, not guessed."""

from __future__ import annotations

from pydantic import TypeAdapter

from bot.core.conversation import Conversation
from bot.core.mail import Mail
from bot.core.model import Content, Incoming
from bot.core.notices import Notice

_INCOMING = TypeAdapter(Incoming)
_MAIL = TypeAdapter(Mail)
_CONVERSATION = TypeAdapter(Conversation)
_CONTENT = TypeAdapter(Content)
_NOTICE = TypeAdapter(Notice)

_MOST_WRITTEN = 256
_written: dict[str, Mail] = {}
"""Messages that this process has written and not read yet: mostly it sends them itself a moment later."""


def incoming_to_json(incoming: Incoming) -> str:
    """Returns the JSON text of what arrived."""
    return _INCOMING.dump_json(incoming).decode()


def incoming_from_json(text: str) -> Incoming:
    """Reads `incoming_to_json` back. Raises pydantic.ValidationError for anything else."""
    return _INCOMING.validate_json(text)


def mail_to_json(mail: Mail) -> str:
    """Returns the JSON text of a message to send."""
    text = _MAIL.dump_json(mail).decode()
    if len(_written) >= _MOST_WRITTEN:
        _written.clear()
    _written[text] = mail
    return text


def mail_from_json(text: str) -> Mail:
    """Reads `mail_to_json` back. Raises pydantic.ValidationError for anything else."""
    return _written.pop(text, None) or _MAIL.validate_json(text)


def conversation_to_json(conversation: Conversation) -> str:
    """Returns the JSON text of a conversation's state."""
    return _CONVERSATION.dump_json(conversation).decode()


def conversation_from_json(text: str) -> Conversation:
    """Reads `conversation_to_json` back. Raises pydantic.ValidationError for anything else."""
    return _CONVERSATION.validate_json(text)


def remembered(text: str) -> Conversation:
    """Reads a stored conversation; "", of which nothing is kept any more, is a new one. Raises as above."""
    return conversation_from_json(text) if text else Conversation()


def content_to_json(content: Content) -> str:
    """Returns the JSON text of what is to be said."""
    return _CONTENT.dump_json(content).decode()


def content_from_json(text: str) -> Content:
    """Reads the JSON text of what is to be said. Raises pydantic.ValidationError for anything else."""
    return _CONTENT.validate_json(text)


def notice_to_json(notice: Notice) -> str:
    """Returns the JSON text of a notice."""
    return _NOTICE.dump_json(notice).decode()


def notice_from_json(text: str) -> Notice:
    """Reads `notice_to_json` back. Raises pydantic.ValidationError for anything else."""
    return _NOTICE.validate_json(text)
