"""Measures the matcher on a labelled set: the ranking and the thresholds of production, on any data."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.core.answer import all_thresholds
from bot.core.index import Example, build
from bot.core.ranking import OUT_OF_SCOPE, rank
from bot.errors import TrainingDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from bot.core.index import Encode
    from bot.core.lexicon import Lexicon
    from bot.core.ranking import Candidate

_BEST = 5
_EVERY = 200  # rows between two words of progress


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a labelled file; `label` None means none of the labels."""

    text: str
    label: str | None
    language: str | None


class _BadLineError(Exception):
    """A line that cannot be used; its text is the reason."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    row: Row
    ranked: tuple[Candidate, ...]
    abstained: bool
    seconds: float

    @property
    def right(self) -> bool:
        return bool(self.ranked) and self.ranked[0].label == self.row.label


def evaluate(
    train: Path,
    test: Path,
    *,
    language: str | None,
    predictions: Path | None,
    lexicons: Mapping[str, Lexicon] | None = None,
    encode: Encode | None = None,
) -> dict[str, float | int]:
    """Trains on `train`, asks every row of `test`, and returns the figures.

    Both are JSON Lines: {"text", "label", "lang"?}. A null label means none of the labels; it is never trained on.
    `lexicons` say what words mean, by language; `encode` is a sentence encoder.
    `language` (a code) is taken for rows that name none. With `predictions`, one line a test row is written there.

    Figures: accuracy and mrr_at_5 over rows with a label, without threshold; abstention_precision and
    abstention_recall (a row is abstained on below the scope threshold; 0 where undefined); overall_accuracy (right
    and not abstained on, or rightly abstained on); ms_p50 and ms_p99 a question; build_s; peak_memory_mb of the
    process; the counts and the threshold.

    Raises TrainingDataError for an unreadable file, a bad line, or a file without a usable row.
    """
    known = [row for row in read_rows(train, language) if row.label is not None]
    questions = read_rows(test, language)
    begin = time.perf_counter()
    try:
        examples = [Example(row.text, row.label, row.language) for row in known if row.label is not None]
        index = build(examples, lexicons=lexicons, encode=encode)
    except ValueError as error:
        raise TrainingDataError(path=str(train), line=0, reason=str(error)) from error
    threshold = all_thresholds(index.held_out)[None].scope
    build_s = time.perf_counter() - begin
    outcomes: list[_Outcome] = []
    for row in questions:
        begin = time.perf_counter()
        ranked = rank(index, row.text, language=row.language, limit=_BEST)
        seconds = time.perf_counter() - begin
        sure = bool(ranked) and ranked[0].score >= threshold and ranked[0].label != OUT_OF_SCOPE
        outcomes.append(_Outcome(row, ranked, not sure, seconds))
        _progress(len(outcomes), len(questions))
    if predictions is not None:
        _write(predictions, outcomes)
    return {
        **_figures(outcomes),
        "build_s": round(build_s, 3),
        "peak_memory_mb": round(peak_memory_mb(), 1),
        "threshold": round(threshold, 4),
        "examples": len(known),
        "labels": len({row.label for row in known}),
    }


def read_rows(path: Path, language: str | None) -> list[Row]:
    """Returns the rows of the JSON Lines file `path`; `language` is taken where a row names none.

    Raises TrainingDataError with path, line and reason.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise TrainingDataError(path=str(path), line=0, reason=f"cannot be read: {error.strerror}") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(_row(line, language))
            except _BadLineError as error:
                raise TrainingDataError(path=str(path), line=number, reason=str(error)) from error
    if not rows:
        raise TrainingDataError(path=str(path), line=0, reason="has no rows")
    return rows


def _row(line: bytes, language: str | None) -> Row:
    try:
        data = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _BadLineError("is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _BadLineError(f"is not JSON: {error.msg}") from error
    if not isinstance(data, dict):
        raise _BadLineError("is not an object")
    if not isinstance(data.get("text"), str):
        raise _BadLineError("needs a `text` that is a string")
    label = data.get("label", 0)
    if label is not None and (not isinstance(label, str) or not label):
        raise _BadLineError("needs a `label` that is a string or null")
    named = data.get("lang")
    if named is not None and not isinstance(named, str):
        raise _BadLineError("has a `lang` that is not a string")
    return Row(data["text"], label, named or language)


def _figures(outcomes: Sequence[_Outcome]) -> dict[str, float | int]:
    inside = [outcome for outcome in outcomes if outcome.row.label is not None]
    abstained = [outcome for outcome in outcomes if outcome.abstained]
    rightly = sum(outcome.row.label is None for outcome in abstained)
    well = rightly + sum(outcome.right and not outcome.abstained for outcome in inside)
    milliseconds = [outcome.seconds * 1000 for outcome in outcomes]
    return {
        "accuracy": _share(sum(outcome.right for outcome in inside), len(inside)),
        "mrr_at_5": _share(sum(map(_reciprocal, inside)), len(inside)),
        "abstention_precision": _share(rightly, len(abstained)),
        "abstention_recall": _share(rightly, len(outcomes) - len(inside)),
        "overall_accuracy": _share(well, len(outcomes)),
        "ms_p50": round(float(np.quantile(milliseconds, 0.5)), 3),
        "ms_p99": round(float(np.quantile(milliseconds, 0.99)), 3),
        "questions": len(outcomes),
        "in_scope": len(inside),
    }


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _reciprocal(outcome: _Outcome) -> float:
    labels = [candidate.label for candidate in outcome.ranked]
    return 1 / (labels.index(outcome.row.label) + 1) if outcome.row.label in labels else 0.0


def _write(path: Path, outcomes: Iterable[_Outcome]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for outcome in outcomes:
            line = {
                "text": outcome.row.text,
                "label": outcome.row.label,
                "predicted": outcome.ranked[0].label if outcome.ranked else None,
                "confidence": round(outcome.ranked[0].score, 4) if outcome.ranked else 0.0,
                "abstained": outcome.abstained,
                "ranking": [[candidate.label, round(candidate.score, 4)] for candidate in outcome.ranked],
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _progress(done: int, total: int) -> None:
    """Says on a terminal's stderr how far the questions are."""
    if (done % _EVERY == 0 or done == total) and sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{total}" + ("\n" if done == total else ""))
        sys.stderr.flush()


def peak_memory_mb() -> float:
    """Returns the most memory this process has held, in MB; the kernel counts in KB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
