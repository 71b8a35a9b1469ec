"""Every command: what it prints where, and how it ends (0 all right, 1 findings, 2 wrong use)."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.cli import parser
from bot.delivery.worker import Worker
from bot.store import inbox
from bot.store.database import Database
from handlers.terminal.session import Terminal
from tests.commands import SECRET, Ended
from tests.factories import make_incoming

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PARTS = (
    "check",
    "status",
    "schema",
    "stamp",
    "catalogues",
    "index",
    "proposals",
    "test",
    "calibrate",
    "try",
    "export-translations",
    "import-translations",
    "add-language",
)
COMMANDS = (
    (),
    ("run",),
    ("chat",),
    ("ask",),
    ("evaluate",),
    ("doctor",),
    ("migrate",),
    ("knowledge",),
    *(("knowledge", part) for part in PARTS),
    ("privacy",),
    ("privacy", "export"),
    ("privacy", "erase"),
    *(("privacy", part) for part in ("purge", "key", "rotate")),
    ("desk",),
    ("desk", "stats"),
    *(("desk", part) for part in ("audit", "pause", "resume")),
    ("delivery",),
    *(("delivery", part) for part in ("list", "retry", "drop")),
    ("backup",),
    ("restore",),
)


# ---- help and wrong use ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parser().parse_args([*command, "--help"])
    assert end.value.code == 0
    assert "usage: ballerup-bot" in capsys.readouterr().out


def test_no_command_is_left_out_here() -> None:
    top = _parts(parser())
    assert set(top) == {command[0] for command in COMMANDS if command}
    for name in ("knowledge", "privacy", "desk"):
        assert set(_parts(top[name])) == {command[1] for command in COMMANDS if command[:1] == (name,) and command[1:]}


def _parts(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (parts,) = (action for action in of._actions if isinstance(action, argparse._SubParsersAction))
    return dict(parts.choices)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="no command"),
        pytest.param(("sing",), id="unknown command"),
        pytest.param(("run", "--loud"), id="unknown option"),
        pytest.param(("knowledge",), id="no part"),
        pytest.param(("knowledge", "sing"), id="unknown part"),
        pytest.param(("evaluate",), id="evaluate without files"),
        pytest.param(("evaluate", "--train", "x"), id="evaluate without a test"),
        pytest.param(("knowledge", "try"), id="try without a question"),
        pytest.param(("ask",), id="ask without a question"),
        pytest.param(("ask", "hello", "--jsonl", "-"), id="ask with both"),
        pytest.param(("ask", "hello", "--language", "xx"), id="ask in no language"),
        pytest.param(("chat", "--language", "xx"), id="chat in no language"),
        pytest.param(("knowledge", "try", "hello", "--language", "xx"), id="try in no language"),
        pytest.param(("ask", "--jsonl", "gone.jsonl"), id="no such file"),
        pytest.param(("ask", "--jsonl", "."), id="a folder"),
    ],
)
def test_wrong_use(run: Callable[..., Ended], arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.strip()


# ---- settings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("telegram_token", SECRET),
        ("telegram_api_url", f"ftp://{SECRET}.example"),
        ("telegram_staff_chats", SECRET),
        ("telegram_staff_chats", f"{SECRET}=-1001"),
        ("staff_language", "xx"),
        ("log_level", SECRET),
        ("database_url", SECRET),
        ("database_url", f"mysql://bot:{SECRET}@127.0.0.1:1/bot"),
    ],
)
def test_a_wrong_setting_is_said_in_one_line(run: Callable[..., Ended], name: str, value: str) -> None:
    settings = {name: value}
    if "chats" in name and "=" in value:
        settings["telegram_token"] = "1:x"
    code, out, err = run("chat", **settings)
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert f"BOT_{name.upper()}" in line
    assert "example" in line.lower()
    assert SECRET not in line or name == "telegram_staff_chats"  # a department's name is no secret


def test_the_password_of_a_database_is_never_printed(run: Callable[..., Ended]) -> None:
    url = f"postgresql://bot:{SECRET}@127.0.0.1:1/bot"
    for command in ("migrate", "chat"):
        code, out, err = run(command, database_url=url)
        assert code == 1
        assert "127.0.0.1" in err
        assert SECRET not in out + err


@pytest.mark.parametrize("command", ["migrate", "chat"])
def test_a_database_that_cannot_be_written(run: Callable[..., Ended], tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("in the way")
    code, out, err = run(command, database_url=f"sqlite:///{tmp_path / 'file' / 'bot.db'}")
    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    assert "BOT_DATABASE_URL" in line


def test_a_database_of_another_kind_of_file(run: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("no database at all, " * 100)
    code, _, err = run("chat")
    assert code == 1
    assert "not a database" in err


def test_migrate(run: Callable[..., Ended], tmp_path: Path) -> None:
    code, out, err = run("migrate")
    assert (code, out) == (0, "")
    assert "empty ->" in err
    assert (tmp_path / "bot.db").exists()
    assert run("migrate")[0] == 0


def test_migrate_to_a_version_that_does_not_exist(run: Callable[..., Ended]) -> None:
    code, out, err = run("migrate", "--to", "nonsense")
    assert (code, out) == (2, "")
    assert "nonsense" in err


def test_migrate_back_to_nothing_asks_first(run: Callable[..., Ended], tmp_path: Path) -> None:
    assert run("migrate")[0] == 0
    assert run("migrate", "--to", "base")[0] == 0, "there was nothing to lose"
    run("migrate")
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    database.run(lambda connection: inbox.add(connection, make_incoming(text="hello")))
    code, out, err = run("migrate", "--to", "base")
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert "--yes" in line
    assert database.holds_conversations()
    assert run("migrate", "--to", "base", "--yes")[0] == 0
    assert not database.holds_conversations()
    database.close()


def test_run_ends_with_an_error_when_a_part_of_it_ends(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Worker, stop: asyncio.Event) -> None:
        raise ValueError(SECRET)

    async def until_stopped(_: Terminal, stop: asyncio.Event) -> None:
        await asyncio.wait_for(stop.wait(), 20)

    monkeypatch.setattr(Worker, "run", broken)
    monkeypatch.setattr(Terminal, "run", until_stopped)
    code, _, err = run("run")
    assert code == 1
    assert "worker: ended with ValueError at tests/test_cli.py:" in err
    assert SECRET not in err


# ---- evaluate ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("train", "reason"),
    [(None, "train.jsonl"), ("no JSON\n", "1"), ('{"text": 5, "label": "a"}\n', "1"), ("", "train.jsonl")],
)
def test_evaluate_refuses_what_it_cannot_use(
    run: Callable[..., Ended], tmp_path: Path, train: str | None, reason: str
) -> None:
    if train is not None:
        (tmp_path / "train.jsonl").write_text(train)
    (tmp_path / "test.jsonl").write_text('{"text": "a", "label": "a"}\n')
    code, out, err = run("evaluate", "--train", "train.jsonl", "--test", "test.jsonl")
    assert (code, out) == (1, "")
    assert reason in err
