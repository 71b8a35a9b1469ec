"""What was put aside is seen without anybody's words, put back in its place, or settled for good."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.core.conversation import Conversation
from bot.core.mail import MAX_AGE, Delivered, Failed, Rates, Retry, settle
from bot.store import conversations, dead_letters, inbox, outbox, tables, tickets
from bot.store.dead_letters import LetterName
from tests.delivery.loops import arrive, put
from tests.factories import CHANNEL, MINUTE, START, make_incoming, make_mail, words
from tests.store.rows import column, rows

if TYPE_CHECKING:
    from bot.core.mail import OutboxItem, Outcome
    from bot.store.database import Database
    from bot.store.dead_letters import Letter, State

SECRET, CHAT = "kartoffelmel", "987654321"


def listed(database: Database, state: State = "dead") -> list[Letter]:
    return database.run(lambda c: dead_letters.read(c, state, 100))


def names(database: Database, state: State = "dead") -> list[str]:
    return [str(letter.name) for letter in listed(database, state)]


def bury(database: Database, seq: int) -> None:
    database.run(lambda c: inbox.bury(c, seq, "ValueError", START + 5))


def claim(database: Database, now: int = START) -> list[OutboxItem]:
    return database.run(lambda c: outbox.claim(c, lambda *_: Rates(), (CHANNEL,), now, 10))


def note(database: Database, item: OutboxItem, outcome: Outcome, now: int = START) -> None:
    database.run(lambda c: outbox.settle(c, item, settle(item, outcome, now), now))


def opens_a_ticket(database: Database, chat: str = CHAT) -> int:
    """A ticket with the staff topic 17, to whose staff the resident writes."""

    def work(connection: object) -> int:
        identity, state = conversations.load(connection, CHANNEL, chat, Conversation(), START)  # type: ignore[arg-type]
        values = {"conversation_id": identity, "department": "d", "language": "en", "urgent": False}
        staff = {"staff_channel": CHANNEL, "staff_chat": "-5"}
        ticket = tickets.create(connection, {**values, **staff}, START)  # type: ignore[arg-type]
        tickets.set_topic(connection, ticket.id, "17", None)  # type: ignore[arg-type]
        joined = Conversation(ticket=ticket.id, language=state.language)
        conversations.save(connection, identity, joined, START)  # type: ignore[arg-type]
        return ticket.id

    return database.run(work)


def test_nothing_is_dead_at_first(database: Database) -> None:
    arrive(database, make_incoming())
    put(database, make_mail())
    assert listed(database) == []
    assert names(database, "pending") == ["in:1", "out:1"]
    assert names(database, "unknown") == []


def test_the_dead_are_seen_without_words_and_chats(database: Database) -> None:
    number = opens_a_ticket(database)
    arrive(
        database,
        make_incoming(text=SECRET, chat=CHAT, sender=CHAT),
        make_incoming(text=SECRET, chat="-5", thread="17", staff=True, sender_name=SECRET),
    )
    put(database, make_mail(SECRET, chat=CHAT, ticket=number))
    bury(database, 1)
    bury(database, 2)
    note(database, claim(database)[0], Failed("blocked"))
    found = listed(database)
    assert [str(letter.name) for letter in found] == ["in:1", "in:2", "out:1"]
    assert [letter.kind for letter in found] == ["text", "text", "say"]
    assert [letter.error for letter in found] == ["ValueError", "ValueError", "blocked"]
    assert [letter.ticket for letter in found] == [number] * 3
    assert [letter.attempts for letter in found] == [1, 1, 1]
    told = str([asdict(letter) for letter in found])
    assert SECRET not in told
    assert CHAT not in told


def test_what_another_version_wrote_is_listed_too(database: Database) -> None:
    arrive(database, make_incoming())
    database.run(lambda c: c.execute(tables.inbox.update().values(payload="{}")))
    database.run(lambda c: inbox.head(c, START))
    assert [(letter.kind, letter.ticket) for letter in listed(database)] == [("unreadable", None)]


def test_a_retried_message_is_decided_before_those_that_wait_in_its_lane(database: Database) -> None:
    arrive(database, make_incoming(text="first"), make_incoming(text="second"))
    bury(database, 1)
    assert database.run(lambda c: dead_letters.retry(c, LetterName("in", 1), START))
    head = database.run(lambda c: inbox.head(c, START))
    assert head is not None
    assert (head.incoming.text, head.attempts) == ("first", 0)
    assert listed(database) == []
    assert rows(database, tables.inbox)[0]["error"] is None


def test_a_retried_mail_goes_out_before_those_that_wait_in_its_lane(database: Database) -> None:
    put(database, make_mail("first"), make_mail("second"))
    note(database, claim(database)[0], Failed("refused"))
    assert database.run(lambda c: dead_letters.retry(c, LetterName("out", 1), START))
    items = claim(database)
    assert [(words(item.mail), item.attempts, item.unknown) for item in items] == [("first", 1, False)]


def test_what_was_in_vain_for_a_day_gets_another_day(database: Database) -> None:
    put(database, make_mail("first"))
    late = START + MAX_AGE + MINUTE
    note(database, claim(database, late)[0], Retry("away"), late)
    assert names(database) == ["out:1"]
    database.run(lambda c: dead_letters.retry(c, LetterName("out", 1), late))
    note(database, claim(database, late)[0], Retry("away"), late)
    assert names(database, "pending") == ["out:1"]


def test_what_may_have_arrived_stays_in_doubt(database: Database) -> None:
    put(database, make_mail("first"))
    note(database, claim(database)[0], Retry("TimedOut", 0, unknown=True))
    assert names(database, "unknown") == ["out:1"]
    assert names(database, "pending") == []
    note(database, claim(database)[0], Failed("refused"))
    database.run(lambda c: dead_letters.retry(c, LetterName("out", 1), START))
    assert [item.unknown for item in claim(database)] == [True]


def test_staff_see_that_a_retried_answer_is_on_its_way_again(database: Database) -> None:
    number = opens_a_ticket(database)
    values = {"side": "staff", "author": "a", "text": "t", "delivery": "pending", "ticket_id": number, "at": 1}
    database.run(lambda c: c.execute(tables.ticket_messages.insert().values(**values)))
    put(database, make_mail("answer", ticket_message=1))
    note(database, claim(database)[0], Failed("refused"))
    database.run(lambda c: tickets.mark_delivery(c, 1, "failed"))
    database.run(lambda c: dead_letters.retry(c, LetterName("out", 1), START))
    assert column(database, tables.ticket_messages, "delivery") == ["pending"]
    database.run(lambda c: dead_letters.drop(c, LetterName("out", 1), START))
    assert column(database, tables.ticket_messages, "delivery") == ["failed"]


def test_a_dropped_message_is_gone_with_its_words_and_its_lane_goes_on(database: Database) -> None:
    arrive(database, make_incoming(text=SECRET), make_incoming(text="next"))
    assert database.run(lambda c: dead_letters.drop(c, LetterName("in", 1), START))
    assert SECRET not in str(rows(database, tables.inbox))
    head = database.run(lambda c: inbox.head(c, START))
    assert head is not None
    assert head.incoming.text == "next"
    assert listed(database) == []


def test_a_dropped_mail_stays_dropped_even_if_it_was_in_hand(database: Database) -> None:
    put(database, make_mail("first"), make_mail("second"))
    item = claim(database)[0]
    assert database.run(lambda c: dead_letters.drop(c, LetterName("out", 1), START))
    note(database, item, Delivered("m1"))
    assert column(database, tables.outbox, "state") == ["superseded", "pending"]
    assert [words(each.mail) for each in claim(database)] == ["second"]


@pytest.mark.parametrize("name", [LetterName("in", 1), LetterName("out", 1), LetterName("in", 99)])
def test_what_is_done_is_neither_retried_nor_dropped(database: Database, name: LetterName) -> None:
    arrive(database, make_incoming())
    put(database, make_mail())
    database.run(lambda c: inbox.done(c, 1, START))
    note(database, claim(database)[0], Delivered())
    assert not database.run(lambda c: dead_letters.retry(c, name, START))
    assert not database.run(lambda c: dead_letters.drop(c, name, START))
    assert database.run(lambda c: c.execute(select(tables.outbox.c.state)).scalar()) == "sent"


@pytest.mark.parametrize("text", ["", "1", "in", "in:", "in:0", "in:-1", "at:1", "in:1x", "out:1 ", "in:" + "9" * 30])
def test_other_words_name_no_letter(text: str) -> None:
    assert dead_letters.read_name(text) is None


def test_a_name_is_read_as_it_is_written() -> None:
    for name in (LetterName("in", 12), LetterName("out", 34)):
        assert dead_letters.read_name(str(name)) == name
