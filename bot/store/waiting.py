"""What waits in the outbox and is changed before it goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from bot.core.mail import GROUP_UNUSABLE, MOST_IN_ALBUM
from bot.store.codec import mail_from_json, mail_to_json
from bot.store.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.mail import Mail


def join_album(connection: Connection, key: str, message_id: str) -> bool:
    """Adds a file to the album that waits under the dedupe `key`; False where none waits, or it has no room."""
    row = connection.execute(
        select(outbox.c.seq, outbox.c.payload)
        .where(outbox.c.dedupe == key, outbox.c.state == "pending", outbox.c.attempts == 0)
        .with_for_update()
    ).first()
    mail = mail_from_json(row.payload) if row is not None else None
    if row is None or mail is None or mail.copy is None or mail.size >= MOST_IN_ALBUM:
        return False
    grown = replace(mail, copy=replace(mail.copy, album=(*mail.copy.album, message_id)))
    changed = {"payload": mail_to_json(grown), "size": grown.size}
    connection.execute(update(outbox).where(outbox.c.seq == row.seq).values(**changed))
    return True


def withdraw(connection: Connection, keys: Sequence[str], now: int) -> bool:
    """Drops what waits under these dedupe keys, which can be used again; False where nothing does."""
    fresh = (outbox.c.state == "pending", outbox.c.dedupe.in_(keys))
    dropped = connection.execute(update(outbox).where(*fresh).values(state="superseded", settled_at=now))
    connection.execute(update(outbox).where(outbox.c.dedupe.in_(keys)).values(dedupe=None))
    return dropped.rowcount > 0


def take_back(connection: Connection, lane: str, now: int) -> list[Mail]:
    """Drops everything that waits in `lane`, in hand or not, and returns it, oldest first, to be put in again."""
    rows = connection.execute(
        select(outbox.c.seq, outbox.c.payload)
        .where(outbox.c.lane == lane, outbox.c.settled_at.is_(None))
        .order_by(outbox.c.seq)
        .with_for_update()
    ).all()
    waiting = [row.seq for row in rows]
    connection.execute(
        update(outbox).where(outbox.c.seq.in_(waiting)).values(state="superseded", settled_at=now, dedupe=None)
    )
    return [replace(mail_from_json(row.payload), dedupe=None) for row in rows]


def hurry(connection: Connection, channel: str, chat: str, now: int) -> None:
    """What waited because a staff group could not be used is tried at once."""
    late = (
        select(outbox.c.seq)
        .where(outbox.c.settled_at.is_(None), outbox.c.channel == channel, outbox.c.chat == chat)
        .where(outbox.c.state == "pending", outbox.c.error == GROUP_UNUSABLE, outbox.c.not_before > now)
        # In the order of the index of what is unsent: without it SQLite reads all that was ever sent to the group.
        .order_by(outbox.c.priority, outbox.c.seq)
    )
    found = connection.execute(late).scalars().all()
    if found:
        connection.execute(update(outbox).where(outbox.c.seq.in_(found)).values(not_before=now))
