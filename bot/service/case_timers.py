"""What happens when the time of a case comes: a promise runs out, a silence lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import IncomingKind
from bot.core.ticket import IDLE, SYSTEM, State
from bot.service.desk import Staff
from bot.store import tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.service.desk import Desk

KINDS = frozenset({IncomingKind.PROMISE, IncomingKind.IDLE})
"""The timers that are about a case."""

_SYSTEM = Staff(SYSTEM, SYSTEM)


class CaseTimers:
    """Decides what follows when a timer of a case goes off, in one transaction."""

    def __init__(self, desk: Desk) -> None:
        """Takes the desk."""
        self._desk = desk

    def handle(self, connection: Connection, item: InboxItem) -> None:
        """Handles one timer. What became of the case meanwhile counts: nobody is warned of what is done."""
        number, *about = item.incoming.argument.split(":")
        self._desk.posts.lock(connection, int(number))
        ticket = tickets.find(connection, int(number))
        if ticket is None or not ticket.open:
            return
        if item.incoming.kind == IncomingKind.PROMISE:
            over = self._desk.promises.warn(connection, ticket, int(about[0]), about[1])
            if over and ticket.state == State.CLAIMED:
                self._desk.release(connection, ticket.id, _SYSTEM)
                self._desk.say(connection, ticket, "desk-returned", name=ticket.owner_name or "")
        elif ticket.state in IDLE:
            if about[0] == "close":
                self._desk.close_idle(connection, ticket.id)
            else:
                self._desk.promises.ask_idle(connection, ticket)
