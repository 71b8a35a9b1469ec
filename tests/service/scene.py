"""The assistant without any channel: residents and staff do things, and everything else is the real code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from typing import TYPE_CHECKING, Any

from bot.core.mail import Delivered, Failed, OutboxItem, Rates
from bot.core.model import IncomingKind, Quote, Sentence
from bot.service.admin import AdminRoom
from bot.service.case_timers import KINDS as CASE_TIMERS
from bot.service.case_timers import CaseTimers
from bot.service.desk import Desk, Staff
from bot.service.digest import Digests
from bot.service.drafting import Drafts
from bot.service.figures import FiguresRoom
from bot.service.learning import Learning
from bot.service.notices import NoticeBoard
from bot.service.posting import StaffGroups
from bot.service.recalling import Recalls
from bot.service.receipts import Receipts
from bot.service.resident import Residents, accept
from bot.service.roles import StaffRoles
from bot.service.staff import StaffTopics
from bot.service.suggesting import Suggestions
from bot.store import conversations, inbox, outbox, tables, tickets
from bot.store.codec import conversation_from_json, mail_from_json
from tests.factories import CHANNEL, FakeClock, make_incoming
from tests.sentences import make_renderer
from tests.store.rows import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.conversation import Conversation
    from bot.core.mail import Mail, Outcome
    from bot.core.model import Content, Incoming
    from bot.core.ticket import Ticket
    from bot.service.brain import Loaded
    from bot.store.database import Database

GROUP, TRADE = "-100", "-200"
CHATS: Mapping[str, str] = {"citizens": GROUP, "trade": TRADE}
ASE, BO = Staff("7", "Åse"), Staff("8", "Bo")


@dataclass
class Scene:
    """One database, one desk; `chats` says which department has which staff group."""

    database: Database
    library: Loaded
    clock: FakeClock
    desk: Desk
    receipts: Receipts
    drafts: Drafts
    residents: Residents
    topics: StaffTopics
    timers: CaseTimers
    digests: Digests

    # ---- what people do --------------------------------------------------------------------------------

    def handle(self, incoming: Incoming) -> None:
        """Stores what arrived, and decides it as the worker does."""
        self.database.run(lambda c: accept(c, replace(incoming, at=self.clock.now())))
        while self.database.run(self._decide):
            pass

    def _decide(self, connection: Any) -> bool:
        item = inbox.head(connection, self.clock.now())
        if item is None:
            return False
        if item.incoming.kind in CASE_TIMERS:
            self.timers.handle(connection, item)
        elif item.incoming.kind == IncomingKind.DIGEST:
            self.digests.handle(connection, item)
        else:
            (self.topics if item.incoming.staff else self.residents).handle(connection, item)
        inbox.done(connection, item.seq, self.clock.now())
        return True

    def says(self, text: str, **fields: Any) -> list[Mail]:
        """A resident writes; returns what is said to them."""
        return self._answered(make_incoming(text=text, **fields))

    def presses(self, action: str, **fields: Any) -> list[Mail]:
        """A resident presses a button; returns what is said to them."""
        return self._answered(make_incoming(kind=IncomingKind.BUTTON, argument=action, text="", **fields))

    def sends_file(self, kind: str = "photo", caption: str = "", **fields: Any) -> list[Mail]:
        return self._answered(make_incoming(kind=IncomingKind.ATTACHMENT, attachment=kind, text=caption, **fields))

    def _answered(self, incoming: Incoming) -> list[Mail]:
        before = len(self.mails())
        self.handle(incoming)
        return [mail for mail in self.mails()[before:] if mail.chat == incoming.chat]

    def asks_a_person(self, question: str = "How do I get a CPR number?", **fields: Any) -> int:
        """A whole hand-over; returns the ticket's number. Its topic is made as the channel would."""
        self.says(question, **fields)
        self.presses("p:ask", **fields)
        self.presses(self.button("p:send", **fields), **fields)
        number = max(row["id"] for row in rows(self.database, tables.tickets))
        chat = self.ticket(number).staff_chat
        if chat is not None:
            self.database.run(lambda c: self.receipts.topic_created(c, number, f"t{number}", chat))
        return int(number)

    def button(self, prefix: str, *, chat: str = "100", **_fields: Any) -> str:
        """The last button that was shown in a chat and begins with `prefix`."""
        return [action for mail in self.to(chat) for action in actions(mail) if action.startswith(prefix)][-1]

    def staff_does(self, number: int, staff: Staff = ASE, **fields: Any) -> None:
        """A member of staff does something in the ticket's topic."""
        ticket = self.ticket(number)
        usual: dict[str, Any] = {
            "chat": ticket.staff_chat,
            "thread": ticket.staff_thread,
            "staff": True,
            "sender": staff.id,
            "sender_name": staff.name,
        }
        self.handle(make_incoming(**usual | fields))

    def staff_writes(self, number: int, text: str, staff: Staff = ASE, **fields: Any) -> None:
        self.staff_does(number, staff, text=text, **fields)

    def staff_presses(self, number: int, action: str, staff: Staff = ASE, **fields: Any) -> None:
        self.staff_does(number, staff, kind=IncomingKind.BUTTON, argument=action, text="", **fields)

    def staff_commands(self, number: int, name: str, staff: Staff = ASE, *, text: str = "") -> None:
        self.staff_does(number, staff, kind=IncomingKind.COMMAND, argument=name, text=text)

    # ---- what becomes of it ----------------------------------------------------------------------------

    def settles(self, outcome: Outcome | None = None, *, chat: str | None = None) -> list[OutboxItem]:
        """Delivers everything that waits (with `outcome` for one chat), as the sender does."""
        sent: list[OutboxItem] = []
        while items := self.database.run(self._claim):
            for item in items:
                result = outcome if outcome and chat in {None, item.mail.chat} else Delivered(f"m{item.seq}")
                self._note(item, result)
                sent.append(item)
        return sent

    def _claim(self, connection: Any) -> list[OutboxItem]:
        return outbox.claim(connection, lambda _channel, _chat: Rates(), (CHANNEL,), self.clock.now(), 1)

    def _note(self, item: OutboxItem, outcome: Outcome) -> None:
        def write(connection: Any) -> None:
            self.receipts.settled(connection, item, outcome)
            outbox.settle(connection, item, outcome, self.clock.now())

        self.database.run(write)

    def fails(self, reason: str, *, chat: str = "100") -> list[OutboxItem]:
        return self.settles(Failed(reason), chat=chat)

    # ---- what is to be seen ----------------------------------------------------------------------------

    def mails(self) -> list[Mail]:
        """Everything that was ever put into the outbox, oldest first."""
        return [mail_from_json(row["payload"]) for row in rows(self.database, tables.outbox)]

    def to(self, chat: str) -> list[Mail]:
        return [mail for mail in self.mails() if mail.chat == chat]

    def ticket(self, number: int) -> Ticket:
        return self.database.run(lambda c: tickets.get(c, number))

    def messages(self, number: int) -> list[tuple[str, str]]:
        """(side, text) of a ticket's messages."""
        return [(m.side, m.text) for m in self.database.run(lambda c: tickets.messages(c, number))]

    def state(self, chat: str = "100") -> Conversation:
        found = [row["state"] for row in rows(self.database, tables.conversations) if row["chat"] == chat]
        return conversation_from_json(found[0])

    def change(self, identity: int, **fields: Any) -> None:
        """Changes what is remembered of a conversation."""

        def work(connection: Any) -> None:
            _, _, state = conversations.get(connection, identity)
            conversations.save(connection, identity, replace(state, **fields), self.clock.now())

        self.database.run(work)


