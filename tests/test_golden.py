"""The golden questions, asked of the real knowledge: accuracy may not fall, and no danger may be missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import golden
from bot.core.answer import Decision, Kind
from bot.errors import TrainingDataError
from tests.harness import real_core

QUESTIONS = Path(__file__).parent / "questions"


@pytest.fixture(scope="module")
def judged() -> list[golden.Judged]:
    return list(golden.judge(golden.read(QUESTIONS), real_core().library.brain))


def test_accuracy_does_not_fall(judged: list[golden.Judged]) -> None:
    levels = golden.levels(QUESTIONS)
    assert levels.keys() == {one.question.language for one in judged}
    for language, level in levels.items():
        found = golden.figures(one for one in judged if one.question.language == language)
        assert golden.worse(found, level) == {}, language


def test_no_danger_is_missed(judged: list[golden.Judged]) -> None:
    missed = [one.question.text for one in judged if one.question.expected == "crisis" and one.verdict != "right"]
    assert missed == []


def test_few_false_alarms(judged: list[golden.Judged]) -> None:
    for language in golden.levels(QUESTIONS):
        rows = [
            one
            for one in judged
            if one.question.language == language and one.question.expected not in {"crisis", "domestic-violence"}
        ]
        alarms = [one.question.text for one in rows if one.verdict == "wrong" and one.decision.kind == Kind.CRISIS]
        asked = sum(one.question.expected == "not_crisis" for one in rows)
        assert len(alarms) <= asked / 20, alarms


@pytest.mark.parametrize(
    ("expected", "also_ok", "decision", "verdict"),
    [
        ("tax-card", (), Decision(Kind.ANSWER, "tax-card", (), 0.9, "en"), "right"),
        ("tax-card", ("mitid",), Decision(Kind.ANSWER, "mitid", (), 0.9, "en"), "right"),
        ("tax-card", (), Decision(Kind.ANSWER, "mitid", (), 0.9, "en"), "wrong"),
        ("tax-card", (), Decision(Kind.CHOICES, None, ("mitid", "tax-card"), 0.4, "en"), "among"),
        ("tax-card", (), Decision(Kind.NONE, None, (), 0.1, "en"), "missed"),
        ("staff", (), Decision(Kind.STAFF, None, (), 0.9, "en"), "right"),
        ("staff", (), Decision(Kind.ANSWER, "mitid", (), 0.9, "en"), "wrong"),
        ("out_of_scope", (), Decision(Kind.NONE, None, (), 0.1, "en"), "right"),
        ("out_of_scope", (), Decision(Kind.CHOICES, None, ("mitid", "tax-card"), 0.4, "en"), "right"),
        ("crisis", (), Decision(Kind.NONE, None, (), 0.0, "en"), "missed"),
        ("crisis", (), Decision(Kind.CRISIS, "emergency-112", (), 1.0, "en", urgent=True), "right"),
        ("not_crisis", (), Decision(Kind.CRISIS, "emergency-112", (), 1.0, "en", urgent=True), "wrong"),
        ("domestic-violence", ("crisis",), Decision(Kind.CRISIS, "emergency-112", (), 1.0, "en", urgent=True), "right"),
    ],
)
def test_verdicts(expected: str, also_ok: tuple[str, ...], decision: Decision, verdict: str) -> None:
    question = golden.Golden("en", "x", "?", None, expected, frozenset(also_ok))
    assert golden.verdict(question, decision) == verdict


@pytest.mark.parametrize("content", ["questions: 5", "a: [", "questions: [{text: hi}]", ""])
def test_an_unreadable_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "x.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(TrainingDataError, match=r"x\.yaml"):
        golden.read(tmp_path)


def test_an_empty_folder_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="no golden question"):
        golden.read(tmp_path)


def test_a_fallen_figure_is_named() -> None:
    found = {"right": 0.8, "wrong": 0.1, "crisis_missed": 1}
    level = {"right": 0.9, "wrong": 0.1, "crisis_missed": 0}
    assert golden.worse(found, level) == {"right": (0.8, 0.9), "crisis_missed": (1, 0)}


@pytest.mark.parametrize("content", ["[1]", "en: 5", "en: {right: high}", "a: [", None])
def test_unreadable_levels_are_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / golden.LEVELS).write_text(content, encoding="utf-8")
    with pytest.raises(TrainingDataError, match=r"levels\.yaml"):
        golden.levels(tmp_path)
