"""Approved proposals on the command line: listed, and written as files for an editor; never into the knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.conversation import Conversation
from bot.settings import ROOT
from bot.store import conversations, proposals, tickets
from bot.store.database import Database
from tests.factories import CHANNEL, START

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Ended

TEXT = "# cpr\nskąd numer?\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with three proposals, two of them approved; the second has a name that is no file's."""
    path = tmp_path / "bot.db"
    database = Database(f"sqlite:///{path}")
    database.require_current()
    identity, _ = database.run(lambda c: conversations.load(c, CHANNEL, "100", Conversation(), START))
    columns = {"conversation_id": identity, "department": "citizens", "language": "pl", "urgent": False}
    ticket = database.run(lambda c: tickets.create(c, columns, START)).id
    for kind, name in (("phrase", "cpr"), ("entry", "../../etc/New Entry"), ("phrase", "open")):
        number = database.run(
            lambda c, k=kind, n=name: proposals.add(c, k, n, "zh-TW", TEXT, author="7", ticket=ticket, now=START)  # type: ignore[misc]
        )
        database.run(lambda c, n=number: proposals.propose(c, n, "7", START))  # type: ignore[misc]
        if name != "open":
            database.run(lambda c, n=number: proposals.approve(c, n, "8", START))  # type: ignore[misc]
    database.close()
    return path


def test_what_is_approved_is_listed(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("knowledge", "proposals")
    assert (code, said) == (0, "2 approved proposals\n")
    assert out.splitlines() == ["1  phrase  zh-TW  cpr", "2  entry  zh-TW  ../../etc/New Entry"]


def test_each_is_written_to_a_file_of_its_own(run: Callable[..., Ended], file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "proposals"
    assert run("knowledge", "proposals", "--write", str(folder))[0] == 0
    written = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*")}
    assert written == {"1-phrase-zh-tw-cpr.txt": TEXT, "2-entry-zh-tw-etc-new-entry.yaml": TEXT}


def test_a_file_that_an_editor_may_have_changed_stays(run: Callable[..., Ended], file: Path, tmp_path: Path) -> None:
    changed = tmp_path / "1-phrase-zh-tw-cpr.txt"
    changed.write_text("changed", encoding="utf-8")
    code, _, said = run("knowledge", "proposals", "--write", str(tmp_path))
    assert code == 0
    assert "stays as it is" in said
    assert changed.read_text(encoding="utf-8") == "changed"


@pytest.mark.parametrize("inside", [".", "en", "new/folder", "../knowledge/pl"])
def test_nothing_is_written_into_the_knowledge(run: Callable[..., Ended], file: Path, inside: str) -> None:
    folder = ROOT / "knowledge" / inside
    before = folder.exists()
    code, out, said = run("knowledge", "proposals", "--write", str(folder))
    assert (code, out) == (2, "")
    assert "lies in the knowledge" in said
    assert folder.exists() == before


def test_a_folder_that_cannot_be_made(run: Callable[..., Ended], file: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert run("knowledge", "proposals", "--write", str(tmp_path / "taken" / "here"))[0] == 2


def test_without_a_proposal_nothing_is_listed(run: Callable[..., Ended], tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'bot.db'}").require_current()
    assert run("knowledge", "proposals") == (0, "", "0 approved proposals\n")
