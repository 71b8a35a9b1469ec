"""What a file is called, and who sang it, is not read: people put their CPR number into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.service.resident import accept
from bot.store.codec import incoming_to_json
from tests.handlers.telegram.arriving import FILE, IMAGE, PLACE, read
from tests.store.rows import all_text

if TYPE_CHECKING:
    from bot.store.database import Database

NUMBER = "1505391234"  # nobody's: modulus 11 fails, and the day is no 1 January
NAME = f"pas_{NUMBER}.pdf"
NAMED: list[dict[str, Any]] = [
    {"document": {**FILE, "file_name": NAME}},
    {"audio": {**FILE, "duration": 1, "file_name": NAME, "title": NAME, "performer": NAME}},
    {"video": {**IMAGE, "duration": 1, "file_name": NAME}},
    {"animation": {**IMAGE, "duration": 1, "file_name": NAME}, "document": {**FILE, "file_name": NAME}},
    {"contact": {"phone_number": "+4500000000", "first_name": NAME, "vcard": NAME}},
    {"venue": {"location": PLACE, "title": NAME, "address": NAME}, "location": PLACE},
]


@pytest.mark.parametrize("fields", NAMED, ids=lambda fields: next(iter(fields)))
def test_a_file_name_is_not_read(fields: dict[str, Any]) -> None:
    incoming = read(**fields)
    assert incoming is not None
    assert NUMBER not in incoming_to_json(incoming)


@pytest.mark.parametrize("fields", NAMED, ids=lambda fields: next(iter(fields)))
def test_the_words_under_a_file_are_stored_without_the_number(database: Database, fields: dict[str, Any]) -> None:
    incoming = read(**fields, caption=f"mit pas {NAME}")
    assert incoming is not None
    database.run(lambda c: accept(c, incoming))
    assert NUMBER not in all_text(database)
