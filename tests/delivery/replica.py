"""One of several processes that share a PostgreSQL: decides, delivers and lets timers go off until it is ended.

    python -m tests.delivery.replica URL FILE

What it delivers is added to FILE, a line a try, in the order in which all processes did. Time runs sixty times faster
than elsewhere, so that the lease of a process that was killed runs out within seconds. See `test_replicas`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.mail import Delivered, Rates
from bot.core.model import IncomingKind
from bot.delivery.sender import Sender
from bot.delivery.timers import Alarm
from bot.delivery.worker import Worker
from bot.store import inbox, outbox, timers
from bot.store.database import Database
from tests.delivery.loops import echo
from tests.factories import CHANNEL, words

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import InboxItem, OutboxItem, Outcome

SPEED = 60
_ON_THE_WAY_S = 0.003


def now() -> int:
    """A time in ms that runs `SPEED` times faster, the same in all processes."""
    return time.time_ns() * SPEED // 1_000_000


class SharedChannel:
    """Adds each try to one file, as a person would see them."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def rates(self, _chat: str) -> Rates:
        return Rates()

    async def deliver(self, item: OutboxItem) -> Outcome:
        line = f"{item.mail.chat} {words(item.mail)} {'again' if item.unknown else 'first'} {os.getpid()}\n"
        os.write(self._file, line.encode())
        await asyncio.sleep(_ON_THE_WAY_S)
        return Delivered()


def decide(connection: Connection, item: InboxItem) -> None:
    """Says back what arrived, and of a timer what it is about."""
    if item.incoming.kind == IncomingKind.REMINDER:
        item = replace(item, incoming=replace(item.incoming, text=item.incoming.argument))
    echo(connection, item)


async def main(url: str, path: str) -> None:
    database = Database(url)
    worker = Worker(database, inbox, decide, now)
    sender = Sender(database, outbox, {CHANNEL: SharedChannel(path)}, lambda *_: None, now)
    alarm = Alarm(database, timers, inbox, now, worker.wake)
    worker.on_decided(sender.wake)
    stop = asyncio.Event()
    await asyncio.gather(worker.run(stop), sender.run(stop), alarm.run(stop, (CHANNEL,)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
