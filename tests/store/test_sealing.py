"""What people wrote is encrypted in the tables, and only readable where it was written, with the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Text, select, text, type_coerce, update

from bot.core.conversation import Conversation, Exchange
from bot.core.mail import Rates
from bot.errors import DatabaseError
from bot.store import conversations, inbox, moving, outbox, tables
from bot.store.database import Database
from bot.store.resealing import COLUMNS
from bot.store.sealing import SEALED, UNREADABLE, Keyring, Sealed, key_id
from tests.factories import CHANNEL, START, make_incoming, make_mail, words
from tests.store.rows import all_text, column

if TYPE_CHECKING:
    from collections.abc import Callable

OLD, NEW = b"o" * 32, b"n" * 32
WORD = "Kartoffelmel æøå 你好"


def stored(database: Database, where: Any) -> list[str]:
    """What really stands in a column."""
    return list(database.run(lambda c: c.execute(select(type_coerce(where, Text))).scalars()))


def writes(database: Database, chat: str = "100", said: str = WORD) -> None:
    """Somebody with words in the inbox, the conversation and the outbox."""
    database.run(lambda c: inbox.add(c, make_incoming(chat=chat, text=said)))
    database.run(lambda c: conversations.load(c, CHANNEL, chat, Conversation(recent=(Exchange(said),)), START))
    database.run(lambda c: outbox.add(c, make_mail(said, chat=chat), START))


SOME = (tables.inbox.c.payload, tables.conversations.c.state, tables.outbox.c.payload)


def test_every_column_is_named_by_its_own_place() -> None:
    for one in COLUMNS:
        assert isinstance(one.type, Sealed)
        assert one.type.place == str(one)
    assert {str(one) for one in COLUMNS} == {
        "inbox.payload",
        "conversations.state",
        "tickets.brief",
        "ticket_messages.text",
        "staff_drafts.payload",
        "proposals.text",
        "outbox.payload",
    }


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.sampled_from([(NEW,), (NEW, OLD)]))
def test_what_is_sealed_can_be_opened(said: str, keys: tuple[bytes, ...]) -> None:
    ring = Keyring(keys)
    sealed = ring.seal(said, "a.b")
    assert sealed.startswith(f"{SEALED}{key_id(NEW)}$")
    assert ring.open(sealed, "a.b") == said
    assert ring.open(sealed, "a.c") == UNREADABLE
    assert ring.seal(said, "a.b") != sealed


@pytest.mark.parametrize(
    "change", [lambda s: s[:-6] + "AAAAA=", lambda s: s + "x", lambda s: s[:40], lambda s: s + "é"]
)
def test_what_was_changed_cannot_be_read(change: Callable[[str], str]) -> None:
    ring = Keyring((NEW,))
    assert ring.open(change(ring.seal(WORD, "a.b")), "a.b") == UNREADABLE


def test_nothing_readable_stands_in_the_tables(opened: Callable[..., Database]) -> None:
    database = opened(NEW)
    writes(database)
    for one in SOME:
        (raw,) = stored(database, one)
        assert raw.startswith(f"{SEALED}{key_id(NEW)}$")
    assert WORD in all_text(database)
    item = database.run(lambda c: inbox.head(c, START))
    assert item is not None
    assert item.incoming.text == WORD


def test_without_a_key_everything_is_plain_as_it_was(opened: Callable[..., Database]) -> None:
    database = opened()
    writes(database)
    assert all(WORD in raw for one in SOME for raw in stored(database, one))


def test_plain_rows_from_before_stay_readable(opened: Callable[..., Database]) -> None:
    writes(opened(), "1")
    database = opened(NEW)
    writes(database, "2")
    assert all_text(database).count(WORD) == 6


@pytest.mark.parametrize("said", [f"{SEALED}000000000000$AAAA", "$plain$hello", "$5 please", "$", "$sealed"])
def test_words_that_look_encrypted_are_only_words(opened: Callable[..., Database], said: str) -> None:
    opened().run(lambda c: conversations.load(c, CHANNEL, "1", Conversation(), START))
    for keys in ((), (NEW,)):
        database = opened(*keys)
        change = update(tables.conversations).values(state=said)
        database.run(lambda c, change=change: c.execute(change))  # type: ignore[misc]
        assert column(database, tables.conversations, "state") == [said]


def test_empty_stays_empty_so_that_a_query_can_ask_for_it(opened: Callable[..., Database]) -> None:
    database = opened(NEW)
    writes(database)
    database.run(lambda c: inbox.done(c, 1, START))
    assert stored(database, tables.inbox.c.payload) == [""]
    kept = select(tables.inbox.c.seq).where(tables.inbox.c.payload != "")
    assert database.run(lambda c: c.execute(kept).all()) == []


def test_a_value_moved_to_another_column_cannot_be_read_and_its_lane_goes_on(opened: Callable[..., Database]) -> None:
    database = opened(NEW)
    writes(database)
    database.run(lambda c: c.execute(text("UPDATE inbox SET payload = (SELECT payload FROM outbox)")))
    database.run(lambda c: inbox.add(c, make_incoming(text="next")))
    item = database.run(lambda c: inbox.head(c, START))
    assert item is not None
    assert item.incoming.text == "next"
    assert column(database, tables.inbox, "outcome") == ["dead", None]


def test_a_missing_key_never_buries_a_message(opened: Callable[..., Database], database_url: str) -> None:
    writes(opened(NEW))
    other = Database(database_url)  # as a replica that was started before there was a key
    for work in (lambda c: inbox.head(c, START), lambda c: outbox.claim(c, _rates, (CHANNEL,), START, 1)):
        with pytest.raises(DatabaseError, match=key_id(NEW)):
            other.run(work)
    other.close()
    assert column(opened(NEW), tables.inbox, "outcome") == [None]


def test_two_databases_in_one_process_have_their_own_keys(database: Database, tmp_path: Any) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.db'}", (NEW,))
    other.require_current()
    for one in (database, other):
        writes(one)
    assert [raw.startswith(SEALED) for one in (database, other) for raw in stored(one, SOME[0])] == [False, True]
    other.close()


@pytest.mark.parametrize("keys", [(), (OLD,)])
def test_the_start_is_refused_without_the_key(opened: Callable[..., Database], keys: tuple[bytes, ...]) -> None:
    opened(NEW)
    with pytest.raises(DatabaseError) as caught:
        opened(*keys)
    assert key_id(NEW) in str(caught.value.fields["reason"])
    assert "BOT_SECRET_KEY" in str(caught.value.fields["remedy"])
    assert all(key.decode() not in str(caught.value) for key in (OLD, NEW))
    opened(OLD, NEW)


def test_a_growing_message_in_the_outbox_is_read_and_written(opened: Callable[..., Database]) -> None:
    database = opened(NEW)
    writes(database)
    database.run(lambda c: moving.move(c, CHANNEL, "100", "200", START))
    (item,) = database.run(lambda c: outbox.claim(c, _rates, (CHANNEL,), START, 1))
    assert (item.mail.chat, words(item.mail)) == ("200", WORD)


def _rates(_channel: str, _chat: str) -> Rates:
    return Rates()
