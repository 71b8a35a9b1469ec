from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.hours import WorkingTime, promise, share

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import tzinfo

DENMARK = ZoneInfo("Europe/Copenhagen")
OFFICE = {1: (time(10), time(15)), 2: (time(10), time(15)), 4: (time(10), time(18)), 5: (time(10), time(13, 30))}
NIGHT = {7: (time(0), time(6))}
HOUR = timedelta(hours=1)


def working(hours: Mapping[int, tuple[time, time]] = OFFICE, closed: Collection[date] = ()) -> WorkingTime:
    return WorkingTime(hours, lambda day: day in closed, DENMARK)


def at(text: str) -> datetime:
    """A moment as clocks in Denmark show it; of an hour that comes twice, the first one."""
    return datetime.fromisoformat(text).replace(tzinfo=DENMARK)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


# ---- a week (2026-11-30 is a Monday) ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_open", "opening"),
    [
        ("2026-11-30T09:59:59.999", False, "2026-11-30T10:00"),
        ("2026-11-30T10:00", True, "2026-11-30T10:00"),
        ("2026-11-30T14:59:59.999", True, "2026-11-30T14:59:59.999"),
        ("2026-11-30T15:00", False, "2026-12-01T10:00"),
        ("2026-12-02T12:00", False, "2026-12-03T10:00"),
        ("2026-12-04T13:30", False, "2026-12-07T10:00"),
        ("2026-12-05T12:00", False, "2026-12-07T10:00"),
    ],
)
def test_when_it_is_open(moment: str, is_open: bool, opening: str) -> None:
    assert working().is_open(at(moment)) == is_open
    assert working().next_opening(at(moment)) == at(opening)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("2026-11-30T11:15", 2, "2026-11-30T13:15", id="the same day"),
        pytest.param("2026-11-30T10:00", 5, "2026-11-30T15:00", id="a whole day ends with its closing"),
        pytest.param("2026-11-30T14:00", 2, "2026-12-01T11:00", id="over night"),
        pytest.param("2026-11-30T15:00", 1, "2026-12-01T11:00", id="from the closing"),
        pytest.param("2026-11-30T03:00", 1, "2026-11-30T11:00", id="from before the opening"),
        pytest.param("2026-12-04T13:00", 1, "2026-12-07T10:30", id="over a weekend"),
        pytest.param("2026-12-01T14:00", 9, "2026-12-03T18:00", id="over a day off"),
        pytest.param("2026-11-30T10:00", 21.5, "2026-12-04T13:30", id="a whole week"),
    ],
)
def test_when_an_amount_has_passed(start: str, hours: float, end: str) -> None:
    assert working().after(at(start), hours * HOUR) == at(end)
    assert working().between(at(start), at(end)) == hours * HOUR


def test_closed_days_do_not_count() -> None:
    days = working(closed=[date(2026, 12, 1), date(2026, 12, 3)])
    assert days.next_opening(at("2026-11-30T15:00")) == at("2026-12-04T10:00")
    assert days.after(at("2026-11-30T14:00"), 2 * HOUR) == at("2026-12-04T11:00")
    assert not days.is_open(at("2026-12-01T12:00"))
    assert days.between(at("2026-11-30T15:00"), at("2026-12-04T10:00")) == timedelta()


@pytest.mark.parametrize("end", ["2026-11-30T11:00", "2026-11-30T10:00", "2026-11-29T10:00", "2026-01-01T10:00"])
def test_nothing_passes_backwards(end: str) -> None:
    assert working().between(at("2026-11-30T11:00"), at(end)) == timedelta()


@pytest.mark.parametrize("zone", [UTC, DENMARK, ZoneInfo("Asia/Tokyo")])
def test_what_comes_out_is_in_utc_whatever_went_in(zone: tzinfo) -> None:
    found = [
        working().after(utc("2026-11-30T10:15").astimezone(zone), 2 * HOUR),
        working().next_opening(utc("2026-11-30T17:00").astimezone(zone)),
    ]
    assert found == [utc("2026-11-30T12:15"), utc("2026-12-01T09:00")]
    assert all(moment is not None and moment.tzinfo is UTC for moment in found)


# ---- nights in which the clocks are changed --------------------------------------------------------------


def test_a_night_in_which_an_hour_is_skipped() -> None:
    night = working(NIGHT)
    assert night.between(at("2026-03-29T00:00"), at("2026-03-30T00:00")) == 5 * HOUR
    assert night.after(at("2026-03-28T12:00"), 3 * HOUR) == at("2026-03-29T04:00")
    assert night.after(at("2026-03-28T12:00"), 6 * HOUR) == at("2026-04-05T01:00")


def test_a_night_in_which_an_hour_comes_twice() -> None:
    night = working(NIGHT)
    assert night.between(at("2026-10-25T00:00"), at("2026-10-26T00:00")) == 7 * HOUR
    assert night.after(at("2026-10-24T12:00"), 3 * HOUR) == utc("2026-10-25T01:00")
    assert night.after(at("2026-10-24T12:00"), 7 * HOUR) == at("2026-10-25T06:00")


@pytest.mark.parametrize(
    ("opening", "closing", "amount", "opens"),
    [
        pytest.param(time(2, 30), time(4), 1, "2026-03-29T01:00", id="opening in the hour that is skipped"),
        pytest.param(time(1), time(2, 30), 1, "2026-03-29T00:00", id="closing in it"),
        pytest.param(time(2, 15), time(2, 45), 0, "2026-04-05T00:15", id="both"),
    ],
)
def test_hours_in_the_hour_that_is_skipped(opening: time, closing: time, amount: float, opens: str) -> None:
    night = working({7: (opening, closing)})
    assert night.between(at("2026-03-29T00:00"), at("2026-03-30T00:00")) == amount * HOUR
    assert night.next_opening(at("2026-03-29T00:00")) == utc(opens)


