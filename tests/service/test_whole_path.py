"""From a resident's message to the answer of staff: real knowledge, worker, sender and database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.mail import Delivered, Failed
from bot.core.model import Incoming, IncomingKind
from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.service.desk import Desk
from bot.service.drafting import Drafts
from bot.service.notices import NoticeBoard
from bot.service.posting import StaffGroups
from bot.service.receipts import Receipts
from bot.service.resident import Residents, accept
from bot.service.roles import StaffRoles
from bot.service.staff import StaffTopics
from bot.service.suggesting import Suggestions
from bot.service.topics import TopicBook
from bot.store import inbox, outbox, tables, tickets
from tests.delivery.loops import running
from tests.factories import CHANNEL, FakeClock, RecordingChannel, make_incoming
from tests.harness import real_core
from tests.store.rows import all_text, column, rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import InboxItem, OutboxItem, Outcome
    from bot.store.database import Database

GROUP = "-100"


@dataclass
class Surface(RecordingChannel):
    """Shows messages as a channel with staff topics does; `blocked` chats take nothing."""

    book: TopicBook | None = None
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    pressed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    blocked: set[str] = field(default_factory=set)

    async def deliver(self, item: OutboxItem) -> Outcome:
        self.tried.append(item)
        mail, book = item.mail, self.book
        assert book is not None
        if mail.chat in self.blocked:
            return Failed("blocked")
        if mail.ticket is not None and mail.kind == "topic":
            await book.created(mail.ticket, mail.chat, f"topic-{mail.ticket}")
        if mail.ticket is not None and mail.kind == "card":
            self.shown["card"] = [(await book.view(mail.ticket)).card.text]
            await book.card_posted(mail.ticket, f"topic-{mail.ticket}", "card-1")
        if mail.content is not None:
            rendered = real_core().renderer.render(mail.content, mail.language)
            self.shown[mail.chat].append(rendered.text)
            self.pressed[mail.chat] = [button.action for row in rendered.rows for button in row]
        return Delivered(str(item.seq))


@dataclass
class Town:
    """The assistant with everything but a network."""

    database: Database
    clock: FakeClock
    surface: Surface = field(default_factory=Surface)

    def __post_init__(self) -> None:
        core = real_core()
        groups = StaffGroups(CHANNEL, {"citizen-service": GROUP}, "da")
        self.desk = Desk(core.library, groups, self.clock)
        self.residents = Residents(core.library, core.renderer, self.desk, self.clock)
        self.receipts = Receipts(self.desk.posts, self.clock, core.library)
        board = NoticeBoard(core.library, groups, self.clock)
        suggestions = Suggestions(core.library, self.desk)
        drafts = Drafts(core.library, core.renderer, self.desk, self.clock)
        self.staff = StaffTopics(self.desk, self.receipts, suggestions, drafts, (board,), StaffRoles(), self.clock)
        self.surface.book = TopicBook(self.database, self.desk, self.receipts, drafts, core.renderer)
        self.worker = Worker(self.database, inbox, self._decide, self.clock.now)
        channels = {CHANNEL: self.surface}
        self.sender = Sender(self.database, outbox, channels, self.receipts.settled, self.clock.now)

    def _decide(self, connection: Connection, item: InboxItem) -> None:
        (self.staff if item.incoming.staff else self.residents).handle(connection, item)

    async def happens(self, *arrived: Incoming) -> None:
        """Everything that follows, until nothing is left to do."""
        await self.database.run_async(lambda c: [accept(c, incoming) for incoming in arrived])
        while await self.worker.once():
            pass
        await running(self.sender.run, lambda: None not in column(self.database, tables.outbox, "settled_at"))

    async def says(self, text: str, **fields: Any) -> str:
        await self.happens(make_incoming(text=text, **fields))
        return self.surface.shown["100"][-1]

    async def presses(self, prefix: str) -> str:
        action = next(action for action in self.surface.pressed["100"] if action.startswith(prefix))
        await self.happens(make_incoming(kind=IncomingKind.BUTTON, argument=action, text=""))
        return self.surface.shown["100"][-1]

    async def staff_writes(self, text: str, **fields: Any) -> None:
        usual = {"chat": GROUP, "staff": True, "thread": "topic-1", "sender": "7", "sender_name": "Åse"}
        await self.happens(make_incoming(**usual | {"text": text} | fields))


@pytest.fixture
def town(database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr("bot.delivery.sender._IDLE_S", 0.005)
    return Town(database, clock)


_QUESTIONS = [
    ("en", "How do I get a CPR number?", "Last checked:"),
    ("da", "Hvordan får jeg et CPR-nummer?", "Sidst"),
    ("pl", "Jak dostać numer CPR?", "Ostatnio"),
]


@pytest.mark.parametrize(("language", "question", "source_line"), _QUESTIONS)
async def test_question_person_answer(town: Town, language: str, question: str, source_line: str) -> None:
    answer = await town.says(question, language_hint=language)
    assert answer.startswith(real_core().renderer.title("cpr-registration", language))
    assert source_line in answer
    assert question in await town.presses("p:ask")
    assert "#1" in await town.presses("p:send")
    ticket = town.database.run(lambda c: tickets.get(c, 1))
    assert (ticket.language, ticket.staff_thread, ticket.card_message) == (language, "topic-1", "card-1")
    assert question in town.surface.shown["card"][0]
    await town.staff_writes("Kom på onsdag", message_id="31")
    assert town.surface.shown["100"][-1].endswith("Kom på onsdag")
    marks = [item.mail.target for item in town.surface.tried if item.mail.kind == "react"]
    assert marks == ["31"]
    before = len(town.surface.shown["100"])
    await town.says("Thank you!")
    assert len(town.surface.shown["100"]) == before
    assert "Thank you!" in town.surface.shown[GROUP][-1]


async def test_a_resident_who_blocked_the_assistant(town: Town) -> None:
    await town.says("How do I get a CPR number?", language_hint="en")
    await town.presses("p:ask")
    await town.presses("p:send")
    town.surface.blocked.add("100")
    await town.staff_writes("Come on Wednesday")
    assert real_core().renderer.sentence("reason-blocked", "da") in town.surface.shown[GROUP][-1]
    assert '"reachable":false' in column(town.database, tables.conversations, "state")[0].replace(" ", "")
    assert rows(town.database, tables.ticket_messages)[-1]["delivery"] == "failed"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "I want to kill myself"), ("da", "jeg vil slå mig selv ihjel"), ("pl", "chcę się zabić")],
)
async def test_danger_is_answered_with_the_number_to_call(town: Town, language: str, words: str) -> None:
    assert "112" in await town.says(words, language_hint=language)
    assert words not in all_text(town.database)


async def test_no_cpr_number_gets_past_the_door(town: Town) -> None:
    await town.says("My CPR number is 010170-1234, how do I get a health card?", language_hint="en")
    await town.presses("p:ask")
    await town.presses("p:send")
    await town.staff_writes("I see 010170-1234 here")
    assert "010170-1234" not in all_text(town.database)
    assert not any("010170-1234" in text for texts in town.surface.shown.values() for text in texts)
