"""The machine's clock is set back by hours: nothing waits until the time is again what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.mail import HELD, Limit, Rates, Retry
from bot.store import inbox, outbox
from tests.factories import CHANNEL, MINUTE, SECOND, START, make_incoming, make_mail, words

if TYPE_CHECKING:
    from bot.core.mail import OutboxItem
    from bot.store.database import Database

AFTER = START - 180 * MINUTE


def put(database: Database, *texts: str, now: int = START, not_before: int = 0) -> None:
    database.run(lambda c: [outbox.add(c, make_mail(text), now, not_before) for text in texts])


def claim(database: Database, now: int, rates: Rates | None = None) -> list[OutboxItem]:
    return database.run(lambda c: outbox.claim(c, lambda *_: rates or Rates(), (CHANNEL,), now, 16))


def test_what_was_tried_before_fills_no_limit_for_hours(database: Database) -> None:
    rates = Rates(chat=(Limit(1, 3 * SECOND),), overall=(Limit(1, SECOND),))
    put(database, "first", "second")
    (first,) = claim(database, START, rates)
    database.run(lambda c: outbox.settle(c, first, Retry("busy", SECOND), START))
    assert [words(item.mail) for item in claim(database, AFTER, rates)] == ["first"]


@pytest.mark.parametrize("outcome", [Retry("busy"), Retry(HELD, 5 * SECOND)])
def test_a_pause_is_over(database: Database, outcome: Retry) -> None:
    put(database, "first")
    (item,) = claim(database, START)
    database.run(lambda c: outbox.settle(c, item, outcome, START))
    assert [words(item.mail) for item in claim(database, AFTER)] == ["first"]


def test_a_pause_that_begins_afterwards_is_kept(database: Database) -> None:
    put(database, "first")
    (item,) = claim(database, AFTER)
    database.run(lambda c: outbox.settle(c, item, Retry(HELD, 5 * SECOND), AFTER))
    assert claim(database, AFTER + 4 * SECOND) == []
    assert len(claim(database, AFTER + 5 * SECOND)) == 1


def test_what_was_to_wait_for_more_of_its_kind_goes_out(database: Database) -> None:
    put(database, "card", not_before=START + 4 * SECOND)
    assert [words(item.mail) for item in claim(database, AFTER)] == ["card"]


@pytest.mark.parametrize("restarted", [True, False])
def test_what_a_killed_process_had_in_hand_comes_back_in_doubt(database: Database, *, restarted: bool) -> None:
    put(database, "first")
    claim(database, START)
    if restarted:
        database.run(lambda c: outbox.release(c, (CHANNEL,), AFTER))
    assert claim(database, AFTER) == []
    assert claim(database, AFTER + 2 * SECOND) == []
    (item,) = claim(database, AFTER + 3 * SECOND)
    assert item.unknown


def test_a_clock_that_is_a_little_behind_changes_nothing(database: Database) -> None:
    """Replicas differ by a moment: none takes what another has just claimed."""
    put(database, "first")
    claim(database, START)
    assert claim(database, START - MINUTE) == []


def test_a_decision_that_failed_is_made_again(database: Database) -> None:
    database.run(lambda c: inbox.add(c, make_incoming()))
    item = database.run(lambda c: inbox.head(c, START))
    assert item is not None
    database.run(lambda c: inbox.failed(c, item.seq, "KeyError", START + 8 * SECOND))
    assert database.run(lambda c: inbox.head(c, START)) is None
    assert database.run(lambda c: inbox.head(c, AFTER)) is not None
