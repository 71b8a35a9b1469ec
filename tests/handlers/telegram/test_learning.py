"""The real bot: what was not answered, a proposal that somebody else approves, and an answer that is called back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

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


@pytest.fixture
def bo(server: TelegramServer, group: Group) -> User:
    """The administrator."""
    return group.member(server.user("Bo", "da"))


@pytest.fixture
def bot(server: TelegramServer, group: Group, bo: User, tmp_path: Path) -> Iterator[BotProcess]:
    settings = {"telegram_admins": str(bo.id)}
    process = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id}", settings)
    yield process.start()
    process.kill()


def test_from_a_question_without_an_answer_to_an_approved_proposal(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User, bo: User
) -> None:
    ann = server.user("Ann")
    ann.start()
    ann.wait("Hello!")
    ann.send("who won the football match between Brazil and Argentina yesterday")
    ann.wait_until(lambda user: len(user.inbox) == 2)
    group.general.say(mette, "/gaps en")
    group.general.wait("These questions were not answered")
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.press(mette, "Take it")
    topic.say(mette, "Please bring 250 kr. to anna@example.dk")
    topic.press(mette, "Close")
    topic.wait_until(lambda seen: seen.can_press("Make an entry"))
    topic.press(mette, "Make an entry")
    assert "{fact:number} kr. to {fact:email}" in topic.wait("Proposal 1: a draft").text
    topic.say(mette, "/approve 1")
    topic.wait("Only an administrator")
    group.general.say(bo, "/proposals")
    group.general.press(bo, group.general.wait("These proposals wait"), "Read proposal 1")
    group.general.press(bo, group.general.wait("Read it for personal data, and approve it only"), "Approve it")
    group.general.wait("Proposal 1 is approved")


def test_an_answer_that_has_changed_is_called_back_once(
    bot: BotProcess, server: TelegramServer, group: Group, bo: User
) -> None:
    ola = server.user("Ola", "pl")
    ola.start()
    ola.wait("Dzień dobry")
    ola.send("jak dostać numer CPR?")
    answer = ola.wait("Źródło:")
    server.wait_until(lambda: make_old(bot.database, "cpr-registration"))
    group.general.say(bo, "/recall cpr-registration 7 notify")
    shown = group.general.wait("1 person will read this")
    for _ in range(2):
        group.general.press(bo, shown, "Tell them")
    group.general.wait("On its way to 1 person")
    group.general.wait("Everybody has been written to already")
    told = ola.wait("Źródło:", after=answer)
    ola.send("dziękuję")
    assert [
        message for message in ola.inbox if message.message_id > answer.message_id and "Źródło:" in message.text
    ] == [told]


def make_old(path: Path, entry: str) -> bool:
    """Makes what was given of an entry a version from before its facts changed; False while nothing is noted yet."""
    with closing(sqlite3.connect(path, timeout=10)) as database, database:
        return database.execute("UPDATE given SET facts = 'old' WHERE entry = ?", (entry,)).rowcount == 1
