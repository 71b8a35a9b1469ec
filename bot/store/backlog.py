"""What waits, how long it has waited, and how the desk stands: figures for whoever runs the assistant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, case, func, literal_column, select

from bot.core.mail import Priority
from bot.core.ticket import OPEN
from bot.store.tables import daily, inbox, outbox, promises, tickets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_SPAN = 30 * 24 * 3600 * 1000  # of promises, in ms
_MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts and ages (ms; None where nothing waits) at one moment.

    `outbox` is counted by state; `tickets`, the open ones, by state and department; `promises`, those that fell due in
    the last 30 days, by outcome (kept, late, void, or missed while still open); `decided`, of the day, by language and
    outcome.
    """

    inbox: int
    inbox_age: int | None
    outbox: Mapping[str, int]
    outbox_age: int | None
    tickets: Mapping[tuple[str, str], int]
    promises: Mapping[str, int]
    decided: Mapping[tuple[str, str], int]


def oldest_reply(connection: Connection, now: int) -> int | None:
    """Returns how long (ms) the reply to a person has been due that waits longest; None where none does.

    Only the first of each lane counts, and neither cards nor what goes to many: those wait for the channel's limits.
    What is in hand or waits for its next try is not due.
    """
    earlier = outbox.alias("earlier")
    blocked = (
        select(literal_column("1"))
        .where(earlier.c.lane == outbox.c.lane, earlier.c.settled_at.is_(None), earlier.c.seq < outbox.c.seq)
        .exists()
    )
    since = case((outbox.c.not_before > outbox.c.created_at, outbox.c.not_before), else_=outbox.c.created_at)
    oldest = connection.execute(
        select(func.min(since))
        .where(outbox.c.settled_at.is_(None), outbox.c.state == "pending", outbox.c.not_before <= now)
        .where(outbox.c.priority <= int(Priority.REPLY), ~blocked)
    ).scalar()
    return None if oldest is None else max(now - int(oldest), 0)


def read(connection: Connection, now: int, today: date) -> Backlog:
    """Returns the figures at `now` (ms); `today` is the day in Denmark."""
    waiting = select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.done_at.is_(None))
    count, oldest = connection.execute(waiting).one()
    unsent = select(outbox.c.state, func.count()).where(outbox.c.settled_at.is_(None)).group_by(outbox.c.state)
    open_ones = (
        select(tickets.c.state, tickets.c.department, func.count())
        .where(tickets.c.state.in_([state.value for state in OPEN]))
        .group_by(tickets.c.state, tickets.c.department)
    )
    kept = (
        select(func.coalesce(promises.c.outcome, _MISSED), func.count())
        .where(promises.c.due_at > now - _SPAN, promises.c.due_at <= now)
        .group_by(promises.c.outcome)
    )
    decided = (
        select(daily.c.language, daily.c.outcome, func.sum(daily.c.count))
        .where(daily.c.day == today.isoformat())
        .group_by(daily.c.language, daily.c.outcome)
    )
    return Backlog(
        inbox=count,
        inbox_age=None if oldest is None else max(now - oldest, 0),
        outbox=dict(connection.execute(unsent).all()),
        outbox_age=oldest_reply(connection, now),
        tickets={(state, department): number for state, department, number in connection.execute(open_ones)},
        promises=dict(connection.execute(kept).all()),
        decided={(language, outcome): int(number) for language, outcome, number in connection.execute(decided)},
    )
