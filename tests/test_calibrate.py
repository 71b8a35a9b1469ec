from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import yaml

from bot.calibrate import as_yaml, refit
from bot.core.answer import Thresholds
from bot.golden import Golden
from tests.factories import make_library

if TYPE_CHECKING:
    from bot.core.answer import Understanding


def brain(answer: float) -> Understanding:
    made = make_library().brain
    return replace(made, thresholds={None: Thresholds(answer=answer, choices=0.05)})


def questions(made: Understanding, *, right: bool) -> list[Golden]:
    shard = made.index.shards["en"]
    entries = [label for label in shard.labels if label in made.entries]
    return [
        Golden("en", "topic", phrase, None, label if right else next(e for e in entries if e != label), frozenset())
        for phrase, label in zip(shard.phrases, _labels(made), strict=True)
        if label in made.entries
    ]


def _labels(made: Understanding) -> list[str]:
    shard = made.index.shards["en"]
    ends = [*shard.first.tolist()[1:], len(shard.phrases)]
    return [shard.labels[n] for n, (a, b) in enumerate(zip(shard.first, ends, strict=True)) for _ in range(a, b)]


def test_right_answers_lower_a_threshold_that_is_too_careful() -> None:
    made = brain(1.0)
    found = refit(questions(made, right=True), made)["en"]
    assert found.before.answer == 1.0
    assert found.after.answer <= 0.7
    assert found.figures_after["answered"] > found.figures_before["answered"]


def test_wrong_answers_raise_a_threshold_that_is_too_bold() -> None:
    made = brain(0.05)
    found = refit(questions(made, right=False), made)["en"]
    assert found.after.answer > 0.5
    assert found.figures_after["wrong"] <= found.figures_before["wrong"]


def test_the_file_says_all_thresholds() -> None:
    made = brain(0.5)
    rows = yaml.safe_load(as_yaml(refit(questions(made, right=True), made)))["thresholds"]
    assert set(rows["en"]) == {"answer", "choices", "margin", "scope"}
