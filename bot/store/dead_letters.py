"""What was put aside: messages that could not be decided (inbox) or delivered (outbox), and what still waits.

Letters are named by their box and number, `in:12` or `out:34`. Nobody's words and no chat is ever read from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Row, and_, false, or_, select, update

from bot.store import tickets
from bot.store.codec import conversation_from_json, incoming_from_json
from bot.store.tables import conversations, inbox, outbox

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.core.model import Incoming

Box = Literal["in", "out"]
State = Literal["dead", "pending", "unknown"]
STATES: tuple[State, ...] = ("dead", "pending", "unknown")
"""dead: put aside; pending: waits for its turn; unknown: waits too, and an earlier try may have got through."""

_NAME = re.compile(r"(in|out):([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class LetterName:
    """Which letter is meant."""

    box: Box
    seq: int

    def __str__(self) -> str:
        return f"{self.box}:{self.seq}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message without its words. Times in ms; `kind` says what it was; `error` why it is where it is.

    `at`: when it arrived or was made; `tried_at`: when it was last tried, where that is known.
    """

    name: LetterName
    state: State
    channel: str
    kind: str
    at: int
    tried_at: int | None
    attempts: int
    error: str | None
    ticket: int | None


def read_name(text: str) -> LetterName | None:
    """Returns the letter that `text` names; None for anything else."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    return LetterName("in" if found[1] == "in" else "out", int(found[2]))


# ---- looking ---------------------------------------------------------------------------------------------


def read(connection: Connection, state: State, most: int) -> list[Letter]:
    """Returns the letters in `state`, at most `most` of each box: what arrived first, each oldest first."""
    arrived = select(inbox).where(_in_state(state)).order_by(inbox.c.seq).limit(most)
    made = select(outbox).where(_out_state(state)).order_by(outbox.c.seq).limit(most)
    return [
        *(_arrived(connection, row, state) for row in connection.execute(arrived).all()),
        *(_made(row, state) for row in connection.execute(made).all()),
    ]


def _in_state(state: State) -> ColumnElement[bool]:
    if state == "unknown":  # a decision is written whole or not at all
        return false()
    return inbox.c.outcome == "dead" if state == "dead" else inbox.c.done_at.is_(None)


def _out_state(state: State) -> ColumnElement[bool]:
    if state == "dead":
        return outbox.c.state == "dead"
    return and_(outbox.c.settled_at.is_(None), outbox.c.unknown.is_(state == "unknown"))


def _arrived(connection: Connection, row: Row[tuple[object, ...]], state: State) -> Letter:
    try:
        incoming = incoming_from_json(row.payload)
    except ValueError:  # written by another version of the program
        incoming = None
    return Letter(
        name=LetterName("in", row.seq),
        state=state,
        channel=row.channel,
        kind=incoming.kind.value if incoming is not None else "unreadable",
        at=row.received_at,
        tried_at=row.done_at,
        attempts=row.attempts,
        error=row.error,
        ticket=_ticket_of(connection, incoming) if incoming is not None else None,
    )


def _ticket_of(connection: Connection, incoming: Incoming) -> int | None:
    """The ticket in whose topic staff wrote, or to whose staff the resident wrote."""
    if incoming.staff:
        ticket = tickets.once_in_topic(connection, incoming.channel, incoming.chat, incoming.thread or "")
        return None if ticket is None else ticket.id
    own = (conversations.c.channel == incoming.channel, conversations.c.chat == incoming.chat)
    state = connection.execute(select(conversations.c.state).where(*own)).scalar()
    return None if state is None else conversation_from_json(state).ticket


def _made(row: Row[tuple[object, ...]], state: State) -> Letter:
    return Letter(
        name=LetterName("out", row.seq),
        state=state,
        channel=row.channel,
        kind=row.kind,
        at=row.created_at,
        tried_at=row.tried_at,
        attempts=row.attempts,
        error=row.error,
        ticket=row.ticket_id,
    )


def dead(connection: Connection) -> list[LetterName]:
    """Returns the names of all dead letters, oldest first."""
    arrived = connection.execute(select(inbox.c.seq).where(_in_state("dead")).order_by(inbox.c.seq)).scalars()
    made = connection.execute(select(outbox.c.seq).where(_out_state("dead")).order_by(outbox.c.seq)).scalars()
    return [*(LetterName("in", seq) for seq in arrived), *(LetterName("out", seq) for seq in made)]


# ---- doing something about them --------------------------------------------------------------------------


def retry(connection: Connection, name: LetterName, now: int) -> bool:
    """Puts a dead letter back, as if it had never been tried; False if there is none of that name.

    It keeps its number, and so its place: it goes before all that waits in its lane. What waited a day in vain gets
    another day.
    """
    if name.box == "in":
        changed = connection.execute(
            update(inbox)
            .where(inbox.c.seq == name.seq, _in_state("dead"))
            .values(attempts=0, not_before=0, error=None, done_at=None, outcome=None)
        )
        return changed.rowcount > 0
    again: dict[str, object] = {
        "state": "pending",
        "attempts": 0,
        "not_before": 0,
        "lease_until": None,
        "created_at": now,
        "settled_at": None,
        "error": None,
    }
    return _change(connection, name.seq, _out_state("dead"), "pending", again)


def drop(connection: Connection, name: LetterName, now: int) -> bool:
    """Settles a letter that is dead or waits, for good; False if there is none of that name.

    What is in hand just now may still arrive.
    """
    if name.box == "in":
        changed = connection.execute(
            update(inbox)
            .where(inbox.c.seq == name.seq, or_(_in_state("dead"), _in_state("pending")))
            .values(done_at=now, outcome="dropped", payload="")
        )
        return changed.rowcount > 0
    alive = or_(_out_state("dead"), outbox.c.settled_at.is_(None))
    gone: dict[str, object] = {"state": "superseded", "lease_until": None, "settled_at": now}
    return _change(connection, name.seq, alive, "failed", gone)


def _change(
    connection: Connection, seq: int, where: ColumnElement[bool], delivery: str, values: dict[str, object]
) -> bool:
    """Changes an outbox row, and what the ticket it is about says of its delivery."""
    row = connection.execute(
        select(outbox.c.ticket_message_id, outbox.c.ticket_id).where(outbox.c.seq == seq, where)
    ).first()
    if row is None:
        return False
    if row.ticket_message_id is not None and row.ticket_id is None:  # what goes to the resident counts
        tickets.mark_delivery(connection, row.ticket_message_id, delivery)
    return connection.execute(update(outbox).where(outbox.c.seq == seq, where).values(**values)).rowcount > 0
