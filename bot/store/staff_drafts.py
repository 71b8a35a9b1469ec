"""What staff have read in a preview and not sent yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.store.tables import staff_drafts, ticket_messages


@dataclass(frozen=True, slots=True)
class StaffDraft:
    """An answer that waits for the word to send it. `kind` is phrase or translation, `payload` JSON by kind.

    `answers`: how many answers there were when it was made; once there are more, it is out of date.
    """

    id: int
    ticket: int
    author: str
    kind: str
    payload: str
    answers: int


def add(connection: Connection, ticket: int, author: str, kind: str, payload: str, now: int) -> int:
    """Keeps an answer until it is sent and returns its id."""
    statement = insert(staff_drafts).values(
        ticket_id=ticket,
        author=author,
        kind=kind,
        payload=payload,
        answers=answers(connection, ticket),
        created_at=now,
    )
    key = connection.execute(statement).inserted_primary_key
    if key is None:
        raise LookupError("the database gave no key for a new draft")
    return int(key[0])


def find(connection: Connection, ticket: int, identity: int) -> StaffDraft | None:
    """Returns a draft of a ticket, locked for this transaction; None if it is not there (any more)."""
    mine = (staff_drafts.c.id == identity, staff_drafts.c.ticket_id == ticket)
    row = connection.execute(select(staff_drafts).where(*mine).with_for_update()).first()
    return None if row is None else StaffDraft(row.id, row.ticket_id, row.author, row.kind, row.payload, row.answers)


def change(connection: Connection, identity: int, payload: str) -> None:
    """Writes a draft anew."""
    connection.execute(update(staff_drafts).where(staff_drafts.c.id == identity).values(payload=payload))


def drop(connection: Connection, ticket: int) -> None:
    """Forgets all drafts of a ticket: one of them was sent, or it is over."""
    connection.execute(delete(staff_drafts).where(staff_drafts.c.ticket_id == ticket))


def answers(connection: Connection, ticket: int) -> int:
    """Returns how many answers of staff a ticket has."""
    mine = (ticket_messages.c.ticket_id == ticket, ticket_messages.c.side == "staff")
    return connection.execute(select(func.count()).select_from(ticket_messages).where(*mine)).scalar_one()
