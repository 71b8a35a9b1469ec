"""When to try again, how long to wait for a limit, and when to give up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.mail import MAX_AGE, Delivered, Failed, Limit, OutboxItem, Outcome, Priority, Retry, backoff, settle, wait
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


@pytest.mark.parametrize(
    ("tries", "limits", "now", "ms"),
    [
        pytest.param([], [Limit(1, 1000)], 0, 0, id="nothing sent yet"),
        pytest.param([100, 200], [], 300, 0, id="no limits"),
        pytest.param([100], [Limit(1, 1000)], 600, 500, id="one a second"),
        pytest.param([100], [Limit(1, 1000)], 1099, 1, id="a millisecond too early"),
        pytest.param([100], [Limit(1, 1000)], 1100, 0, id="exactly when the window is over"),
        pytest.param([100], [Limit(2, 1000)], 600, 0, id="room for one more"),
        pytest.param([300, 100, 200], [Limit(3, 1000)], 400, 700, id="in any order"),
        pytest.param([100, 200, 300, 400], [Limit(2, 1000)], 500, 800, id="more than allowed were sent"),
        pytest.param([0, 900], [Limit(1, 1000), Limit(2, 60_000)], 1000, 59_000, id="the strictest limit counts"),
    ],
)
def test_waiting_for_a_limit(tries: list[int], limits: list[Limit], now: int, ms: int) -> None:
    assert wait(tries, limits, now) == ms


_limits = st.lists(st.builds(Limit, st.integers(1, 5), st.integers(1, 2000)), max_size=3)


@given(st.lists(st.integers(0, 5000), max_size=12), _limits)
def test_whoever_waits_that_long_never_breaks_a_limit(tries: list[int], limits: list[Limit]) -> None:
    now = 5000
    then = now + wait(tries, limits, now)
    for limit in limits:
        assert sum(1 for t in tries if t > then - limit.window) < limit.count
    assert wait(tries, limits, then) == 0


@given(st.integers(1, 30), _limits)
def test_a_sender_that_keeps_waiting_never_breaks_a_limit(messages: int, limits: list[Limit]) -> None:
    now, sent = 0, list[int]()
    for _ in range(messages):
        now += wait(sent, limits, now)
        sent.append(now)
    for limit in limits:
        for end in sent:
            assert sum(1 for t in sent if end - limit.window < t <= end) <= limit.count


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


@given(st.lists(st.integers(1, 12), max_size=12), _limits)
def test_albums_never_break_a_limit_that_has_room_for_them(sizes: list[int], limits: list[Limit]) -> None:
    now, sent = 0, list[int]()
    for size in sizes:
        now += wait(sent, limits, now, size)
        for limit in limits:
            recent = sum(1 for at in sent if at > now - limit.window)
            assert recent + min(size, limit.count) <= limit.count
        sent += [now] * size
