from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from bot.errors import TrainingDataError
from bot.evaluate import evaluate, read_rows

if TYPE_CHECKING:
    from pathlib import Path

TRAIN = {
    "bike": ["my bicycle was stolen", "where can i rent a bicycle", "the bicycle path is icy", "repair a bicycle"],
    "library": ["when does the library open", "borrow a book", "the book is late", "library card for my child"],
    "pool": ["how much is the swimming pool", "swim with my baby", "is the pool heated", "swimming lessons"],
}


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def train(tmp_path: Path) -> Path:
    rows: list[dict[str, object]] = [{"text": t, "label": label} for label, texts in TRAIN.items() for t in texts]
    return write(tmp_path / "train.jsonl", [*rows, {"text": "the capital of peru", "label": None}])


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return write(
        tmp_path / "test.jsonl",
        [
            {"text": "my bicycle was stolen yesterday", "label": "bike"},
            {"text": "library opening", "label": "library", "lang": "en"},
            {"text": "how warm is the pool", "label": "bike"},
            {"text": "zzz qqq", "label": None},
            {"text": "😀", "label": None, "lang": None},
        ],
    )


def test_figures(train: Path, questions: Path) -> None:
    figures = evaluate(train, questions, language=None, predictions=None)
    assert figures["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert 2 / 3 < figures["mrr_at_5"] < 1
    assert figures["abstention_recall"] == 1
    assert figures["abstention_precision"] > 0
    assert figures["overall_accuracy"] >= 0.6
    assert (figures["questions"], figures["in_scope"], figures["examples"], figures["labels"]) == (5, 3, 12, 3)
    assert 0 < figures["ms_p50"] <= figures["ms_p99"]
    assert figures["build_s"] > 0
    assert figures["peak_memory_mb"] > 1
    assert 0 <= figures["threshold"] <= 1


def test_predictions_are_written_line_by_line(train: Path, questions: Path, tmp_path: Path) -> None:
    target = tmp_path / "predictions.jsonl"
    evaluate(train, questions, language="en", predictions=target)
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["text"] for line in lines][-1] == "😀"
    assert lines[0]["predicted"] == "bike"
    assert lines[0]["ranking"][0] == ["bike", lines[0]["confidence"]]
    assert (lines[-1]["predicted"], lines[-1]["confidence"], lines[-1]["abstained"]) == (None, 0.0, True)


def test_the_same_run_gives_the_same_figures(train: Path, questions: Path) -> None:
    runs = [evaluate(train, questions, language=None, predictions=None) for _ in range(2)]
    same = {"accuracy", "mrr_at_5", "abstention_precision", "abstention_recall", "overall_accuracy", "threshold"}
    assert {key: runs[0][key] for key in same} == {key: runs[1][key] for key in same}


def test_figures_without_anything_to_abstain_on_are_zero(train: Path, tmp_path: Path) -> None:
    only = write(tmp_path / "in.jsonl", [{"text": "my bicycle was stolen", "label": "bike"}])
    figures = evaluate(train, only, language=None, predictions=None)
    assert figures["abstention_recall"] == 0
    none = write(tmp_path / "out.jsonl", [{"text": "zzz", "label": None}])
    assert evaluate(train, none, language=None, predictions=None)["accuracy"] == 0


def test_language_is_taken_where_a_row_names_none(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", [{"text": "a", "label": "b"}, {"text": "a", "label": "b", "lang": "pl"}])
    assert [row.language for row in read_rows(path, "da")] == ["da", "pl"]
    assert [row.language for row in read_rows(path, None)] == [None, "pl"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "is not JSON"),
        (b"[]", "is not an object"),
        (b'{"label": "a"}', "`text`"),
        (b'{"text": 1, "label": "a"}', "`text`"),
        (b'{"text": "a"}', "`label`"),
        (b'{"text": "a", "label": 1}', "`label`"),
        (b'{"text": "a", "label": ""}', "`label`"),
        (b'{"text": "a", "label": "b", "lang": 3}', "`lang`"),
        (b'\xff{"text"', "is not UTF-8"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b'{"text": "a", "label": "b"}\n\n' + line + b"\n")
    with pytest.raises(TrainingDataError) as caught:
        read_rows(path, None)
    assert caught.value.fields["path"] == str(path)
    assert caught.value.fields["line"] == 3
    assert reason in str(caught.value.fields["reason"])


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(content)
    with pytest.raises(TrainingDataError, match="no rows"):
        read_rows(path, None)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="cannot be read"):
        read_rows(tmp_path / "nowhere.jsonl", None)


def test_training_needs_a_label(tmp_path: Path, questions: Path) -> None:
    path = write(tmp_path / "none.jsonl", [{"text": "a", "label": None}])
    with pytest.raises(TrainingDataError, match="at least one phrase"):
        evaluate(path, questions, language=None, predictions=None)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "expected"), [(_Terminal(), "\r5/5\n"), (io.StringIO(), "")])
def test_progress_is_said_on_a_terminal_only(
    train: Path, questions: Path, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, expected: str
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    evaluate(train, questions, language=None, predictions=None)
    assert stream.getvalue() == expected
