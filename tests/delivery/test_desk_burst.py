"""Sixty new cases within a minute in one staff group, in virtual time: its limit holds, and the right ones wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from bot.app import App
from bot.core.conversation import Conversation, Draft
from bot.delivery.sender import Sender
from bot.service.desk import Staff
from bot.service.topics import TopicBook
from bot.store import conversations, outbox, tables
from handlers.telegram import CHANNEL
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.client import make_bot
from tests.desk_burst import ALLOWED, WINDOW, confirmations, first_cards, into, most_in_a_window, topics
from tests.factories import SECOND, FakeClock, make_incoming
from tests.harness import StandingClock, make_settings, real_core
from tests.store.rows import column
from tests.telegram_server.clock import Clock
from tests.telegram_server.server import TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.telegram_server.resident import User
    from tests.telegram_server.staff import Group

CASES = 60
URGENT = range(50, 56)
GROUP_RATE = 18
_STEP = SECOND
_FOREVER = 20 * 60 * SECOND


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

    app: App
    clock: StandingClock
    server: TelegramServer
    group: Group
    residents: list[User] = field(default_factory=list)

    def __post_init__(self) -> None:
        app = self.app
        book = TopicBook(app.database, app.desk, app.receipts, app.drafts, app.core.renderer)
        self.bot = make_bot(self.server.token, self.server.url)
        channel = TelegramChannel(self.bot, app.core.renderer, book, app.files, group_rate=GROUP_RATE)
        self.sender = Sender(app.database, outbox, {CHANNEL: channel}, app.receipts.settled, self.clock.now)

    @property
    def seconds(self) -> float:
        return self.clock.now() / 1000

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
            self.app.desk.open(connection, identity, draft, "en", make_incoming(chat=chat, sender=chat))

        await self.app.database.run_async(write)

    async def passes(self, ms: int) -> None:
        """Time passes; what is due goes out on the way."""
        end = self.clock.now() + ms
        while True:
            await self._deliver()
            if self.clock.now() >= end:
                return
            self.clock.advance(min(_STEP, end - self.clock.now()))

    async def drains(self) -> None:
        end = self.clock.now() + _FOREVER
        while None in column(self.app.database, tables.outbox, "settled_at"):
            assert self.clock.now() < end, "something never went out"
            await self.passes(SECOND)

    async def _deliver(self) -> None:
        while await self.sender._start_due() or self.sender._in_hand:
            if self.sender._in_hand:
                await asyncio.wait(self.sender._in_hand)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def server(clock: StandingClock) -> Iterator[TelegramServer]:
    running = TelegramServer()
    running.world.clock = ServerClock(clock)
    running.faults._clock = running.world.clock
    with running:
        yield running
        assert running.violations == []


@pytest.fixture
async def office(clock: StandingClock, server: TelegramServer, tmp_path: Path) -> AsyncIterator[Office]:
    group = server.group("Staff")
    chats = {"citizen-service": str(group.id)}
    settings = make_settings(tmp_path / "bot.db", telegram_token=server.token, telegram_staff_chats=chats)
    app = App(settings, replace(real_core(), clock=clock))
    made = Office(app, clock, server, group)
    await made.bot.initialize()
    yield made
    await made.bot.shutdown()
    app.close()


@pytest.mark.parametrize("apart", [SECOND, SECOND // 10])
async def test_a_burst(office: Office, apart: int) -> None:
    """The limit holds; urgent cases go first, new ones before work on old ones; residents are told at once."""
    opened: dict[int, float] = {}
    for number in range(1, CASES + 1):
        opened[number] = office.seconds
        await office.opens(urgent=number in URGENT)
        await office.passes(apart)
        if number == CASES // 2:
            await office.app.database.run_async(lambda c: office.app.desk.claim(c, 1, Staff("7", "Mette")))
    await office.drains()
    calls = into(office.server, office.group.id)
    cards, made = first_cards(calls), topics(calls)
    assert len(cards) == CASES
    assert most_in_a_window([call.time for call in calls]) <= ALLOWED
    assert max(cards.values()) - opened[1] < WINDOW * 2 * CASES / GROUP_RATE
    waited = {number: at for number, at in cards.items() if at > opened[URGENT[-1]]}
    assert sorted(waited, key=waited.__getitem__)[: len(URGENT)] == list(URGENT)
    assert max(cards[number] - made[number] for number in cards) < 2, "a topic stood without its card"
    assert min(call.time for call in calls if call.method == "editMessageText") >= max(cards.values())
    told = confirmations(office.server)
    assert max(told[number] - opened[number] for number in opened) < 1
