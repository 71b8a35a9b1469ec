"""Killed without warning (SIGKILL), then carried on by another process: decided once, delivered at least once."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.store import inbox, outbox, tables
from tests.delivery.loops import arrive, echo, put, running
from tests.delivery.process import now
from tests.factories import CHANNEL, MINUTE, FakeClock, RecordingChannel, make_incoming, make_mail
from tests.store.rows import column, rows, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.database import Database

_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def another_process(url: str, part: str) -> Iterator[IO[str]]:
    """Yields what the process tells; it is killed at the end."""
    command = [sys.executable, "-m", "tests.delivery.process", url, part]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT)
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def test_a_decision_cut_short_is_made_again_and_written_once(
    database: Database, database_url: str, clock: FakeClock
) -> None:
    arrive(database, make_incoming(text="first"), make_incoming(text="second"))
    with another_process(database_url, "deciding") as told:
        assert told.readline() == "first\n"
        if not database.is_sqlite:  # there, reading would wait for the writer as well
            assert size(database, tables.outbox) == 0
    worker = Worker(database, inbox, echo, clock.now)
    await running(worker.run, lambda: None not in column(database, tables.inbox, "done_at"))
    assert column(database, tables.inbox, "outcome") == ["done", "done"]
    assert column(database, tables.inbox, "attempts") == [0, 0]
    assert size(database, tables.outbox) == 2


async def test_what_was_decided_together_with_it_is_decided_again_too(
    database: Database, database_url: str, clock: FakeClock
) -> None:
    arrive(database, make_incoming(text="quick", chat="1"), make_incoming(text="slow", chat="2"))
    with another_process(database_url, "deciding") as told:
        assert told.readline() == "slow\n"
    assert size(database, tables.outbox) == 0
    worker = Worker(database, inbox, echo, clock.now, together=8)
    await running(worker.run, lambda: None not in column(database, tables.inbox, "done_at"))
    assert column(database, tables.inbox, "attempts") == [0, 0]
    assert size(database, tables.outbox) == 2


async def test_a_delivery_cut_short_is_tried_again_and_known_to_be_in_doubt(
    database: Database, database_url: str
) -> None:
    """Killed between claim and settle: nothing overtakes it, and the channel is told that it may have arrived."""
    put(database, make_mail("a1"), make_mail("a2"), make_mail("b1", chat="2"))
    with another_process(database_url, "sending") as told:
        assert {told.readline(), told.readline()} == {"100 a1 first\n", "2 b1 first\n"}
    assert column(database, tables.outbox, "state") == ["sending", "pending", "sending"]
    channel, clock = RecordingChannel(), FakeClock(now())
    sender = Sender(database, outbox, {CHANNEL: channel}, lambda *_: None, clock.now)

    def later() -> bool:
        clock.advance(MINUTE // 4)
        return None not in column(database, tables.outbox, "settled_at")

    await running(sender.run, later)
    assert channel.said("100") == ["a1", "a2"]
    assert {item.mail.chat + str(item.unknown) for item in channel.tried} == {"100True", "100False", "2True"}


async def test_a_restart_on_sqlite_does_not_wait_for_the_lease(database: Database, database_url: str) -> None:
    put(database, make_mail("a1"))
    with another_process(database_url, "sending") as told:
        told.readline()
    clock = FakeClock(now())
    database.run(lambda c: outbox.release(c, (CHANNEL,), clock.now()))
    channel = RecordingChannel()
    sender = Sender(database, outbox, {CHANNEL: channel}, lambda *_: None, clock.now)
    clock.advance(3_000)
    await running(sender.run, lambda: None not in column(database, tables.outbox, "settled_at"))
    assert [(item.unknown, item.attempts) for item in channel.tried] == [(True, 2)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_killed_again_and_again_nothing_is_lost_or_out_of_order(database: Database, database_url: str) -> None:
    chats, each, kills = 4, 20, 2
    arrive(database, *[make_incoming(text=str(n), chat=str(chat)) for n in range(each) for chat in range(chats)])
    told: list[str] = []
    for life in range(kills):
        with another_process(database_url, "pumping") as lines:
            told += [lines.readline() for _ in range(7 + 6 * life)]
    with another_process(database_url, "pumping") as lines:
        deadline = time.monotonic() + 60
        while not _all_sent(database, chats * each) and time.monotonic() < deadline:
            time.sleep(0.05)
        said = column(database, tables.outbox, "seq")
    assert len(said) == chats * each
    assert {row["outcome"] for row in rows(database, tables.inbox)} == {"done"}
    assert {row["state"] for row in rows(database, tables.outbox)} == {"sent"}
    for chat in range(chats):
        mine = [line.split()[1] for line in told if line.startswith(f"{chat} ")]
        assert mine == sorted(mine, key=int)


def _all_sent(database: Database, wanted: int) -> bool:
    states = column(database, tables.outbox, "state")
    return len(states) == wanted and set(states) == {"sent"}
