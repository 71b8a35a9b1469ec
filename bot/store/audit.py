"""The audit log: rows are only ever added. The database itself refuses to change or delete one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select, text

from bot.core.audit import AuditRow, Head, faults, follow, head_of
from bot.store.tables import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.audit import AuditFault

_APPENDING = 0x61756474  # the advisory lock of those who append; any number that nobody else uses


def append(connection: Connection, at: int, actor: str, action: str, details: Mapping[str, str | int]) -> AuditRow:
    """Adds what `actor` did at `at` (ms) and returns the row. Who appends at the same time waits.

    `details` hold ids only: no names and no texts of people.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _APPENDING})
    last = read(connection, 1)
    row = follow(head_of(last), at, actor, action, details)
    columns = ("seq", "at", "actor", "action", "details", "previous", "hash")
    connection.execute(insert(audit).values({name: getattr(row, name) for name in columns}))
    return row


def read(connection: Connection, last: int | None = None) -> tuple[AuditRow, ...]:
    """Returns the `last` rows, oldest first; None: all of them."""
    found = connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(last)).mappings()
    return tuple(AuditRow(**row) for row in found)[::-1]


def verify(connection: Connection, noted: Head | None = None) -> tuple[AuditFault, ...]:
    """Returns what is wrong with the whole log; () if nothing is. `noted`: a head that it once had."""
    return faults(read(connection), noted)


def head(connection: Connection) -> Head:
    """Returns how many rows there are and the hash of the last one."""
    return head_of(read(connection, 1))
