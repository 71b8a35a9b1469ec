"""Each table is known to hold something of a person or nothing; a new one fails here until somebody has decided."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import BigInteger, String, insert

from bot.core.conversation import Conversation, Exchange
from bot.core.model import Content, Quote
from bot.service import personal
from bot.service.personal_file import as_json, as_text
from bot.store import tables
from bot.store.codec import content_to_json, conversation_to_json, incoming_to_json, mail_to_json
from bot.store.holdings import IMPERSONAL, PERSONAL, rows
from bot.store.resealing import COLUMNS
from bot.store.sealing import Sealed
from tests.factories import CHANNEL, START, make_incoming, make_mail
from tests.sentences import make_renderer
from tests.store.rows import all_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

    from bot.service.brain import Loaded
    from bot.store.database import Database

CHAT, OTHER = "700100200", "700300400"
IMPERSONAL_COLUMNS = {
    "answered": "language bucket outcome rating count",
    "feedback": "entry language rating missing count",
    "daily": "day language topic outcome count",
    "gaps": "language words entry reason count last_at",
    "notices": "id notice until author created_at withdrawn_at",
    "pauses": "scope name reason since",
    "audit": "seq at actor action details previous hash",
    "marks": "name value",
}
"""A new column of a table that holds nothing of residents is looked at by somebody, and named here."""


def test_every_table_is_declared_once() -> None:
    assert set(PERSONAL) | set(IMPERSONAL) == set(tables.metadata.sorted_tables)
    assert set(PERSONAL) & set(IMPERSONAL) == set()
    assert all(IMPERSONAL.values())


def test_no_column_came_to_an_impersonal_table_unseen() -> None:
    found = {table.name: " ".join(column.name for column in table.columns) for table in IMPERSONAL}
    assert found == IMPERSONAL_COLUMNS


def test_what_people_write_is_only_in_personal_tables() -> None:
    assert {column.table for column in COLUMNS} <= set(PERSONAL)


def word(table: Table, column: str, chat: str) -> str:
    """The word that stands in a column of a person, and nowhere else; short enough for every column."""
    return hashlib.sha256(f"{table.name}.{column} {chat}".encode()).hexdigest()[:8]


def fill(connection: Connection, number: int, chat: str) -> None:
    """A row in each personal table of one person; every text column holds a word of its own."""
    for table in [table for table in tables.metadata.sorted_tables if table in PERSONAL]:
        connection.execute(insert(table).values(row(table, number, chat)))


def row(table: Table, number: int, chat: str) -> dict[str, object]:
    links: dict[str, Any] = {
        "id": number,
        "seq": number,
        "channel": CHANNEL,
        "chat": f"-{chat}" if table is tables.topics else chat,
        "conversation_id": number,
        "ticket_id": number,
        "ticket_message_id": number,
        "lane": f"{CHANNEL}:{chat}:resident",
        "state": "new",
        "urgent": False,
        "unknown": False,
        "kind": "reminder" if table is tables.timers else "phrase",
        "side": "resident",
        "version": 1,
        "staff_channel": CHANNEL,
    }
    values: dict[str, object] = {
        column.name: word(table, column.name, chat)
        if isinstance(column.type, String | Sealed)
        else START
        if isinstance(column.type, BigInteger)
        else 1
        for column in table.columns
    }
    values |= {name: value for name, value in links.items() if name in values}
    return values | {column.name: sealed(table, column.name, chat) for column in COLUMNS if column.table is table}


def sealed(table: Table, column: str, chat: str) -> str:
    said = word(table, column, chat)
    return {
        "conversations.state": conversation_to_json(Conversation(recent=(Exchange(said),))),
        "tickets.brief": content_to_json(Content((Quote(said),))),
        "inbox.payload": incoming_to_json(make_incoming(text=said, chat=chat)),
        "outbox.payload": mail_to_json(make_mail(said, chat=chat)),
    }.get(f"{table.name}.{column}", said)


@pytest.fixture
def two(database: Database) -> Database:
    """Two people with a row in each personal table."""
    for number, chat in ((1001, CHAT), (1002, OTHER)):
        database.run(lambda c, n=number, chat=chat: fill(c, n, chat))  # type: ignore[misc]
    return database


def held(database: Database, chat: str) -> dict[str, int]:
    return {
        table.name: database.run(lambda c, t=table: c.execute(rows(t, CHANNEL, chat)).scalar_one())  # type: ignore[misc]
        for table in PERSONAL
    }


def test_the_way_to_a_person_finds_a_row_in_each_table(two: Database) -> None:
    assert set(held(two, CHAT).values()) == set(held(two, OTHER).values()) == {1}
    assert set(held(two, "1").values()) == {0}


def test_an_erasure_leaves_no_row_of_the_person_and_all_of_the_other(two: Database) -> None:
    gone = two.run(lambda c: personal.erase(c, CHANNEL, CHAT, START))
    assert gone == len(PERSONAL)
    assert set(held(two, CHAT).values()) == {0}
    assert set(held(two, OTHER).values()) == {1}
    assert [text for text in all_text(two).splitlines() if text in {word(*name) for name in every_word()}] == []


def every_word() -> Iterator[tuple[Table, str, str]]:
    """The words of the person who is erased. A staff group has its address for everybody."""
    for table in PERSONAL:
        yield from ((table, column.name, CHAT) for column in table.columns if column.name != "staff_chat")


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_everything_people_wrote_is_in_the_export(two: Database, library: Loaded, column: Any) -> None:
    record = two.run(lambda c: personal.export(c, CHANNEL, CHAT))
    renderer = make_renderer(library.knowledge)
    said = word(column.table, column.name, CHAT)
    for made in (as_json(record, renderer, START, notes=True), as_text(record, renderer, "en", START, notes=True)):
        assert said in made
        assert OTHER not in made


OTHERWISE = {
    "ticket_events": "event",
    "topics": "thread",
    "promises": "outcome",
    "timers": "about",
    "given": "entry",
}
"""Table without people's words -> a column that shows in the export that its row is there."""


def test_of_each_table_something_is_looked_for_in_the_export() -> None:
    assert {table.name for table in PERSONAL} == {column.table.name for column in COLUMNS} | set(OTHERWISE)


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_is_not_peoples_words_is_in_the_export_too(two: Database, library: Loaded, name: str) -> None:
    record = two.run(lambda c: personal.export(c, CHANNEL, CHAT))
    made = as_json(record, make_renderer(library.knowledge), START, notes=True)
    assert word(tables.metadata.tables[name], OTHERWISE[name], CHAT) in made
