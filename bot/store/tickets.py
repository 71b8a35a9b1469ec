"""Tickets, their messages and their history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from bot.core.ticket import IDLE, OPEN, Event, State, Ticket, owner_after
from bot.store.codec import content_from_json
from bot.store.inbox import insert_once
from bot.store.tables import conversations, ticket_events, ticket_messages, tickets, topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

_LONGEST_NAME = 128
_LARGEST = 2**63 - 1
_ALIVE = [state.value for state in OPEN]


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """One message of a ticket. `side` is resident, earlier (said before the hand-over), staff or note.

    `source_…`: where it was written; `counterpart`: the channel's id of its copy on the other side, of a long one
    several with commas between, the first of which may be unknown (""); `album`: which files came together.
    """

    side: str
    author: str
    text: str
    attachment: str | None = None
    source_channel: str | None = None
    source_chat: str | None = None
    source_message: str | None = None
    delivery: str = "none"
    counterpart: str | None = None
    album: str | None = None
    id: int = 0
    ticket: int = 0


def _ticket(row: Row[tuple[object, ...]]) -> Ticket:
    return Ticket(
        id=row.id,
        conversation=row.conversation_id,
        department=row.department,
        entry=row.entry,
        language=row.language,
        urgent=row.urgent,
        state=State(row.state),
        owner=row.owner,
        owner_name=row.owner_name,
        staff_channel=row.staff_channel,
        staff_chat=row.staff_chat,
        staff_thread=row.staff_thread,
        card_message=row.card_message,
        brief=None if row.brief is None else content_from_json(row.brief),
        audience=row.audience,
        promised_at=row.promised_at,
        rating=row.rating,
    )


def create(connection: Connection, values: dict[str, object], now: int) -> Ticket:
    """Creates a ticket from its columns and returns it with its number."""
    statement = insert(tickets).values(**values, state=State.NEW.value, created_at=now, updated_at=now)
    key = connection.execute(statement).inserted_primary_key
    if key is None:
        raise LookupError("the database gave no key for a new ticket")
    return get(connection, key[0])


def get(connection: Connection, number: int) -> Ticket:
    """Returns a ticket, locked for this transaction. Raises sqlalchemy.exc.NoResultFound for an unknown number."""
    return _ticket(connection.execute(select(tickets).where(tickets.c.id == number).with_for_update()).one())


def find(connection: Connection, number: int) -> Ticket | None:
    """Returns a ticket, locked for this transaction, or None."""
    if not 0 < number <= _LARGEST:
        return None
    row = connection.execute(select(tickets).where(tickets.c.id == number).with_for_update()).first()
    return None if row is None else _ticket(row)


def conversation_of(connection: Connection, number: int) -> int | None:
    """Returns the conversation of a ticket, unlocked: it never changes."""
    if not 0 < number <= _LARGEST:
        return None
    found: int | None = connection.execute(select(tickets.c.conversation_id).where(tickets.c.id == number)).scalar()
    return found


def by_topic(connection: Connection, channel: str, chat: str, thread: str) -> Ticket | None:
    """Returns the ticket that a staff topic shows now, or None; not locked."""
    row = connection.execute(
        select(tickets).where(
            tickets.c.staff_channel == channel, tickets.c.staff_chat == chat, tickets.c.staff_thread == thread
        )
    ).first()
    return None if row is None else _ticket(row)


def once_in_topic(connection: Connection, channel: str, chat: str, thread: str) -> Ticket | None:
    """Returns the ticket that a staff topic shows or once showed, before it was handed over; not locked."""
    place = (topics.c.channel == channel, topics.c.chat == chat, topics.c.thread == thread)
    row = connection.execute(select(tickets).join(topics, topics.c.ticket_id == tickets.c.id).where(*place)).first()
    return None if row is None else _ticket(row)


_OF_CONVERSATION = (
    select(tickets)
    .where(tickets.c.conversation_id == bindparam("conversation"))
    .order_by(tickets.c.id.desc())
    .limit(bindparam("most"))
)
_OPEN_OF_CONVERSATION = (
    select(tickets)
    .where(tickets.c.state.in_(_ALIVE), tickets.c.conversation_id == bindparam("conversation"))
    .order_by(tickets.c.urgent.desc(), tickets.c.id)
)


def open_ones(connection: Connection, conversation: int | None = None) -> list[Ticket]:
    """Returns the open tickets (of one conversation), urgent first, then oldest first."""
    if conversation is not None:
        return [_ticket(row) for row in connection.execute(_OPEN_OF_CONVERSATION, {"conversation": conversation})]
    statement = select(tickets).where(tickets.c.state.in_(_ALIVE))
    return [_ticket(row) for row in connection.execute(statement.order_by(tickets.c.urgent.desc(), tickets.c.id))]


def in_group(connection: Connection, channel: str, chat: str, most: int) -> tuple[list[Ticket], int]:
    """Returns the `most` pressing open tickets of a staff group, and how many it has; not locked."""
    place = (tickets.c.state.in_(_ALIVE), tickets.c.staff_channel == channel, tickets.c.staff_chat == chat)
    found = _in_order(connection, *place, most=most)
    return found, connection.execute(select(func.count()).select_from(tickets).where(*place)).scalar_one()


def of_owner(connection: Connection, channel: str, owner: str) -> list[Ticket]:
    """Returns the open tickets that a member of staff owns in `channel`, the most pressing first; not locked."""
    mine = (tickets.c.state.in_(_ALIVE), tickets.c.owner == owner, tickets.c.staff_channel == channel)
    return _in_order(connection, *mine)


def _in_order(connection: Connection, *where: ColumnElement[bool], most: int | None = None) -> list[Ticket]:
    """As they are to be worked off: those nobody has, then those where it is staff's turn; among each the urgent ones,
    then by promised time, then the oldest.
    """
    order = (
        tickets.c.owner.is_not(None),
        tickets.c.state.in_([state.value for state in IDLE]),
        tickets.c.urgent.desc(),
        func.coalesce(tickets.c.promised_at, _LARGEST),
        tickets.c.id,
    )
    return [_ticket(row) for row in connection.execute(select(tickets).where(*where).order_by(*order).limit(most))]


def owned(connection: Connection, channel: str, chat: str, owner: str) -> list[Ticket]:
    """Returns the open tickets in a staff group that belong to `owner`, oldest first."""
    statement = select(tickets).where(
        tickets.c.staff_channel == channel,
        tickets.c.staff_chat == chat,
        tickets.c.owner == owner,
        tickets.c.state.in_(_ALIVE),
    )
    return [_ticket(row) for row in connection.execute(statement.order_by(tickets.c.id))]


def of_conversation(connection: Connection, conversation: int, limit: int) -> list[tuple[Ticket, int]]:
    """Returns a conversation's newest tickets, open or not, each with the time (ms) when it was opened."""
    rows = connection.execute(_OF_CONVERSATION, {"conversation": conversation, "most": limit})
    return [(_ticket(row), row.created_at) for row in rows]


