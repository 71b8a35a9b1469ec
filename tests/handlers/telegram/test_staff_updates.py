"""What is read of a staff group beside words: reactions, forwards, who leaves, topics by hand, groups that move."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.core.model import Incoming, IncomingKind
from handlers.telegram.updates import Reader
from tests.handlers.telegram.arriving import (
    ANONYMOUS,
    BOT,
    BOT_ID,
    CLERK,
    FORUM,
    IMAGE,
    NEWS,
    NOW,
    OTHER_GROUP,
    PERSON,
    PRIVATE,
    SELF,
    SENT,
    STAFF_CHAT,
    make_message,
    read,
    read_update,
    staff,
)
from tests.handlers.telegram.test_groups import ADMINISTRATOR, KICKED, LEFT, MEMBER

NEW_CHAT = -1009999999999
ORIGIN = {"type": "hidden_user", "sender_user_name": "Somebody", "date": SENT}


def emoji(*shown: str) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in shown]


def reaction(chat: dict[str, Any], new: list[dict[str, str]], **fields: Any) -> Incoming | None:
    person = {"user": CLERK if chat is FORUM else PERSON}
    change = {"chat": chat, "message_id": 9, "date": SENT, "old_reaction": [], "new_reaction": new, **person | fields}
    return read_update(message_reaction=change)


@pytest.mark.parametrize(
    ("new", "argument"),
    [
        (emoji("❤"), "❤"),
        (emoji("❤", "👍"), "👍"),
        ([*emoji("👍"), {"type": "custom_emoji", "custom_emoji_id": "5"}], "👍"),
        ([], ""),
    ],
)
@pytest.mark.parametrize("chat", [PRIVATE, FORUM])
def test_reactions(chat: dict[str, Any], new: list[dict[str, str]], argument: str) -> None:
    incoming = reaction(chat, new)
    assert incoming is not None
    assert (incoming.kind, incoming.argument, incoming.message_id) == (IncomingKind.REACTION, argument, "9")
    assert (incoming.chat, incoming.staff) == (str(chat["id"]), chat is FORUM)


@pytest.mark.parametrize(
    ("chat", "new", "fields"),
    [
        pytest.param(PRIVATE, [{"type": "custom_emoji", "custom_emoji_id": "5"}], {}, id="no plain emoji"),
        pytest.param(PRIVATE, [{"type": "paid"}], {}, id="paid"),
        pytest.param(OTHER_GROUP, emoji("❤"), {}, id="some group"),
        pytest.param(FORUM, emoji("❤"), {"user": None, "actor_chat": FORUM}, id="nobody known"),
    ],
)
def test_reactions_that_are_nobodys_business(
    chat: dict[str, Any], new: list[dict[str, str]], fields: dict[str, Any]
) -> None:
    assert reaction(chat, new, **fields) is None


@pytest.mark.parametrize(
    ("fields", "forwarded"),
    [
        ({"text": "x"}, False),
        ({"text": "x", "forward_origin": ORIGIN}, True),
        ({"photo": [IMAGE], "forward_origin": ORIGIN}, True),
        ({"text": "x", "sender_chat": NEWS}, True),
        ({"text": "x", "sender_chat": FORUM}, False),
    ],
)
def test_forwards_are_known_as_such(fields: dict[str, Any], *, forwarded: bool) -> None:
    incoming = read(FORUM, ANONYMOUS if "sender_chat" in fields else CLERK, **fields)
    assert incoming is not None
    assert incoming.forwarded is forwarded


def test_posts_of_a_linked_channel_are_nobodys() -> None:
    assert staff(text="news", sender_chat=NEWS, is_automatic_forward=True, forward_origin=ORIGIN) is None


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (MEMBER, LEFT, IncomingKind.STAFF_LEFT),
        (MEMBER, KICKED, IncomingKind.STAFF_LEFT),
        (ADMINISTRATOR, LEFT, IncomingKind.STAFF_LEFT),
        (LEFT, MEMBER, IncomingKind.STAFF_CAME),
        (MEMBER, ADMINISTRATOR, None),
        (LEFT, KICKED, None),
    ],
)
def test_who_leaves_and_comes(old: dict[str, Any], new: dict[str, Any], kind: IncomingKind | None) -> None:
    states = {"old_chat_member": {"user": CLERK, **old}, "new_chat_member": {"user": CLERK, **new}}
    change = {"chat": FORUM, "from": PERSON, "date": SENT, **states}
    incoming = read_update(chat_member=change)
    assert (incoming.kind if incoming is not None else None) == kind
    if incoming is not None:
        assert (incoming.sender, incoming.sender_name) == ("200", "Anna")
        assert incoming.lane == f"telegram:{STAFF_CHAT}:staff:general"
    assert read_update(chat_member={**change, "chat": OTHER_GROUP}) is None


def test_the_groups_own_word_of_who_leaves() -> None:
    incoming = read(FORUM, PERSON, left_chat_member=CLERK)
    assert incoming is not None
    assert (incoming.kind, incoming.sender, incoming.thread) == (IncomingKind.STAFF_LEFT, "200", None)
    assert read(FORUM, PERSON, left_chat_member=SELF) is None


@pytest.mark.parametrize(
    ("field", "kind"),
    [("forum_topic_closed", IncomingKind.TOPIC_CLOSED), ("forum_topic_reopened", IncomingKind.TOPIC_REOPENED)],
)
def test_topics_closed_and_opened_by_hand(field: str, kind: IncomingKind) -> None:
    incoming = staff(**{field: {}})
    assert incoming is not None
    assert (incoming.kind, incoming.thread) == (kind, "30")
    assert read(FORUM, SELF, message_thread_id=30, is_topic_message=True, **{field: {}}) is None


@pytest.mark.parametrize("manage", [True, False])
def test_rights_that_come_back(*, manage: bool) -> None:
    may = {**ADMINISTRATOR, "can_manage_topics": manage}
    states = {"old_chat_member": {"user": SELF, **MEMBER}, "new_chat_member": {"user": SELF, **may}}
    incoming = read_update(my_chat_member={"chat": FORUM, "from": CLERK, "date": SENT, **states})
    assert (incoming is not None) is manage
    if incoming is not None:
        assert (incoming.kind, incoming.chat, incoming.staff) == (IncomingKind.GROUP_READY, str(STAFF_CHAT), True)


@pytest.mark.parametrize(
    ("chat", "fields"),
    [
        ({"id": STAFF_CHAT, "type": "group", "title": "Staff"}, {"migrate_to_chat_id": NEW_CHAT}),
        ({"id": NEW_CHAT, "type": "supergroup", "title": "Staff"}, {"migrate_from_chat_id": STAFF_CHAT}),
    ],
)
def test_a_staff_group_that_moves(chat: dict[str, Any], fields: dict[str, Any]) -> None:
    incoming = read(chat, CLERK, **fields)
    assert incoming is not None
    assert (incoming.kind, incoming.chat, incoming.argument) == (
        IncomingKind.GROUP_MOVED,
        str(STAFF_CHAT),
        str(NEW_CHAT),
    )


def test_what_stands_before_the_move_is_read_as_of_staff() -> None:
    """Otherwise the assistant would take its leave from its own staff group."""
    reader, new = Reader(BOT_ID, (str(STAFF_CHAT),)), {"id": NEW_CHAT, "type": "supergroup", "title": "Staff"}
    moves = make_message({**new, "id": STAFF_CHAT}, CLERK, migrate_to_chat_id=NEW_CHAT)
    states = {"old_chat_member": {"user": SELF, **LEFT}, "new_chat_member": {"user": SELF, **MEMBER}}
    member = {"chat": new, "from": CLERK, "date": SENT, **states}
    batch = [
        Update.de_json({"update_id": 5, "my_chat_member": member}, BOT),
        Update.de_json({"update_id": 6, "message": moves}, BOT),
    ]
    reader.foresee(batch)
    assert reader.read(batch[0], NOW) is None
    words = Update.de_json({"update_id": 7, "message": make_message(new, CLERK, text="x")}, BOT)
    incoming = reader.read(words, NOW)
    assert incoming is not None
    assert incoming.staff
