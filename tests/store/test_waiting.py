"""What waits in the outbox and is changed before it goes out; and groups that move."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import GROUP_UNUSABLE, HELD, Copy, Delivered, OutboxItem, Rates, Retry
from bot.store import marks, moving, outbox, tables, timers, waiting
from bot.store.codec import mail_from_json
from tests.factories import CHANNEL, SECOND, START, make_mail, words
from tests.store.rows import column, rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import Mail
    from bot.store.database import Database

GROUP, NEW = "-5", "-1005"


def claim(database: Database, now: int = START) -> list[OutboxItem]:
    return database.run(lambda c: outbox.claim(c, lambda _channel, _chat: Rates(), (CHANNEL,), now, 16))


def put(database: Database, *mails: Mail, not_before: int = 0) -> None:
    def work(connection: Connection) -> None:
        for mail in mails:
            outbox.add(connection, mail, START, not_before)

    database.run(work)


def album(number: str = "7") -> Mail:
    return make_mail(kind="copy", content=None, copy=Copy("100", number, "photo"), dedupe="album:a")


def join(database: Database, number: str) -> bool:
    return database.run(lambda c: waiting.join_album(c, "album:a", number))


# ---- albums ----------------------------------------------------------------------------------------------


def test_an_album_grows_while_it_waits(database: Database) -> None:
    put(database, album(), not_before=START + 10)
    assert join(database, "8")
    assert join(database, "9")
    (item,) = claim(database, START + 10)
    assert item.mail.copy == Copy("100", "7", "photo", ("8", "9"))
    assert column(database, tables.outbox, "size") == [3]
    assert not join(database, "10")


def test_an_album_has_ten_files_at_most(database: Database) -> None:
    put(database, album("0"))
    assert [join(database, str(number)) for number in range(1, 11)] == [True] * 9 + [False]


def test_an_album_can_be_withdrawn_and_come_again(database: Database) -> None:
    put(database, album())
    assert database.run(lambda c: waiting.withdraw(c, ("album:a",), START))
    assert claim(database) == []
    assert not database.run(lambda c: waiting.withdraw(c, ("album:a",), START))
    put(database, album())
    assert len(claim(database)) == 1


# ---- taken back ------------------------------------------------------------------------------------------


def test_a_lane_is_taken_back_with_what_is_in_hand(database: Database) -> None:
    put(database, make_mail("one"), make_mail("two"), make_mail("else", lane="other"))
    in_hand = next(item for item in claim(database) if words(item.mail) == "one")
    taken = database.run(lambda c: waiting.take_back(c, in_hand.mail.lane, START))
    assert [words(mail) for mail in taken] == ["one", "two"]
    database.run(lambda c: outbox.settle(c, in_hand, Retry("topic lost", 0), START))
    assert column(database, tables.outbox, "state")[:2] == ["superseded", "superseded"]
    put(database, *taken)
    assert [words(item.mail) for item in claim(database, START + SECOND)] == ["one"]


def test_what_waits_for_a_group_is_hurried(database: Database) -> None:
    put(database, make_mail("one", chat=GROUP), make_mail("two", chat="-6"))
    for item in claim(database):
        outcome = Retry(GROUP_UNUSABLE, 60 * SECOND)
        database.run(lambda c, item=item, outcome=outcome: outbox.settle(c, item, outcome, START))  # type: ignore[misc]
    assert claim(database, START + SECOND) == []
    database.run(lambda c: waiting.hurry(c, CHANNEL, GROUP, START + SECOND))
    assert [words(item.mail) for item in claim(database, START + SECOND)] == ["one"]


def test_a_chat_that_asked_to_wait_gets_nothing_else(database: Database) -> None:
    put(database, make_mail("one", lane="a"))
    (item,) = claim(database)
    database.run(lambda c: outbox.settle(c, item, Retry(HELD, 60 * SECOND), START))
    put(database, make_mail("two", lane="b"), make_mail("three", chat="200"))
    (other,) = claim(database, START + SECOND)
    assert words(other.mail) == "three"
    assert {words(item.mail) for item in claim(database, START + 60 * SECOND)} == {"one", "two"}


@pytest.mark.parametrize("back_first", [True, False])
def test_a_chat_that_asked_to_wait_gets_nothing_though_the_message_is_taken_back(
    database: Database, *, back_first: bool
) -> None:
    put(database, make_mail("one", lane="a"))
    (item,) = claim(database)

    def work(connection: Connection) -> None:
        if back_first:
            waiting.take_back(connection, "a", START)
        outbox.settle(connection, item, Retry(HELD, 60 * SECOND), START)
        waiting.take_back(connection, "a", START)

    database.run(work)
    put(database, make_mail("two", lane="b"), make_mail("three", chat="200"))
    assert [words(item.mail) for item in claim(database, START + SECOND)] == ["three"]
    assert [words(item.mail) for item in claim(database, START + 60 * SECOND)] == ["two"]


def test_what_holds_a_chat_up_is_written_as_its_index_has_it() -> None:
    assert str(tables.HELD_BACK) == f"error = '{HELD}'"


def test_a_settled_message_stays_settled(database: Database) -> None:
    put(database, make_mail("one"))
    (item,) = claim(database)
    database.run(lambda c: waiting.take_back(c, item.mail.lane, START))
    database.run(lambda c: outbox.settle(c, item, Delivered("5"), START))
    assert column(database, tables.outbox, "state") == ["superseded"]


# ---- groups that move ------------------------------------------------------------------------------------


def test_what_waits_for_a_group_moves_with_it(database: Database) -> None:
    lane = f"{CHANNEL}:{GROUP}:topic:3"
    word = make_mail("hello", chat=GROUP, lane=lane, staff=True, target="3")
    put(database, word, replace(word, kind="close_topic", content=None), make_mail("to somebody"))
    database.run(lambda c: timers.put(c, CHANNEL, GROUP, "digest", "08:00", START))
    database.run(lambda c: moving.move(c, CHANNEL, GROUP, NEW, START))
    found = [(row["chat"], row["lane"], row["state"]) for row in rows(database, tables.outbox)]
    there = f"{CHANNEL}:{NEW}:topic:3"
    assert found[0] == (NEW, there, "pending")
    assert found[1][2] == "superseded"
    assert found[2][0] == "100"
    moved = mail_from_json(rows(database, tables.outbox)[0]["payload"])
    assert (moved.chat, moved.lane, moved.target) == (NEW, there, "")
    assert column(database, tables.timers, "chat") == [NEW]


@pytest.mark.parametrize(("moves", "now"), [((), GROUP), (((GROUP, NEW),), NEW), (((GROUP, "-6"), ("-6", NEW)), NEW)])
def test_a_group_is_found_where_it_is_now(database: Database, moves: tuple[tuple[str, str], ...], now: str) -> None:
    for old, new in moves:
        database.run(lambda c, old=old, new=new: moving.move(c, CHANNEL, old, new, START))  # type: ignore[misc]
    assert database.run(lambda c: moving.address(c, CHANNEL, GROUP)) == now


def test_two_moves_in_a_circle_end(database: Database) -> None:
    for old, new in ((GROUP, NEW), (NEW, GROUP)):
        database.run(lambda c, old=old, new=new: marks.put(c, f"moved:{CHANNEL}:{old}", new))  # type: ignore[misc]
    assert database.run(lambda c: moving.address(c, CHANNEL, GROUP)) == NEW
