from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.conversation import Conversation
from bot.store import conversations, figures, promises, tickets
from bot.store.figures import CaseRow, Cases, Ratings, Span, Spread, Standing, spread
from tests.factories import CHANNEL, DAY, MINUTE, START

if TYPE_CHECKING:
    from bot.store.database import Database

HERE, THERE = (CHANNEL, "-100"), (CHANNEL, "-200")
ALL = Span(START, START + DAY)


def add(database: Database, at: int = START, place: tuple[str, str] = HERE, **fields: Any) -> int:
    """A ticket that was opened at `at`, with other columns as told; returns its number."""

    def work(connection: Any) -> int:
        identity, _ = conversations.load(connection, CHANNEL, "100", Conversation(), START)
        usual = {
            "conversation_id": identity,
            "department": "citizens",
            "entry": "cpr",
            "language": "pl",
            "urgent": False,
            "staff_channel": place[0],
            "staff_chat": place[1],
        }
        state = fields.pop("state", None)
        number = tickets.create(connection, usual | fields, at).id
        if state:
            tickets.change(connection, number, {"state": state})
        return number

    return database.run(work)


# ---- how long things take --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        ([], None),
        ([7], Spread(1, 7, 7)),
        ([9, 1], Spread(2, 5, 9)),
        (list(range(1, 11)), Spread(10, 6, 9)),
        (list(range(1, 12)), Spread(11, 6, 10)),
    ],
)
def test_how_times_are_spread(times: list[int], wanted: Spread | None) -> None:
    assert spread(times) == wanted


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=60))
def test_nine_in_ten_took_no_longer(times: list[int]) -> None:
    found = spread(times)
    assert found is not None
    assert found.most in times
    assert sum(time <= found.most for time in times) >= 0.9 * len(times)
    assert sum(time < found.most for time in times) < 0.9 * len(times)
    assert min(times) <= found.median <= found.most or len(times) == 1


def test_first_answers_and_closings_are_those_of_the_span(database: Database) -> None:
    early = START - DAY
    add(database, early, answered_at=START + MINUTE, closed_at=START + 2 * MINUTE)
    add(database, START, answered_at=START + DAY)  # the span is over then
    add(database, early, answered_at=START - 1, closed_at=START - 1)
    add(database, START)
    assert database.run(lambda c: figures.first_answers(c, ALL)) == Spread(1, DAY + MINUTE, DAY + MINUTE)
    assert database.run(lambda c: figures.closings(c, ALL)) == Spread(1, DAY + 2 * MINUTE, DAY + 2 * MINUTE)
    assert database.run(lambda c: figures.closings(c, Span(START, START + 1))) is None


# ---- how many --------------------------------------------------------------------------------------------


def test_cases_are_counted_by_department_language_and_entry(database: Database) -> None:
    add(database)
    add(database, closed_at=START + 1)
    add(database, department="trade", language="da", entry=None)
    add(database, START - 1, closed_at=START)
    add(database, START + DAY)
    assert sorted(database.run(lambda c: figures.opened(c, ALL)), key=lambda one: one.count) == [
        Cases("trade", "da", None, 1),
        Cases("citizens", "pl", "cpr", 2),
    ]
    assert database.run(lambda c: figures.closed(c, ALL)) == [Cases("citizens", "pl", "cpr", 2)]


def test_a_group_has_its_own_figures(database: Database) -> None:
    add(database, answered_at=START + 1, closed_at=START + 1, rating="yes")
    add(database, place=THERE, answered_at=START + 9, closed_at=START + 9, rating="no")
    there = Span(ALL.since, ALL.until, THERE)
    assert [one.count for one in database.run(lambda c: figures.opened(c, there))] == [1]
    assert database.run(lambda c: figures.first_answers(c, there)) == Spread(1, 9, 9)
    assert database.run(lambda c: figures.ratings(c, there)) == Ratings(0, 1)
    assert database.run(lambda c: figures.ratings(c, ALL)) == Ratings(1, 2)


def test_without_cases_there_are_no_figures(database: Database) -> None:
    assert database.run(lambda c: figures.opened(c, ALL)) == []
    assert database.run(lambda c: figures.first_answers(c, ALL)) is None
    assert database.run(lambda c: figures.ratings(c, ALL)) == Ratings(0, 0)
    assert database.run(lambda c: figures.standing(c, Span(START, START, HERE), START)) == Standing(0, 0, 0, 0)


def test_how_a_group_stands(database: Database) -> None:
    now, midnight = START + MINUTE, START + DAY
    add(database, START - 1, promised_at=now - 1)  # late, and not new
    add(database, promised_at=now)  # today
    add(database, promised_at=midnight - 1, owner="7")  # today
    add(database, promised_at=midnight, owner="7")  # tomorrow
    add(database, now)  # after the digest
    add(database, place=THERE, promised_at=now)
    for state in ("closed", "withdrawn"):
        add(database, START - 1, state=state, promised_at=now)
    stands = database.run(lambda c: figures.standing(c, Span(START, now, HERE), midnight))
    assert stands == Standing(new=3, unclaimed=3, today=2, late=1)


# ---- one row a case --------------------------------------------------------------------------------------


def test_a_row_a_case(database: Database) -> None:
    first = add(database, answered_at=START + 1500, closed_at=START + 2500, rating="yes", audience="newcomer")
    second = add(database, department="trade", urgent=True)
    add(database, START + DAY)

    def promise(connection: Any) -> None:
        for outcome in ("kept", "late", "void"):
            promises.make(connection, first, "citizens", START, START + 1)
            promises.settle(connection, first, START, outcome)
        promises.make(connection, second, "trade", START, START + 1)

    database.run(promise)
    assert database.run(lambda c: figures.cases(c, ALL)) == [
        CaseRow(first, START, "citizens", "pl", "newcomer", False, 1500, 2500, 2, 1, "yes"),
        CaseRow(second, START, "trade", "pl", None, True, None, None, 1, 0, None),
    ]
