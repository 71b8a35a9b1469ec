"""What Telegram sends, as Telegram sends it, read into plain values."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.core.model import Incoming, IncomingKind
from handlers.telegram.updates import ALLOWED, Reader
from tests.handlers.telegram.arriving import (
    ANONYMOUS,
    BOT,
    CLERK,
    FILE,
    FORUM,
    IMAGE,
    NEWS,
    NOW,
    OTHER_BOT,
    OTHER_GROUP,
    PERSON,
    PLACE,
    PLAIN_GROUP,
    PRIVATE,
    READER,
    SELF,
    SENT,
    STAFF_CHAT,
    STICKER,
    command,
    make_message,
    read,
    read_update,
    staff,
)

# ---- residents -------------------------------------------------------------------------------------------


def test_a_text_with_everything_that_is_kept() -> None:
    assert read(text="Dzień dobry 👍") == Incoming(
        channel="telegram",
        update_id="42:5",
        chat="100",
        sender="100",
        kind=IncomingKind.TEXT,
        at=NOW,
        text="Dzień dobry 👍",
        sender_name="Ewa Nowak",
        language_hint="pl",
        message_id="7",
    )


@pytest.mark.parametrize(
    ("text", "length", "kind", "argument", "rest"),
    [
        ("/start", 6, IncomingKind.START, "start", ""),
        ("/start grant-youth-travel", 6, IncomingKind.START, "start", "grant-youth-travel"),
        ("/start  aZ09_-  ", 6, IncomingKind.START, "start", "aZ09_-"),
        ("/start " + 64 * "x", 6, IncomingKind.START, "start", 64 * "x"),
        ("/start@ballerup_bot x", 19, IncomingKind.START, "start", "x"),
        ("/menu", 5, IncomingKind.COMMAND, "menu", ""),
        ("/menu@ballerup_bot", 18, IncomingKind.COMMAND, "menu", ""),
        ("/staff  please help\nme ", 6, IncomingKind.COMMAND, "staff", "please help\nme"),
        ("/Start", 6, IncomingKind.COMMAND, "Start", ""),
        ("/foo 👍", 4, IncomingKind.COMMAND, "foo", "👍"),
    ],
)
def test_commands(text: str, length: int, kind: IncomingKind, argument: str, rest: str) -> None:
    incoming = read(**command(text, length))
    assert incoming is not None
    assert (incoming.kind, incoming.argument, incoming.text) == (kind, argument, rest)


@pytest.mark.parametrize("words", ["help, my kitchen is on fire", "kørekort", "tax.card", 65 * "x", "a\nb"])
def test_words_that_no_link_can_carry_are_read(words: str) -> None:
    incoming = read(**command(f"/start {words}", 6))
    assert incoming is not None
    assert (incoming.kind, incoming.argument, incoming.text) == (IncomingKind.TEXT, "", words)


def test_a_command_in_the_middle_is_text() -> None:
    incoming = read(**command("press /menu", 5, 6))
    assert incoming is not None
    assert (incoming.kind, incoming.text) == (IncomingKind.TEXT, "press /menu")


def test_a_slash_that_telegram_does_not_mark_is_text() -> None:
    incoming = read(text="/")
    assert incoming is not None
    assert incoming.kind == IncomingKind.TEXT


def test_an_edited_text() -> None:
    incoming = read_update(edited_message=make_message(text="better", edit_date=SENT + 5))
    assert incoming is not None
    assert (incoming.kind, incoming.text, incoming.message_id) == (IncomingKind.EDIT, "better", "7")


def test_an_edited_command_is_a_text() -> None:
    incoming = read_update(edited_message=make_message(**command("/menu", 5), edit_date=SENT + 5))
    assert incoming is not None
    assert incoming.kind == IncomingKind.EDIT


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"photo": [IMAGE], "caption": "better"}, "better"),
        ({"photo": [IMAGE]}, None),
        ({"document": FILE, "caption": "better"}, "better"),
        ({"animation": {**IMAGE, "duration": 1}, "document": FILE, "caption": "better"}, "better"),
        ({"location": {**PLACE, "live_period": 60}}, None),
        ({"checklist": {"title": "x", "tasks": [{"id": 1, "text": "a"}]}}, None),
    ],
)
def test_an_edited_attachment(fields: dict[str, Any], text: str | None) -> None:
    incoming = read_update(edited_message=make_message(**fields, edit_date=SENT + 5))
    assert (incoming.kind, incoming.text) == (IncomingKind.EDIT, text) if incoming else text is None


def test_a_missing_language_is_no_language() -> None:
    incoming = read(sender={"id": 100, "is_bot": False, "first_name": "Ewa"}, text="x")
    assert incoming is not None
    assert incoming.language_hint is None


# ---- buttons ---------------------------------------------------------------------------------------------


def press(message: dict[str, Any] | None, sender: dict[str, Any] = PERSON, **fields: Any) -> Incoming | None:
    query = {"id": "9", "from": sender, "chat_instance": "1", "data": "e:mitid", **fields}
    return read_update(callback_query=query if message is None else {**query, "message": message})


def test_a_button_in_private() -> None:
    incoming = press(make_message(sender=SELF, text="Choose"))
    assert incoming is not None
    assert (incoming.kind, incoming.argument, incoming.chat) == (IncomingKind.BUTTON, "e:mitid", "100")
    assert (incoming.sender, incoming.language_hint, incoming.message_id) == ("100", "pl", "7")
    assert (incoming.staff, incoming.thread) == (False, None)


def test_a_button_in_a_topic() -> None:
    card = make_message(FORUM, SELF, text="Case #3", message_thread_id=30, is_topic_message=True)
    incoming = press(card, CLERK, data="claim:3")
    assert incoming is not None
    assert (incoming.staff, incoming.thread, incoming.argument) == (True, "30", "claim:3")
    assert (incoming.sender, incoming.sender_name) == ("200", "Anna")


def test_a_button_of_a_message_too_old_to_be_shown() -> None:
    incoming = press({"chat": PRIVATE, "message_id": 7, "date": 0})
    assert incoming is not None
    assert (incoming.argument, incoming.chat, incoming.thread) == ("e:mitid", "100", None)


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        pytest.param(None, {"inline_message_id": "i"}, id="of an inline message"),
        pytest.param(make_message(OTHER_GROUP, SELF, text="x"), {}, id="in another group"),
        pytest.param(make_message(sender=SELF, text="x"), {"data": None, "game_short_name": "g"}, id="of a game"),
        pytest.param(make_message(sender=SELF, text="x"), {"data": ""}, id="without data"),
    ],
)
def test_buttons_that_are_none_of_ours(message: dict[str, Any] | None, fields: dict[str, Any]) -> None:
    assert press(message, **fields) is None


# ---- staff -----------------------------------------------------------------------------------------------


def test_a_word_of_staff_in_a_topic() -> None:
    incoming = staff(text="Come on Wednesday")
    assert incoming is not None
    assert (incoming.staff, incoming.chat, incoming.thread) == (True, str(STAFF_CHAT), "30")
    assert (incoming.kind, incoming.text, incoming.sender_name) == (IncomingKind.TEXT, "Come on Wednesday", "Anna")


def test_staff_start_is_a_command_like_any_other() -> None:
    incoming = staff(**command("/start", 6))
    assert incoming is not None
    assert (incoming.kind, incoming.argument) == (IncomingKind.COMMAND, "start")


def test_a_command_with_the_bot_s_name() -> None:
    incoming = staff(**command("/note@ballerup_bot he called", 18))
    assert incoming is not None
    assert (incoming.kind, incoming.argument, incoming.text) == (IncomingKind.COMMAND, "note", "he called")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="the General topic"),
        pytest.param({"message_thread_id": 12}, id="a thread of replies, not a topic"),
    ],
)
def test_outside_of_a_topic_there_is_no_thread(fields: dict[str, Any]) -> None:
    for chat in (FORUM, PLAIN_GROUP):
        incoming = read(chat, CLERK, text="good morning", **fields)
        assert incoming is not None
        assert (incoming.staff, incoming.thread) == (True, None)


def test_an_anonymous_administrator_is_staff() -> None:
    incoming = read(FORUM, ANONYMOUS, text="hello", sender_chat=FORUM, message_thread_id=30, is_topic_message=True)
    assert incoming is not None
    assert (incoming.kind, incoming.staff, incoming.thread) == (IncomingKind.TEXT, True, "30")


def test_a_topic_the_bot_made() -> None:
    topic = {"name": "#12 · PL · Get a tax card", "icon_color": 7322096}
    incoming = read(FORUM, SELF, forum_topic_created=topic, message_thread_id=7, is_topic_message=True)
    assert incoming is not None
    assert (incoming.kind, incoming.text, incoming.thread) == (IncomingKind.TOPIC_CREATED, topic["name"], "7")
    assert incoming.staff


@pytest.mark.parametrize(
    ("sender", "fields"),
    [
        pytest.param(CLERK, {"forum_topic_created": {"name": "#12 false", "icon_color": 1}}, id="a topic of a person"),
        pytest.param(SELF, {"forum_topic_closed": {}}, id="the bot closes a topic"),
        pytest.param(SELF, {"forum_topic_edited": {"name": "x"}}, id="a topic is renamed"),
        pytest.param(SELF, {"text": "our own words"}, id="the bot itself"),
        pytest.param(OTHER_BOT, {"text": "beep"}, id="another bot"),
        pytest.param(CLERK, {"sticker": STICKER}, id="a sticker among staff"),
        pytest.param(CLERK, {"new_chat_members": [PERSON]}, id="somebody joined"),
        pytest.param(None, {"text": "x", "sender_chat": NEWS}, id="nobody at all"),
    ],
)
def test_what_is_no_word_of_staff(sender: dict[str, Any] | None, fields: dict[str, Any]) -> None:
    assert read(FORUM, sender, **fields, message_thread_id=30, is_topic_message=True) is None


# ---- none of the assistant's business --------------------------------------------------------------------


@pytest.mark.parametrize(
    "update",
    [
        pytest.param({"edited_message": make_message(OTHER_GROUP, text="x", edit_date=SENT)}, id="an edit there"),
        pytest.param({"channel_post": make_message(NEWS, None, text="news")}, id="a channel post"),
        pytest.param({"edited_channel_post": make_message(NEWS, None, text="x", edit_date=SENT)}, id="an edited one"),
        pytest.param(
            {"poll_answer": {"poll_id": "1", "user": PERSON, "option_ids": [0], "option_persistent_ids": ["a"]}},
            id="a poll answer",
        ),
        pytest.param({}, id="an update of the future"),
    ],
)
def test_ignored(update: dict[str, Any]) -> None:
    assert read_update(**update) is None


def test_only_what_is_read_is_asked_for() -> None:
    of_members = {"my_chat_member", "chat_member"}
    assert (
        set(ALLOWED) == {"message", "edited_message", "callback_query", "message_reaction", "inline_query"} | of_members
    )


def test_an_inline_query_is_not_for_the_inbox() -> None:
    assert read_update(inline_query={"id": "9", "from": PERSON, "query": "tax card", "offset": ""}) is None


def test_the_same_update_of_another_bot_is_another_update() -> None:
    update = Update.de_json({"update_id": 5, "message": make_message(text="x")}, BOT)
    first, second = READER.read(update, NOW), Reader(43, ()).read(update, NOW)
    assert first is not None
    assert second is not None
    assert first.update_id != second.update_id


def test_somebody_without_a_name_is_heard() -> None:
    """A deleted account, and whoever leaves the name empty."""
    incoming = read(sender={"id": 100, "is_bot": False, "first_name": ""}, text="hello")
    assert incoming is not None
    assert (incoming.text, incoming.sender_name) == ("hello", "")
