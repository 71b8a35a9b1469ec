from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.mail import InboxItem
from bot.core.model import Incoming, IncomingKind
from bot.store import inbox, tables
from tests.factories import START, make_incoming
from tests.store.rows import all_text, column, rows, size

if TYPE_CHECKING:
    from bot.store.database import Database


def put(database: Database, *arrived: Incoming) -> None:
    database.run(lambda c: [inbox.add(c, incoming) for incoming in arrived])


def first(database: Database, now: int = START) -> InboxItem:
    item = database.run(lambda c: inbox.head(c, now))
    assert item is not None
    return item


def finish(database: Database, now: int = START) -> str:
    """Decides the first message; returns its words."""
    item = first(database, now)
    database.run(lambda c: inbox.done(c, item.seq, now))
    return item.incoming.text


def test_what_arrived_comes_back_as_it_was(database: Database) -> None:
    whole = Incoming(
        channel="telegram",
        update_id="7:1",
        chat="-100",
        sender="5",
        kind=IncomingKind.ATTACHMENT,
        at=START,
        text="Zażółć 'gęślą' \"jaźń\"; DROP TABLE inbox; {x} \u202e 👨‍👩‍👧 \x00",
        argument="e:cpr",
        thread="12",
        staff=True,
        sender_name="Åse",
        language_hint="pl",
        message_id="9",
        attachment="photo",
        redacted=("cpr",),
    )
    put(database, whole)
    assert first(database) == InboxItem(1, whole, 0)


def test_nothing_is_first_in_an_empty_inbox(database: Database) -> None:
    assert database.run(lambda c: inbox.head(c, START)) is None


def test_a_duplicate_is_stored_once(database: Database) -> None:
    incoming = make_incoming(text="once")
    assert [database.run(lambda c: inbox.add(c, incoming)) for _ in range(3)] == [True, False, False]
    assert size(database, tables.inbox) == 1


def test_a_duplicate_is_recognised_after_it_was_decided(database: Database) -> None:
    incoming = make_incoming()
    put(database, incoming)
    finish(database)
    assert not database.run(lambda c: inbox.add(c, incoming))
    assert database.run(lambda c: inbox.head(c, START)) is None


def test_the_same_update_id_in_another_channel_is_another_message(database: Database) -> None:
    put(database, make_incoming(update_id="1"), make_incoming(update_id="1", channel="terminal"))
    assert size(database, tables.inbox) == 2


def test_a_lane_is_decided_strictly_in_order(database: Database) -> None:
    put(database, *[make_incoming(text=word) for word in "abcde"])
    assert [finish(database) for _ in range(5)] == list("abcde")


def test_the_oldest_message_of_all_lanes_comes_first(database: Database) -> None:
    put(database, *[make_incoming(text=word, chat=chat) for word, chat in (("a", "1"), ("b", "2"), ("c", "1"))])
    assert [finish(database) for _ in range(3)] == ["a", "b", "c"]


def test_other_lanes_go_on_while_one_waits(database: Database) -> None:
    put(database, make_incoming(text="a1"), make_incoming(text="a2"), make_incoming(text="b1", chat="2"))
    waiting = first(database)
    database.run(lambda c: inbox.failed(c, waiting.seq, "ValueError", START + 1000))
    assert finish(database) == "b1"
    assert database.run(lambda c: inbox.head(c, START + 999)) is None
    again = first(database, START + 1000)
    assert (again.incoming.text, again.attempts) == ("a1", 1)
    assert [finish(database, START + 1000) for _ in range(2)] == ["a1", "a2"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"staff": True, "thread": "5"}, {"staff": True, "thread": "6"}),
        ({"staff": True, "thread": None}, {"staff": True, "thread": "6"}),
        ({"staff": False}, {"staff": True, "thread": "6"}),
        ({"channel": "terminal"}, {"channel": "telegram"}),
    ],
)
def test_each_topic_and_each_chat_is_a_lane_of_its_own(
    database: Database, earlier: dict[str, object], later: dict[str, object]
) -> None:
    put(database, make_incoming(text="waits", **earlier), make_incoming(text="goes on", **later))
    waiting = first(database)
    database.run(lambda c: inbox.failed(c, waiting.seq, "ValueError", START + 1000))
    assert finish(database) == "goes on"


def test_a_buried_message_lets_its_lane_go_on(database: Database) -> None:
    put(database, make_incoming(text="poison"), make_incoming(text="next"))
    poison = first(database)
    database.run(lambda c: inbox.bury(c, poison.seq, "ValueError", START))
    assert finish(database) == "next"
    buried = rows(database, tables.inbox)[0]
    assert (buried["outcome"], buried["done_at"], buried["attempts"]) == ("dead", START, 1)


def test_words_are_dropped_when_a_message_is_decided(database: Database) -> None:
    put(database, make_incoming(text="my landlord is called Bent", sender_name="Ewa"))
    finish(database, START + 5)
    assert "Bent" not in all_text(database)
    assert "Ewa" not in all_text(database)
    row = rows(database, tables.inbox)[0]
    assert (row["outcome"], row["done_at"], row["payload"]) == ("done", START + 5, "")


def test_a_long_error_is_cut(database: Database) -> None:
    put(database, make_incoming(), make_incoming(chat="2"))
    database.run(lambda c: inbox.failed(c, 1, "x" * 500, 0))
    database.run(lambda c: inbox.bury(c, 2, "x" * 500, START))
    assert column(database, tables.inbox, "error") == ["x" * 200] * 2


def test_due_looks_at_one_channel_and_at_the_time(database: Database) -> None:
    put(database, make_incoming())
    assert database.run(lambda c: inbox.due(c, "telegram", START))
    assert not database.run(lambda c: inbox.due(c, "terminal", START))
    database.run(lambda c: inbox.failed(c, 1, "ValueError", START + 10))
    assert not database.run(lambda c: inbox.due(c, "telegram", START + 9))
    assert database.run(lambda c: inbox.due(c, "telegram", START + 10))
    finish(database, START + 10)
    assert not database.run(lambda c: inbox.due(c, "telegram", START + 10))


def test_the_longest_ids_fit(database: Database) -> None:
    """As long as Telegram's ids and a channel's names can become."""
    far = make_incoming(update_id=f"{2**63}:{2**63}", chat=f"-{2**63}", staff=True, thread=str(2**63))
    put(database, far)
    assert first(database).incoming == far


def test_only_messages_of_the_channels_asked_for(database: Database) -> None:
    database.run(lambda c: inbox.add(c, make_incoming(channel="telegram", update_id="1")))
    database.run(lambda c: inbox.add(c, make_incoming(channel="terminal", update_id="2")))
    found = database.run(lambda c: inbox.head(c, START, ("terminal",)))
    assert found is not None
    assert found.incoming.channel == "terminal"
    assert database.run(lambda c: inbox.head(c, START, ("web",))) is None
