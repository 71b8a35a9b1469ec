"""Promises to residents, and the timers of a case: what is due, and what then happens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core import desk_replies, hours
from bot.core.mail import Priority
from bot.core.model import Button, Content, IncomingKind, Sentence
from bot.core.ticket import IDLE, Event, State
from bot.service.calendar import working_time
from bot.service.days import danish, danish_day
from bot.store import conversations, notices, promises, tickets, timers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.hours import WorkingTime
    from bot.core.ticket import Ticket
    from bot.service.ports import Clock, Library
    from bot.service.posting import Posts

WARNINGS = {"75": 0.75, "100": 1.0}
"""When staff are warned: the part of the promised working time that is gone."""

LAST_CALL = timedelta(days=2)
"""From the question whether help is still needed to the closing of a silent case."""

_SETTLED = {Event.REPLY: None, Event.WAIT: None, Event.CLOSE: "void", Event.IDLE: "void", Event.WITHDRAW: "void"}


class Promises:
    """Makes and settles promises, and sets the timers of cases, in the transaction of each move."""

    def __init__(self, library: Library, posts: Posts, clock: Clock, idle: timedelta) -> None:
        """`idle`: the silence after which a resident is asked whether they still need help."""
        self._library = library
        self._posts = posts
        self._clock = clock
        self._idle = idle

    # ---- with every move -------------------------------------------------------------------------------

    def opened(self, connection: Connection, ticket: Ticket) -> Ticket:
        """Promises an answer for a new ticket, where the department has hours and a promise; returns it so."""
        return self._make(connection, ticket)

    def handed_over(self, connection: Connection, ticket: Ticket) -> Ticket:
        """What was promised stands; where nothing was, the new department may promise something."""
        return ticket if ticket.promised_at is not None else self._make(connection, ticket)

    def moved(self, connection: Connection, before: State, ticket: Ticket, event: Event) -> Ticket:
        """Settles, makes and times what follows from `event`; returns the ticket with what is promised now."""
        if event in _SETTLED:
            ticket = self._settle(connection, ticket, _SETTLED[event])
        again = event == Event.RESIDENT and before in IDLE
        if again or event in {Event.REOPEN, Event.RESIDENT_REOPEN}:
            ticket = self._make(connection, ticket)
        self._time_silence(connection, ticket)
        return ticket

    def back_at(self, connection: Connection, department: str) -> int | None:
        """When staff are at work again (ms); None while they are, or where no hours are known."""
        working, now = self._working(connection, department), danish(self._clock.now())
        if working is None or working.is_open(now):
            return None
        opening = working.next_opening(now)
        return None if opening is None else int(opening.timestamp() * 1000)

    def _make(self, connection: Connection, ticket: Ticket) -> Ticket:
        self._forget(connection, ticket)
        known, now = self._library.knowledge.departments.get(ticket.department), self._clock.now()
        working = self._working(connection, ticket.department)
        if known is None or known.promise_hours is None or working is None:
            return ticket
        due = {name: hours.share(now, known.promise_hours, part, working) for name, part in WARNINGS.items()}
        last = due["100"]
        if last is None:
            return ticket
        identity = promises.make(connection, ticket.id, ticket.department, now, last)
        channel, chat = conversations.place(connection, ticket.conversation)
        for name, at in due.items():
            if at is not None:
                about = f"{ticket.id}:{identity}:{name}"
                timers.put(connection, channel, chat, IncomingKind.PROMISE.value, about, at)
        tickets.change(connection, ticket.id, {"promised_at": last})
        return tickets.get(connection, ticket.id)

    def _settle(self, connection: Connection, ticket: Ticket, outcome: str | None) -> Ticket:
        promises.settle(connection, ticket.id, self._clock.now(), outcome)
        self._forget(connection, ticket)
        tickets.change(connection, ticket.id, {"promised_at": None})
        return tickets.get(connection, ticket.id)

    def _forget(self, connection: Connection, ticket: Ticket) -> None:
        channel, chat = conversations.place(connection, ticket.conversation)
        timers.remove_about(connection, channel, chat, IncomingKind.PROMISE.value, f"{ticket.id}:")

    def _time_silence(self, connection: Connection, ticket: Ticket) -> None:
        channel, chat = conversations.place(connection, ticket.conversation)
        kind = IncomingKind.IDLE.value
        timers.remove_about(connection, channel, chat, kind, f"{ticket.id}:")
        if ticket.state in IDLE:
            due = self._clock.now() + int(self._idle.total_seconds() * 1000)
            timers.put(connection, channel, chat, kind, f"{ticket.id}:ask", due)

    def _working(self, connection: Connection, department: str) -> WorkingTime | None:
        said = notices.current(connection, self._clock.now())
        return working_time(self._library.knowledge, department, said)

    # ---- what is due -----------------------------------------------------------------------------------

    def warn(self, connection: Connection, ticket: Ticket, identity: int, part: str) -> bool:
        """Warns staff of a promise that runs out; True when the whole time is gone. One that was kept is none."""
        if not promises.is_open(connection, identity) or ticket.promised_at is None:
            return False
        args = {"moment": desk_replies.moment(ticket.promised_at)}
        over = part == "100"
        content = Content((Sentence("desk-promise-over" if over else "desk-promise-soon", args, bold=True),))
        self._posts.to_topic(connection, ticket, content=content, priority=Priority.NEW_TICKET)
        if over:
            self._posts.to_department(connection, ticket, self.waits(ticket))
        return over

    def waits(self, ticket: Ticket) -> Content:
        """Tells a whole department that a case waits for somebody, with the way to it."""
        link = ""
        if ticket.staff_chat is not None and ticket.staff_thread is not None:
            link = self._posts.groups.link(ticket.staff_chat, ticket.staff_thread)
        args = {"number": ticket.number}
        rows = ((Button(Sentence("button-open-case", args), url=link),),) if link else ()
        return Content((Sentence("desk-waits-for-somebody", args),), rows)

    def ask_idle(self, connection: Connection, ticket: Ticket) -> None:
        """Asks the resident of a silent case whether they still need help, and says when it is closed."""
        channel, chat = conversations.place(connection, ticket.conversation)
        due = self._clock.now() + int(LAST_CALL.total_seconds() * 1000)
        timers.put(connection, channel, chat, IncomingKind.IDLE.value, f"{ticket.id}:close", due)
        day = danish_day(due)
        self._posts.tell(connection, ticket, desk_replies.still_needed(ticket.id, day))
