"""Who watches delivery at work, for figures: told of kinds and durations, never of words or people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from bot.core.mail import InboxItem, OutboxItem, Outcome

Fate = Literal["done", "failed", "dead"]
"""What became of a decision; a failed one is tried again."""

Stage = Literal["accept", "inbox", "decide", "outbox", "deliver"]
"""Where time goes: to be stored, to be decided since it arrived (the decision itself: `decide`), to be delivered since
it was decided (one try itself: `deliver`)."""


class Observer(Protocol):
    """Counts; must be quick, and must not raise."""

    def received(self, kind: str, fate: Literal["new", "duplicate", "ignored", "unreadable"], count: int = 1) -> None:
        """`count` updates of a kind have arrived; `kind` is one of a few names."""
        ...

    def decided(self, item: InboxItem, fate: Fate) -> None:
        """A message was decided, or could not be."""
        ...

    def delivered(self, item: OutboxItem, outcome: Outcome) -> None:
        """A channel was tried once, with this outcome."""
        ...

    def lasted(self, stage: Stage, seconds: float) -> None:
        """A stage took so long."""
        ...

    def held_back(self, limit: str) -> None:
        """A limit was hit, or somebody tried what they may not; `limit` is one of a few names."""
        ...


class Unobserved:
    """Nobody watches."""

    def received(self, kind: str, fate: str, count: int = 1) -> None:
        """See `Observer`."""

    def decided(self, item: InboxItem, fate: Fate) -> None:
        """See `Observer`."""

    def delivered(self, item: OutboxItem, outcome: Outcome) -> None:
        """See `Observer`."""

    def lasted(self, stage: Stage, seconds: float) -> None:
        """See `Observer`."""

    def held_back(self, limit: str) -> None:
        """See `Observer`."""


UNOBSERVED = Unobserved()
