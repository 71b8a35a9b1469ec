"""Which steps apply, in which order they can be done, and by when."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.content import load
from bot.core.checklist import after, asked, deadline, holds, items, question, upcoming
from bot.core.grants import Fit
from bot.core.guides import AskType
from bot.core.reading import UNKNOWN

if TYPE_CHECKING:
    from bot.core.guides import Checklist
    from bot.core.model import Knowledge

ROOT = Path(__file__).parents[2] / "knowledge"


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    return load(ROOT)


def arrival() -> Checklist:
    return knowledge().guides.checklists["arrival"]


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [({}, Fit.UNKNOWN), ({"a": "x"}, Fit.UNKNOWN), ({"a": "x", "b": "y"}, Fit.YES), ({"a": "z"}, Fit.NO),
     ({"a": UNKNOWN, "b": "y"}, Fit.UNKNOWN), ({"a": UNKNOWN, "b": "z"}, Fit.NO)],
)  # fmt: skip
def test_conditions(answers: dict[str, str], wanted: Fit) -> None:
    assert holds({"a": ("x",), "b": ("y",)}, answers) is wanted


@pytest.mark.parametrize(
    ("start", "value", "unit", "wanted"),
    [
        (date(2026, 11, 30), 3, "month", date(2027, 2, 28)),
        (date(2026, 1, 31), 1, "month", date(2026, 2, 28)),
        (date(2028, 2, 29), 1, "year", date(2029, 2, 28)),
        (date(2026, 12, 15), 1, "month", date(2027, 1, 15)),
        (date(2026, 12, 28), 5, "day", date(2027, 1, 2)),
        (date(2026, 12, 28), 2, "week", date(2027, 1, 11)),
    ],
)
def test_a_day_some_time_later(start: date, value: int, unit: str, wanted: date) -> None:
    assert after(start, value, unit) == wanted


def _answered(**given: str) -> dict[str, str]:
    """Answers every question that is asked: what is given, else the first possible answer."""
    answers: dict[str, str] = {}
    while (name := question(arrival(), answers)) is not None:
        ask = arrival().questions[name]
        usual = {AskType.CHOICE: next(iter(ask.options), ""), AskType.YES_NO: "no", AskType.DATE: "2026-11-01"}
        answers[name] = given.get(name, usual[ask.type])
    return answers


def test_every_newcomer_can_do_all_steps_one_after_the_other() -> None:
    questions = arrival().questions
    for citizenship, reason, stay in product(*(questions[name].options for name in ("citizenship", "reason", "stay"))):
        answers = _answered(citizenship=citizenship, reason=reason, stay=stay, children="yes")
        done: list[str] = []
        while ready := upcoming(items(arrival(), answers, done, knowledge().facts)):
            done.append(ready[0].step.id)
            assert len(done) <= len(arrival().steps)
        assert set(done) == {item.step.id for item in items(arrival(), answers, done, knowledge().facts)}
        assert done, (citizenship, reason, stay)


def test_only_what_matters_is_asked() -> None:
    assert "arrived" not in _answered(citizenship="nordic", reason="job", stay="long")
    assert "arrived" in _answered(citizenship="eu", reason="job", stay="long")
    assert "children" not in _answered(citizenship="eu", reason="job", stay="short")


def test_deadlines_are_days() -> None:
    answers = _answered(citizenship="eu", reason="job", stay="long", arrived="2026-11-30", moved="2026-12-01")
    due = {step.id: deadline(step, answers, knowledge().facts) for step in arrival().steps}
    assert due["eu-document"] == date(2027, 2, 28)
    assert due["home"] is None
    assert deadline(arrival().steps[0], {}, knowledge().facts) is None


def test_what_is_not_known_may_apply() -> None:
    found = items(arrival(), {"citizenship": UNKNOWN, "stay": "long"}, (), knowledge().facts)
    maybe = {item.step.id for item in found if item.maybe}
    assert "eu-document" in maybe
    assert "cpr" not in maybe
    assert not {item.step.id for item in upcoming(found)} & maybe


def test_an_intake_asks_everything_whose_condition_holds() -> None:
    company = knowledge().guides.checklists["company"]
    answers: dict[str, str] = {"goal": "invest", "origin": "eu"}
    names = []
    while (name := question(company, answers)) is not None:
        names.append(name)
        answers[name] = UNKNOWN
    assert names == ["stage", "sector", "employees", "timing", "needs"]
    assert asked(company, answers) == ("goal", "origin", *names)
