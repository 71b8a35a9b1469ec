"""What a message costs does not grow with what is in the database: counted in the database itself, not timed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import event

from bot.store import backlog, personal
from tests.crowd import chat_of, fill
from tests.factories import CHANNEL, START
from tests.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from bot.service.brain import Loaded
    from bot.store.database import Database

_FEW = 400
_TURNS = 2
_GROWTH = 1.2
_EVERY = 10  # steps
_READ = "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
_SENT = {
    "question": {"say"},
    "hand_over": {"say", "topic", "card"},
    "claim": {"say", "card"},
    "relay": {"say", "card"},
    "edit": {"say", "card"},
    "answer": {"say", "card", "react"},
    "reaction": {"react"},
    "queue": {"say"},
    "timer": {"say"},
}
"""What each kind of message leads to."""


class Work:
    """How much a database does: in tens of steps of SQLite's machine, or in rows that PostgreSQL looks at.

    PostgreSQL reads small tables from end to end; here it does so only where there is no index at all.
    """

    def __init__(self, database: Database) -> None:
        self._done = 0
        if database.is_sqlite:
            event.listen(database.engine, "connect", self._count_steps)
        else:
            event.listen(database.engine, "connect", _avoid_scans)
            event.listen(database.engine, "commit", self._count_rows)
        database.engine.dispose()
        database.run(lambda _: None)  # what was done before is counted here

    def of(self, happens: Callable[[], object]) -> int:
        """Returns how much is done while something happens."""
        before = self._done
        happens()
        return self._done - before

    def _count_steps(self, connection: Any, _record: object) -> None:
        connection.set_progress_handler(self._step, _EVERY)

    def _step(self) -> None:
        self._done += 1

    def _count_rows(self, connection: Any) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(_READ)
        self._done += int(cursor.fetchone()[0])
        cursor.execute("SELECT pg_stat_force_next_flush()")  # else it is counted again in the next transaction


def _avoid_scans(connection: Any, _record: object) -> None:
    connection.execute("SET enable_seqscan = off")
    connection.commit()


def of_messages(database: Database, library: Loaded, size: int) -> Mapping[str, int]:
    """Returns how much is done in all for a few messages of each kind."""
    work, traffic = Work(database), Traffic(database, library, size)
    found: dict[str, int] = {}
    for kind in traffic.kinds:
        for turn in range(_TURNS):
            traffic.prepare(kind, turn)
            found[kind] = found.get(kind, 0) + work.of(partial(traffic.kinds[kind], turn))
            assert set(traffic.sent) == _SENT[kind]
    return found


def of_the_rest(database: Database) -> Mapping[str, int]:
    """The same for what is rare: somebody reads all that is kept of them, and has it erased; somebody looks in."""
    work = Work(database)
    return {
        "export": work.of(lambda: database.run(lambda c: personal.read(c, CHANNEL, chat_of(3)))),
        "erase": work.of(lambda: database.run(lambda c: personal.erase(c, CHANNEL, chat_of(3)))),
        "ready": work.of(lambda: database.run(lambda c: backlog.oldest_reply(c, START))),
    }


def _all(database: Database, library: Loaded, size: int) -> Mapping[str, int]:
    fill(database, size)
    return {**of_messages(database, library, size), **of_the_rest(database)}


def test_nothing_costs_more_with_ten_times_the_residents(
    database: Database, second_database: Database, library: Loaded
) -> None:
    few, many = _all(database, library, _FEW), _all(second_database, library, 10 * _FEW)
    assert {kind: (few[kind], many[kind]) for kind in few if many[kind] > _GROWTH * few[kind]} == {}
    assert min(few[kind] for kind in few if kind != "ready") > 0
