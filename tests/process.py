"""The real bot as a process of its own, started, stopped and killed by tests."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from tests.forked import Forked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.telegram_server.server import TelegramServer

ROOT = Path(__file__).parent.parent
_RUN = ("-m", "bot", "run")


def environment(database: Path, **settings: str) -> dict[str, str]:
    """The environment of a bot: this one's without any BOT_ setting, and `settings` (names without the prefix)."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    named = {f"BOT_{name.upper()}": value for name, value in settings.items()}
    usual = {"BOT_DATABASE_URL": f"sqlite:///{database}", "BOT_PORT": "0", "PYTHONUNBUFFERED": "1"}
    return {**clean, **usual, **named}


@dataclass
class BotProcess:
    """`ballerup-bot run` against a local Telegram. Its log is kept in `log` beside the database.

    `command`: what Python runs; `forked`: from a process that has imported it already, where it is the usual one.
    """

    database: Path
    server: TelegramServer
    staff_chats: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = _RUN
    forked: bool = True
    process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def log(self) -> str:
        path = self.database.with_suffix(".log")
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def start(self) -> Self:
        """Starts the process and waits until it polls."""
        polls = len(self.server.calls_of("getMe"))
        path = self.database.with_suffix(".log")
        if self.forked and tuple(self.command) == _RUN:
            self.process = Forked(self.command[2:], self._environment(), self.database.parent, path)
        else:
            with path.open("ab") as log:
                self.spawn(log)
        try:
            self.server.wait_until(lambda: self._ready(polls), timeout=60)
        except AssertionError:
            self.kill()
            raise
        return self

    def spawn(self, log: IO[bytes] | int) -> None:
        """Starts the process, and waits for nothing; its log goes to `log`."""
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", *self.command],
            cwd=self.database.parent,
            env=self._environment(),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )

    def _environment(self) -> dict[str, str]:
        settings = {
            "telegram_token": self.server.token,
            "telegram_api_url": self.server.url,
            "telegram_staff_chats": self.staff_chats,
            "staff_language": "en",
            "digest_at": "",
            "flood_burst": "100000",  # tests write faster than people do, and more
            "open_cases": "1000",
            **self.settings,
        }
        return environment(self.database, **settings) | {"PYTHONPATH": str(ROOT)}

    def _ready(self, polls: int) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"the bot ended with {self.process.returncode}:\n{self.log}")
        return len(self.server.calls_of("getMe")) > polls

    def open_rows(self) -> tuple[int, int]:
        """How many messages wait to be decided, and how many to be sent or to have their outcome noted."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            asked = ("inbox WHERE done_at IS NULL", "outbox WHERE settled_at IS NULL")
            inbox, outbox = (database.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in asked)  # noqa: S608
        return inbox, outbox

    def kill(self) -> None:
        """Pulls the plug."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def stop(self) -> int:
        """Asks it to stop, as the system does; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)