def move(
    connection: Connection, ticket: Ticket, event: Event, state: State, actor: str, name: str | None, now: int
) -> Ticket:
    """Writes a ticket's new state and its history. `name` becomes the owner's name where `actor` owns it now."""
    values: dict[str, object] = {"state": state.value, "updated_at": now}
    if name is not None:
        values |= {"owner": actor, "owner_name": name[:_LONGEST_NAME]}
    elif owner_after(event) is False:
        values |= {"owner": None, "owner_name": None}
    if event == Event.REPLY:
        values["answered_at"] = func.coalesce(tickets.c.answered_at, now)
    if (state == State.CLOSED) != (ticket.state == State.CLOSED):
        values["closed_at"] = now if state == State.CLOSED else None
    change(connection, ticket.id, values)
    log(connection, ticket.id, event.value, state.value, actor, now)
    return get(connection, ticket.id)


def change(connection: Connection, number: int, values: Mapping[str, object]) -> None:
    """Writes some columns of a ticket."""
    connection.execute(update(tickets).where(tickets.c.id == number).values(**values))


def log(connection: Connection, number: int, event: str, state: str, actor: str, now: int) -> None:
    """Adds a line to a ticket's history."""
    connection.execute(insert(ticket_events).values(ticket_id=number, at=now, actor=actor, event=event, state=state))


def history(connection: Connection, number: int) -> list[tuple[int, str, str]]:
    """Returns what happened to a ticket, oldest first: the time (ms), the event, and the actor."""
    columns = (ticket_events.c.at, ticket_events.c.event, ticket_events.c.actor)
    statement = select(*columns).where(ticket_events.c.ticket_id == number).order_by(ticket_events.c.id)
    return [(at, event, actor) for at, event, actor in connection.execute(statement)]


def set_topic(connection: Connection, number: int, thread: str | None, card: str | None) -> None:
    """Notes which staff topic and card message a ticket has now."""
    ticket = get(connection, number)
    change(connection, number, {"staff_thread": thread, "card_message": card})
    if thread is not None:
        place = {"channel": ticket.staff_channel, "chat": ticket.staff_chat, "thread": thread}
        statement = insert_once(connection)(topics).values(**place, ticket_id=number)
        connection.execute(statement.on_conflict_do_nothing(index_elements=list(place)))


