"""One message of staff in their group: commands and buttons anywhere, answers and notes in a ticket's topic."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bot.core import desk_replies
from bot.core.mail import KEEP_CLOSED
from bot.core.model import Button, Content, IncomingKind, Ref, Sentence
from bot.core.numbers import number_of
from bot.delivery.observing import UNOBSERVED
from bot.errors import TransitionError
from bot.service import admin, departures, reactions
from bot.service.answering import NOTE, Answers
from bot.service.desk import Staff
from bot.service.mails import staff_answer
from bot.service.moving import is_staff, move_group
from bot.store import audit, outbox, tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.core.model import Incoming
    from bot.core.ticket import Ticket
    from bot.delivery.observing import Observer
    from bot.service.desk import Desk
    from bot.service.drafting import Drafts
    from bot.service.ports import Clock
    from bot.service.receipts import Receipts
    from bot.service.suggesting import Suggestions

COMMANDS = ("claim", "suggest", "phrase", "note", "wait", "handover", "release", "close", "reopen")
"""The commands in a ticket's topic, in the order in which they are shown."""


class Room(Protocol):
    """Something that staff do in their groups and that is about no single ticket's course."""

    @property
    def commands(self) -> tuple[str, ...]:
        """Its commands, in the order in which they are shown."""
        ...

    def answer(self, connection: Connection, incoming: Incoming, staff: Staff, here: Ticket | None) -> Content | None:
        """Does what `staff` want and returns what is said where they wrote; None if it is about something else.

        `here` is the ticket in whose topic they did it.
        """
        ...


class Roles(Protocol):
    """Who may do what."""

    def refusal(self, incoming: Incoming) -> str | None:
        """The key of what is said to somebody who may not act as staff; None for those who may."""
        ...