def make_scene(
    database: Database,
    library: Loaded,
    clock: FakeClock,
    *,
    chats: Mapping[str, str] | None = None,
    roles: StaffRoles | None = None,
) -> Scene:
    roles = roles or StaffRoles()
    groups = StaffGroups(CHANNEL, dict(CHATS if chats is None else chats), "da")
    desk = Desk(library, groups, clock)
    board = NoticeBoard(library, groups, clock)
    residents = Residents(library, make_renderer(library.knowledge), desk, clock)
    receipts = Receipts(desk.posts, clock, library)
    drafts = Drafts(library, make_renderer(library.knowledge), desk, clock)
    rooms = (
        board,
        FiguresRoom(library, desk, clock),
        AdminRoom(library, roles, clock),
        Learning(library, roles, clock),
        Recalls(library, groups, roles, clock),
    )
    topics = StaffTopics(desk, receipts, Suggestions(library, desk), drafts, rooms, roles, clock)
    digests = Digests(groups, clock, time(8))
    return Scene(database, library, clock, desk, receipts, drafts, residents, topics, CaseTimers(desk), digests)


def sentences(content: Content | None) -> list[str]:
    """The keys of a content's sentences."""
    return [part.key for part in content.parts if isinstance(part, Sentence)] if content else []


def keys(mail: Mail) -> list[str]:
    return sentences(mail.content)


def quotes(mail: Mail) -> list[str]:
    """Words of a person in a mail, letter by letter."""
    return [part.text for part in mail.content.parts if isinstance(part, Quote)] if mail.content else []


def actions(mail: Mail) -> list[str]:
    """What a mail's buttons do."""
    return [button.action for row in mail.content.rows for button in row] if mail.content else []
