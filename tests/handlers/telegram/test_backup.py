"""A backup by use: taken while people write, restored into another database, and the conversations go on there."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.commands import start
from tests.handlers.telegram.desk import QUESTION as STAFF_QUESTION
from tests.handlers.telegram.desk import hand_over
from tests.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

pytestmark = pytest.mark.process


def command(folder: Path, url: str, *arguments: str) -> str:
    """Runs a command on a database, as an operator does; returns what it said."""
    process = start(folder, *arguments, BOT_DATABASE_URL=url)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()
    return said.decode()


@contextmanager
def writing(people: list[User]) -> Iterator[None]:
    """People write one message after the other meanwhile."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.wait(0.15):
            number += 1
            people[number % len(people)].send(f"how do i get a tax card {number}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_conversations_go_on_in_the_restored_database(
    server: TelegramServer, group: Group, mette: User, tmp_path: Path, database_url: str
) -> None:
    old_url = f"sqlite:///{tmp_path / 'old.db'}"
    old = BotProcess(tmp_path / "old.db", server, f"citizen-service={group.id}")
    new = BotProcess(tmp_path / "new.db", server, old.staff_chats, {"database_url": database_url})
    ann, crowd = server.user("Ann"), [server.user(f"Bob{number}") for number in range(5)]
    try:
        old.start()
        topic = hand_over(ann, group, STAFF_QUESTION)
        topic.press(mette, "Take it")
        ann.wait("taken your case #1")
        with writing(crowd):
            crowd[0].wait("Source:")
            said = command(tmp_path, old_url, "backup", "bot.backup")
            assert "read again and found right" in said
            assert old.process is not None
            assert old.process.poll() is None
        old.kill()
        topic.say(mette, "Written while nothing ran.")
        found = re.search(r"(\d+) rows", command(tmp_path, database_url, "restore", "bot.backup"))
        assert found is not None
        assert int(found[1]) > 20
        new.start()
        ann.wait("Written while nothing ran.", timeout=60)
        ann.send("Thank you, and what do I bring?")
        topic.wait("Thank you, and what do I bring?", timeout=60)
        topic.say(mette, "Your passport.")
        ann.wait("Your passport.")
        assert hand_over(server.user("Cleo"), group, STAFF_QUESTION).name.startswith("#2 ")
        assert [one.name[:2] for one in group.topics].count("#1") == 1
    finally:
        old.kill()
        new.kill()
