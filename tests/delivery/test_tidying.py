"""What was erased leaves the log of the database while the assistant runs."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from bot.delivery.tidying import Tidier
from bot.store import marks
from bot.store.database import Database

if TYPE_CHECKING:
    from pathlib import Path


async def until(done: asyncio.Event, tidier: Tidier) -> None:
    """Runs it until `done`, and stops it."""
    stop = asyncio.Event()
    running = asyncio.create_task(tidier.run(stop))
    await asyncio.wait_for(done.wait(), 10)
    stop.set()
    await asyncio.wait_for(running, 10)


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("bot.db*"))


async def test_the_log_is_emptied(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    database.migrate()
    database.run(lambda c: marks.put(c, "word", "Kartoffelmel"))
    database.run(lambda c: marks.remove(c, "word"))
    assert b"Kartoffelmel" in (tmp_path / "bot.db-wal").read_bytes()
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def overwrite() -> None:
        database.overwrite()
        loop.call_soon_threadsafe(done.set)

    await until(done, Tidier(overwrite, every=0.01))
    assert b"Kartoffelmel" not in content(tmp_path)
    database.close()


async def test_a_database_that_is_away_is_tried_again() -> None:
    loop, done, tries = asyncio.get_running_loop(), asyncio.Event(), []

    def overwrite() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise sqlite3.OperationalError("locked")
        loop.call_soon_threadsafe(done.set)

    await until(done, Tidier(overwrite, every=0.01))


async def test_it_stops_at_once() -> None:
    stop = asyncio.Event()
    stop.set()
    await asyncio.wait_for(Tidier(lambda: None, every=3600).run(stop), 5)
