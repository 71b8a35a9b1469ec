from __future__ import annotations

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import DatabaseError
from bot.store import marks, tables
from bot.store.database import Database
from tests.store.rows import rows, size

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


# ---- SQLite is run as promised ---------------------------------------------------------------------------


def _pragmas(connection: Connection) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}


@only_sqlite
def test_only_who_asks_for_it_measures_without_waiting_for_the_disk(database_url: str) -> None:
    for ending, wanted in (("", 2), ("?synchronous=full", 2), ("?synchronous=off", 0)):
        database = Database(database_url + ending)
        assert database.run(_pragmas)["synchronous"] == wanted
        database.close()
    with pytest.raises(DatabaseError, match="synchronous must be full"):
        Database(f"{database_url}?synchronous=normal")


@only_sqlite
async def test_sqlite_survives_a_power_cut_and_checks_its_references(database: Database) -> None:
    """WAL, and synchronous=FULL (2), on the connection of every thread."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000, "secure_delete": 1}
    assert database.run(_pragmas) == wanted
    assert await database.run_async(_pragmas) == wanted
    with database.engine.connect() as one, database.engine.execution_options().connect() as other:
        assert _pragmas(one) == wanted
        one.rollback()
        assert _pragmas(other) == wanted


@only_sqlite
def test_a_transaction_on_sqlite_takes_the_write_lock_at_once(database: Database, tmp_path: Path) -> None:
    """BEGIN IMMEDIATE: nobody else can begin to write after what was read here; reading goes on (WAL)."""
    other = sqlite3.connect(tmp_path / "bot.db", timeout=0, isolation_level=None)

    def only_reading(connection: Connection) -> None:
        connection.execute(select(tables.marks)).all()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM marks").fetchone() == (0,)

    database.run(only_reading)
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


@only_sqlite
def test_read_and_write_in_one_transaction_loses_no_update(database: Database) -> None:
    def add_one(connection: Connection) -> None:
        marks.put(connection, "count", str(int(marks.get(connection, "count") or 0) + 1))

    with ThreadPoolExecutor(4) as threads:
        for call in [threads.submit(database.run, add_one) for _ in range(40)]:
            call.result(timeout=30)
    assert database.run(lambda c: marks.get(c, "count")) == "40"


# ---- one transaction -------------------------------------------------------------------------------------


def test_what_a_function_returns_is_committed(database: Database) -> None:
    def work(connection: Connection) -> str:
        marks.put(connection, "a", "1")
        return "result"

    assert database.run(work) == "result"
    assert database.run(lambda c: marks.get(c, "a")) == "1"


async def test_off_the_loop_the_same_holds(database: Database) -> None:
    def work(connection: Connection) -> str:
        marks.put(connection, "a", "1")
        return threading.current_thread().name

    assert (await database.run_async(work)).startswith("database")
    assert await database.run_async(lambda c: marks.get(c, "a")) == "1"


def test_what_raises_leaves_nothing_behind(database: Database) -> None:
    def fail(connection: Connection) -> None:
        marks.put(connection, "a", "1")
        raise KeyError("own fault")

    with pytest.raises(KeyError, match="own fault"):
        database.run(fail)
    assert size(database, tables.marks) == 0


async def test_a_transaction_in_hand_is_finished_before_the_database_closes(database_url: str) -> None:
    opened = Database(database_url)
    opened.migrate()
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        inside.set()
        assert go_on.wait(10)
        marks.put(connection, "a", "1")

    work = asyncio.create_task(opened.run_async(slow))
    await asyncio.to_thread(inside.wait, 10)
    closing = asyncio.create_task(asyncio.to_thread(opened.close))
    go_on.set()
    await asyncio.gather(work, closing)
    again = Database(database_url)
    assert again.run(lambda c: marks.get(c, "a")) == "1"
    again.close()


# ---- when the database itself fails ----------------------------------------------------------------------


def _bad_ticket(connection: Connection) -> None:
    """No such conversation, and nothing where something must be: the driver's detail would show the row."""
    values = {"lane": "x", "channel": "x", "update_id": "x", "payload": "my number is secret-words"}
    connection.execute(insert(tables.inbox).values(**values, received_at=None))


def test_a_refused_statement_is_a_database_error_without_peoples_words(database: Database) -> None:
    with pytest.raises(DatabaseError) as caught:
        database.run(_bad_ticket)
    shown = str(caught.value)
    assert "received_at" in shown
    assert "secret-words" not in shown
    assert set(caught.value.fields) == {"database", "reason", "remedy"}


def test_references_are_checked(database: Database) -> None:
    values = {"ticket_id": 99, "at": 0, "actor": "x", "event": "open", "state": "new"}
    with pytest.raises(DatabaseError, match=r"(?i)foreign key"):
        database.run(lambda c: c.execute(insert(tables.ticket_events).values(values)))
    assert rows(database, tables.ticket_events) == []


@only_postgresql
def test_a_lost_connection_is_a_database_error_and_the_next_try_connects_again(database: Database) -> None:
    def end(connection: Connection) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseError, match=r"terminating connection|server closed"):
        database.run(end)
    assert database.run(lambda c: marks.get(c, "a")) is None


@only_postgresql
def test_connections_that_died_while_idle_are_not_noticed(database: Database) -> None:
    with database.engine.connect() as idle:
        victim = idle.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Database(database.engine.url.render_as_string(hide_password=False))
    other.run(lambda c: c.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": victim}))
    other.close()
    assert database.run(lambda c: marks.get(c, "a")) is None


@only_postgresql
def test_a_process_that_hangs_in_a_transaction_does_not_stop_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does whose machine lost its power: its locks would stay for hours."""
    monkeypatch.setattr("bot.store.database._ABANDONED_S", 0.2)
    hanging = Database(database.engine.url.render_as_string(hide_password=False))
    with hanging.engine.connect() as connection:
        marks.lock(connection, "a")
        database.run(lambda c: marks.put(c, "a", "1"))
        with pytest.raises(DBAPIError):
            marks.put(connection, "a", "2")
    hanging.close()
    assert database.run(lambda c: marks.get(c, "a")) == "1"


@only_sqlite
def test_a_locked_database_is_a_database_error(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database._BUSY_MS", 50)
    impatient = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="locked"):
        impatient.run(lambda c: marks.put(c, "a", "1"))
    other.close()
    impatient.run(lambda c: marks.put(c, "a", "1"))
    impatient.close()


@only_sqlite
def test_a_full_disk_is_a_database_error_and_nothing_is_half_written(database: Database) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        marks.put(connection, "a", "1")
        marks.put(connection, "b", "x" * 100_000)

    with pytest.raises(DatabaseError, match="full"):
        database.run(fill)
    assert size(database, tables.marks) == 0


def test_the_cause_stays_for_the_programmer(database: Database) -> None:
    with pytest.raises(DatabaseError) as caught:
        database.run(lambda c: c.execute(text("SELECT * FROM nowhere")))
    assert caught.value.__cause__ is not None
    assert not isinstance(caught.value, OperationalError)


def test_an_update_without_a_row_changes_nothing(database: Database) -> None:
    database.run(lambda c: c.execute(update(tables.marks).where(tables.marks.c.name == "x").values(value="y")))
    assert size(database, tables.marks) == 0
