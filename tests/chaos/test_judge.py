"""The judge of a chaos run finds what must not be, in chats and in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, update

from bot.core.mail import Delivered, Failed, Rates
from bot.store import inbox, outbox, tables
from tests.chaos.askers import QUESTIONS, Asker
from tests.chaos.judge import judge
from tests.desk_check import Post, Record
from tests.factories import CHANNEL, START, make_incoming, make_mail
from tests.telegram_server.resident import User
from tests.telegram_server.state import Account, World

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.database import Database
    from tests.chaos.judge import Verdict

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TAX, MITID = "how do I get a tax card", "how do I get a MitID"
DOUBT = (90.0, 110.0)


@dataclass
class Seen:
    """One who asks for two things, and a case with three notes."""

    database: Database
    url: str
    asker: Asker = field(default_factory=lambda: _asker())
    people: list[Post] = field(default_factory=list)
    bot: list[Post] = field(default_factory=list)
    doubts: list[tuple[float, float]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)

    def asks(self, question: str) -> None:
        self.asker.wrote += 1
        text = f"{question}? q-r1-n{self.asker.wrote}"
        self.people.append(Post((self.asker.user.id, None), 2 * len(self.people), text, bot=False))

    def reads(self, question: str, at: float = 100.0) -> None:
        place = self.asker.user.id, None
        self.bot.append(Post(place, 100 + len(self.bot), QUESTIONS[question], bot=True, at=at))

    def has_case(self, *words: str) -> None:
        """A case in the database with these words; what staff wrote are three notes."""

        def write(connection: Connection) -> None:
            connection.execute(insert(tables.conversations).values(
                id=1, channel=CHANNEL, chat="9", state="", version=1, created_at=START, updated_at=START))  # fmt: skip
            connection.execute(insert(tables.tickets).values(
                id=1, conversation_id=1, department="d", language="en", urgent=False, state="open", created_at=START,
                updated_at=START))  # fmt: skip
            for text in words:
                connection.execute(insert(tables.ticket_messages).values(
                    ticket_id=1, at=START, side="resident", author="9", text=text, delivery="none"))  # fmt: skip

        self.database.run(write)
        for text in ("n-r1-c1-n1", "n-r1-c1-n2", "n-r1-c1-n3"):
            self.people.append(Post((-100, 5), 2 * len(self.people), text, bot=False))

    def verdict(self) -> Verdict:
        record = Record(self.people, self.bot, {}, frozenset(), (), self.doubts)
        return judge(record, [self.asker], self.updates, self.url)


def _asker() -> Asker:
    world = World(Account(1, "Bot", is_bot=True))
    return Asker(1, User(world, world.add_account("Asker", "en")))


@pytest.fixture
def seen(database: Database, database_url: str) -> Seen:
    made = Seen(database, database_url)
    made.asks(TAX)
    made.asks(MITID)
    return made


def kinds(verdict: Verdict) -> set[str]:
    return {fault.partition(":")[0] for fault in verdict.faults}


def test_a_good_run_is_good(seen: Seen) -> None:
    seen.reads(TAX)
    seen.reads(MITID)
    seen.has_case("n-r1-c1-n1", "n-r1-c1-n2", "n-r1-c1-n3")
    verdict = seen.verdict()
    assert verdict.faults == []
    assert (verdict.answers, verdict.tickets) == (2, 1)


@pytest.mark.parametrize(
    ("read", "found"),
    [
        ([TAX], {"lost"}),
        ([TAX, "where is the library"], {"lost", "crossed"}),
        ([TAX, MITID, "where is the library"], {"crossed"}),
        ([MITID, TAX], {"disordered"}),
        ([TAX, TAX, MITID], {"doubled"}),
    ],
)
def test_replies_that_are_wrong(seen: Seen, read: list[str], found: set[str]) -> None:
    for question in read:
        seen.reads(question)
    assert kinds(seen.verdict()) == found


def test_a_reply_that_came_again_when_nobody_could_know(seen: Seen) -> None:
    seen.doubts.append(DOUBT)
    seen.reads(TAX, at=100)
    seen.reads(TAX, at=120)
    seen.reads(MITID, at=121)
    verdict = seen.verdict()
    assert (verdict.faults, len(verdict.resent)) == ([], 1)


@pytest.mark.parametrize(
    "kept",
    [
        ("n-r1-c1-n1", "n-r1-c1-n3"),
        ("n-r1-c1-n1", "n-r1-c1-n3", "n-r1-c1-n2"),
        ("n-r1-c1-n1", "n-r1-c1-n2", "n-r1-c1-n2", "n-r1-c1-n3"),
        ("n-r1-c1-n1", "n-r1-c1-n2", "n-r1-c1-n3", "n-r1-c1-n9"),
    ],
)
def test_a_ticket_that_is_not_whole(seen: Seen, kept: tuple[str, ...]) -> None:
    seen.reads(TAX)
    seen.reads(MITID)
    seen.has_case(*kept)
    assert kinds(seen.verdict()) == {"damaged"}


def test_what_was_taken_in_and_not_decided(seen: Seen) -> None:
    seen.reads(TAX)
    seen.reads(MITID)
    seen.database.run(lambda c: [inbox.add(c, make_incoming(update_id=f"7:{number}")) for number in (1, 2)])
    seen.database.run(lambda c: inbox.done(c, 1, START))
    said = {"from": {"is_bot": False}, "chat": {"id": 3}, "message_id": 4}
    seen.updates = [{"update_id": number, "message": said} for number in (1, 2, 3)]
    assert seen.verdict().lost == ["update 2 is not decided", "update 3 is not there"]
    assert kinds(seen.verdict()) == {"lost", "left"}


def test_what_lies_in_the_outbox(seen: Seen) -> None:
    seen.reads(TAX)
    seen.reads(MITID)

    def write(connection: Connection) -> None:
        for text in ("sent", "given up", "waits"):
            outbox.add(connection, make_mail(text, lane=text), START)
        sent, lost, _ = outbox.claim(connection, lambda *_: Rates(), (CHANNEL,), START, 16)
        outbox.settle(connection, sent, Delivered("1"), START)
        outbox.settle(connection, lost, Failed("refused"), START)
        connection.execute(update(tables.outbox).where(tables.outbox.c.seq == 3).values(state="pending"))

    seen.database.run(write)
    assert seen.verdict().left == ["outbox 2 (say) was given up: refused", "outbox 3 (say) is pending: None"]
