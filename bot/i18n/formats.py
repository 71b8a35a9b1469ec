"""Values written as each language writes them: amounts, days, lengths of time, numbers, lists."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

import phonenumbers
from babel import Locale, UnknownLocaleError, dates, lists, localedata, numbers, units

from bot.core.model import FactType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.core.model import Fact, Language

_CURRENCY = "DKK"
_NO_BREAK = "\u00a0"
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))  # with their seconds
_FEWEST_UNITS = 2  # fewer are told in the smaller unit: "90 minutes", "30 hours"
# CLDR's formats of the type "atTime", by language, which Babel does not read. Where the word would depend on the hour
# (Czech, Ukrainian), and elsewhere, the day and the time stand side by side.
_AT_TIME: Mapping[str, str] = {
    "ar": "{1} في {0}",
    "da": "{1} kl. {0}",
    "de": "{1} um {0}",
    "en": "{1} at {0}",
    "ro": "{1} la {0}",
}


def fact_text(fact: Fact, language: Language) -> str:
    """Returns `fact` as people read it in `language`; of a page's address its label. See format_… below.

    Raises LookupError if a text or an address of a page has no name in the language.
    """
    value = fact.value
    if fact.type in {FactType.TEXT, FactType.URL}:
        if language.code not in fact.names:
            raise LookupError(f"the fact {fact.id!r} has no name in the language {language.code!r}")
        return fact.names[language.code]
    if isinstance(value, date):
        return format_day(value, language)
    if isinstance(value, (int, float)):
        if fact.type is FactType.DURATION and fact.unit is not None:
            return format_duration(value, fact.unit, language)
        if fact.type is FactType.MONEY:
            return format_money(value, language, fact.unit or _CURRENCY)
        return (format_percent if fact.type is FactType.PERCENT else format_count)(value, language)
    return format_phone(str(value)) if fact.type is FactType.PHONE else str(value)


def format_money(amount: float, language: Language, currency: str = _CURRENCY) -> str:
    """Returns `amount` in `currency` (ISO 4217, Danish kroner if not told): "DKK 1,200", "1.200 kr.", "1 200 DKK";
    decimals only if it is not whole."""
    locale = locale_of(language.locale)
    pattern = locale.currency_formats["standard"].pattern
    if float(amount).is_integer():
        pattern = re.sub(r"\.0+", "", pattern)
    text = numbers.format_currency(amount, currency, pattern, locale=locale, currency_digits=False)
    # Babel leaves out CLDR's currencySpacing: a letter beside a digit takes a space (UTS 35, part 3).
    return re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", _NO_BREAK, text)


def format_day(day: date, language: Language) -> str:
    """Returns `day` in long form: "24 November 2026", "24. november 2026", "24 listopada 2026"."""
    return dates.format_date(day, "long", locale=locale_of(language.locale))


def format_moment(at: datetime, language: Language) -> str:
    """Returns the weekday, the day and the time of `at` (aware), as clocks in its own time zone show them: "Monday,
    30 November 2026 at 14:30", "mandag den 30. november 2026 kl. 14.30". The zone is not said."""
    locale = locale_of(language.locale)
    day = dates.format_date(at, "full", locale=locale)
    clock = dates.format_time(at, "short", tzinfo=at.tzinfo, locale=locale)
    pattern = _AT_TIME.get(locale.language) or str(dates.get_datetime_format("full", locale=locale))
    return pattern.replace("{0}", clock).replace("{1}", day)


def format_when(when: str, language: Language) -> str:
    """Returns a year, a month or a day (YYYY, YYYY-MM, YYYY-MM-DD): "2014", "August 2014", "25 August 2014"."""
    year, *rest = (int(part) for part in when.split("-"))
    if not rest:
        return str(year)
    if len(rest) == 1:
        return dates.format_skeleton("yMMMM", date(year, rest[0], 1), locale=locale_of(language.locale))
    return format_day(date(year, rest[0], rest[1]), language)


def format_duration(value: float, unit: str, language: Language) -> str:
    """Returns `value` with its unit (hour, day, week, month or year): "3 months", "3 måneder", "3 miesiące".

    Raises LookupError for a unit that the locale has no word for.
    """
    locale = locale_of(language.locale)
    forms = localedata.load(str(locale))["unit_patterns"].get(f"duration-{unit}", {})
    for length in ("long", "short"):  # where CLDR has no long form it inherits the short one; Babel puts in a bare name
        if "other" in forms.get(length, ()):
            return units.format_unit(value, f"duration-{unit}", length, locale=locale)
    raise LookupError(f"the locale {language.locale!r} has no word for {unit!r}")


def format_lasting(seconds: float, language: Language) -> str:
    """Returns how long something lasted, in whole minutes, hours or days, rounded up: "45 minutes", "3 hours",
    "2 days"."""
    fits = ((unit, length) for unit, length in _UNITS if seconds >= _FEWEST_UNITS * length)
    unit, length = next(fits, _UNITS[-1])
    return format_duration(max(1, ceil(seconds / length)), unit, language)


def format_count(value: float, language: Language) -> str:
    """Returns a bare number: "1,200", "1.200", "1 200"."""
    return numbers.format_decimal(value, locale=locale_of(language.locale))


def format_percent(value: float, language: Language) -> str:
    """Returns `value` (55 means 55 %) with its sign: "55%", "55 %"; up to two decimals if there are any."""
    locale = locale_of(language.locale)
    pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0.##", 1)
    return numbers.format_percent(Decimal(str(value)) / 100, pattern, locale=locale)


def format_phone(number: str) -> str:
    """Returns an E.164 number in its international form, "+45 44 77 20 00"; short numbers stay as they are."""
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def list_join(items: Iterable[str], language: Language) -> str:
    """Returns `items` as a list in a sentence: "a, b and c", "a, b og c", "a, b i c"."""
    return lists.format_list(list(items), locale=locale_of(language.locale))


@lru_cache(maxsize=64)
def locale_of(name: str) -> Locale:
    """Returns the CLDR locale called `name` ("en_GB"); raises LookupError if there is none."""
    try:
        return Locale.parse(name)
    except (ValueError, UnknownLocaleError) as error:
        raise LookupError(f"there is no locale {name!r}") from error
