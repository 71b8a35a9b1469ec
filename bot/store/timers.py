"""Timers: what is due at a moment, one row each, so that none is lost with a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, delete, not_, select

from bot.core.mail import Timer
from bot.store.inbox import insert_once
from bot.store.tables import timers

if TYPE_CHECKING:
    from collections.abc import Collection


def put(connection: Connection, channel: str, chat: str, kind: str, about: str, due_at: int) -> None:
    """Sets a timer, or sets one that is there already to another moment."""
    key = {"channel": channel, "chat": chat, "kind": kind, "about": about}
    statement = insert_once(connection)(timers).values(**key, due_at=due_at)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_={"due_at": due_at}))


def put_first(connection: Connection, channel: str, chat: str, kind: str, about: str, due_at: int) -> None:
    """Sets a timer; one that is there already stays as it is."""
    key = {"channel": channel, "chat": chat, "kind": kind, "about": about}
    statement = insert_once(connection)(timers).values(**key, due_at=due_at)
    connection.execute(statement.on_conflict_do_nothing(index_elements=list(key)))


def remove_others(connection: Connection, channel: str, kind: str, chats: Collection[str], about: str) -> None:
    """Takes back the timers of a kind in `channel`, except those in `chats` that are about `about`."""
    kept = and_(timers.c.chat.in_(chats), timers.c.about == about)
    connection.execute(delete(timers).where(timers.c.channel == channel, timers.c.kind == kind, not_(kept)))


def remove(connection: Connection, channel: str, chat: str, kind: str, about: str) -> None:
    """Takes a timer back; one that is not there is none."""
    connection.execute(
        delete(timers).where(
            timers.c.channel == channel, timers.c.chat == chat, timers.c.kind == kind, timers.c.about == about
        )
    )


def remove_about(connection: Connection, channel: str, chat: str, kind: str, beginning: str) -> None:
    """Takes back the timers of a kind whose `about` begins so."""
    connection.execute(
        delete(timers).where(
            timers.c.channel == channel,
            timers.c.chat == chat,
            timers.c.kind == kind,
            timers.c.about.startswith(beginning, autoescape=True),
        )
    )


def due(connection: Connection, now: int, channels: Collection[str]) -> Timer | None:
    """Returns the timer of `channels` that has waited longest, locked for this transaction; None when none is due.

    On PostgreSQL other processes skip the locked row.
    """
    row = connection.execute(
        select(timers)
        .where(timers.c.channel.in_(channels), timers.c.due_at <= now)
        .order_by(timers.c.due_at, timers.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    return None if row is None else Timer(row.id, row.channel, row.chat, row.kind, row.about, row.due_at)


def drop(connection: Connection, timer: Timer) -> None:
    """Removes a timer that has gone off."""
    connection.execute(delete(timers).where(timers.c.id == timer.id))
