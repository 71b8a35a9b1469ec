"""Moments as people in Denmark read them on the calendar and the clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.i18n import read_day

DENMARK = ZoneInfo("Europe/Copenhagen")

_FARTHEST = timedelta(days=731)  # a day farther away is a slip of the pen
_NUMERIC = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_MOST_WORDS, _MOST_LETTERS = 3, 40  # of one day: "24. december 2026"


def danish(at: int) -> datetime:
    """Returns the moment `at` (ms since the epoch) as the clocks in Denmark show it."""
    return datetime.fromtimestamp(at / 1000, DENMARK)


def danish_day(at: int) -> date:
    """Returns the day in Denmark at `at` (ms since the epoch)."""
    return danish(at).date()


def danish_morning(day: date) -> int:
    """Returns nine o'clock in Denmark on `day`, in ms since the epoch."""
    return danish_time(day, time(9))


def danish_time(day: date, clock: time) -> int:
    """Returns the moment at which clocks in Denmark show `clock` on `day`, in ms since the epoch."""
    return int(datetime.combine(day, clock, DENMARK).timestamp() * 1000)


def danish_midnight(day: date) -> int:
    """Returns the moment at which `day` begins in Denmark, in ms since the epoch."""
    return danish_time(day, time())


def iso(at: int) -> str:
    """Returns the moment `at` (ms since the epoch) in ISO 8601, UTC, to the second."""
    return datetime.fromtimestamp(at / 1000, UTC).replace(microsecond=0).isoformat()


def read_staff_day(words: str, code: str, today: date) -> date | None:
    """Returns the one day that `words` of staff, in the language `code`, name; None if any of it cannot be read.

    Stricter than the reader of residents' words: what staff write goes out to others. "24.12.2026", "24. december".
    """
    numeric = _NUMERIC.fullmatch(words)
    if numeric is not None:
        day = _date(*(int(digits) for digits in reversed(numeric.groups())))
    elif len(words) > _MOST_LETTERS or len(words.split()) > _MOST_WORDS or _NUMERIC.search(words):
        return None
    else:
        day = read_day(words, code, today)
    numbers = {int(digits) for digits in re.findall(r"\d+", words)}
    # The reader of words makes the best of what it gets: of "32. december" another month's first.
    misread = day is None or (numbers and day.day not in numbers)
    return None if misread or day is None or abs(day - today) > _FARTHEST else day


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
