"""Staff who have left their group: what they had goes back to the queue, and nothing of theirs is sent any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import IncomingKind
from bot.core.ticket import SYSTEM, Event, after
from bot.errors import TransitionError
from bot.service.desk import Staff
from bot.store import inbox, marks, tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.core.model import Incoming
    from bot.service.desk import Desk

_SYSTEM = Staff(SYSTEM, SYSTEM)


def note(connection: Connection, incoming: Incoming) -> None:
    """Notes, as soon as it arrives, that somebody has left: what they wrote before may still wait to be decided."""
    marks.put(connection, _mark(incoming), str(inbox.last(connection)))


def has_left(connection: Connection, item: InboxItem) -> bool:
    """Whether whoever did this has left the group. Who writes after that has come back; old buttons prove nothing."""
    left = marks.get(connection, _mark(item.incoming))
    if left is None:
        return False
    if item.seq < int(left) or item.incoming.kind == IncomingKind.BUTTON:
        return True
    came(connection, item.incoming)
    return False


def came(connection: Connection, incoming: Incoming) -> None:
    """Somebody is in the group (again)."""
    marks.remove(connection, _mark(incoming))


def release_all(connection: Connection, desk: Desk, incoming: Incoming) -> None:
    """Puts the cases of somebody who has left their group back into the queue, with a word in their topics."""
    for ticket in tickets.owned(connection, incoming.channel, incoming.chat, incoming.sender):
        try:
            after(ticket, Event.RELEASE, SYSTEM)
        except TransitionError:
            continue
        name = ticket.owner_name or ""
        desk.say(connection, desk.release(connection, ticket.id, _SYSTEM), "desk-staff-left", name=name)


def _mark(incoming: Incoming) -> str:
    return f"left:{incoming.channel}:{incoming.chat}:{incoming.sender}"
