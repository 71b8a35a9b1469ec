"""Lets timers go off: each becomes a message in the inbox of its conversation, in the same transaction."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog

from bot.core.model import Incoming, IncomingKind
from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection

    from bot.delivery.ports import Inbox, Timers, Transactions

_log = structlog.get_logger("timers")
_LOOK_S = 5.0  # between two looks; reminders are for a day, not for a second


class Alarm:
    """Looks for timers that are due until told to stop. Any number of them may share one database."""

    def __init__(
        self,
        transactions: Transactions,
        timers: Timers,
        inbox: Inbox,
        clock: Callable[[], int],
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called after a timer went off; `clock` gives ms."""
        self._transactions = transactions
        self._timers = timers
        self._inbox = inbox
        self._clock = clock
        self._wake = wake

    async def run(self, stop: asyncio.Event, channels: Collection[str]) -> None:
        """Works until `stop` is set, for the conversations of `channels`."""
        while not stop.is_set():
            try:
                while await self._transactions.run_async(lambda connection: self.once(connection, channels)):
                    self._wake()
            except DatabaseError as error:
                _log.error("database away", reason=error.fields["reason"])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_S)

    def once(self, connection: Connection, channels: Collection[str]) -> bool:
        """Lets one timer go off; False when none is due."""
        now = self._clock()
        timer = self._timers.due(connection, now, channels)
        if timer is None:
            return False
        self._timers.drop(connection, timer)
        incoming = Incoming(
            channel=timer.channel,
            update_id=f"timer:{timer.id}",
            chat=timer.chat,
            sender=timer.chat,
            kind=IncomingKind(timer.kind),
            at=now,
            argument=timer.about,
        )
        self._inbox.add(connection, incoming)
        return True
