"""What somebody who watches delivery is told: each decision and each try, with its fate and how long it took."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from structlog.contextvars import get_contextvars

from bot.core.mail import MAX_DECISIONS, Failed
from bot.delivery.observing import Unobserved
from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.store import inbox, outbox
from tests.delivery.loops import arrive, echo, running
from tests.factories import CHANNEL, MINUTE, FakeClock, RecordingChannel, make_incoming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem, OutboxItem, Outcome
    from bot.delivery.observing import Fate, Stage
    from bot.store.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Watcher(Unobserved):
    """Writes down what it is told."""

    fates: list[Fate] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    stages: dict[Stage, float] = field(default_factory=dict)

    def decided(self, item: InboxItem, fate: Fate) -> None:
        del item
        self.fates.append(fate)

    def delivered(self, item: OutboxItem, outcome: Outcome) -> None:
        del item
        self.outcomes.append(outcome)

    def lasted(self, stage: Stage, seconds: float) -> None:
        self.stages[stage] = seconds


class NotingChannel(RecordingChannel):
    """Notes what log lines would be bound to."""

    bound: Mapping[str, object] = {}

    async def deliver(self, item: OutboxItem) -> Outcome:
        self.bound = get_contextvars()
        return await super().deliver(item)


async def test_a_message_from_its_arrival_to_its_delivery(database: Database, clock: FakeClock) -> None:
    watcher, channel, bound = Watcher(), NotingChannel(), []

    def decide(connection: Connection, item: InboxItem) -> None:
        bound.append(get_contextvars())
        echo(connection, item)

    worker = Worker(database, inbox, decide, clock.now)
    worker.observe(watcher)
    arrive(database, make_incoming(text="a"))
    clock.advance(MINUTE)
    assert await worker.once()
    assert not await worker.once()
    sender = Sender(database, outbox, {CHANNEL: channel}, lambda *_: None, clock.now, watcher)
    await running(sender.run, lambda: bool(watcher.outcomes))
    assert watcher.fates == ["done"]
    assert set(watcher.stages) == {"inbox", "decide", "deliver", "outbox"}
    assert watcher.stages["inbox"] == watcher.stages["outbox"] == 60
    assert bound == [{"inbox": 1}]
    assert channel.bound == {"inbox": 1, "outbox": 1}
    assert get_contextvars() == {}


async def test_a_decision_that_fails_until_it_is_buried(database: Database, clock: FakeClock) -> None:
    def broken(_connection: Connection, _item: InboxItem) -> None:
        raise KeyError

    watcher, worker = Watcher(), Worker(database, inbox, broken, clock.now)
    worker.observe(watcher)
    arrive(database, make_incoming())
    for _ in range(MAX_DECISIONS):
        assert await worker.once()
        clock.advance(5 * MINUTE)
    assert not await worker.once()
    assert watcher.fates == ["failed"] * (MAX_DECISIONS - 1) + ["dead"]


async def test_a_message_that_is_given_up(database: Database, clock: FakeClock) -> None:
    watcher, channel = Watcher(), RecordingChannel()
    channel.script["100"] = [Failed("blocked")]
    worker = Worker(database, inbox, echo, clock.now)
    arrive(database, make_incoming())
    await worker.once()
    sender = Sender(database, outbox, {CHANNEL: channel}, lambda *_: None, clock.now, watcher)
    await running(sender.run, lambda: bool(watcher.outcomes))
    assert watcher.outcomes == [Failed("blocked")]
    assert "outbox" not in watcher.stages
