"""What one of several replicas does at Telegram for all of them: once, and never two at the same time."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from bot.store import marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.store.database import Database

LEASE_MS = 30_000
"""So long the others wait for the one that has begun: longer than it takes."""


class Begun(Enum):
    """Whose turn it is."""

    DONE = "done"
    BUSY = "busy"
    MINE = "mine"


class Turn:
    """Something that is set to a value, such as the webhook. What is set is a mark, so every replica knows it."""

    def __init__(self, database: Database, name: str, clock: Callable[[], int]) -> None:
        """Takes the database, the name of the mark, and the time (ms)."""
        self._database = database
        self._name = name
        self._busy = f"{name}:busy"
        self._clock = clock

    async def begin(self, wanted: str, *, anew: bool = False) -> Begun:
        """Asks for the turn: DONE where `wanted` is set already, unless it is to be set `anew`; BUSY while another has
        it; else MINE, and `done` or `failed` must follow. Raises DatabaseError.
        """

        def ask(connection: Connection) -> Begun:
            until = marks.lock(connection, self._busy)
            if not anew and marks.get(connection, self._name) == wanted:
                return Begun.DONE
            if until and self._clock() < int(until):
                return Begun.BUSY
            marks.put(connection, self._busy, str(self._clock() + LEASE_MS))
            return Begun.MINE

        return await self._database.run_async(ask)

    async def done(self, value: str) -> None:
        """It is set to `value`. Raises DatabaseError."""

        def note(connection: Connection) -> None:
            marks.put(connection, self._name, value)
            marks.put(connection, self._busy, "")

        await self._database.run_async(note)

    async def failed(self) -> None:
        """It could not be set; somebody else may try. Raises DatabaseError."""
        await self._database.run_async(lambda connection: marks.put(connection, self._busy, ""))

    async def known(self) -> str | None:
        """Returns what it was set to last, by whichever replica; None if it never was. Raises DatabaseError."""
        return await self._database.run_async(lambda connection: marks.get(connection, self._name))
