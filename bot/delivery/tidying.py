"""Makes erased data leave the database's own log as well, soon and not only when the log is full."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = structlog.get_logger("tidying")
EVERY_S = 600.0


class Tidier:
    """Overwrites the log every ten minutes until told to stop."""

    def __init__(self, overwrite: Callable[[], None], every: float = EVERY_S) -> None:
        """`overwrite` empties the log; it may block. `every`: seconds between two times."""
        self._overwrite = overwrite
        self._every = every

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set. A database that is away is tried again the next time."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._every)
                return
            try:
                await asyncio.to_thread(self._overwrite)
            except (SQLAlchemyError, sqlite3.Error) as error:
                _log.warning("not overwritten", error=type(error).__name__)