def test_hours_in_the_hour_that_comes_twice() -> None:
    night = working({7: (time(2, 15), time(2, 45))})
    assert night.between(at("2026-10-25T00:00"), at("2026-10-26T00:00")) == HOUR
    assert [night.is_open(utc(f"2026-10-25T{clock}")) for clock in ("00:14", "00:15", "00:45", "01:15", "01:45")] == [
        False, True, False, True, False,
    ]  # fmt: skip
    assert night.after(utc("2026-10-25T00:30"), HOUR / 2) == utc("2026-10-25T01:30")


def test_the_clocks_may_be_changed_at_midnight() -> None:
    beirut = WorkingTime({7: (time(0), time(3))}, lambda _: False, ZoneInfo("Asia/Beirut"))  # 2024-03-31 begins at one
    assert beirut.between(utc("2024-03-30T00:00"), utc("2024-04-01T00:00")) == 2 * HOUR


# ---- misuse ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [{}, OFFICE], ids=["no hours", "every day closed"])
def test_what_never_opens(hours: Mapping[int, tuple[time, time]]) -> None:
    asked: list[date] = []

    def closed(day: date) -> bool:
        asked.append(day)
        return True

    never = WorkingTime(hours, closed, DENMARK)
    now = at("2026-11-30T12:00")
    assert not never.is_open(now)
    assert never.next_opening(now) is None
    assert never.after(now, HOUR) is None
    assert promise(ms(now), 1, never) is None
    assert share(ms(now), 1, 0.75, never) is None
    assert never.between(now, now + timedelta(days=800)) == timedelta()
    assert len(asked) < 4 * 401 + 801


def test_four_hundred_days_are_looked_at() -> None:
    opens = at("2027-11-29T10:00")  # a Monday
    days = WorkingTime(OFFICE, lambda day: day < opens.date(), DENMARK)
    assert days.next_opening(opens - timedelta(days=400)) == opens
    assert days.next_opening(opens - timedelta(days=401)) is None
    assert days.after(opens - timedelta(days=400), 5 * HOUR) == opens + 5 * HOUR
    assert days.after(opens - timedelta(days=400), 6 * HOUR) is None


@pytest.mark.parametrize("closing", [time(10), time(9)])
def test_a_closing_comes_after_its_opening(closing: time) -> None:
    with pytest.raises(ValueError, match="weekday 1"):
        working({1: (time(10), closing)})


def test_a_moment_needs_its_zone() -> None:
    naive, aware = datetime(2026, 11, 30, 12), at("2026-11-30T12:00")  # noqa: DTZ001
    days = working()
    for misuse in (
        lambda: days.is_open(naive),
        lambda: days.next_opening(naive),
        lambda: days.after(naive, HOUR),
        lambda: days.between(naive, aware),
        lambda: days.between(aware, naive),
    ):
        with pytest.raises(ValueError, match="time zone"):
            misuse()


@pytest.mark.parametrize("hours", [0, -1])
def test_an_amount_is_above_zero(hours: int) -> None:
    with pytest.raises(ValueError, match="above zero"):
        working().after(at("2026-11-30T12:00"), hours * HOUR)
    with pytest.raises(ValueError, match="above zero"):
        promise(0, hours, working())


# ---- promised times --------------------------------------------------------------------------------------


def test_a_promise_and_its_warnings() -> None:
    came = ms(at("2026-11-30T14:00:00.123"))
    assert promise(came, 8, working()) == ms(at("2026-12-03T12:00:00.123"))
    assert share(came, 8, 0.75, working()) == ms(at("2026-12-03T10:00:00.123"))
    assert share(came, 8, 1, working()) == promise(came, 8, working())


def test_a_promise_is_exact_to_the_millisecond() -> None:
    for late in range(1000):
        came = ms(at("2026-11-30T10:00")) + late
        assert promise(came, 1, working()) == came + 3_600_000


# ---- whatever the hours ----------------------------------------------------------------------------------

_times = st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: tuple(sorted(pair)))
_hours = st.dictionaries(st.integers(1, 7), _times, min_size=1)
_moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_amounts = st.integers(1, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))
_closed = st.sets(st.dates(date(2026, 1, 1), date(2029, 1, 1)), max_size=20)


@given(_hours, _closed, _moments, _amounts, _amounts)
def test_amounts_add_up(
    hours: dict[int, tuple[time, time]], closed: set[date], start: datetime, one: timedelta, other: timedelta
) -> None:
    days = working(hours, closed)
    middle = days.after(start, one)
    end = days.after(start, one + other)
    if middle is None or end is None:
        return
    assert start < middle < end
    assert days.between(start, middle) == one
    assert days.between(middle, end) == other
    assert days.after(middle, other) == end
    assert days.is_open(end - timedelta(microseconds=1))


@given(_hours, _closed, _moments)
def test_it_is_open_while_the_clock_shows_a_time_within_the_hours(
    hours: dict[int, tuple[time, time]], closed: set[date], moment: datetime
) -> None:
    days, shown = working(hours, closed), moment.astimezone(DENMARK)
    opening, closing = hours.get(shown.isoweekday(), (time.max, time.max))
    within = opening <= shown.time() < closing and shown.date() not in closed
    assert days.is_open(moment) == within
    opens = days.next_opening(moment)
    assert opens is None or days.is_open(opens)
    assert (opens == moment) == within
