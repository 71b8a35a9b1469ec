"""The real process is told to stop while Telegram does not answer: it ends in time, and nothing is lost."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from bot.store.database import HEAD, Database
from tests.commands import start
from tests.process import BotProcess
from tests.telegram_server.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

pytestmark = pytest.mark.process

MOST_S = 10


def stops_in_time(bot: BotProcess) -> int:
    began = time.monotonic()
    code = bot.stop()
    assert time.monotonic() - began < MOST_S
    return code


def hang(server: TelegramServer, method: str, mode: str = "hang") -> Fault:
    return server.faults.add(Fault(method, times=None, mode=mode))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["hang", "accept_then_hang"])
def test_an_answer_in_hand_is_not_waited_for_and_comes_after_the_restart(
    bot: BotProcess, server: TelegramServer, mode: str
) -> None:
    ann = server.user("Ann")
    fault = hang(server, "sendMessage", mode)
    ann.start()
    server.wait_until(lambda: fault.hits > 0)
    assert stops_in_time(bot) == 0
    assert "not waited for" in bot.log
    server.faults.clear()
    bot.start()
    ann.wait("Hello!", timeout=15)
    ann.send("how do i get a cpr number")
    ann.wait("Source:")
    greetings = len([message for message in ann.inbox if "Hello!" in message.text])
    assert greetings == (1 if mode == "hang" else 2)  # its answer was lost: whether it had arrived was unknown


def test_a_slow_answer_is_waited_for(bot: BotProcess, server: TelegramServer) -> None:
    ann = server.user("Ann")
    fault = server.faults.add(Fault("sendMessage", times=1, mode="slow", seconds=1))
    ann.start()
    server.wait_until(lambda: fault.hits > 0)
    assert stops_in_time(bot) == 0
    ann.wait("Hello!")
    assert "not waited for" not in bot.log


@pytest.mark.parametrize("method", ["deleteWebhook", "answerCallbackQuery"])
def test_a_hanging_call_on_the_way_in_does_not_keep_it(
    server: TelegramServer, group: Group, tmp_path: Path, method: str
) -> None:
    bot = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id}")
    ann = server.user("Ann")
    try:
        if method == "answerCallbackQuery":
            bot.start()
            ann.start()
            ann.wait("Hello!")
            fault = hang(server, method)
            ann.press("Dansk")
        else:
            fault = hang(server, method)
            bot.start()
        server.wait_until(lambda: fault.hits > 0)
        assert stops_in_time(bot) == 0
    finally:
        bot.kill()


@pytest.mark.parametrize(("version", "remedy"), [("0001", "run: ballerup-bot migrate"), ("9999", "install the")])
def test_a_database_of_another_version_stops_the_start(tmp_path: Path, version: str, remedy: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    database.migrate()
    database.run(lambda c: c.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version}))
    database.close()
    process = start(tmp_path, "run", BOT_TELEGRAM_TOKEN="1:nobody")
    try:
        _, said = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    last = said.decode().splitlines()[-1]
    assert process.returncode == 1
    assert f"it is of version {version}, this program needs {HEAD}" in last
    assert remedy in last
