from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.core.mail import Copy, Delivered, Failed, OutboxItem, Priority, Rates, Retry
from bot.core.model import Answer, Button, Content, Ref, Sentence
from bot.store import outbox, tables
from bot.store.codec import mail_from_json
from tests.factories import CHANNEL, MINUTE, SECOND, START, make_mail, words
from tests.store.rows import column, rows, size

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import Mail, Outcome
    from bot.store.database import Database

_LEASE, _RECONCILE = 3 * MINUTE, 3 * SECOND


def put(database: Database, *mails: Mail, now: int = START) -> None:
    def work(connection: Connection) -> None:
        for mail in mails:
            outbox.add(connection, mail, now)

    database.run(work)


def claim(database: Database, now: int = START, channels: tuple[str, ...] = (CHANNEL,)) -> list[OutboxItem]:
    return database.run(lambda c: outbox.claim(c, lambda _channel, _chat: Rates(), channels, now, 16))


def settle(database: Database, item: OutboxItem, outcome: Outcome, now: int = START) -> None:
    database.run(lambda c: outbox.settle(c, item, outcome, now))


def said(items: list[OutboxItem]) -> list[str]:
    return [words(item.mail) for item in items]


def only(items: list[OutboxItem]) -> OutboxItem:
    assert len(items) == 1
    return items[0]


# ---- what goes in comes out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mail",
    [
        make_mail(kind="copy", content=None, copy=Copy("-100", "7", "photo"), ticket=None),
        make_mail(kind="react", content=None, target="42", lane="telegram:-100:ticket:1", staff=True),
        make_mail(
            language="pl",
            priority=Priority.URGENT,
            dedupe="once",
            content=Content(
                (
                    Sentence("x", {"count": 3, "name": Ref("entry", "cpr"), "text": "żółć {y}"}),
                    Answer("cpr", form="short"),
                ),
                ((Button(Ref("language", "pl"), "l:pl"), Button(Sentence("x"), url="https://law.example")),),
            ),
        ),
        make_mail("'; DROP TABLE outbox; -- \x00 \u202e 👨‍👩‍👧"),
    ],
)
def test_a_message_comes_back_as_it_was(database: Database, mail: Mail) -> None:
    put(database, mail)
    assert only(claim(database)) == OutboxItem(1, mail, 1, unknown=False, progress=0, created_at=START)


def test_a_message_for_later_waits(database: Database) -> None:
    database.run(lambda c: outbox.add(c, make_mail(), START, not_before=START + 10))
    assert claim(database, START + 9) == []
    assert len(claim(database, START + 10)) == 1


def test_messages_of_other_channels_are_left_to_other_processes(database: Database) -> None:
    put(database, make_mail("a"), make_mail("b", channel="terminal"))
    assert said(claim(database, channels=("terminal",))) == ["b"]
    assert claim(database, channels=()) == []
    assert said(claim(database, channels=(CHANNEL, "terminal"))) == ["a"]


# ---- order -----------------------------------------------------------------------------------------------


def test_a_lane_goes_out_one_at_a_time_in_order(database: Database) -> None:
    put(database, *[make_mail(word) for word in "abc"])
    order = []
    while items := claim(database):
        order += said(items)
        assert claim(database) == []
        settle(database, only(items), Delivered())
    assert order == list("abc")


def test_lanes_go_out_side_by_side(database: Database) -> None:
    put(database, *[make_mail(word, chat=chat) for word, chat in (("a1", "1"), ("a2", "1"), ("b1", "2"))])
    assert said(claim(database)) == ["a1", "b1"]


def test_the_urgent_goes_first(database: Database) -> None:
    order = (Priority.CARD, Priority.RELAY, Priority.NEW_TICKET, Priority.REPLY, Priority.URGENT)
    put(database, *[make_mail(priority.name, chat=str(priority.value), priority=priority) for priority in order])
    assert said(claim(database)) == ["URGENT", "REPLY", "NEW_TICKET", "RELAY", "CARD"]


