"""What staff look up: the queue of their group, their own cases, one case, and the figures of the last days."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.model import Content, IncomingKind, Ref, Sentence
from bot.service import queues, statistics
from bot.service.days import danish_midnight
from bot.service.statistics import Figures
from bot.store import daily, figures, promises, tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.model import Incoming, Part
    from bot.core.ticket import Ticket
    from bot.service.desk import Desk, Staff
    from bot.service.ports import Clock, Library

COMMANDS = ("queue", "mine", "ticket", "stats")
"""The commands with which staff look things up."""

_USUAL_DAYS, _MOST_DAYS = 7, 366
_HOW_TO = frozenset({"card-available", "card-howto"})  # what a card says about writing in its topic
_NUMBER = re.compile(r"#?([0-9]{1,18})")


class FiguresRoom:
    """Answers what staff look up, in any topic of their group. It changes nothing."""

    commands = COMMANDS

    def __init__(self, library: Library, desk: Desk, clock: Clock) -> None:
        """Takes what the assistant knows, the desk, and the time."""
        self._library = library
        self._desk = desk
        self._groups = desk.posts.groups
        self._clock = clock

    def answer(self, connection: Connection, incoming: Incoming, staff: Staff, here: Ticket | None) -> Content | None:
        """Returns what staff look up; None if it is about something else."""
        name = incoming.argument.lower()
        if incoming.kind != IncomingKind.COMMAND or name not in COMMANDS:
            return None
        return self._command(connection, name, incoming, staff, here)

    def _command(
        self, connection: Connection, name: str, incoming: Incoming, staff: Staff, here: Ticket | None
    ) -> Content:
        now = self._clock.now()
        if name == "ticket":
            return self._ticket(connection, incoming, here)
        if name == "stats":
            return self._stats(connection, incoming.text)
        if name == "queue":
            found, count = tickets.in_group(connection, incoming.channel, incoming.chat, queues.LISTED)
            return queues.queue([self._desk.about_known(ticket) for ticket in found], count, self._groups, now)
        found = tickets.of_owner(connection, incoming.channel, staff.id)
        return queues.mine([self._desk.about_known(ticket) for ticket in found], self._groups, now)

    # ---- one case --------------------------------------------------------------------------------------

    def _ticket(self, connection: Connection, incoming: Incoming, here: Ticket | None) -> Content:
        """What was said is shown in the case's own topic alone, which goes with it; how it stands, anywhere."""
        words = incoming.text.strip()
        if here is not None and not words:
            return self._whole(connection, here)
        read = _NUMBER.fullmatch(words)
        if read is None:
            return Content((Sentence("ticket-howto", {"example": "/ticket 12"}),))
        number = int(read[1])
        ticket = tickets.find(connection, number)
        if ticket is None:
            return Content((Sentence("ticket-unknown", {"number": f"#{number}"}),))
        if here is not None and here.id == ticket.id:
            return self._whole(connection, ticket)
        lines = queues.state_lines(self._desk.about_known(ticket), self._clock.now())
        if (ticket.staff_channel, ticket.staff_chat) == (incoming.channel, incoming.chat):
            lines += [*self._steps(connection, ticket), Sentence("ticket-words-there")]
        else:
            lines.append(Sentence("ticket-elsewhere", {"department": Ref("department", ticket.department)}))
        return Content(tuple(lines), queues.open_rows((ticket,), self._groups))

    def _whole(self, connection: Connection, ticket: Ticket) -> Content:
        """The card without what it says about writing here, and the history."""
        card = self._desk.card(connection, ticket.id)
        shown = [part for part in card.parts if not (isinstance(part, Sentence) and part.key in _HOW_TO)]
        steps = self._steps(connection, ticket)
        return replace(card, parts=(*shown, *steps), rows=queues.open_rows((ticket,), self._groups))

    def _steps(self, connection: Connection, ticket: Ticket) -> list[Part]:
        return queues.history(ticket, tickets.history(connection, ticket.id))

    # ---- the figures -----------------------------------------------------------------------------------

    def _stats(self, connection: Connection, words: str) -> Content:
        given = words.strip() or str(_USUAL_DAYS)
        days = int(given) if _NUMBER.fullmatch(given) and not given.startswith("#") else 0
        if not 1 <= days <= _MOST_DAYS:
            return Content((Sentence("stats-howto", {"most": _MOST_DAYS, "example": "/stats 30"}),))
        last = self._clock.today()
        first = last - timedelta(days=days - 1)
        span = figures.Span(danish_midnight(first), self._clock.now() + 1)
        found = Figures(
            first=first,
            last=last,
            totals=daily.totals(connection, first, last + timedelta(days=1)),
            opened=figures.opened(connection, span),
            closed=figures.closed(connection, span),
            first_answers=figures.first_answers(connection, span),
            closings=figures.closings(connection, span),
            promises=promises.share(connection, span.since, span.until),
            ratings=figures.ratings(connection, span),
        )
        return statistics.content(found, self._library.knowledge)
