"""Counts of a day: what was decided, handed over and rated, by language and topic, without any word or person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from bot.store.inbox import INSERTS
from bot.store.tables import daily

if TYPE_CHECKING:
    from collections.abc import Sequence

HANDED_OVER = "handed_over"
"""The outcome of a ticket that was opened."""

HELPED, NOT_HELPED = "helped", "not_helped"
"""The outcomes of an answer that was rated."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How often `outcome` came about on `day` (of Denmark) in `language`; `topic` is "" where none is known."""

    day: date
    language: str
    topic: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class Total:
    """How often `outcome` came about in a span of days, by language and topic."""

    language: str
    topic: str
    outcome: str
    count: int


_COUNT = {
    name: kind(daily).on_conflict_do_update(
        index_elements=["day", "language", "topic", "outcome"], set_={"count": daily.c.count + 1}
    )
    for name, kind in INSERTS.items()
}


def count(connection: Connection, day: date, language: str, topic: str, outcome: str) -> None:
    """Counts one `outcome` (a `bot.core.answer.Kind`, or one of the above) on a Danish day."""
    row = {"day": day.isoformat(), "language": language[:16], "topic": topic[:64], "outcome": outcome, "count": 1}
    connection.execute(_COUNT[connection.dialect.name], row)


def read(connection: Connection, since: date, until: date) -> Sequence[Counted]:
    """Returns every count from the day `since` to before the day `until`, oldest first."""
    columns = (daily.c.day, daily.c.language, daily.c.topic, daily.c.outcome, daily.c.count)
    span = (daily.c.day >= since.isoformat(), daily.c.day < until.isoformat())
    rows = connection.execute(select(*columns).where(*span).order_by(*columns[:4]))
    return [
        Counted(date.fromisoformat(day), language, topic, outcome, count)
        for day, language, topic, outcome, count in rows
    ]


def totals(connection: Connection, since: date, until: date) -> Sequence[Total]:
    """Returns the counts from the day `since` to before the day `until`, with the days added up."""
    columns = (daily.c.language, daily.c.topic, daily.c.outcome)
    span = (daily.c.day >= since.isoformat(), daily.c.day < until.isoformat())
    statement = select(*columns, func.sum(daily.c.count)).where(*span).group_by(*columns).order_by(*columns)
    return [
        Total(language, topic, outcome, int(total)) for language, topic, outcome, total in connection.execute(statement)
    ]
