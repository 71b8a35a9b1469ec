"""The real bot tells staff their queue, their cases, one case, and the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.editions import SystemClock
from bot.service.digest import is_working_day
from bot.store import tables
from bot.store.database import Database
from tests.handlers.telegram.desk import QUESTION as STAFF_QUESTION
from tests.handlers.telegram.desk import hand_over
from tests.process import BotProcess
from tests.store.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

pytestmark = pytest.mark.process


@pytest.fixture
def trade(server: TelegramServer, mette: User) -> Group:
    """A second staff group, of which Mette is a member too."""
    other = server.group("Business")
    other.member(mette)
    return other


@pytest.fixture
def bot(server: TelegramServer, group: Group, trade: Group, tmp_path: Path) -> Iterator[BotProcess]:
    process = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id},business={trade.id}")
    yield process.start()
    process.kill()


def test_staff_look_up_what_waits(
    bot: BotProcess, server: TelegramServer, group: Group, trade: Group, mette: User
) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    group.general.say(mette, "/queue")
    queue = group.general.wait("This group has 1 open case:")
    assert "#1 · new · English" in queue.text
    assert queue.button("Open #1").url.endswith(f"/{topic.thread_id}")
    group.general.say(mette, "/mine")
    group.general.wait("You have no open case.")

    topic.press(mette, "Take it")
    topic.wait("With: Mette")
    group.general.say(mette, "/mine")
    mine = group.general.wait("It is your turn in 1 case:")
    assert "#1 · taken · English" in mine.text

    topic.say(mette, "/ticket")
    shown = topic.wait("What happened:")
    assert STAFF_QUESTION in shown.text
    assert "taken by staff (Mette)" in shown.text
    trade.general.say(mette, "/ticket 1")
    elsewhere = trade.general.wait("Only the group that has a case can read")
    assert STAFF_QUESTION not in elsewhere.text

    group.general.say(mette, "/stats 1")
    stats = group.general.wait("Figures of ")
    assert "Handed over to staff: 1" in stats.text
    assert "Cases: opened 1, closed 0" in stats.text


def due(database: Database) -> list[int]:
    """When the digests are due."""
    return [row["due_at"] for row in rows(database, tables.timers) if row["kind"] == "digest"]


def test_the_digest_comes_and_the_next_one_is_set(
    server: TelegramServer, group: Group, mette: User, tmp_path: Path
) -> None:
    process = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id}", {"digest_at": "08:00"})
    process.start()
    database = Database(f"sqlite:///{process.database}")
    try:
        (set_at_start,) = due(database)
        database.run(
            lambda c: c.execute(update(tables.timers).where(tables.timers.c.kind == "digest").values(due_at=1))
        )
        server.wait_until(lambda: due(database) == [set_at_start], timeout=20)
        if is_working_day(SystemClock().today()):
            assert "No case waits for you." in group.general.wait("Good morning!").text
    finally:
        process.kill()
        database.close()
