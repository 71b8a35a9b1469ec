"""How much one person may write at once, so that nobody pays for it but themselves. Pure.

Two buckets a person, each kept as the one moment at which it is full again. What people say to the assistant counts
in the small one; everything, also what is passed on to the staff of a case, counts in the wide one. What is over a
limit is not decided, and costs no more than reading what is remembered of the person. Danger is answered whatever the
limit: beyond the small one with all that is learned, beyond the wide one by the rules alone, once in a while.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.model import Content, IncomingKind, Sentence
from bot.core.replies import emergency_number

if TYPE_CHECKING:
    from bot.core.conversation import Conversation, Pace
    from bot.core.model import Incoming, Knowledge

TOLD_EVERY = 60_000
"""Somebody who writes on and on is told so once in this time, in ms."""

DANGER_EVERY = 10_000
"""Beyond the wide limit danger is answered once in this time, in ms."""

_WIDER = 3  # the wide bucket holds so many times the small one, and fills so many times as fast
_FILE = 3  # a file for staff counts as so many messages: it cannot be shown together with others, as words can

_WORDS = frozenset({IncomingKind.TEXT, IncomingKind.EDIT, IncomingKind.ATTACHMENT})
_COUNTED = _WORDS | {
    *(IncomingKind.START, IncomingKind.COMMAND, IncomingKind.BUTTON, IncomingKind.UNREADABLE),
    IncomingKind.GROUP,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """A person may write `burst` messages at once, then one every `seconds`; three times as much to staff."""

    burst: int = 20
    seconds: int = 3


class Room(StrEnum):
    """How much room is left for somebody: all of it, none but for danger, or none but for danger by the rules."""

    FREE = "free"
    SLOW = "slow"
    SHUT = "shut"


def charge(full_at: int, now: int, burst: int, interval: int, cost: int = 1) -> int | None:
    """Takes `cost` from a bucket of `burst` that gains one every `interval` ms and is full again at `full_at` (ms).

    Returns when it is full again then; None where too little is left. Clocks may differ a little; but a bucket that is
    much emptier than it can be, because the clock was set back or the limits were changed, is taken for a full one.
    """
    span = burst * interval
    after = (full_at if now < full_at <= now + 2 * span else now) + cost * interval
    return after if after <= now + span else None


def count(state: Conversation, incoming: Incoming, limits: Limits) -> tuple[Conversation, Room]:
    """Counts what arrived, at the time it arrived. Returns the state that remembers it, and the room there was.

    What is over a limit is not counted: who waits is heard again. What people did not do themselves is always FREE.
    """
    if incoming.kind not in _COUNTED:
        return state, Room.FREE
    pace, now, interval = state.pace, incoming.at, limits.seconds * 1000
    cost = _FILE if incoming.kind == IncomingKind.ATTACHMENT else 1
    everything = charge(pace.wide, now, _WIDER * limits.burst, max(interval // _WIDER, 1), cost)
    if everything is None:
        return state, Room.SHUT
    pace = replace(pace, wide=everything)
    if not _is_for_staff(state, incoming) and not _is_of_album(pace, incoming):
        said = charge(pace.small, now, limits.burst, interval)
        if said is None:
            return replace(state, pace=pace), Room.SLOW
        pace = replace(pace, small=said)
    return replace(state, pace=replace(pace, album=incoming.album or pace.album)), Room.FREE


def _is_for_staff(state: Conversation, incoming: Incoming) -> bool:
    return state.ticket is not None and incoming.kind in _WORDS


def _is_of_album(pace: Pace, incoming: Incoming) -> bool:
    """The other files of an album that has begun: to the person who sent them they are one message."""
    return incoming.album is not None and incoming.album == pace.album


def may_tell_danger(incoming: Incoming) -> bool:
    """Returns whether there are words in which danger could be told."""
    return incoming.kind in _WORDS and bool(incoming.text)


def danger(state: Conversation, room: Room, now: int) -> Conversation | None:
    """Returns the state that remembers that danger is answered `now` (ms); None where it was answered just before."""
    if room is Room.SHUT and 0 <= now - state.pace.danger < DANGER_EVERY:
        return None
    return replace(state, pace=replace(state.pace, danger=now))


def told(state: Conversation, now: int) -> Conversation | None:
    """Returns the state that remembers that the person is told `now` (ms); None where they were told just before."""
    if 0 <= now - state.pace.told < TOLD_EVERY:
        return None
    return replace(state, pace=replace(state.pace, told=now))


def too_fast(state: Conversation, incoming: Incoming, knowledge: Knowledge) -> Content:
    """What is said to somebody whose messages are not read, or not passed on."""
    if _is_for_staff(state, incoming):
        return Content((Sentence("flood-not-passed-on"),))
    return Content((Sentence("flood-not-read", {"number": emergency_number(knowledge)}),))


def is_over(pace: Pace, now: int) -> bool:
    """Returns whether nothing of `pace` counts any more at `now` (ms)."""
    return max(pace.small, pace.wide, pace.told + TOLD_EVERY, pace.danger + DANGER_EVERY) <= now
