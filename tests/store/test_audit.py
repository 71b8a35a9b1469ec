"""The audit log in the database: nobody changes a row, and who does it all the same is found out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect, text

from bot.core.audit import AuditFault
from bot.errors import DatabaseError
from bot.store import audit, tables
from bot.store.database import Database
from tests.factories import START
from tests.store.rows import size

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.audit import AuditRow

APPEND_ONLY = "append-only"
_TRIGGERS = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"),
    "postgresql": ("DROP TRIGGER audit_no_change ON audit", "DROP TRIGGER audit_no_truncate ON audit"),
}


def append(database: Database, name: str = "housing", actor: str = "7") -> AuditRow:
    return database.run(lambda c: audit.append(c, START, actor, "pause", {"scope": "topic", "name": name}))


def write(database: Database, statement: str) -> None:
    database.run(lambda c: c.execute(text(statement)))


def tampering(database: Database, *statements: str) -> None:
    """Somebody with all rights over the database changes the log."""
    for statement in (*_TRIGGERS["sqlite" if database.is_sqlite else "postgresql"], *statements):
        write(database, statement)


def faults(database: Database, **fields: Any) -> tuple[AuditFault, ...]:
    return database.run(lambda c: audit.verify(c, **fields))


def test_rows_are_added_and_read_in_their_order(database: Database) -> None:
    made = tuple(append(database, f"topic-{number}") for number in range(4))
    assert [row.seq for row in made] == [1, 2, 3, 4]
    assert database.run(audit.read) == made
    assert database.run(lambda c: audit.read(c, 2)) == made[2:]
    assert faults(database) == ()
    head = database.run(audit.head)
    assert (head.count, head.hash) == (4, made[-1].hash)


def test_an_empty_log_has_no_fault(database: Database) -> None:
    assert (faults(database), database.run(audit.read), database.run(audit.head).count) == ((), (), 0)


def test_what_is_rolled_back_was_never_noted(database: Database) -> None:
    def fails(connection: Any) -> None:
        audit.append(connection, START, "7", "pause", {})
        raise LookupError

    with pytest.raises(LookupError):
        database.run(fails)
    assert append(database).seq == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = '8'", "DELETE FROM audit", "DELETE FROM audit WHERE seq = 2"]
)
def test_the_database_refuses_changes(database: Database, statement: str) -> None:
    made = [append(database) for _ in range(2)]
    with pytest.raises(DatabaseError, match=APPEND_ONLY):
        write(database, statement)
    assert list(database.run(audit.read)) == made


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_database_refuses_to_empty_the_log(database: Database) -> None:
    append(database)
    with pytest.raises(DatabaseError, match=APPEND_ONLY):
        write(database, "TRUNCATE audit")
    assert size(database, tables.audit) == 1


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET actor = '8' WHERE seq = 2", (AuditFault(2, "hash"),)),
        ("UPDATE audit SET details = '{}' WHERE seq = 1", (AuditFault(1, "hash"),)),
        ("UPDATE audit SET at = at + 1 WHERE seq = 3", (AuditFault(3, "hash"),)),
        ("DELETE FROM audit WHERE seq = 2", (AuditFault(3, "gap"), AuditFault(3, "previous"))),
    ],
)
def test_tampering_is_found_out(database: Database, statement: str, found: tuple[AuditFault, ...]) -> None:
    for _ in range(3):
        append(database)
    tampering(database, statement)
    assert faults(database) == found


def test_an_end_that_was_cut_off_is_found_out_by_who_noted_it(database: Database) -> None:
    for _ in range(3):
        append(database)
    noted = database.run(audit.head)
    tampering(database, "DELETE FROM audit WHERE seq = 3")
    assert faults(database) == ()
    assert faults(database, noted=noted) == (AuditFault(3, "head"),)
    append(database, "another")  # takes the number, but not the hash
    assert faults(database, noted=noted) == (AuditFault(3, "head"),)


def test_those_who_append_at_once_take_turns(database: Database, database_url: str) -> None:
    """As threads of one process, and as two processes would: with connections of their own."""
    other = Database(database_url)
    try:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda n: append((database, other)[n % 2], actor=str(n)), range(40)))
    finally:
        other.close()
    assert sorted(row.seq for row in made) == list(range(1, 41))
    assert faults(database) == ()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_appends_waits_for_another_who_has_not_finished(database: Database) -> None:
    with database.engine.connect() as first, ThreadPoolExecutor(1) as pool:
        mine = audit.append(first, START, "7", "pause", {})
        waiting = pool.submit(append, database)
        reached(database, lambda held: held == 1)
        first.commit()
        assert (mine.seq, waiting.result(30).seq) == (1, 2)
    assert faults(database) == ()


def reached(database: Database, wanted: Callable[[int], bool]) -> None:
    """Waits until as many connections wait for a lock as are `wanted`."""
    held = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    for _ in range(100_000):
        if wanted(database.run(lambda c: int(c.execute(held).scalar_one()))):
            return
    raise AssertionError("nobody waits")


def test_going_back_a_version_leaves_nothing_of_the_log(database: Database) -> None:
    append(database)
    database.migrate("0003")
    assert "audit" not in database.run(lambda c: inspect(c).get_table_names())
    left = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT count(*) FROM pg_proc WHERE proname LIKE 'audit%'"
    )
    assert database.run(lambda c: c.execute(text(left)).scalar_one()) == 0
    database.migrate()
    append(database)
    with pytest.raises(DatabaseError, match=APPEND_ONLY):
        write(database, "DELETE FROM audit")
