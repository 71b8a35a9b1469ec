"""The machine on which the assistant runs: its process, its clock, its disk, and how all of them fail."""

from __future__ import annotations

import os
import resource
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.chaos import launcher
from tests.handlers.telegram.hooked import free_port
from tests.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.chaos.databases import Store
    from tests.telegram_server.server import TelegramServer

_PATIENCE_S = 120.0
_LOOK_S = 0.02
_RESPAWN_S = 0.2
_FULL_AT = 32_768  # bytes that a file may have when the disk is full: the log of SQLite is longer
_FREE = {"telegram_group_rate": "100000", "telegram_overall_rate": "10000"}


@dataclass
class Past:
    """What happened to the machine, in the server's time: `ends` are those by which something in hand was cut short."""

    kills: int = 0
    stops: int = 0
    hard_ends: int = 0
    starts: int = 0
    failed_starts: int = 0
    database_stops: int = 0
    disk_full_spells: int = 0
    ends: list[float] = field(default_factory=list)
    outages: list[tuple[float, float]] = field(default_factory=list)
    jumps: list[float] = field(default_factory=list)
    skips: list[float] = field(default_factory=list)


class Machine:
    """Runs the assistant in a process of its own. `url` is the database's."""

    def __init__(self, folder: Path, server: TelegramServer, store: Store, staff_chats: str, busy_ms: int) -> None:
        self.server = server
        self.store = store
        self.past = Past()
        self.wrong_by = 0
        self._port = free_port()
        self._clock = folder / "clock"
        launcher.write(self._clock, 0)
        command = ("-m", "tests.chaos.launcher", str(self._clock), str(busy_ms), "run")
        self._settings: Mapping[str, str] = {**_FREE, "database_url": store.url}
        self._bot = BotProcess(folder / "bot.db", server, staff_chats, command=command)
        self._log = self._bot.database.with_suffix(".log")
        self._full = False
        self._away_since: float | None = None
        self._spawned_at = 0
        self._readers: list[threading.Thread] = []

    @property
    def now(self) -> float:
        return self.server.world.clock.now()

    @property
    def log(self) -> str:
        """What the assistant has logged so far."""
        return self._bot.log

    @property
    def alive(self) -> bool:
        return self._bot.process is not None and self._bot.process.poll() is None

    @property
    def broken(self) -> bool:
        """The database cannot be used just now, so that no process can start."""
        return self._full or self._away_since is not None

    # ---- the process -----------------------------------------------------------------------------------

    def spawn(self, *, hook: bool) -> None:
        """Starts the process, which is told by the webhook what arrives, or asks for it; waits for nothing."""
        way = {"public_url": f"http://127.0.0.1:{self._port}", "port": str(self._port)} if hook else {}
        self._bot.settings = {**self._settings, **way}
        reading, writing = os.pipe()  # a full disk must not take the log
        self._spawned_at = len(self.server.calls.log)
        try:
            self._bot.spawn(writing)
        finally:
            os.close(writing)
        reader = threading.Thread(target=self._keep_log, args=(reading,), daemon=True)
        reader.start()
        self._readers = [*(one for one in self._readers if one.is_alive()), reader]
        self.past.starts += 1
        if self._full:
            self._limit(_FULL_AT)

    def _keep_log(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as source, self._log.open("ab") as kept:
            for line in source:
                kept.write(line)
                kept.flush()

    def wait_ready(self, *, hook: bool) -> None:
        """Waits until it is connected; where it cannot start because the database is away, it is started again."""
        end = time.monotonic() + _PATIENCE_S
        while not self._is_connected():
            if not self.alive:
                self._ended_by_itself()
                time.sleep(_RESPAWN_S)
                self.spawn(hook=hook)
            assert time.monotonic() < end, f"the assistant does not start:\n{self.log[-2000:]}"
            time.sleep(_LOOK_S)

    def _ended_by_itself(self) -> None:
        """Fine only where the database was away, or has been a moment ago."""
        self.past.failed_starts += 1
        excused = self.broken or any(end > self.now - _PATIENCE_S for _, end in self.past.outages)
        assert excused, f"the assistant ended by itself:\n{self.log[-2000:]}"
        self.past.ends.append(self.now)

    def kill(self) -> None:
        """Pulls the plug."""
        if self.alive:
            self._bot.kill()
            self.past.kills += 1
            self.past.ends.append(self.now)

    def stop(self) -> None:
        """Asks it to stop. Where the database is away it may end hard."""
        if not self.alive:
            return
        broken = self.broken
        code = self._bot.stop()
        self.past.stops += 1
        if code != 0:
            assert broken or self.broken, f"the assistant ended with {code}:\n{self.log[-2000:]}"
            self.past.hard_ends += 1
        if code != 0 or broken:
            self.past.ends.append(self.now)

    def _is_connected(self) -> bool:
        with self.server.world.lock:
            since = self.server.calls.log[self._spawned_at :]
        return any(call.method == "getMe" and call.ok for call in since)

    # ---- what it stands on -----------------------------------------------------------------------------

    def jump(self, wrong_by: int) -> None:
        """Sets the clock wrong by so many ms."""
        self.wrong_by = wrong_by
        launcher.write(self._clock, wrong_by)
        self.past.jumps.append(self.now)

    def skip(self, ms: int) -> None:
        """Lets time pass at once."""
        self.wrong_by += ms
        launcher.write(self._clock, self.wrong_by)
        self.past.skips.append(self.now)

    def lose_database(self, seconds: float) -> None:
        """The database is away from now on, and was so for the `seconds` that it took to take it away."""
        self._away_since = self.now - seconds
        self.past.database_stops += 1

    def find_database(self) -> None:
        if self._away_since is not None:
            self.store.come_back()
            self.past.outages.append((self._away_since, self.now))
            self._away_since = None

    def fill_disk(self) -> None:
        self._full = True
        self._away_since = self.now
        self.past.disk_full_spells += 1
        self._limit(_FULL_AT)

    def free_disk(self) -> None:
        if self._full:
            self._full = False
            self._limit(resource.RLIM_INFINITY)
            self.find_database()

    def _limit(self, size: int) -> None:
        process = self._bot.process
        if process is not None and process.poll() is None:
            hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, hard))

    def close(self) -> None:
        """Ends the process and brings the database back."""
        self.free_disk()
        self.find_database()
        self._bot.kill()
        for reader in self._readers:
            reader.join()
