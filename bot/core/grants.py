"""Which grants fit: typed rules judged against answers, and the question that is best asked next. Pure.

The best question is the one after which, on average over its possible answers, the fewest grants are still possible
(the greedy choice of twenty questions; all answers that make a difference count as equally likely).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.guides import RuleTest
from bot.core.reading import OTHER, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.core.guides import Ask, Grant, GrantRule
    from bot.core.model import Fact


class Fit(StrEnum):
    """How a rule, or a grant as a whole, fits the answers."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """A grant and how it fits; `rules`: each of its rules with how that fits."""

    grant: Grant
    fit: Fit
    rules: tuple[tuple[GrantRule, Fit], ...]


def judge_rule(rule: GrantRule, answer: str | None, facts: Mapping[str, Fact]) -> Fit:
    """Returns how `rule` fits `answer` (an option, yes or no, a number as text; None or "?" for none)."""
    if answer is None or answer == UNKNOWN:
        return Fit.UNKNOWN
    match rule.test:
        case RuleTest.ONE_OF:
            passed = answer in rule.values
        case RuleTest.NOT_ONE_OF:
            passed = answer not in rule.values
        case RuleTest.IS_YES:
            passed = answer == "yes"
        case RuleTest.BELOW:
            passed = float(answer) < _number(rule, facts)
        case RuleTest.AT_MOST:
            passed = float(answer) <= _number(rule, facts)
        case RuleTest.AT_LEAST:
            passed = float(answer) >= _number(rule, facts)
    return Fit.YES if passed else Fit.NO


def _number(rule: GrantRule, facts: Mapping[str, Fact]) -> float:
    value = facts[rule.fact].value if rule.fact is not None else None
    if not isinstance(value, int | float):
        raise TypeError(f"the rule {rule.id} compares with a fact that is no number")
    return float(value)


def judge(grant: Grant, answers: Mapping[str, str], facts: Mapping[str, Fact]) -> Judged:
    """Returns how `grant` fits `answers`: not at all if one rule fails, surely if all pass."""
    rules = tuple((rule, judge_rule(rule, answers.get(rule.about), facts)) for rule in grant.rules)
    fits = {fit for _, fit in rules}
    return Judged(grant, Fit.NO if Fit.NO in fits else Fit.UNKNOWN if Fit.UNKNOWN in fits else Fit.YES, rules)


def judged(grants: Iterable[Grant], answers: Mapping[str, str], facts: Mapping[str, Fact]) -> tuple[Judged, ...]:
    """Returns every grant with how it fits, in their order."""
    return tuple(judge(grant, answers, facts) for grant in grants)


def options_for(ask: Ask, grants: Iterable[Grant], answers: Mapping[str, str], facts: Mapping[str, Fact]) -> list[str]:
    """Returns the options of the choice `ask` that still make a difference, in their order.

    An option that every grant still possible judges alike, as something that is not named, is left out: who means it
    answers "other".
    """
    rules = _open_rules(grants, answers, facts).get(ask.id, [])
    usual = [judge_rule(rule, OTHER, facts) for rule in rules]
    return [option for option in ask.options if [judge_rule(rule, option, facts) for rule in rules] != usual]


def best_question(
    asks: Mapping[str, Ask], grants: Sequence[Grant], answers: Mapping[str, str], facts: Mapping[str, Fact]
) -> str | None:
    """Returns the id of the question to ask next; None when no answer can change how any grant fits."""
    by_question = _open_rules(grants, answers, facts)
    worth = {name: _worth(rules, facts) for name, rules in by_question.items() if name not in answers}
    if not worth:
        return None
    order = list(asks)
    return max(worth, key=lambda name: (worth[name], -order.index(name)))


def _open_rules(
    grants: Iterable[Grant], answers: Mapping[str, str], facts: Mapping[str, Fact]
) -> dict[str, list[GrantRule]]:
    """Returns the rules not yet judged of the grants still possible, by the question they are about."""
    found: dict[str, list[GrantRule]] = {}
    for grant in grants:
        state = judge(grant, answers, facts)
        if state.fit is Fit.UNKNOWN and grant.status != "closed":
            for rule, fit in state.rules:
                if fit is Fit.UNKNOWN:
                    found.setdefault(rule.about, []).append(rule)
    return found


def _worth(rules: Sequence[GrantRule], facts: Mapping[str, Fact]) -> float:
    """Returns how many of the `rules`, all about one question, fail on average over the answers that differ."""
    outcomes = {tuple(judge_rule(rule, answer, facts) for rule in rules) for answer in _telling(rules, facts)}
    return sum(outcome.count(Fit.NO) for outcome in outcomes) / len(outcomes)


def _telling(rules: Sequence[GrantRule], facts: Mapping[str, Fact]) -> set[str]:
    """Returns answers among which are all that `rules` judge differently."""
    found: set[str] = set()
    for rule in rules:
        match rule.test:
            case RuleTest.ONE_OF | RuleTest.NOT_ONE_OF:
                found |= {*rule.values, OTHER}
            case RuleTest.IS_YES:
                found |= {"yes", "no"}
            case RuleTest.BELOW | RuleTest.AT_MOST | RuleTest.AT_LEAST:
                number = _number(rule, facts)
                found |= {str(number - 1), str(number), str(number + 1)}
    return found
