"""The desk: what staff do with tickets. Telegram topics and the terminal call the same functions.

Every function runs on a connection inside one transaction; what people get to see goes through the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core import own, replies
from bot.core.mail import Copy, Delivered, Failed, Mail, Priority
from bot.core.model import Content, Quote, Ref, Sentence
from bot.core.routing import department_of, recipient, staff_chat
from bot.core.ticket import Event, State, after
from bot.errors import TransitionError
from bot.service import card, handover
from bot.service.mails import delete_topic_mail, resident_copy, resident_mail
from bot.store import conversations, outbox, personal, tickets
from bot.store.tickets import TicketMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy import Connection

    from bot.core.conversation import Attachment, Draft
    from bot.core.effects import Relay
    from bot.core.mail import OutboxItem, Outcome
    from bot.core.model import Argument, Incoming
    from bot.core.ticket import Ticket
    from bot.service.ports import Clock, Library

_UNREACHABLE = frozenset({"blocked", "deactivated", "unreachable"})


@dataclass(frozen=True, slots=True)
class StaffGroups:
    """Where staff see tickets: the channel, its chats by department, and the language they read."""

    channel: str
    chats: Mapping[str, str]
    language: str


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff: a stable id within the channel and the name colleagues see."""

    id: str
    name: str


class Desk:
    """What can be done with a ticket, whichever surface it comes from."""

    def __init__(self, library: Library, groups: StaffGroups, clock: Clock) -> None:
        """Takes what the assistant knows, where staff are, and the time."""
        self._library = library
        self._groups = groups
        self._clock = clock

    @property
    def language(self) -> str:
        """The language staff read."""
        return self._groups.language

    @property
    def today(self) -> date:
        """The date in Denmark."""
        return self._clock.today()

    @property
    def served(self) -> tuple[str, ...]:
        """The departments that have a staff group of their own."""
        return tuple(self._groups.chats)

    # ---- from the resident -----------------------------------------------------------------------------

    def open(
        self, connection: Connection, conversation: int, draft: Draft, language: str, incoming: Incoming
    ) -> Ticket:
        """Opens a ticket from what the resident agreed to pass on, and confirms it to them."""
        now, knowledge = self._clock.now(), self._library.knowledge
        department = recipient(department_of(draft, knowledge), knowledge, self.served)
        chat = staff_chat(department, knowledge.default_department, self._groups.chats)
        columns = {
            "conversation_id": conversation,
            "department": department,
            "entry": draft.entry,
            "language": language,
            "urgent": draft.urgent,
            "brief": handover.brief(draft, knowledge),
            "staff_channel": self._groups.channel if chat else None,
            "staff_chat": chat,
        }
        ticket = tickets.create(connection, columns, now)
        tickets.log(connection, ticket.id, "open", State.NEW, "resident", now)
        for message in handover.messages(draft, incoming):
            tickets.add_message(connection, ticket.id, message, now)
        first = Priority.URGENT if ticket.urgent else Priority.NEW_TICKET
        for kind in ("topic", "card"):
            self._to_topic(connection, ticket, kind=kind, priority=first)
        whole = "\n".join(draft.lines)
        if len(whole) > card.LONGEST_QUOTE:
            self._to_topic(connection, ticket, content=Content((Sentence("relay-intro"), Quote(whole))), priority=first)
        for file in draft.files:
            self._copy_to_topic(connection, ticket, file, incoming)
        confirmation = resident_mail(incoming.channel, incoming.chat, replies.handed_over(ticket.id), language)
        outbox.add(connection, confirmation, now)
        return ticket

    def relay(self, connection: Connection, effect: Relay, incoming: Incoming) -> None:
        """Passes on what a resident wrote in their open ticket."""
        ticket = tickets.get(connection, effect.ticket)
        now = self._clock.now()
        state = after(ticket, Event.RESIDENT, "resident")
        ticket = tickets.move(connection, ticket, Event.RESIDENT, state, "resident", None, now)
        message = TicketMessage(
            side="resident",
            author="resident",
            text=effect.text,
            attachment=effect.file.kind if effect.file else None,
            source_channel=incoming.channel,
            source_chat=incoming.chat,
            source_message=incoming.message_id,
        )
        tickets.add_message(connection, ticket.id, message, now)
        intro = "relay-edited" if effect.edited else "relay-file" if effect.file else "relay-intro"
        parts = (Sentence(intro), Quote(effect.text)) if effect.text else (Sentence(intro),)
        self._to_topic(connection, ticket, content=Content(parts))
        if effect.file:
            self._copy_to_topic(connection, ticket, effect.file, incoming)
        self._refresh(connection, ticket)

    def withdraw(self, connection: Connection, number: int, conversation: int) -> Ticket:
        """Takes a case back for its resident. Raises TransitionError when it is over or somebody else's."""
        ticket = self._move_own(connection, number, Event.WITHDRAW, conversation, own.withdrawn(number))
        self._to_topic(connection, ticket, content=Content((Sentence("desk-withdrawn"),)))
        self._to_topic(connection, ticket, kind="close", priority=Priority.CARD)
        return ticket

    def reopen_by_resident(self, connection: Connection, number: int, conversation: int) -> Ticket:
        """Opens a case again for its resident. Raises TransitionError when it is open or somebody else's."""
        ticket = self._move_own(connection, number, Event.RESIDENT_REOPEN, conversation, own.reopened(number))
        self._to_topic(connection, ticket, kind="reopen", priority=Priority.CARD)
        self._to_topic(connection, ticket, content=Content((Sentence("desk-reopened-by-resident"),)))
        return ticket

    def resident_left(self, connection: Connection, numbers: Iterable[int]) -> None:
        """Tells the staff of a resident's open tickets that answers cannot be delivered any more."""
        for number in numbers:
            ticket = tickets.get(connection, number)
            self._to_topic(connection, ticket, content=Content((Sentence("desk-resident-left"),)))

    # ---- from staff ------------------------------------------------------------------------------------

    def claim(self, connection: Connection, number: int, staff: Staff) -> Ticket:
        """Makes `staff` the owner. Raises TransitionError when it is taken or closed."""
        ticket = self._move(connection, number, Event.CLAIM, staff)
        self._tell(connection, ticket, replies.claimed(number), owned=True)
        return ticket

    def reply(
        self,
        connection: Connection,
        number: int,
        staff: Staff,
        text: str,
        *,
        file: Attachment | None = None,
        entry: str | None = None,
        source: tuple[str, str, str | None] | None = None,
    ) -> int:
        """Sends `text` (and a file) to the resident and returns the message's id.

        With an `entry`, the resident gets its approved text in their language; `text` is what staff know it by.
        `source` is where staff wrote it: channel, chat, message id. Raises TransitionError when the ticket is closed
        or somebody else's.
        """
        ticket = self._move(connection, number, Event.REPLY, staff)
        channel, chat, message_id = source or (None, None, None)
        identity = tickets.add_message(
            connection,
            number,
            TicketMessage(
                side="staff",
                author=staff.id,
                text=text,
                attachment=file.kind if file else None,
                source_channel=channel,
                source_chat=chat,
                source_message=message_id,
                delivery="pending",
            ),
            self._clock.now(),
        )
        if file is None:
            by_entry = replies.staff_entry(number, ticket.department, entry) if entry else None
            content = by_entry or replies.staff_reply(number, ticket.department, text)
            self._tell(connection, ticket, content, owned=True, message=identity)
        else:
            self._send_file(connection, ticket, file, chat or "", channel or "", identity)
        return identity

    def note(self, connection: Connection, number: int, staff: Staff, text: str) -> None:
        """Keeps a note among staff; an empty one is none."""
        if text:
            message = TicketMessage(side="note", author=staff.id, text=text)
            tickets.add_message(connection, number, message, self._clock.now())

    def close(self, connection: Connection, number: int, staff: Staff) -> Ticket:
        """Closes the ticket and tells the resident. Raises TransitionError when it is closed already."""
        ticket = self._move(connection, number, Event.CLOSE, staff)
        self._tell(connection, ticket, replies.closed(number), owned=False)
        self._to_topic(connection, ticket, kind="close", priority=Priority.CARD)
        return ticket

    def reopen(self, connection: Connection, number: int, staff: Staff) -> Ticket:
        """Opens a closed ticket again, now with `staff`. Raises TransitionError when it is open."""
        ticket = self._move(connection, number, Event.REOPEN, staff)
        self._to_topic(connection, ticket, kind="reopen", priority=Priority.CARD)
        self._tell(connection, ticket, replies.reopened(number), owned=True)
        return ticket

    def show(self, connection: Connection, ticket: Ticket, content: Content) -> None:
        """Says `content` to staff in the ticket's topic."""
        self._to_topic(connection, ticket, content=content)

    def say(self, connection: Connection, ticket: Ticket, key: str, quote: str = "", **args: Argument) -> None:
        """Says something to staff in the ticket's topic, with a `quote` of somebody's words below it."""
        parts = (Sentence(key, args), Quote(quote)) if quote else (Sentence(key, args),)
        self._to_topic(connection, ticket, content=Content(parts))

    def card(self, connection: Connection, number: int) -> Content:
        """Returns the ticket's card as it is now."""
        ticket = self.about_known(tickets.get(connection, number))
        return card.content(ticket, tickets.messages(connection, number))

    def about_known(self, ticket: Ticket) -> Ticket:
        """Returns `ticket` without its entry if that was withdrawn from the knowledge meanwhile."""
        return ticket if ticket.entry in self._library.knowledge.entries else replace(ticket, entry=None)

    # ---- what became of messages -----------------------------------------------------------------------

    def settled(self, connection: Connection, item: OutboxItem, outcome: Outcome) -> None:
        """Shows staff, where they wrote it, whether a message to the resident arrived."""
        mail = item.mail
        if mail.staff and mail.kind == "copy" and mail.ticket is not None and isinstance(outcome, Failed):
            reason = Ref("sentence", f"reason-{outcome.reason}")
            if (ticket := tickets.find(connection, mail.ticket)) is not None:
                self.say(connection, ticket, "desk-failed", reason=reason)
        if mail.staff or mail.ticket_message is None or not isinstance(outcome, Delivered | Failed):
            return
        message = tickets.message(connection, mail.ticket_message)
        if message is not None:
            self._lock(connection, message.ticket)
        ticket = tickets.find(connection, message.ticket) if message is not None else None
        if message is None or ticket is None:  # erased while it was on its way
            return
        tickets.mark_delivery(connection, message.id, "delivered" if isinstance(outcome, Delivered) else "failed")
        if isinstance(outcome, Failed):
            reason = Ref("sentence", f"reason-{outcome.reason}")
            self.say(connection, ticket, "desk-failed", reason=reason)
            if outcome.reason in _UNREACHABLE:
                self._mark_unreachable(connection, ticket)
        elif message.source_message and message.source_channel == ticket.staff_channel:
            self._to_topic(connection, ticket, kind="react", target=message.source_message, priority=Priority.CARD)

    def topic_created(self, connection: Connection, number: int, thread: str, chat: str | None = None) -> None:
        """Notes the staff topic of a ticket, unless it has one or `chat` is not where its staff are.

        One that was made while its case was erased is deleted, once the channel has said where (`chat`) it is.
        """
        ticket = tickets.find(connection, number)
        if ticket is not None and ticket.staff_thread is None and chat in {None, ticket.staff_chat}:
            tickets.set_topic(connection, number, thread, None)
        if ticket is None and chat is not None and personal.was_erased(connection, number):
            outbox.add(connection, delete_topic_mail(self._groups.channel, chat, thread), self._clock.now())

    def topic_lost(self, connection: Connection, number: int) -> None:
        """The staff topic was deleted: the next message makes a new one, with a new card."""
        tickets.set_topic(connection, number, None, None)

    # ---- inside ----------------------------------------------------------------------------------------

    def _move(self, connection: Connection, number: int, event: Event, staff: Staff) -> Ticket:
        self._lock(connection, number)
        ticket = tickets.find(connection, number)
        if ticket is None:
            raise TransitionError(ticket=number, state="unknown", event=event.value, owner="")
        state = after(ticket, event, staff.id)
        name = None if event == Event.CLOSE else staff.name
        ticket = tickets.move(connection, ticket, event, state, staff.id, name, self._clock.now())
        self._refresh(connection, ticket)
        return ticket

    def _move_own(
        self, connection: Connection, number: int, event: Event, conversation: int, content: Content
    ) -> Ticket:
        """A resident's move of their own case, confirmed to them; what they write goes to the assistant again."""
        self._lock(connection, number)
        ticket = tickets.find(connection, number)
        if ticket is None or ticket.conversation != conversation:
            raise TransitionError(ticket=number, state="unknown", event=event.value, owner="")
        state, now = after(ticket, event, "resident"), self._clock.now()
        ticket = tickets.move(connection, ticket, event, state, "resident", None, now)
        self._refresh(connection, ticket)
        channel, chat = self._point(connection, ticket, owned=False)
        _, _, known = conversations.get(connection, conversation)
        outbox.add(connection, resident_mail(channel, chat, content, known.language or ticket.language), now)
        return ticket

    def _lock(self, connection: Connection, number: int) -> None:
        """Conversation before ticket, as a resident's message locks them; the other way round both could wait."""
        conversation = tickets.conversation_of(connection, number)
        if conversation is not None:
            conversations.lock(connection, conversation)

    def _refresh(self, connection: Connection, ticket: Ticket) -> None:
        """The newest card wins: one that still waits is replaced."""
        if ticket.staff_chat is not None:
            outbox.supersede(connection, _lane(ticket), "card", self._clock.now())
            self._to_topic(connection, ticket, kind="card", priority=Priority.CARD)

    def _tell(
        self, connection: Connection, ticket: Ticket, content: Content, *, owned: bool, message: int | None = None
    ) -> None:
        """Says `content` to the resident; while `owned`, what they write goes to this ticket."""
        channel, chat = self._point(connection, ticket, owned=owned)
        mail = resident_mail(channel, chat, content, ticket.language, ticket_message=message)
        outbox.add(connection, mail, self._clock.now())

    def _send_file(
        self, connection: Connection, ticket: Ticket, file: Attachment, chat: str, channel: str, message: int
    ) -> None:
        to_channel, to_chat = self._point(connection, ticket, owned=True)
        if channel != to_channel:
            tickets.mark_delivery(connection, message, "failed")
            self.say(connection, ticket, "desk-failed", reason=Ref("sentence", "reason-file"))
            return
        intro = resident_mail(to_channel, to_chat, replies.staff_file(ticket.id, ticket.department), ticket.language)
        outbox.add(connection, intro, self._clock.now())
        source = Copy(chat, file.message_id, file.kind)
        copy = resident_copy(to_channel, to_chat, source, ticket.language, message)
        outbox.add(connection, copy, self._clock.now())

    def _point(self, connection: Connection, ticket: Ticket, *, owned: bool) -> tuple[str, str]:
        channel, chat, state = conversations.get(connection, ticket.conversation)
        # Somebody who is writing to the staff of one case goes on doing so: private words must not change hands.
        if owned:
            changed = replace(state, ticket=ticket.id if state.ticket is None else state.ticket)
        else:
            changed = replace(state, ticket=None if state.ticket == ticket.id else state.ticket)
        conversations.save(connection, ticket.conversation, changed, self._clock.now())
        return channel, chat

    def _mark_unreachable(self, connection: Connection, ticket: Ticket) -> None:
        _, _, state = conversations.get(connection, ticket.conversation)
        conversations.save(connection, ticket.conversation, replace(state, reachable=False), self._clock.now())

    def _copy_to_topic(self, connection: Connection, ticket: Ticket, file: Attachment, incoming: Incoming) -> None:
        if incoming.channel == ticket.staff_channel:
            self._to_topic(connection, ticket, kind="copy", copy=Copy(incoming.chat, file.message_id, file.kind))

    def _to_topic(
        self,
        connection: Connection,
        ticket: Ticket,
        *,
        kind: str = "say",
        content: Content | None = None,
        copy: Copy | None = None,
        target: str = "",
        priority: Priority = Priority.RELAY,
    ) -> None:
        """Puts a message for the ticket's staff topic into the outbox; without staff groups the desk is read."""
        if ticket.staff_channel is None or ticket.staff_chat is None:
            return
        mail = Mail(
            channel=ticket.staff_channel,
            chat=ticket.staff_chat,
            lane=_lane(ticket),
            kind=kind,
            language=self._groups.language,
            priority=priority,
            content=content,
            copy=copy,
            target=target,
            ticket=ticket.id,
            staff=True,
        )
        outbox.add(connection, mail, self._clock.now())


def _lane(ticket: Ticket) -> str:
    return f"{ticket.staff_channel}:{ticket.staff_chat}:ticket:{ticket.id}"