class StaffTopics:
    """Decides what follows from what staff do in a group, in one transaction."""

    def __init__(
        self,
        desk: Desk,
        receipts: Receipts,
        suggestions: Suggestions,
        drafts: Drafts,
        rooms: Sequence[Room],
        roles: Roles,
        clock: Clock,
    ) -> None:
        """Takes the desk, what notes topics, what finds entries, what makes previews, the other things staff do, and
        who may do them.
        """
        self._desk = desk
        self._receipts = receipts
        self._suggestions = suggestions
        self._drafts = drafts
        self._rooms = rooms
        self._roles = roles
        self._clock = clock
        self._observer: Observer = UNOBSERVED
        self._answers = Answers(desk)
        self._happened: Mapping[IncomingKind, Callable[[Connection, Incoming], None]] = {
            IncomingKind.TOPIC_CREATED: self._reconcile,
            IncomingKind.TOPIC_CLOSED: self._topic_closed,
            IncomingKind.TOPIC_REOPENED: self._topic_reopened,
            IncomingKind.STAFF_LEFT: self._left,
            IncomingKind.STAFF_CAME: departures.came,
            IncomingKind.GROUP_MOVED: self._moved,
            IncomingKind.GROUP_READY: self._ready,
            IncomingKind.REACTION: self._reacted,
        }

    def observe(self, observer: Observer) -> None:
        """From now on `observer` is told of what people try who are no staff."""
        self._observer = observer

    @property
    def commands(self) -> tuple[str, ...]:
        """All commands of staff."""
        return (*COMMANDS, *(command for room in self._rooms for command in room.commands))

    def handle(self, connection: Connection, item: InboxItem) -> None:
        """Handles one message from a staff chat. What is about neither a room nor a ticket stays among staff."""
        incoming = item.incoming
        is_staff(connection, self._desk.posts.groups, incoming.chat)  # so that its new address is known here too
        if incoming.kind in self._happened:
            self._happened[incoming.kind](connection, incoming)
            return
        staff = Staff(incoming.sender, incoming.sender_name or incoming.sender)
        shown = self._shown(connection, incoming)
        ticket = self._meant(connection, incoming, shown)
        refusal = self._refused(connection, item, ticket)
        if refusal is not None:
            self._answer(connection, incoming, ticket, Content((Sentence(refusal),)))
            return
        here = ticket or shown
        for room in self._rooms:
            content = room.answer(connection, incoming, staff, here)
            if content is not None:
                self._answer(connection, incoming, here, content)
                return
        if ticket is None:
            self._nowhere(connection, incoming)
            return
        try:
            self._act(connection, ticket, incoming, staff)
        except TransitionError as refused:
            self._explain(connection, ticket, incoming, refused)

    def _refused(self, connection: Connection, item: InboxItem, ticket: Ticket | None) -> str | None:
        """The key of why nothing is done with what somebody meant for the assistant; None where something is."""
        incoming = item.incoming
        if ticket is None and incoming.kind not in {IncomingKind.COMMAND, IncomingKind.BUTTON}:
            return None
        if departures.has_left(connection, item):
            return "desk-not-sent-left"
        if incoming.forwarded and incoming.kind in {IncomingKind.TEXT, IncomingKind.ATTACHMENT}:
            return "desk-forwarded"
        refusal = self._roles.refusal(incoming)
        if refusal is not None:
            self._tried(connection, incoming)
        return refusal

    def _tried(self, connection: Connection, incoming: Incoming) -> None:
        """Counts what somebody tried who is no staff; what only administrators may is noted as well, without words."""
        self._observer.held_back("not-staff")
        name = incoming.argument.partition(":")[0].lower()
        if incoming.kind in {IncomingKind.COMMAND, IncomingKind.BUTTON} and name in admin.COMMANDS:
            audit.append(connection, self._clock.now(), incoming.sender, "refused", {"command": name})

    def _answer(self, connection: Connection, incoming: Incoming, ticket: Ticket | None, content: Content) -> None:
        """Answers where somebody wrote; to all files of an album once."""
        mail = staff_answer(incoming, ticket.id if ticket else None, content, self._desk.language)
        if incoming.album is not None:
            mail = replace(mail, dedupe=f"told:{incoming.channel}:{incoming.chat}:{incoming.album}")
        outbox.add(connection, mail, self._clock.now())

    # ---- which ticket ----------------------------------------------------------------------------------

    def _meant(self, connection: Connection, incoming: Incoming, shown: Ticket | None) -> Ticket | None:
        """The ticket that the topic shows; a button must belong to the ticket whose topic it is pressed in."""
        if incoming.thread is None and incoming.kind == IncomingKind.BUTTON:
            return self._by_button(connection, incoming)
        if shown is not None and incoming.kind == IncomingKind.BUTTON:
            return shown if _number(incoming) == str(shown.id) else None
        return shown

    def _shown(self, connection: Connection, incoming: Incoming) -> Ticket | None:
        """The ticket that the topic shows in which somebody did something."""
        thread = incoming.thread
        return tickets.by_topic(connection, incoming.channel, incoming.chat, thread) if thread is not None else None

    def _by_button(self, connection: Connection, incoming: Incoming) -> Ticket | None:
        """An old card comes without its topic: the ticket named by the button must belong to this group."""
        number = number_of(_number(incoming))
        self._desk.posts.lock(connection, number)
        ticket = tickets.find(connection, number)
        here = ticket is not None and (ticket.staff_channel, ticket.staff_chat) == (incoming.channel, incoming.chat)
        return ticket if here else None

    def _nowhere(self, connection: Connection, incoming: Incoming) -> None:
        """Words in the topic of a ticket that has gone elsewhere reach nobody, and staff are told so."""
        if incoming.thread is None:
            return
        gone = tickets.once_in_topic(connection, incoming.channel, incoming.chat, incoming.thread)
        if gone is not None and (gone.staff_chat, gone.staff_thread) != (incoming.chat, incoming.thread):
            said = Sentence("desk-elsewhere", {"number": gone.number, "department": Ref("department", gone.department)})
            self._answer(connection, incoming, None, Content((said,)))

    # ---- in a ticket's topic ---------------------------------------------------------------------------

    def _act(self, connection: Connection, ticket: Ticket, incoming: Incoming, staff: Staff) -> None:
        match incoming.kind:
            case IncomingKind.BUTTON:
                self._button(connection, ticket, staff, incoming.argument)
            case IncomingKind.COMMAND:
                self._command(connection, ticket, staff, incoming.argument.lower(), incoming.text)
            case IncomingKind.TEXT | IncomingKind.ATTACHMENT if incoming.text.startswith(NOTE):
                self._answers.note(connection, ticket, incoming, staff)
            case IncomingKind.TEXT | IncomingKind.ATTACHMENT | IncomingKind.EDIT:
                sent = self._send(connection, ticket, staff, incoming)
                if sent and incoming.redacted:
                    self._desk.say(connection, ticket, "desk-redacted", incoming.text)

    def _send(self, connection: Connection, ticket: Ticket, staff: Staff, incoming: Incoming) -> bool:
        """Sends an answer, a file or a correction; False where there is nothing to send."""
        if incoming.kind == IncomingKind.ATTACHMENT:
            return self._answers.file(connection, ticket, incoming, staff)
        if incoming.kind == IncomingKind.EDIT:
            said = self._answers.edited(connection, ticket, incoming)
            if said is None:
                return False
            if said.attachment is not None or not self._drafts.needs_translation(ticket, incoming.text):
                return self._answers.correct(connection, ticket.id, said, incoming, staff)
        if incoming.text:
            self._words(connection, ticket, staff, incoming)
        return bool(incoming.text)

    def _words(self, connection: Connection, ticket: Ticket, staff: Staff, incoming: Incoming) -> None:
        """Own words go out at once; with a translator, words the resident may not understand are shown first."""
        source = (incoming.channel, incoming.chat, incoming.message_id)
        if ticket.open and self._drafts.needs_translation(ticket, incoming.text):
            self._drafts.translation(connection, ticket, staff, incoming.text, source)
        else:
            self._desk.reply(connection, ticket.id, staff, incoming.text, source=source)

    def _button(self, connection: Connection, ticket: Ticket, staff: Staff, argument: str) -> None:
        verb, _, rest = argument.partition(":")
        name, _, count = rest.partition(":")[2].partition(":")
        if verb == "show":
            shown = self._suggestions.show(connection, ticket, name)
            self._desk.show(connection, ticket, shown or Content((Sentence("suggest-stale"),)))
        elif verb == "give":
            self._desk.show(connection, ticket, self._suggestions.give(connection, ticket, staff, name, count))
        elif verb == "draft":
            self._desk.show(connection, ticket, self._drafts.send(connection, ticket, staff, name, count))
        elif verb == "phrase":
            self._desk.show(connection, ticket, self._drafts.phrase(connection, ticket, staff, name))
        elif verb == "to":
            self._desk.transfer(connection, ticket.id, staff, name)
        elif verb == "note":
            self._desk.say(connection, ticket, "note-howto")
        else:
            self._command(connection, ticket, staff, verb, "")

    def _command(self, connection: Connection, ticket: Ticket, staff: Staff, name: str, text: str) -> None:
        moves: dict[str, Callable[[Connection, int, Staff], Ticket]] = {
            "claim": self._desk.claim,
            "wait": self._desk.wait,
            "release": self._desk.release,
            "close": self._desk.close,
            "reopen": self._desk.reopen,
        }
        if name in moves:
            moves[name](connection, ticket.id, staff)
        elif name == "suggest":
            self._desk.show(connection, ticket, self._suggestions.suggest(connection, ticket, text))
        elif name == "phrase":
            self._desk.show(connection, ticket, self._drafts.phrase(connection, ticket, staff, text))
        elif name == "note":
            self._desk.note(connection, ticket.id, staff, text)
        elif name == "handover":
            self._hand_over(connection, ticket, staff, text)
        else:
            commands = " ".join(f"/{command}" for command in COMMANDS)
            self._desk.say(connection, ticket, "desk-unknown-command", commands=commands)

    def _hand_over(self, connection: Connection, ticket: Ticket, staff: Staff, department: str) -> None:
        """Hands over to the department that is named, or offers those there are."""
        others = self._desk.departments(ticket)
        if department.strip().lower() in others:
            self._desk.transfer(connection, ticket.id, staff, department.strip().lower())
        elif not others:
            self._desk.say(connection, ticket, "handover-nowhere")
        else:
            rows = tuple((Button(Ref("department", name), f"to:{ticket.id}:{name}"),) for name in others)
            self._desk.show(connection, ticket, Content((Sentence("handover-ask"),), rows))

    def _explain(self, connection: Connection, ticket: Ticket, incoming: Incoming, refused: TransitionError) -> None:
        """Says why something was not done."""
        why = desk_replies.refused(refused)
        if why is not None:
            self._answer(connection, incoming, ticket, Content((why,)))

    # ---- what happened to topics -----------------------------------------------------------------------

    def _reconcile(self, connection: Connection, incoming: Incoming) -> None:
        """The channel's own word that a topic exists: after a crash it is found again by the number in its name."""
        number = number_of(incoming.text.split(" ", 1)[0].removeprefix("#"))
        if number and incoming.thread is not None:
            self._receipts.topic_created(connection, number, incoming.thread, incoming.chat)

    def _topic_closed(self, connection: Connection, incoming: Incoming) -> None:
        """A topic closed by hand closes no case: staff are told what does."""
        ticket = self._shown(connection, incoming)
        if ticket is not None and ticket.open:
            content = Content((Sentence("desk-topic-closed"),))
            self._desk.posts.to_topic(connection, ticket, content=content, mark=KEEP_CLOSED)

    def _topic_reopened(self, connection: Connection, incoming: Incoming) -> None:
        ticket = self._shown(connection, incoming)
        if ticket is not None and not ticket.open:
            self._desk.say(connection, ticket, "desk-closed")

    # ---- what happened to groups -----------------------------------------------------------------------

    def _left(self, connection: Connection, incoming: Incoming) -> None:
        departures.release_all(connection, self._desk, incoming)

    def _moved(self, connection: Connection, incoming: Incoming) -> None:
        move_group(connection, self._desk, incoming.channel, incoming.chat, incoming.argument)

    def _ready(self, connection: Connection, incoming: Incoming) -> None:
        self._receipts.group_ready(connection, incoming.channel, incoming.chat)

    def _reacted(self, connection: Connection, incoming: Incoming) -> None:
        if self._roles.refusal(incoming) is None:
            reactions.by_staff(connection, self._desk.posts, incoming)


def _number(incoming: Incoming) -> str:
    """The number of the ticket in a button's payload: `<verb>:<number>` or `<verb>:<number>:<more>`."""
    return incoming.argument.partition(":")[2].partition(":")[0]
