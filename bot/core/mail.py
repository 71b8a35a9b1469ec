"""What lies in the inbox and the outbox, what became of it, and when to try again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from bot.core.model import Content, Incoming


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An arrived message waiting to be decided. `attempts` counts failed decisions."""

    seq: int
    incoming: Incoming
    attempts: int


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of the conversation `chat` in `channel`. `due_at` in ms; `about` says what of, by `kind`."""

    id: int
    channel: str
    chat: str
    kind: str
    about: str
    due_at: int


class Priority(IntEnum):
    """Who goes first when a channel's limits bite."""

    URGENT = 0
    REPLY = 1
    NEW_TICKET = 2
    RELAY = 3
    CARD = 4
    BULK = 5  # the same to many people at once


@dataclass(frozen=True, slots=True)
class Copy:
    """A file or other message to be copied inside its channel, from `chat` and `message_id`.

    `album`: the other messages that came together with it, in their order; `bare`: without the words under it.
    """

    chat: str
    message_id: str
    attachment: str
    album: tuple[str, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to send. `kind`:

    - `say`: `content` to `chat`, where `mark` KEEP_CLOSED leaves a closed topic closed; `last_word`: the same, and
      nothing of it is kept once it is settled; `preview`: the same, with translations that are kept with the draft
      `target` of staff; `document`: a file with what is kept of the person, in the form `target`; `topic`: make sure
      that the ticket's staff topic exists; `card`: post or update the ticket's card; `copy`: copy messages there;
      `edit`: change what was sent for `ticket_message` (the words under it, if it was `copy`), or say it again where
      that cannot be done; `react`: put `mark` (none: take it back) on message `target`; `close` and `reopen`: the
      ticket's staff topic; `close_topic` and `delete_topic`: the staff topic `target`, which no ticket has any more;
      `leave`: leave the group `chat`.
    `ticket` is set for everything that goes into a ticket's staff topic. What is said to staff without one goes into
    the topic `target`, or the general one where that is empty.
    """

    channel: str
    chat: str
    lane: str
    kind: str
    language: str
    priority: Priority
    content: Content | None = None
    copy: Copy | None = None
    target: str = ""
    ticket: int | None = None
    ticket_message: int | None = None
    dedupe: str | None = None
    staff: bool = False
    mark: str = ""

    @property
    def size(self) -> int:
        """As how many messages it counts for a channel's limits."""
        return 1 + len(self.copy.album) if self.copy is not None else 1


KEEP_CLOSED = "keep-closed"

HELD = "retry after"
"""The reason of a retry that a channel has asked for: until then nothing else may go to that chat either."""

GROUP_UNUSABLE = "staff group"
"""The reason of a retry while the assistant may not do in a staff group what it needs to."""

MOST_IN_ALBUM = 10


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A mail taken from the outbox for sending.

    `unknown`: an earlier try may already have got through; `progress`: pieces of a long message already sent; `cause`:
    the number of the inbox message it follows from, where there is one.
    """

    seq: int
    mail: Mail
    attempts: int
    unknown: bool
    progress: int
    created_at: int
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """It arrived; `reference` is the channel's id of the message or topic."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It will never arrive. `reason` is the part of a `reason-…` key in `bot/messages/`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `after` in ms (None: back off); `unknown`: the answer was lost, it may have arrived.

    `progress`: how many pieces of a long message have arrived, where that is known.
    """

    reason: str
    after: int | None = None
    unknown: bool = False
    progress: int | None = None


Outcome = Delivered | Failed | Retry


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages in any `window` ms."""

    count: int
    window: int


@dataclass(frozen=True, slots=True)
class Rates:
    """A channel's limits for one chat and for all chats together."""

    chat: tuple[Limit, ...] = field(default=())
    overall: tuple[Limit, ...] = field(default=())


MAX_DECISIONS = 5
"""A message whose decision fails this often is put aside, so that its lane goes on."""

MAX_AGE = 24 * 3600 * 1000
"""After a day without success a message is given up and shown as failed, in ms (Telegram keeps updates as long)."""


LONGEST_BACKOFF = 300_000
"""Nothing that has failed waits longer before it is tried again by itself, in ms."""


def backoff(attempts: int) -> int:
    """Returns the wait in ms before try number `attempts` + 1: 1, 2, 4 … s, at most 5 minutes."""
    return min(1000 << min(max(attempts - 1, 0), 16), LONGEST_BACKOFF)


def settle(item: OutboxItem, outcome: Outcome, now: int) -> Outcome:
    """Turns a retry of a message that is older than a day into a failure; everything else stays as it is.

    The deletion of a topic is tried for ever: a person was promised that their words are gone.
    """
    if isinstance(outcome, Retry) and item.mail.kind != "delete_topic" and now - item.created_at > MAX_AGE:
        return Failed("expired")
    return outcome
