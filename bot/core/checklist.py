"""Steps that depend on a few answers: which apply, which can be done now, and by when. Pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.core.grants import Fit
from bot.core.guides import AskType
from bot.core.reading import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.core.guides import Checklist, Step
    from bot.core.model import Fact

_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Item:
    """A step as it stands for one person. `ready`: everything it needs is done; `due`: the last day, if known;
    `maybe`: it depends on something the person has not told."""

    step: Step
    done: bool
    ready: bool
    due: date | None
    maybe: bool


def holds(when: Mapping[str, tuple[str, ...]], answers: Mapping[str, str]) -> Fit:
    """Returns whether all conditions of `when` hold; unknown where an answer is missing and none fails."""
    fits = set()
    for question, allowed in when.items():
        answer = answers.get(question, UNKNOWN)
        fits.add(Fit.UNKNOWN if answer == UNKNOWN else Fit.YES if answer in allowed else Fit.NO)
    return Fit.NO if Fit.NO in fits else Fit.UNKNOWN if Fit.UNKNOWN in fits else Fit.YES


def items(
    checklist: Checklist, answers: Mapping[str, str], done: Collection[str], facts: Mapping[str, Fact]
) -> tuple[Item, ...]:
    """Returns the steps that apply, or may apply, to who gave `answers`, in their order.

    A step that does not apply does not hold back those that need it.
    """
    fits = {step.id: holds(step.when, answers) for step in checklist.steps}
    return tuple(
        Item(
            step=step,
            done=step.id in done,
            ready=all(name in done or fits[name] is not Fit.YES for name in step.after),
            due=deadline(step, answers, facts),
            maybe=fits[step.id] is Fit.UNKNOWN,
        )
        for step in checklist.steps
        if fits[step.id] is not Fit.NO
    )


def upcoming(found: Collection[Item]) -> tuple[Item, ...]:
    """Returns the items that can be done now: not done, and nothing they need is missing."""
    return tuple(item for item in found if item.ready and not item.done and not item.maybe)


def question(checklist: Checklist, answers: Mapping[str, str]) -> str | None:
    """Returns the id of the question to ask next, in their order; None when all that matters is answered.

    Of a checklist, a question matters while a step that may apply depends on it; an intake asks all whose own
    conditions hold, as they go to staff.
    """
    for name, ask in checklist.questions.items():
        if name in answers or holds(ask.when, answers) is not Fit.YES:
            continue
        if checklist.kind == "intake" or _matters(checklist, name, answers):
            return name
    return None


def asked(checklist: Checklist, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the answered questions whose conditions hold, in their order."""
    return tuple(
        name for name, ask in checklist.questions.items() if name in answers and holds(ask.when, answers) is not Fit.NO
    )


def _matters(checklist: Checklist, name: str, answers: Mapping[str, str]) -> bool:
    dated = checklist.questions[name].type is AskType.DATE
    return any(
        holds(step.when, answers) is not Fit.NO and (step.deadline_from == name if dated else name in step.when)
        for step in checklist.steps
    )


def deadline(step: Step, answers: Mapping[str, str], facts: Mapping[str, Fact]) -> date | None:
    """Returns the last day for `step`, counted from the day that was told; None where one of them is not known."""
    told = answers.get(step.deadline_from or "", UNKNOWN)
    if step.deadline_fact is None or told == UNKNOWN:
        return None
    fact = facts[step.deadline_fact]
    if not isinstance(fact.value, int):
        return None
    return after(date.fromisoformat(told), fact.value, fact.unit or "day")


def after(day: date, value: int, unit: str) -> date:
    """Returns the day `value` units (day, week, month, year) after `day`.

    A month later is the same day of the month, or the last one where that month is shorter (Council Regulation 1182/71,
    Article 3). Raises KeyError for another unit.
    """
    if unit in _DAYS:
        return day + timedelta(days=value * _DAYS[unit])
    months = day.year * 12 + day.month - 1 + value * _MONTHS[unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
