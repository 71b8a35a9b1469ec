from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.core.mail import MAX_AGE, Delivered, Failed, Limit, Rates, Retry
from bot.delivery.sender import Sender
from bot.errors import DatabaseError
from bot.store import marks, outbox, tables
from tests.delivery.loops import Flaky, put, reached, running
from tests.factories import CHANNEL, SECOND, START, FakeClock, RecordingChannel, make_mail, words
from tests.store.rows import column, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.core.mail import OutboxItem, Outcome
    from bot.delivery.ports import Channel, Transactions
    from bot.store.database import Database


@dataclass
class Settled:
    """What was told about each message, in the transaction that notes it."""

    told: list[tuple[str, Outcome]] = field(default_factory=list)

    def __call__(self, connection: Connection, item: OutboxItem, outcome: Outcome) -> None:
        marks.put(connection, words(item.mail), type(outcome).__name__)
        self.told.append((words(item.mail), outcome))


class Unsettled:
    """The outbox, whose first outcome finds the database away."""

    def __init__(self) -> None:
        self._away = True
        self.claim = outbox.claim

    def settle(self, connection: Connection, item: OutboxItem, outcome: Outcome, now: int) -> None:
        if self._away:
            self._away = False
            raise DatabaseError(database="test", reason="away for a moment", remedy="wait")
        outbox.settle(connection, item, outcome, now)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.sender._IDLE_S", 0.01)


def make_sender(
    transactions: Transactions, channel: Channel, clock: FakeClock, settled: Callable[..., None] | None = None
) -> Sender:
    return Sender(transactions, outbox, {CHANNEL: channel}, settled or Settled(), clock.now)


def states(database: Database) -> list[str]:
    return column(database, tables.outbox, "state")


def settled_all(database: Database) -> bool:
    return None not in column(database, tables.outbox, "settled_at")


# ---- outcomes --------------------------------------------------------------------------------------------


async def test_everything_goes_out_and_is_told(database: Database, clock: FakeClock) -> None:
    put(database, *[make_mail(f"{chat}{n}", chat=chat) for n in range(3) for chat in "ab"])
    channel, settled = RecordingChannel(), Settled()
    await running(make_sender(database, channel, clock, settled).run, lambda: settled_all(database))
    assert [channel.said(chat) for chat in "ab"] == [["a0", "a1", "a2"], ["b0", "b1", "b2"]]
    assert states(database) == ["sent"] * 6
    assert column(database, tables.outbox, "reference") == [f"sent-{seq}" for seq in range(1, 7)]
    assert sorted(settled.told) == sorted((words(item.mail), Delivered(f"sent-{item.seq}")) for item in channel.tried)


async def test_what_is_told_is_written_with_the_outcome(database: Database, clock: FakeClock) -> None:
    put(database, make_mail("a"))
    await running(make_sender(database, RecordingChannel(), clock).run, lambda: settled_all(database))
    assert database.run(lambda c: marks.get(c, "a")) == "Delivered"


async def test_a_failure_is_told_and_the_lane_goes_on(database: Database, clock: FakeClock) -> None:
    put(database, make_mail("a"), make_mail("b"))
    channel, settled = RecordingChannel(), Settled()
    channel.script["100"] = [Failed("blocked")]
    await running(make_sender(database, channel, clock, settled).run, lambda: settled_all(database))
    assert states(database) == ["dead", "sent"]
    assert settled.told == [("a", Failed("blocked")), ("b", Delivered("sent-2"))]


async def test_a_retry_goes_on_where_it_stopped(database: Database, clock: FakeClock) -> None:
    put(database, make_mail("long"))
    channel = RecordingChannel()
    channel.script["100"] = [Retry("429", after=0, progress=2), Retry("lost", after=0, unknown=True, progress=3)]
    await running(make_sender(database, channel, clock).run, lambda: settled_all(database))
    seen = [(item.attempts, item.progress, item.unknown) for item in channel.tried]
    assert seen == [(1, 0, False), (2, 2, False), (3, 3, True)]


async def test_a_chat_that_must_wait_holds_up_nobody_else(database: Database, clock: FakeClock) -> None:
    put(database, make_mail("a1"), make_mail("a2"), make_mail("b1", chat="2"), make_mail("b2", chat="2"))
    channel = RecordingChannel()
    channel.script["100"] = [Retry("429", after=30 * SECOND)]
    sender = make_sender(database, channel, clock)
    await running(sender.run, lambda: states(database)[2:] == ["sent", "sent"])
    assert states(database)[:2] == ["pending", "pending"]
    clock.advance(30 * SECOND)
    await running(sender.run, lambda: settled_all(database))
    assert channel.said("100") == ["a1", "a1", "a2"]


