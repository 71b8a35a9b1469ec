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
    WAITING = "waiting"  # for the resident
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What can happen to a ticket."""

    CLAIM = "claim"
    REPLY = "reply"
    WAIT = "wait"
    RESIDENT = "resident"
    RELEASE = "release"
    TRANSFER = "transfer"
    CLOSE = "close"
    IDLE = "idle"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    RESIDENT_REOPEN = "resident_reopen"


OPEN = frozenset({State.NEW, State.CLAIMED, State.ANSWERED, State.WAITING})

IDLE = frozenset({State.ANSWERED, State.WAITING})
"""Nothing is left for staff to do: such a ticket is closed when its resident says nothing more."""

_ANYWHERE = {
    Event.TRANSFER: State.NEW,
    Event.CLOSE: State.CLOSED,
    Event.WITHDRAW: State.WITHDRAWN,
}
"""What can happen to every open ticket."""

TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        **{(state, event): then for state in OPEN for event, then in _ANYWHERE.items()},
        (State.NEW, Event.CLAIM): State.CLAIMED,
        (State.NEW, Event.REPLY): State.ANSWERED,
        (State.NEW, Event.RESIDENT): State.NEW,
        (State.CLAIMED, Event.REPLY): State.ANSWERED,
        (State.CLAIMED, Event.WAIT): State.WAITING,
        (State.CLAIMED, Event.RESIDENT): State.CLAIMED,
        (State.CLAIMED, Event.RELEASE): State.NEW,
        (State.ANSWERED, Event.REPLY): State.ANSWERED,
        (State.ANSWERED, Event.WAIT): State.WAITING,
        (State.ANSWERED, Event.RESIDENT): State.CLAIMED,
        (State.ANSWERED, Event.RELEASE): State.NEW,
        (State.ANSWERED, Event.IDLE): State.CLOSED,
        (State.WAITING, Event.REPLY): State.ANSWERED,
        (State.WAITING, Event.RESIDENT): State.CLAIMED,
        (State.WAITING, Event.RELEASE): State.NEW,
        (State.WAITING, Event.IDLE): State.CLOSED,
        (State.CLOSED, Event.REOPEN): State.CLAIMED,
        (State.CLOSED, Event.RESIDENT_REOPEN): State.CLAIMED,
        (State.WITHDRAWN, Event.RESIDENT_REOPEN): State.CLAIMED,
    }
)
"""The one table; what is not in it is refused."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter of one resident, as the desk sees it. `id` is its short human number; `brief`: what the answers they
    gave in a guide say to staff; `promised_at`: by when (ms) an answer is promised now."""

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
    audience: str | None = None
    promised_at: int | None = None
    rating: str | None = None

    @property
    def open(self) -> bool:
        """True while it is not over."""
        return self.state in OPEN

    @property
    def number(self) -> str:
        """The number as people read it, for example #12."""
        return f"#{self.id}"


SYSTEM = "system"
"""The actor of what no person does: a promise that ran out, a silence that lasted."""

_OF_THE_OWNER = frozenset({Event.REPLY, Event.CLAIM, Event.WAIT, Event.RELEASE, Event.TRANSFER})
_WITHOUT_OWNER = frozenset({Event.RELEASE, Event.TRANSFER})


def after(ticket: Ticket, event: Event, actor: str) -> State:
    """Returns the state after `event` by `actor` (a staff member's id, "resident" or SYSTEM).

    Raises TransitionError when the table does not allow it, or when another member of staff owns the ticket.
    """
    state = TRANSITIONS.get((ticket.state, event))
    foreign = ticket.owner is not None and actor not in {ticket.owner, SYSTEM}
    guarded = event in _OF_THE_OWNER and ticket.state in OPEN
    if state is None or (foreign and guarded):
        raise TransitionError(
            ticket=ticket.id, state=ticket.state.value, event=event.value, owner=ticket.owner_name or ""
        )
    # A resident takes no case: what nobody owned waits for an owner again.
    return State.NEW if event == Event.RESIDENT_REOPEN and ticket.owner is None else state


def owner_after(event: Event) -> bool | None:
    """Returns whether the actor owns the ticket after `event`, or (False) nobody does; None where nothing changes."""
    if event in _WITHOUT_OWNER:
        return False
    return True if event in {Event.CLAIM, Event.REPLY, Event.WAIT, Event.REOPEN} else None
