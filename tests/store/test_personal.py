"""Reading and erasing what lies in the tables of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from bot.core.conversation import Conversation, Exchange
from bot.core.ticket import Event, State
from bot.store import conversations, inbox, outbox, personal, tables, tickets
from bot.store.tickets import TicketMessage
from tests.factories import CHANNEL, START, make_incoming, make_mail
from tests.store.rows import all_text, rows, size

if TYPE_CHECKING:
    from bot.core.ticket import Ticket
    from bot.store.database import Database

CHAT = "700100200"


def person(database: Database, chat: str = CHAT, *, thread: str | None = "5") -> Ticket:
    """Somebody with a conversation, a case with two messages, a timer, and something in the inbox and the outbox."""
    state = Conversation(language="pl", recent=(Exchange("words"),))
    identity, _ = database.run(lambda c: conversations.load(c, CHANNEL, chat, state, START))
    columns: dict[str, object] = {
        "conversation_id": identity,
        "department": "citizens",
        "entry": "cpr",
        "language": "pl",
        "urgent": False,
        "staff_channel": CHANNEL,
        "staff_chat": "-100",
        "staff_thread": thread,
    }
    ticket = database.run(lambda c: tickets.create(c, columns, START))
    for side in ("resident", "staff"):
        message = TicketMessage(side, side, f"{side} words")
        identity = database.run(lambda c, m=message: tickets.add_message(c, ticket.id, m, START + 1))  # type: ignore[misc]
    database.run(lambda c: tickets.move(c, ticket, Event.CLAIM, State.CLAIMED, "7", "Åse", START + 2))
    timer = {"channel": CHANNEL, "chat": chat, "kind": "reminder", "about": "arrival", "due_at": START + 3}
    database.run(lambda c: c.execute(insert(tables.timers).values(timer)))
    database.run(lambda c: inbox.add(c, make_incoming(chat=chat, text="words that wait")))
    database.run(lambda c: outbox.add(c, make_mail("words to them", chat=chat, ticket_message=identity), START))
    card = make_mail("words to staff", chat="-100", lane="topic", kind="card", ticket=ticket.id, staff=True)
    database.run(lambda c: outbox.add(c, card, START))
    return ticket


def test_everything_of_one_person_is_read(database: Database) -> None:
    person(database, "1")
    ticket = person(database)
    record = database.run(lambda c: personal.read(c, CHANNEL, CHAT))
    assert (record.channel, record.chat, record.since, record.empty) == (CHANNEL, CHAT, START, False)
    assert record.conversation.recent == (Exchange("words"),)
    (case,) = record.cases
    assert (case.ticket.id, case.opened, case.changed) == (ticket.id, START, START + 2)
    assert [(at, message.text) for at, message in case.messages] == [
        (START + 1, "resident words"),
        (START + 1, "staff words"),
    ]
    assert case.history == ((START + 2, "claim", "claimed", "7"),)
    assert [incoming.text for incoming in record.waiting] == ["words that wait"]
    assert [(sent.at, sent.state) for sent in record.sent] == [(START, "pending")]
    assert record.reminders == (("arrival", START + 3),)


def test_of_a_stranger_there_is_nothing(database: Database) -> None:
    person(database)
    for place in ((CHANNEL, "1"), ("terminal", CHAT)):
        assert database.run(lambda c, place=place: personal.read(c, *place)).empty  # type: ignore[misc]
        assert database.run(lambda c, place=place: personal.erase(c, *place)).rows == 0  # type: ignore[misc]


def test_what_waits_before_the_first_decision_is_something(database: Database) -> None:
    database.run(lambda c: inbox.add(c, make_incoming(chat=CHAT, text="hello")))
    record = database.run(lambda c: personal.read(c, CHANNEL, CHAT))
    assert (record.since, record.empty) == (None, False)
    assert database.run(lambda c: personal.erase(c, CHANNEL, CHAT)).rows == 1
    assert size(database, tables.inbox) == 0


def test_one_person_is_erased_and_the_other_is_not(database: Database) -> None:
    other = person(database, "1")
    person(database)
    kept = database.run(lambda c: personal.read(c, CHANNEL, "1"))
    erased = database.run(lambda c: personal.erase(c, CHANNEL, CHAT))
    assert (erased.rows, erased.topics) == (9, ((CHANNEL, "-100", "5"),))
    assert CHAT not in all_text(database)
    assert database.run(lambda c: personal.read(c, CHANNEL, "1")) == kept
    assert [row["id"] for row in rows(database, tables.tickets)] == [other.id]


@pytest.mark.parametrize("tried", [False, True])
def test_a_topic_that_may_be_in_the_making_is_noted(database: Database, tried: bool) -> None:
    number = person(database, thread=None).id
    if tried:
        change = tables.outbox.update().where(tables.outbox.c.ticket_id == number).values(attempts=1)
        database.run(lambda c: c.execute(change))
    assert database.run(lambda c: personal.erase(c, CHANNEL, CHAT)).topics == ()
    assert [database.run(lambda c: personal.was_erased(c, number)) for _ in range(2)] == [tried, False]


def test_a_case_that_cannot_be_read_any_more_is_erased_all_the_same(database: Database) -> None:
    number = person(database).id
    change = tables.tickets.update().where(tables.tickets.c.id == number).values(brief="of another version")
    database.run(lambda c: c.execute(change))
    database.run(lambda c: personal.erase(c, CHANNEL, CHAT))
    assert CHAT not in all_text(database)
