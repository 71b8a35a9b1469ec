"""What a decision may look at besides the conversation, and what it can bring about. Pure values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.core.conversation import Conversation

if TYPE_CHECKING:
    from bot.core.answer import Understanding
    from bot.core.conversation import Attachment, Draft
    from bot.core.model import Content, Knowledge
    from bot.core.notices import Notice
    from bot.core.pausing import Pause

ReadDay = Callable[[str, str, date], date | None]
"""(text, language code, today) -> the day that the text names, if it names one."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as its resident sees it. `state` is one of `bot.core.ticket.State`; days are Danish days.

    `promised`: the day by which an answer was promised, if one was.
    """

    number: int
    state: str
    department: str
    entry: str | None
    opened: date
    promised: date | None = None


@dataclass(frozen=True, slots=True)
class World:
    """What a decision may look at besides the conversation.

    `cases`: the person's tickets, the newest first; `served`: the departments that have a staff group of their own;
    `read_day` reads a day from words; `known_words` (text, language code) are the words by which editors learn what was
    not answered (`bot.core.gaps.key`); `languages`: folded names of languages -> code (`bot.core.wishes`);
    `notices`: those that are published and not over; `pauses`: what is not answered now; `most_open`: cases that may be
    open at once. `labels`: the folded words on a guide's buttons -> what they do (`bot.core.guide`), for people who
    type them; `to_bot`: the folded words with which somebody who is writing to staff turns to the assistant.
    """

    knowledge: Knowledge
    brain: Understanding
    today: date
    open_tickets: frozenset[int] = frozenset()
    served: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    read_day: ReadDay = lambda *_: None
    known_words: Callable[[str, str], tuple[str, ...]] = lambda *_: ()
    languages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notices: tuple[Notice, ...] = ()
    pauses: tuple[Pause, ...] = ()
    to_bot: frozenset[str] = frozenset()
    most_open: int = 5


@dataclass(frozen=True, slots=True)
class Say:
    """Say this to the person, in `language`."""

    content: Content
    language: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Pass the draft on to staff."""

    draft: Draft
    language: str


@dataclass(frozen=True, slots=True)
class Relay:
    """Pass this on to the staff of a ticket that the person writes to."""

    ticket: int
    text: str
    file: Attachment | None
    edited: bool


@dataclass(frozen=True, slots=True)
class Count:
    """Count that a message in `language` was given `outcome` with `confidence` (0 to 1); `topic` is that of the entry
    it was nearest to, "" where there is none."""

    language: str
    confidence: float
    outcome: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """The person said whether the answer `entry` helped; `missing` is what was missing, if they said."""

    entry: str
    language: str
    helpful: bool
    confidence: float | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Count a question in `language` that was not answered: its known `words`, the nearest `entry` ("" for none), and
    the `reason`, one of `bot.core.gaps.REASONS`."""

    language: str
    words: tuple[str, ...]
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind the person on `day` (a Danish day) of `about`; None takes the reminder back."""

    about: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The person takes a case back."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Reopen:
    """The person opens a closed case again."""

    ticket: int


@dataclass(frozen=True, slots=True)
class RateCase:
    """The person says whether the help with a case was good."""

    ticket: int
    good: bool


@dataclass(frozen=True, slots=True)
class CaseDone:
    """The person needs nothing more in a case."""

    ticket: int


@dataclass(frozen=True, slots=True)
class CaseNeeded:
    """The person still needs help in a case that was silent for long."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Export:
    """Send the person everything that is kept of them, as a file of `form` (text or json)."""

    form: str
    language: str


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase everything that is kept of the person; `language` is the language of the last word."""

    language: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave this chat: it is a group."""


_OfCases = OpenTicket | Relay | Withdraw | Reopen | RateCase | CaseDone | CaseNeeded
Effect = Say | Count | Rate | Gap | Remind | Export | Erase | Leave | _OfCases
Step = tuple[Conversation, tuple[Effect, ...]]


def say(state: Conversation, content: Content, *, urgent: bool = False) -> Say:
    """Returns `content` said in the language of the conversation."""
    return Say(content, language_of(state), urgent)


def language_of(state: Conversation) -> str:
    """The language the person is answered in; English before anything is known."""
    return state.language or "en"
