"""Sixty new cases within a minute in one staff group, in virtual time: the group's limit holds, and who waits is right."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.conversation import Conversation, Draft
from bot.core.mail import Rates
from bot.delivery.sender import Sender
from bot.service.desk import Desk, Staff
from bot.service.posting import StaffGroups
from bot.service.receipts import Receipts
from bot.service.topics import TopicBook
from bot.store import conversations, outbox, tables
from handlers.telegram import CHANNEL
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.client import make_bot
from tests.core.talk import make_renderer
from tests.desk_burst import ALLOWED, confirmations, first_cards, into, most_in_a_window
from tests.factories import SECOND, FakeClock, make_incoming
from tests.handlers.telegram.working import small_library
from tests.store.rows import column
from tests.telegram_server.clock import Clock
from tests.telegram_server.server import TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import Connection

    from bot.store.database import Database
    from tests.telegram_server.resident import User
    from tests.telegram_server.staff import Group

CASES = 60
URGENT = range(50, 56)
_STEP = 100
_FOREVER = 20 * 60 * SECOND

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class ServerClock(Clock):
    """The server's time is the test's."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> float:
        return self._clock.now() / 1000


@dataclass
class Office:
    """The desk with the real way out to a local Telegram, in time that only moves here."""

    database: Database
    clock: FakeClock
    server: TelegramServer
    group: Group
    residents: list[User] = field(default_factory=list)

    def __post_init__(self) -> None:
        library = small_library()
        renderer = make_renderer(library.knowledge)
        groups = StaffGroups(CHANNEL, {"citizens": str(self.group.id)}, "en")
        self.desk = Desk(library, groups, self.clock)
        receipts = Receipts(self.desk.posts, self.clock)
        book = TopicBook(self.database, self.desk, receipts, renderer)
        self.bot = make_bot(self.server.token, self.server.url)
        channel = TelegramChannel(self.bot, renderer, book, None)  # type: ignore[arg-type]
        self.sender = Sender(self.database, outbox, {CHANNEL: channel}, receipts.settled, self.clock.now)

    async def opens(self, *, urgent: bool) -> None:
        """Somebody new agrees to pass their question on."""
        resident = self.server.user(f"Resident{len(self.residents)}")
        resident.start()
        self.residents.append(resident)
        chat = str(resident.id)

        def write(connection: Connection) -> None:
            identity, state = conversations.load(connection, CHANNEL, chat, Conversation(), self.clock.now())
            conversations.save(connection, identity, state, self.clock.now())
            draft = Draft(number=1, lines=("I need help",), urgent=urgent)
            self.desk.open(connection, identity, draft, "en", make_incoming(chat=chat, sender=chat))

        await self.database.run_async(write)

    async def passes(self, ms: int) -> None:
        """Time passes; what is due goes out on the way."""
        end = self.clock.now() + ms
        while True:
            await self._deliver()
            if self.clock.now() >= end:
                return
            self.clock.advance(_STEP)

    async def drains(self) -> None:
        end = self.clock.now() + _FOREVER
        while None in column(self.database, tables.outbox, "settled_at"):
            assert self.clock.now() < end, "something never went out"
            await self.passes(SECOND)

    async def _deliver(self) -> None:
        while await self.sender._start_due() or self.sender._in_hand:
            if self.sender._in_hand:
                await asyncio.wait(self.sender._in_hand)


@pytest.fixture
def server(clock: FakeClock) -> Iterator[TelegramServer]:
    running = TelegramServer()
    running.world.clock = ServerClock(clock)
    running.faults._clock = running.world.clock
    with running:
        yield running
        assert running.violations == []


@pytest.fixture
async def office(database: Database, clock: FakeClock, server: TelegramServer) -> AsyncIterator[Office]:
    made = Office(database, clock, server, server.group("Staff"))
    await made.bot.initialize()
    yield made
    await made.bot.shutdown()


async def test_a_burst(office: Office) -> None:
    begin, opened = office.clock.now() / 1000, dict[int, float]()
    for number in range(1, CASES + 1):
        opened[number] = office.clock.now() / 1000
        await office.opens(urgent=number in URGENT)
        await office.passes(SECOND)
        if number == 3:  # while the group is busy, somebody works on an early case
            await office.database.run_async(lambda c: office.desk.claim(c, 1, Staff("7", "Mette")))
    await office.drains()
    calls = into(office.server, office.group.id)
    cards = first_cards(calls)
    assert len(cards) == CASES
    assert most_in_a_window([call.time for call in calls]) <= ALLOWED
    waits = {number: cards[number] - opened[number] for number in cards}
    print({n: round(cards[n]-begin,1) for n in cards})
    made = [call.time for call in calls if call.method == "createForumTopic"]
    print([round(t-begin,1) for t in made])
    print([round(call.time-begin,1) for call in calls if call.method == "editMessageText"], len(calls))
    assert False
