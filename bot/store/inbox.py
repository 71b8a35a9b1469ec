"""The inbox: what has arrived and is not yet decided. A lane's messages are decided strictly in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.mail import LONGEST_BACKOFF, InboxItem
from bot.store.codec import incoming_from_json, incoming_to_json
from bot.store.tables import inbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.model import Incoming


def insert_once(connection: Connection) -> type[sqlite.Insert | postgresql.Insert]:
    """Returns the INSERT of this database that knows ON CONFLICT."""
    return sqlite.Insert if connection.dialect.name == "sqlite" else postgresql.Insert


def add(connection: Connection, incoming: Incoming) -> bool:
    """Puts what arrived into the inbox; False when the same update was there before (a duplicate)."""
    statement = (
        insert_once(connection)(inbox)
        .values(
            channel=incoming.channel,
            update_id=incoming.update_id,
            lane=incoming.lane,
            payload=incoming_to_json(incoming),
            received_at=incoming.at,
        )
        .on_conflict_do_nothing(index_elements=["channel", "update_id"])
        .returning(inbox.c.seq)
    )
    return connection.execute(statement).first() is not None


def last(connection: Connection) -> int:
    """Returns the number of what arrived last; 0 before anything did."""
    return connection.execute(select(func.max(inbox.c.seq))).scalar() or 0


def head(connection: Connection, now: int, channels: Sequence[str] | None = None) -> InboxItem | None:
    """Returns the oldest message that is first in its lane and due, locked for this transaction; or None.

    Only messages of `channels` are looked at; None means of any. On PostgreSQL other workers skip the locked row, and
    with it its lane.
    """
    earlier = inbox.alias("earlier")
    blocked = (
        select(literal_column("1"))
        .where(earlier.c.lane == inbox.c.lane, earlier.c.done_at.is_(None), earlier.c.seq < inbox.c.seq)
        .exists()
    )
    # A longer wait than there is means that the clock was set back since: nobody waits for that.
    due_now = or_(inbox.c.not_before <= now, inbox.c.not_before > now + LONGEST_BACKOFF)
    statement = (
        select(inbox.c.seq, inbox.c.payload, inbox.c.attempts)
        .where(inbox.c.done_at.is_(None), due_now, ~blocked)
        .order_by(inbox.c.seq)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if channels is not None:
        statement = statement.where(inbox.c.channel.in_(channels))
    while (row := connection.execute(statement).first()) is not None:
        try:
            item = InboxItem(row.seq, incoming_from_json(row.payload), row.attempts)
        except ValueError as error:  # written by another version of the program; its lane goes on
            bury(connection, row.seq, f"unreadable: {type(error).__name__}", now)
        else:
            connection.execution_options(cause=row.seq)  # of what this transaction puts into the outbox
            return item
    return None


def done(connection: Connection, seq: int, now: int) -> None:
    """Marks a message as decided. Its words are dropped; its number stays, to recognise a duplicate."""
    connection.execute(update(inbox).where(inbox.c.seq == seq).values(done_at=now, outcome="done", payload=""))


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
