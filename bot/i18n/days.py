"""Reads a day from words in any of the languages: "3 May", "last Monday", "1.9.2026", "w maju"."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 80  # characters that are looked at
_DIALECTS: Mapping[str, str] = {"zh": "zh-Hans"}


def read_day(text: str, code: str, today: date) -> date | None:
    """Returns the day that `text` names in the language `code`, seen from `today`; None if it names none.

    A month alone is its first day; a day without a year is the nearest one.
    """
    # The library takes a third of a second to load, and only the guides need it.
    from dateparser import parse
    from dateparser.search import search_dates

    languages = [_DIALECTS.get(code, code)]
    settings = {
        "RELATIVE_BASE": datetime.combine(today, time(12)),
        "DATE_ORDER": "DMY",
        "PREFER_DAY_OF_MONTH": "first",
        "PREFER_DATES_FROM": "current_period",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    words = text[:_LONGEST]
    whole: datetime | None = parse(words, languages=languages, settings=settings)
    if whole is not None:
        return whole.date()
    found = search_dates(words, languages=languages, settings=settings) or ()
    named = [day.date() for piece, day in found if any(character.isdigit() for character in piece) or len(piece) > 2]
    return named[0] if named else None
