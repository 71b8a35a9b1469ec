from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import NoResultFound

from bot.core.conversation import Attachment, Conversation, Draft, Exchange
from bot.store import conversations, tables
from tests.factories import START
from tests.store.rows import rows, size

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.database import Database

_STATE = Conversation(
    language="pl",
    pinned=True,
    step="consent",
    recent=(Exchange("jak dostać numer?", "cpr"),),
    draft=Draft(3, ("jedno", "drugie"), (Exchange("x"),), (Attachment("photo", "7"),), "cpr", urgent=True),
    drafts=3,
    ticket=12,
)


def load(database: Database, chat: str = "100", channel: str = "telegram") -> tuple[int, Conversation]:
    return database.run(lambda c: conversations.load(c, channel, chat, Conversation(), START))


def test_a_new_chat_begins_fresh(database: Database) -> None:
    assert load(database) == (1, Conversation())
    row = rows(database, tables.conversations)[0]
    assert (row["channel"], row["chat"], row["version"], row["created_at"]) == ("telegram", "100", 0, START)


def test_what_was_saved_is_loaded(database: Database) -> None:
    identity, _ = load(database)
    database.run(lambda c: conversations.save(c, identity, _STATE, START + 5))
    assert load(database) == (identity, _STATE)
    assert database.run(lambda c: conversations.get(c, identity)) == ("telegram", "100", _STATE)
    row = rows(database, tables.conversations)[0]
    assert (row["version"], row["created_at"], row["updated_at"]) == (1, START, START + 5)


def test_chats_and_channels_are_kept_apart(database: Database) -> None:
    identities = {load(database, chat, channel)[0] for chat in ("1", "2") for channel in ("telegram", "terminal")}
    assert len(identities) == size(database, tables.conversations) == 4
    database.run(lambda c: conversations.save(c, 1, _STATE, START))
    assert load(database, "2")[1] == Conversation()


def test_an_unknown_conversation_is_an_error(database: Database) -> None:
    with pytest.raises(NoResultFound):
        database.run(lambda c: conversations.get(c, 99))


def test_two_workers_on_one_conversation_lose_no_change(database: Database) -> None:
    """The row is locked from loading to saving."""

    def add_one(connection: Connection) -> None:
        identity, state = conversations.load(connection, "telegram", "100", Conversation(), START)
        conversations.save(connection, identity, replace(state, drafts=state.drafts + 1), START)

    with ThreadPoolExecutor(4) as threads:
        for call in [threads.submit(database.run, add_one) for _ in range(24)]:
            call.result(timeout=30)
    assert load(database)[1].drafts == 24


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_loaded_conversation_makes_others_wait(database: Database) -> None:
    load(database)
    started = threading.Event()

    def later() -> Conversation:
        started.set()
        return load(database)[1]

    with ThreadPoolExecutor(1) as threads, database.engine.begin() as connection:
        identity, state = conversations.load(connection, "telegram", "100", Conversation(), START)
        waiting = threads.submit(later)
        assert started.wait(10)
        conversations.save(connection, identity, replace(state, language="da"), START)
        connection.commit()
        assert waiting.result(timeout=10).language == "da"
