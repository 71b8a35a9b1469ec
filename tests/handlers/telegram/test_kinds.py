"""Every kind of message that people can send in private is read, or said to be unreadable."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import Message as AnyMessage
from telegram import Chat, Message, Update, User

from bot.core.model import IncomingKind
from handlers.telegram.kinds import ATTACHMENTS, SERVICE
from tests.handlers.telegram.arriving import (
    FILE,
    IMAGE,
    NEWS,
    NOW,
    OTHER_GROUP,
    OTHER_PERSON,
    PLACE,
    PRIVATE,
    READER,
    SENT,
    STICKER,
    command,
    make_message,
    read,
)
from tests.telegram_server.words import words


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
        ({"live_photo": {**IMAGE, "duration": 1}, "photo": [IMAGE]}, "photo"),  # and a photo that moves
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


ABOUT = words(
    """
    message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot
    sender_tag date guest_query_id guest_bot_caller_user guest_bot_caller_chat business_connection_id chat
    forward_origin is_topic_message is_automatic_forward reply_to_message external_reply quote reply_to_story
    reply_to_checklist_task_id reply_to_poll_option_id via_bot edit_date has_protected_content is_from_offline
    is_paid_post media_group_id author_signature paid_star_count entities link_preview_options suggested_post_info
    effect_id caption_entities show_caption_above_media has_media_spoiler reply_markup ephemeral_message_id
    receiver_user forward_date forward_from forward_from_chat forward_from_message_id forward_sender_name
    forward_signature
    """
)
"""What is said about a message, whatever its kind."""

UNREADABLE = words("sticker story checklist dice game poll paid_media giveaway giveaway_winners invoice")
UNKNOWN = words("rich_message community_chat_added community_chat_joined community_chat_removed user_shared")
"""What the client library does not read yet, or no more."""


def test_every_kind_of_message_is_thought_of() -> None:
    fields = {info.alias or name for name, info in AnyMessage.model_fields.items()}
    kinds = fields - ABOUT - {"text", "caption"}
    assert kinds == set(ATTACHMENTS) | SERVICE | UNREADABLE | UNKNOWN
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


@pytest.mark.parametrize("name", sorted(set(ATTACHMENTS) | SERVICE | UNREADABLE))
def test_what_each_kind_becomes(name: str) -> None:
    something: dict[str, Any] = {name: ("something",)}
    person = User(100, "Ewa", is_bot=False)
    message = Message(7, datetime.now(UTC), Chat(100, "private"), from_user=person, **something)
    incoming = READER.read(Update(5, message=message), NOW)
    if name in SERVICE:
        assert incoming is None
    else:
        assert incoming is not None
        assert incoming.kind == (IncomingKind.ATTACHMENT if name in ATTACHMENTS else IncomingKind.UNREADABLE)
        assert incoming.attachment == ATTACHMENTS.get(name)
