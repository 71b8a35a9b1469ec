"""Migrations of databases that hold something: nothing that is there is lost on the way up, nor on the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Boolean, Column, Connection, MetaData, Table, insert, inspect, select, text

from bot.errors import DatabaseError
from bot.store.database import HEAD, Database, revisions
from tests.store.test_migrations import differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_EACH = 3
_PAIRS = list(zip(revisions(), revisions()[1:], strict=False))

Rows = dict[str, list["Mapping[str, Any]"]]


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def _tables(connection: Connection) -> list[Table]:
    """The tables as they are, whatever version they are of."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _value(column: Column[Any], number: int) -> object:
    if column.foreign_keys:
        return number
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    return f"{column.name} {number}"[: column.type.length] if hasattr(column.type, "length") else number


def fill(database: Database) -> None:
    """A few rows in each table of whatever version, with every column set."""

    def work(connection: Connection) -> None:
        for table in _tables(connection):
            for number in range(1, _EACH + 1):
                row = {column.name: _value(column, number) for column in table.columns}
                connection.execute(insert(table).values(row))

    database.run(work)


def contents(database: Database) -> Rows:
    def read(connection: Connection) -> Rows:
        found: Rows = {}
        for table in _tables(connection):
            rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
            found[table.name] = [dict(row) for row in rows]
        return found

    return database.run(read)


def lost(before: Rows, after: Rows) -> list[str]:
    """What `before` has and `after` has not, or has otherwise; more tables and columns are no loss."""
    found = []
    for name, rows in before.items():
        if len(after.get(name, [])) != len(rows):
            found.append(f"{name}: {len(rows)} rows became {len(after.get(name, []))}")
            continue
        for old, new in zip(rows, after[name], strict=True):
            changed = [key for key in old if new.get(key) != old[key]]
            found += [f"{name}.{key}: {old[key]} became {new.get(key)}" for key in changed]
    return found


@pytest.mark.parametrize(("before", "after"), _PAIRS)
def test_nothing_is_lost_on_the_way_up_and_back(empty: Database, before: str, after: str) -> None:
    empty.migrate(before)
    fill(empty)
    old = contents(empty)
    assert sum(map(len, old.values())) >= _EACH * 5
    empty.migrate(after)
    assert lost(old, contents(empty)) == []
    empty.migrate(before)
    assert contents(empty) == old
    empty.migrate()
    assert empty.run(differences) == []
    assert lost(old, contents(empty)) == []


@pytest.mark.parametrize("before", revisions()[:-1])
def test_what_the_newest_version_holds_goes_back_as_far_as_it_fits(empty: Database, before: str) -> None:
    empty.migrate()
    fill(empty)
    new = contents(empty)
    empty.migrate(before)
    back = contents(empty)
    assert [each for each in lost(back, new) if not each.startswith("tickets.state")] == []
    assert empty.run(lambda c: inspect(c).has_table("inbox"))
    empty.migrate()
    assert empty.version() == HEAD
    assert lost(back, contents(empty)) == []


def test_the_desk_knows_what_happened_before_it(empty: Database) -> None:
    """0004: topics, first answers and closings are read from what was there."""
    empty.migrate("0003")
    fill(empty)

    def happened(connection: Connection) -> None:
        connection.execute(text("UPDATE tickets SET state = 'closed', updated_at = 99 WHERE id = 1"))
        connection.execute(text("UPDATE tickets SET state = 'claimed', staff_thread = NULL WHERE id = 2"))
        connection.execute(text("UPDATE ticket_events SET event = 'reply', ticket_id = 1, at = id * 10"))

    empty.run(happened)
    empty.migrate("0004")
    tickets = contents(empty)["tickets"]
    assert [(row["answered_at"], row["closed_at"]) for row in tickets] == [(10, 99), (None, None), (None, None)]
    assert [row["ticket_id"] for row in contents(empty)["topics"]] == [1, 3]
    assert {row["size"] for row in contents(empty)["outbox"]} == {1}


def test_a_case_that_waits_is_answered_for_the_version_before(empty: Database) -> None:
    empty.migrate("0004")
    fill(empty)
    empty.run(lambda c: c.execute(text("UPDATE tickets SET state = 'waiting' WHERE id = 2")))
    empty.migrate("0003")
    assert [row["state"] for row in contents(empty)["tickets"]][1] == "answered"


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_audit_log_refuses_changes_after_every_way_there(empty: Database, change: str) -> None:
    for target in ("head", "0003", "head"):
        empty.migrate(target)
    fill(empty)
    with pytest.raises(DatabaseError, match="append-only"):
        empty.run(lambda c: c.execute(text(change)))
