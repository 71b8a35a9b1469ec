from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update
from structlog.testing import capture_logs

from bot.core.mail import MAX_DECISIONS
from bot.delivery.worker import Worker, place
from bot.errors import DatabaseError
from bot.store import inbox, tables
from bot.store.codec import mail_from_json
from tests.delivery.loops import Flaky, arrive, echo, reached, running
from tests.factories import START, FakeClock, make_incoming, words
from tests.store.rows import column, rows, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.store.database import Database


def make_worker(database: Database, decide: Callable[[Connection, InboxItem], None], clock: FakeClock) -> Worker:
    return Worker(database, inbox, decide, clock.now)


def said(database: Database) -> list[str]:
    """What lies in the outbox."""
    return [words(mail_from_json(payload)) for payload in column(database, tables.outbox, "payload")]


def is_settled(database: Database) -> bool:
    return None not in column(database, tables.inbox, "done_at")


def failing(*texts: str) -> Callable[[Connection, InboxItem], None]:
    """Decides like `echo`, then raises for messages with one of the words."""

    def decide(connection: Connection, item: InboxItem) -> None:
        echo(connection, item)
        if item.incoming.text in texts:
            raise ValueError("a secret of the resident")

    return decide


# ---- one decision ----------------------------------------------------------------------------------------


async def test_nothing_to_decide(database: Database, clock: FakeClock) -> None:
    assert not await make_worker(database, echo, clock).once()


async def test_a_decision_and_what_follows_are_written_together(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="hello"))
    assert await make_worker(database, echo, clock).once()
    assert said(database) == ["hello"]
    assert column(database, tables.inbox, "outcome") == ["done"]


async def test_a_decision_that_raises_leaves_nothing_behind(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="bad"))
    assert await make_worker(database, failing("bad"), clock).once()
    assert size(database, tables.outbox) == 0
    row = rows(database, tables.inbox)[0]
    assert (row["attempts"], row["done_at"], row["not_before"]) == (1, None, START + 1000)
    assert row["error"] == "ValueError"


async def test_a_failed_decision_is_tried_again_later_and_its_lane_waits(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="bad"), make_incoming(text="next"), make_incoming(text="other", chat="2"))
    worker = make_worker(database, failing("bad"), clock)
    assert [await worker.once() for _ in range(3)] == [True, True, False]
    assert said(database) == ["other"]
    clock.advance(999)
    assert not await worker.once()
    clock.advance(1)
    healed = make_worker(database, echo, clock)
    assert [await healed.once() for _ in range(3)] == [True, True, False]
    assert said(database) == ["other", "bad", "next"]


async def test_a_poison_message_is_put_aside_and_its_lane_goes_on(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="poison"), make_incoming(text="next"))
    worker, tries = make_worker(database, failing("poison"), clock), 0
    while not is_settled(database):
        tries += await worker.once()
        clock.advance(60_000)
    assert tries == MAX_DECISIONS + 1
    assert said(database) == ["next"]
    poison, following = rows(database, tables.inbox)
    assert (poison["outcome"], poison["attempts"]) == ("dead", MAX_DECISIONS)
    assert following["outcome"] == "done"


async def test_the_waits_between_tries_double(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="poison"))
    worker, waits = make_worker(database, failing("poison"), clock), []
    for _ in range(MAX_DECISIONS - 1):
        await worker.once()
        waits.append(column(database, tables.inbox, "not_before")[0] - clock.now())
        clock.advance(waits[-1])
    assert waits == [1000, 2000, 4000, 8000]


