"""What the use cases need from the rest, as narrow Protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from bot.core.answer import Understanding
    from bot.core.model import Knowledge


class Clock(Protocol):
    """Time, passed in, so that tests need no sleeping."""

    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""
        ...

    def today(self) -> date:
        """The date in Denmark."""
        ...


class Library(Protocol):
    """What the assistant knows now; may be replaced while it runs."""

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base."""
        ...

    @property
    def brain(self) -> Understanding:
        """The understanding built from it."""
        ...
