"""What is paused now: everything, topics, languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select

from bot.core.pausing import REASONS, SCOPES, Pause
from bot.store.inbox import insert_once
from bot.store.reading_once import Once
from bot.store.tables import pauses

if TYPE_CHECKING:
    from bot.core.pausing import PauseReason


_once = Once()
_CURRENT = select(pauses).order_by(pauses.c.scope, pauses.c.name)  # "all" is the first scope


def put(connection: Connection, pause: Pause, now: int) -> None:
    """Sets a pause; one that is there already gets the new reason."""
    _once.forget(connection)
    key = {"scope": pause.scope, "name": pause.name}
    statement = insert_once(connection)(pauses).values(**key, reason=pause.reason, since=now)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_={"reason": pause.reason}))


def lift(connection: Connection, scope: str, name: str) -> bool:
    """Ends a pause; False if there is none."""
    _once.forget(connection)
    return connection.execute(delete(pauses).where(pauses.c.scope == scope, pauses.c.name == name)).rowcount == 1


def current(connection: Connection) -> tuple[Pause, ...]:
    """Returns what is paused, the widest first.

    A reason that this version does not know, because another one wrote it, is given as the most general.
    """
    return _once.get(connection, lambda: _read(connection))


def _read(connection: Connection) -> tuple[Pause, ...]:
    found = connection.execute(_CURRENT)
    return tuple(Pause(row.scope, row.name, _reason(row.reason)) for row in found if row.scope in SCOPES)


def _reason(reason: str) -> PauseReason:
    return next((known for known in REASONS if known == reason), REASONS[0])
