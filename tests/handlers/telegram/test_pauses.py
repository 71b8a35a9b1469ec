"""The real bot: an administrator pauses a topic and resumes it, and nobody else can act as staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.pausing import Pause
from bot.store import pauses
from tests.handlers.telegram.test_inline import ask, titles
from tests.handlers.telegram.working import surface
from tests.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.store.database import Database
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

QUESTION = "How do I get a CPR number?"
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def bot(server: TelegramServer, group: Group, mette: User, tmp_path: Path) -> Iterator[BotProcess]:
    """Mette is an administrator, and with that the only one on the list."""
    lists = {"telegram_admins": str(mette.id), "telegram_staff": str(mette.id)}
    process = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id}", lists)
    yield process.start()
    process.kill()


@pytest.mark.process
def test_a_topic_is_paused_and_resumed(bot: BotProcess, server: TelegramServer, group: Group, mette: User) -> None:
    ann = server.user("Ann", "en")
    ann.start()
    ann.wait("Hello!")
    group.general.say(mette, "/pause topic arrival-registration checking-texts")
    paused = group.general.wait("Paused:")
    ann.send(QUESTION)
    told = ann.wait("I cannot answer questions about")
    assert "being checked" in told.text
    assert "Ask a person" in told.labels
    group.general.press(mette, paused, paused.labels[0])
    group.general.wait("No longer paused:")
    ann.send(QUESTION)
    assert "Source:" in ann.wait("Source:", after=told).text
    group.general.say(mette, "/audit")
    log = group.general.wait("The log is unbroken: 2 entries").text
    assert f"{mette.id} · paused:" in log


@pytest.mark.process
def test_somebody_who_is_not_on_the_list(bot: BotProcess, server: TelegramServer, group: Group) -> None:
    ann, ole = server.user("Ann", "en"), group.member(server.user("Ole", "da"))
    ann.start()
    ann.wait("Hello!")
    ann.send(QUESTION)
    ann.press(ann.wait("Source:"), "Ask a person")
    ann.press(ann.wait("Do you agree"), "Yes, pass it on")
    ann.wait("Your case number is")
    topic = group.wait_topic("#1")
    card = topic.wait("Case #1")
    quiet = len(ann.inbox)
    topic.say(ole, "Pay at once!")
    refused = topic.wait("You are not on the list")
    topic.press(ole, card, "Take it")
    topic.wait("You are not on the list", after=refused)
    group.general.say(ole, "/pause all outage")
    group.general.wait("You are not on the list")
    assert len(ann.inbox) == quiet
    ann.send(QUESTION)
    ann.wait_until(lambda user: len(user.inbox) == quiet + 1)
    assert "Source:" in ann.inbox[-1].text


# ---- inline ----------------------------------------------------------------------------------------------


@sqlite
@pytest.mark.parametrize(
    ("pause", "typed", "found"),
    [
        (Pause("topic", "arrival", "outage"), "how do i get a cpr number", ["Opening a company"]),
        (Pause("topic", "arrival", "outage"), "", ["Opening a company"]),
        (Pause("language", "en", "outage"), "how do i get a cpr number", []),
        (Pause("language", "pl", "outage"), "", ["How do I get a CPR number?", "Opening a company"]),
        (Pause("all", "", "outage"), "how do i get a cpr number", []),
        (Pause("all", "", "outage"), "", []),
        (Pause("all", "", "outage"), "i want to kill myself", ["Call 112"]),
    ],
)
async def test_what_is_paused_is_not_offered_in_other_chats(
    server: TelegramServer, database: Database, pause: Pause, typed: str, found: list[str]
) -> None:
    database.run(lambda c: pauses.put(c, pause, 0))
    ann = server.user("Ann", "en")
    async with surface(server, database, []):
        answer = await ask(ann, typed)
    assert titles(answer) == found
