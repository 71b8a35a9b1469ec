"""A process of its own that works on a database until it is killed. See `test_crash`.

    python -m tests.delivery.process URL PART

PART says where it stops and waits for its end, after a line on stdout: `deciding` in the middle of a decision,
`sending` in the middle of a delivery; `pumping` never stops, and tells each delivery.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from typing import TYPE_CHECKING

from bot.core.mail import Delivered, Rates
from bot.delivery.grouping import Grouped
from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.store import inbox, outbox
from bot.store.database import Database
from tests.delivery.loops import echo
from tests.factories import CHANNEL, words

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import InboxItem, OutboxItem, Outcome


def now() -> int:
    """The machine's time, in ms."""
    return time.time_ns() // 1_000_000


def tell(line: str) -> None:
    """One line to the test, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class TellingChannel:
    """Tells each try before it is acknowledged; with `hang`, no try ever comes back."""

    def __init__(self, *, hang: bool) -> None:
        self._hang = hang

    def rates(self, _chat: str) -> Rates:
        return Rates()

    async def deliver(self, item: OutboxItem) -> Outcome:
        tell(f"{item.mail.chat} {words(item.mail)} {'again' if item.unknown else 'first'}")
        if self._hang:
            await asyncio.Event().wait()
        return Delivered()


def hang_in_decision(connection: Connection, item: InboxItem) -> None:
    """Writes what follows, and never commits; only what begins with "quick" lets others be decided with it."""
    echo(connection, item)
    if not item.incoming.text.startswith("quick"):
        tell(item.incoming.text)
        threading.Event().wait()


async def main(url: str, part: str) -> None:
    database = Database(url)
    channels = {CHANNEL: TellingChannel(hang=part == "sending")}
    sender = Sender(database, outbox, channels, lambda *_: None, now, noting=Grouped(database, 8))
    # How fast this machine is, is no matter here.
    decide = hang_in_decision if part == "deciding" else echo
    worker = Worker(database, inbox, decide, now, together=8, watch=lambda: 0.0)
    worker.on_decided(sender.wake)
    if database.is_sqlite:
        await database.run_async(lambda c: outbox.release(c, (CHANNEL,), now()))
    await asyncio.gather(worker.run(asyncio.Event()), sender.run(asyncio.Event()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
