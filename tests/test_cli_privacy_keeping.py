"""Purging and the keys on the command line."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Text, select, type_coerce

from bot.core.conversation import Conversation, Exchange
from bot.core.retention import KINDS
from bot.store import conversations, inbox, tables
from bot.store.database import Database
from bot.store.sealing import SEALED, key_id
from tests.factories import CHANNEL, DAY, START, make_incoming
from tests.store.rows import size

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Ended

WORD = "Kartoffelmel"
OLD, NEW = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"o", b"n"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with somebody who wrote for the last time 400 days before the tests began."""
    path = tmp_path / "bot.db"
    database = Database(f"sqlite:///{path}")
    database.require_current()
    state = Conversation(recent=(Exchange(WORD),))
    database.run(lambda c: conversations.load(c, CHANNEL, "1", state, START - 400 * DAY))
    database.run(lambda c: inbox.add(c, make_incoming(text=WORD)))
    database.close()
    return path


def content(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in file.parent.glob("bot.db*"))


def states(file: Path) -> list[str]:
    database = Database(f"sqlite:///{file}")
    try:
        raw = select(type_coerce(tables.conversations.c.state, Text))
        return list(database.run(lambda c: c.execute(raw).scalars()))
    finally:
        database.close()


# ---- purging ---------------------------------------------------------------------------------------------


def test_a_dry_run_counts_and_touches_nothing(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("privacy", "purge", "--dry-run")
    assert (code, said) == (0, "")
    assert out.splitlines()[0] == "conversations: 1 would go (kept 180 days)"
    assert [line.partition(":")[0] for line in out.splitlines()] == list(KINDS)
    assert len(states(file)) == 1


def test_what_is_over_goes_from_the_file_too_and_it_is_proved(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("privacy", "purge")
    assert (code, out.splitlines()[0]) == (0, "conversations: 1 gone (kept 180 days)")
    assert "Nothing older is left" in said
    assert states(file) == []
    database = Database(f"sqlite:///{file}")
    assert size(database, tables.inbox) == 1
    database.run(lambda c: inbox.done(c, 1, START))
    database.overwrite()
    database.close()
    assert WORD.encode() not in content(file)


def test_the_setting_is_heard(run: Callable[..., Ended], file: Path) -> None:
    code, out, _ = run("privacy", "purge", retention_days="conversations=9000")
    assert (code, out.splitlines()[0]) == (0, "conversations: 0 gone (kept 9000 days)")
    assert len(states(file)) == 1


def test_what_is_left_fails(run: Callable[..., Ended], file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.purging.BATCH", 0)  # as if somebody had all of it in hand
    code, _, said = run("privacy", "purge")
    assert code == 1
    assert "conversations 1" in said


# ---- keys ------------------------------------------------------------------------------------------------


def test_a_new_key_can_be_used_at_once(run: Callable[..., Ended], file: Path) -> None:
    first, second = run("privacy", "key"), run("privacy", "key")
    assert first[0] == 0
    assert first[1] != second[1]
    assert run("privacy", "rotate", secret_key=first[1].strip())[0] == 0
    assert states(file)[0].startswith(SEALED)


def test_a_database_is_encrypted_and_gets_another_key(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("privacy", "rotate", secret_key=OLD)
    assert (code, "Everything has the newest key" in said) == (0, True)
    assert "conversations.state: 1 encrypted with the newest key" in out.splitlines()
    assert WORD.encode() not in content(file)
    assert run("privacy", "rotate", secret_key=f"{NEW},{OLD}")[0] == 0
    assert states(file)[0].startswith(f"{SEALED}{key_id(b'n' * 32)}$")
    assert WORD in run("privacy", "export", CHANNEL, "1", "--json", secret_key=NEW)[1]


@pytest.mark.parametrize("keys", ["", NEW])
@pytest.mark.parametrize(
    "command", [("privacy", "export", CHANNEL, "1"), ("privacy", "purge"), ("desk", "audit"), ("backup", "b")]
)
def test_without_the_right_key_nothing_starts(
    run: Callable[..., Ended], file: Path, keys: str, command: tuple[str, ...]
) -> None:
    run("privacy", "rotate", secret_key=OLD)
    code, out, said = run(*command, secret_key=keys)
    assert (code, out) == (1, "")
    assert said.startswith(f"BOT_SECRET_KEY: messages are encrypted with the key {key_id(b'o' * 32)}")
    assert "To mend it: put that key back" in said
    assert OLD not in said
    assert NEW not in said


def test_a_rotation_needs_a_key(run: Callable[..., Ended], file: Path) -> None:
    code, _, said = run("privacy", "rotate")
    assert code == 2
    assert "ballerup-bot privacy key" in said
