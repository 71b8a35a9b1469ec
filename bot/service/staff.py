"""One message of staff in their group: commands and buttons anywhere, answers and notes in a ticket's topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.conversation import Attachment
from bot.core.model import Content, IncomingKind, Sentence
from bot.errors import TransitionError
from bot.service import notices
from bot.service.desk import Staff
from bot.store import tickets

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.core.model import Incoming
    from bot.core.ticket import Ticket
    from bot.service.desk import Desk
    from bot.service.notices import NoticeBoard
    from bot.service.suggesting import Suggestions

COMMANDS = ("claim", "suggest", "close", "reopen", "note", *notices.COMMANDS)
NOTE = "//"
_DIGITS = 18


class StaffTopics:
    """Decides what follows from what staff do in a topic, in one transaction."""

    def __init__(self, desk: Desk, board: NoticeBoard, suggestions: Suggestions) -> None:
        """Takes the desk, the notice board, and what finds entries to answer with."""
        self._desk = desk
        self._suggestions = suggestions
        self._board = board

    def handle(self, connection: Connection, item: InboxItem) -> None:
        """Handles one message from a staff chat. What is about neither a notice nor a ticket stays among staff."""
        incoming = item.incoming
        if incoming.kind == IncomingKind.TOPIC_CREATED:
            self._reconcile(connection, incoming)
            return
        if self._board.handle(connection, incoming):
            return
        ticket = self._ticket(connection, incoming)
        if ticket is None:
            return
        try:
            self._act(connection, ticket, incoming)
        except TransitionError as refusal:
            self._explain(connection, ticket, refusal)

    def _ticket(self, connection: Connection, incoming: Incoming) -> Ticket | None:
        """The ticket of the topic; a button must belong to the ticket whose topic it is pressed in."""
        if incoming.thread is None and incoming.kind == IncomingKind.BUTTON:
            return self._by_button(connection, incoming)
        if incoming.thread is None:
            return None
        ticket = tickets.by_topic(connection, incoming.channel, incoming.chat, incoming.thread)
        if ticket is not None and incoming.kind == IncomingKind.BUTTON:
            return ticket if _number(incoming) == str(ticket.id) else None
        return ticket

    def _by_button(self, connection: Connection, incoming: Incoming) -> Ticket | None:
        """An old card comes without its topic: the ticket named by the button must belong to this group."""
        number = _number(incoming)
        ticket = tickets.find(connection, int(number)) if number.isdecimal() and len(number) < _DIGITS else None
        here = ticket is not None and (ticket.staff_channel, ticket.staff_chat) == (incoming.channel, incoming.chat)
        return ticket if here else None

    def _act(self, connection: Connection, ticket: Ticket, incoming: Incoming) -> None:
        staff = Staff(incoming.sender, incoming.sender_name or incoming.sender)
        match incoming.kind:
            case IncomingKind.BUTTON:
                self._button(connection, ticket, staff, incoming.argument)
            case IncomingKind.COMMAND:
                self._command(connection, ticket, staff, incoming.argument.lower(), incoming.text)
            case IncomingKind.EDIT:
                self._desk.say(connection, ticket, "desk-edit")
            case IncomingKind.TEXT | IncomingKind.ATTACHMENT if incoming.text.startswith(NOTE):
                self._desk.note(connection, ticket.id, staff, incoming.text.removeprefix(NOTE).strip())
            case IncomingKind.TEXT if incoming.text:
                source = (incoming.channel, incoming.chat, incoming.message_id)
                self._desk.reply(connection, ticket.id, staff, incoming.text, source=source)
                if incoming.redacted:
                    self._desk.say(connection, ticket, "desk-redacted", incoming.text)
            case IncomingKind.ATTACHMENT:
                source = (incoming.channel, incoming.chat, incoming.message_id)
                file = Attachment(incoming.attachment or "other", incoming.message_id or "")
                self._desk.reply(connection, ticket.id, staff, incoming.text, file=file, source=source)

    def _button(self, connection: Connection, ticket: Ticket, staff: Staff, argument: str) -> None:
        verb, _, rest = argument.partition(":")
        entry, _, count = rest.partition(":")[2].partition(":")
        if verb == "show":
            shown = self._suggestions.show(connection, ticket, entry)
            self._desk.show(connection, ticket, shown or Content((Sentence("suggest-stale"),)))
        elif verb == "give":
            self._desk.show(connection, ticket, self._suggestions.give(connection, ticket, staff, entry, count))
        else:
            self._command(connection, ticket, staff, verb, "")

    def _command(self, connection: Connection, ticket: Ticket, staff: Staff, name: str, text: str) -> None:
        moves: dict[str, Callable[[Connection, int, Staff], Ticket]] = {
            "claim": self._desk.claim,
            "close": self._desk.close,
            "reopen": self._desk.reopen,
        }
        if name in moves:
            moves[name](connection, ticket.id, staff)
        elif name == "suggest":
            self._desk.show(connection, ticket, self._suggestions.suggest(connection, ticket, text))
        elif name == "note":
            self._desk.note(connection, ticket.id, staff, text)
        else:
            commands = " ".join(f"/{command}" for command in COMMANDS)
            self._desk.say(connection, ticket, "desk-unknown-command", commands=commands)

    def _explain(self, connection: Connection, ticket: Ticket, refusal: TransitionError) -> None:
        owner = str(refusal.fields["owner"])
        event, state = refusal.fields["event"], refusal.fields["state"]
        if state == "unknown":  # erased this very moment, and the topic with it
            return
        if event == "reply" and state == "closed":
            self._desk.say(connection, ticket, "desk-not-sent-closed")
        elif state == "withdrawn":
            key = "desk-not-sent-withdrawn" if event == "reply" else "desk-is-withdrawn"
            self._desk.say(connection, ticket, key)
        elif event == "reply":
            self._desk.say(connection, ticket, "desk-not-sent-owner", name=owner)
        elif state == "closed":
            self._desk.say(connection, ticket, "desk-closed")
        elif event == "claim":
            self._desk.say(connection, ticket, "desk-taken", name=owner)
        else:
            self._desk.say(connection, ticket, "desk-reopened")

    def _reconcile(self, connection: Connection, incoming: Incoming) -> None:
        """The channel's own word that a topic exists: after a crash it is found again by the number in its name."""
        number = incoming.text.split(" ", 1)[0].removeprefix("#")
        if number.isdecimal() and incoming.thread is not None:
            self._desk.topic_created(connection, int(number), incoming.thread, incoming.chat)


def _number(incoming: Incoming) -> str:
    """The number of the ticket in a button's payload: `<verb>:<number>` or `<verb>:<number>:<more>`."""
    return incoming.argument.partition(":")[2].partition(":")[0]
