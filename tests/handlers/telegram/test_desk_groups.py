"""What goes wrong with a whole staff group: staff and the operator are told, nothing is lost, all goes on in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.handlers.telegram.conftest import UNLIMITED
from tests.handlers.telegram.desk import LONG, QUESTION, claimed, hand_over, texts, wait_receipt
from tests.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group, Topic

pytestmark = pytest.mark.process


@pytest.fixture
def ann(server: TelegramServer) -> User:
    return server.user("Ann")


def agree(resident: User, question: str = QUESTION) -> None:
    """A resident passes a question on; where the topic is does not matter yet."""
    resident.send(question)
    resident.wait("Do you agree")
    resident.press("Yes, pass it on")
    resident.wait("case number")


def remedies(bot: BotProcess) -> str:
    """What the log tells the operator to do."""
    lines = [json.loads(line) for line in bot.log.splitlines() if line.startswith("{")]
    return "\n".join(line.get("remedy", "") for line in lines)


# ---- rights ----------------------------------------------------------------------------------------------


def test_without_the_right_to_make_topics_all_waits_and_staff_are_told_once(
    bot: BotProcess, server: TelegramServer, ann: User, group: Group, mette: User
) -> None:
    bo = server.user("Bo")
    group.set_bot("administrator", rights={"can_delete_messages"})
    agree(ann)
    group.general.wait("I cannot open topics in this group.", LONG)
    agree(bo, "I want to talk to somebody else please")
    server.wait_until(lambda: len(server.calls_of("createForumTopic")) >= 2, LONG)
    assert group.topics == []
    assert "may manage topics" in remedies(bot)
    group.set_bot("administrator")
    first = group.wait_topic("#1", LONG)
    first.wait("Case #1", LONG)
    group.wait_topic("#2", LONG).wait("Case #2", LONG)
    first.say(mette, "Here I am.")
    ann.wait("Here I am.", LONG)
    assert len([one for one in group.general.inbox if "cannot open topics" in one.text]) == 1


def test_a_group_that_becomes_a_supergroup_is_followed_at_once_and_after_a_restart(
    server: TelegramServer, ann: User, tmp_path: Path
) -> None:
    old = server.strange_group("Staff", "group")
    old.set_bot("administrator")
    mette, bo = old.member(server.user("Mette", "da")), server.user("Bo")
    bot = BotProcess(tmp_path / "bot.db", server, f"citizen-service={old.id}")
    try:
        bot.start()
        agree(ann)
        old.general.wait("I cannot open topics in this group.", LONG)
        group = old.upgrade()
        topic = group.wait_topic("#1", LONG)
        topic.wait(QUESTION, LONG)
        topic.say(mette, "Good morning.")
        ann.wait("Good morning.", LONG)
        assert "BOT_TELEGRAM_STAFF_CHATS" in remedies(bot)
        assert bot.stop() == 0
        topic.say(mette, "Written while the bot was away.")
        bot.start()
        ann.wait("Written while the bot was away.", LONG)
        hand_over(bo, group, "I want to talk to somebody else please")
        assert group.bot_status == "administrator"
    finally:
        bot.kill()


def test_a_refusal_alone_tells_of_the_move(server: TelegramServer, ann: User, tmp_path: Path) -> None:
    """The service message came while the bot was not asked about: the first call to the old group tells it."""
    old = server.strange_group("Staff", "group")
    old.set_bot("administrator")
    group = old.upgrade()
    server.updates.pending.clear()
    bot = BotProcess(tmp_path / "bot.db", server, f"citizen-service={old.id}")
    try:
        bot.start()
        topic = hand_over(ann, group)
        mette = group.member(server.user("Mette", "da"))
        topic.say(mette, "Good morning.")
        ann.wait("Good morning.", LONG)
    finally:
        bot.kill()


# ---- limits ----------------------------------------------------------------------------------------------


def test_a_group_that_asks_to_wait_waits_and_residents_do_not(
    bot: BotProcess, server: TelegramServer, ann: User, group: Group, mette: User
) -> None:
    bo = server.user("Bo")
    topic = claimed(ann, group, mette)
    fault = server.fail("sendMessage", chat=group.id, retry_after=6)
    ann.send("One")
    server.wait_until(lambda: fault.hits)
    ann.send("Two")
    topic.say(mette, "Answered meanwhile.")
    ann.wait("Answered meanwhile.", timeout=4)
    bo.start()
    bo.wait("Hello!", timeout=4)
    assert "One" not in "\n".join(one.text for one in topic.inbox)
    topic.wait(lambda message: message.text.startswith("From the resident:") and "One" in message.text, LONG)
    topic.wait_until(lambda seen: "Two" in relayed(seen), LONG)  # the card shows the last words before
    assert relayed(topic).index("One") < relayed(topic).index("Two")


def relayed(topic: Topic) -> str:
    """What the resident wrote, as the topic shows it in messages of its own."""
    return "\n".join(one.text for one in topic.inbox if one.text.startswith("From the resident:"))


# ---- people ----------------------------------------------------------------------------------------------


def test_the_cases_of_somebody_who_was_removed_go_back_and_their_words_are_refused(
    bot: BotProcess, server: TelegramServer, ann: User, group: Group, mette: User
) -> None:
    jens = group.member(server.user("Jens", "da"))
    topic = claimed(ann, group, mette)
    assert bot.stop() == 0
    topic.say(mette, "My last words here.")
    group.remove(mette)
    bot.start()
    topic.wait("Mette is not in this group any more. The case is back in the queue", LONG)
    topic.wait("Not sent: whoever wrote this is not in this group any more.", LONG)
    topic.say(jens, "Hello, this is somebody new.")
    ann.wait("Hello, this is somebody new.", LONG)
    assert "My last words here." not in texts(ann)
    topic.wait(lambda message: "With: Jens" in message.text, LONG)


# ---- two groups ------------------------------------------------------------------------------------------


@pytest.fixture
def trade(server: TelegramServer) -> Group:
    return server.group("Trade")


@pytest.fixture
def both(server: TelegramServer, group: Group, trade: Group, tmp_path: Path) -> Iterator[BotProcess]:
    chats = f"citizen-service={group.id},business={trade.id}"
    process = BotProcess(tmp_path / "bot.db", server, chats, settings=UNLIMITED)
    yield process.start()
    process.kill()


def test_a_case_moves_to_another_group_with_all_that_was_said(
    both: BotProcess, server: TelegramServer, ann: User, group: Group, trade: Group, mette: User
) -> None:
    ida = trade.member(server.user("Ida", "da"))
    topic = claimed(ann, group, mette)
    said = topic.say(mette, "What does your company do?")
    ann.wait("What does your company do?")
    ann.send_photo("Our sign")
    topic.wait("Our sign", LONG)
    wait_receipt(topic, said, "👍")
    held = server.fail("sendMessage", chat=group.id, retry_after=3)
    ann.send("We bake bread")
    server.wait_until(lambda: held.hits)
    topic.say(mette, "/handover business")
    there = trade.wait_topic("#1", LONG)
    there.wait("Case #1", LONG)
    there.wait("Mette has handed this case over to you.", LONG)
    there.wait(lambda message: "What does your company do?" in message.text and "We bake bread" in message.text, LONG)
    there.wait_until(lambda seen: any(one.kind == "photo" for one in seen.inbox), LONG)
    ann.wait("Business", LONG)
    topic.wait("Mette has handed this case over to", LONG)
    topic.wait_until(lambda seen: seen.closed, LONG)
    # The card may have shown it while the case was still theirs.
    assert "We bake bread" not in "\n".join(one.text for one in topic.inbox if not one.text.startswith("Case #1"))
    topic.reopen()
    topic.say(mette, "Are you there?")
    topic.wait("Not sent: case #1 is with", LONG)
    there.say(ida, "Welcome to the business team.")
    ann.wait("Welcome to the business team.", LONG)
    assert "Are you there?" not in texts(ann)
