"""Looking into tables, whatever they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, func, select

from bot.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.store.database import Database


def rows(database: Database, table: Table) -> list[Mapping[str, Any]]:
    """All rows of a table, oldest first."""
    key: Column[Any] = next(iter(table.primary_key))
    return database.run(lambda c: [dict(row) for row in c.execute(select(table).order_by(key)).mappings()])


def column(database: Database, table: Table, name: str) -> list[Any]:
    """One column of all rows, oldest first."""
    return [row[name] for row in rows(database, table)]


def size(database: Database, table: Table) -> int:
    """How many rows a table has."""
    return int(database.run(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one()))


def sizes(database: Database) -> Mapping[str, int]:
    """How many rows each table has."""
    return {table.name: size(database, table) for table in metadata.sorted_tables}


def all_text(database: Database) -> str:
    """Everything that is written anywhere in the database, as one text."""
    found = []
    for table in metadata.sorted_tables:
        for row in rows(database, table):
            found += [str(value) for value in row.values() if value is not None]
    return "\n".join(found)
