"""What Telegram sends, as Telegram sends it, read into plain values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import Message as AnyMessage
from telegram import Bot, Chat, Message, Update, User

from bot.core.model import Incoming, IncomingKind
from handlers.telegram.kinds import ATTACHMENTS, SERVICE
from handlers.telegram.updates import ALLOWED, Reader

BOT_ID, STAFF_CHAT = 42, -1001234567890
NOW, SENT = 1_795_500_000_000, 1_795_499_999
READER = Reader(BOT_ID, (str(STAFF_CHAT),))
BOT = Bot("42:a-token-for-tests")

PERSON = {"id": 100, "is_bot": False, "first_name": "Ewa", "last_name": "Nowak", "language_code": "pl"}
OTHER_PERSON = {"id": 300, "is_bot": False, "first_name": "Bo"}
CLERK = {"id": 200, "is_bot": False, "first_name": "Anna"}
SELF = {"id": BOT_ID, "is_bot": True, "first_name": "Assistant", "username": "ballerup_bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
OTHER_BOT = {"id": 43, "is_bot": True, "first_name": "Other"}

PRIVATE = {"id": 100, "type": "private", "first_name": "Ewa"}
FORUM = {"id": STAFF_CHAT, "type": "supergroup", "title": "Staff", "is_forum": True}
PLAIN_GROUP = {"id": STAFF_CHAT, "type": "supergroup", "title": "Staff"}
OTHER_GROUP = {"id": -100555, "type": "supergroup", "title": "Neighbours"}
NEWS = {"id": -100777, "type": "channel", "title": "News"}

FILE = {"file_id": "f", "file_unique_id": "u"}
IMAGE = {**FILE, "width": 1, "height": 1}
PLACE = {"longitude": 12.36, "latitude": 55.73}
RIGHTS = (
    *(
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
    ),
    *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
)
PERMISSIONS = (
    *("is_member", "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos"),
    *("can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages", "can_invite_users"),
    *("can_add_web_page_previews", "can_change_info", "can_pin_messages", "can_manage_topics"),
)
STICKER = {**IMAGE, "type": "regular", "is_animated": False, "is_video": False}


def make_message(
    chat: dict[str, Any] = PRIVATE, sender: dict[str, Any] | None = PERSON, **fields: Any
) -> dict[str, Any]:
    message = {"message_id": 7, "date": SENT, "chat": chat, **fields}
    return message if sender is None else {**message, "from": sender}


def command(text: str, length: int, offset: int = 0) -> dict[str, Any]:
    return {"text": text, "entities": [{"type": "bot_command", "offset": offset, "length": length}]}


def read_update(**fields: Any) -> Incoming | None:
    update = Update.de_json({"update_id": 5, **fields}, BOT)
    return READER.read(update, NOW)


def read(chat: dict[str, Any] = PRIVATE, sender: dict[str, Any] | None = PERSON, **fields: Any) -> Incoming | None:
    return read_update(message=make_message(chat, sender, **fields))


def staff(**fields: Any) -> Incoming | None:
    """A message of a clerk in the topic 30 of the staff group."""
    return read(FORUM, CLERK, **{"message_thread_id": 30, "is_topic_message": True, **fields})


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


@pytest.mark.parametrize(
    ("fields", "attachment"),
    [
        ({"photo": [IMAGE, IMAGE]}, "photo"),
        ({"voice": {**FILE, "duration": 1}}, "voice"),
        ({"audio": {**FILE, "duration": 1}}, "voice"),
        ({"document": FILE}, "document"),
        ({"video": {**IMAGE, "duration": 1}}, "video"),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, "video"),
        ({"animation": {**IMAGE, "duration": 1}, "document": FILE}, "video"),  # Telegram sends a GIF as both
        ({"location": PLACE}, "location"),
        ({"location": {**PLACE, "live_period": 60}}, "location"),
        (
            {"venue": {"location": PLACE, "title": "Town hall", "address": "Hold-an Vej 7"}, "location": PLACE},
            "location",
        ),
        ({"contact": {"phone_number": "+4500000000", "first_name": "Bo"}}, "contact"),
    ],
)
def test_attachments(fields: dict[str, Any], attachment: str) -> None:
    incoming = read(**fields)
    assert incoming is not None
    assert (incoming.kind, incoming.attachment, incoming.text) == (IncomingKind.ATTACHMENT, attachment, "")
    assert incoming.message_id == "7"


def test_a_photo_with_a_caption() -> None:
    incoming = read(photo=[IMAGE], caption="what is this letter?")
    assert incoming is not None
    assert (incoming.kind, incoming.text) == (IncomingKind.ATTACHMENT, "what is this letter?")
    assert incoming.album is None


def test_pictures_of_one_album_are_known_by_it() -> None:
    first, second = (read(photo=[IMAGE], media_group_id="14000000000000") for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.album == second.album == "14000000000000"


@pytest.mark.parametrize(
    "origin",
    [
        {"type": "user", "sender_user": OTHER_PERSON},
        {"type": "hidden_user", "sender_user_name": "Somebody"},
        {"type": "chat", "sender_chat": OTHER_GROUP},
        {"type": "channel", "chat": NEWS, "message_id": 3},
    ],
)
def test_what_is_forwarded_is_read_like_one_s_own(origin: dict[str, Any]) -> None:
    forwarded = {"forward_origin": {"date": SENT, **origin}}
    for fields, kind in (
        ({"text": "tax card?"}, IncomingKind.TEXT),
        ({"photo": [IMAGE], "caption": "tax card?"}, IncomingKind.ATTACHMENT),
    ):
        incoming = read(**fields, **forwarded)
        assert incoming is not None
        assert (incoming.kind, incoming.text, incoming.sender) == (kind, "tax card?", "100")


def test_a_forwarded_command_commands_nothing() -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": SENT}
    incoming = read(**command("/start", 6), forward_origin=origin)
    assert incoming is not None
    assert (incoming.kind, incoming.text) == (IncomingKind.TEXT, "/start")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"sticker": STICKER}, id="sticker"),
        pytest.param({"dice": {"emoji": "🎲", "value": 3}}, id="dice"),
        pytest.param(
            {
                "poll": {
                    "id": "1",
                    "question": "?",
                    "options": [],
                    "total_voter_count": 0,
                    "is_closed": False,
                    "is_anonymous": True,
                    "type": "regular",
                    "allows_multiple_answers": False,
                    "allows_revoting": False,
                    "members_only": False,
                }
            },
            id="poll",
        ),
        pytest.param({"story": {"chat": PRIVATE, "id": 1}}, id="story"),
        pytest.param({"game": {"title": "x", "description": "y", "photo": [IMAGE]}}, id="game"),
        pytest.param({"checklist": {"title": "x", "tasks": [{"id": 1, "text": "a"}]}}, id="checklist"),
        pytest.param(
            {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview", "width": 1, "height": 1}]}},
            id="paid media",
        ),
    ],
)
def test_what_people_send_and_nobody_can_read_is_said(fields: dict[str, Any]) -> None:
    incoming = read(**fields)
    assert incoming is not None
    assert incoming.kind == IncomingKind.UNREADABLE


def test_a_kind_that_this_library_does_not_know_is_said_too() -> None:
    incoming = read(hologram={"depth": 3})
    assert incoming is not None
    assert incoming.kind == IncomingKind.UNREADABLE


def test_words_under_what_nobody_can_read_are_read() -> None:
    media = {"star_count": 1, "paid_media": [{"type": "preview"}]}
    incoming = read(paid_media=media, caption="how do I get this?")
    assert incoming is not None
    assert (incoming.kind, incoming.text) == (IncomingKind.TEXT, "how do I get this?")


ABOUT = frozenset(
    """
    message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot sender_tag
    date guest_query_id guest_bot_caller_user guest_bot_caller_chat business_connection_id chat forward_origin
    is_topic_message is_automatic_forward reply_to_message external_reply quote reply_to_story
    reply_to_checklist_task_id reply_to_poll_option_id via_bot edit_date has_protected_content is_from_offline
    is_paid_post media_group_id author_signature paid_star_count entities link_preview_options suggested_post_info
    effect_id caption_entities show_caption_above_media has_media_spoiler reply_markup ephemeral_message_id receiver_user
    forward_date forward_from forward_from_chat forward_from_message_id forward_sender_name forward_signature
    """.split()
)
"""What is said about a message, whatever its kind."""

UNREADABLE = frozenset(
    "sticker story checklist dice game poll paid_media giveaway giveaway_winners invoice rich_message".split()
)
NOT_KNOWN_YET = frozenset("community_chat_added community_chat_joined community_chat_removed user_shared".split())
"""Messages about groups, and one of an old version, which the client library does not read."""


def test_every_kind_of_message_is_thought_of() -> None:
    fields = {info.alias or name for name, info in AnyMessage.model_fields.items()}
    kinds = fields - ABOUT - {"text", "caption"}
    assert kinds == set(ATTACHMENTS) | SERVICE | UNREADABLE | NOT_KNOWN_YET
    assert not SERVICE & (set(ATTACHMENTS) | UNREADABLE)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"pinned_message": make_message(text="x")}, id="pinned"),
        pytest.param({"delete_chat_photo": True}, id="photo deleted"),
        pytest.param({"connected_website": "example.org"}, id="website"),
        pytest.param({"write_access_allowed": {}}, id="write access"),
    ],
)
def test_service_messages_are_no_words_of_a_person(fields: dict[str, Any]) -> None:
    assert read(**fields) is None


@pytest.mark.parametrize("name", sorted(SERVICE))
def test_the_client_library_reads_each_kind_of_service_message(name: str) -> None:
    message = Message(7, datetime.now(UTC), Chat(100, "private"), from_user=User(100, "Ewa", is_bot=False))
    assert getattr(message, name) in {None, False} or getattr(message, name) == ()


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
        pytest.param(CLERK, {"forum_topic_closed": {}}, id="a topic is closed"),
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


def member(chat: dict[str, Any], status: str) -> dict[str, Any]:
    new = {"user": SELF, "status": status, **({"until_date": 0} if status == "kicked" else {})}
    old = {"user": SELF, "status": "member"}
    return {"chat": chat, "from": PERSON, "date": SENT, "old_chat_member": old, "new_chat_member": new}


# ---- groups that are no staff groups ---------------------------------------------------------------------


def into(chat: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> Incoming | None:
    """What is read when the bot's standing in a chat changes."""
    states = {"old_chat_member": {"user": SELF, **old}, "new_chat_member": {"user": SELF, **new}}
    return read_update(my_chat_member={"chat": chat, "from": PERSON, "date": SENT, **states})


