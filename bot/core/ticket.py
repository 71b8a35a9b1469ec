"""A ticket's life: which move is allowed in which state. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.errors import TransitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.model import Content


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What can happen to a ticket."""

    CLAIM = "claim"
    REPLY = "reply"
    RESIDENT = "resident"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    RESIDENT_REOPEN = "resident_reopen"


OPEN = frozenset({State.NEW, State.CLAIMED, State.ANSWERED})

TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (State.NEW, Event.CLAIM): State.CLAIMED,
        (State.NEW, Event.REPLY): State.ANSWERED,
        (State.NEW, Event.RESIDENT): State.NEW,
        (State.NEW, Event.CLOSE): State.CLOSED,
        (State.NEW, Event.WITHDRAW): State.WITHDRAWN,
        (State.CLAIMED, Event.REPLY): State.ANSWERED,
        (State.CLAIMED, Event.RESIDENT): State.CLAIMED,
        (State.CLAIMED, Event.CLOSE): State.CLOSED,
        (State.CLAIMED, Event.WITHDRAW): State.WITHDRAWN,
        (State.ANSWERED, Event.REPLY): State.ANSWERED,
        (State.ANSWERED, Event.RESIDENT): State.CLAIMED,
        (State.ANSWERED, Event.CLOSE): State.CLOSED,
        (State.ANSWERED, Event.WITHDRAW): State.WITHDRAWN,
        (State.CLOSED, Event.REOPEN): State.CLAIMED,
        (State.CLOSED, Event.RESIDENT_REOPEN): State.CLAIMED,
        (State.WITHDRAWN, Event.RESIDENT_REOPEN): State.CLAIMED,
    }
)
"""The one table; what is not in it is refused."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter of one resident, as the desk sees it. `id` is its short human number; `brief`: what the answers they
    gave in a guide say to staff."""

    id: int
    conversation: int
    department: str
    entry: str | None
    language: str
    urgent: bool
    state: State
    owner: str | None
    owner_name: str | None
    staff_channel: str | None
    staff_chat: str | None
    staff_thread: str | None
    card_message: str | None
    brief: Content | None = None

    @property
    def number(self) -> str:
        """The number as people read it, for example #12."""
        return f"#{self.id}"


def after(ticket: Ticket, event: Event, actor: str) -> State:
    """Returns the state after `event` by `actor` (a staff member's id, or "resident").

    Raises TransitionError when the table does not allow it, or when another member of staff owns the ticket.
    """
    state = TRANSITIONS.get((ticket.state, event))
    foreign = ticket.owner is not None and ticket.owner != actor
    guarded = event in {Event.REPLY, Event.CLAIM} and ticket.state in OPEN
    if state is None or (foreign and guarded):
        raise TransitionError(
            ticket=ticket.id, state=ticket.state.value, event=event.value, owner=ticket.owner_name or ""
        )
    # A resident takes no case: what nobody owned waits for an owner again.
    return State.NEW if event == Event.RESIDENT_REOPEN and ticket.owner is None else state
