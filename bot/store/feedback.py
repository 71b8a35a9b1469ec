"""Counts of how answers were rated, without any word or person: what editors need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from bot.store.inbox import insert_once
from bot.store.tables import feedback

if TYPE_CHECKING:
    from collections.abc import Sequence


def count(connection: Connection, entry: str, language: str, *, helpful: bool, missing: str = "") -> None:
    """Counts one rating of `entry` in `language`; `missing` says what was missing, once the person said it."""
    row = {"entry": entry, "language": language, "rating": "yes" if helpful else "no", "missing": missing}
    statement = insert_once(connection)(feedback).values(**row, count=1)
    connection.execute(statement.on_conflict_do_update(index_elements=list(row), set_={"count": feedback.c.count + 1}))


def counts(connection: Connection) -> Sequence[tuple[str, str, str, str, int]]:
    """Returns entry, language, rating, what was missing, and count, in this order."""
    columns = (feedback.c.entry, feedback.c.language, feedback.c.rating, feedback.c.missing, feedback.c.count)
    rows = connection.execute(select(*columns).order_by(*columns[:4]))
    return [(entry, language, rating, missing, count) for entry, language, rating, missing, count in rows]
