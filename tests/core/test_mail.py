"""When to try again, and when to give up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.mail import MAX_AGE, Delivered, Failed, OutboxItem, Outcome, Priority, Retry, backoff, settle
from tests.factories import make_mail

HOUR = 3600 * 1000


@pytest.mark.parametrize(
    ("attempts", "ms"),
    [(0, 1000), (1, 1000), (2, 2000), (3, 4000), (8, 128_000), (9, 256_000), (10, 300_000), (10_000, 300_000)],
)
def test_the_wait_doubles_up_to_five_minutes(attempts: int, ms: int) -> None:
    assert backoff(attempts) == ms


@given(st.integers(min_value=-5, max_value=10**9))
def test_the_wait_is_never_longer_nor_shorter_than_promised(attempts: int) -> None:
    assert 1000 <= backoff(attempts) <= backoff(attempts + 1) <= 300_000


def make_item(created_at: int = 0) -> OutboxItem:
    return OutboxItem(1, make_mail(), 1, unknown=False, progress=0, created_at=created_at)


@pytest.mark.parametrize(
    ("outcome", "age", "wanted"),
    [
        (Delivered("7"), 48 * HOUR, Delivered("7")),
        (Failed("blocked"), 48 * HOUR, Failed("blocked")),
        (Retry("away"), 0, Retry("away")),
        (Retry("away", after=5000), MAX_AGE, Retry("away", after=5000)),
        (Retry("away", after=5000), MAX_AGE + 1, Failed("expired")),
        (Retry("lost", unknown=True, progress=2), 48 * HOUR, Failed("expired")),
    ],
)
def test_a_day_without_success_is_a_failure(outcome: Outcome, age: int, wanted: Outcome) -> None:
    assert settle(make_item(), outcome, age) == wanted


def test_the_deletion_of_a_topic_is_never_given_up() -> None:
    item = replace(make_item(), mail=make_mail(kind="delete_topic"))
    assert settle(item, Retry("staff group"), 30 * MAX_AGE) == Retry("staff group")


def test_a_day_is_as_long_as_telegram_keeps_updates() -> None:
    assert MAX_AGE == 24 * HOUR


def test_urgent_goes_first_and_what_goes_to_many_last() -> None:
    assert min(Priority) == Priority.URGENT
    assert sorted(Priority)[-2:] == [Priority.CARD, Priority.BULK]
    assert Priority.REPLY < Priority.NEW_TICKET < Priority.RELAY
