"""Updates as Telegram sends them: one of each kind that is read, from which others are made."""

from __future__ import annotations

from typing import Any

from tests.handlers.telegram.arriving import (
    CLERK,
    FILE,
    FORUM,
    IMAGE,
    OTHER_GROUP,
    PERSON,
    PLACE,
    PRIVATE,
    SELF,
    SENT,
    STAFF_CHAT,
    STICKER,
    command,
    make_message,
)

_TOPIC: dict[str, Any] = {"message_thread_id": 30, "is_topic_message": True}
_IN_TOPIC = make_message(FORUM, CLERK, **_TOPIC, text="#12 hello")
_PRESS = {"id": "1", "from": PERSON, "chat_instance": "c", "data": "k:good:12"}
_CHANGE = {"date": SENT, "old_chat_member": {"user": CLERK, "status": "member"}}

UPDATES: tuple[dict[str, Any], ...] = (
    {"message": make_message(text="How do I get a CPR number?")},
    {"message": make_message(**command("/start arrival-registration", 6))},
    {"message": make_message(**command("/staff@ballerup_bot now", 19))},
    {"edited_message": make_message(text="again", edit_date=SENT)},
    {"message": make_message(photo=[IMAGE], caption="look", media_group_id="77")},
    {"message": make_message(document={**FILE, "file_name": "../../etc/passwd", "mime_type": "application/zip"})},
    {"message": make_message(voice={**FILE, "duration": 3})},
    {"message": make_message(location=PLACE)},
    {"message": make_message(contact={"phone_number": "+4544772000", "first_name": "Ewa"})},
    {"message": make_message(sticker=STICKER)},
    {
        "message": make_message(
            text="not mine", forward_origin={"type": "hidden_user", "date": SENT, "sender_user_name": "x"}
        )
    },
    {"message": _IN_TOPIC},
    {"message": make_message(FORUM, CLERK, **_TOPIC, **command("/claim 12", 6))},
    {"message": make_message(FORUM, SELF, **_TOPIC, forum_topic_created={"name": "#12 hello", "icon_color": 7322096})},
    {"message": make_message(FORUM, CLERK, **_TOPIC, forum_topic_closed={})},
    {"message": make_message(FORUM, CLERK, left_chat_member=CLERK)},
    {"message": make_message({"id": STAFF_CHAT, "type": "group", "title": "Staff"}, CLERK, migrate_to_chat_id=-100999)},
    {"message": make_message(OTHER_GROUP, PERSON, text="hello")},
    {"callback_query": {**_PRESS, "message": make_message(text="a question")}},
    {"callback_query": {**_PRESS, "from": CLERK, "data": "claim:12", "message": _IN_TOPIC}},
    {"callback_query": {**_PRESS, "message": {"message_id": 7, "date": 0, "chat": PRIVATE}}},
    {
        "message_reaction": {
            "chat": PRIVATE,
            "message_id": 7,
            "user": PERSON,
            "date": SENT,
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        }
    },
    {
        "my_chat_member": {
            **_CHANGE,
            "chat": PRIVATE,
            "from": PERSON,
            "new_chat_member": {"user": SELF, "status": "kicked", "until_date": 0},
        }
    },
    {"chat_member": {**_CHANGE, "chat": FORUM, "from": CLERK, "new_chat_member": {"user": CLERK, "status": "left"}}},
    {"inline_query": {"id": "1", "from": PERSON, "query": "tax card", "offset": ""}},
)
