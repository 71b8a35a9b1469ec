"""What goes wrong with a single case: each ends in a clear state that staff see, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.handlers.telegram.desk import LONG, claimed, hand_over, texts, wait_receipt

if TYPE_CHECKING:
    from tests.process import BotProcess
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

pytestmark = pytest.mark.process


@pytest.fixture
def ann(server: TelegramServer) -> User:
    return server.user("Ann")


# ---- topics ----------------------------------------------------------------------------------------------


def test_a_topic_closed_by_hand_is_told_and_opens_with_the_next_message(
    bot: BotProcess, ann: User, group: Group, mette: User
) -> None:
    topic = claimed(ann, group, mette)
    topic.close(by=mette)
    topic.wait("The topic is closed, but the case is still open.", LONG)
    topic.wait_until(lambda seen: seen.closed, LONG)
    ann.send("Hello again")
    topic.wait("Hello again", LONG)
    topic.wait_until(lambda seen: not seen.closed, LONG)
    topic.say(mette, "Hello Ann")
    ann.wait("Hello Ann")


def test_a_deleted_topic_comes_back_with_all_that_was_said(
    bot: BotProcess, server: TelegramServer, ann: User, group: Group, mette: User
) -> None:
    topic = claimed(ann, group, mette)
    topic.say(mette, "What is your street?")
    ann.wait("What is your street?")
    ann.send_album(2, "My lease")
    topic.wait_until(lambda seen: sum(one.kind == "photo" for one in seen.inbox) == 2, LONG)
    form = topic.send_document(mette, "The form")
    ann.wait(lambda message: message.kind == "document", LONG)
    wait_receipt(topic, form, "👍")
    topic.delete()
    ann.send("I live in Hold-an Vej")
    again = group.wait_topic(lambda new: new.thread_id != topic.thread_id and "#1" in new.name, LONG)
    again.wait_until(lambda seen: any(one.kind == "document" for one in seen.inbox), LONG)
    again.wait("I live in Hold-an Vej", LONG)
    kinds = [message.kind for message in again.inbox]
    assert (kinds.count("photo"), kinds.count("document")) == (2, 1)
    shown = [message.text for message in again.inbox]
    assert shown[0].startswith("Case #1")
    assert "Here is the case again" in shown[1]
    history = "\n".join(shown[2:])
    places = [history.index(words) for words in ("What is your street?", "My lease", "I live in Hold-an Vej")]
    assert places == sorted(places)
    assert history.count("I live in Hold-an Vej") == 1
    again.say(mette, "Thank you")
    ann.wait("Thank you")


def test_the_deleted_topic_of_a_closed_case_does_not_come_back(
    bot: BotProcess, server: TelegramServer, ann: User, group: Group, mette: User
) -> None:
    topic = claimed(ann, group, mette)
    topic.press(mette, "Close")
    ann.wait("is closed")
    topic.wait_until(lambda seen: seen.closed, LONG)
    topic.delete()
    edits = len(server.calls_of("editMessageText"))
    ann.press(ann.last.labels[0])
    server.wait_call("editMessageText", lambda call: call.error is not None, LONG)
    assert len(server.calls_of("editMessageText")) == edits + 1
    ann.press("Open")
    again = group.wait_topic(lambda new: new.thread_id != topic.thread_id, LONG)
    again.wait("Case #1", LONG)
    assert len(server.calls_of("createForumTopic")) == 2


# ---- answers ---------------------------------------------------------------------------------------------


def test_of_two_who_answer_at_once_the_second_is_told(
    bot: BotProcess, server: TelegramServer, ann: User, group: Group, mette: User
) -> None:
    jens = group.member(server.user("Jens", "da"))
    topic = hand_over(ann, group)
    topic.say(mette, "I can help you.")
    topic.say(jens, "Let me help you.")
    ann.wait("I can help you.")
    topic.wait("Not sent: Mette has this case.")
    assert "Let me help you." not in texts(ann)


def test_an_answer_in_a_closed_case_is_not_sent(bot: BotProcess, ann: User, group: Group, mette: User) -> None:
    topic = claimed(ann, group, mette)
    topic.press(mette, "Close")
    ann.wait("is closed")
    topic.wait_until(lambda seen: seen.closed, LONG)
    topic.reopen()
    topic.say(mette, "One more thing")
    topic.wait("Not sent: the case is closed. Press “Reopen” first.", LONG)
    assert "One more thing" not in texts(ann)
    topic.press(mette, "Reopen")
    ann.wait("is open again", LONG)
    topic.say(mette, "One more thing")
    ann.wait("One more thing")


def test_a_long_answer_comes_in_order_with_its_buttons_last(
    bot: BotProcess, ann: User, group: Group, mette: User
) -> None:
    topic = claimed(ann, group, mette)
    words = " ".join(f"word{number:04}" for number in range(454))
    assert 4080 < len(words) <= 4096
    said = topic.say(mette, words)
    wait_receipt(topic, said, "👍")
    first, last = [message for message in ann.inbox if "word0" in message.text]
    assert (first.text + " " + last.text).endswith(words)
    assert first.labels == []
    assert last.labels != []


# ---- receipts --------------------------------------------------------------------------------------------

REFUSALS: list[tuple[str, int, str, str, str]] = [
    ("sendMessage", 403, "Forbidden: bot was blocked by the user", "has blocked the assistant", "Use another way"),
    ("sendMessage", 403, "Forbidden: user is deactivated", "account is deleted", "Use another way"),
    ("sendMessage", 400, "Bad Request: chat not found", "can no longer be reached", "Use another way"),
    ("copyMessage", 400, "Bad Request: file is too big", "is too large", "Try again"),
]


def test_each_failure_is_shown_with_its_reason_and_what_can_be_done(
    bot: BotProcess, server: TelegramServer, ann: User, group: Group, mette: User
) -> None:
    topic = claimed(ann, group, mette)
    for method, status, description, reason, remedy in REFUSALS:
        server.fail(method, status=status, chat=ann.id, description=description)
        said = topic.send_photo(mette) if method == "copyMessage" else topic.say(mette, "Are you there?")
        shown = topic.wait(reason, LONG)
        assert shown.text.startswith("Not delivered:")
        assert remedy in shown.text
        wait_receipt(topic, said, "👎")
    said = topic.say(mette, "It works again.")
    ann.wait("It works again.", LONG)
    wait_receipt(topic, said, "👍")


def test_a_resident_who_blocked_the_bot_and_comes_back(bot: BotProcess, ann: User, group: Group, mette: User) -> None:
    topic = claimed(ann, group, mette)
    ann.block()
    topic.wait("has blocked the assistant or left", LONG)
    said = topic.say(mette, "Are you there?")
    topic.wait("Not delivered: the resident has blocked the assistant.", LONG)
    wait_receipt(topic, said, "👎")
    ann.unblock()
    ann.send("Sorry, I am back")
    topic.wait("Sorry, I am back", LONG)
    topic.wait("The resident has written again.", LONG)
    topic.say(mette, "Good to see you.")
    ann.wait("Good to see you.", LONG)


def test_a_resident_whose_account_is_deleted(bot: BotProcess, ann: User, group: Group, mette: User) -> None:
    topic = claimed(ann, group, mette)
    ann.deactivate()
    said = topic.say(mette, "Are you there?")
    shown = topic.wait("Not delivered: the resident's account is deleted.", LONG)
    assert "Use another way" in shown.text
    wait_receipt(topic, said, "👎")
