from __future__ import annotations

import time


class Clock:
    """The server's time in Unix seconds: the system's, plus what a test has added."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def date(self) -> int:
        """Whole seconds, as the Bot API's `date` fields have it."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Makes queries, updates and edit windows older by `seconds`; nobody waits."""
        self._ahead += seconds
