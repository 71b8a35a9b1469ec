"""Erases what is not kept any more, in batches of bounded size, and counts what should not be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, delete, exists, func, not_, or_, select, tuple_, update

from bot.core.model import IncomingKind
from bot.core.retention import KINDS, Retention
from bot.core.ticket import OPEN
from bot.store.personal import CaseTopic, erase_cases, topics_of
from bot.store.tables import (
    conversations,
    daily,
    gaps,
    given,
    inbox,
    notices,
    outbox,
    proposals,
    staff_drafts,
    ticket_messages,
    tickets,
    timers,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Table

_OPEN = [state.value for state in OPEN]
_TABLES: Mapping[str, Table] = {
    "conversations": conversations,
    "tickets": tickets,
    "inbox": inbox,
    "outbox": outbox,
    "staff_drafts": staff_drafts,
    "proposals": proposals,
    "given": given,
    "gaps": gaps,
    "notices": notices,
    "figures": daily,
}
_ORDER = ("tickets", *(kind for kind in KINDS if kind != "tickets"))  # a conversation goes when its cases are gone


@dataclass(frozen=True, slots=True)
class Purged:
    """How much of each kind went, and the staff topics (channel, chat, thread) that must go as well."""

    counts: Mapping[str, int]
    topics: tuple[tuple[str, str, str], ...]

    @property
    def total(self) -> int:
        """How much went in all."""
        return sum(self.counts.values())

    def unfinished(self, most: int) -> tuple[str, ...]:
        """The kinds of which there may be more, where up to `most` of each went: conversations go after their cases."""
        full = {kind for kind, count in self.counts.items() if count >= most}
        return tuple(kind for kind in KINDS if kind in full or (kind == "conversations" and "tickets" in full))


def purge(connection: Connection, periods: Retention, now: int, most: int, kinds: Collection[str] = KINDS) -> Purged:
    """Erases up to `most` of each of `kinds` that is older than its period. What somebody has in hand stays for next
    time.

    Once `total` is 0, nothing is left to erase, see `overdue`.
    """
    counts: dict[str, int] = {}
    places: tuple[tuple[str, str, str], ...] = ()
    for kind in (one for one in _ORDER if one in kinds):
        before = periods.before(kind, now)
        if kind == "tickets":
            counts[kind], places = _purge_tickets(connection, before, most)
        elif kind == "conversations":
            counts[kind] = _purge_conversations(connection, before, most)
        else:
            counts[kind] = _purge_rows(connection, _TABLES[kind], _over(kind, before), most)
    return Purged({kind: counts[kind] for kind in KINDS if kind in counts}, places)


def overdue(connection: Connection, periods: Retention, now: int) -> Mapping[str, int]:
    """Returns by kind how much is there that is older than its period."""
    found: dict[str, int] = {}
    for kind in KINDS:
        statement = select(func.count()).select_from(_TABLES[kind]).where(_over(kind, periods.before(kind, now)))
        found[kind] = connection.execute(statement).scalar_one()
    return found


def _over(kind: str, before: int) -> ColumnElement[bool]:
    """Says of a row of a kind whether its time is over. What is not decided or not delivered has no such time yet."""
    return {
        "conversations": _over_conversation(before),
        "tickets": and_(tickets.c.updated_at < before, tickets.c.state.not_in(_OPEN)),
        "inbox": inbox.c.done_at < before,
        "outbox": outbox.c.settled_at < before,
        "staff_drafts": staff_drafts.c.created_at < before,
        "proposals": proposals.c.created_at < before,
        "given": given.c.at < before,
        "gaps": gaps.c.last_at < before,
        "notices": notices.c.until < before,
        "figures": daily.c.day < datetime.fromtimestamp(before / 1000, UTC).date().isoformat(),
    }[kind]


def _over_conversation(before: int) -> ColumnElement[bool]:
    """Nothing was said for long, no case is open, no reminder is due: and it has words, or not even an old case."""
    cases = tickets.c.conversation_id == conversations.c.id
    reminder = and_(
        timers.c.channel == conversations.c.channel,
        timers.c.chat == conversations.c.chat,
        timers.c.kind == IncomingKind.REMINDER.value,
    )
    return and_(
        conversations.c.updated_at < before,
        not_(exists().where(cases, tickets.c.state.in_(_OPEN))),
        not_(exists().where(reminder)),
        or_(conversations.c.state != "", not_(exists().where(cases))),
    )


def _purge_rows(connection: Connection, table: Table, over: ColumnElement[bool], most: int) -> int:
    key = tuple_(*table.primary_key.columns)
    some = select(*table.primary_key.columns).where(over).order_by(*table.primary_key.columns).limit(most)
    return connection.execute(delete(table).where(key.in_(some.with_for_update(skip_locked=True)))).rowcount


def _purge_conversations(connection: Connection, before: int, most: int) -> int:
    """One that still has closed cases leads from them to the person: only its words go."""
    some = select(conversations.c.id).where(_over_conversation(before)).order_by(conversations.c.id).limit(most)
    found = set(connection.execute(some.with_for_update(skip_locked=True)).scalars())
    with_cases = set(
        connection.execute(select(tickets.c.conversation_id).where(tickets.c.conversation_id.in_(found))).scalars()
    )
    connection.execute(update(conversations).where(conversations.c.id.in_(with_cases)).values(state=""))
    gone = found - with_cases
    connection.execute(delete(given).where(given.c.conversation_id.in_(gone)))
    connection.execute(delete(conversations).where(conversations.c.id.in_(gone)))
    return len(found)


def _purge_tickets(connection: Connection, before: int, most: int) -> tuple[int, tuple[tuple[str, str, str], ...]]:
    """Locks as all others do: conversations, tickets, outbox."""
    over = _over("tickets", before)
    some = select(tickets.c.id, tickets.c.conversation_id).where(over).order_by(tickets.c.id).limit(most)
    people = {row.conversation_id for row in connection.execute(some)}
    free = select(conversations.c.id).where(conversations.c.id.in_(people)).order_by(conversations.c.id)
    locked = list(connection.execute(free.with_for_update(skip_locked=True)).scalars())
    columns = (tickets.c.id, tickets.c.staff_channel, tickets.c.staff_chat, tickets.c.staff_thread)
    mine = select(*columns).where(over, tickets.c.conversation_id.in_(locked)).order_by(tickets.c.id).limit(most)
    cases = [CaseTopic(*row) for row in connection.execute(mine.with_for_update(skip_locked=True))]
    numbers, places = [case.number for case in cases], topics_of(connection, cases)
    said = select(ticket_messages.c.id).where(ticket_messages.c.ticket_id.in_(numbers))
    about = or_(outbox.c.ticket_id.in_(numbers), outbox.c.ticket_message_id.in_(said))
    connection.execute(delete(outbox).where(about))
    erase_cases(connection, numbers)
    return len(cases), places
