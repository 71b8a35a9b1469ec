"""One conversation with the pure dialogue: what a message means is told by the test, nothing is guessed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

from bot.core.answer import Decision, Kind, Understanding
from bot.core.conversation import Conversation
from bot.core.dialogue import step
from bot.core.effects import Effect, OpenTicket, Relay, Say, World
from bot.core.model import Answer, IncomingKind, Quote, Sentence
from tests.factories import make_incoming, make_knowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.answer import Question
    from bot.core.model import Content, Incoming, Knowledge

TODAY = date(2026, 11, 24)
OFFERED = ("en", "da", "pl")
NOTHING = Decision(Kind.NONE, None, (), 0.0, "en")


def decided(kind: Kind, entry: str | None = None, **fields: Any) -> Decision:
    """A sure decision about an English message."""
    return replace(Decision(kind, entry, (), 0.9, "en"), **fields)


ANSWER = decided(Kind.ANSWER, "cpr")
BUSINESS = decided(Kind.ANSWER, "business")
STAFF = decided(Kind.STAFF)
DANGER = decided(Kind.CRISIS, "emergency-112", urgent=True, topic="suicide")


@contextmanager
def understood_as(decision: Decision) -> Iterator[list[Question]]:
    """Inside, every message means `decision`; gives the list of the questions that were asked."""
    asked: list[Question] = []

    def understand(question: Question, brain: Understanding) -> Decision:
        asked.append(question)
        return decision

    with patch("bot.core.dialogue.understand", understand):
        yield asked


def make_world(knowledge: Knowledge | None = None, **fields: Any) -> World:
    """A world whose understanding offers English, Danish and Polish."""
    offered = fields.pop("offered", OFFERED)
    brain = cast("Understanding", SimpleNamespace(offered=offered))
    return World(knowledge or make_knowledge(), brain, fields.pop("today", TODAY), **fields)


@dataclass
class Talk:
    """A conversation: every method does one thing and returns what follows; `state` is what is remembered."""

    world: World = field(default_factory=make_world)
    state: Conversation = field(default_factory=Conversation)
    effects: tuple[Effect, ...] = ()
    asked: list[Question] = field(default_factory=list)

    def do(self, incoming: Incoming, decision: Decision = NOTHING) -> tuple[Effect, ...]:
        with understood_as(decision) as asked:
            self.state, self.effects = step(self.state, incoming, self.world)
        self.asked += asked
        return self.effects

    def start(self, **fields: Any) -> tuple[Effect, ...]:
        return self.do(make_incoming(kind=IncomingKind.START, text="", **fields))

    def say(self, text: str, decision: Decision = NOTHING, **fields: Any) -> tuple[Effect, ...]:
        return self.do(make_incoming(text=text, **fields), decision)

    def edit(self, text: str, decision: Decision = NOTHING) -> tuple[Effect, ...]:
        return self.do(make_incoming(text=text, kind=IncomingKind.EDIT), decision)

    def press(self, action: str) -> tuple[Effect, ...]:
        return self.do(make_incoming(kind=IncomingKind.BUTTON, text="", argument=action))

    def command(self, name: str) -> tuple[Effect, ...]:
        return self.do(make_incoming(kind=IncomingKind.COMMAND, text="", argument=name))

    def file(self, kind: str = "photo", caption: str = "", decision: Decision = NOTHING) -> tuple[Effect, ...]:
        incoming = make_incoming(kind=IncomingKind.ATTACHMENT, text=caption, attachment=kind)
        return self.do(incoming, decision)

    # ---- what followed ---------------------------------------------------------------------------------

    @property
    def said(self) -> tuple[Say, ...]:
        return tuple(effect for effect in self.effects if isinstance(effect, Say))

    @property
    def content(self) -> Content:
        """The only thing that was said."""
        (only,) = self.said
        return only.content

    @property
    def keys(self) -> list[str]:
        return [key for say in self.said for key in keys(say.content)]

    @property
    def actions(self) -> list[str]:
        return [action for say in self.said for action in actions(say.content)]

    @property
    def relayed(self) -> tuple[Relay, ...]:
        return tuple(effect for effect in self.effects if isinstance(effect, Relay))

    @property
    def opened(self) -> tuple[OpenTicket, ...]:
        return tuple(effect for effect in self.effects if isinstance(effect, OpenTicket))


def keys(content: Content) -> tuple[str, ...]:
    """The sentences of a message, by their keys."""
    return tuple(part.key for part in content.parts if isinstance(part, Sentence))


def quotes(content: Content) -> tuple[str, ...]:
    """A person's words in a message."""
    return tuple(part.text for part in content.parts if isinstance(part, Quote))


def answers(content: Content) -> tuple[str, ...]:
    """The entries whose text a message gives."""
    return tuple(part.entry for part in content.parts if isinstance(part, Answer))


def actions(content: Content) -> tuple[str, ...]:
    """What a message's buttons do, in order."""
    return tuple(button.action for row in content.rows for button in row if button.action)


def links(content: Content) -> tuple[str, ...]:
    """Where a message's buttons lead, in order."""
    return tuple(button.url for row in content.rows for button in row if button.url)
