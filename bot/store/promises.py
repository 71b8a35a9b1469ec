"""Promises of an answer: when each was made, by when it is due, and whether it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, case, func, insert, select, update

from bot.store.tables import promises

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Kept:
    """How many promises of a time were kept, and how many there were."""

    kept: int
    all: int


def make(connection: Connection, ticket: int, department: str, now: int, due_at: int) -> int:
    """Notes a promise that is due at `due_at` (ms) and returns its id; an open one of the ticket is replaced."""
    settle(connection, ticket, now, "void")
    statement = insert(promises).values(ticket_id=ticket, department=department, made_at=now, due_at=due_at)
    key = connection.execute(statement).inserted_primary_key
    if key is None:
        raise LookupError("the database gave no key for a new promise")
    return int(key[0])


def settle(connection: Connection, ticket: int, now: int, outcome: str | None) -> None:
    """Ends the open promise of a ticket as `outcome`; None: kept or late, by the time."""
    by_time = case((promises.c.due_at >= now, "kept"), else_="late")
    connection.execute(
        update(promises)
        .where(promises.c.ticket_id == ticket, promises.c.settled_at.is_(None))
        .values(settled_at=now, outcome=by_time if outcome is None else outcome)
    )


def is_open(connection: Connection, identity: int) -> bool:
    """True while a promise is neither kept nor void."""
    statement = select(promises.c.id).where(promises.c.id == identity, promises.c.settled_at.is_(None))
    return connection.execute(statement).first() is not None


def share(connection: Connection, since: int, until: int) -> Mapping[str, Kept]:
    """Returns by department how many promises that fell due from `since` to before `until` (ms) were kept.

    One that is still open counts as not kept.
    """
    kept = func.sum(case((promises.c.outcome == "kept", 1), else_=0))
    statement = (
        select(promises.c.department, kept.label("kept"), func.count().label("all"))
        .where(promises.c.due_at >= since, promises.c.due_at < until)
        .where(promises.c.outcome.is_distinct_from("void"))
        .group_by(promises.c.department)
        .order_by(promises.c.department)
    )
    return {row.department: Kept(int(row.kept), int(row.all)) for row in connection.execute(statement)}
