from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.store import daily
from bot.store.daily import Counted, Total

if TYPE_CHECKING:
    from bot.store.database import Database

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def count(database: Database, day: date, language: str, topic: str, outcome: str) -> None:
    database.run(lambda c: daily.count(c, day, language, topic, outcome))


def test_counts_add_up_by_day_language_topic_and_outcome(database: Database) -> None:
    for day in (TUESDAY, MONDAY, TUESDAY):
        count(database, day, "pl", "arrival", "answer")
    count(database, TUESDAY, "pl", "", "none")
    count(database, TUESDAY, "da", "arrival", daily.HANDED_OVER)
    assert database.run(lambda c: daily.read(c, MONDAY, WEDNESDAY)) == [
        Counted(MONDAY, "pl", "arrival", "answer", 1),
        Counted(TUESDAY, "da", "arrival", "handed_over", 1),
        Counted(TUESDAY, "pl", "", "none", 1),
        Counted(TUESDAY, "pl", "arrival", "answer", 2),
    ]


def test_a_span_ends_before_its_last_day(database: Database) -> None:
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        count(database, day, "pl", "arrival", "answer")
    assert [one.day for one in database.run(lambda c: daily.read(c, MONDAY, WEDNESDAY))] == [MONDAY, TUESDAY]
    assert database.run(lambda c: daily.read(c, MONDAY, MONDAY)) == []


def test_the_days_of_a_span_are_added_up(database: Database) -> None:
    for day in (MONDAY, TUESDAY, TUESDAY, WEDNESDAY):
        count(database, day, "pl", "arrival", "answer")
    count(database, MONDAY, "da", "", "none")
    assert database.run(lambda c: daily.totals(c, MONDAY, WEDNESDAY)) == [
        Total("da", "", "none", 1),
        Total("pl", "arrival", "answer", 3),
    ]


def test_what_is_too_long_is_cut(database: Database) -> None:
    count(database, MONDAY, "x" * 40, "y" * 90, "answer")
    (one,) = database.run(lambda c: daily.read(c, MONDAY, TUESDAY))
    assert (len(one.language), len(one.topic)) == (16, 64)
