"""Several messages decided in one transaction: as if each had been decided by itself."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeVar

import pytest

from bot.core.mail import MAX_DECISIONS
from bot.delivery.worker import Worker
from bot.errors import DatabaseError
from bot.store import inbox, tables
from bot.store.codec import mail_from_json
from tests.delivery.loops import Flaky, arrive, echo, running
from tests.factories import FakeClock, make_incoming, words
from tests.store.rows import column, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.store.database import Database

T = TypeVar("T")


def stopped() -> float:
    """How fast this machine is, is no matter here."""
    return 0.0


class Slow:
    """A database whose commits take a while by a clock of its own, in s."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._time = 0.0
        self.commit = 0.0

    def now(self) -> float:
        return self._time

    def passes(self, seconds: float) -> None:
        self._time += seconds

    async def run_async(self, fn: Callable[[Connection], T]) -> T:
        result = await self._database.run_async(fn)
        self.passes(self.commit)
        return result


def said(database: Database) -> list[str]:
    return [words(mail_from_json(payload)) for payload in column(database, tables.outbox, "payload")]


def together(database: Database, clock: FakeClock, decide: Callable[[Connection, InboxItem], None] = echo) -> Worker:
    return Worker(database, inbox, decide, clock.now, together=8, watch=stopped)


def failing(connection: Connection, item: InboxItem) -> None:
    """Decides like `echo`, then raises for what begins with "bad"."""
    echo(connection, item)
    if item.incoming.text.startswith("bad"):
        raise ValueError("a secret of the resident")


async def test_as_many_lanes_as_are_due_share_a_transaction(database: Database, clock: FakeClock) -> None:
    arrive(database, *[make_incoming(text=f"{chat}{n}", chat=chat) for n in range(2) for chat in "abc"])
    flaky = Flaky(database)
    worker = Worker(flaky, inbox, echo, clock.now, together=8, watch=stopped)
    assert [await worker.once() for _ in range(3)] == [True, True, False]
    assert flaky.tries == 3
    assert said(database) == ["a0", "b0", "c0", "a1", "b1", "c1"]
    assert column(database, tables.outbox, "cause") == [1, 2, 3, 4, 5, 6]
    assert set(column(database, tables.inbox, "outcome")) == {"done"}


async def test_no_more_than_allowed_share_one(database: Database, clock: FakeClock) -> None:
    arrive(database, *[make_incoming(text=str(chat), chat=str(chat)) for chat in range(10)])
    await together(database, clock).once()
    assert len(said(database)) == 8


async def test_one_that_takes_long_is_not_joined_by_others(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="a", chat="1"), make_incoming(text="b", chat="2"))
    await Worker(database, inbox, echo, clock.now, together=8, watch=itertools.count().__next__).once()
    assert said(database) == ["a"]


async def test_the_longer_a_commit_takes_the_more_are_decided_with_it(database: Database, clock: FakeClock) -> None:
    """Each decision takes 15 ms: without it two would be decided at once, and most of the time be spent on commits."""
    slow = Slow(database)

    def decide(connection: Connection, item: InboxItem) -> None:
        echo(connection, item)
        slow.passes(0.015)

    worker = Worker(slow, inbox, decide, clock.now, together=8, watch=slow.now)
    arrive(database, *[make_incoming(text=str(chat), chat=str(chat)) for chat in range(20)])
    done = []
    for commit in (0.001, 0.1, 0.1, 0.001):
        slow.commit = commit
        await worker.once()
        done.append(len(said(database)))
    assert done == [2, 4, 11, 18]
    await worker.once()
    assert len(said(database)) == 20


async def test_what_staff_write_is_decided_by_itself(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="a", chat="1"), make_incoming(text="b", chat="2"))
    arrive(database, make_incoming(text="staff", chat="-5", staff=True), make_incoming(text="c", chat="3"))
    worker, after = together(database, clock), []
    while await worker.once():
        after.append(said(database))
    assert after == [["a", "b"], ["a", "b", "staff"], ["a", "b", "staff", "c"]]


async def test_one_that_fails_undoes_no_other(database: Database, clock: FakeClock) -> None:
    arrive(database, *[make_incoming(text=word, chat=word) for word in ("a", "b", "bad", "c")])
    arrive(database, make_incoming(text="after bad", chat="bad"))
    worker = together(database, clock, failing)
    while await worker.once():
        pass
    assert said(database) == ["a", "b", "c"]
    assert column(database, tables.inbox, "attempts") == [0, 0, 1, 0, 0]
    assert column(database, tables.inbox, "outcome") == ["done", "done", None, "done", None]
    assert rows(database, tables.inbox)[2]["error"] == "ValueError"


async def test_a_poison_message_is_put_aside_and_the_others_go_on(database: Database, clock: FakeClock) -> None:
    arrive(database, *[make_incoming(text=word, chat=word[:3]) for word in ("bad", "a", "bad again", "b")])
    worker = together(database, clock, failing)

    def settled() -> bool:
        clock.advance(60_000)
        return None not in column(database, tables.inbox, "done_at")

    await running(worker.run, settled)
    assert said(database) == ["a", "b"]
    assert column(database, tables.inbox, "outcome") == ["dead", "done", "dead", "done"]
    assert column(database, tables.inbox, "attempts") == [MAX_DECISIONS, 0, MAX_DECISIONS, 0]


async def test_after_a_fault_they_share_again(database: Database, clock: FakeClock) -> None:
    arrive(database, make_incoming(text="bad", chat="0"), make_incoming(text="a", chat="1"))
    worker = together(database, clock, failing)
    while await worker.once():
        pass
    for turn in range(20):  # those that were decided apart
        arrive(database, make_incoming(text=f"{turn}", chat=f"chat {turn}"))
    before, turns = len(said(database)), 0
    while await worker.once():
        turns += 1
    assert len(said(database)) == before + 20
    assert turns < 20


async def test_a_database_that_is_away_is_no_fault_of_any(database: Database, clock: FakeClock) -> None:
    def away(connection: Connection, item: InboxItem) -> None:
        echo(connection, item)
        if item.incoming.text == "b":
            raise DatabaseError(database="test", reason="away", remedy="wait")

    arrive(database, make_incoming(text="a", chat="1"), make_incoming(text="b", chat="2"))
    with pytest.raises(DatabaseError):
        await together(database, clock, away).once()
    assert said(database) == []
    assert column(database, tables.inbox, "attempts") == [0, 0]
