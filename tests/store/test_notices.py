from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.core.notices import Notice
from bot.store import notices, tables
from bot.store.codec import notice_from_json, notice_to_json
from tests.factories import START
from tests.store.rows import rows, size

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.database import Database

CLOSED = Notice(0, "closed", date(2026, 12, 24), date(2026, 12, 26), department="citizens")
STORM = Notice(0, "storm", date(2026, 12, 5), date(2026, 12, 5))
UNTIL = START + 1000


def add(database: Database, notice: Notice = CLOSED, *, until: int = UNTIL, published: bool = True) -> int:
    number = database.run(lambda c: notices.add(c, notice, until, "7", START))
    if published:
        assert database.run(lambda c: notices.publish(c, number, START))
    return number


def current(database: Database, now: int = START) -> tuple[Notice, ...]:
    return database.run(lambda c: notices.current(c, now))


@pytest.mark.parametrize(
    "notice", [CLOSED, STORM, Notice(0, "changed", date(2027, 1, 1), date(2027, 1, 31), entry="cpr")]
)
def test_a_notice_is_read_back_as_it_was(notice: Notice) -> None:
    assert notice_from_json(notice_to_json(notice)) == notice


def test_published_notices_are_read_in_their_order_with_their_numbers(database: Database) -> None:
    first, second = add(database), add(database, STORM)
    assert current(database) == (replace(CLOSED, id=first), replace(STORM, id=second))
    assert rows(database, tables.notices)[0]["author"] == "7"


def test_a_proposal_is_not_shown(database: Database) -> None:
    add(database, published=False)
    assert current(database) == ()


def test_a_notice_is_shown_until_it_is_over(database: Database) -> None:
    add(database)
    assert len(current(database, UNTIL - 1)) == 1
    assert current(database, UNTIL) == ()


def test_a_proposal_is_published_once(database: Database) -> None:
    number = add(database, published=False)
    assert [database.run(lambda c: notices.publish(c, number, START)) for _ in range(3)] == [True, False, False]
    assert len(current(database)) == 1


def test_of_many_who_publish_at_once_one_does(database: Database) -> None:
    number = add(database, published=False)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: database.run(lambda c: notices.publish(c, number, START)), range(8)))
    assert sorted(done) == [False] * 7 + [True]


def test_what_is_over_cannot_be_published_or_withdrawn(database: Database) -> None:
    number = add(database, published=False)
    assert not database.run(lambda c: notices.publish(c, number, UNTIL))
    published = add(database)
    assert not database.run(lambda c: notices.withdraw(c, published, UNTIL))


def test_a_dropped_proposal_leaves_nothing(database: Database) -> None:
    number = add(database, published=False)
    assert [database.run(lambda c: notices.drop(c, number)) for _ in range(2)] == [True, False]
    assert not database.run(lambda c: notices.publish(c, number, START))
    assert size(database, tables.notices) == 0


@pytest.mark.parametrize("now", [START - 5, START, START + 5])
def test_a_withdrawn_notice_never_comes_back(database: Database, now: int) -> None:
    number = add(database)
    assert [database.run(lambda c: notices.withdraw(c, number, now)) for _ in range(2)] == [True, False]
    assert not database.run(lambda c: notices.publish(c, number, now))
    assert not database.run(lambda c: notices.drop(c, number))
    assert current(database, now) == ()


def test_a_published_notice_cannot_be_dropped(database: Database) -> None:
    number = add(database)
    assert not database.run(lambda c: notices.drop(c, number))
    assert len(current(database)) == 1


def test_a_number_that_never_was(database: Database) -> None:
    for move in (notices.publish, notices.withdraw):
        assert not database.run(lambda c, move=move: move(c, 99, START))  # type: ignore[misc]
    assert not database.run(lambda c: notices.drop(c, 99))


def test_a_notice_that_cannot_be_read_does_not_keep_the_others(database: Database) -> None:
    number, bad = add(database), add(database)
    with_fault = tables.notices.update().where(tables.notices.c.id == bad).values(notice='{"kind": "flood"}')
    database.run(lambda c: c.execute(with_fault))
    assert [notice.id for notice in current(database)] == [number]


def test_what_changes_within_a_transaction_is_seen_in_it(database: Database) -> None:
    number = add(database, published=False)

    def work(connection: Connection) -> list[int]:
        seen = [len(notices.current(connection, START))]
        notices.publish(connection, number, START)
        seen += [len(notices.current(connection, START)), len(notices.current(connection, UNTIL))]
        notices.withdraw(connection, number, START + 1)
        return [*seen, len(notices.current(connection, START))]

    assert database.run(work) == [0, 1, 0, 0]
