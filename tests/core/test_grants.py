"""Which grants fit, against an independent evaluation of the rules, and which question is asked next."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.content import load
from bot.core.grants import Fit, best_question, judge, judged, options_for
from bot.core.guides import AskType
from bot.core.reading import OTHER, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.core.model import Knowledge

ROOT = Path(__file__).parents[2] / "knowledge"
APPLICANTS = 200
FEWER = 0.7  # of the questions that a fixed order asks


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    return load(ROOT)


@lru_cache(maxsize=1)
def applicants() -> list[dict[str, str]]:
    """Answers to every question: half of them such that most rules of one grant hold."""
    chance = random.Random(20261130)
    guides = knowledge().guides
    found = []
    for turn in range(APPLICANTS):
        answers: dict[str, str] = {}
        for name, ask in guides.questions.items():
            match ask.type:
                case AskType.CHOICE:
                    answers[name] = chance.choice([*ask.options, OTHER])
                case AskType.YES_NO:
                    answers[name] = chance.choice(["yes", "no"])
                case _:
                    answers[name] = str(chance.choice([1, 2, 4, 5, 7, 12, 21, 24, 25, 30, 50, 100, 249, 250]))
        if turn % 2:
            grant = chance.choice(list(guides.grants.values()))
            for rule in grant.rules:
                if rule.test == "one_of":
                    answers[rule.about] = chance.choice(rule.values)
                elif rule.test == "is_yes":
                    answers[rule.about] = "yes"
        found.append(answers)
    return found


def _plain_rules() -> list[dict[str, object]]:
    """The grants as they stand in the files, read without the program."""
    return [
        grant
        for level in ("eu", "municipal", "national")
        for grant in yaml.safe_load((ROOT / "grants" / f"{level}.yaml").read_text(encoding="utf-8"))["grants"]
    ]


def _numbers() -> dict[str, float]:
    facts = [
        fact
        for path in (ROOT / "facts").glob("*.yaml")
        for fact in yaml.safe_load(path.read_text(encoding="utf-8"))["facts"]
    ]
    return {fact["id"]: fact["value"] for fact in facts if isinstance(fact.get("value"), int | float)}


def _by_hand(grant: dict[str, object], answers: Mapping[str, str], numbers: Mapping[str, float]) -> bool:
    holds: dict[str, Callable[[str, dict[str, object]], bool]] = {
        "one_of": lambda answer, rule: answer in rule["values"],  # type: ignore[operator]
        "not_one_of": lambda answer, rule: answer not in rule["values"],  # type: ignore[operator]
        "is_yes": lambda answer, _: answer == "yes",
        "below": lambda answer, rule: int(answer) < numbers[str(rule["fact"])],
        "at_most": lambda answer, rule: int(answer) <= numbers[str(rule["fact"])],
        "at_least": lambda answer, rule: int(answer) >= numbers[str(rule["fact"])],
    }
    rules: list[dict[str, object]] = grant["rules"]  # type: ignore[assignment]
    return all(holds[str(rule["test"])](answers[str(rule["about"])], rule) for rule in rules)


def test_what_fits_agrees_with_the_rules_read_by_hand() -> None:
    grants, numbers = _plain_rules(), _numbers()
    fitting = 0
    for answers in applicants():
        by_program = {
            one.grant.id: one.fit for one in judged(knowledge().guides.grants.values(), answers, knowledge().facts)
        }
        by_hand = {str(grant["id"]): _by_hand(grant, answers, numbers) for grant in grants}
        assert by_program == {name: Fit.YES if fits else Fit.NO for name, fits in by_hand.items()}
        fitting += sum(by_hand.values())
    assert fitting > APPLICANTS / 4  # or nothing was compared


def _asked(answers: Mapping[str, str], pick: Callable[[dict[str, str]], str | None]) -> dict[str, str]:
    known: dict[str, str] = {}
    while (name := pick(known)) is not None:
        assert name not in known
        known[name] = answers[name]
    return known


def _best(known: dict[str, str]) -> str | None:
    guides = knowledge().guides
    return best_question(guides.questions, list(guides.grants.values()), known, knowledge().facts)


def _in_order(known: dict[str, str]) -> str | None:
    """The fixed order of the file, until every open grant is decided."""
    found = judged(knowledge().guides.grants.values(), known, knowledge().facts)
    if all(one.fit is not Fit.UNKNOWN or one.grant.status == "closed" for one in found):
        return None
    return next(name for name in knowledge().guides.questions if name not in known)


def test_the_best_questions_decide_as_all_do_and_are_fewer_by_a_third() -> None:
    best = fixed = 0
    for answers in applicants():
        known = _asked(answers, _best)
        some = {one.grant.id: one.fit for one in judged(knowledge().guides.grants.values(), known, knowledge().facts)}
        for one in judged(knowledge().guides.grants.values(), answers, knowledge().facts):
            assert one.grant.status == "closed" or some[one.grant.id] == one.fit
        best += len(known)
        fixed += len(_asked(answers, _in_order))
    assert best <= FEWER * fixed, f"{best / APPLICANTS} against {fixed / APPLICANTS}"


def test_who_knows_nothing_is_asked_each_question_once() -> None:
    known = _asked(dict.fromkeys(knowledge().guides.questions, UNKNOWN), _best)
    fits = {one.fit for one in judged(knowledge().guides.grants.values(), known, knowledge().facts)}
    assert fits == {Fit.UNKNOWN}


@pytest.mark.parametrize("name", ["applicant", "activity", "destination"])
def test_only_options_that_make_a_difference_are_shown(name: str) -> None:
    guides = knowledge().guides
    ask, grants = guides.questions[name], list(guides.grants.values())
    shown = options_for(ask, grants, {}, knowledge().facts)
    assert shown
    for option in set(ask.options) - set(shown):
        for grant in grants:
            if grant.status != "closed":
                with_it = judge(grant, {name: option}, knowledge().facts).fit
                assert with_it == judge(grant, {name: OTHER}, knowledge().facts).fit
