"""Reactions, shown on the other side: a resident's on the answer of staff, those of staff on the resident's message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.service.mails import reaction_mail
from bot.service.posting import lane
from bot.service.receipts import receipt_of
from bot.store import tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.model import Incoming
    from bot.service.posting import Posts


def by_resident(connection: Connection, posts: Posts, incoming: Incoming) -> None:
    """Shows a resident's reaction to an answer where it was written; taken back, the receipt stands there again."""
    channel, chat, message_id = incoming.channel, incoming.chat, incoming.message_id or ""
    answer = tickets.by_copy_at_resident(connection, channel, chat, message_id)
    if answer is None or not answer.source_message or answer.source_chat is None:
        return
    ticket = tickets.find(connection, answer.ticket)
    if ticket is None or (answer.source_channel, answer.source_chat) != (ticket.staff_channel, ticket.staff_chat):
        return
    mark = incoming.argument or receipt_of(answer)
    mail = reaction_mail(answer.source_channel or "", answer.source_chat, answer.source_message, mark)
    posts.react(connection, replace(mail, lane=lane(ticket), staff=True, ticket=ticket.id))


def by_staff(connection: Connection, posts: Posts, incoming: Incoming) -> None:
    """Shows a reaction of staff to a resident's message, or to its copy, on the message itself."""
    channel, chat, message_id = incoming.channel, incoming.chat, incoming.message_id or ""
    said = tickets.by_copy_at_staff(connection, channel, chat, message_id)
    if said is None or not said.source_message or said.source_chat is None or said.source_channel is None:
        return
    posts.react(
        connection, reaction_mail(said.source_channel, said.source_chat, said.source_message, incoming.argument)
    )
