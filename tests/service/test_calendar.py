"""Working days in Denmark, and promised times compared with a calculation of another kind."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.core.hours import promise, share
from bot.core.model import ClosingDays
from bot.core.notices import Notice
from bot.service.calendar import is_public_holiday, working_time
from bot.service.days import DENMARK
from tests.factories import make_knowledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from bot.core.hours import WorkingTime
    from bot.core.model import Knowledge
    from bot.core.notices import NoticeKind

DAY = timedelta(days=1)
OFFICE = dict.fromkeys(range(1, 6), (time(9), time(15)))
ALWAYS = dict.fromkeys(range(1, 8), (time(9), time(15)))


def days_from(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))


# ---- public holidays -------------------------------------------------------------------------------------


def easter(year: int) -> date:
    """Easter Sunday by Gauss's formula, for 1900 to 2099."""
    d = (19 * (year % 19) + 24) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7
    sunday = date(year, 3, 22) + (d + e) * DAY
    late = sunday == date(year, 4, 26) or (sunday == date(year, 4, 25) and d == 28 and year % 19 > 10)
    return sunday - 7 * DAY if late else sunday


def holidays_of(year: int) -> set[date]:
    """The public holidays since 2024, when Store bededag was abolished (Act no. 214 of 6 March 2023)."""
    fixed = {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    return fixed | {easter(year) + number * DAY for number in (-3, -2, 0, 1, 39, 49, 50)}


@pytest.mark.parametrize(
    ("year", "moving"),
    [
        (2024, ["03-28", "03-29", "03-31", "04-01", "05-09", "05-19", "05-20"]),
        (2025, ["04-17", "04-18", "04-20", "04-21", "05-29", "06-08", "06-09"]),
        (2026, ["04-02", "04-03", "04-05", "04-06", "05-14", "05-24", "05-25"]),
        (2027, ["03-25", "03-26", "03-28", "03-29", "05-06", "05-16", "05-17"]),
        (2028, ["04-13", "04-14", "04-16", "04-17", "05-25", "06-04", "06-05"]),
    ],
)
def test_the_public_holidays(year: int, moving: list[str]) -> None:
    wanted = {date.fromisoformat(f"{year}-{day}") for day in (*moving, "01-01", "12-25", "12-26")}
    assert {day for day in days_from(date(year, 1, 1), date(year, 12, 31)) if is_public_holiday(day)} == wanted


def test_the_public_holidays_of_many_years() -> None:
    for year in range(2024, 2060):
        found = {day for day in days_from(date(year, 1, 1), date(year, 12, 31)) if is_public_holiday(day)}
        assert found == holidays_of(year)


@pytest.mark.parametrize(
    "day", [date(2024, 4, 26), date(2026, 5, 1), date(2026, 6, 5), date(2026, 12, 24), date(2026, 12, 31)]
)
def test_days_on_which_many_are_closed_are_no_public_holidays(day: date) -> None:
    assert not is_public_holiday(day)


def test_store_bededag_was_one_until_2023() -> None:
    assert is_public_holiday(date(2023, 5, 5))


# ---- what a department's working time is made of ---------------------------------------------------------


def knowledge_with(*closing: ClosingDays, hours: dict[int, tuple[time, time]] = OFFICE) -> Knowledge:
    known = make_knowledge()
    departments = {name: replace(one, hours=hours) for name, one in known.departments.items()}
    return replace(known, departments=departments, closing_days=closing)


def working(knowledge: Knowledge, *notices: Notice, department: str = "citizens") -> WorkingTime:
    found = working_time(knowledge, department, notices)
    assert found is not None
    return found


def notice(kind: NoticeKind = "closed", department: str | None = "citizens") -> Notice:
    return Notice(1, kind, date(2026, 11, 30), date(2026, 12, 1), department)


def open_days(days: WorkingTime, first: date, last: date) -> set[date]:
    return {day for day in days_from(first, last) if days.is_open(datetime.combine(day, time(12), DENMARK))}


def test_hours_are_danish_time() -> None:
    days = working(knowledge_with())
    assert not days.is_open(datetime(2026, 11, 30, 7, 59, tzinfo=UTC))
    assert days.is_open(datetime(2026, 11, 30, 8, tzinfo=UTC))
    assert days.is_open(datetime(2026, 7, 30, 7, tzinfo=UTC))


def test_no_hours_no_working_time() -> None:
    assert working_time(make_knowledge(), "citizens", ()) is None


def test_an_unknown_department_raises() -> None:
    with pytest.raises(KeyError):
        working_time(make_knowledge(), "gone", ())


def test_nobody_works_on_public_holidays_even_at_weekends() -> None:
    days = working(knowledge_with(hours=ALWAYS))
    found = open_days(days, date(2026, 4, 1), date(2026, 4, 12))
    assert found == {date(2026, 4, 1), date(2026, 4, 4), *days_from(date(2026, 4, 7), date(2026, 4, 12))}


@pytest.mark.parametrize(
    ("departments", "closed"), [((), True), (("citizens",), True), (("trade", "citizens"), True), (("trade",), False)]
)
def test_local_closing_days(departments: tuple[str, ...], *, closed: bool) -> None:
    spans = (
        ClosingDays(date(2026, 6, 5), date(2026, 6, 5), departments),
        ClosingDays(date(2026, 12, 23), date(2027, 1, 3), departments),
    )
    days = working(knowledge_with(*spans))
    assert date(2026, 6, 4) in open_days(days, date(2026, 6, 1), date(2026, 6, 5))
    assert (date(2026, 6, 5) not in open_days(days, date(2026, 6, 1), date(2026, 6, 5))) == closed
    found = open_days(days, date(2026, 12, 22), date(2027, 1, 4))
    assert {date(2026, 12, 22), date(2027, 1, 4)} <= found
    assert (len(found) == 2) == closed


@pytest.mark.parametrize(
    ("published", "closed"),
    [
        (notice(), True),
        (notice(department="trade"), False),
        (notice(department=None), False),
        (notice("delay"), False),
        (notice("storm", None), False),
    ],
)
def test_notices(published: Notice, *, closed: bool) -> None:
    found = open_days(working(knowledge_with(), published), date(2026, 11, 27), date(2026, 12, 2))
    away = set() if closed else {date(2026, 11, 30), date(2026, 12, 1)}
    assert found == {date(2026, 11, 27), date(2026, 12, 2)} | away


def test_a_promise_over_easter() -> None:
    came = datetime(2026, 4, 1, 14, tzinfo=DENMARK)  # Wednesday; Easter Monday is the sixth
    found = promise(round(came.timestamp() * 1000), 8, working(knowledge_with()))
    assert found == round(datetime(2026, 4, 8, 10, tzinfo=DENMARK).timestamp() * 1000)


# ---- the oracle: a table of minutes ----------------------------------------------------------------------

START, YEARS, LAST = date(2026, 1, 1), 2, date(2029, 6, 30)
MINUTE = 60_000
ORIGIN = round(datetime(START.year, 1, 1, tzinfo=UTC).timestamp()) * 1000


def summer(year: int) -> tuple[datetime, datetime]:
    """Summer time in the European Union: from the last Sunday of March to that of October, at one o'clock UTC."""

    def last_sunday(month: int) -> datetime:
        last = datetime(year, month, 31, 1, tzinfo=UTC)
        return last - last.isoweekday() % 7 * DAY

    return last_sunday(3), last_sunday(10)


def minute_of(moment: datetime) -> int:
    return (round(moment.timestamp() * 1000) - ORIGIN) // MINUTE


@dataclass(frozen=True)
class Case:
    """A department's year: what closes it beside its hours."""

    hours: dict[int, tuple[time, time]]
    closing: tuple[ClosingDays, ...]
    notices: tuple[Notice, ...]

    def working(self) -> WorkingTime:
        return working(knowledge_with(*self.closing, hours=self.hours), *self.notices)

    def off(self) -> dict[str, set[date]]:
        """The days on which nobody works, by reason."""
        years = range(START.year, LAST.year + 1)
        mine = [each for each in self.closing if not each.departments or "citizens" in each.departments]
        told = [each for each in self.notices if each.kind == "closed" and each.department == "citizens"]
        return {
            "easter": {easter(year) + number * DAY for year in years for number in (-3, -2, 0, 1)},
            "christmas": {date(year, 12, number) for year in years for number in (25, 26)},
            "other": {day for year in years for day in holidays_of(year)},
            "closing": {day for each in mine for day in days_from(each.first, each.last)},
            "notice": {day for each in told for day in days_from(each.first, each.last)},
        }

    def open_minutes(self) -> NDArray[np.int64]:
        """The minutes (UTC, counted from ORIGIN) in which the department works, in order."""
        minutes = np.arange(((LAST - START).days + 1) * 24 * 60)
        ahead = np.full(minutes.size, 60)
        for begin, end in map(summer, range(START.year, LAST.year + 1)):
            ahead[minute_of(begin) : minute_of(end)] = 120
        shown = minutes + ahead
        off = set[date]().union(*self.off().values())
        works = np.array([day not in off for day in days_from(START, LAST + DAY)])
        never = (time(), time())
        pairs = [self.hours.get(weekday, never) for weekday in range(1, 8)]
        opening, closing = (np.array([one.hour * 60 + one.minute for one in each]) for each in zip(*pairs, strict=True))
        day, clock = shown // (24 * 60), shown % (24 * 60)
        weekday = (START.isoweekday() - 1 + day) % 7  # Monday is 0
        return np.flatnonzero(works[day] & (opening[weekday] <= clock) & (clock < closing[weekday]))


def due(minutes: NDArray[np.int64], at: int, amount: int) -> int:
    """Returns when `amount` ms of working time have passed since `at` (both ms), by counting open minutes."""
    minute, late = divmod(at - ORIGIN, MINUTE)
    following = int(np.searchsorted(minutes, minute))
    needed = amount + (late if minutes[following] == minute else 0)
    whole, rest = divmod(needed - 1, MINUTE)
    return ORIGIN + int(minutes[following + whole]) * MINUTE + rest + 1


# ---- random departments ----------------------------------------------------------------------------------


def random_hours(chance: random.Random) -> dict[int, tuple[time, time]]:
    """Office hours, or also nights and weekends; at least two hours a day, on whole minutes."""

    def pair(earliest: int, latest: int) -> tuple[time, time]:
        first = chance.randrange(earliest, latest - 120)
        last = chance.randrange(first + 120, latest)
        return time(*divmod(first, 60)), time(*divmod(last, 60))

    kind = chance.choice(["office", "office", "any", "night", "sunday"])
    span = {"office": (7 * 60, 18 * 60), "any": (0, 24 * 60)}.get(kind, (0, 6 * 60))
    weekdays = range(1, 6) if kind == "office" else range(6, 8) if kind == "sunday" else range(1, 8)
    chosen = [weekday for weekday in weekdays if chance.random() < 0.8] or [7]
    return {weekday: pair(*span) for weekday in chosen}


def random_case(chance: random.Random) -> Case:
    def span() -> tuple[date, date]:
        first = START + chance.randrange(365 * YEARS + 90) * DAY
        return first, first + chance.randrange(10) * DAY

    whose = ((), ("citizens",), ("citizens", "trade"), ("trade",))
    eves = [date(year, 12, day) for year in (2026, 2027, 2028) for day in (24, 31)]
    closing = [ClosingDays(day, day) for day in eves if chance.random() < 0.5]
    closing += [ClosingDays(*span(), chance.choice(whose)) for _ in range(chance.randrange(6))]
    notices = [
        Notice(number, chance.choice(("closed", "closed", "delay")), *span(), chance.choice(("citizens", "trade")))
        for number in range(chance.randrange(10))
    ]
    return Case(random_hours(chance), tuple(closing), tuple(notices))


def random_moments(chance: random.Random, case: Case) -> Iterator[int]:
    """Moments over two years; half of them shortly before something that is easily counted wrongly."""
    last = START + (365 * YEARS - 1) * DAY
    changes = [moment.date() for year in range(START.year, START.year + YEARS) for moment in summer(year)]
    rare = [day for days in case.off().values() for day in days if START + 5 * DAY <= day <= last]
    while True:
        if chance.random() < 0.5:
            day = chance.choice(chance.choice([changes, rare])) - chance.randrange(4) * DAY
        else:
            day = START + chance.randrange((last - START).days) * DAY
        yield ORIGIN + (day - START).days * 24 * 60 * MINUTE + chance.randrange(24 * 60 * MINUTE)


def met(case: Case, at: int, until: int) -> Iterator[str]:
    """Yields what lies between two moments (ms) that a wrong count would miss."""
    first, last = (datetime.fromtimestamp(moment / 1000, UTC).date() for moment in (at, until))
    days = set(days_from(first, last))
    yield from (reason for reason, off in case.off().items() if days & {day for day in off if worked(case, day)})
    changes = [moment.date() for year in range(first.year, last.year + 1) for moment in summer(year)]
    off = set[date]().union(*case.off().values())
    for day in days.intersection(changes) - off:
        hours = case.hours.get(day.isoweekday())
        if hours and hours[0] < time(2) and time(3) < hours[1] and first < day < last:
            yield "change within the hours"
    if any(day.isoweekday() > 5 and worked(case, day) for day in days - off):
        yield "weekend"


def worked(case: Case, day: date) -> bool:
    return day.isoweekday() in case.hours


def assert_agrees(case: Case, moments: Iterable[int], chance: random.Random) -> Iterator[str]:
    """Compares each moment's promise, warnings and counts with the table, and yields what was met on the way."""
    minutes, days = case.open_minutes(), case.working()
    for at in moments:
        hours = chance.randrange(1, 41)
        wanted = due(minutes, at, hours * 60 * MINUTE)
        assert promise(at, hours, days) == share(at, hours, 1, days) == wanted
        assert share(at, hours, 0.75, days) == due(minutes, at, hours * 45 * MINUTE)
        start, end = (datetime.fromtimestamp(moment / 1000, DENMARK) for moment in (at, wanted))
        assert days.between(start, end) == timedelta(hours=hours)
        index = (at - ORIGIN) // MINUTE
        following = int(minutes[np.searchsorted(minutes, index)])
        assert days.is_open(start) == (following == index)
        opening = days.next_opening(start)
        assert opening is not None
        assert round(opening.timestamp() * 1000) == max(at, ORIGIN + following * MINUTE)
        yield from met(case, at, wanted)


def test_promised_times_agree_with_a_table_of_minutes_in_a_thousand_cases() -> None:
    chance, count = random.Random(1729), 0
    found: list[str] = []
    for _ in range(50):
        case = random_case(chance)
        moments = [moment for moment, _ in zip(random_moments(chance, case), range(20), strict=False)]
        found += assert_agrees(case, moments, chance)
        count += len(moments)
    assert count == 1000
    reasons = {reason: found.count(reason) for reason in sorted(set(found))}
    assert set(reasons) == {*random_case(chance).off(), "change within the hours", "weekend"}
    assert min(reasons.values()) >= 20, reasons


def test_the_oracle_can_tell_a_wrong_count() -> None:
    """A department that forgot one holiday, or counted by the clock, would be found out."""
    case = Case(dict.fromkeys(range(1, 8), (time(0), time(6))), (), ())
    minutes = case.open_minutes()
    came = round(datetime(2026, 3, 28, 12, tzinfo=DENMARK).timestamp() * 1000)
    assert due(minutes, came, 5 * 60 * MINUTE) == round(datetime(2026, 3, 29, 6, tzinfo=DENMARK).timestamp() * 1000)
    came = round(datetime(2026, 4, 1, 12, tzinfo=DENMARK).timestamp() * 1000)
    assert due(minutes, came, 60 * MINUTE) == round(datetime(2026, 4, 4, 1, tzinfo=DENMARK).timestamp() * 1000)
