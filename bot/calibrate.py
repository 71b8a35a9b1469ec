"""Refits the thresholds of each language from judged questions; changes nothing by itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import yaml

from bot import golden
from bot.core.answer import Question, Thresholds, understand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.core.answer import Understanding
    from bot.golden import Golden

_STEPS = tuple(step / 100 for step in range(5, 71, 5))
_WRONG = 4.0  # right answers that one wrong answer outweighs, where choices could have been offered


@dataclass(frozen=True, slots=True)
class Refit:
    """A language's thresholds before and after, each with the figures of `bot.golden.figures` it gives."""

    before: Thresholds
    after: Thresholds
    figures_before: Mapping[str, float]
    figures_after: Mapping[str, float]


def refit(questions: Iterable[Golden], brain: Understanding) -> dict[str, Refit]:
    """Returns, by language, the answer threshold that serves the judged `questions` best beside the present one.

    A right answer counts 1, a wrong one -_WRONG; of equal ones the highest is taken.
    """
    by_language: dict[str, list[Golden]] = {}
    for question in questions:
        by_language.setdefault(question.language, []).append(question)
    return {language: _refit(language, asked, brain) for language, asked in by_language.items()}


def _refit(language: str, questions: Sequence[Golden], brain: Understanding) -> Refit:
    before = brain.limits(language)

    def figures(limits: Thresholds) -> Mapping[str, float]:
        tried = replace(brain, thresholds={**brain.thresholds, language: limits})
        judged = [
            golden.Judged(question, decision, golden.verdict(question, decision))
            for question in questions
            for decision in [
                understand(
                    Question(
                        question.text,
                        language=language,
                        context=(question.context,) if question.context else (),
                    ),
                    tried,
                )
            ]
        ]
        return golden.figures(judged)

    tried = {step: figures(replace(before, answer=max(step, before.choices))) for step in _STEPS}
    best = max(tried, key=lambda step: (tried[step]["answered"] - _WRONG * tried[step]["wrong"], step))
    after = replace(before, answer=max(best, before.choices))
    return Refit(before, after, figures(before), tried[best])


def as_yaml(found: Mapping[str, Refit]) -> str:
    """Returns the file knowledge/thresholds.yaml for what was `found`."""
    rows = {language: {k: round(v, 2) for k, v in asdict(one.after).items()} for language, one in found.items()}
    return yaml.safe_dump({"thresholds": rows}, sort_keys=True)
