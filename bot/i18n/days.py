"""Reads a day from words in any of the languages: "3 May", "last Monday", "1.9.2026", "w maju", "11月3日".

Months by their names come from CLDR (Babel), days in digits are read here, day before month as in Denmark; what is told
from today on ("yesterday", "in two weeks") is read by dateparser.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.core.text import fold, tokens
from bot.i18n.formats import locale_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 80  # characters that are looked at
_LIBRARY_CODES: Mapping[str, str] = {"zh": "zh-Hans"}
# Locales whose months people use as well: Arabic names differ from country to country.
_LOCALES: Mapping[str, tuple[str, ...]] = {"ar": ("ar_EG", "ar_SY", "ar_DZ", "ar_MA"), "zh": ("zh_Hans",)}
_LOOKING_BACK = timedelta(days=270)  # a day without a year is one of these past days, else a coming one
_SHORTEST_STEM = 3  # letters of a month's name that stay when it is inflected
_DECLINED = ("pl", "uk", "cs")  # languages in which little more than that stays: січень, у січні
_ALSO: Mapping[str, Mapping[str, int]] = {"cs": {"cervnu": 6, "cervnem": 6, "cervenci": 7, "cervencem": 7}}
_ENDING = 6  # letters that may follow: "listopadzie"
_ENOUGH = 0.4  # of a text's letters that a time told from today takes up
_ISO = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_DIGITS = re.compile(r"(?<![\d.])(\d{1,2})\s?[./-]\s?(\d{1,2})(?:\s?[./-]\s?(\d{4}|\d{2}))?\.?(?!\d)")
_HAN = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})[日号])?")
_HAN_NUMBERS = re.compile(r"[一二三四五六七八九十]+(?=[月日号])")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_PER_UNIT = re.compile(
    r"(?<!\d )\b(tydzień|tydzien|miesiąc|miesiac|rok|týden|tyden|měsíc|mesic|тиждень|місяць|hafta|ay)\b"
)


def read_day(text: str, code: str, today: date) -> date | None:
    """Returns the day that `text` names in the language `code`, seen from `today`; None if it names none.

    A month alone is its first day; a day without a year is the one in the last nine months, else the coming one.
    """
    words = text[:_LONGEST]
    found = _in_digits(words, today) or _by_month(words, code, today)
    return found or _from_today(words, code, today)


def _in_digits(text: str, today: date) -> date | None:
    plain = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)
    if match := _ISO.search(plain):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    plain = _HAN_NUMBERS.sub(lambda number: str(_han(number[0])), plain)
    if match := _HAN.search(plain):
        return _placed(match[1], int(match[2]), int(match[3] or 1), today)
    if match := _DIGITS.search(plain):
        return _placed(match[3], int(match[2]), int(match[1]), today)
    return None


def _han(number: str) -> int:
    """Returns a Chinese number up to 99: 三, 十二, 二十一."""
    tens, _, ones = number.rpartition("十")
    digits = "一二三四五六七八九"
    unit = digits.find(ones) + 1
    return unit if "十" not in number else 10 * (digits.find(tens) + 1 or 1) + unit


def _by_month(text: str, code: str, today: date) -> date | None:
    """A day, or a month alone, by the name of its month."""
    words = tokens(text)
    month = _month(words, code)
    if month is None:
        return None
    rest = fold(text)
    year = _YEAR.search(rest)
    if year:
        rest = rest[: year.start()] + rest[year.end() :]
    day = _DAY.search(rest)
    return _placed(year[0] if year else None, month, int(day[1]) if day else 1, today)


def _month(words: tuple[str, ...], code: str) -> int | None:
    """Returns the month that `words` name; endings may follow ("ocakta", "у січні"), the longest name counts."""
    found = [
        (sum(map(len, name)), -start, month)
        for name, month in _months(code).items()
        for start in range(len(words) - len(name) + 1)
        if all(_is_form(said, wanted, code) for wanted, said in zip(name, words[start:], strict=False))
    ]
    return max(found)[2] if found else None


def _is_form(said: str, name: str, code: str) -> bool:
    least = _SHORTEST_STEM if code in _DECLINED else _SHORTEST_STEM + 1
    return said == name or (len(name) >= least and said.startswith(name) and len(said) - len(name) <= _ENDING)


@lru_cache(maxsize=32)
def _months(code: str) -> Mapping[tuple[str, ...], int]:
    """Returns the folded words of each month's name -> its number; of the inflected names of a language their stems."""
    found: dict[tuple[str, ...], int] = {(name,): month for name, month in _ALSO.get(code, {}).items()}
    for locale in _LOCALES.get(code, (code,)):
        months = locale_of(locale).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    words = tokens(name)
                    if words and not words[0].isdigit() and len(words[0]) >= _SHORTEST_STEM - 1:
                        found[words] = number
        if code in _DECLINED:
            wide = [fold(months["stand-alone"]["wide"][number]) for number in range(1, 13)]
            for number, name in enumerate(wide, 1):
                size = next(n for n in range(_SHORTEST_STEM, 99) if sum(one[:n] == name[:n] for one in wide) == 1)
                found.setdefault((name[:size],), number)
    return found


def _from_today(text: str, code: str, today: date) -> date | None:
    # The library takes a third of a second to load, and only the guides need it.
    from dateparser import parse
    from dateparser.search import search_dates

    languages = [_LIBRARY_CODES.get(code, code)]
    settings = {
        "RELATIVE_BASE": datetime.combine(today, time(12)),
        "DATE_ORDER": "DMY",
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PARSERS": ["relative-time"],
    }
    words = _PER_UNIT.sub(r"1 \1", text)
    whole: datetime | None = parse(words, languages=languages, settings=settings)
    if whole is None:
        named = [
            day
            for piece, day in search_dates(words, languages=languages, settings=settings) or ()
            if len(piece) >= _ENOUGH * len(words)
        ]  # "acum" is not all of "acum două săptămâni"
        whole = named[0] if named else None
    return whole.date() if whole is not None else None


def _placed(year: str | None, month: int, day: int, today: date) -> date | None:
    """Returns the day; without a `year` the one nearest to today, as `read_day` says."""
    if year is not None:
        return _day(int(year) if len(year) == len("2026") else 2000 + int(year), month, day)
    near = _day(today.year, month, day)
    if near is None:
        return _day(today.year + 1, month, day)
    if near < today - _LOOKING_BACK:
        return _day(today.year + 1, month, day)
    before = _day(today.year - 1, month, day)
    return before if near > today and before is not None and before >= today - _LOOKING_BACK else near


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
