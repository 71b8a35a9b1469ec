"""Delivers what is in the outbox: in order within a lane, within the channels' limits, urgent first."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import bound_contextvars

from bot.core.mail import MAX_DECISIONS, Delivered, Failed, Retry, settle
from bot.delivery.observing import UNOBSERVED
from bot.delivery.worker import place
from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from bot.core.mail import OutboxItem, Outcome, Rates
    from bot.delivery.observing import Observer
    from bot.delivery.ports import Channel, Outbox, Transactions

_log = structlog.get_logger("sender")
_IDLE_S = 0.25
_IN_FLIGHT = 16
_GRACE_S = 4.0  # for what is in hand when it is told to stop
_RECONCILE = 3_000  # ms in which the channel's own word about it may come
_AGAIN_S = 0.5
_NOTING_S = 120.0  # less than a lease


class Sender:
    """Sends until told to stop. `settled` is called in the transaction that notes an outcome."""

    def __init__(
        self,
        transactions: Transactions,
        outbox: Outbox,
        channels: Mapping[str, Channel],
        settled: Callable[[Connection, OutboxItem, Outcome], None],
        clock: Callable[[], int],
        observer: Observer = UNOBSERVED,
        *,
        noting: Transactions | None = None,
    ) -> None:
        """`channels` are the ways out this process has; messages for others are left to other processes.

        `observer` is told of every try. `noting`: where outcomes are written, if not like everything else.
        """
        self._transactions = transactions
        self._noting = noting or transactions
        self._outbox = outbox
        self._channels = channels
        self._settled = settled
        self._clock = clock
        self._observer = observer
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._in_hand: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes what is in hand.

        A channel that does not answer within seconds is not waited for: that message is to be tried again, in doubt.
        """
        self._stop = stop
        while not stop.is_set():
            try:
                started = await self._start_due()
            except DatabaseError as error:
                _log.error("database away", reason=error.fields["reason"])
                started = 0
            if not started:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), _IDLE_S)
                self._wake.clear()
        await self._finish()

    async def _finish(self) -> None:
        if not self._in_hand:
            return
        _, late = await asyncio.wait(self._in_hand, timeout=_GRACE_S)
        for task in late:
            task.cancel()
        if late:
            _log.warning("not waited for", messages=len(late))
            await asyncio.wait(late)

    async def _start_due(self) -> int:
        free = _IN_FLIGHT - len(self._in_hand)
        if free <= 0:
            await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
            return 1
        names = tuple(self._channels)
        items = await self._transactions.run_async(
            lambda connection: self._outbox.claim(connection, self._rates, names, self._clock(), free)
        )
        for item in items:
            task = asyncio.create_task(self._send(item))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
        return len(items)

    def _rates(self, channel: str, chat: str) -> Rates:
        return self._channels[channel].rates(chat)

    async def _send(self, item: OutboxItem) -> None:
        """Every line that is logged on the way says which message it is about, and what that follows from."""
        with bound_contextvars(outbox=item.seq, inbox=item.cause):
            began = time.perf_counter()
            outcome = settle(item, await self._try(item), self._clock())
            self._observer.delivered(item, outcome)
            self._observer.lasted("deliver", time.perf_counter() - began)
            if isinstance(outcome, Delivered):
                self._observer.lasted("outbox", (self._clock() - item.created_at) / 1000)
            _log.debug("tried", kind=item.mail.kind, outcome=type(outcome).__name__.lower(), attempts=item.attempts)
            await self._note(item, outcome)
        self._wake.set()

    async def _try(self, item: OutboxItem) -> Outcome:
        try:
            return await self._channels[item.mail.channel].deliver(item)
        except asyncio.CancelledError:  # see `_finish`; nobody else cancels
            return Retry("stopped", _RECONCILE, unknown=True)
        except DatabaseError as error:  # the channel could not read what it sends, or note it: not the message's fault
            _log.error("database away", reason=error.fields["reason"])
            return Retry("database away", unknown=True)
        except Exception as error:  # noqa: BLE001  # one message's fault must not stop the others; it is kept
            fault, where = type(error).__name__, place(error)
            _log.error("delivery raised", kind=item.mail.kind, error=fault, place=where)
            gone = item.attempts >= MAX_DECISIONS
            return Failed("refused") if gone else Retry(type(error).__name__, unknown=True)

    async def _note(self, item: OutboxItem, outcome: Outcome) -> None:
        """Writes the outcome, again where the database is away: else a message that arrived would be sent twice.

        Given up, its lease runs out, and it comes back marked as unknown.
        """
        end = time.monotonic() + _NOTING_S
        while not await self._noted(item, outcome) and time.monotonic() < end:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _AGAIN_S)
                return

    async def _noted(self, item: OutboxItem, outcome: Outcome) -> bool:
        def write(connection: Connection) -> None:
            # The conversation is locked before the outbox, as a resident's message locks them.
            self._settled(connection, item, outcome)
            self._outbox.settle(connection, item, outcome, self._clock())

        def write_alone(connection: Connection) -> None:
            self._outbox.settle(connection, item, outcome, self._clock())

        try:
            try:
                await self._noting.run_async(write)
            except DatabaseError:
                raise
            except Exception as error:  # noqa: BLE001  # else a message that arrived would be sent again for ever
                _log.error("outcome not told", kind=item.mail.kind, error=type(error).__name__)
                await self._noting.run_async(write_alone)
        except DatabaseError as error:
            _log.error("outcome not written", reason=error.fields["reason"])
            return False
        return True
