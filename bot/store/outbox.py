"""The outbox: what is decided and not yet delivered. A lane's messages go out strictly in order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, bindparam, delete, func, literal_column, or_, select, text, tuple_, update

from bot.core.mail import HELD, Delivered, Failed, Mail, OutboxItem, Outcome, Rates, Retry, backoff
from bot.core.model import Content, Sentence
from bot.store.codec import mail_from_json, mail_to_json
from bot.store.inbox import INSERTS
from bot.store.tables import HELD_BACK, outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import BindParameter

    from bot.core.mail import Limit
    from bot.core.model import Part

_CANDIDATES = 64
_LEASE = 180_000  # longer than the pieces of a long message can take
_RECONCILE = 3_000
_CLAIMING = 0x636C6169  # the advisory lock of those who claim; any number that nobody else uses
_MOST_PARTS = 8  # of what is told at once


# Statements are built once: that takes several times as long as to carry them out.
_ADD = {
    name: kind(outbox).on_conflict_do_nothing(index_elements=["dedupe"]).returning(outbox.c.seq)
    for name, kind in INSERTS.items()
}
_earlier = outbox.alias("earlier")
_blocked = (
    select(literal_column("1"))
    .where(_earlier.c.lane == outbox.c.lane, _earlier.c.settled_at.is_(None), _earlier.c.seq < outbox.c.seq)
    .exists()
)
_place = tuple_(outbox.c.channel, outbox.c.chat)
_channels = outbox.c.channel.in_(bindparam("channels", expanding=True))
_now: BindParameter[int] = bindparam("now")
# The clock was set back since a message was last touched: what it waits for may be hours away, and is no matter.
# Clocks of several machines differ by less than a lease.
_set_back = func.coalesce(outbox.c.tried_at, outbox.c.created_at) > _now + _LEASE
_DUE = (
    select(outbox)
    .where(outbox.c.settled_at.is_(None), _channels, or_(outbox.c.not_before <= _now, _set_back))
    .where(or_(outbox.c.state == "pending", outbox.c.lease_until <= _now, _set_back))
    .where(_place.not_in(bindparam("full", expanding=True)), ~_blocked)
    .order_by(outbox.c.priority, outbox.c.seq)
    .limit(_CANDIDATES)
    .with_for_update(skip_locked=True)
)
# The channel asked for it for the chat: it holds also when the message it said so of was taken back since.
_HELD = select(outbox.c.channel, outbox.c.chat).where(HELD_BACK, _channels, outbox.c.not_before > _now, ~_set_back)
_RECENT = (
    outbox.c.channel == bindparam("in_channel"),
    outbox.c.tried_at.between(bindparam("since"), bindparam("until")),  # what a clock tried hours ahead does not count
)
_TRIED = select(func.coalesce(func.sum(outbox.c.size), 0)).where(*_RECENT)
_TRIED_BY_CHAT = (
    select(outbox.c.chat, func.sum(outbox.c.size))
    .where(*_RECENT, outbox.c.chat.in_(bindparam("chats", expanding=True)))
    .group_by(outbox.c.chat)
)
_LEND = (
    update(outbox)
    .where(outbox.c.seq.in_(bindparam("these", expanding=True)))
    .values(state="sending", lease_until=bindparam("until"), tried_at=_now, attempts=outbox.c.attempts + 1)
)
_SETTLE = update(outbox).where(outbox.c.seq == bindparam("this"), outbox.c.settled_at.is_(None))
_HOLD = update(outbox).where(outbox.c.seq == bindparam("this"), outbox.c.state == "superseded")


def add(connection: Connection, mail: Mail, now: int, not_before: int = 0) -> bool:
    """Puts a message into the outbox. One with a `dedupe` that was there before is left out, and False returned."""
    row = {
        "channel": mail.channel,
        "chat": mail.chat,
        "lane": mail.lane,
        "kind": mail.kind,
        "payload": mail_to_json(mail),
        "language": mail.language,
        "priority": int(mail.priority),
        "ticket_id": mail.ticket,
        "ticket_message_id": mail.ticket_message,
        "dedupe": mail.dedupe,
        "size": mail.size,
        "state": "pending",
        "unknown": False,
        "not_before": not_before,
        "created_at": now,
        "cause": connection.get_execution_options().get("cause"),
    }
    return connection.execute(_ADD[connection.dialect.name], row).first() is not None


def supersede(connection: Connection, lane: str, kind: str, now: int) -> None:
    """Drops waiting messages of `kind` in `lane`, because a newer one follows."""
    connection.execute(
        update(outbox)
        .where(outbox.c.lane == lane, outbox.c.kind == kind, outbox.c.state == "pending")
        .where(outbox.c.attempts == 0, outbox.c.settled_at.is_(None))
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
        .where(outbox.c.lane == lane, outbox.c.kind != "card", outbox.c.settled_at.is_(None))
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


class _Room:
    """How much room channels and chats have within their limits, counted once for each look into the outbox."""

    def __init__(self, connection: Connection, rates: Callable[[str, str], Rates], now: int) -> None:
        self._connection = connection
        self._rates = rates
        self._now = now
        self._of_chat: dict[tuple[str, str, Limit], int] = {}
        self._of_channel: dict[tuple[str, Limit], int] = {}

    def look(self, places: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Counts what was sent to these chats lately. Returns those that are full."""
        new = {place: self._rates(*place).chat for place in places}
        chats: dict[tuple[str, Limit], list[str]] = {}
        for (channel, chat), limits in new.items():
            for limit in limits:
                if (channel, chat, limit) not in self._of_chat:
                    chats.setdefault((channel, limit), []).append(chat)
        for (channel, limit), some in chats.items():
            values = {**self._recently(channel, limit), "chats": some}
            counted = {chat: size for chat, size in self._connection.execute(_TRIED_BY_CHAT, values)}  # noqa: C416
            self._of_chat.update({(channel, chat, limit): limit.count - counted.get(chat, 0) for chat in some})
        return [place for place, limits in new.items() if any(self._of_chat[*place, limit] <= 0 for limit in limits)]

    def take(self, channel: str, chat: str, size: int) -> bool:
        """Takes room for `size` messages; False where there is too little. What is larger than a limit needs all."""
        rates = self._rates(channel, chat)
        for limit in rates.overall:
            if (channel, limit) not in self._of_channel:
                tried = self._connection.execute(_TRIED, self._recently(channel, limit)).scalar_one()
                self._of_channel[channel, limit] = limit.count - tried
        left = [(self._of_chat[channel, chat, limit], limit) for limit in rates.chat]
        left += [(self._of_channel[channel, limit], limit) for limit in rates.overall]
        if any(room < min(size, limit.count) for room, limit in left):
            return False
        for limit in rates.chat:
            self._of_chat[channel, chat, limit] -= size
        for limit in rates.overall:
            self._of_channel[channel, limit] -= size
        return True

    def _recently(self, channel: str, limit: Limit) -> dict[str, object]:
        since, until = self._now - limit.window + 1, self._now + limit.window
        return {"in_channel": channel, "since": since, "until": until}


