"""Keeps one person from writing so much that others wait: see `bot.core.flood`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core import flood
from bot.core.answer import Kind, Question, understand
from bot.core.conversation import Pace
from bot.core.crisis import detect
from bot.core.effects import language_of
from bot.core.model import IncomingKind
from bot.service.mails import resident_mail
from bot.store import conversations, outbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.core.conversation import Conversation
    from bot.core.model import Incoming
    from bot.service.ports import Clock, Library


class Pacing:
    """Counts what a person writes, and says what is too much. What is too much costs no further query."""

    def __init__(self, library: Library, limits: Mapping[str, flood.Limits], clock: Clock) -> None:
        """Takes what the assistant knows, the limits by channel (none in other channels), and the time."""
        self._library = library
        self._limits = limits
        self._clock = clock
        self._erased: dict[tuple[str, str], Pace] = {}

    def heard(
        self, connection: Connection, identity: int, state: Conversation, incoming: Incoming
    ) -> Conversation | None:
        """Counts what arrived. Returns the state to go on with; None for what is too much, and is not decided."""
        limits = self._limits.get(incoming.channel)
        if limits is None:
            return state
        kept = self._erased.pop((incoming.channel, incoming.chat), Pace())
        before = state if state.pace != Pace() else replace(state, pace=kept)
        counted, room = flood.count(before, incoming, limits)
        if room is flood.Room.FREE:
            return counted
        if self._tells_danger(counted, incoming, room):
            answered = flood.danger(counted, room, incoming.at)
            if answered is not None:
                return answered
        left = self._told(connection, counted, incoming)
        if left != state:
            conversations.save(connection, identity, left, self._clock.now())
        return None

    def keep(self, incoming: Incoming, pace: Pace) -> None:
        """Who erases everything begins anew, but not with the limits: those of the last minutes stay in memory."""
        now = incoming.at
        self._erased = {place: kept for place, kept in self._erased.items() if not flood.is_over(kept, now)}
        if not flood.is_over(pace, now):
            self._erased[incoming.channel, incoming.chat] = pace

    def _tells_danger(self, state: Conversation, incoming: Incoming, room: flood.Room) -> bool:
        """Whether words that are too much tell of danger; where there are far too many, by the rules alone."""
        if not flood.may_tell_danger(incoming):
            return False
        text, brain = incoming.text, self._library.brain
        if room is flood.Room.SHUT:
            return detect(text, brain.crisis, state.language) is not None
        return understand(Question(text, prior=state.language), brain).kind == Kind.CRISIS

    def _told(self, connection: Connection, state: Conversation, incoming: Incoming) -> Conversation:
        """Says, once a minute, that not all is read. A group is left anyway, and is told nothing more."""
        told = flood.told(state, incoming.at)
        if told is None or incoming.kind == IncomingKind.GROUP:
            return state
        said = flood.too_fast(state, incoming, self._library.knowledge)
        mail = resident_mail(incoming.channel, incoming.chat, said, language_of(state))
        outbox.add(connection, mail, self._clock.now())
        return told
