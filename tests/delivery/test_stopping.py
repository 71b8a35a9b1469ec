"""Told to stop while a channel does not answer: what is in hand is given back, in doubt, and nothing waits for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.core.mail import Delivered, Rates
from bot.delivery import sender
from bot.delivery.sender import Sender
from bot.store import outbox, tables
from tests.delivery.loops import put, reached
from tests.factories import CHANNEL, FakeClock, RecordingChannel, make_mail
from tests.store.rows import column, rows

if TYPE_CHECKING:
    import pytest

    from bot.core.mail import OutboxItem, Outcome
    from bot.store.database import Database


class StuckChannel:
    """Answers nothing to the chat 1, and everybody else after a moment."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    def rates(self, _chat: str) -> Rates:
        return Rates()

    async def deliver(self, item: OutboxItem) -> Outcome:
        self.tried.append(item.mail.chat)
        if item.mail.chat == "1":
            await asyncio.Event().wait()
        await asyncio.sleep(0.02)
        return Delivered("m")


async def test_what_hangs_is_given_back_and_the_rest_is_finished(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_GRACE_S", 2.0)
    put(database, make_mail("stuck", chat="1"), make_mail("behind it", chat="1"), make_mail("slow", chat="2"))
    channel, stop = StuckChannel(), asyncio.Event()
    running = asyncio.create_task(
        Sender(database, outbox, {CHANNEL: channel}, lambda *_: None, clock.now).run(stop),
    )
    await reached(lambda: sorted(channel.tried) == ["1", "2"])
    stop.set()
    await asyncio.wait_for(running, 20)
    assert column(database, tables.outbox, "state") == ["pending", "pending", "sent"]
    assert column(database, tables.outbox, "unknown") == [True, False, False]
    stuck = rows(database, tables.outbox)[0]
    assert (stuck["lease_until"], stuck["error"], stuck["not_before"]) == (None, "stopped", clock.now() + 3_000)


async def test_another_process_takes_it_up_without_waiting_for_the_lease(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_GRACE_S", 0.05)
    put(database, make_mail("stuck", chat="1"), make_mail("behind it", chat="1"))
    stuck, stop = StuckChannel(), asyncio.Event()
    running = asyncio.create_task(Sender(database, outbox, {CHANNEL: stuck}, lambda *_: None, clock.now).run(stop))
    await reached(lambda: stuck.tried == ["1"])
    stop.set()
    await asyncio.wait_for(running, 20)
    clock.advance(3_000)
    channel, again = RecordingChannel(), asyncio.Event()
    next_one = Sender(database, outbox, {CHANNEL: channel}, lambda *_: None, clock.now)
    running = asyncio.create_task(next_one.run(again))
    await reached(lambda: channel.said() == ["stuck", "behind it"])
    again.set()
    await asyncio.wait_for(running, 20)
    assert [item.unknown for item in channel.tried] == [True, False]