BASIC_GROUP = {"id": -5555, "type": "group", "title": "Family"}
LEFT, KICKED, MEMBER = {"status": "left"}, {"status": "kicked", "until_date": 0}, {"status": "member"}
ADMINISTRATOR = {
    "status": "administrator",
    "can_be_edited": False,
    "is_anonymous": False,
    **dict.fromkeys(RIGHTS, True),
}
MUTED = {"status": "restricted", "until_date": 0, **dict.fromkeys(PERMISSIONS, False)}


@pytest.mark.parametrize("chat", [BASIC_GROUP, OTHER_GROUP, NEWS])
@pytest.mark.parametrize("old", [LEFT, KICKED, {**MUTED, "is_member": False}])
@pytest.mark.parametrize("new", [MEMBER, ADMINISTRATOR, {**MUTED, "is_member": True}])
def test_somebody_puts_the_bot_into_a_group(chat: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> None:
    assert into(chat, old, new) == Incoming(
        channel="telegram",
        update_id="42:5",
        chat=str(chat["id"]),
        sender="",
        kind=IncomingKind.GROUP,
        at=NOW,
        language_hint="pl",
    )


@pytest.mark.parametrize(
    ("chat", "old", "new"),
    [
        pytest.param(OTHER_GROUP, MEMBER, ADMINISTRATOR, id="it was there before"),
        pytest.param(OTHER_GROUP, MEMBER, LEFT, id="it has left"),
        pytest.param(OTHER_GROUP, MEMBER, KICKED, id="it was thrown out"),
        pytest.param(OTHER_GROUP, LEFT, {**MUTED, "is_member": False}, id="it may not come"),
        pytest.param(FORUM, LEFT, ADMINISTRATOR, id="a staff group"),
    ],
)
def test_other_changes_in_groups(chat: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> None:
    assert into(chat, old, new) is None


@pytest.mark.parametrize("chat", [BASIC_GROUP, OTHER_GROUP])
@pytest.mark.parametrize("fields", [command("/start@ballerup_bot", 19), {"text": "hello"}, {"photo": [IMAGE]}])
def test_of_a_word_in_a_group_only_the_group_is_kept(chat: dict[str, Any], fields: dict[str, Any]) -> None:
    incoming = read(chat, **fields)
    assert incoming is not None
    assert (incoming.kind, incoming.chat, incoming.language_hint) == (IncomingKind.GROUP, str(chat["id"]), "pl")
    assert (incoming.text, incoming.argument, incoming.sender, incoming.sender_name) == ("", "", "", "")


@pytest.mark.parametrize(
    ("sender", "fields"),
    [
        pytest.param(PERSON, {"new_chat_members": [SELF]}, id="the bot is new"),
        pytest.param(PERSON, {"left_chat_member": OTHER_BOT}, id="somebody left"),
        pytest.param(PERSON, {"migrate_to_chat_id": -1005555}, id="the group becomes another"),
        pytest.param(SELF, {"text": "goodbye"}, id="the bot itself"),
        pytest.param(OTHER_BOT, {"text": "/start"}, id="another bot"),
        pytest.param(None, {"text": "x", "sender_chat": NEWS}, id="nobody at all"),
    ],
)
def test_what_could_be_answered_for_ever_is_not(sender: dict[str, Any] | None, fields: dict[str, Any]) -> None:
    assert read(OTHER_GROUP, sender, **fields) is None


def test_somebody_blocked_the_bot() -> None:
    incoming = read_update(my_chat_member=member(PRIVATE, "kicked"))
    assert incoming is not None
    assert (incoming.kind, incoming.chat, incoming.sender) == (IncomingKind.UNREACHABLE, "100", "100")


@pytest.mark.parametrize(
    ("chat", "status"), [(PRIVATE, "member"), (FORUM, "kicked"), (OTHER_GROUP, "member"), (OTHER_GROUP, "left")]
)
def test_other_changes_of_membership(chat: dict[str, Any], status: str) -> None:
    assert read_update(my_chat_member=member(chat, status)) is None


def test_only_what_is_read_is_asked_for() -> None:
    assert set(ALLOWED) == {"message", "edited_message", "callback_query", "my_chat_member", "inline_query"}


def test_an_inline_query_is_not_for_the_inbox() -> None:
    assert read_update(inline_query={"id": "9", "from": PERSON, "query": "tax card", "offset": ""}) is None


def test_the_same_update_of_another_bot_is_another_update() -> None:
    update = Update.de_json({"update_id": 5, "message": make_message(text="x")}, BOT)
    first, second = READER.read(update, NOW), Reader(43, ()).read(update, NOW)
    assert first is not None
    assert second is not None
    assert first.update_id != second.update_id
