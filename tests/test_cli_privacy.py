"""One person's data on the command line: what is printed where, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.core.conversation import Conversation, Exchange
from bot.store import conversations, inbox
from bot.store.database import Database
from tests.factories import START, make_incoming

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Ended

PERSON = ("telegram", "700100200")
WORD = "Kartoffelmel"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one person in it."""
    path = tmp_path / "bot.db"
    database = Database(f"sqlite:///{path}")
    database.require_current()
    state = Conversation(language="da", recent=(Exchange(WORD),))
    database.run(lambda c: conversations.load(c, *PERSON, state, START))
    database.run(lambda c: inbox.add(c, make_incoming(chat=PERSON[1], text=WORD)))
    database.close()
    return path


def test_everything_is_printed_to_read(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("privacy", "export", *PERSON)
    assert (code, said) == (0, "")
    assert out.count(WORD) >= 2
    assert PERSON[1] in out
    assert "Sprog: Dansk" in out or "Language: Dansk" in out


def test_words_do_not_command_the_terminal(run: Callable[..., Ended], file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    state = Conversation(language="da", recent=(Exchange(f"\x1b]0;owned\x07 \x9b2J{WORD}"),))
    database.run(lambda c: conversations.save(c, 1, state, START))
    database.close()
    out = run("privacy", "export", *PERSON)[1]
    assert WORD in out
    assert not {"\x1b", "\x07", "\x9b"} & set(out)


def test_everything_is_printed_as_json(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("privacy", "export", *PERSON, "--json")
    assert (code, said) == (0, "")
    value = json.loads(out)
    assert (value["chat"], value["conversation"]["recent"][0]["text"]) == (PERSON[1], WORD)
    assert [waiting["text"] for waiting in value["waiting"]] == [WORD]


def test_a_language_that_is_no_longer_offered_does_not_stop_the_export(run: Callable[..., Ended], file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    database.run(lambda c: conversations.save(c, 1, Conversation(recent=(Exchange(WORD),)), START))
    database.close()
    code, out, _ = run("privacy", "export", *PERSON)
    assert code == 0
    assert WORD in out


@pytest.mark.parametrize("part", ["export", "erase"])
def test_nothing_is_kept_of_a_stranger(run: Callable[..., Ended], file: Path, part: str) -> None:
    assert run("privacy", part, "telegram", "1") == (1, "", "nothing is kept of telegram 1\n")


def test_erasing_asks_for_a_yes(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("privacy", "erase", *PERSON)
    assert (code, out) == (2, "")
    assert "--yes" in said
    assert run("privacy", "export", *PERSON, "--json")[0] == 0


def test_erased_is_gone_from_the_file_too(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("privacy", "erase", *PERSON, "--yes")
    assert (code, out) == (0, "")
    assert "2 rows" in said
    left = b"".join(path.read_bytes() for path in file.parent.glob("bot.db*"))
    assert WORD.encode() not in left
    assert PERSON[1].encode() not in left
    assert run("privacy", "erase", *PERSON, "--yes")[0] == 1


@pytest.mark.parametrize(
    "command", [("privacy",), ("privacy", "export"), ("privacy", "erase", "telegram"), ("privacy", "sell", *PERSON)]
)
def test_wrong_use(run: Callable[..., Ended], command: tuple[str, ...]) -> None:
    assert run(*command)[0] == 2
