"""A database that is away when told to, and what a decision usually writes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from bot.errors import DatabaseError
from bot.store import inbox, outbox
from tests.factories import START, make_mail

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem, Mail
    from bot.core.model import Incoming
    from bot.store.database import Database

T = TypeVar("T")

_PATIENCE = 30
"""Seconds after which a test gives up; much more than is ever needed."""


class Flaky:
    """Transactions of `database`; the tries with the given numbers (from 0) find it away."""

    def __init__(self, database: Database, *away: int) -> None:
        self._database = database
        self._away = set(away)
        self.tries = 0

    async def run_async(self, fn: Callable[[Connection], T]) -> T:
        number, self.tries = self.tries, self.tries + 1
        if number in self._away:
            raise DatabaseError(database="test", reason="away for a moment", remedy="wait")
        return await self._database.run_async(fn)


def arrive(database: Database, *arrived: Incoming) -> None:
    database.run(lambda c: [inbox.add(c, incoming) for incoming in arrived])


def put(database: Database, *mails: Mail, now: int = START) -> None:
    def work(connection: Connection) -> None:
        for mail in mails:
            outbox.add(connection, mail, now)

    database.run(work)


def echo(connection: Connection, item: InboxItem) -> None:
    """A decision: says back what arrived."""
    incoming = item.incoming
    outbox.add(connection, make_mail(incoming.text, chat=incoming.chat), START)


async def running(run: Callable[[asyncio.Event], Awaitable[None]], until: Callable[[], bool]) -> None:
    """Runs a loop until `until` says so, then stops it and waits for its end."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(run(stop))
    await reached(lambda: until() or task.done())
    stop.set()
    await asyncio.wait_for(task, _PATIENCE)


async def reached(condition: Callable[[], bool]) -> None:
    """Waits while the loops turn, until `condition` holds."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)
