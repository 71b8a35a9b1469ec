"""What delivery needs from the rest, as narrow Protocols; `bot/store` and the channels satisfy them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem, OutboxItem, Outcome, Rates, Timer
    from bot.core.model import Incoming

T = TypeVar("T")


class Transactions(Protocol):
    """Runs a function in one transaction, off the event loop."""

    async def run_async(self, fn: Callable[[Connection], T]) -> T:
        """Commits when `fn` returns, rolls back when it raises."""
        ...


class Inbox(Protocol):
    """The durable inbox."""

    def add(self, connection: Connection, incoming: Incoming) -> bool:
        """Puts in what arrived; False when it was there before."""
        ...

    def heads(self, connection: Connection, now: int, channels: Sequence[str] | None, most: int) -> Sequence[InboxItem]:
        """Up to `most` messages of these channels (None: of any) to decide, each of another lane, locked."""
        ...

    def begin(self, connection: Connection, item: InboxItem) -> None:
        """What is written from now on follows from `item`."""
        ...

    def all_done(self, connection: Connection, seqs: Sequence[int], now: int) -> None:
        """The messages are decided."""
        ...

    def failed(self, connection: Connection, seq: int, error: str, not_before: int) -> None:
        """The decision failed; try again later."""
        ...

    def bury(self, connection: Connection, seq: int, error: str, now: int) -> None:
        """The decision keeps failing; the lane goes on without it."""
        ...


class Timers(Protocol):
    """What is due at a moment."""

    def due(self, connection: Connection, now: int, channels: Collection[str]) -> Timer | None:
        """The timer of these channels that has waited longest, locked; None when none is due."""
        ...

    def drop(self, connection: Connection, timer: Timer) -> None:
        """The timer has gone off."""
        ...


class Outbox(Protocol):
    """The durable outbox."""

    def claim(
        self,
        connection: Connection,
        rates: Callable[[str, str], Rates],
        channels: Sequence[str],
        now: int,
        most: int,
    ) -> list[OutboxItem]:
        """Messages that may be sent now, under a lease."""
        ...

    def settle(self, connection: Connection, item: OutboxItem, outcome: Outcome, now: int) -> None:
        """Writes what became of a message."""
        ...


class Channel(Protocol):
    """A way out to people."""

    def rates(self, chat: str) -> Rates:
        """The limits for one chat of this channel."""
        ...

    async def deliver(self, item: OutboxItem) -> Outcome:
        """Tries once to deliver. Raises nothing for what a channel can answer."""
        ...
