"""Dated notices: proposed first, and shown from the moment somebody publishes them until they are over or withdrawn.

A proposal is a row that was withdrawn in the moment in which it was made; publishing it takes that back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, bindparam, case, delete, insert, select, update

from bot.store.codec import notice_from_json, notice_to_json
from bot.store.reading_once import Once
from bot.store.tables import notices

if TYPE_CHECKING:
    from bot.core.notices import Notice

_log = structlog.get_logger("store")
_proposed = notices.c.withdrawn_at == notices.c.created_at
_once = Once()
_CURRENT = (
    select(notices.c.id, notices.c.notice, notices.c.until)
    .where(notices.c.withdrawn_at.is_(None), notices.c.until > bindparam("now"))
    .order_by(notices.c.id)
)


def add(connection: Connection, notice: Notice, until: int, author: str, now: int) -> int:
    """Keeps a notice that is not published yet, and returns its number. `until`: it is over then (ms)."""
    statement = insert(notices).values(
        notice=notice_to_json(notice), until=until, author=author, created_at=now, withdrawn_at=now
    )
    return int(connection.execute(statement.returning(notices.c.id)).scalar_one())


def publish(connection: Connection, number: int, now: int) -> bool:
    """Publishes a proposed notice that is not over; False if there is none, whoever published or dropped it."""
    _once.forget(connection)
    statement = update(notices).where(notices.c.id == number, _proposed, notices.c.until > now)
    return connection.execute(statement.values(withdrawn_at=None)).rowcount == 1


def drop(connection: Connection, number: int) -> bool:
    """Forgets a proposed notice; False if there is none."""
    return connection.execute(delete(notices).where(notices.c.id == number, _proposed)).rowcount == 1


def withdraw(connection: Connection, number: int, now: int) -> bool:
    """Takes a published notice back for good; False if it is not shown any more."""
    _once.forget(connection)
    # Never the moment it was made, which would make a proposal of it again.
    later = case((notices.c.created_at < now, now), else_=notices.c.created_at + 1)
    statement = update(notices).where(notices.c.id == number, notices.c.withdrawn_at.is_(None), notices.c.until > now)
    return connection.execute(statement.values(withdrawn_at=later)).rowcount == 1


def current(connection: Connection, now: int) -> tuple[Notice, ...]:
    """Returns the published notices that are not over, oldest first."""
    return tuple(notice for until, notice in _once.get(connection, lambda: _read(connection, now)) if until > now)


def _read(connection: Connection, now: int) -> list[tuple[int, Notice]]:
    """The notices with the moment (ms) at which each is over."""
    found: list[tuple[int, Notice]] = []
    for row in connection.execute(_CURRENT, {"now": now}):
        try:
            found.append((row.until, replace(notice_from_json(row.notice), id=row.id)))
        except ValueError:  # written by another version of the program; residents are answered all the same
            _log.warning("unreadable notice", number=row.id)
    return found
