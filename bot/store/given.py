"""Who was given which answer in which version, for calling it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, select

from bot.store.codec import remembered
from bot.store.inbox import INSERTS
from bot.store.tables import conversations, given

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.dialects import postgresql, sqlite

    from bot.core.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Given:
    """The last version of an answer that somebody was given: `facts` names it (see `bot.core.versions`), `at` in ms."""

    conversation: int
    facts: str
    language: str
    at: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation is held, and its state."""

    channel: str
    chat: str
    state: Conversation


def _noting(kind: type[sqlite.Insert | postgresql.Insert]) -> sqlite.Insert | postgresql.Insert:
    new = kind(given)
    again = {"language": new.excluded.language, "at": new.excluded.at}
    return new.on_conflict_do_update(index_elements=["conversation_id", "entry", "facts"], set_=again)


_NOTE = {name: _noting(kind) for name, kind in INSERTS.items()}
_LOCK = (
    select(conversations.c.id)
    .where(conversations.c.channel == bindparam("channel"), conversations.c.chat == bindparam("chat"))
    .with_for_update()
)


def note(
    connection: Connection, channel: str, chat: str, versions: Iterable[tuple[str, str]], language: str, now: int
) -> None:
    """Notes that the person in a chat was given entries in `versions` (entry, version), each once and when last.

    Nothing is noted of somebody who was erased meanwhile. Locks the conversation.
    """
    identity = connection.execute(_LOCK, {"channel": channel, "chat": chat}).scalar_one_or_none()
    if identity is None:
        return
    for entry, facts in versions:
        row = {"conversation_id": identity, "entry": entry, "facts": facts, "language": language, "at": now}
        connection.execute(_NOTE[connection.dialect.name], row)


def last(connection: Connection, entry: str, since: int) -> tuple[Given, ...]:
    """Returns what each person was last given of `entry`, of those who were since `since` (ms), by conversation."""
    statement = (
        select(given.c.conversation_id, given.c.facts, given.c.language, given.c.at)
        .where(given.c.entry == entry, given.c.at >= since)
        .order_by(given.c.conversation_id, given.c.at)
    )
    return tuple({row.conversation_id: Given(*row) for row in connection.execute(statement)}.values())


def place(connection: Connection, conversation: int) -> Place | None:
    """Returns where a conversation is held, and keeps it from being erased in this transaction; None if it was, and
    where its state was written by another version of the program."""
    row = connection.execute(
        select(conversations.c.channel, conversations.c.chat, conversations.c.state)
        .where(conversations.c.id == conversation)
        .with_for_update(read=True, key_share=True)
    ).one_or_none()
    if row is None:
        return None
    try:
        return Place(row.channel, row.chat, remembered(row.state))
    except ValueError:
        return None