def test_the_urgent_does_not_overtake_within_its_lane(database: Database) -> None:
    put(database, make_mail("first"), make_mail("urgent", priority=Priority.URGENT))
    assert said(claim(database)) == ["first"]


def test_no_more_are_taken_than_asked_for(database: Database) -> None:
    put(database, *[make_mail(str(chat), chat=str(chat)) for chat in range(5)])
    taken = database.run(lambda c: outbox.claim(c, lambda _channel, _chat: Rates(), (CHANNEL,), START, 2))
    assert said(taken) == ["0", "1"]
    assert said(claim(database)) == ["2", "3", "4"]


# ---- dropping --------------------------------------------------------------------------------------------


def test_the_same_dedupe_goes_in_once(database: Database) -> None:
    put(database, make_mail("first", dedupe="profile:1"), make_mail("again", dedupe="profile:1"))
    settle(database, only(claim(database)), Delivered())
    put(database, make_mail("much later", dedupe="profile:1"), make_mail("other", dedupe="profile:2"))
    assert said(claim(database)) == ["other"]
    assert size(database, tables.outbox) == 2


def test_a_newer_card_replaces_the_one_that_waits(database: Database) -> None:
    lane = "telegram:-100:ticket:1"
    put(database, *[make_mail(kind, kind=kind, lane=lane) for kind in ("topic", "card", "say")])
    put(database, make_mail("other card", kind="card", lane="telegram:-100:ticket:2"))
    database.run(lambda c: outbox.supersede(c, lane, "card", START))
    assert column(database, tables.outbox, "state") == ["pending", "superseded", "pending", "pending"]
    first, other = claim(database)
    assert (first.mail.kind, words(other.mail)) == ("topic", "other card")
    settle(database, first, Delivered())
    assert said(claim(database)) == ["say"]


def test_a_card_that_may_have_arrived_is_not_replaced(database: Database) -> None:
    put(database, make_mail(kind="card"))
    settle(database, only(claim(database)), Retry("timed out", after=0, unknown=True))
    database.run(lambda c: outbox.supersede(c, "telegram:100", "card", START))
    assert len(claim(database)) == 1


# ---- what became of it -----------------------------------------------------------------------------------


def test_a_delivered_message_is_settled_with_its_reference(database: Database) -> None:
    put(database, make_mail())
    item = only(claim(database))
    settle(database, item, Retry("busy", after=0))
    settle(database, only(claim(database)), Delivered("m77"), START + 5)
    row = rows(database, tables.outbox)[0]
    assert (row["state"], row["reference"], row["settled_at"], row["error"]) == ("sent", "m77", START + 5, None)
    assert claim(database, START + 10 * MINUTE) == []


def test_a_failed_message_lets_its_lane_go_on(database: Database) -> None:
    put(database, make_mail("a"), make_mail("b"))
    settle(database, only(claim(database)), Failed("x" * 300), START + 5)
    row = rows(database, tables.outbox)[0]
    assert (row["state"], row["error"], row["settled_at"]) == ("dead", "x" * 200, START + 5)
    assert said(claim(database)) == ["b"]


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [(Retry("busy"), 1000), (Retry("busy", after=0), 0), (Retry("429", after=31_000), 31_000)],
)
def test_a_retry_holds_only_its_own_lane(database: Database, outcome: Retry, waits: int) -> None:
    put(database, make_mail("a1"), make_mail("a2"), make_mail("b1", chat="2"))
    mine, other = claim(database)
    settle(database, mine, outcome)
    settle(database, other, Delivered())
    put(database, make_mail("b2", chat="2"))
    assert said(claim(database, START + waits - 1)) == ["b2"]
    assert said(claim(database, START + waits)) == ["a1"]


