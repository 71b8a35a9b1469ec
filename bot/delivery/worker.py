"""Takes what arrived, lane by lane, and has it decided: one transaction a message."""

from __future__ import annotations

import asyncio
import contextlib
import time
import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import OperationalError
from structlog.contextvars import bound_contextvars

from bot.core.mail import MAX_DECISIONS, backoff
from bot.delivery.observing import UNOBSERVED
from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.delivery.observing import Observer
    from bot.delivery.ports import Inbox, Transactions

_log = structlog.get_logger("worker")
_IDLE_S = 0.5


def place(error: BaseException | None) -> str:
    """Returns where `error` was raised, as folder/file:line without any value; empty for what was never raised."""
    frames = list(traceback.walk_tb(error.__traceback__ if error else None))
    if not frames:
        return ""
    frame, line = frames[-1]
    return f"{'/'.join(PurePath(frame.f_code.co_filename).parts[-2:])}:{line}"


class Undecided(Exception):  # noqa: N818  # a signal that carries the message out of a transaction rolled back
    """A decision raised: its transaction is rolled back, and the fault is noted in one of its own."""

    def __init__(self, item: InboxItem) -> None:
        """Takes the message whose decision failed; the cause is chained."""
        super().__init__(item.seq)
        self.item = item


class Worker:
    """Decides messages until told to stop. Any number of workers may share one database."""

    def __init__(
        self,
        transactions: Transactions,
        inbox: Inbox,
        decide: Callable[[Connection, InboxItem], None],
        clock: Callable[[], int],
        buried: Callable[[Connection, InboxItem], None] | None = None,
    ) -> None:
        """`decide` writes everything that follows from a message on the given connection; `clock` gives ms.

        `buried` is called in the transaction that puts a message aside for good, to tell whom it concerns.
        """
        self._transactions = transactions
        self._inbox = inbox
        self._decide = decide
        self._clock = clock
        self._buried = buried
        self._wake = asyncio.Event()
        self._decided: Callable[[], None] = lambda: None
        self._channels: tuple[str, ...] | None = None
        self._observer: Observer = UNOBSERVED

    def serve(self, channels: Iterable[str]) -> None:
        """From now on only messages of `channels` are decided: another process may know other staff groups."""
        self._channels = tuple(channels)

    def observe(self, observer: Observer) -> None:
        """From now on `observer` is told of every decision."""
        self._observer = observer

    def on_decided(self, call: Callable[[], None]) -> None:
        """`call` is called after every decision, so that what it put into the outbox goes out at once."""
        self._decided = call

    def wake(self) -> None:
        """Something has arrived."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set; a message in hand is finished."""
        while not stop.is_set():
            try:
                busy = await self.once()
            except DatabaseError as error:
                _log.error("database away", reason=error.fields["reason"])
                busy = False
            if busy:
                self._decided()
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _IDLE_S)
            self._wake.clear()

    async def once(self) -> bool:
        """Decides one message; False when none was due."""
        began = time.perf_counter()
        try:
            item = await self._transactions.run_async(self._transaction)
        except Undecided as failure:
            failed, cause = failure.item, failure.__cause__
            _log.error(
                "decision failed",
                inbox=failed.seq,
                attempts=failed.attempts + 1,
                error=type(cause).__name__,
                place=place(cause),
            )
            await self._note(failed, cause)
            self._observer.decided(failed, "dead" if failed.attempts + 1 >= MAX_DECISIONS else "failed")
            return True
        if item is None:
            return False
        self._observer.decided(item, "done")
        self._observer.lasted("decide", time.perf_counter() - began)
        self._observer.lasted("inbox", (self._clock() - item.incoming.at) / 1000)
        _log.debug("decided", inbox=item.seq, kind=item.incoming.kind.value)
        return True

    def _transaction(self, connection: Connection) -> InboxItem | None:
        """Decides the next message and returns it; None when none is due."""
        now = self._clock()
        item = self._inbox.head(connection, now, self._channels)
        if item is None:
            return None
        try:
            with bound_contextvars(inbox=item.seq):  # in this thread, so that every line says what it is about
                self._decide(connection, item)
        except (DatabaseError, OperationalError):  # away, busy or in a deadlock: not the message's fault
            raise
        except Exception as error:
            raise Undecided(item) from error
        self._inbox.done(connection, item.seq, now)
        return item

    async def _note(self, item: InboxItem, cause: BaseException | None) -> None:
        now, error = self._clock(), type(cause).__name__
        if item.attempts + 1 < MAX_DECISIONS:
            later = now + backoff(item.attempts + 1)
            await self._transactions.run_async(lambda c: self._inbox.failed(c, item.seq, error, later))
            return

        def bury(connection: Connection) -> None:
            self._inbox.bury(connection, item.seq, error, now)

        def bury_and_tell(connection: Connection) -> None:
            bury(connection)
            if self._buried is not None:
                self._buried(connection, item)

        try:
            await self._transactions.run_async(bury_and_tell)
        except DatabaseError:
            raise
        except Exception as failure:  # noqa: BLE001  # else the message would stop its lane for ever
            _log.error("burial not told", seq=item.seq, error=type(failure).__name__, place=place(failure))
            await self._transactions.run_async(bury)
