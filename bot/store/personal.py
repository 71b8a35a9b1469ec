"""Everything that is kept of one person, wherever it lies: read as one value, or erased."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, or_, select

from bot.core.conversation import Conversation
from bot.core.model import IncomingKind
from bot.store import marks, tickets
from bot.store.codec import incoming_from_json, mail_from_json, remembered
from bot.store.holdings import CASE_TABLES, resident_lane
from bot.store.tables import (
    conversations,
    given,
    inbox,
    outbox,
    promises,
    proposals,
    staff_drafts,
    ticket_events,
    ticket_messages,
    timers,
    topics,
)
from bot.store.tables import tickets as ticket_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.core.mail import Mail
    from bot.core.model import Incoming
    from bot.core.ticket import Ticket
    from bot.store.tickets import TicketMessage

_ALL = 2**31


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A ticket with its messages and its history (event, state and actor), each with its time.

    `promises`: (when made, by when, when settled, kept, late or void); `prepared`: what staff have prepared of it and
    not sent or published, (when, what it is, its text); `topics`: where staff see it (channel, chat, thread).
    """

    ticket: Ticket
    opened: int
    changed: int
    messages: tuple[tuple[int, TicketMessage], ...]
    history: tuple[tuple[int, str, str, str], ...]
    promises: tuple[tuple[int, int, int | None, str | None], ...] = ()
    prepared: tuple[tuple[int, str, str], ...] = ()
    topics: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to the person: when it was made, what became of it, and the message itself."""

    at: int
    state: str
    mail: Mail


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a person; times in ms. `waiting`: what they wrote that is not decided yet, or never could be.

    `since`: None before anything was decided; `reminders`: (what it is about, when it is due); `given`: (entry,
    language, when last) of the answers that are kept so that they can be called back.
    """

    channel: str
    chat: str
    since: int | None
    conversation: Conversation
    cases: tuple[CaseRecord, ...]
    waiting: tuple[Incoming, ...]
    sent: tuple[Sent, ...]
    reminders: tuple[tuple[str, int], ...]
    given: tuple[tuple[str, str, int], ...] = ()

    @property
    def empty(self) -> bool:
        """True when nothing is kept."""
        return self.since is None and not (self.waiting or self.sent or self.reminders)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed: rows in all, and the staff topics (channel, chat, thread) that must go as well."""

    rows: int
    topics: tuple[tuple[str, str, str], ...]


# ---- reading ---------------------------------------------------------------------------------------------


def read(connection: Connection, channel: str, chat: str) -> Record:
    """Returns everything that is kept of a person."""
    row = connection.execute(
        select(conversations).where(conversations.c.channel == channel, conversations.c.chat == chat)
    ).first()
    # Sorted here: to sort them in the database, SQLite would read the reminders of everybody.
    due = select(timers.c.about, timers.c.due_at).where(
        timers.c.channel == channel, timers.c.chat == chat, timers.c.kind == IncomingKind.REMINDER.value
    )
    found = reversed(tickets.of_conversation(connection, row.id, _ALL)) if row else ()
    return Record(
        channel=channel,
        chat=chat,
        since=row.created_at if row else None,
        conversation=remembered(row.state) if row else Conversation(),
        cases=tuple(_case(connection, ticket, opened) for ticket, opened in found),
        waiting=tuple(_waiting(connection, channel, chat)),
        sent=tuple(_sent(connection, channel, chat)),
        reminders=tuple(sorted(((about, at) for about, at in connection.execute(due)), key=itemgetter(1))),
        given=_given(connection, row.id) if row else (),
    )


def _given(connection: Connection, conversation: int) -> tuple[tuple[str, str, int], ...]:
    statement = select(given.c.entry, given.c.language, given.c.at).where(given.c.conversation_id == conversation)
    rows = connection.execute(statement.order_by(given.c.at, given.c.entry))
    return tuple((entry, language, at) for entry, language, at in rows)


def _case(connection: Connection, ticket: Ticket, opened: int) -> CaseRecord:
    changed = connection.execute(select(ticket_rows.c.updated_at).where(ticket_rows.c.id == ticket.id)).scalar_one()
    times = select(ticket_messages.c.at).where(ticket_messages.c.ticket_id == ticket.id).order_by(ticket_messages.c.id)
    events = (
        select(ticket_events.c.at, ticket_events.c.event, ticket_events.c.state, ticket_events.c.actor)
        .where(ticket_events.c.ticket_id == ticket.id)
        .order_by(ticket_events.c.id)
    )
    said = zip(connection.execute(times).scalars(), tickets.messages(connection, ticket.id), strict=True)
    history = tuple((at, event, state, actor) for at, event, state, actor in connection.execute(events))
    place = CaseTopic(ticket.id, ticket.staff_channel, ticket.staff_chat, ticket.staff_thread)
    return CaseRecord(
        ticket,
        opened,
        changed,
        tuple(said),
        history,
        promises=_promises(connection, ticket.id),
        prepared=_prepared(connection, ticket.id),
        topics=topics_of(connection, [place]),
    )


def _promises(connection: Connection, ticket: int) -> tuple[tuple[int, int, int | None, str | None], ...]:
    columns = (promises.c.made_at, promises.c.due_at, promises.c.settled_at, promises.c.outcome)
    statement = select(*columns).where(promises.c.ticket_id == ticket).order_by(promises.c.id)
    return tuple((made, due, settled, outcome) for made, due, settled, outcome in connection.execute(statement))


def _prepared(connection: Connection, ticket: int) -> tuple[tuple[int, str, str], ...]:
    drafts = select(staff_drafts.c.created_at, staff_drafts.c.kind, staff_drafts.c.payload)
    drafts = drafts.where(staff_drafts.c.ticket_id == ticket).order_by(staff_drafts.c.id)
    made = select(proposals.c.created_at, proposals.c.kind, proposals.c.text)
    made = made.where(proposals.c.ticket_id == ticket).order_by(proposals.c.id)
    found = [*connection.execute(drafts), *connection.execute(made)]
    return tuple((at, kind, text) for at, kind, text in found)


def _waiting(connection: Connection, channel: str, chat: str) -> Iterable[Incoming]:
    """The words of what is decided are dropped at once, so only the rest is there."""
    statement = select(inbox.c.payload).where(inbox.c.lane == resident_lane(channel, chat), inbox.c.payload != "")
    for payload in connection.execute(statement.order_by(inbox.c.seq)).scalars():
        try:
            yield incoming_from_json(payload)
        except ValueError:  # written by another version of the program
            continue


def _sent(connection: Connection, channel: str, chat: str) -> Iterable[Sent]:
    statement = select(outbox.c.created_at, outbox.c.state, outbox.c.payload)
    statement = statement.where(outbox.c.channel == channel, outbox.c.chat == chat).order_by(outbox.c.seq)
    for at, state, payload in connection.execute(statement):
        try:
            yield Sent(at, state, mail_from_json(payload))
        except ValueError:
            continue


# ---- erasing ---------------------------------------------------------------------------------------------


def erase(connection: Connection, channel: str, chat: str, *, until: str | None = None) -> Erased:
    """Erases everything that is kept of a person. Idempotent.

    `until`: the update by which they asked for it; what they wrote after it stays to be decided, so that nothing that
    arrived is lost. None erases what waits as well. Locks are taken in the order in which all others take them: inbox,
    conversation, tickets, outbox.
    """
    arrived = _erase_inbox(connection, channel, chat, until)
    identity = connection.execute(
        select(conversations.c.id)
        .where(conversations.c.channel == channel, conversations.c.chat == chat)
        .with_for_update()
    ).scalar_one_or_none()
    cases = _cases(connection, identity)
    numbers = [case.number for case in cases]
    rows = arrived + _erase_outbox(connection, channel, chat, cases) + _erase_staff_inbox(connection, cases)
    places = topics_of(connection, cases)
    rows += erase_cases(connection, numbers)
    rows += _delete(connection, delete(timers).where(timers.c.channel == channel, timers.c.chat == chat))
    rows += _delete(connection, delete(given).where(given.c.conversation_id == identity))
    rows += _delete(connection, delete(conversations).where(conversations.c.id == identity))
    return Erased(rows, places)


def erase_cases(connection: Connection, numbers: Sequence[int]) -> int:
    """Erases cases with all that belongs to them but what is in the outbox, and returns how many rows that were."""
    rows = sum(_delete(connection, delete(table).where(table.c.ticket_id.in_(numbers))) for table in CASE_TABLES)
    return rows + _delete(connection, delete(ticket_rows).where(ticket_rows.c.id.in_(numbers)))


@dataclass(frozen=True, slots=True)
class CaseTopic:
    """A case and where its staff topic is, as far as it has one."""

    number: int
    channel: str | None
    chat: str | None
    thread: str | None


def _cases(connection: Connection, conversation: int | None) -> list[CaseTopic]:
    """The cases of a conversation, locked. Their contents need not be readable to be erased."""
    columns = (ticket_rows.c.id, ticket_rows.c.staff_channel, ticket_rows.c.staff_chat, ticket_rows.c.staff_thread)
    statement = select(*columns).where(ticket_rows.c.conversation_id == conversation).order_by(ticket_rows.c.id)
    return [CaseTopic(*row) for row in connection.execute(statement.with_for_update())]


def _erase_inbox(connection: Connection, channel: str, chat: str, until: str | None) -> int:
    statement = delete(inbox).where(inbox.c.lane == resident_lane(channel, chat))
    if until is not None:
        asked = select(inbox.c.seq).where(inbox.c.channel == channel, inbox.c.update_id == until).scalar_subquery()
        statement = statement.where(inbox.c.seq <= asked)
    return _delete(connection, statement)


def _erase_outbox(connection: Connection, channel: str, chat: str, cases: Sequence[CaseTopic]) -> int:
    """A topic that is being made just now has no name here yet: its case is noted until the channel names it."""
    to_person = (outbox.c.channel == channel) & (outbox.c.chat == chat)
    statement = delete(outbox).where(or_(to_person, outbox.c.ticket_id.in_([case.number for case in cases])))
    gone = connection.execute(statement.returning(outbox.c.ticket_id, outbox.c.attempts)).all()
    tried = {row.ticket_id for row in gone if row.attempts}
    for case in cases:
        if case.thread is None and case.number in tried:
            marks.put(connection, _mark(case.number), "")
    return len(gone)


def _erase_staff_inbox(connection: Connection, cases: Sequence[CaseTopic]) -> int:
    """What staff wrote in the topics. A message that is being decided is left: it will find no case any more."""
    lanes = [f"{channel}:{chat}:staff:{thread}" for channel, chat, thread in topics_of(connection, cases)]
    free = select(inbox.c.seq).where(inbox.c.lane.in_(lanes)).with_for_update(skip_locked=True)
    return _delete(connection, delete(inbox).where(inbox.c.seq.in_(list(connection.execute(free).scalars()))))


def _delete(connection: Connection, statement: object) -> int:
    return connection.execute(statement).rowcount  # type: ignore[call-overload, no-any-return]


def topics_of(connection: Connection, cases: Sequence[CaseTopic]) -> tuple[tuple[str, str, str], ...]:
    """Returns all staff topics of the cases, those before a hand-over too."""
    places = (topics.c.channel, topics.c.chat, topics.c.thread)
    once = select(*places).where(topics.c.ticket_id.in_([case.number for case in cases])).order_by(*places)
    now = [(case.channel, case.chat, case.thread) for case in cases if case.channel and case.chat and case.thread]
    found = [*now, *((channel, chat, thread) for channel, chat, thread in connection.execute(once))]
    return tuple(dict.fromkeys(found))


def was_erased(connection: Connection, number: int) -> bool:
    """True once for a case that was erased while its staff topic was being made."""
    if marks.get(connection, _mark(number)) is None:
        return False
    marks.remove(connection, _mark(number))
    return True


def _mark(number: int) -> str:
    return f"erased-case:{number}"