async def test_what_went_wrong_is_told_without_peoples_words(
    database: Database, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    arrive(database, make_incoming(text="bad"))
    await make_worker(database, failing("bad"), clock).once()
    shown = "".join(capsys.readouterr())
    assert "ValueError" in shown
    assert "secret" not in shown
    assert "secret" not in str(rows(database, tables.inbox))


# ---- faults that are not the message's -------------------------------------------------------------------


async def test_a_database_that_is_away_is_not_the_messages_fault(database: Database, clock: FakeClock) -> None:
    def away(_connection: Connection, _item: InboxItem) -> None:
        raise DatabaseError(database="test", reason="away", remedy="wait")

    arrive(database, make_incoming())
    with pytest.raises(DatabaseError):
        await make_worker(database, away, clock).once()
    assert column(database, tables.inbox, "attempts") == [0]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_lost_while_deciding_is_not_the_messages_fault(database: Database, clock: FakeClock) -> None:
    """A restart of the server must not use up the tries of whatever was in hand."""

    def lose(connection: Connection, _item: InboxItem) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    arrive(database, make_incoming(text="hello"))
    with pytest.raises(DatabaseError):
        await make_worker(database, lose, clock).once()
    assert column(database, tables.inbox, "attempts") == [0]
    assert await make_worker(database, echo, clock).once()
    assert said(database) == ["hello"]


async def test_a_message_that_cannot_be_read_does_not_stop_the_others(database: Database, clock: FakeClock) -> None:
    """As after going back to an earlier version of the program."""
    arrive(database, make_incoming(), make_incoming(text="same lane"), make_incoming(text="other", chat="2"))
    database.run(lambda c: c.execute(update(tables.inbox).where(tables.inbox.c.seq == 1).values(payload="{}")))
    worker = make_worker(database, echo, clock)

    def all_said() -> bool:
        clock.advance(1_000)
        return size(database, tables.outbox) == 2

    await running(worker.run, all_said)
    assert set(said(database)) == {"same lane", "other"}
    assert column(database, tables.inbox, "outcome") == ["dead", "done", "done"]


# ---- the loop --------------------------------------------------------------------------------------------


async def test_the_loop_decides_everything_and_calls_back_each_time(database: Database, clock: FakeClock) -> None:
    arrive(database, *[make_incoming(text=word, chat=word) for word in "abc"])
    worker, calls = make_worker(database, echo, clock), []
    worker.on_decided(lambda: calls.append(size(database, tables.outbox)))
    await running(worker.run, lambda: is_settled(database))
    assert said(database) == list("abc")
    assert calls == [1, 2, 3]


async def test_the_loop_survives_a_database_that_is_away(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.delivery.worker._IDLE_S", 0.01)
    arrive(database, make_incoming(text="a"), make_incoming(text="b"))
    worker = Worker(Flaky(database, 0, 1, 3), inbox, echo, clock.now)
    await running(worker.run, lambda: is_settled(database))
    assert said(database) == ["a", "b"]
    assert "away for a moment" in "".join(capsys.readouterr())


async def test_a_fault_that_cannot_be_noted_leaves_the_message_as_it_was(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker._IDLE_S", 0.01)
    arrive(database, make_incoming(text="bad"))
    worker = Worker(Flaky(database, 1), inbox, failing("bad"), clock.now)
    await running(worker.run, lambda: column(database, tables.inbox, "attempts") == [1])
    assert size(database, tables.outbox) == 0


async def test_a_stop_finishes_what_is_in_hand(database: Database, clock: FakeClock) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection, item: InboxItem) -> None:
        inside.set()
        assert go_on.wait(10)
        echo(connection, item)

    arrive(database, make_incoming(text="in hand"), make_incoming(text="waits"))
    stop, worker = asyncio.Event(), make_worker(database, slow, clock)
    task = asyncio.create_task(worker.run(stop))
    assert await asyncio.to_thread(inside.wait, 10)
    stop.set()
    go_on.set()
    await asyncio.wait_for(task, 10)
    assert said(database) == ["in hand"]
    assert column(database, tables.inbox, "outcome") == ["done", None]


async def test_a_wake_ends_the_wait(database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.worker._IDLE_S", 3600)
    stop, flaky = asyncio.Event(), Flaky(database)
    worker = Worker(flaky, inbox, echo, clock.now)
    task = asyncio.create_task(worker.run(stop))
    await reached(lambda: flaky.tries > 0)
    await database.run_async(lambda c: inbox.add(c, make_incoming(text="late")))
    worker.wake()
    await reached(lambda: size(database, tables.outbox) == 1)
    stop.set()
    worker.wake()
    await asyncio.wait_for(task, 30)
    assert said(database) == ["late"]


async def test_several_workers_share_one_database(database: Database, clock: FakeClock) -> None:
    arrive(database, *[make_incoming(text=f"{chat}{n}", chat=chat) for n in range(5) for chat in "abcd"])
    workers = [make_worker(database, echo, clock) for _ in range(3)]

    async def run(stop: asyncio.Event) -> None:
        await asyncio.gather(*[worker.run(stop) for worker in workers])

    await running(run, lambda: is_settled(database))
    order = said(database)
    assert len(order) == 20
    for chat in "abcd":
        assert [text for text in order if text.startswith(chat)] == [f"{chat}{n}" for n in range(5)]


async def test_the_log_names_where_a_decision_failed(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="bad"))
    with capture_logs() as logs:
        await make_worker(database, failing("bad"), clock).once()
    (line,) = logs
    assert str(line["place"]).startswith("delivery/test_worker.py:")
    assert "secret" not in str(line)


def test_what_was_never_raised_has_no_place() -> None:
    assert place(None) == place(ValueError()) == ""
