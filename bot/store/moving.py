"""A staff group that has a new address: everything that names the old one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select, update

from bot.core.ticket import OPEN
from bot.store import marks
from bot.store.codec import mail_from_json, mail_to_json
from bot.store.tables import outbox, tickets, timers, topics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.mail import Mail

_TOPICS = frozenset({"react", "close", "reopen", "close_topic", "delete_topic"})
"""Kinds of mail that are about a topic or message of the old group, which is not there in the new one."""


def address(connection: Connection, channel: str, chat: str) -> str:
    """Returns the address that the group `chat` has now."""
    seen = {chat}
    while (moved := marks.get(connection, _mark(channel, chat))) is not None and moved not in seen:
        seen.add(moved)
        chat = moved
    return chat


def note(connection: Connection, channel: str, old: str, new: str) -> None:
    """Notes that the group `old` has the address `new` now."""
    if old != new:
        marks.put(connection, _mark(channel, old), new)


def shown(connection: Connection, channel: str, chat: str) -> Sequence[int]:
    """Returns the open tickets that have a topic in the group `chat`, oldest first; not locked."""
    statement = select(tickets.c.id).where(
        tickets.c.staff_channel == channel,
        tickets.c.staff_chat == chat,
        tickets.c.staff_thread.is_not(None),
        tickets.c.state.in_([state.value for state in OPEN]),
    )
    return list(connection.execute(statement.order_by(tickets.c.id)).scalars())


def move(connection: Connection, channel: str, old: str, new: str, now: int) -> None:
    """Notes that the group `old` is `new` now, and moves what belongs to it; its topics are not there any more."""
    note(connection, channel, old, new)
    here = (tickets.c.staff_channel == channel, tickets.c.staff_chat == old)
    place = {"staff_chat": new, "staff_thread": None, "card_message": None}
    connection.execute(update(tickets).where(*here).values(**place))
    connection.execute(delete(topics).where(topics.c.channel == channel, topics.c.chat == old))
    connection.execute(update(timers).where(timers.c.channel == channel, timers.c.chat == old).values(chat=new))
    _move_outbox(connection, channel, old, new, now)


def _move_outbox(connection: Connection, channel: str, old: str, new: str, now: int) -> None:
    rows = connection.execute(
        select(outbox.c.seq, outbox.c.payload)
        .where(outbox.c.settled_at.is_(None), outbox.c.channel == channel, outbox.c.chat == old)
        .with_for_update()
    ).all()
    for row in rows:
        mail = mail_from_json(row.payload)
        if mail.kind in _TOPICS:
            values = {"state": "superseded", "settled_at": now}
        else:
            moved = _moved(mail, old, new)
            values = {"chat": new, "lane": moved.lane, "payload": mail_to_json(moved), "not_before": now}
        connection.execute(update(outbox).where(outbox.c.seq == row.seq).values(**values))


def _moved(mail: Mail, old: str, new: str) -> Mail:
    begin = f"{mail.channel}:{old}:"
    lane = f"{mail.channel}:{new}:{mail.lane.removeprefix(begin)}" if mail.lane.startswith(begin) else mail.lane
    return replace(mail, chat=new, lane=lane, target="")


def _mark(channel: str, chat: str) -> str:
    return f"moved:{channel}:{chat}"
