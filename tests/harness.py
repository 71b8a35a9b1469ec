"""The whole assistant in one process, from the inbox to what a person reads: real knowledge, real sentences, a database
file, a clock that stands still, and a channel that listens."""

from __future__ import annotations

from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.app import App
from bot.core.mail import Delivered, Priority, Rates
from bot.core.model import Answer, Incoming, IncomingKind, Sentence
from bot.editions import Core, SystemClock, build_core
from bot.service.brain import Loaded
from bot.service.desk import Staff
from bot.service.live import Live
from bot.service.render import Renderer
from bot.settings import ROOT, Settings
from bot.store import tickets
from bot.store.tables import conversations, inbox, metadata, outbox
from handlers.telegram.text import LONGEST, pieces, units
from tests.factories import FakeClock
from tests.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.core.mail import OutboxItem, Outcome
    from bot.core.model import Content, Knowledge, Rendered
    from bot.core.ticket import Ticket
    from bot.service.personal import OwnFile
    from bot.service.ports import Files
    from bot.store.tickets import TicketMessage

CHANNEL = "terminal"


class StandingClock(FakeClock, SystemClock):
    """A clock for the whole application that only moves when told to."""


def make_settings(database: Path, **fields: Any) -> Settings:
    """Settings that owe nothing to this machine's environment."""
    usual: dict[str, Any] = {
        "telegram_token": None,
        "telegram_api_url": None,
        "telegram_staff_chats": {},
        "staff_language": "en",
        "database_url": f"sqlite:///{database}",
        "knowledge": ROOT / "knowledge",
        "locales": ROOT / "locales",
        "cache": ROOT / "var" / "cache",
        "log_level": "error",
    }
    return Settings(_env_file=None, **usual | fields)


@lru_cache(maxsize=1)
def real_core() -> Core:
    """The shipped knowledge, the understanding built from it, and the shipped sentences; built once."""
    return build_core(make_settings(ROOT / "unused.db"))


def changed_core(change: Callable[[Knowledge], Knowledge]) -> Core:
    """The real core with other knowledge; the understanding stays."""
    core = real_core()
    knowledge = change(core.library.knowledge)
    offered = [language for language in knowledge.languages.values() if language.offered]
    renderer = Renderer(knowledge, sentences(offered))
    return replace(core, library=Live(Loaded(knowledge, core.library.brain), renderer))


# ---- what people hear ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heard:
    """One message as a resident got it."""

    content: Content
    rendered: Rendered
    priority: Priority

    @property
    def keys(self) -> list[str]:
        return [part.key for part in self.content.parts if isinstance(part, Sentence)]

    @property
    def entries(self) -> list[str]:
        return [part.entry for part in self.content.parts if isinstance(part, Answer)]

    @property
    def buttons(self) -> dict[str, str]:
        """Label -> action."""
        return {button.label: button.action for row in self.rendered.rows for button in row if button.action}

    @property
    def links(self) -> list[str]:
        return [button.url for row in self.rendered.rows for button in row if button.url]


@dataclass
class Ear:
    """A channel that delivers everything and keeps it, by chat."""

    core: Core
    makes: Files
    heard: dict[str, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, list[OwnFile]] = field(default_factory=lambda: defaultdict(list))

    def rates(self, chat: str) -> Rates:
        del chat
        return Rates()

    async def deliver(self, item: OutboxItem) -> Outcome:
        mail, content = item.mail, item.mail.content
        if mail.kind == "document":
            file = await self.makes.own_file(mail.channel, mail.chat, mail.target, mail.language)
            self.files[mail.chat].append(file)
            return Delivered(str(item.seq))
        assert content is not None
        for language in self.core.library.brain.offered:
            for piece in pieces(self.core.renderer.render(content, language)):
                assert units(piece.text) <= LONGEST
        rendered = self.core.renderer.render(content, item.mail.language)
        self.heard[item.mail.chat].append(Heard(content, rendered, item.mail.priority))
        return Delivered(str(item.seq))


# ---- the stage -------------------------------------------------------------------------------------------


@dataclass
class Stage:
    """Residents and staff act here; whatever follows has happened when a method returns."""

    app: App
    ear: Ear
    clock: StandingClock
    numbers: count[int] = field(default_factory=lambda: count(1))
    hint: str | None = None

    async def arrive(self, chat: str, kind: IncomingKind, **fields: Any) -> Sequence[Heard]:
        """Something arrives from a resident; returns what they hear."""
        number = str(next(self.numbers))
        before = len(self.ear.heard[chat])
        incoming = Incoming(
            channel=CHANNEL,
            update_id=number,
            chat=chat,
            sender=chat,
            kind=kind,
            at=self.clock.now(),
            language_hint=self.hint,
            message_id=number,
            **fields,
        )
        await self.app.accept([incoming])
        await self._settled()
        return self.ear.heard[chat][before:]

    async def staff(self, move: Callable[[Connection], object], chat: str) -> Sequence[Heard]:
        """Staff do something at the desk; returns what the resident hears."""
        before = len(self.ear.heard[chat])
        await self.app.database.run_async(move)
        await self._settled()
        return self.ear.heard[chat][before:]

    async def _settled(self) -> None:
        await self.app._settled(CHANNEL)
        assert self.read(_faults) == [], "a decision or a delivery failed"

    def read(self, fn: Callable[[Connection], Any]) -> Any:
        return self.app.database.run(fn)

    # ---- looking into it -------------------------------------------------------------------------------

    def tickets(self) -> Sequence[Ticket]:
        """All tickets, oldest first, closed ones too."""

        def everyone(connection: Connection) -> list[Ticket]:
            numbers = connection.execute(select(metadata.tables["tickets"].c.id)).scalars().all()
            return [tickets.get(connection, number) for number in sorted(numbers)]

        found: Sequence[Ticket] = self.read(everyone)
        return found

    def messages(self, number: int) -> Sequence[TicketMessage]:
        found: Sequence[TicketMessage] = self.read(lambda connection: tickets.messages(connection, number))
        return found

    def card(self, number: int) -> str:
        """A ticket's card in the words staff read."""
        content = self.read(lambda connection: self.app.desk.card(connection, number))
        return self.app.core.renderer.render(content, self.app.desk.language).text

    def remembered(self) -> str:
        """What is stored about all conversations."""
        states: list[str] = self.read(lambda c: [row.state for row in c.execute(select(conversations.c.state))])
        return "\n".join(states)

    def stored(self) -> str:
        """Every value of every table."""

        def everything(connection: Connection) -> str:
            rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
            return "\n".join(str(value) for row in rows for value in row)

        text: str = self.read(everything)
        return text


def member(name: str) -> Staff:
    """A member of staff by name."""
    return Staff(f"staff:{name.lower()}", name)


def _faults(connection: Connection) -> list[str]:
    undecided = select(inbox.c.error).where(inbox.c.error.is_not(None))
    undelivered = select(outbox.c.error).where(outbox.c.error.is_not(None))
    return [row.error for statement in (undecided, undelivered) for row in connection.execute(statement)]


@asynccontextmanager
async def stage(folder: Path, core: Core | None = None, hint: str | None = None) -> AsyncIterator[Stage]:
    """A running assistant with its database in `folder`; `hint` is the language of the residents' app."""
    clock = StandingClock()
    known = replace(core or real_core(), clock=clock)
    app = App(make_settings(folder / "bot.db"), known)
    ear = Ear(known, app.files)
    try:
        async with app.delivering({CHANNEL: ear}):
            yield Stage(app, ear, clock, hint=hint)
    finally:
        app.close()
