"""Moments as people in Denmark read them on the calendar and the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def danish(at: int) -> datetime:
    """Returns the moment `at` (ms since the epoch) as the clocks in Denmark show it."""
    return datetime.fromtimestamp(at / 1000, DENMARK)


def danish_day(at: int) -> date:
    """Returns the day in Denmark at `at` (ms since the epoch)."""
    return danish(at).date()


def danish_morning(day: date) -> int:
    """Returns nine o'clock in Denmark on `day`, in ms since the epoch."""
    return int(datetime.combine(day, time(9), DENMARK).timestamp() * 1000)


def danish_midnight(day: date) -> int:
    """Returns the moment at which `day` begins in Denmark, in ms since the epoch."""
    return int(datetime.combine(day, time(), DENMARK).timestamp() * 1000)


def iso(at: int) -> str:
    """Returns the moment `at` (ms since the epoch) in ISO 8601, UTC, to the second."""
    return datetime.fromtimestamp(at / 1000, UTC).replace(microsecond=0).isoformat()
