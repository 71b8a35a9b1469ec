"""One question, one reply: `ask` for a person, and line by line for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands import Ended, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIELDS = {"kind", "entry", "choices", "confidence", "language", "urgent", "text"}


def test_ask(run: Callable[..., Ended]) -> None:
    code, out, err = run("ask", "How do I get a tax card?")
    assert (code, err) == (0, "")
    assert out.startswith("Get a tax card\n")
    assert "Source: " in out


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("jak dostać numer CPR?",), {"kind": "answer", "entry": "cpr-registration", "language": "pl"}),
        (("my husband hits me",), {"kind": "crisis", "entry": "domestic-violence", "urgent": True}),
        (("hello", "--language", "da"), {"kind": "smalltalk", "language": "da"}),
        (("I want to talk to a person",), {"kind": "staff", "entry": None, "choices": []}),
        (("",), {"kind": "none", "entry": None, "confidence": 0.0}),
        (("x" * 10_000,), {"entry": None}),
    ],
)
def test_ask_for_a_program(run: Callable[..., Ended], arguments: tuple[str, ...], wanted: dict[str, Any]) -> None:
    code, out, _ = run("ask", "--json", *arguments)
    assert code == 0
    (line,) = out.splitlines()
    reply = json.loads(line)
    assert set(reply) == FIELDS
    assert {name: reply[name] for name in wanted} == wanted
    assert 0 <= reply["confidence"] <= 1


ROWS: list[tuple[bytes, dict[str, Any]]] = [
    (b'{"id": 1, "text": "How do I get a tax card?"}', {"id": 1, "kind": "answer", "entry": "tax-card"}),
    (b"", {}),
    (b"   ", {}),
    (b'{"id": "two", "text": "hej", "language": "da"}', {"id": "two", "kind": "smalltalk", "language": "da"}),
    (b"no JSON", {"id": None, "error": True}),
    (b'{"id": 3}', {"id": 3, "error": True}),
    (b'{"id": 4, "text": 5}', {"id": 4, "error": True}),
    (b'{"id": 5, "text": "hi", "language": "xx"}', {"id": 5, "error": True}),
    (b'{"id": 6, "text": "hi", "language": ["en"]}', {"id": 6, "error": True}),
    (b'{"id": 7, "text": "hi", "context": "before"}', {"id": 7, "error": True}),
    (b'{"id": 8, "text": "hi", "context": [1]}', {"id": 8, "error": True}),
    (b'[{"id": 9, "text": "hi"}]', {"id": None, "error": True}),
    (b'"hi"', {"id": None, "error": True}),
    (b'{"id": 10, "text": "\xff\xfe"}', {"id": None, "error": True}),
    (b'{"id": 11, "text": "half \\ud83d"}', {"id": 11, "kind": None}),
    (b'{"id": "\\ud83d", "text": "hello"}', {"kind": "smalltalk"}),
    (b'{"id": 12, "text": "hello", "more": ' + b"[" * 100_000, {"error": True}),
    (b'{"id": ' + b"1" * 5000 + b', "text": "hello"}', {"error": True}),
    (b'{"id": 13, "text": ""}', {"id": 13, "kind": "none"}),
    (b'{"id": 14, "text": "my number is 010190-1234"}', {"id": 14}),
    (b'{"text": "thanks"}', {"id": None, "kind": "smalltalk"}),
    ("{'id': 15}".encode("utf-16"), {"error": True}),
    (
        b'{"id": 16, "text": "How do I get a CPR number?", "context": null, "language": null}',
        {"id": 16, "language": "en"},
    ),
    (b'{"id": 17, "text": "my husband hits me", "context": ["hello"]}', {"id": 17, "kind": "crisis"}),
]


def test_lines_for_a_program(tmp_path: Path) -> None:
    """In order, an answer a line; a bad line is said and the run goes on."""
    with start(tmp_path, "ask", "--jsonl", "-") as running:
        out, err = running.communicate(b"\n".join(row for row, _ in ROWS), timeout=60)
    assert (running.returncode, err) == (0, b"")
    replies = [json.loads(line) for line in out.splitlines()]
    wanted = [expected for _, expected in ROWS if expected]
    assert len(replies) == len(wanted)
    for reply, expected in zip(replies, wanted, strict=True):
        if expected.pop("error", False):
            assert set(reply) == {"id", "error"}, reply
        else:
            assert set(reply) == {"id", *FIELDS}, reply
        assert {name: reply[name] for name, value in expected.items() if value is not None} == {
            name: value for name, value in expected.items() if value is not None
        }


def test_lines_from_a_file_with_context(run: Callable[..., Ended], tmp_path: Path) -> None:
    rows = [
        {"id": 1, "text": "and for my children?", "context": ["Where do I sign up for daycare?"]},
        {"id": 2, "text": "hvordan får jeg et cpr-nummer?"},
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, out, _ = run("ask", "--jsonl", "rows.jsonl")
    assert code == 0
    first, second = (json.loads(line) for line in out.splitlines())
    assert (first["id"], first["kind"] in {"answer", "choices"}) == (1, True)
    assert (second["id"], second["entry"], second["language"]) == (2, "cpr-registration", "da")


@pytest.mark.process
def test_every_line_is_answered_as_soon_as_it_is_read(tmp_path: Path) -> None:
    with start(tmp_path, "ask", "--jsonl", "-") as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number in range(3):
            running.stdin.write(b'{"id": %d, "text": "hello"}\n' % number)
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
        assert running.wait(10) == 0


@pytest.mark.process
def test_a_reader_that_goes_away_is_no_fault_of_ours(tmp_path: Path) -> None:
    with start(tmp_path, "ask", "--jsonl", "-") as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(b'{"id": 1, "text": "hello"}\n')
        running.stdin.flush()
        running.stdout.readline()
        running.stdout.close()
        running.stdin.write(b'{"id": 2, "text": "hello"}\n' * 20)
        running.stdin.close()
        assert running.stderr.read() == b""
        assert running.wait(10) == 1


@pytest.mark.process
def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    with start(tmp_path, "ask", "jak dostać numer CPR?", "--language", "pl", LC_ALL="C", PYTHONUTF8="0") as running:
        out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")
    assert "zarejestruj adres" in out.decode("utf-8")
