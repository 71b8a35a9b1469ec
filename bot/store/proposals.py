"""What staff propose for the knowledge: seen by its author first, then open, then approved by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.tables import proposals

if TYPE_CHECKING:
    from sqlalchemy import Select

ENTRY, PHRASE = "entry", "phrase"
"""The kinds of proposals."""

_open = proposals.c.proposed_at.is_not(None) & proposals.c.approved_at.is_(None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A file in the format of the knowledge, `text`, that nobody has put there yet.

    `name`: the entry it is about; `author` and `approver`: ids of members of staff; `ticket`: the case of whose words
    it is made.
    """

    id: int
    kind: str
    name: str
    language: str
    text: str
    author: str
    approver: str | None
    ticket: int | None


def add(
    connection: Connection, kind: str, name: str, language: str, text: str, *, author: str, ticket: int, now: int
) -> int:
    """Keeps a proposal that only its author has seen, and returns its number."""
    row = {
        "kind": kind,
        "name": name,
        "language": language,
        "text": text,
        "author": author,
        "created_at": now,
        "ticket_id": ticket,
    }
    return int(connection.execute(insert(proposals).values(row).returning(proposals.c.id)).scalar_one())


def propose(connection: Connection, number: int, author: str, now: int) -> bool:
    """Opens a proposal that its author has seen; False if it is not theirs, or no longer there. Idempotent."""
    statement = update(proposals).where(proposals.c.id == number, proposals.c.author == author)
    statement = statement.where(proposals.c.approved_at.is_(None))
    return connection.execute(statement.values(proposed_at=now)).rowcount == 1


def approve(connection: Connection, number: int, approver: str, now: int) -> bool:
    """Approves an open proposal of somebody else; False if there is none."""
    statement = update(proposals).where(proposals.c.id == number, _open, proposals.c.author != approver)
    return connection.execute(statement.values(approver=approver, approved_at=now)).rowcount == 1


def reject(connection: Connection, number: int) -> bool:
    """Forgets a proposal that is not approved; False if there is none."""
    statement = delete(proposals).where(proposals.c.id == number, proposals.c.approved_at.is_(None))
    return connection.execute(statement).rowcount == 1


def find(connection: Connection, number: int) -> Proposal | None:
    """Returns an open proposal; None if there is none of this number."""
    row = connection.execute(_select().where(proposals.c.id == number, _open)).first()
    return None if row is None else Proposal(*row)


def of_ticket(connection: Connection, ticket: int, kind: str) -> Proposal | None:
    """Returns the open proposal of `kind` that was made from a case; None if there is none."""
    statement = _select().where(proposals.c.ticket_id == ticket, proposals.c.kind == kind, _open)
    row = connection.execute(statement.limit(1)).first()
    return None if row is None else Proposal(*row)


def open_ones(connection: Connection) -> tuple[Proposal, ...]:
    """Returns the open proposals, the oldest first."""
    return tuple(Proposal(*row) for row in connection.execute(_select().where(_open)))


def approved(connection: Connection) -> tuple[Proposal, ...]:
    """Returns the approved proposals, the oldest first."""
    return tuple(Proposal(*row) for row in connection.execute(_select().where(proposals.c.approved_at.is_not(None))))


def _select() -> Select[Any]:
    columns = (proposals.c.kind, proposals.c.name, proposals.c.language, proposals.c.text, proposals.c.author)
    return select(proposals.c.id, *columns, proposals.c.approver, proposals.c.ticket_id).order_by(proposals.c.id)