def test_retries_without_a_time_wait_longer_and_longer(database: Database) -> None:
    put(database, make_mail())
    now, waits = START, []
    for _ in range(12):
        settle(database, only(claim(database, now)), Retry("away"), now)
        until = column(database, tables.outbox, "not_before")[0]
        waits.append((until - now) // 1000)
        now = until
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_progress_and_doubt_are_kept_until_it_is_settled(database: Database) -> None:
    put(database, make_mail())
    settle(database, only(claim(database)), Retry("lost", after=0, unknown=True, progress=2))
    second = only(claim(database))
    assert (second.unknown, second.progress, second.attempts) == (True, 2, 2)
    settle(database, second, Retry("429", after=0))
    third = only(claim(database))
    assert (third.unknown, third.progress, third.attempts) == (True, 2, 3)


# ---- leases ----------------------------------------------------------------------------------------------


def test_a_lease_that_runs_out_comes_back_in_doubt_and_a_little_later(database: Database) -> None:
    put(database, make_mail("a"), make_mail("b"))
    claim(database)
    assert claim(database, START + _LEASE - 1) == []
    assert claim(database, START + _LEASE) == []
    assert claim(database, START + _LEASE + _RECONCILE - 1) == []
    again = only(claim(database, START + _LEASE + _RECONCILE))
    assert (words(again.mail), again.unknown, again.attempts) == ("a", True, 2)
    assert claim(database, START + _LEASE + _RECONCILE) == []


def test_a_second_lease_that_runs_out_comes_back_at_once(database: Database) -> None:
    put(database, make_mail())
    claim(database)
    claim(database, START + _LEASE)
    second = START + _LEASE + _RECONCILE
    claim(database, second)
    assert claim(database, second + _LEASE - 1) == []
    again = only(claim(database, second + _LEASE))
    assert (again.unknown, again.attempts) == (True, 3)


def test_a_start_hands_back_what_the_last_process_had_in_hand(database: Database) -> None:
    put(database, make_mail("a"), make_mail("b", channel="terminal"), make_mail("c", chat="2"))
    claim(database, channels=("terminal",))
    assert said(claim(database))[0] == "a"
    later = START + SECOND
    database.run(lambda c: outbox.release(c, (CHANNEL,), later))
    assert column(database, tables.outbox, "state") == ["pending", "sending", "pending"]
    assert claim(database, later) == []
    assert [item.unknown for item in claim(database, later + _RECONCILE)] == [True, True]


def test_due_counts_what_waits_and_what_is_in_hand(database: Database) -> None:
    def due(now: int = START) -> bool:
        return database.run(lambda c: outbox.due(c, CHANNEL, now))

    assert not due()
    put(database, make_mail())
    assert due()
    item = only(claim(database))
    assert due()
    assert not database.run(lambda c: outbox.due(c, "terminal", START))
    settle(database, item, Retry("busy", after=10))
    assert not due(START + 9)
    settle(database, only(claim(database, START + 10)), Delivered())
    assert not due(START + 10)


def test_a_row_that_cannot_be_read_does_not_hold_up_the_others(database: Database) -> None:
    """As after going back to an earlier version of the program: it is put aside, and seen to be."""
    put(database, make_mail("from another version"), make_mail("good", chat="2"))
    database.run(lambda c: c.execute(update(tables.outbox).where(tables.outbox.c.seq == 1).values(payload="{}")))
    assert said(claim(database)) == ["good"]
    assert column(database, tables.outbox, "state") == ["dead", "sending"]


@pytest.mark.parametrize("outcome", [Delivered("77"), Failed("blocked")])
def test_nothing_is_kept_of_a_last_word(database: Database, outcome: Outcome) -> None:
    put(database, make_mail("goodbye", kind="last_word"), make_mail("hello", chat="200"))
    item = only([item for item in claim(database) if item.mail.kind == "last_word"])
    settle(database, item, Retry("away", after=0))
    assert "goodbye" in [words(mail_from_json(payload)) for payload in column(database, tables.outbox, "payload")]
    settle(database, item, outcome)
    assert [words(mail_from_json(payload)) for payload in column(database, tables.outbox, "payload")] == ["hello"]
