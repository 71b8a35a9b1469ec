"""Conversations: one row a chat of a channel, its state as one JSON value with a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from bot.store.codec import conversation_from_json, conversation_to_json, remembered
from bot.store.inbox import insert_once
from bot.store.tables import conversations

if TYPE_CHECKING:
    from bot.core.conversation import Conversation


def load(connection: Connection, channel: str, chat: str, fresh: Conversation, now: int) -> tuple[int, Conversation]:
    """Returns (id, state) of a chat's conversation, locked for this transaction.

    A new chat begins as `fresh`, and so does one of which nothing is remembered any more.
    """
    connection.execute(
        insert_once(connection)(conversations)
        .values(
            channel=channel,
            chat=chat,
            state=conversation_to_json(fresh),
            version=0,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=["channel", "chat"])
    )
    row = connection.execute(
        select(conversations.c.id, conversations.c.state)
        .where(conversations.c.channel == channel, conversations.c.chat == chat)
        .with_for_update()
    ).one()
    return row.id, conversation_from_json(row.state) if row.state else fresh


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
    connection.execute(
        update(conversations)
        .where(conversations.c.id == identity)
        .values(state=conversation_to_json(state), version=conversations.c.version + 1, updated_at=now)
    )
