"""Messages to residents, ready for the outbox; and the leaving of a group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.mail import Mail, Priority

if TYPE_CHECKING:
    from bot.core.mail import Copy
    from bot.core.model import Content, Incoming


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


def edit_mail(
    channel: str, chat: str, content: Content, language: str, ticket_message: int, file: Copy | None = None
) -> Mail:
    """Returns the change of what a resident got for `ticket_message`; of the words under it where it is a `file`.

    `content` is a corrected `desk_replies.staff_reply`, which is said where nothing can be changed any more.
    """
    mail = resident_mail(channel, chat, content, language, ticket_message=ticket_message)
    return replace(mail, kind="edit", copy=file)


def reaction_mail(channel: str, chat: str, message_id: str, mark: str) -> Mail:
    """Returns a reaction on a message in a resident's chat; without a `mark` it is taken back. See `Posts.react`."""
    return Mail(
        channel=channel,
        chat=chat,
        lane=f"{channel}:{chat}",
        kind="react",
        language="",
        priority=Priority.CARD,
        target=message_id,
        mark=mark,
    )


def leave_mail(channel: str, chat: str) -> Mail:
    """Returns the leaving of a group, after all that was to be said there before."""
    return Mail(
        channel=channel, chat=chat, lane=f"{channel}:{chat}", kind="leave", language="", priority=Priority.REPLY
    )


def last_word(channel: str, chat: str, content: Content, language: str) -> Mail:
    """Returns the last message to somebody who was erased; nothing of it is kept once it is settled."""
    return replace(resident_mail(channel, chat, content, language), kind="last_word")


def document_mail(channel: str, chat: str, form: str, language: str) -> Mail:
    """Returns the file with what is kept of the person; it is made when it is sent, so that no copy lies here."""
    return Mail(
        channel=channel,
        chat=chat,
        lane=f"{channel}:{chat}",
        kind="document",
        language=language,
        priority=Priority.REPLY,
        target=form,
    )


def delete_topic_mail(channel: str, chat: str, thread: str) -> Mail:
    """Returns the deletion of the staff topic of a case that was erased."""
    return Mail(
        channel=channel,
        chat=chat,
        lane=f"{channel}:{chat}:topic:{thread}",
        kind="delete_topic",
        language="",
        priority=Priority.RELAY,
        target=thread,
        staff=True,
    )


def ticket_lane(channel: str | None, chat: str | None, number: int) -> str:
    """Returns the ordering key of what goes into a ticket's staff topic."""
    return f"{channel}:{chat}:ticket:{number}"


def staff_mail(channel: str, chat: str, content: Content, language: str, thread: str = "") -> Mail:
    """Returns something for a staff group outside of any ticket: in the topic `thread`, or the general one."""
    return Mail(
        channel=channel,
        chat=chat,
        lane=f"{channel}:{chat}:topic:{thread or 'general'}",
        kind="say",
        language=language,
        priority=Priority.RELAY,
        content=content,
        target=thread,
        staff=True,
    )


def staff_answer(incoming: Incoming, ticket: int | None, content: Content, language: str) -> Mail:
    """Returns an answer to staff in the place where they wrote: the topic of `ticket`, another one, or the general one.

    In the topic of a ticket it keeps the order of what is said there.
    """
    channel, chat = incoming.channel, incoming.chat
    mail = staff_mail(channel, chat, content, language, incoming.thread or "")
    if ticket is None:
        return mail
    return replace(mail, lane=ticket_lane(channel, chat, ticket), target="", ticket=ticket)
