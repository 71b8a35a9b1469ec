"""The golden questions: what the understanding makes of questions whose right answer is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from bot.core.answer import Kind, Question, understand
from bot.errors import TrainingDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from bot.core.answer import Decision, Understanding

LEVELS = "levels.yaml"  # beside the languages' folders: what was reached, by language
_AT_MOST = frozenset({"wrong", "nothing", "crisis_missed", "false_alarms"})
_KINDS = frozenset({"out_of_scope", "staff", "smalltalk", "crisis", "not_crisis"})


@dataclass(frozen=True, slots=True)
class Golden:
    """A question in `language` and what is `expected`: an entry id or a kind; `also_ok` are other right entries."""

    language: str
    topic: str
    text: str
    context: str | None
    expected: str
    also_ok: frozenset[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A golden question, what was decided, and the `verdict`: right, among (the choices), wrong or missed."""

    question: Golden
    decision: Decision
    verdict: str


def read(folder: Path) -> list[Golden]:
    """Reads `folder`/<language>/<topic>.yaml. Raises TrainingDataError with the file for anything unreadable."""
    questions: list[Golden] = []
    for path in sorted(folder.glob("*/*.yaml")):
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            questions += [_golden(path, row) for row in content["questions"]]
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
            raise TrainingDataError(path=str(path), line=0, reason=f"not a file of questions: {error}") from error
    if not questions:
        raise TrainingDataError(path=str(folder), line=0, reason="no golden question in <language>/<topic>.yaml")
    return questions


def levels(folder: Path) -> Mapping[str, Mapping[str, float]]:
    """Returns the recorded figures of each language, from `folder`/levels.yaml.

    Raises TrainingDataError with the file where it cannot be read.
    """
    path = folder / LEVELS
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return {code: {name: float(level) for name, level in row.items()} for code, row in content.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise TrainingDataError(path=str(path), line=0, reason=f"no levels by language: {error}") from error


def worse(found: Mapping[str, float], level: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Returns the figures that are worse than the recorded level, as name -> (found, level)."""
    return {
        name: (found[name], least)
        for name, least in level.items()
        if (found[name] > least if name in _AT_MOST else found[name] < least)
    }


def _golden(path: Path, row: dict[str, str | list[str]]) -> Golden:
    context = row.get("context")
    return Golden(
        language=path.parent.name,
        topic=path.stem,
        text=str(row["text"]),
        context=str(context) if context else None,
        expected=str(row["expected"]),
        also_ok=frozenset(row.get("also_ok", ())),
    )


def judge(questions: Iterable[Golden], brain: Understanding) -> Iterator[Judged]:
    """Asks every question as a person of that language would who has not written before."""
    for question in questions:
        context = (question.context,) if question.context else ()
        decision = understand(Question(question.text, prior=question.language, context=context), brain)
        yield Judged(question, decision, verdict(question, decision))


def verdict(question: Golden, decision: Decision) -> str:
    """Returns right, among (the right entry is one of the choices), wrong (another entry) or missed."""
    expected, kind = question.expected, decision.kind
    accepted = {expected, *question.also_ok}
    if expected == "not_crisis":
        return "wrong" if kind == Kind.CRISIS else "right"
    if expected == "crisis":
        return "right" if kind == Kind.CRISIS else "missed"
    given = decision.entry if kind in {Kind.ANSWER, Kind.CRISIS} else kind.value
    if given in accepted or (kind == Kind.CRISIS and "crisis" in accepted):
        return "right"
    if accepted.intersection(decision.choices):
        return "among"
    if kind in {Kind.ANSWER, Kind.CRISIS}:
        return "wrong"
    if expected == "out_of_scope":
        return "right"  # anything but an entry: nothing known, small talk, a person
    return "missed"


def figures(judged: Iterable[Judged]) -> dict[str, float]:
    """Returns shares of 1: `right` of all questions (an entry's: answered, or offered among the choices);
    `answered` and `offered` of the questions for entries, `wrong` and `nothing` of them; `out_of_scope`, `staff` and
    `smalltalk` recognised; and the counts `questions`, `crisis_missed` and `false_alarms`."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in judged:
        expected = one.question.expected
        counts[expected if expected in _KINDS else "entry", one.verdict] += 1

    def share(kind: str, *verdicts: str) -> float:
        whole = sum(count for (of, _), count in counts.items() if of == kind)
        return round(sum(counts[kind, verdict] for verdict in verdicts) / whole, 4) if whole else 1.0

    whole = sum(counts.values())
    right = sum(count for (_, verdict), count in counts.items() if verdict in {"right", "among"})
    return {
        "questions": whole,
        "right": round(right / whole, 4) if whole else 1.0,
        "answered": share("entry", "right"),
        "offered": share("entry", "right", "among"),
        "wrong": share("entry", "wrong"),
        "nothing": share("entry", "missed"),
        "out_of_scope": share("out_of_scope", "right"),
        "staff": share("staff", "right"),
        "smalltalk": share("smalltalk", "right"),
        "crisis_missed": counts["crisis", "missed"],
        "false_alarms": counts["not_crisis", "wrong"],
    }
