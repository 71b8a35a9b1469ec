"""Messages to residents, ready for the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.mail import Mail, Priority

if TYPE_CHECKING:
    from bot.core.mail import Copy
    from bot.core.model import Content


def resident_mail(
    channel: str,
    chat: str,
    content: Content,
    language: str,
    *,
    priority: Priority = Priority.REPLY,
    ticket_message: int | None = None,
) -> Mail:
    """Returns a message in `language` to a resident's chat; `ticket_message` is the staff message it carries."""
    return Mail(
        channel=channel,
        chat=chat,
        lane=f"{channel}:{chat}",
        kind="say",
        language=language,
        priority=priority,
        content=content,
        ticket_message=ticket_message,
    )


def resident_copy(channel: str, chat: str, copy: Copy, language: str, ticket_message: int) -> Mail:
    """Returns the copy of a file from staff to a resident's chat."""
    return Mail(
        channel=channel,
        chat=chat,
        lane=f"{channel}:{chat}",
        kind="copy",
        language=language,
        priority=Priority.REPLY,
        copy=copy,
        ticket_message=ticket_message,
    )