def add_message(connection: Connection, number: int, message: TicketMessage, now: int) -> int:
    """Adds a message to a ticket and returns its id."""
    statement = insert(ticket_messages).values(
        ticket_id=number,
        at=now,
        side=message.side,
        author=message.author,
        text=message.text,
        attachment=message.attachment,
        source_channel=message.source_channel,
        source_chat=message.source_chat,
        source_message=message.source_message,
        delivery=message.delivery,
        counterpart=message.counterpart,
        album=message.album,
    )
    key = connection.execute(statement).inserted_primary_key
    if key is None:
        raise LookupError("the database gave no key for a new message")
    return int(key[0])


def _message(row: Row[tuple[object, ...]]) -> TicketMessage:
    return TicketMessage(
        side=row.side,
        author=row.author,
        text=row.text,
        attachment=row.attachment,
        source_channel=row.source_channel,
        source_chat=row.source_chat,
        source_message=row.source_message,
        delivery=row.delivery,
        counterpart=row.counterpart,
        album=row.album,
        id=row.id,
        ticket=row.ticket_id,
    )


def messages(connection: Connection, number: int) -> Sequence[TicketMessage]:
    """Returns a ticket's messages, oldest first."""
    rows = connection.execute(
        select(ticket_messages).where(ticket_messages.c.ticket_id == number).order_by(ticket_messages.c.id)
    )
    return [_message(row) for row in rows]


def message(connection: Connection, identity: int) -> TicketMessage | None:
    """Returns one message by its id; None for one that was erased."""
    row = connection.execute(select(ticket_messages).where(ticket_messages.c.id == identity)).first()
    return None if row is None else _message(row)


def mark_delivery(connection: Connection, identity: int, delivery: str) -> None:
    """Notes whether a message of a ticket arrived: pending, delivered or failed."""
    connection.execute(update(ticket_messages).where(ticket_messages.c.id == identity).values(delivery=delivery))


def set_counterpart(connection: Connection, identity: int, message_id: str) -> None:
    """Notes what the channel calls the copy of a message on the other side."""
    connection.execute(update(ticket_messages).where(ticket_messages.c.id == identity).values(counterpart=message_id))


def by_source(connection: Connection, channel: str, chat: str, message_id: str) -> TicketMessage | None:
    """Returns the newest message that was written as `message_id` in `chat`, or None."""
    place = (
        ticket_messages.c.source_channel == channel,
        ticket_messages.c.source_chat == chat,
        ticket_messages.c.source_message == message_id,
    )
    row = connection.execute(select(ticket_messages).where(*place).order_by(ticket_messages.c.id.desc())).first()
    return None if row is None else _message(row)


def by_copy_at_staff(connection: Connection, channel: str, chat: str, message_id: str) -> TicketMessage | None:
    """Returns the resident's message whose copy is `message_id` in a staff group, or None."""
    statement = (
        select(ticket_messages)
        .join(tickets, tickets.c.id == ticket_messages.c.ticket_id)
        .where(ticket_messages.c.counterpart == message_id, ticket_messages.c.side == "resident")
        .where(tickets.c.staff_channel == channel, tickets.c.staff_chat == chat)
        .order_by(ticket_messages.c.id.desc())
    )
    row = connection.execute(statement).first()
    return None if row is None else _message(row)


def by_copy_at_resident(connection: Connection, channel: str, chat: str, message_id: str) -> TicketMessage | None:
    """Returns the staff message of which `message_id`, or a piece of it, is in a resident's chat; or None."""
    copy = ticket_messages.c.counterpart
    statement = (
        select(ticket_messages)
        .join(tickets, tickets.c.id == ticket_messages.c.ticket_id)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .where(conversations.c.channel == channel, conversations.c.chat == chat, ticket_messages.c.side == "staff")
        .where(or_(copy == message_id, copy.like(f"%,{message_id}"), copy.like(f"{message_id},%")))
        .order_by(ticket_messages.c.id.desc())
    )
    row = connection.execute(statement).first()
    return None if row is None else _message(row)


def rewrite(connection: Connection, identity: int, text: str) -> None:
    """Writes the new words of a message that was edited."""
    connection.execute(update(ticket_messages).where(ticket_messages.c.id == identity).values(text=text))


def of_album(connection: Connection, number: int, album: str) -> Sequence[TicketMessage]:
    """Returns what came of an album in a ticket so far, oldest first."""
    statement = select(ticket_messages).where(ticket_messages.c.ticket_id == number, ticket_messages.c.album == album)
    return [_message(row) for row in connection.execute(statement.order_by(ticket_messages.c.id))]


def make_notes(connection: Connection, number: int, album: str) -> None:
    """Keeps the files of an album among staff."""
    statement = update(ticket_messages).where(
        ticket_messages.c.ticket_id == number, ticket_messages.c.album == album, ticket_messages.c.side == "staff"
    )
    connection.execute(statement.values(side="note", delivery="none"))
