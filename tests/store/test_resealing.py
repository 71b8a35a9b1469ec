"""A database moves to a new key, or from no key to one, while it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from bot.core.conversation import Conversation, Exchange
from bot.errors import DatabaseError
from bot.store import conversations, inbox, marks, tables
from bot.store.resealing import COLUMNS, forget_old, left, reseal
from bot.store.sealing import SEALED, key_id
from tests.factories import CHANNEL, START, make_incoming
from tests.store.rows import all_text, column
from tests.store.test_sealing import NEW, OLD, WORD, stored, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.database import Database


def rotates(database: Database, most: int = 2) -> int:
    """A whole rotation, in small batches; returns how many rows were encrypted anew."""
    assert database.keyring is not None
    ring, changed = database.keyring, 0
    for one in COLUMNS:
        after: int | None = 0
        while after is not None:
            batch = database.run(lambda c, one=one, after=after: reseal(c, one, ring, after, most))  # type: ignore[misc]
            after, changed = batch.last, changed + batch.changed
    return changed


@pytest.mark.parametrize("before", [(), (OLD,)])
def test_everything_gets_the_newest_key(opened: Callable[..., Database], before: tuple[bytes, ...]) -> None:
    old = opened(*before)
    for chat in "12345":
        writes(old, chat)
    database = opened(NEW, *before)
    told = all_text(database)
    ring = database.keyring
    assert ring is not None
    assert database.run(lambda c: left(c, ring)) == 15
    assert rotates(database) == 15
    assert database.run(lambda c: left(c, ring)) == 0
    assert all_text(database) == told
    raw = [value for one in COLUMNS for value in stored(database, one)]
    assert all(value.startswith(f"{SEALED}{key_id(NEW)}$") for value in raw)
    assert rotates(database) == 0


def test_the_old_key_is_needed_until_nothing_has_it(opened: Callable[..., Database]) -> None:
    writes(opened(OLD))
    database = opened(NEW, OLD)
    ring = database.keyring
    assert ring is not None
    assert database.run(lambda c: forget_old(c, ring)) is False
    with pytest.raises(DatabaseError, match=key_id(OLD)):
        opened(NEW)
    rotates(database)
    assert database.run(lambda c: forget_old(c, ring)) is True
    assert WORD in all_text(opened(NEW))


def test_a_rotation_that_was_stopped_goes_on(opened: Callable[..., Database]) -> None:
    old = opened(OLD)
    for chat in "123":
        writes(old, chat)
    database = opened(NEW, OLD)
    ring = database.keyring
    assert ring is not None
    database.run(lambda c: reseal(c, tables.inbox.c.payload, ring, 0, 2))
    assert database.run(lambda c: left(c, ring)) == 7
    assert rotates(opened(NEW, OLD)) == 7


def test_what_is_written_meanwhile_is_not_lost(opened: Callable[..., Database]) -> None:
    old = opened(OLD)
    writes(old)
    database = opened(NEW, OLD)
    ring = database.keyring
    assert ring is not None
    database.run(lambda c: conversations.save(c, 1, Conversation(recent=(Exchange("later"),)), START))
    old.run(lambda c: inbox.add(c, make_incoming(chat="9", text="from a process with the old key")))
    rotates(database)
    assert "later" in all_text(database)
    assert "from a process with the old key" in all_text(database)
    assert database.run(lambda c: left(c, ring)) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_row_in_hand_is_left_for_another_pass(opened: Callable[..., Database]) -> None:
    writes(opened(OLD))
    database = opened(NEW, OLD)
    ring = database.keyring
    assert ring is not None
    with database.engine.begin() as holding:
        holding.execute(select(tables.inbox.c.seq).with_for_update())
        batch = database.run(lambda c: reseal(c, tables.inbox.c.payload, ring, 0, 9))
        assert (batch.last, batch.changed) == (None, 0)
    assert database.run(lambda c: reseal(c, tables.inbox.c.payload, ring, 0, 9)).changed == 1


def test_what_cannot_be_read_is_counted_and_left(opened: Callable[..., Database]) -> None:
    writes(opened(OLD))
    database = opened(NEW, OLD)
    ring = database.keyring
    assert ring is not None
    database.run(lambda c: c.execute(text("UPDATE inbox SET payload = (SELECT payload FROM outbox)")))
    moved = stored(database, tables.inbox.c.payload)
    batch = database.run(lambda c: reseal(c, tables.inbox.c.payload, ring, 0, 9))
    assert (batch.changed, batch.unreadable) == (0, 1)
    assert stored(database, tables.inbox.c.payload) == moved
    assert database.run(lambda c: forget_old(c, ring)) is False


def test_other_marks_stay(opened: Callable[..., Database]) -> None:
    database = opened(NEW)
    ring = database.keyring
    assert ring is not None
    database.run(lambda c: marks.put(c, "keyhole", "x"))
    database.run(lambda c: forget_old(c, ring))
    assert column(database, tables.marks, "name") == [f"key:{key_id(NEW)}", "keyhole"]
    assert CHANNEL not in all_text(database)
