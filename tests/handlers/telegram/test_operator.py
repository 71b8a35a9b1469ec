"""What the operator sees when the bot cannot start or loses its server: one line that says what, where and how."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from bot.core.replies import COMMANDS
from tests.harness import real_core
from tests.process import ROOT, BotProcess, environment
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.telegram_server.staff import Group

pytestmark = pytest.mark.process
WRONG = "8000000002:a-token-of-nobody"


def run(database: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=database.parent,
        env=environment(database, **settings) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_wrong_token_ends_the_start(tmp_path: Path, server: TelegramServer) -> None:
    done = run(tmp_path / "bot.db", telegram_token=WRONG, telegram_api_url=server.url)
    assert done.returncode == 1
    assert "BOT_TELEGRAM_TOKEN" in done.stderr
    assert WRONG not in done.stderr + done.stdout


def test_an_unknown_department_ends_the_start(tmp_path: Path, server: TelegramServer) -> None:
    settings = {"telegram_token": server.token, "telegram_api_url": server.url}
    done = run(tmp_path / "bot.db", **settings, telegram_staff_chats="parking=-100123")
    assert done.returncode == 2
    assert "BOT_TELEGRAM_STAFF_CHATS is wrong: there is no department parking" in done.stderr
    assert "citizen-service" in done.stderr


def test_a_port_that_is_taken_ends_the_start(tmp_path: Path, server: TelegramServer) -> None:
    port = server.url.rpartition(":")[2]
    done = run(tmp_path / "bot.db", telegram_token=server.token, telegram_api_url=server.url, port=port)
    assert done.returncode == 2
    assert f"BOT_PORT is wrong: cannot listen on 127.0.0.1 port {port}" in done.stderr


def test_an_unreachable_server_is_said_and_tried_again(tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    with TelegramServer() as server:
        address = server.url
    settings = {"telegram_token": server.token, "telegram_api_url": address}
    with database.with_suffix(".log").open("wb") as log:
        bot = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=tmp_path,
            env=environment(database, **settings) | {"PYTHONPATH": str(ROOT)},
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
    try:
        end = time.monotonic() + 30
        while "cannot be reached" not in database.with_suffix(".log").read_text() and time.monotonic() < end:
            time.sleep(0.1)
        lines = [json.loads(line) for line in database.with_suffix(".log").read_text().splitlines()]
        line = next(line for line in lines if "cannot be reached" in line["event"])
        assert line["address"] == address
        assert "BOT_TELEGRAM_API_URL" in line["remedy"]
        with TelegramServer(port=int(address.rpartition(":")[2])) as back:
            ann = back.user("Ann")
            ann.start()
            ann.wait("Hello!", timeout=20)
    finally:
        bot.terminate()
        assert bot.wait(15) == 0


def test_the_profile_is_set_once(bot: BotProcess, server: TelegramServer, group: Group) -> None:
    ann = server.user("Ann", "pl")
    ann.start()
    ann.wait("Dzień dobry")
    assert [command["command"] for command in ann.commands] == list(COMMANDS)
    times = len(real_core().library.brain.offered) + 1  # and the staff group
    server.wait_until(lambda: len(server.calls_of("setMyCommands")) == times, PATIENCE)
    assert bot.stop() == 0
    bot.start()
    ann.start()
    ann.wait("Dzień dobry")
    assert bot.stop() == 0
    assert len(server.calls_of("setMyCommands")) == times
    assert len(server.calls_of("setChatMenuButton")) == 1
    assert server.token not in bot.log
