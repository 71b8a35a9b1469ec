"""Which tables hold something of a person, and the way from a person to their rows. Each table is named here once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, func, or_, select

from bot.store.tables import (
    answered,
    audit,
    conversations,
    daily,
    feedback,
    gaps,
    given,
    inbox,
    marks,
    notices,
    outbox,
    pauses,
    promises,
    proposals,
    staff_drafts,
    ticket_events,
    ticket_messages,
    tickets,
    timers,
    topics,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Table

CASE_TABLES = (ticket_messages, ticket_events, topics, promises, staff_drafts, proposals)
"""What belongs to a case by its number, in the order in which it can be deleted."""


def resident_lane(channel: str, chat: str) -> str:
    """Returns the lane of what a person writes."""
    return f"{channel}:{chat}:resident"


def _conversation(channel: str, chat: str) -> Select[int]:
    return select(conversations.c.id).where(conversations.c.channel == channel, conversations.c.chat == chat)


def _cases(channel: str, chat: str) -> Select[int]:
    return select(tickets.c.id).where(tickets.c.conversation_id.in_(_conversation(channel, chat)))


def _case(table: Table) -> Callable[[str, str], ColumnElement[bool]]:
    return lambda channel, chat: table.c.ticket_id.in_(_cases(channel, chat))


def _chat(table: Table) -> Callable[[str, str], ColumnElement[bool]]:
    return lambda channel, chat: (table.c.channel == channel) & (table.c.chat == chat)


def _inbox(channel: str, chat: str) -> ColumnElement[bool]:
    """What they wrote, and what staff wrote in the topics of their cases."""
    place = tickets.c.staff_channel + ":" + tickets.c.staff_chat + ":staff:" + tickets.c.staff_thread
    now = select(place).where(tickets.c.id.in_(_cases(channel, chat)), tickets.c.staff_thread.is_not(None))
    once = select(topics.c.channel + ":" + topics.c.chat + ":staff:" + topics.c.thread)
    once = once.where(topics.c.ticket_id.in_(_cases(channel, chat)))
    return or_(inbox.c.lane == resident_lane(channel, chat), inbox.c.lane.in_(now), inbox.c.lane.in_(once))


def _outbox(channel: str, chat: str) -> ColumnElement[bool]:
    return or_(_chat(outbox)(channel, chat), outbox.c.ticket_id.in_(_cases(channel, chat)))


PERSONAL: Mapping[Table, Callable[[str, str], ColumnElement[bool]]] = {
    conversations: _chat(conversations),
    tickets: lambda channel, chat: tickets.c.conversation_id.in_(_conversation(channel, chat)),
    **{table: _case(table) for table in CASE_TABLES},
    inbox: _inbox,
    outbox: _outbox,
    timers: _chat(timers),
    given: lambda channel, chat: given.c.conversation_id.in_(_conversation(channel, chat)),
}
"""Table -> which of its rows are about the person in a chat of a channel."""

IMPERSONAL: Mapping[Table, str] = {
    answered: "counts by language and confidence",
    feedback: "counts by entry and language",
    daily: "counts by day, language and topic",
    gaps: "known words of questions, without names and numbers, and how often they came",
    notices: "what staff tell everybody",
    pauses: "what is paused",
    audit: "what administrators did; ids only, and never those of residents",
    marks: "small values of the system; ids of staff and of staff groups, numbers of erased cases",
}
"""Table -> why no resident can be found in it."""


def rows(table: Table, channel: str, chat: str) -> Select[int]:
    """Returns the query that counts a person's rows in a table of PERSONAL."""
    return select(func.count()).select_from(table).where(PERSONAL[table](channel, chat))
