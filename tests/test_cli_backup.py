"""Backup and restore on the command line: what is said, and how it ends."""

from __future__ import annotations

import base64
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.store import tables
from bot.store.database import Database
from tests.delivery.loops import arrive
from tests.factories import make_incoming

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Ended

SECRET = "Kartoffelmel"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a database `bot.db` that holds one message."""
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    database.require_current()
    arrive(database, make_incoming(text=SECRET))
    database.close()
    return tmp_path


def test_there_and_back(run: Callable[..., Ended], folder: Path) -> None:
    code, out, said = run("backup", "bot.backup")
    assert (code, out) == (0, "")
    assert said.startswith("bot.backup: 1 rows of version ")
    code, out, said = run("restore", "bot.backup", database_url=f"sqlite:///{folder / 'new.db'}")
    assert (code, out) == (0, "")
    assert "1 rows of version" in said
    assert run("delivery", "list", "--state", "pending")[1].startswith("in:1  pending")


def test_what_is_encrypted_stays_so_in_the_backup(run: Callable[..., Ended], folder: Path) -> None:
    """Whoever finds the file reads no word; who has the key gets all of it back."""
    assert run("privacy", "rotate", secret_key=KEY)[0] == 0
    code, _, said = run("backup", "bot.backup", secret_key=KEY)
    assert code == 0, said
    with zipfile.ZipFile(folder / "bot.backup") as archive:
        assert not any(SECRET.encode() in archive.read(name) for name in archive.namelist())
    new = f"sqlite:///{folder / 'new.db'}"
    assert run("restore", "bot.backup", secret_key=KEY, database_url=new)[0] == 0
    database = Database(new, [base64.urlsafe_b64decode(KEY)])
    assert SECRET in database.run(lambda c: c.execute(select(tables.inbox.c.payload)).scalar_one())
    database.close()
    code, _, said = run("delivery", "list", secret_key="")
    assert (code, "BOT_SECRET_KEY" in said) == (1, True)


def test_nothing_is_replaced(run: Callable[..., Ended], folder: Path) -> None:
    assert run("backup", "bot.backup")[0] == 0
    code, _, said = run("backup", "bot.backup")
    assert code == 1
    assert said.startswith("bot.backup: it is there already")
    code, _, said = run("restore", "bot.backup")
    assert code == 1
    assert "is not empty" in said
    assert "To mend it: set BOT_DATABASE_URL to a new one" in said


def test_an_empty_database_is_not_worth_a_backup(run: Callable[..., Ended], tmp_path: Path) -> None:
    code, _, said = run("backup", "bot.backup")
    assert code == 1
    assert "BOT_DATABASE_URL" in said
    assert not (tmp_path / "bot.backup").exists()


@pytest.mark.parametrize("content", [None, b"", b"no backup"])
def test_a_file_that_is_no_backup_touches_no_database(
    run: Callable[..., Ended], tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "bot.backup").write_bytes(content)
    code, _, said = run("restore", "bot.backup")
    assert code == 1
    assert said.startswith("bot.backup: ")
    assert not (tmp_path / "bot.db").exists()


@pytest.mark.parametrize("command", [("backup",), ("restore",), ("backup", "a", "b")])
def test_wrong_use(run: Callable[..., Ended], command: tuple[str, ...]) -> None:
    assert run(*command)[0] == 2
