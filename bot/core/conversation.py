"""What is remembered of a conversation between two messages. Pure values, stored as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the person asked (redacted) and the entry that answered it, if one did."""

    text: str
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file the person sent: its kind ("photo"), where it lies in the channel, and which files came with it."""

    kind: str
    message_id: str
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person has come in a guide, kept between visits.

    `answers`: question -> option id, number, yes or no, day (YYYY-MM-DD), the person's words (redacted), or "?" for
    what they do not know. `at`: the question that is asked now, None where all is answered; `asked`: the questions
    in the order in which they were asked; `done`: ticked steps.
    """

    guide: str
    answers: Mapping[str, str] = field(default_factory=dict)
    at: str | None = None
    asked: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer a person can rate: the entry, its language, and how sure the assistant was (0 to 1)."""

    entry: str
    language: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be passed on to staff, while the person has not agreed yet. Exactly this is shown and sent.

    `guide`: the guide whose answers are passed on as a brief, as they stood (`answers`).
    """

    number: int
    lines: tuple[str, ...] = ()
    earlier: tuple[Exchange, ...] = ()
    files: tuple[Attachment, ...] = ()
    entry: str | None = None
    urgent: bool = False
    guide: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a person has written lately, see `bot.core.flood`; all moments in ms, 0 for never.

    `small` and `wide`: when the two buckets are full again; `told`: when they were last told that they write too much;
    `danger`: when danger was last answered beyond the limits; `album`: the files that were counted last.
    """

    small: int = 0
    wide: int = 0
    told: int = 0
    danger: int = 0
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of one conversation. `step`: idle, compose (writing to staff) or consent (reading the preview).

    `ticket`: the ticket that what the person writes goes to; None while the assistant answers. `guide`: the guide that
    the person is in, `progress`: how far they have come in each; `album`: the files that came together last;
    `aside`: they have just asked something else in between; `rated`: answers the person has rated; `told`: notices
    they have read; `pace`: how much they have written lately.
    """

    language: str | None = None
    pinned: bool = False
    greeted: bool = False
    reachable: bool = True
    step: str = "idle"
    recent: tuple[Exchange, ...] = ()
    files: tuple[Attachment, ...] = ()
    draft: Draft | None = None
    drafts: int = 0
    ticket: int | None = None
    guide: str | None = None
    aside: bool = False
    progress: tuple[Progress, ...] = ()
    album: str | None = None
    answered: Answered | None = None
    rated: tuple[str, ...] = ()
    told: tuple[int, ...] = ()
    pace: Pace = Pace()
