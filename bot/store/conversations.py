"""Conversations: one row a chat of a channel, its state as one JSON value with a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, literal_column, select, update

from bot.store.codec import conversation_from_json, conversation_to_json, remembered
from bot.store.inbox import INSERTS
from bot.store.tables import conversations, tickets

if TYPE_CHECKING:
    from bot.core.conversation import Conversation


_ADD = {
    name: kind(conversations).on_conflict_do_nothing(index_elements=["channel", "chat"])
    for name, kind in INSERTS.items()
}
_has_tickets = select(literal_column("1")).where(tickets.c.conversation_id == conversations.c.id).exists()
_LOAD = (
    select(conversations.c.id, conversations.c.state, _has_tickets.label("known"))
    .where(conversations.c.channel == bindparam("channel"), conversations.c.chat == bindparam("chat"))
    .with_for_update()
)
_SAVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("this"))
    .values(state=bindparam("now"), version=conversations.c.version + 1, updated_at=bindparam("at"))
)


def load_known(
    connection: Connection, channel: str, chat: str, fresh: Conversation, now: int
) -> tuple[int, Conversation, bool]:
    """Returns what `load` does, and whether the person ever had a ticket."""
    place = {"channel": channel, "chat": chat}
    row = connection.execute(_LOAD, place).first()
    if row is None:
        new = {"state": conversation_to_json(fresh), "version": 0, "created_at": now, "updated_at": now}
        connection.execute(_ADD[connection.dialect.name], {**place, **new})
        row = connection.execute(_LOAD, place).one()
    return row.id, conversation_from_json(row.state) if row.state else fresh, row.known


def load(connection: Connection, channel: str, chat: str, fresh: Conversation, now: int) -> tuple[int, Conversation]:
    """Returns (id, state) of a chat's conversation, locked for this transaction.

    A new chat begins as `fresh`, and so does one of which nothing is remembered any more.
    """
    identity, state, _ = load_known(connection, channel, chat, fresh, now)
    return identity, state


def get(connection: Connection, identity: int) -> tuple[str, str, Conversation]:
    """Returns (channel, chat, state) of a conversation, locked for this transaction."""
    row = connection.execute(
        select(conversations.c.channel, conversations.c.chat, conversations.c.state)
        .where(conversations.c.id == identity)
        .with_for_update()
    ).one()
    return row.channel, row.chat, remembered(row.state)


def place(connection: Connection, identity: int) -> tuple[str, str]:
    """Returns (channel, chat) of a conversation, which never change; its state is not read."""
    row = connection.execute(
        select(conversations.c.channel, conversations.c.chat).where(conversations.c.id == identity)
    ).one()
    return row.channel, row.chat


def lock(connection: Connection, identity: int) -> None:
    """Locks a conversation for this transaction, if it is still there."""
    connection.execute(select(conversations.c.id).where(conversations.c.id == identity).with_for_update())


def save(connection: Connection, identity: int, state: Conversation, now: int) -> None:
    """Writes a conversation's new state."""
    connection.execute(_SAVE, {"this": identity, "now": conversation_to_json(state), "at": now})