async def test_a_channel_that_raises_is_tried_again_in_doubt(
    database: Database, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    put(database, make_mail("a"), make_mail("b", chat="2"))
    channel, settled = RecordingChannel(), Settled()
    channel.script["100"] = [KeyError("the words of somebody")]
    sender = make_sender(database, channel, clock, settled)
    await running(sender.run, lambda: states(database) == ["pending", "sent"])
    clock.advance(SECOND)
    await running(sender.run, lambda: settled_all(database))
    assert [item.unknown for item in channel.tried if item.mail.chat == "100"] == [False, True]
    assert settled.told[-1] == ("a", Delivered("sent-1"))
    shown = "".join(capsys.readouterr())
    assert "KeyError" in shown
    assert "somebody" not in shown


async def test_a_database_that_is_away_while_something_is_made_ready_gives_up_nothing(
    database: Database, clock: FakeClock
) -> None:
    """A channel reads what it sends; that this cannot be read just now is not the message's fault."""
    put(database, make_mail("a"))
    channel = RecordingChannel()
    away = DatabaseError(database="test", reason="away for a moment", remedy="wait")
    channel.script["100"] = [*[Retry("no network", 0)] * 6, away]
    sender = make_sender(database, channel, clock)

    def later() -> bool:
        clock.advance(SECOND)
        return settled_all(database)

    await running(sender.run, later)
    assert states(database) == ["sent"]
    assert [item.unknown for item in channel.tried[-2:]] == [False, True]


@pytest.mark.parametrize("last", [Retry("away"), KeyError("x")])
async def test_a_message_is_given_up_after_a_day(database: Database, clock: FakeClock, last: Outcome) -> None:
    put(database, make_mail("a"), make_mail("b"))
    channel, settled = RecordingChannel(), Settled()
    channel.script["100"] = [Retry("away"), last]
    sender = make_sender(database, channel, clock, settled)
    clock.advance(MAX_AGE)
    await running(sender.run, lambda: len(channel.tried) == 1 and states(database)[0] == "pending")
    clock.advance(SECOND)
    await running(sender.run, lambda: settled_all(database))
    assert states(database) == ["dead", "sent"]
    assert ("a", Failed("expired")) in settled.told


async def test_an_old_message_that_arrives_is_delivered(database: Database, clock: FakeClock) -> None:
    put(database, make_mail("a"))
    clock.advance(3 * MAX_AGE)
    await running(make_sender(database, RecordingChannel(), clock).run, lambda: settled_all(database))
    assert states(database) == ["sent"]


async def test_limits_of_the_channel_hold(database: Database, clock: FakeClock) -> None:
    put(database, *[make_mail(str(n)) for n in range(3)])
    channel = RecordingChannel(limits=Rates((Limit(2, SECOND),)))
    sender = make_sender(database, channel, clock)
    await running(sender.run, lambda: states(database) == ["sent", "sent", "pending"])
    clock.advance(SECOND)
    await running(sender.run, lambda: settled_all(database))
    assert channel.said() == ["0", "1", "2"]


async def test_other_channels_are_left_to_other_processes(database: Database, clock: FakeClock) -> None:
    put(database, make_mail("a", channel="terminal"), make_mail("b"))
    channel = RecordingChannel()
    await running(make_sender(database, channel, clock).run, lambda: "sent" in states(database))
    assert states(database) == ["pending", "sent"]


# ---- faults ----------------------------------------------------------------------------------------------


async def test_the_loop_survives_a_database_that_is_away(
    database: Database, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    put(database, make_mail("a"))
    channel = RecordingChannel()
    await running(make_sender(Flaky(database, 0, 1), channel, clock).run, lambda: settled_all(database))
    assert channel.said() == ["a"]
    assert "away for a moment" in "".join(capsys.readouterr())


async def test_an_outcome_is_written_again_when_the_database_is_back(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.delivery.sender._AGAIN_S", 0.01)
    put(database, make_mail("a"), make_mail("b"))
    channel = RecordingChannel()
    sender = Sender(database, Unsettled(), {CHANNEL: channel}, Settled(), clock.now)
    await running(sender.run, lambda: settled_all(database))
    assert channel.said() == ["a", "b"]
    assert "outcome not written" in "".join(capsys.readouterr())


async def test_an_outcome_that_could_not_be_written_comes_back_in_doubt(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Delivered, then the database went away, and the process ended: the lease runs out, and the channel is told that
    it may have arrived.
    """
    monkeypatch.setattr("bot.delivery.sender._AGAIN_S", 3600)
    put(database, make_mail("a"), make_mail("b"))
    channel = RecordingChannel()
    sender = Sender(database, Unsettled(), {CHANNEL: channel}, Settled(), clock.now)
    await running(sender.run, lambda: len(channel.tried) == 1)
    assert states(database) == ["sending", "pending"]
    assert database.run(lambda c: marks.get(c, "a")) is None
    assert "outcome not written" in "".join(capsys.readouterr())

    def later() -> bool:
        clock.advance(SECOND)
        return settled_all(database)

    await running(sender.run, later)
    assert channel.said() == ["a", "a", "b"]
    assert [item.unknown for item in channel.tried] == [False, True, False]


async def test_a_fault_in_what_follows_does_not_send_a_message_again_and_again(
    database: Database, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was delivered stays delivered, also where the desk could not be told; the fault is seen."""

    def broken(_connection: Connection, _item: OutboxItem, _outcome: Outcome) -> None:
        raise KeyError("the ticket is gone")

    put(database, make_mail("a"), make_mail("b", chat="2"))
    channel = RecordingChannel()
    sender = make_sender(database, channel, clock, broken)
    await running(sender.run, lambda: len(channel.tried) == 2)
    looks = 0

    def later() -> bool:
        nonlocal looks
        looks += 1
        clock.advance(10 * SECOND)
        return looks > 30

    await running(sender.run, later)
    assert channel.said() == ["a", "b"]
    assert states(database) == ["sent", "sent"]
    assert "KeyError" in "".join(capsys.readouterr())


# ---- stopping and waking ---------------------------------------------------------------------------------


class SlowChannel(RecordingChannel):
    """Delivers when it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def deliver(self, item: OutboxItem) -> Outcome:
        self.tried.append(item)
        await self.go_on.wait()
        return Delivered()


async def test_a_stop_finishes_what_is_in_hand(database: Database, clock: FakeClock) -> None:
    put(database, make_mail("a1"), make_mail("a2"), make_mail("b1", chat="2"))
    stop, channel = asyncio.Event(), SlowChannel()
    task = asyncio.create_task(make_sender(database, channel, clock).run(stop))
    await reached(lambda: len(channel.tried) == 2)
    stop.set()
    await asyncio.sleep(0.05)
    assert not task.done()
    channel.go_on.set()
    await asyncio.wait_for(task, 30)
    assert states(database) == ["sent", "pending", "sent"]
    assert not any(row["lease_until"] for row in rows(database, tables.outbox))


async def test_only_so_many_are_in_hand_at_once(database: Database, clock: FakeClock) -> None:
    put(database, *[make_mail(str(n), chat=str(n)) for n in range(20)])
    stop, channel = asyncio.Event(), SlowChannel()
    task = asyncio.create_task(make_sender(database, channel, clock).run(stop))
    await reached(lambda: len(channel.tried) == 16)
    await asyncio.sleep(0.05)
    assert len(channel.tried) == 16
    channel.go_on.set()
    await reached(lambda: settled_all(database))
    stop.set()
    await asyncio.wait_for(task, 30)
    assert len(channel.tried) == 20


async def test_one_slow_chat_holds_up_nobody_else(database: Database, clock: FakeClock) -> None:
    put(database, make_mail("slow"), *[make_mail(str(n), chat="2") for n in range(5)])
    slow = SlowChannel()

    class Mixed(RecordingChannel):
        async def deliver(self, item: OutboxItem) -> Outcome:
            return await (slow.deliver(item) if item.mail.chat == "100" else super().deliver(item))

    channel = Mixed()
    stop = asyncio.Event()
    task = asyncio.create_task(make_sender(database, channel, clock).run(stop))
    await reached(lambda: states(database)[1:] == ["sent"] * 5)
    assert states(database)[0] == "sending"
    slow.go_on.set()
    stop.set()
    await asyncio.wait_for(task, 30)
    assert states(database)[0] == "sent"


async def test_a_wake_ends_the_wait(database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.sender._IDLE_S", 3600)
    stop, flaky = asyncio.Event(), Flaky(database)
    sender = make_sender(flaky, RecordingChannel(), clock)
    task = asyncio.create_task(sender.run(stop))
    await reached(lambda: flaky.tries > 0)
    await database.run_async(lambda c: outbox.add(c, make_mail("late"), START))
    sender.wake()
    await reached(lambda: states(database) == ["sent"])
    stop.set()
    sender.wake()
    await asyncio.wait_for(task, 30)


async def test_two_senders_on_one_database(database: Database, clock: FakeClock) -> None:
    put(database, *[make_mail(f"{chat}{n}", chat=chat) for n in range(5) for chat in "abcd"])
    channel = RecordingChannel()
    senders = [make_sender(database, channel, clock) for _ in range(2)]

    async def run(stop: asyncio.Event) -> None:
        await asyncio.gather(*[sender.run(stop) for sender in senders])

    await running(run, lambda: settled_all(database))
    assert len(channel.tried) == 20
    for chat in "abcd":
        assert channel.said(chat) == [f"{chat}{n}" for n in range(5)]


async def test_the_log_names_where_a_delivery_failed(database: Database, clock: FakeClock) -> None:
    class Raising(RecordingChannel):
        async def deliver(self, item: OutboxItem) -> Outcome:
            raise ValueError(f"a secret of the resident {item.seq}")

    put(database, make_mail("a"))
    with capture_logs() as logs:
        await running(make_sender(database, Raising(), clock).run, lambda: bool(logs))
    assert str(logs[0]["place"]).startswith("delivery/test_sender.py:")
    assert "secret" not in str(logs)
