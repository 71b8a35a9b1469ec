from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Column, Integer, String, Text, insert, inspect, text

from bot.errors import DatabaseError
from bot.store.database import HEAD, MIGRATIONS, Database
from bot.store.sealing import Sealed
from bot.store.tables import metadata
from tests.store.rows import sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_ROOT = Path(__file__).resolve().parents[2]
_SCRIPTS = ScriptDirectory(str(MIGRATIONS))
_REVISIONS = list(_SCRIPTS.walk_revisions())[::-1]
_HELD_UP = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_ONE_EACH = {table.name: 1 for table in metadata.sorted_tables}


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    """A database without any table."""
    opened = Database(database_url)
    yield opened
    opened.close()


def _value(column: Column[Any]) -> object:
    if column.foreign_keys:
        return 1
    kinds = {String: "x", Text: "words", Sealed: "words", Boolean: True}
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), 7)


def fill(connection: Connection) -> None:
    """One row in each table, with every column set."""
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if not (column.primary_key and column.autoincrement is True)]
        connection.execute(insert(table).values({column.name: _value(column) for column in columns}))


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": metadata}
    )
    return list(compare_metadata(context, metadata))


def test_the_program_needs_the_newest_migration() -> None:
    assert _SCRIPTS.get_heads() == [HEAD]


def test_tables_and_migrations_agree(database: Database) -> None:
    assert database.run(differences) == []


def test_every_index_and_unique_column_is_there(database: Database) -> None:
    """What `compare_metadata` may overlook: partial indexes with their condition."""
    found = database.run(
        lambda c: {index["name"]: index for t in metadata.tables for index in inspect(c).get_indexes(t)}
    )
    wanted = {index.name: index for table in metadata.tables.values() for index in table.indexes}
    assert wanted.keys() <= found.keys()
    for name, index in wanted.items():
        partial = [key for key in found[name].get("dialect_options", {}) if key.endswith("_where")]
        assert bool(partial) == (index.dialect_options["sqlite"].get("where") is not None), name


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.run(fill)
    database.migrate()
    assert sizes(database) == _ONE_EACH
    assert database.version() == HEAD


def test_a_filled_database_goes_down_and_up_again(database: Database) -> None:
    database.run(fill)
    database.migrate("base")
    assert database.version() is None
    assert database.run(lambda c: set(inspect(c).get_table_names())) <= {"alembic_version"}
    database.migrate()
    assert database.run(differences) == []
    assert set(sizes(database).values()) == {0}


@pytest.mark.parametrize("revision", _REVISIONS, ids=[script.revision for script in _REVISIONS])
def test_each_version_is_reached_from_the_one_before_and_left_again(
    empty: Database, revision: Any, database_url: str
) -> None:
    before = revision.down_revision or "base"
    if revision.down_revision:
        empty.migrate(before)
    for target in (revision.revision, before, revision.revision, "head"):
        empty.migrate(target)
    assert empty.version() == HEAD
    assert empty.run(differences) == []


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    """All of it is one transaction, on both kinds of database."""
    empty.run(lambda c: c.execute(text("CREATE TABLE tickets (name VARCHAR(9))")))
    with pytest.raises(DatabaseError, match=r"(?i)exists"):
        empty.migrate()
    assert empty.run(lambda c: inspect(c).get_table_names()) == ["tickets"]


# ---- which version is accepted ---------------------------------------------------------------------------


def test_an_empty_database_is_prepared(empty: Database) -> None:
    assert empty.is_empty()
    assert empty.version() is None
    empty.require_current()
    assert not empty.is_empty()
    assert empty.version() == HEAD


def test_the_right_version_is_left_alone(database: Database) -> None:
    database.run(fill)
    database.require_current()
    assert sizes(database) == _ONE_EACH


def _set_version(database: Database, version: str | None) -> None:
    database.run(lambda c: c.execute(text("DELETE FROM alembic_version")))
    if version is not None:
        database.run(lambda c: c.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": version}))


@pytest.mark.parametrize("version", [None, "0000"])
def test_an_older_version_is_refused_with_the_remedy(database: Database, version: str | None) -> None:
    _set_version(database, version)
    with pytest.raises(DatabaseError) as caught:
        database.require_current()
    assert str(version) in str(caught.value.fields["reason"])
    assert HEAD in str(caught.value.fields["reason"])
    assert "ballerup-bot migrate" in str(caught.value.fields["remedy"])
    assert database.version() == version


def test_a_newer_version_is_refused_and_migrating_is_not_the_remedy(database: Database) -> None:
    _set_version(database, "9999")
    with pytest.raises(DatabaseError) as caught:
        database.require_current()
    assert "9999" in str(caught.value.fields["reason"])
    assert "ballerup-bot migrate" not in str(caught.value.fields["remedy"])


def test_migrating_a_newer_version_is_a_database_error(database: Database) -> None:
    _set_version(database, "9999")
    with pytest.raises(DatabaseError, match="9999"):
        database.migrate()
    assert database.version() == "9999"


def test_somebody_elses_database_is_refused(empty: Database) -> None:
    empty.run(lambda c: c.execute(text("CREATE TABLE customers (name VARCHAR(9))")))
    with pytest.raises(DatabaseError, match="version None"):
        empty.require_current()
    assert empty.run(lambda c: inspect(c).get_table_names()) == ["customers"]


_START = "import sys; from bot.store.database import Database; Database(sys.argv[1]).require_current()"


def _start(url: str) -> subprocess.Popen[str]:
    """Another process of the program, as far as its database is concerned."""
    return subprocess.Popen([sys.executable, "-c", _START, url], stderr=subprocess.PIPE, text=True, cwd=_ROOT)


def _outcomes(processes: list[subprocess.Popen[str]]) -> list[str]:
    """The last line each process complained with; empty for those that started well."""
    complaints = [process.communicate(timeout=60)[1] for process in processes]
    return [(complaint.splitlines() or [""])[-1] for complaint in complaints]


def test_processes_that_start_together_all_start(database_url: str) -> None:
    assert _outcomes([_start(database_url) for _ in range(3)]) == ["", "", ""]
    opened = Database(database_url)
    assert opened.run(differences) == []
    opened.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_processes_that_see_an_empty_database_at_once_prepare_it_once(empty: Database, database_url: str) -> None:
    """Both are held where they begin to migrate, and let go together."""
    waiting = text(_HELD_UP)
    with empty.engine.connect() as first:
        first.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        processes = [_start(database_url) for _ in range(2)]
        deadline = time.monotonic() + 30
        while empty.run(lambda c: c.execute(waiting).scalar_one()) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        first.rollback()
    assert _outcomes(processes) == ["", ""]
    assert empty.run(differences) == []


def test_numbers_are_not_used_again(database: Database) -> None:
    """A case number that was erased must not come back as somebody else's."""
    table = metadata.tables["conversations"]
    row = {"channel": "x", "state": "{}", "version": 0, "created_at": 0, "updated_at": 0}
    database.run(lambda c: c.execute(insert(table), [{**row, "chat": str(n)} for n in range(3)]))
    database.run(lambda c: c.execute(table.delete()))
    database.run(lambda c: c.execute(insert(table).values(**row, chat="new")))
    assert database.run(lambda c: c.execute(text("SELECT id FROM conversations")).scalar_one()) == 4


def test_every_key_that_counts_is_an_integer() -> None:
    for table in metadata.sorted_tables:
        key = next(iter(table.primary_key))
        assert isinstance(key.type, Integer | String)