def _due(
    connection: Connection, room: _Room, channels: Sequence[str], now: int
) -> tuple[Sequence[Row[tuple[object, ...]]], frozenset[tuple[str, str]]]:
    """Messages that are first in their lane and due, and the chats that are full (at their limit).

    What waits for full chats may be more than one look finds; then they are looked past.
    """
    held = connection.execute(_HELD, {"channels": channels, "now": now})
    full = list(dict.fromkeys((row.channel, row.chat) for row in held))
    while True:
        rows = connection.execute(_DUE, {"channels": channels, "full": full, "now": now}).all()
        found = room.look(dict.fromkeys((row.channel, row.chat) for row in rows))
        full += found
        if not found or len(rows) < _CANDIDATES:
            return rows, frozenset(full)


def claim(
    connection: Connection, rates: Callable[[str, str], Rates], channels: Sequence[str], now: int, most: int
) -> list[OutboxItem]:
    """Takes up to `most` due messages, urgent first, one a lane, within the channels' limits, under a lease.

    `rates(channel, chat)` gives the limits. A message whose lease ran out was in hand when its process died: it
    comes back marked `unknown`, a little later, so that the channel's own word about it can arrive first.
    """
    _one_at_a_time(connection)
    room = _Room(connection, rates, now)
    rows, full = _due(connection, room, channels, now)
    taken: list[OutboxItem] = []
    for row in rows:
        if len(taken) == most:
            break
        if (row.channel, row.chat) in full:
            continue
        if row.state == "sending" and not row.unknown:
            _postpone_unknown(connection, row.seq, now)
            continue
        try:
            mail = mail_from_json(row.payload)
        except ValueError as error:  # written by another version of the program; its lane goes on
            dead = {"state": "dead", "settled_at": now, "error": f"unreadable: {type(error).__name__}"}
            connection.execute(update(outbox).where(outbox.c.seq == row.seq).values(dead))
            continue
        # The card follows its topic at once: no topic stands empty for a minute because others were made before it.
        if room.take(row.channel, row.chat, row.size + 1 if row.kind == "topic" else row.size):
            taken.append(
                OutboxItem(row.seq, mail, row.attempts + 1, row.unknown, row.progress, row.created_at, row.cause)
            )
    if taken:
        lease = {"these": [item.seq for item in taken], "until": now + _LEASE, "now": now}
        connection.execute(_LEND, lease)
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

    One that was taken back while it was in hand stays so; what the channel asked for its chat holds all the same.
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
    # A slow call may have taken effect only now, and from then on it counts.
    connection.execute(_SETTLE, {"this": item.seq, **values, "lease_until": None, "tried_at": now})
    if isinstance(outcome, Retry) and outcome.reason == HELD:
        held = {"error": HELD, "not_before": values["not_before"], "tried_at": now}
        connection.execute(_HOLD, {"this": item.seq, **held})


def due(connection: Connection, channel: str, now: int) -> bool:
    """True while a message of `channel` is in hand or could be sent now."""
    statement = select(outbox.c.seq).where(
        outbox.c.settled_at.is_(None), outbox.c.channel == channel, outbox.c.not_before <= now
    )
    return connection.execute(statement.limit(1)).first() is not None
