"""A case from its first word to its last in the real process: promises, phrases, translations, silence, rating."""

from __future__ import annotations

import re
import shutil
import sqlite3
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.settings import ROOT
from tests.handlers.telegram.desk import QUESTION as STAFF_QUESTION
from tests.handlers.telegram.desk import hand_over
from tests.process import BotProcess
from tests.translate_server import TranslateServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group, Topic

pytestmark = pytest.mark.process

_TIMERS = 8.0  # seconds: the alarm looks every five
_ALWAYS = ", ".join(
    f'{day}: "00:00-23:59"' for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)


@pytest.fixture
def working(server: TelegramServer, group: Group, tmp_path: Path) -> Iterator[BotProcess]:
    """A bot whose departments work around the clock and promise an answer within eight working hours."""
    knowledge = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    departments = knowledge / "departments.yaml"
    text = departments.read_text(encoding="utf-8")
    given = f"    hours: {{{_ALWAYS}}}\n    promise_hours: 8\n"
    departments.write_text(text.replace("    hours: null\n    promise_hours: null\n", given), encoding="utf-8")
    settings = {"knowledge": str(knowledge), "cache": str(ROOT / "var" / "cache")}
    process = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id}", settings)
    yield process.start()
    process.kill()


def time_passes(bot: BotProcess, kind: str, about: str) -> None:
    """Makes the timers of a kind due whose `about` ends so, as days of waiting would."""
    with sqlite3.connect(bot.database, timeout=10) as database:
        changed = database.execute("UPDATE timers SET due_at = 1 WHERE kind = ? AND about LIKE ?", (kind, f"%{about}"))
        assert changed.rowcount == 1
    database.close()


def pole(server: TelegramServer, group: Group) -> tuple[User, Topic]:
    """Somebody who asks for a person in Polish, and the topic of their case."""
    ola, known = server.user("Ola", "pl"), {topic.thread_id for topic in group.topics}
    ola.start()
    ola.wait("Dzień dobry")
    ola.send("chcę rozmawiać z człowiekiem")
    ola.wait("Czy zgadzasz się")
    ola.press("Tak, przekaż")
    topic = group.wait_topic(lambda topic: topic.thread_id not in known)
    topic.wait("chcę rozmawiać z człowiekiem")
    return ola, topic


