"""The inbox: what has arrived and is not yet decided. A lane's messages are decided strictly in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.mail import LONGEST_BACKOFF, InboxItem
from bot.store.codec import incoming_from_json, incoming_to_json
from bot.store.tables import inbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter

    from bot.core.model import Incoming


INSERTS: dict[str, type[sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.Insert,
    "postgresql": postgresql.Insert,
}
"""The INSERT of each database that knows ON CONFLICT, by the name of its dialect."""


def insert_once(connection: Connection) -> type[sqlite.Insert | postgresql.Insert]:
    """Returns the INSERT of this database that knows ON CONFLICT."""
    return INSERTS[connection.dialect.name]


# Statements are built once: that takes several times as long as to carry them out.
_ADD = {
    name: kind(inbox).on_conflict_do_nothing(index_elements=["channel", "update_id"]).returning(inbox.c.seq)
    for name, kind in INSERTS.items()
}
_earlier = inbox.alias("earlier")
_blocked = (
    select(literal_column("1"))
    .where(_earlier.c.lane == inbox.c.lane, _earlier.c.done_at.is_(None), _earlier.c.seq < inbox.c.seq)
    .exists()
)
_now: BindParameter[int] = bindparam("now")
# A longer wait than there is means that the clock was set back since: nobody waits for that.
_due_now = or_(inbox.c.not_before <= _now, inbox.c.not_before > _now + LONGEST_BACKOFF)
_HEADS = (
    select(inbox.c.seq, inbox.c.payload, inbox.c.attempts)
    .where(inbox.c.done_at.is_(None), _due_now, ~_blocked)
    .order_by(inbox.c.seq)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_HEADS_OF = _HEADS.where(inbox.c.channel.in_(bindparam("channels", expanding=True)))
_DONE = (
    update(inbox)
    .where(inbox.c.seq.in_(bindparam("these", expanding=True)))
    .values(done_at=bindparam("now"), outcome="done", payload="")
)


def add(connection: Connection, incoming: Incoming) -> bool:
    """Puts what arrived into the inbox; False when the same update was there before (a duplicate)."""
    row = {
        "channel": incoming.channel,
        "update_id": incoming.update_id,
        "lane": incoming.lane,
        "payload": incoming_to_json(incoming),
        "received_at": incoming.at,
    }
    return connection.execute(_ADD[connection.dialect.name], row).first() is not None


def last(connection: Connection) -> int:
    """Returns the number of what arrived last; 0 before anything did."""
    return connection.execute(select(func.max(inbox.c.seq))).scalar() or 0


def head(connection: Connection, now: int, channels: Sequence[str] | None = None) -> InboxItem | None:
    """Returns the oldest message that is first in its lane and due, locked for this transaction; or None.

    Only messages of `channels` are looked at; None means of any. On PostgreSQL other workers skip the locked row, and
    with it its lane.
    """
    found = heads(connection, now, channels, 1)
    if not found:
        return None
    begin(connection, found[0])
    return found[0]


def heads(connection: Connection, now: int, channels: Sequence[str] | None, most: int) -> list[InboxItem]:
    """Returns up to `most` messages as `head` does, of as many lanes, oldest first; before each of them: `begin`."""
    values: dict[str, object] = {"now": now, "most": most}
    if channels is not None:
        values["channels"] = list(channels)
    while rows := connection.execute(_HEADS if channels is None else _HEADS_OF, values).all():
        found: list[InboxItem] = []
        for seq, payload, attempts in rows:
            try:
                found.append(InboxItem(seq, incoming_from_json(payload), attempts))
            except ValueError as error:  # written by another version of the program; its lane goes on
                bury(connection, seq, f"unreadable: {type(error).__name__}", now)
        if found:
            return found
    return []


def begin(connection: Connection, item: InboxItem) -> None:
    """What this transaction puts into the outbox from now on follows from `item`."""
    connection.execution_options(cause=item.seq)


def done(connection: Connection, seq: int, now: int) -> None:
    """Marks a message as decided. Its words are dropped; its number stays, to recognise a duplicate."""
    all_done(connection, (seq,), now)


def all_done(connection: Connection, seqs: Sequence[int], now: int) -> None:
    """Marks messages as decided, as `done` does."""
    connection.execute(_DONE, {"these": seqs, "now": now})


def failed(connection: Connection, seq: int, error: str, not_before: int) -> None:
    """Notes a failed decision; the lane waits until `not_before` (ms) and tries again."""
    connection.execute(
        update(inbox)
        .where(inbox.c.seq == seq)
        .values(attempts=inbox.c.attempts + 1, error=error[:200], not_before=not_before)
    )


def bury(connection: Connection, seq: int, error: str, now: int) -> None:
    """Puts a message aside for good, so that its lane goes on."""
    connection.execute(
        update(inbox)
        .where(inbox.c.seq == seq)
        .values(attempts=inbox.c.attempts + 1, error=error[:200], done_at=now, outcome="dead")
    )


def due(connection: Connection, channel: str, now: int) -> bool:
    """True while a message of `channel` could be decided now."""
    statement = select(inbox.c.seq).where(
        inbox.c.done_at.is_(None), inbox.c.channel == channel, inbox.c.not_before <= now
    )
    return connection.execute(statement.limit(1)).first() is not None
