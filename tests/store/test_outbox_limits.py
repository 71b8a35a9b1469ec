from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

from bot.core.mail import Delivered, Limit, Priority, Rates, Retry
from bot.store import outbox
from tests.factories import CHANNEL, START, make_mail, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from bot.core.mail import Mail, OutboxItem
    from bot.store.database import Database

_GROUP = "-100"
_FIVE_LANES = [make_mail(str(ticket), chat=_GROUP, lane=f"telegram:-100:ticket:{ticket}") for ticket in range(5)]


def put(database: Database, mails: Iterable[Mail]) -> None:
    def work(connection: Connection) -> None:
        for mail in mails:
            outbox.add(connection, mail, START)

    database.run(work)


def by_chat(**limits: Limit) -> Callable[[str, str], Rates]:
    """Limits by the kind of chat: groups have negative ids, as Telegram's."""
    group = (limits["group"],) if "group" in limits else ()
    private = (limits["private"],) if "private" in limits else ()
    overall = (limits["overall"],) if "overall" in limits else ()
    return lambda _channel, chat: Rates(group if chat.startswith("-") else private, overall)


def send(database: Database, rates: Callable[[str, str], Rates], now: int, channel: str = CHANNEL) -> list[str]:
    """Everything that may go out now, delivered at once."""

    def work(connection: Connection) -> list[OutboxItem]:
        items = outbox.claim(connection, rates, (channel,), now, 16)
        for item in items:
            outbox.settle(connection, item, Delivered(), now)
        return items

    sent: list[str] = []
    while items := database.run(work):
        sent += [words(item.mail) for item in items]
    return sent


def test_one_chat_gets_no_more_than_its_limit(database: Database) -> None:
    put(database, [make_mail(str(number)) for number in range(5)])
    rates = by_chat(private=Limit(2, 1000))
    assert send(database, rates, START) == ["0", "1"]
    assert send(database, rates, START + 999) == []
    assert send(database, rates, START + 1000) == ["2", "3"]
    assert send(database, rates, START + 2000) == ["4"]


def test_all_lanes_of_a_group_share_its_limit(database: Database) -> None:
    put(database, _FIVE_LANES)
    rates = by_chat(group=Limit(3, 60_000))
    assert send(database, rates, START) == ["0", "1", "2"]
    assert send(database, rates, START + 59_999) == []
    assert send(database, rates, START + 60_000) == ["3", "4"]


def test_the_window_slides(database: Database) -> None:
    put(database, [make_mail("0")])
    rates = by_chat(private=Limit(2, 1000))
    assert send(database, rates, START) == ["0"]
    put(database, [make_mail(str(number)) for number in range(1, 4)])
    assert send(database, rates, START + 600) == ["1"]
    assert send(database, rates, START + 1000) == ["2"]
    assert send(database, rates, START + 1599) == []
    assert send(database, rates, START + 1600) == ["3"]


def test_all_limits_of_a_chat_hold(database: Database) -> None:
    put(database, [make_mail(str(number)) for number in range(5)])
    both = Rates((Limit(2, 1000), Limit(3, 10_000)))
    assert send(database, lambda _channel, _chat: both, START) == ["0", "1"]
    assert send(database, lambda _channel, _chat: both, START + 1000) == ["2"]
    assert send(database, lambda _channel, _chat: both, START + 2000) == []
    assert send(database, lambda _channel, _chat: both, START + 10_000) == ["3", "4"]


def test_the_overall_limit_holds_and_the_urgent_comes_first(database: Database) -> None:
    put(database, [make_mail(str(chat), chat=str(chat)) for chat in range(4)])
    put(database, [make_mail("urgent", chat="9", priority=Priority.URGENT)])
    rates = by_chat(overall=Limit(3, 1000))
    assert send(database, rates, START) == ["urgent", "0", "1"]
    assert send(database, rates, START + 1000) == ["2", "3"]


def test_each_channel_has_limits_of_its_own(database: Database) -> None:
    put(database, [make_mail("a"), make_mail("b", chat="2"), make_mail("c", chat="3", channel="terminal")])
    rates = by_chat(overall=Limit(1, 1000))
    assert send(database, rates, START) == ["a"]
    assert send(database, rates, START, channel="terminal") == ["c"]


