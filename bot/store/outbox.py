"""The outbox: what is decided and not yet delivered. A lane's messages go out strictly in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, Row, delete, func, literal_column, or_, select, text, tuple_, update

from bot.core.mail import HELD, Delivered, Failed, Mail, OutboxItem, Outcome, Rates, backoff, wait
from bot.core.model import Content, Sentence
from bot.store.codec import mail_from_json, mail_to_json
from bot.store.inbox import insert_once
from bot.store.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.core.model import Part

_CANDIDATES = 64
_LEASE = 180_000  # longer than the pieces of a long message can take
_LONGEST_WINDOW = 60_000
_RECONCILE = 3_000
_CLAIMING = 0x636C6169  # the advisory lock of those who claim; any number that nobody else uses
_MOST_PARTS = 8  # of what is told at once


def add(connection: Connection, mail: Mail, now: int, not_before: int = 0) -> bool:
    """Puts a message into the outbox. One with a `dedupe` that was there before is left out, and False returned."""
    statement = insert_once(connection)(outbox).values(
        channel=mail.channel,
        chat=mail.chat,
        lane=mail.lane,
        kind=mail.kind,
        payload=mail_to_json(mail),
        language=mail.language,
        priority=int(mail.priority),
        ticket_id=mail.ticket,
        ticket_message_id=mail.ticket_message,
        dedupe=mail.dedupe,
        size=mail.size,
        state="pending",
        unknown=False,
        not_before=not_before,
        created_at=now,
        cause=connection.get_execution_options().get("cause"),
    )
    once = statement.on_conflict_do_nothing(index_elements=["dedupe"]).returning(outbox.c.seq)
    return connection.execute(once).first() is not None


def supersede(connection: Connection, lane: str, kind: str, now: int) -> None:
    """Drops waiting messages of `kind` in `lane`, because a newer one follows."""
    connection.execute(
        update(outbox)
        .where(outbox.c.lane == lane, outbox.c.kind == kind, outbox.c.state == "pending")
        .where(outbox.c.attempts == 0)
        .values(state="superseded", settled_at=now)
    )


def waits(connection: Connection, lane: str, kind: str) -> bool:
    """Returns whether a message of `kind` is still to be sent in `lane`: not before this transaction ends."""
    waiting = select(outbox.c.seq).where(
        outbox.c.lane == lane, outbox.c.kind == kind, outbox.c.state == "pending", outbox.c.settled_at.is_(None)
    )
    return connection.execute(waiting.limit(1).with_for_update()).first() is not None


def extend(connection: Connection, lane: str, intro: str, parts: Sequence[Part], ticket_message: int) -> bool:
    """Adds `parts` to the last message of `lane`, if it is still to be sent, begins with the sentence `intro`, and has
    room; False where there is no such message. It carries `ticket_message` from then on. A card after it is no matter.
    """
    last = connection.execute(
        select(outbox)
        .where(outbox.c.lane == lane, outbox.c.kind != "card")
        .order_by(outbox.c.seq.desc())
        .limit(1)
        .with_for_update()
    ).first()
    if last is None or last.state != "pending" or last.attempts or last.kind != "say":
        return False
    mail = mail_from_json(last.payload)
    said = mail.content.parts if mail.content is not None else ()
    if not said or not isinstance(said[0], Sentence) or said[0].key != intro or len(said) + len(parts) > _MOST_PARTS:
        return False
    grown = replace(mail, content=Content((*said, *parts)), ticket_message=ticket_message)
    connection.execute(
        update(outbox)
        .where(outbox.c.seq == last.seq)
        .values(payload=mail_to_json(grown), ticket_message_id=ticket_message)
    )
    return True


def _due(
    connection: Connection, channels: Sequence[str], full: Sequence[tuple[str, str]], now: int
) -> Sequence[Row[tuple[object, ...]]]:
    """Messages that are first in their lane and due, for chats that are not `full` (at their limit)."""
    earlier = outbox.alias("earlier")
    blocked = (
        select(literal_column("1"))
        .where(earlier.c.lane == outbox.c.lane, earlier.c.settled_at.is_(None), earlier.c.seq < outbox.c.seq)
        .exists()
    )
    due_now = or_(outbox.c.not_before <= now, _set_back(now))
    free = or_(outbox.c.state == "pending", outbox.c.lease_until <= now, _set_back(now))
    statement = (
        select(outbox)
        .where(outbox.c.settled_at.is_(None), outbox.c.channel.in_(channels), due_now, free)
        .where(tuple_(outbox.c.channel, outbox.c.chat).not_in(full), ~blocked)
        .order_by(outbox.c.priority, outbox.c.seq)
        .limit(_CANDIDATES)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(statement).all()


def _set_back(now: int) -> ColumnElement[bool]:
    """The clock was set back since a message was last touched: what it waits for may be hours away, and is no matter.

    Clocks of several machines differ by less than a lease.
    """
    return func.coalesce(outbox.c.tried_at, outbox.c.created_at) > now + _LEASE


def _tries(connection: Connection, channels: Sequence[str], now: int) -> dict[tuple[str, str], list[int]]:
    tries: dict[tuple[str, str], list[int]] = defaultdict(list)
    statement = select(outbox.c.channel, outbox.c.chat, outbox.c.tried_at, outbox.c.size).where(
        outbox.c.channel.in_(channels), outbox.c.tried_at.between(now - _LONGEST_WINDOW + 1, now + _LONGEST_WINDOW)
    )
    for row in connection.execute(statement):
        tries[row.channel, row.chat].extend([row.tried_at] * row.size)
    return tries


def _held(connection: Connection, channels: Sequence[str], now: int) -> list[tuple[str, str]]:
    """Chats to which a channel has asked to send nothing for a while."""
    statement = select(outbox.c.channel, outbox.c.chat).where(
        outbox.c.settled_at.is_(None),
        outbox.c.channel.in_(channels),
        outbox.c.error == HELD,
        outbox.c.state == "pending",
        outbox.c.not_before > now,
        ~_set_back(now),
    )
    # In the order of the index of what is unsent: without it SQLite reads all that was ever sent.
    found = connection.execute(statement.order_by(outbox.c.priority, outbox.c.seq))
    return list(dict.fromkeys((row.channel, row.chat) for row in found))


def claim(
    connection: Connection, rates: Callable[[str, str], Rates], channels: Sequence[str], now: int, most: int
) -> list[OutboxItem]:
    """Takes up to `most` due messages, urgent first, one a lane, within the channels' limits, under a lease.

    `rates(channel, chat)` gives the limits. A message whose lease ran out was in hand when its process died: it
    comes back marked `unknown`, a little later, so that the channel's own word about it can arrive first.
    """
    _one_at_a_time(connection)
    tries = _tries(connection, channels, now)
    full = [place for place, times in tries.items() if wait(times, rates(*place).chat, now)]
    full += _held(connection, channels, now)
    taken: list[OutboxItem] = []
    for row in _due(connection, channels, full, now):
        if len(taken) == most:
            break
        if row.state == "sending" and not row.unknown:
            _postpone_unknown(connection, row.seq, now)
            continue
        limits = rates(row.channel, row.chat)
        everywhere = [t for (channel, _), times in tries.items() if channel == row.channel for t in times]
        # The card follows its topic at once: no topic stands empty for a minute because others were made before it.
        size = row.size + 1 if row.kind == "topic" else row.size
        if wait(tries[row.channel, row.chat], limits.chat, now, size) or wait(everywhere, limits.overall, now, size):
            continue
        try:
            mail = mail_from_json(row.payload)
        except ValueError as error:  # written by another version of the program; its lane goes on
            dead = {"state": "dead", "settled_at": now, "error": f"unreadable: {type(error).__name__}"}
            connection.execute(update(outbox).where(outbox.c.seq == row.seq).values(dead))
            continue
        tries[row.channel, row.chat].extend([now] * size)
        lease = {
            "state": "sending",
            "lease_until": now + _LEASE,
            "tried_at": now,
            "attempts": row.attempts + 1,
        }
        connection.execute(update(outbox).where(outbox.c.seq == row.seq).values(lease))
        item = OutboxItem(row.seq, mail, row.attempts + 1, row.unknown, row.progress, row.created_at, row.cause)
        taken.append(item)
    return taken


def _one_at_a_time(connection: Connection) -> None:
    """Two processes that counted at once would each find the same room within a limit. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIMING})


