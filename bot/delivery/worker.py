"""Takes what arrived, lane by lane, and has it decided: a message is decided wholly or not at all."""

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
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.delivery.observing import Observer
    from bot.delivery.ports import Inbox, Transactions

_log = structlog.get_logger("worker")
_IDLE_S = 0.5
_SHARE_S = (0.02, 0.25)
"""No further message joins a transaction that has lasted so long: others wait for the database meanwhile. At least and
at most; between them, as long as the last one waited for the others and for its commit. So where commits or other work
take long, more is decided with each, and half of the time there is goes to decisions.
"""


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
        *,
        together: int = 1,
        watch: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`decide` writes everything that follows from a message on the given connection; `clock` gives ms.

        `buried` is called in the transaction that puts a message aside for good, to tell whom it concerns. `together`:
        most messages, of as many lanes, that are decided in one transaction. More than one is for a database with one
        writer: two that hold several conversations could wait for each other. `watch` gives s, from anywhere on.
        """
        self._transactions = transactions
        self._inbox = inbox
        self._decide = decide
        self._clock = clock
        self._buried = buried
        self._together = together
        self._watch = watch
        self._apart = 0
        self._share = _SHARE_S[0]
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
        """`call` is called after every transaction, so that what it put into the outbox goes out at once."""
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
        """Decides what is due, in one transaction; False when nothing was.

        Where a decision among several raises, all of them are rolled back and decided again one by one, so that none
        suffers from another's fault.
        """
        most = 1 if self._apart else self._together
        began = self._watch()
        try:
            items, deciding = await self._transactions.run_async(lambda c: self._transaction(c, most))
        except Undecided as failure:
            failed, cause = failure.item, failure.__cause__
            if most > 1:
                self._apart = most
                return True
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
        finally:
            self._apart = max(self._apart - 1, 0) if most == 1 else self._apart
        whole = self._watch() - began
        least, longest = _SHARE_S
        self._share = min(max(least, whole - deciding), longest)
        self._tell(items, whole)
        return bool(items)

    def _tell(self, items: Sequence[InboxItem], seconds: float) -> None:
        for item in items:
            self._observer.decided(item, "done")
            self._observer.lasted("decide", seconds / len(items))
            self._observer.lasted("inbox", (self._clock() - item.incoming.at) / 1000)
            _log.debug("decided", inbox=item.seq, kind=item.incoming.kind.value)

    def _transaction(self, connection: Connection, most: int) -> tuple[Sequence[InboxItem], float]:
        """Decides up to `most` messages, for as long as others can be kept waiting. Returns them, and the s it took.

        What staff write is decided by itself: the person it is about may be erased by a message before it.
        """
        now, began = self._clock(), self._watch()
        items: list[InboxItem] = []
        for item in self._inbox.heads(connection, now, self._channels, most):
            late = self._watch() - began > self._share
            if items and (late or item.incoming.staff or items[0].incoming.staff):
                break
            self._inbox.begin(connection, item)
            try:
                with bound_contextvars(inbox=item.seq):  # in this thread, so that every line says what it is about
                    self._decide(connection, item)
            except (DatabaseError, OperationalError):  # away, busy or in a deadlock: not the message's fault
                raise
            except Exception as error:
                raise Undecided(item) from error
            items.append(item)
        if items:
            self._inbox.all_done(connection, [item.seq for item in items], now)
        return items, self._watch() - began

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
