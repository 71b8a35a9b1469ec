"""Which keys a database is encrypted with, and its move to the newest one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Text, delete, func, literal, select, type_coerce, update

from bot.store import marks
from bot.store.sealing import SEALED, UNREADABLE, Sealed, missing_key
from bot.store.tables import marks as mark_rows
from bot.store.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.store.sealing import Keyring

_MARK = "key:"

COLUMNS: tuple[Column[Any], ...] = tuple(
    column for table in metadata.sorted_tables for column in table.columns if isinstance(column.type, Sealed)
)
"""The columns that are encrypted."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A part of a column: the key of its last row (None: there is none after it), and how many rows were encrypted
    anew, and how many could not be read."""

    last: int | None
    changed: int = 0
    unreadable: int = 0


def admit(connection: Connection, keyring: Keyring | None) -> None:
    """At start: notes the newest key. Raises DatabaseError when a key is missing with which something is encrypted."""
    used = require_keys(connection, keyring)
    if keyring is not None and keyring.newest not in used:
        marks.put(connection, _MARK + keyring.newest, "")


def require_keys(connection: Connection, keyring: Keyring | None) -> frozenset[str]:
    """Returns the ids of the keys with which something is encrypted. Raises DatabaseError when one is missing."""
    noted = select(mark_rows.c.name).where(mark_rows.c.name.startswith(_MARK, autoescape=True))
    used = frozenset(name.removeprefix(_MARK) for name in connection.execute(noted).scalars())
    missing = sorted(used - (keyring.ids if keyring else frozenset()))
    if missing:
        raise missing_key(missing)
    return used


def reseal(connection: Connection, column: Column[Any], keyring: Keyring, after: int, most: int) -> Batch:
    """Encrypts up to `most` rows of a column with the newest key, of those after the row `after`.

    Rows that somebody has in hand are left out: they stay for another pass.
    """
    (key,) = column.table.primary_key.columns
    old = _old(column, keyring)
    statement = select(key, column, type_coerce(column, Text).label("stored")).where(old, key > after)
    statement = statement.order_by(key).limit(most).with_for_update(skip_locked=True)
    found = connection.execute(statement).all()
    unreadable = 0
    for identity, value, stored in found:
        if value == UNREADABLE and stored.startswith(SEALED):
            unreadable += 1
        else:
            connection.execute(update(column.table).where(key == identity).values({column.name: value}))
    return Batch(found[-1][0] if found else None, len(found) - unreadable, unreadable)


def left(connection: Connection, keyring: Keyring) -> int:
    """Returns how many values are not encrypted with the newest key."""
    counts = (select(func.count()).select_from(column.table).where(_old(column, keyring)) for column in COLUMNS)
    return sum(connection.execute(count).scalar_one() for count in counts)


def forget_old(connection: Connection, keyring: Keyring) -> bool:
    """Notes that only the newest key is needed from now on; False where something still needs another one."""
    if left(connection, keyring):
        return False
    old = mark_rows.c.name.startswith(_MARK, autoescape=True) & (mark_rows.c.name != _MARK + keyring.newest)
    connection.execute(delete(mark_rows).where(old))
    return True


def _old(column: Column[Any], keyring: Keyring) -> ColumnElement[bool]:
    """Values that are there, and not encrypted with the newest key."""
    stored = type_coerce(column, Text)
    begin = literal(f"{SEALED}{keyring.newest}$")
    return (stored != "") & (func.substr(stored, 1, func.length(begin)) != begin)