def _postpone_unknown(connection: Connection, seq: int, now: int) -> None:
    connection.execute(update(outbox).where(outbox.c.seq == seq).values(_in_doubt(now)))


def _in_doubt(now: int) -> dict[str, object]:
    """It may have arrived just now; the channel's own word about that may come first."""
    return {"state": "pending", "unknown": True, "lease_until": None, "tried_at": now, "not_before": now + _RECONCILE}


def release(connection: Connection, channels: Sequence[str], now: int) -> None:
    """At start: hands back what an earlier process of these channels had in hand, marked `unknown`."""
    connection.execute(
        update(outbox).where(outbox.c.state == "sending", outbox.c.channel.in_(channels)).values(_in_doubt(now))
    )


def settle(connection: Connection, item: OutboxItem, outcome: Outcome, now: int) -> None:
    """Writes what became of a message: delivered, failed for good, or to be tried again.

    One that was taken back while it was in hand stays so.
    """
    values: dict[str, object]
    if isinstance(outcome, Delivered):
        values = {"state": "sent", "settled_at": now, "reference": outcome.reference, "error": None}
    elif isinstance(outcome, Failed):
        values = {"state": "dead", "settled_at": now, "error": outcome.reason[:200]}
    else:
        after = outcome.after if outcome.after is not None else backoff(item.attempts)
        values = {
            "state": "pending",
            "not_before": now + after,
            "error": outcome.reason[:200],
            "unknown": item.unknown or outcome.unknown,
            "progress": item.progress if outcome.progress is None else outcome.progress,
        }
    if "settled_at" in values and item.mail.kind == "last_word":  # nothing is kept of somebody who was erased
        connection.execute(delete(outbox).where(outbox.c.seq == item.seq))
        return
    this = (outbox.c.seq == item.seq, outbox.c.settled_at.is_(None))
    # A slow call may have taken effect only now, and from then on it counts.
    connection.execute(update(outbox).where(*this).values({**values, "lease_until": None, "tried_at": now}))


def due(connection: Connection, channel: str, now: int) -> bool:
    """True while a message of `channel` is in hand or could be sent now."""
    statement = select(outbox.c.seq).where(
        outbox.c.settled_at.is_(None), outbox.c.channel == channel, outbox.c.not_before <= now
    )
    return connection.execute(statement.limit(1)).first() is not None
