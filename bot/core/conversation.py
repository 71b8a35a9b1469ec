"""What is remembered of a conversation between two messages. Pure values, stored as JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the person asked (redacted) and the entry that answered it, if one did."""

    text: str
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file the person sent: its kind ("photo") and where it lies in the channel."""

    kind: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be passed on to staff, while the person has not agreed yet. Exactly this is shown and sent."""

    number: int
    lines: tuple[str, ...] = ()
    earlier: tuple[Exchange, ...] = ()
    files: tuple[Attachment, ...] = ()
    entry: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of one conversation. `step`: idle, compose (writing to staff) or consent (reading the preview).

    `ticket`: the ticket that what the person writes goes to; None while the assistant answers.
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
