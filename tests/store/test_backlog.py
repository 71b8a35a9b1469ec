"""The figures for whoever runs the assistant, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from bot.core.conversation import Conversation
from bot.store import backlog, conversations, daily, inbox, outbox, tables
from tests.factories import DAY, MINUTE, SECOND, START, FakeClock, make_incoming, make_mail

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.backlog import Backlog
    from bot.store.database import Database


def read(database: Database, clock: FakeClock) -> Backlog:
    return database.run(lambda c: backlog.read(c, clock.now(), clock.today()))


def test_nothing_waits_in_an_empty_database(database: Database, clock: FakeClock) -> None:
    assert read(database, clock) == backlog.Backlog(0, None, {}, None, {}, {}, {})


def test_what_waits_is_counted_with_its_age(database: Database, clock: FakeClock) -> None:
    database.run(lambda c: [inbox.add(c, make_incoming(at=START + number)) for number in range(3)])
    database.run(lambda c: inbox.done(c, 1, START))
    database.run(lambda c: [outbox.add(c, make_mail(chat=str(number)), START) for number in range(3)])
    database.run(lambda c: c.execute(update(tables.outbox).where(tables.outbox.c.seq == 1).values(state="sending")))
    clock.advance(MINUTE)
    found = read(database, clock)
    assert (found.inbox, found.inbox_age) == (2, MINUTE - 1)
    assert found.outbox == {"pending": 2, "sending": 1}
    assert found.outbox_age == MINUTE


def test_a_reply_is_due_from_its_time_on(database: Database, clock: FakeClock) -> None:
    database.run(lambda c: outbox.add(c, make_mail(), START, not_before=START + MINUTE))
    clock.advance(MINUTE + SECOND)
    assert read(database, clock).outbox_age == SECOND


def test_open_tickets_promises_and_the_day(database: Database, clock: FakeClock) -> None:
    def work(c: Connection) -> None:
        identity, _ = conversations.load(c, "telegram", "100", Conversation(), START)
        for state in ("new", "new", "closed"):
            row = {"conversation_id": identity, "department": "citizens", "language": "en", "urgent": False}
            times = {"created_at": START, "updated_at": START}
            c.execute(insert(tables.tickets).values(**row, **times, state=state))
        for number, (due, outcome) in enumerate(((START, "kept"), (START, None), (START - 40 * DAY, "late"))):
            values = {"ticket_id": number % 3 + 1, "department": "citizens", "made_at": START, "due_at": due}
            c.execute(insert(tables.promises).values(**values, outcome=outcome))
        for topic in ("housing", "health"):
            daily.count(c, clock.today(), "pl", topic, "answer")
            daily.count(c, clock.today().replace(day=1), "pl", topic, "answer")

    database.run(work)
    found = read(database, clock)
    assert found.tickets == {("new", "citizens"): 2}
    assert found.promises == {"kept": 1, "missed": 1}
    assert found.decided == {("pl", "answer"): 2}


# ---- what follows from what --------------------------------------------------------------------------------------


def test_what_goes_out_is_known_to_follow_from_what_came_in(database: Database, clock: FakeClock) -> None:
    database.run(lambda c: inbox.add(c, make_incoming()))

    def decide(c: Connection) -> None:
        assert inbox.head(c, clock.now()) is not None
        outbox.add(c, make_mail("follows"), clock.now())

    database.run(decide)
    database.run(lambda c: outbox.add(c, make_mail("by itself", chat="7"), clock.now()))
    assert database.run(lambda c: c.execute(select(tables.outbox.c.cause).order_by(tables.outbox.c.seq)).all()) == [
        (1,),
        (None,),
    ]
