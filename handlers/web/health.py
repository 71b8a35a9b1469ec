"""Whether the assistant can do its work now: each condition by itself, without a secret or a person in it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import DatabaseError
from bot.store import backlog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.service.ports import Library
    from bot.store.database import Database

_DATABASE_S = 3.0
_TELEGRAM_S = 120.0  # a poll stays open for 25 s, and the webhook is looked at every 30 s
_OUTBOX_S = 300.0  # what a person waits for; figures and cards may wait longer
_INTAKE = ("running", "knowledge", "database")
_FRESH_S = 1.0  # so long a state is given again: who asks all the time costs the database nothing

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: whether it holds, and what was seen."""

    ok: bool
    seen: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class State:
    """All conditions by name; it is ready when all of them hold."""

    checks: Mapping[str, Check]

    @property
    def ready(self) -> bool:
        """True when the assistant can take and answer messages."""
        return all(check.ok for check in self.checks.values())

    @property
    def takes(self) -> bool:
        """True when updates can be taken, even if the answers wait; that is what a proxy before replicas asks."""
        return all(check.ok for name, check in self.checks.items() if name in _INTAKE)

    def as_json(self) -> dict[str, object]:
        """What is shown at /readyz."""
        checks = {name: {"ok": check.ok, **check.seen} for name, check in self.checks.items()}
        return {"ready": self.ready, "checks": checks}


class Health:
    """Looks at the parts of the running assistant."""

    def __init__(
        self,
        database: Database,
        library: Library,
        telegram_age: Callable[[], float | None],
        stopping: Callable[[], bool],
        clock: Callable[[], int],
    ) -> None:
        """Takes the database, what the assistant knows, how many seconds ago Telegram answered (None: never), whether
        the assistant is about to end, and the time (ms).
        """
        self._database = database
        self._library = library
        self._telegram_age = telegram_age
        self._stopping = stopping
        self._clock = clock
        self._looking = asyncio.Lock()
        self._stored: tuple[float, Mapping[str, Check]] | None = None

    async def look(self) -> State:
        """Returns the state now; that of the database may be a second old."""
        age = self._telegram_age()
        entries = len(self._library.knowledge.entries)
        checks = {
            "running": Check(not self._stopping(), {}),
            "knowledge": Check(entries > 0, {"entries": entries}),
            "telegram": Check(age is not None and age < _TELEGRAM_S, {"reached_s_ago": _rounded(age)}),
        }
        async with self._looking:
            if self._stored is None or time.monotonic() - self._stored[0] >= _FRESH_S:
                stored = await self._store()
                self._stored = time.monotonic(), stored
            return State({**checks, **self._stored[1]})

    async def _store(self) -> Mapping[str, Check]:
        try:
            async with asyncio.timeout(_DATABASE_S):
                oldest = await self._database.run_async(lambda c: backlog.oldest_reply(c, self._clock()))
        except (DatabaseError, TimeoutError):
            return {"database": Check(ok=False, seen={}), "outbox": Check(ok=False, seen={"oldest_s": None})}
        seconds = None if oldest is None else oldest / 1000
        late = seconds is not None and seconds >= _OUTBOX_S
        return {"database": Check(ok=True, seen={}), "outbox": Check(not late, {"oldest_s": _rounded(seconds)})}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
