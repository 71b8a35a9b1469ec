"""The days on which departments work: not on public holidays, local closing days, nor while a notice says closed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bot.core.hours import WorkingTime
from bot.service.days import DENMARK

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.core.model import Knowledge
    from bot.core.notices import Notice


def working_time(knowledge: Knowledge, department: str, notices: Iterable[Notice]) -> WorkingTime | None:
    """Returns when `department` works; None while the municipality has not given its hours.

    `notices` are the published ones; of those that are over nothing is needed to count from now on. Raises KeyError for
    an unknown department.
    """
    hours = knowledge.departments[department].hours
    if not hours:
        return None
    spans = [
        (days.first, days.last)
        for days in knowledge.closing_days
        if not days.departments or department in days.departments
    ]
    spans += [(one.first, one.last) for one in notices if one.kind == "closed" and one.department == department]

    def closed(day: date) -> bool:
        return is_public_holiday(day) or any(first <= day <= last for first, last in spans)

    return WorkingTime(hours, closed, DENMARK)


def is_public_holiday(day: date) -> bool:
    """Returns whether `day` is a public holiday in Denmark by law.

    Constitution Day, 24 and 31 December are none: where an office is closed on them, they are its closing days.
    """
    return day in _public_holidays(day.year)


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> frozenset[date]:
    # A tenth of a second that most commands, and many starts, do without.
    from holidays import PUBLIC, country_holidays

    return frozenset(country_holidays("DK", years=year, categories=PUBLIC))
