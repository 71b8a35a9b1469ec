"""Who puts the assistant into a group, or blocks it; and what is read of groups that are no staff groups."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.model import Incoming, IncomingKind
from tests.handlers.telegram.arriving import (
    FORUM,
    IMAGE,
    NEWS,
    NOW,
    OTHER_BOT,
    OTHER_GROUP,
    PERSON,
    PRIVATE,
    SELF,
    SENT,
    command,
    read,
    read_update,
)

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
    *("can_add_web_page_previews", "can_change_info", "can_pin_messages", "can_manage_topics", "can_edit_tag"),
    "can_react_to_messages",
)
BASIC_GROUP = {"id": -5555, "type": "group", "title": "Family"}
LEFT, KICKED, MEMBER = {"status": "left"}, {"status": "kicked", "until_date": 0}, {"status": "member"}
ADMINISTRATOR = {
    "status": "administrator",
    "can_be_edited": False,
    "is_anonymous": False,
    **dict.fromkeys(RIGHTS, True),
}
MUTED = {"status": "restricted", "until_date": 0, **dict.fromkeys(PERMISSIONS, False)}


def into(chat: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> Incoming | None:
    """What is read when the bot's standing in a chat changes."""
    states = {"old_chat_member": {"user": SELF, **old}, "new_chat_member": {"user": SELF, **new}}
    return read_update(my_chat_member={"chat": chat, "from": PERSON, "date": SENT, **states})


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
        pytest.param(FORUM, LEFT, ADMINISTRATOR, id="into a staff group"),
        pytest.param(FORUM, ADMINISTRATOR, KICKED, id="out of a staff group"),
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
        pytest.param(PERSON, {"migrate_from_chat_id": -5555}, id="the group was another"),
        pytest.param(SELF, {"text": "goodbye"}, id="the bot itself"),
        pytest.param(OTHER_BOT, {"text": "/start"}, id="another bot"),
        pytest.param(None, {"text": "x", "sender_chat": NEWS}, id="nobody at all"),
    ],
)
def test_what_could_be_answered_for_ever_is_not(sender: dict[str, Any] | None, fields: dict[str, Any]) -> None:
    assert read(OTHER_GROUP, sender, **fields) is None


def test_somebody_blocked_the_bot() -> None:
    incoming = into(PRIVATE, MEMBER, KICKED)
    assert incoming is not None
    assert (incoming.kind, incoming.chat, incoming.sender) == (IncomingKind.UNREACHABLE, "100", "100")


def test_somebody_lets_the_bot_back_in() -> None:
    assert into(PRIVATE, KICKED, MEMBER) is None
