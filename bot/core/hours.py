"""Working time: when a department works, and by when an answer is promised. Pure.

Hours are what the clock on the wall shows; what is counted is the time that really passes. A night in which the clocks
are changed within the hours counts an hour less or more.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, tzinfo

_AHEAD = 400  # days that are looked at: where every day is closed the search must end
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When a department works. It works while the clock in `zone` shows a time from the opening up to the closing.

    `hours`: ISO weekday (1 is Monday) -> opening and closing; a day left out is a day off. `closed` says of a day in
    `zone` whether nobody works on it all the same.

    Raises ValueError where a closing does not come after its opening. Moments that go in carry their time zone, or
    ValueError is raised. Those that come out are in UTC: Python compares and subtracts two moments of one zone by what
    the clock shows, an hour off when the clocks have been changed between them.
    """

    hours: Mapping[int, tuple[time, time]]
    closed: Callable[[date], bool]
    zone: tzinfo

    def __post_init__(self) -> None:
        for weekday, (opening, closing) in self.hours.items():
            if closing <= opening:
                raise ValueError(f"weekday {weekday}: closing at {closing} does not come after opening at {opening}")

    def is_open(self, at: datetime) -> bool:
        """Returns whether the department works at `at`: from the opening on, no longer at the closing."""
        moment = _instant(at)
        return any(first <= moment < last for first, last in self._open(self._day(moment)))

    def next_opening(self, at: datetime) -> datetime | None:
        """Returns the first moment from `at` on at which the department works; None if there is none in 400 days."""
        return next((first for first, _ in self._ahead(_instant(at), _AHEAD)), None)

    def after(self, at: datetime, amount: timedelta) -> datetime | None:
        """Returns the moment at which `amount` of working time has passed since `at`; None if 400 days are not enough.

        Where it passes with a closing, that is the moment, not the next opening. Raises ValueError for an amount that
        is not above zero.
        """
        if amount <= timedelta():
            raise ValueError("an amount of working time must be above zero")
        left = amount
        for first, last in self._ahead(_instant(at), _AHEAD):
            if left <= last - first:
                return first + left
            left -= last - first
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Returns how much working time passes from `start` to `end`; none if `end` does not come after `start`."""
        begin, until = _instant(start), _instant(end)
        days = (self._day(until) - self._day(begin)).days
        worked = (min(last, until) - first for first, last in self._ahead(begin, days) if first < until)
        return sum(worked, timedelta())

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _ahead(self, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Yields from when until when the department works, in UTC: from `at` on, that day and `days` more."""
        today = self._day(at)
        for number in range(days + 1):
            for first, last in self._open(today + number * _DAY):
                if last > at:
                    yield max(first, at), last

    def _open(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yields from when until when the department works on `day`, in UTC."""
        if day.isoweekday() not in self.hours or self.closed(day):
            return
        opening, closing = (datetime.combine(day, shown, UTC) for shown in self.hours[day.isoweekday()])
        begins, ends = (datetime.combine(each, time(), self.zone).astimezone(UTC) for each in (day, day + _DAY))
        change = self._change(begins, ends)
        for begin, end in ((begins, change), (change, ends)):  # the clock runs evenly in each
            offset = self._offset(begin)
            first, last = max(begin, opening - offset), min(end, closing - offset)
            if first < last:
                yield first, last

    def _change(self, begins: datetime, ends: datetime) -> datetime:
        """Returns the minute of a day at which the clocks are changed, or its end."""
        offset = self._offset(begins)
        if self._offset(ends) == offset:
            return ends
        minutes = range((ends - begins) // _MINUTE)
        found = bisect_left(minutes, True, key=lambda minute: self._offset(begins + minute * _MINUTE) != offset)
        return begins + found * _MINUTE

    def _offset(self, at: datetime) -> timedelta:
        """Returns how far the clock in the zone is ahead of UTC."""
        return at.astimezone(self.zone).replace(tzinfo=UTC) - at


def promise(at: int, promise_hours: int, working: WorkingTime) -> int | None:
    """Returns by when an answer is promised to what came at `at` (both ms since the epoch): when so many hours of
    working time have passed. None if 400 days are not enough. Raises ValueError for hours that are not above zero."""
    return share(at, promise_hours, 1, working)


def share(at: int, promise_hours: int, fraction: float, working: WorkingTime) -> int | None:
    """Returns when `fraction` of the promised working time has passed (0.75: three quarters); else as `promise`."""
    moment = working.after(_EPOCH + at * _MILLISECOND, timedelta(hours=promise_hours) * fraction)
    return (moment - _EPOCH) // _MILLISECOND if moment is not None else None


def _instant(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(UTC)