def test_a_full_chat_does_not_hold_up_others(database: Database) -> None:
    """However much waits for it: more than one look into the outbox finds."""
    crowd = [make_mail(str(n), chat=_GROUP, lane=f"telegram:-100:ticket:{n}") for n in range(150)]
    put(database, [*crowd, make_mail("to a resident")])
    rates = by_chat(group=Limit(1, 60_000))
    assert send(database, rates, START) == ["0", "to a resident"]
    put(database, [make_mail("to another", chat="2")])
    assert send(database, rates, START + 1) == ["to another"]


def test_a_full_chat_does_not_hold_up_its_namesake_in_another_channel(database: Database) -> None:
    put(database, [make_mail("a1"), make_mail("a2"), make_mail("b1", channel="terminal")])
    rates = by_chat(private=Limit(1, 60_000))
    assert send(database, rates, START) == ["a1"]
    both = database.run(lambda c: outbox.claim(c, rates, (CHANNEL, "terminal"), START, 16))
    assert [words(item.mail) for item in both] == ["b1"]


def test_a_try_that_failed_counts_too(database: Database) -> None:
    put(database, [make_mail("a"), make_mail("b")])
    rates = by_chat(private=Limit(1, 60_000))
    (item,) = database.run(lambda c: outbox.claim(c, rates, (CHANNEL,), START, 16))
    database.run(lambda c: outbox.settle(c, item, Retry("busy", after=0), START))
    assert send(database, rates, START + 59_999) == []
    assert send(database, rates, START + 60_000) == ["a"]


class Deliveries:
    """What several senders took, and whether a lane was ever in two hands."""

    def __init__(self, database: Database, wanted: int) -> None:
        self.taken: list[OutboxItem] = []
        self.broken = 0
        self._database = database
        self._wanted = wanted
        self._lanes: set[str] = set()
        self._lock = Lock()

    def work(self) -> None:
        while len(self.taken) < self._wanted:
            for item in self._database.run(lambda c: outbox.claim(c, by_chat(), (CHANNEL,), START, 3)):
                with self._lock:
                    self.broken += item.mail.lane in self._lanes
                    self._lanes.add(item.mail.lane)
                    self.taken.append(item)
                with self._lock:
                    self._lanes.discard(item.mail.lane)
                self._database.run(lambda c, item=item: outbox.settle(c, item, Delivered(), START))  # type: ignore[misc]


def test_several_senders_take_nothing_twice_and_keep_the_order(database: Database) -> None:
    put(database, [make_mail(str(number), chat=str(chat)) for number in range(5) for chat in range(6)])
    deliveries = Deliveries(database, 30)
    with ThreadPoolExecutor(3) as threads:
        for sender in [threads.submit(deliveries.work) for _ in range(3)]:
            sender.result(timeout=60)
    assert deliveries.broken == 0
    assert len({item.seq for item in deliveries.taken}) == len(deliveries.taken) == 30
    for chat in range(6):
        mine = [words(item.mail) for item in deliveries.taken if item.mail.chat == str(chat)]
        assert mine == [str(number) for number in range(5)]


def test_a_new_topic_waits_until_there_is_room_for_its_card_too(database: Database) -> None:
    """Else a group is full of topics in which nothing stands for a minute."""
    for ticket in ("1", "2"):
        fields = {"chat": _GROUP, "lane": f"telegram:-100:ticket:{ticket}", "priority": Priority.NEW_TICKET}
        put(database, [make_mail(f"{kind} {ticket}", kind=kind, **fields) for kind in ("topic", "card")])
    rates = by_chat(group=Limit(3, 60_000))
    assert send(database, rates, START) == ["topic 1", "card 1"]
    assert send(database, rates, START + 60_000) == ["topic 2", "card 2"]


def test_a_limit_of_one_lets_topics_through(database: Database) -> None:
    put(
        database, [make_mail(kind, kind=kind, chat=_GROUP, lane="telegram:-100:ticket:1") for kind in ("topic", "card")]
    )
    rates = by_chat(group=Limit(1, 60_000))
    assert send(database, rates, START) == ["topic"]
    assert send(database, rates, START + 60_000) == ["card"]


def test_a_slow_message_counts_from_when_it_was_done(database: Database) -> None:
    """Begun is not sent: what a channel took late still fills its window when the next one is due."""
    put(database, [make_mail(str(number)) for number in range(2)])
    rates = by_chat(private=Limit(1, 1000))
    (slow,) = database.run(lambda c: outbox.claim(c, rates, (CHANNEL,), START, 16))
    database.run(lambda c: outbox.settle(c, slow, Delivered(), START + 700))
    assert send(database, rates, START + 1000) == []
    assert send(database, rates, START + 1700) == ["1"]
