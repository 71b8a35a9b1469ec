"""The desk: what residents and staff do with tickets. Telegram topics and the terminal call the same functions.

Every function runs on a connection inside one transaction; what people get to see goes through the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core import desk_replies, own
from bot.core.mail import Copy, Priority
from bot.core.model import Content, Quote, Ref, Sentence
from bot.core.routing import audience_of, department_of, recipient, staff_chat
from bot.core.ticket import SYSTEM, Event, State, after, owner_after
from bot.errors import TransitionError
from bot.service import card, handover
from bot.service.mails import resident_mail
from bot.service.posting import Posts, lane
from bot.service.promises import Promises
from bot.service.topic_contents import TopicContents
from bot.store import outbox, tickets
from bot.store.tickets import TicketMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from bot.core.conversation import Attachment, Draft
    from bot.core.effects import Relay
    from bot.core.model import Argument, Incoming, Part
    from bot.core.ticket import Ticket
    from bot.service.ports import Clock, Library
    from bot.service.posting import StaffGroups

IDLE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff: a stable id within the channel and the name colleagues see."""

    id: str
    name: str


_RESIDENT = Staff("resident", "")
"""The actor of a resident's moves, which make nobody an owner."""


class Desk:
    """What can be done with a ticket, whichever surface it comes from."""

    def __init__(
        self,
        library: Library,
        groups: StaffGroups,
        clock: Clock,
        *,
        idle_days: int = IDLE_DAYS,
        translates: bool = False,
    ) -> None:
        """Takes what the assistant knows, where staff are, the time, after how many silent days a case is done, and
        whether there is a translator.
        """
        self._library = library
        self.translates = translates
        self._clock = clock
        self.posts = Posts(groups, clock)
        self.contents = TopicContents(self.posts, translates=translates)
        self.promises = Promises(library, self.posts, clock, timedelta(days=idle_days))

    @property
    def language(self) -> str:
        """The language staff read."""
        return self.posts.groups.language

    @property
    def today(self) -> date:
        """The date in Denmark."""
        return self._clock.today()

    @property
    def served(self) -> tuple[str, ...]:
        """The departments that have a staff group of their own."""
        return tuple(self.posts.groups.chats)

    # ---- from the resident -----------------------------------------------------------------------------

    def open(
        self, connection: Connection, conversation: int, draft: Draft, language: str, incoming: Incoming
    ) -> Ticket:
        """Opens a ticket from what the resident agreed to pass on, and confirms it to them."""
        now, knowledge = self._clock.now(), self._library.knowledge
        department = recipient(department_of(draft, knowledge, language), knowledge, self.served)
        chat = self._chat_of(department)
        columns = {
            "conversation_id": conversation,
            "department": department,
            "entry": draft.entry,
            "audience": audience_of(draft, knowledge),
            "language": language,
            "urgent": draft.urgent,
            "brief": handover.brief(draft, knowledge),
            "staff_channel": self.posts.groups.channel if chat else None,
            "staff_chat": chat,
        }
        ticket = tickets.create(connection, columns, now)
        tickets.log(connection, ticket.id, "open", State.NEW, "resident", now)
        for message in handover.messages(draft, incoming):
            tickets.add_message(connection, ticket.id, message, now)
        ticket = self.promises.opened(connection, ticket)
        self.contents.new(connection, ticket)
        back = self.promises.back_at(connection, department)
        said = desk_replies.handed_over(ticket.id, ticket.promised_at, back)
        outbox.add(connection, resident_mail(incoming.channel, incoming.chat, said, language), now)
        return ticket

    def _chat_of(self, department: str) -> str | None:
        return staff_chat(department, self._library.knowledge.default_department, self.posts.groups.chats)

    def relay(self, connection: Connection, effect: Relay, incoming: Incoming) -> None:
        """Passes on what a resident wrote in their open ticket."""
        ticket = self._written(connection, tickets.get(connection, effect.ticket), Event.RESIDENT, _RESIDENT)
        message = TicketMessage(
            side="resident",
            author="resident",
            text=effect.text,
            attachment=effect.file.kind if effect.file else None,
            source_channel=incoming.channel,
            source_chat=incoming.chat,
            source_message=incoming.message_id,
            album=effect.file.album if effect.file else None,
        )
        identity = tickets.add_message(connection, ticket.id, message, self._clock.now())
        intro = "relay-edited" if effect.edited else "relay-file" if effect.file else "relay-intro"
        said: tuple[Part, ...] = (self.contents.quoted(ticket, effect.text),) if effect.text else ()
        joined = effect.file is not None and self.posts.join_album(connection, lane(ticket), effect.file)
        if said or not joined:
            self.posts.relay(connection, ticket, intro, said, identity)
        if not joined:
            for first, copy in handover.copies([replace(message, id=identity)]):
                self.posts.copy_to_topic(connection, ticket, copy, first, growing=True)
        self.posts.refresh(connection, ticket)

    def withdraw(self, connection: Connection, number: int, conversation: int) -> Ticket:
        """Takes a case back for its resident. Raises TransitionError when it is over or somebody else's."""
        ticket = self._move_own(connection, number, Event.WITHDRAW, conversation, own.withdrawn(number))
        self.posts.say(connection, ticket, "desk-withdrawn")
        self.posts.to_topic(connection, ticket, kind="close", priority=Priority.CARD)
        return ticket

    def close_by_resident(self, connection: Connection, number: int, conversation: int) -> Ticket:
        """Closes a case whose resident needs nothing more. Raises TransitionError if it is over or somebody else's."""
        ticket = self._move_own(connection, number, Event.CLOSE, conversation, desk_replies.closed(number))
        self.posts.say(connection, ticket, "desk-closed-by-resident")
        self.posts.to_topic(connection, ticket, kind="close", priority=Priority.CARD)
        return ticket

    def reopen_by_resident(self, connection: Connection, number: int, conversation: int) -> Ticket:
        """Opens a case again for its resident. Raises TransitionError when it is open or somebody else's."""
        ticket = self._move_own(connection, number, Event.RESIDENT_REOPEN, conversation, own.reopened(number))
        self.posts.to_topic(connection, ticket, kind="reopen", priority=Priority.CARD)
        self.posts.say(connection, ticket, "desk-reopened-by-resident")
        return ticket

    def still_needed(self, connection: Connection, number: int) -> None:
        """The resident of a silent case still needs help. Raises TransitionError when it is over."""
        ticket = self._written(connection, tickets.get(connection, number), Event.RESIDENT, _RESIDENT)
        self.posts.say(connection, ticket, "desk-still-needed")
        self.posts.refresh(connection, ticket)

    def rated(self, connection: Connection, number: int, *, good: bool) -> None:
        """Notes how the resident found the help they got; the last word counts."""
        rating = "yes" if good else "no"
        tickets.change(connection, number, {"rating": rating})
        ticket = tickets.get(connection, number)
        tickets.log(connection, number, f"rated_{rating}", ticket.state.value, "resident", self._clock.now())
        self.posts.refresh(connection, ticket)

    def resident_left(self, connection: Connection, numbers: Iterable[int]) -> None:
        """Tells the staff of a resident's open tickets that answers cannot be delivered any more."""
        for number in numbers:
            self.posts.say(connection, tickets.get(connection, number), "desk-resident-left")

    def resident_back(self, connection: Connection, numbers: Iterable[int]) -> None:
        """Tells the staff of a resident's open tickets that answers can be delivered again."""
        for number in numbers:
            self.posts.say(connection, tickets.get(connection, number), "desk-resident-back")

    # ---- from staff ------------------------------------------------------------------------------------

    def claim(self, connection: Connection, number: int, staff: Staff) -> Ticket:
        """Makes `staff` the owner. Raises TransitionError when it is taken or closed."""
        ticket = self._move(connection, number, Event.CLAIM, staff)
        self.posts.tell(connection, ticket, desk_replies.claimed(number), owned=True)
        return ticket

    def release(self, connection: Connection, number: int, staff: Staff) -> Ticket:
        """Puts a ticket back into the queue. Raises TransitionError when nobody has it, or somebody else."""
        return self._move(connection, number, Event.RELEASE, staff)

    def wait(self, connection: Connection, number: int, staff: Staff) -> Ticket:
        """The next word is the resident's. Raises TransitionError for a ticket that is new, closed or another's."""
        return self._move(connection, number, Event.WAIT, staff)

    def reply(
        self,
        connection: Connection,
        number: int,
        staff: Staff,
        text: str,
        *,
        said: Part | None = None,
        file: Attachment | None = None,
        source: tuple[str, str, str | None] | None = None,
        bare: bool = False,
    ) -> int:
        """Sends `text` (or a file) to the resident and returns the message's id.

        With `said` (an entry, a translated phrase) the resident gets that; `text` is what staff know it by. `source`
        is where staff wrote it: channel, chat, message id. `bare`: the file goes without the words that staff wrote
        under it, and `text` above it. Raises TransitionError when the ticket is closed or somebody else's.
        """
        ticket = self._move(connection, number, Event.REPLY, staff)
        channel, chat, message_id = source or (None, None, None)
        message = TicketMessage(
            side="staff",
            author=staff.id,
            text=text,
            attachment=file.kind if file else None,
            source_channel=channel,
            source_chat=chat,
            source_message=message_id,
            album=file.album if file else None,
            delivery="pending",
        )
        identity = tickets.add_message(connection, number, message, self._clock.now())
        if file is None:
            content = desk_replies.staff_reply(number, ticket.department, said or Quote(text))
            self.posts.tell(connection, ticket, content, owned=True, message=identity)
        else:
            above = text if bare else ""
            self._send_file(connection, ticket, file, (channel or "", chat or ""), identity, above)
        return identity

    def note(self, connection: Connection, number: int, staff: Staff, text: str) -> None:
        """Keeps a note among staff; an empty one is none."""
        if text:
            message = TicketMessage(side="note", author=staff.id, text=text)
            tickets.add_message(connection, number, message, self._clock.now())

    def close(self, connection: Connection, number: int, staff: Staff) -> Ticket:
        """Closes the ticket and tells the resident. Raises TransitionError when it is closed already."""
        return self._close(connection, self._move(connection, number, Event.CLOSE, staff), idle=False)

    def close_idle(self, connection: Connection, number: int) -> Ticket:
        """Closes a ticket after a long silence of its resident. Raises TransitionError when staff are to answer."""
        ticket = self._move(connection, number, Event.IDLE, Staff(SYSTEM, SYSTEM))
        self.posts.say(connection, ticket, "desk-closed-idle")
        return self._close(connection, ticket, idle=True)

    def _close(self, connection: Connection, ticket: Ticket, *, idle: bool) -> Ticket:
        self.posts.tell(connection, ticket, desk_replies.closed(ticket.id, idle=idle), owned=False)
        self.posts.to_topic(connection, ticket, kind="close", priority=Priority.CARD)
        return ticket

    def reopen(self, connection: Connection, number: int, staff: Staff) -> Ticket:
        """Opens a closed ticket again, now with `staff`. Raises TransitionError when it is open."""
        ticket = self._move(connection, number, Event.REOPEN, staff)
        self.posts.to_topic(connection, ticket, kind="reopen", priority=Priority.CARD)
        self.posts.tell(connection, ticket, desk_replies.reopened(number), owned=True)
        return ticket

    def transfer(self, connection: Connection, number: int, staff: Staff, department: str) -> Ticket:
        """Hands a ticket over to another department, with its history, and tells the resident.

        A department without a group of its own goes where `recipient` says. Raises TransitionError when the ticket is
        over or somebody else's, and for a department that has it already or is unknown (state "known").
        """
        knowledge = self._library.knowledge
        known = department in knowledge.departments
        to = recipient(department, knowledge, self.served) if known else department
        self.posts.lock(connection, number)
        ticket = tickets.find(connection, number)
        if ticket is None or not known or to == ticket.department:
            raise TransitionError(ticket=number, state="known", event=Event.TRANSFER.value, owner="")
        self._move(connection, number, Event.TRANSFER, staff)
        tickets.change(connection, number, {"department": to})
        promised = self.promises.handed_over(connection, tickets.get(connection, number)).promised_at
        names: dict[str, Argument] = {"department": Ref("department", to), "name": staff.name}
        if (chat := self._chat_of(to)) == ticket.staff_chat:
            ticket = tickets.get(connection, number)
            self.show(connection, ticket, Content((Sentence("desk-moved", names),)))
            self.posts.refresh(connection, ticket)
        else:
            self.posts.leave_topic(connection, ticket, Content((Sentence("desk-moved", names),)))
            place = {"staff_chat": chat, "staff_thread": None, "card_message": None}
            tickets.change(connection, number, place)
            ticket = tickets.get(connection, number)
            self.contents.new(connection, ticket)
            self.posts.say(connection, ticket, "desk-moved-here", name=staff.name)
            self.contents.history(connection, ticket)
        self.posts.tell(connection, ticket, desk_replies.transferred(number, to, promised))
        return ticket

    # ---- what is shown ---------------------------------------------------------------------------------

    def show(self, connection: Connection, ticket: Ticket, content: Content) -> None:
        """Says `content` to staff in the ticket's topic."""
        self.posts.to_topic(connection, ticket, content=content)

    def say(self, connection: Connection, ticket: Ticket, key: str, quote: str = "", **args: Argument) -> None:
        """Says something to staff in the ticket's topic, with a `quote` of somebody's words below it."""
        self.posts.say(connection, ticket, key, quote, **args)

    def card(self, connection: Connection, number: int) -> Content:
        """Returns the ticket's card as it is now."""
        ticket = self.about_known(tickets.get(connection, number))
        foreign = ticket.language != self.language and not self.translates
        help_there = card.available(self._library.knowledge) if foreign else None
        return card.content(ticket, tickets.messages(connection, number), help_there)

    def about_known(self, ticket: Ticket) -> Ticket:
        """Returns `ticket` without its entry if that was withdrawn from the knowledge meanwhile."""
        return ticket if ticket.entry in self._library.knowledge.entries else replace(ticket, entry=None)

    def departments(self, ticket: Ticket) -> Sequence[str]:
        """The departments to which a ticket can be handed over."""
        knowledge = self._library.knowledge
        to = (recipient(name, knowledge, self.served) for name in knowledge.departments)
        return [name for name in dict.fromkeys(to) if name != ticket.department]

    # ---- inside ----------------------------------------------------------------------------------------

    def _move(self, connection: Connection, number: int, event: Event, staff: Staff) -> Ticket:
        self.posts.lock(connection, number)
        before = tickets.find(connection, number)
        if before is None:
            raise TransitionError(ticket=number, state="unknown", event=event.value, owner="")
        ticket = self._written(connection, before, event, staff)
        self.posts.refresh(connection, ticket)
        return ticket

    def _written(self, connection: Connection, before: Ticket, event: Event, actor: Staff) -> Ticket:
        """Writes a move of a ticket, if the table allows it, and what follows for its promises and timers."""
        state = after(before, event, actor.id)
        name = actor.name if owner_after(event) else None
        ticket = tickets.move(connection, before, event, state, actor.id, name, self._clock.now())
        return self.promises.moved(connection, before.state, ticket, event)

    def _move_own(
        self, connection: Connection, number: int, event: Event, conversation: int, content: Content
    ) -> Ticket:
        """A resident's move of their own case, confirmed to them; what they write goes to the assistant again."""
        self.posts.lock(connection, number)
        before = tickets.find(connection, number)
        if before is None or before.conversation != conversation:
            raise TransitionError(ticket=number, state="unknown", event=event.value, owner="")
        ticket = self._written(connection, before, event, _RESIDENT)
        self.posts.refresh(connection, ticket)
        channel, chat, known = self.posts.pointed(connection, ticket, owned=False)
        mail = resident_mail(channel, chat, content, known.language or ticket.language)
        outbox.add(connection, mail, self._clock.now())
        return ticket

    def _send_file(
        self, connection: Connection, ticket: Ticket, file: Attachment, place: tuple[str, str], message: int, above: str
    ) -> None:
        """What comes as an album goes as one; a file without its own words (`above` stands for them) goes alone."""
        to_channel, to_chat = self.posts.point(connection, ticket, owned=True)
        channel, chat = place
        if channel != to_channel:
            tickets.mark_delivery(connection, message, "failed")
            self.posts.say(connection, ticket, "desk-failed", reason=Ref("sentence", "reason-file"))
            return
        said = desk_replies.staff_file(ticket.id, ticket.department, above)
        source = Copy(chat, file.message_id, file.kind, bare=bool(above))
        album = None if above else file.album
        self.posts.copy_to_resident(connection, ticket, (to_channel, to_chat), said, source, message, album)
