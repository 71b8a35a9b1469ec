"""Which updates are read without the client library. That they are read alike, `arriving.read` sees to."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.telegram.plain import words
from tests.handlers.telegram.arriving import (
    BOT_ID,
    CLERK,
    FILE,
    FORUM,
    NOW,
    OTHER_BOT,
    PERSON,
    PRIVATE,
    command,
    make_message,
    read_update,
)


def quickly(**fields: Any) -> object:
    return words({"update_id": 5, **fields}, BOT_ID, NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Dzień dobry"},
        {"text": "word", "entities": []},
        {"text": "see https://x.example", "entities": [{"type": "url", "offset": 4, "length": 17}]},
        command("/menu", 5),
        command("/start grants", 6),
        {"text": "hello", "sender": {"id": 1, "is_bot": False, "first_name": "A"}},
    ],
)
def test_words_of_a_person_are_read_quickly(fields: dict[str, Any]) -> None:
    message = make_message(**fields)
    assert quickly(message=message) == read_update(message=message)
    assert quickly(message=message) is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {},
        {"photo": [FILE], "caption": "a"},
        {"text": "a", "chat": FORUM, "sender": CLERK},
        {"text": "a", "sender": OTHER_BOT},
        {"text": "a", "sender": None},
        {"text": "a", "forward_origin": {"type": "user", "date": 1, "sender_user": PERSON}},
        {"text": "a", "media_group_id": "1"},
        {"text": 5},
        {"text": "/menu", "entities": [{"type": "bot_command", "offset": "0", "length": 5}]},
        {"text": "/menu", "entities": ["bot_command"]},
        {"text": "a", "chat": {**PRIVATE, "id": "100"}},
        {"text": "a", "sender": {**PERSON, "first_name": None}},
        {"text": "a", "sender": {**PERSON, "language_code": 5}},
    ],
)
def test_everything_else_is_left_to_the_client_library(fields: dict[str, Any]) -> None:
    assert quickly(message=make_message(**fields)) is None


@pytest.mark.parametrize("update", [{"edited_message": make_message(text="a")}, {"message": "a"}, {}, {"poll": {}}])
def test_so_is_what_is_no_message(update: dict[str, Any]) -> None:
    assert quickly(**update) is None
    assert words({"update_id": "5", "message": make_message(text="a")}, BOT_ID, NOW) is None
