"""Several workers on one database: no message twice, no lane out of order."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from bot.store import inbox
from bot.store.database import Database
from tests.factories import START, make_incoming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_LANES, _EACH, _WORKERS = 6, 12, 4

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Decisions:
    """What the workers decided, and whether two ever worked on the same lane."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.lanes: dict[str, list[str]] = defaultdict(list)
        self.broken: list[str] = []
        self._in_hand: set[str] = set()
        self._lock = threading.Lock()
        self.finished = threading.Event()

    def work(self) -> None:
        while not self.finished.is_set():
            if not self.database.run(self._one):
                self.finished.wait(0.002)

    def _one(self, connection: Connection) -> bool:
        item = inbox.head(connection, START)
        if item is None:
            return False
        lane = item.incoming.lane
        with self._lock:
            if lane in self._in_hand:
                self.broken.append(lane)
            self._in_hand.add(lane)
        inbox.done(connection, item.seq, START)
        with self._lock:
            self._in_hand.discard(lane)
            self.lanes[lane].append(item.incoming.text)
            if sum(map(len, self.lanes.values())) >= _LANES * _EACH:
                self.finished.set()
        return True


def test_workers_share_the_lanes_and_keep_their_order(database: Database) -> None:
    arrived = [make_incoming(chat=str(lane), text=str(number)) for number in range(_EACH) for lane in range(_LANES)]
    database.run(lambda c: [inbox.add(c, incoming) for incoming in arrived])
    decisions = Decisions(database)
    with ThreadPoolExecutor(_WORKERS) as threads:
        for worker in [threads.submit(decisions.work) for _ in range(_WORKERS)]:
            worker.result(timeout=60)
    assert decisions.broken == []
    assert len(decisions.lanes) == _LANES
    assert all(texts == [str(number) for number in range(_EACH)] for texts in decisions.lanes.values())


@pytest.fixture
def two(database: Database) -> Iterator[tuple[Connection, Connection]]:
    """Two open transactions."""
    with database.engine.connect() as one, database.engine.connect() as other:
        yield one, other


@only_postgresql
def test_a_lane_in_hand_is_skipped_as_a_whole(database: Database, two: tuple[Connection, Connection]) -> None:
    arrived = [make_incoming(text=text, chat=chat) for text, chat in (("a1", "1"), ("a2", "1"), ("b1", "2"))]
    database.run(lambda c: [inbox.add(c, incoming) for incoming in arrived])
    one, other = two
    mine, theirs = inbox.head(one, START), inbox.head(other, START)
    assert mine is not None
    assert theirs is not None
    assert (mine.incoming.text, theirs.incoming.text) == ("a1", "b1")
    inbox.done(other, theirs.seq, START)
    other.commit()
    assert inbox.head(other, START) is None
    inbox.done(one, mine.seq, START)
    one.commit()
    following = inbox.head(other, START)
    assert following is not None
    assert following.incoming.text == "a2"


@only_postgresql
def test_a_worker_that_gives_up_leaves_the_message_to_others(
    database: Database, two: tuple[Connection, Connection]
) -> None:
    database.run(lambda c: inbox.add(c, make_incoming(text="a1")))
    one, other = two
    assert inbox.head(one, START) is not None
    assert inbox.head(other, START) is None
    one.rollback()
    assert inbox.head(other, START) is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_second_process_on_sqlite_waits_for_the_first(database: Database, database_url: str) -> None:
    database.run(lambda c: inbox.add(c, make_incoming(text="a1")))
    second, started = Database(database_url), threading.Event()

    def take(connection: Connection) -> str | None:
        item = inbox.head(connection, START)
        return item.incoming.text if item else None

    def from_second() -> str | None:
        started.set()
        return second.run(take)

    def decide(connection: Connection) -> None:
        item = inbox.head(connection, START)
        assert item is not None
        answers.append(threads.submit(from_second))
        assert started.wait(10)
        inbox.done(connection, item.seq, START)

    answers: list[object] = []
    with ThreadPoolExecutor(1) as threads:
        database.run(decide)
    second.close()
    assert [answer.result() for answer in answers] == [None]  # type: ignore[attr-defined]
