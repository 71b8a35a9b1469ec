from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import NoResultFound

from bot.core.conversation import Conversation
from bot.core.ticket import Event, State, Ticket
from bot.store import conversations, tables, tickets
from bot.store.tickets import TicketMessage
from tests.factories import START
from tests.store.rows import rows

if TYPE_CHECKING:
    from bot.store.database import Database


def create(database: Database, *, chat: str = "100", urgent: bool = False, thread: str | None = None) -> Ticket:
    identity, _ = database.run(lambda c: conversations.load(c, "telegram", chat, Conversation(), START))
    values: dict[str, object] = {
        "conversation_id": identity,
        "department": "citizens",
        "entry": "cpr",
        "language": "pl",
        "urgent": urgent,
        "staff_channel": "telegram",
        "staff_chat": "-100",
    }
    ticket = database.run(lambda c: tickets.create(c, values, START))
    if thread is not None:
        database.run(lambda c: tickets.set_topic(c, ticket.id, thread, None))
    return ticket


def get(database: Database, number: int) -> Ticket:
    return database.run(lambda c: tickets.get(c, number))


def test_a_new_ticket_has_a_number_and_no_owner(database: Database) -> None:
    assert create(database, urgent=True) == Ticket(
        id=1,
        conversation=1,
        department="citizens",
        entry="cpr",
        language="pl",
        urgent=True,
        state=State.NEW,
        owner=None,
        owner_name=None,
        staff_channel="telegram",
        staff_chat="-100",
        staff_thread=None,
        card_message=None,
    )
    assert create(database).id == 2


def test_an_unknown_number(database: Database) -> None:
    assert database.run(lambda c: tickets.find(c, 7)) is None
    with pytest.raises(NoResultFound):
        get(database, 7)


def test_find_and_get_give_the_same(database: Database) -> None:
    ticket = create(database)
    assert database.run(lambda c: tickets.find(c, ticket.id)) == get(database, ticket.id) == ticket


def test_open_tickets_come_urgent_first_then_oldest(database: Database) -> None:
    for urgent in (False, True, False, True):
        create(database, urgent=urgent)
    closed = create(database)
    database.run(lambda c: tickets.move(c, closed, Event.CLOSE, State.CLOSED, "7", None, START))
    assert [ticket.id for ticket in database.run(tickets.open_ones)] == [2, 4, 1, 3]


def test_open_tickets_of_one_conversation(database: Database) -> None:
    create(database, chat="1")
    mine = create(database, chat="2")
    assert database.run(lambda c: tickets.open_ones(c, mine.conversation)) == [mine]
    assert database.run(lambda c: tickets.open_ones(c, 99)) == []


def test_all_tickets_of_a_conversation_come_newest_first_with_their_time(database: Database) -> None:
    first = create(database, chat="1")
    create(database, chat="2")
    second = create(database, chat="1")
    closed = database.run(lambda c: tickets.move(c, first, Event.CLOSE, State.CLOSED, "7", None, START + 5))
    assert database.run(lambda c: tickets.of_conversation(c, 1, 9)) == [(second, START), (closed, START)]
    assert database.run(lambda c: tickets.of_conversation(c, 1, 1)) == [(second, START)]
    assert database.run(lambda c: tickets.of_conversation(c, 99, 9)) == []


def test_a_ticket_is_found_by_its_topic(database: Database) -> None:
    create(database, thread="5")
    second = create(database, thread="6")
    found = database.run(lambda c: tickets.by_topic(c, "telegram", "-100", "6"))
    assert found == replace(second, staff_thread="6")
    for place in (("telegram", "-100", "7"), ("telegram", "-101", "6"), ("terminal", "-100", "6")):
        assert database.run(lambda c, place=place: tickets.by_topic(c, *place)) is None  # type: ignore[misc]


def test_a_topic_can_be_noted_and_lost(database: Database) -> None:
    number = create(database).id
    database.run(lambda c: tickets.set_topic(c, number, "5", "77"))
    assert (get(database, number).staff_thread, get(database, number).card_message) == ("5", "77")
    database.run(lambda c: tickets.set_topic(c, number, None, None))
    assert (get(database, number).staff_thread, get(database, number).card_message) == (None, None)


def test_a_move_writes_state_owner_and_history(database: Database) -> None:
    ticket = create(database)
    moved = database.run(lambda c: tickets.move(c, ticket, Event.CLAIM, State.CLAIMED, "7", "Åse", START + 5))
    assert (moved.state, moved.owner, moved.owner_name) == (State.CLAIMED, "7", "Åse")
    moved = database.run(lambda c: tickets.move(c, moved, Event.RESIDENT, State.CLAIMED, "resident", None, START + 6))
    assert (moved.owner, moved.owner_name) == ("7", "Åse")
    history = [(row["event"], row["state"], row["actor"], row["at"]) for row in rows(database, tables.ticket_events)]
    assert history == [("claim", "claimed", "7", START + 5), ("resident", "claimed", "resident", START + 6)]


def test_messages_come_back_in_order(database: Database) -> None:
    first, second = create(database), create(database)
    whole = TicketMessage("staff", "7", "Zażółć \u202e 👨‍👩‍👧", "photo", "telegram", "-100", "9", "pending")
    plain = TicketMessage("resident", "resident", "x" * 12_000)
    database.run(lambda c: tickets.add_message(c, second.id, TicketMessage("note", "8", "elsewhere"), START))
    for message in (whole, plain):
        database.run(lambda c, message=message: tickets.add_message(c, first.id, message, START))  # type: ignore[misc]
    found = database.run(lambda c: tickets.messages(c, first.id))
    assert found == [replace(whole, id=2, ticket=first.id), replace(plain, id=3, ticket=first.id)]
    assert database.run(lambda c: tickets.message(c, 2)) == found[0]
    assert database.run(lambda c: tickets.message(c, 99)) is None


def test_delivery_is_noted_on_one_message(database: Database) -> None:
    ticket = create(database)
    for text in "ab":
        message = TicketMessage("staff", "7", text, delivery="pending")
        database.run(lambda c, message=message: tickets.add_message(c, ticket.id, message, START))  # type: ignore[misc]
    database.run(lambda c: tickets.mark_delivery(c, 2, "failed"))
    assert [message.delivery for message in database.run(lambda c: tickets.messages(c, 1))] == ["pending", "failed"]


def test_the_longest_name_of_staff_does_not_stop_a_move(database: Database) -> None:
    """Telegram: 64 letters of first name, a space, 64 of last name."""
    ticket, name = create(database), f"{'Å' * 64} {'x' * 64}"
    moved = database.run(lambda c: tickets.move(c, ticket, Event.CLAIM, State.CLAIMED, "7", name, START))
    assert moved.owner_name is not None
    assert name.startswith(moved.owner_name[:100])
