"""Pauses and the audit log on the command line: what is printed where, and how it ends."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.core.pausing import Pause
from bot.store import pauses
from bot.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Ended


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


def paused(file: Path) -> tuple[Pause, ...]:
    database = Database(f"sqlite:///{file}")
    found = database.run(pauses.current)
    database.close()
    return found


def change(file: Path, statement: str) -> None:
    """Somebody with all rights over the file changes it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)


def test_everything_is_paused_and_resumed(run: Callable[..., Ended], file: Path) -> None:
    code, out, said = run("desk", "pause", "all", "outage", knowledge=str(file.parent / "broken"))
    assert (code, out) == (0, "")
    assert "paused: all (outage)" in said
    assert paused(file) == (Pause("all", "", "outage"),)
    assert run("desk", "resume", "all") == (0, "", "no longer paused: all\n")
    assert paused(file) == ()
    assert run("desk", "resume", "all") == (1, "", "all is not paused; paused now: nothing\n")


def test_topics_and_languages_are_those_of_the_knowledge(run: Callable[..., Ended], file: Path) -> None:
    assert run("desk", "pause", "topic", "Housing", "checking-texts")[0] == 0
    assert run("desk", "pause", "language", "pl", "staff-only")[0] == 0
    assert paused(file) == (Pause("language", "pl", "staff-only"), Pause("topic", "housing", "checking-texts"))
    code, _, said = run("desk", "resume", "topic", "health")
    assert (code, said) == (1, "topic health is not paused; paused now: language pl, topic housing\n")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("all",), "REASON"),
        (("all", "because"), "maintenance, checking-texts, outage, staff-only"),
        (("topic", "housing"), "topic NAME REASON"),
        (("topic", "nonsense", "outage"), "housing"),
        (("language", "xx", "outage"), "en, da"),
        (("everything", "outage"), "all"),
    ],
)
def test_wrong_use_is_told_with_what_is_right(
    run: Callable[..., Ended], file: Path, words: tuple[str, ...], hint: str
) -> None:
    code, out, said = run("desk", "pause", *words)
    assert (code, out) == (2, "")
    assert hint in said
    assert not file.exists()


def test_the_log_is_printed_and_its_end_can_be_noted(run: Callable[..., Ended], file: Path) -> None:
    assert run("desk", "audit") == (0, f"0:{'0' * 64}\n", "")
    run("desk", "pause", "all", "outage")
    run("desk", "resume", "all")
    code, out, said = run("desk", "audit")
    first, second, end = out.splitlines()
    assert (code, said) == (0, "")
    assert first.endswith('  cli  pause  {"name":"","reason":"outage","scope":"all"}')
    assert second.startswith("2  20")
    assert run("desk", "audit", "--noted", end)[0] == 0
    value = json.loads(run("desk", "audit", "--json")[1])
    assert f"{value['head']['count']}:{value['head']['hash']}" == end
    assert ([row["action"] for row in value["rows"]], value["faults"]) == (["pause", "resume"], [])


def test_a_log_that_was_changed_ends_with_its_faults(run: Callable[..., Ended], file: Path) -> None:
    for command in (("pause", "all", "outage"), ("resume", "all")):
        run("desk", *command)
    end = run("desk", "audit")[1].splitlines()[-1]
    change(file, "DROP TRIGGER audit_no_update")
    change(file, "UPDATE audit SET actor = 'somebody', at = 99999999999999999 WHERE seq = 1")
    code, out, said = run("desk", "audit")
    assert code == 1
    assert "entry 1: it was changed" in out
    assert "tampered" in said
    code, out, _ = run("desk", "audit", "--json")
    assert (code, json.loads(out)["faults"]) == (1, [{"seq": 1, "kind": "hash"}])
    change(file, "DROP TRIGGER audit_no_delete")
    change(file, "DELETE FROM audit")
    assert run("desk", "audit")[0] == 0
    code, out, _ = run("desk", "audit", "--noted", end)
    assert code == 1
    assert "entry 2: the log once ended here" in out


@pytest.mark.parametrize("noted", ["", "3", "x:0", "3:abc", f"-1:{'0' * 64}"])
def test_an_end_that_is_none_is_wrong_use(run: Callable[..., Ended], noted: str) -> None:
    assert run("desk", "audit", f"--noted={noted}")[0] == 2
