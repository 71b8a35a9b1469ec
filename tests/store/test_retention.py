"""What is older than its period goes, nothing else does, and a query proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select, update

from bot.core.conversation import Conversation, Exchange
from bot.core.retention import KINDS, Retention
from bot.store import conversations, given, inbox, outbox, retention, tables, tickets
from bot.store.retention import Purged
from tests.factories import CHANNEL, DAY, START, make_incoming, make_mail
from tests.store.rows import all_text, rows, size, sizes
from tests.store.test_personal import person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table

    from bot.store.database import Database

PERIODS = Retention()
LONG = 4000 * DAY  # longer than every period


def purge(database: Database, now: int, most: int = 50) -> Purged:
    return database.run(lambda c: retention.purge(c, PERIODS, now, most))


def everything_goes(database: Database, now: int, most: int = 50) -> Mapping[str, int]:
    """Purges until nothing goes any more; returns how much of each kind went."""
    gone = dict.fromkeys(KINDS, 0)
    while (purged := purge(database, now, most)).total:
        assert max(purged.counts.values()) <= most
        gone = {kind: gone[kind] + purged.counts[kind] for kind in KINDS}
    return gone


def closed(database: Database, chat: str, at: int = START) -> int:
    """Somebody whose only case is closed at `at`; returns its number."""
    number = person(database, chat).id
    database.run(lambda c: c.execute(update(tables.timers).values(kind="promise")))
    over = {"state": "closed", "updated_at": at, "closed_at": at}
    database.run(lambda c: tickets.change(c, number, over))
    database.run(lambda c: c.execute(update(tables.inbox).values(done_at=at, payload="")))
    database.run(lambda c: c.execute(update(tables.outbox).values(settled_at=at, state="sent")))
    return number


SIMPLE: list[tuple[str, Table, str, dict[str, Any]]] = [
    ("gaps", tables.gaps, "last_at", {"language": "en", "words": "x", "entry": "", "reason": "none", "count": 3}),
    ("notices", tables.notices, "until", {"notice": "{}", "author": "7", "created_at": 1}),
]


@pytest.mark.parametrize(("kind", "table", "time", "row"), SIMPLE, ids=[case[0] for case in SIMPLE])
@pytest.mark.parametrize("over", [True, False])
def test_a_row_goes_in_the_moment_its_time_is_over(
    database: Database, kind: str, table: Table, time: str, row: dict[str, Any], over: bool
) -> None:
    at = PERIODS.before(kind, START) - (1 if over else 0)
    database.run(lambda c: c.execute(insert(table).values(**row | {time: at})))
    assert database.run(lambda c: retention.overdue(c, PERIODS, START))[kind] == int(over)
    assert purge(database, START).counts[kind] == int(over)
    assert size(database, table) == int(not over)


def test_only_the_kinds_that_are_asked_for_are_looked_at(database: Database) -> None:
    closed(database, "100")
    purged = database.run(lambda c: retention.purge(c, PERIODS, START + LONG, 50, ("inbox", "outbox")))
    assert purged.counts.keys() == {"inbox", "outbox"}
    assert size(database, tables.tickets) == 1


def test_what_may_be_left_is_told() -> None:
    purged = Purged({"conversations": 0, "tickets": 2, "inbox": 2, "outbox": 1}, ())
    assert purged.unfinished(2) == ("conversations", "tickets", "inbox")  # a person without a case goes after it
    assert purged.unfinished(3) == ()


def test_the_figures_of_a_day_go_as_a_day(database: Database) -> None:
    for day in ("2023-11-20", "2023-11-25", "2026-11-23"):
        row = {"day": day, "language": "en", "topic": "", "outcome": "answer", "count": 1}
        database.run(lambda c, row=row: c.execute(insert(tables.daily).values(row)))  # type: ignore[misc]
    assert purge(database, START).counts["figures"] == 1
    assert [row["day"] for row in rows(database, tables.daily)] == ["2023-11-25", "2026-11-23"]


def test_what_is_not_decided_or_not_delivered_stays(database: Database) -> None:
    database.run(lambda c: inbox.add(c, make_incoming()))
    database.run(lambda c: outbox.add(c, make_mail(), START))
    assert purge(database, START + LONG).total == 0
    database.run(lambda c: inbox.bury(c, 1, "fault", START))
    database.run(lambda c: c.execute(update(tables.outbox).values(settled_at=START, state="dead")))
    assert purge(database, START + 29 * DAY).total == 0
    counts = purge(database, START + 31 * DAY).counts
    assert (counts["inbox"], counts["outbox"]) == (1, 1)


def test_a_closed_case_goes_with_all_that_belongs_to_it(database: Database) -> None:
    closed(database, "1")
    later = closed(database, "2", START + 100 * DAY)
    number = next(row["id"] for row in rows(database, tables.tickets) if row["id"] != later)
    draft = {"ticket_id": number, "author": "7", "kind": "phrase", "payload": "x", "answers": 0, "created_at": START}
    database.run(lambda c: c.execute(insert(tables.staff_drafts).values(draft)))
    topic = {"channel": CHANNEL, "chat": "-100", "thread": "4", "ticket_id": number}
    database.run(lambda c: c.execute(insert(tables.topics).values(topic)))
    purged = purge(database, START + 366 * DAY)
    assert purged.counts["tickets"] == 1
    assert purged.topics == ((CHANNEL, "-100", "5"), (CHANNEL, "-100", "4"))
    assert [row["id"] for row in rows(database, tables.tickets)] == [later]
    for table in (tables.ticket_messages, tables.ticket_events, tables.topics, tables.promises, tables.staff_drafts):
        assert {row["ticket_id"] for row in rows(database, table)} <= {later}


@pytest.mark.parametrize("state", ["new", "claimed", "answered", "waiting"])
def test_an_open_case_and_its_conversation_stay(database: Database, state: str) -> None:
    number = closed(database, "1")
    database.run(lambda c: tickets.change(c, number, {"state": state}))
    counts = purge(database, START + LONG).counts
    assert (counts["tickets"], counts["conversations"]) == (0, 0)


def test_a_conversation_with_a_closed_case_loses_its_words_and_goes_with_the_case(database: Database) -> None:
    number = closed(database, "1", START + 170 * DAY)
    counts = purge(database, START + 181 * DAY).counts
    assert (counts["conversations"], counts["tickets"]) == (1, 0)
    (row,) = rows(database, tables.conversations)
    assert (row["state"], row["chat"]) == ("", "1")
    assert purge(database, START + 181 * DAY).counts["conversations"] == 0
    assert database.run(lambda c: tickets.get(c, number)).id == number
    assert database.run(lambda c: conversations.get(c, row["id"])) == (CHANNEL, "1", Conversation())
    everything_goes(database, START + 536 * DAY)
    assert size(database, tables.conversations) == size(database, tables.tickets) == 0


def test_who_writes_again_after_that_begins_anew_and_keeps_the_case(database: Database) -> None:
    number = closed(database, "1", START + 170 * DAY)
    purge(database, START + 181 * DAY)
    fresh = Conversation(language="uk")
    identity, state = database.run(lambda c: conversations.load(c, CHANNEL, "1", fresh, START + 182 * DAY))
    assert state == fresh
    assert database.run(lambda c: tickets.get(c, number)).conversation == identity


def test_a_conversation_without_a_case_goes_with_what_was_given(database: Database) -> None:
    state = Conversation(recent=(Exchange("words"),))
    database.run(lambda c: conversations.load(c, CHANNEL, "1", state, START))
    database.run(lambda c: given.note(c, CHANNEL, "1", [("cpr", "abc")], "en", START + DAY))
    assert purge(database, START + 179 * DAY).total == 0
    assert purge(database, START + 181 * DAY).counts["conversations"] == 1
    assert size(database, tables.given) == 0


def test_a_reminder_that_is_due_keeps_the_conversation(database: Database) -> None:
    database.run(lambda c: conversations.load(c, CHANNEL, "1", Conversation(), START))
    timer = {"channel": CHANNEL, "chat": "1", "kind": "reminder", "about": "x", "due_at": START + LONG}
    database.run(lambda c: c.execute(insert(tables.timers).values(timer)))
    assert purge(database, START + LONG).total == 0


def test_what_somebody_answers_just_now_stays(database: Database) -> None:
    database.run(lambda c: conversations.load(c, CHANNEL, "1", Conversation(), START))
    database.run(lambda c: conversations.save(c, 1, Conversation(), START + 181 * DAY))
    assert purge(database, START + 182 * DAY).total == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_somebody_has_in_hand_stays_for_next_time(database: Database) -> None:
    closed(database, "1")
    closed(database, "2")
    with database.engine.begin() as holding:
        holding.execute(select(tables.conversations.c.id).where(tables.conversations.c.chat == "1").with_for_update())
        assert purge(database, START + LONG).counts["tickets"] == 1
    assert purge(database, START + LONG).counts["tickets"] == 1


def test_batches_are_bounded_and_nothing_is_left(database: Database) -> None:
    for n in range(7):
        closed(database, str(n))
    gone = everything_goes(database, START + LONG, most=3)
    assert (gone["tickets"], gone["conversations"]) == (7, 7)
    assert not any(database.run(lambda c: retention.overdue(c, PERIODS, START + LONG)).values())
    assert {name for name, count in sizes(database).items() if count} == {"timers"}
    assert "words" not in all_text(database)


def test_no_time_of_anything_that_is_over_is_older_than_its_period(database: Database) -> None:
    """The proof in other words than the purge: the oldest time of each kind, read from the tables."""
    for n in range(20):
        closed(database, str(n), START + n * 50 * DAY)
    now = START + 800 * DAY
    everything_goes(database, now)
    for kind, moment in (
        ("tickets", tables.tickets.c.closed_at),
        ("inbox", tables.inbox.c.done_at),
        ("outbox", tables.outbox.c.settled_at),
    ):
        oldest = database.run(lambda c, moment=moment: c.execute(select(func.min(moment))).scalar())  # type: ignore[misc]
        assert oldest is None or oldest >= PERIODS.before(kind, now)
    assert size(database, tables.tickets) == 11