def test_a_promise_is_told_warned_of_and_the_case_goes_back_to_all(
    working: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    assert any(re.search(r"Answer at the latest: \w+day.* \(Danish time\)", one.text) for one in ann.inbox)
    assert any("Answer promised by: " in message.text for message in topic.inbox)
    topic.press(mette, "Take it")
    topic.wait("With: Mette")
    time_passes(working, "promise", ":75")
    topic.wait("Three quarters of the time are gone", timeout=_TIMERS)
    time_passes(working, "promise", ":100")
    topic.wait("The time is up", timeout=_TIMERS)
    topic.wait("Mette has not answered in time")
    told = group.general.wait("Case #1 has waited longer than was promised")
    assert told.button("Open #1").url == f"https://t.me/c/{str(group.id).removeprefix('-100')}/{topic.thread_id}"
    jens = group.member(server.user("Jens", "da"))
    topic.press(jens, "Take it")
    topic.wait("With: Jens")


def test_a_phrase_is_chosen_filled_and_read_in_polish(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ola, topic = pole(server, group)
    topic.press(mette, "Phrases")
    topic.wait("These sentences are ready in every language")
    topic.press(mette, "need-by")
    topic.wait("Fill it in like this")
    day = date.today() + timedelta(days=40)  # noqa: DTZ011  # the real process has the real clock
    topic.say(mette, f"/phrase need-by {day.day}.{day.month}.{day.year}; passport, rental contract")
    topic.wait("The resident gets this in Polski")
    assert all(str(day.year) not in message.text for message in ola.inbox)
    topic.press(mette, "Send it to the resident")
    answer = ola.wait(f" {day.day} ")
    assert str(day.year) in answer.text
    assert "paszport" in answer.text.lower()
    topic.wait("Sent to the resident in Polski")
    topic.wait("waiting for the resident")
    ola.send("Mam paszport")
    topic.wait("Mam paszport")


def test_a_case_that_is_silent_is_asked_about_closed_rated_and_opened_again(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.say(mette, "Please come on Wednesday.")
    ann.wait("Please come on Wednesday.")
    time_passes(bot, "idle", ":ask")
    asked = ann.wait("Do you still need help with your case #1?", timeout=_TIMERS)
    assert asked.labels == ["Yes, I still need help", "No, it is done"]
    time_passes(bot, "idle", ":close")
    ann.wait("because you have not written for a long time", timeout=_TIMERS)
    topic.wait_until(lambda seen: seen.closed)
    ann.press("👍 Good")
    ann.wait("Thank you, staff will see it.")
    topic.wait("The resident was content with the help.")
    ann.press("#1: open again")
    ann.wait("Case #1 is open again")
    topic.wait_until(lambda seen: not seen.closed)


def test_the_assistant_is_silent_while_a_person_has_the_case_but_for_danger_and_a_word(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.press(mette, "Take it")
    ann.wait("taken your case #1")
    before = len(ann.inbox)
    ann.send("how do i get a tax card")
    topic.wait("how do i get a tax card")
    assert len(ann.inbox) == before
    ann.send("help, there is a fire in my kitchen")
    ann.wait("112")
    topic.wait("there is a fire in my kitchen")
    ann.send("bot")
    ann.wait("You are talking to the assistant")
    ann.send("how do i get a tax card")
    ann.wait("Source:")


def test_a_member_of_staff_waits_gives_back_and_another_takes_over(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ann, jens = server.user("Ann"), group.member(server.user("Jens", "da"))
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.press(mette, "Take it")
    topic.press(mette, "Wait for the resident")
    topic.wait("waiting for the resident")
    topic.press(jens, "Take it" if topic.can_press("Take it") else "Put back")
    topic.wait("Mette has already taken this case.")
    topic.press(mette, "Put back")
    topic.wait(lambda message: "· new" in message.text)
    topic.press(jens, "Take it")
    topic.wait("With: Jens")


# ---- translations ----------------------------------------------------------------------------------------


@pytest.fixture
def libre() -> Iterator[TranslateServer]:
    with TranslateServer() as running:
        yield running


@pytest.fixture
def translating(
    server: TelegramServer, group: Group, tmp_path: Path, libre: TranslateServer
) -> Iterator[Callable[[], BotProcess]]:
    process = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id}", {"translator_url": libre.url})
    yield process.start
    process.kill()


def test_both_sides_read_a_translation_beside_the_original(
    translating: Callable[[], BotProcess], server: TelegramServer, group: Group, mette: User
) -> None:
    translating()
    ola, topic = pole(server, group)
    asked = topic.wait("[en] chcę rozmawiać z człowiekiem")
    assert "Machine translation into English:" in asked.text
    topic.say(mette, "Please come on Wednesday with your passport.")
    preview = topic.wait("The resident gets this in Polski. Nothing is sent yet.")
    assert "[pl] Please come on Wednesday with your passport." in preview.text
    assert all("Wednesday" not in message.text for message in ola.inbox)
    topic.press(mette, "Send with the translation")
    answer = ola.wait("[pl] Please come on Wednesday with your passport.")
    assert answer.text.count("Please come on Wednesday with your passport.") == 2
    assert "Tłumaczenie maszynowe" in answer.text
    ola.send("Dziękuję, o której?")
    topic.wait("[en] Dziękuję, o której?")


def test_when_the_translator_is_away_the_words_themselves_are_sent(
    translating: Callable[[], BotProcess],
    server: TelegramServer,
    group: Group,
    mette: User,
    libre: TranslateServer,
) -> None:
    translating()
    libre.fail("refuse", times=99)
    ola, topic = pole(server, group)
    topic.say(mette, "Please come on Wednesday with your passport.")
    preview = topic.wait("The resident gets this in Polski. Nothing is sent yet.", timeout=10)
    assert "No translation is available just now." in preview.text
    topic.press(mette, "Send with the translation")
    ola.wait("Please come on Wednesday with your passport.")
    topic.wait("Sent in your own words only")
