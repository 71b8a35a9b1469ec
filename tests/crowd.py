"""A database that has served many people: rows in realistic proportion, written in bulk and without a real word.

Resident `n` (from 1 on) has the chat `chat_of(n)` and the case `n`. The last `DRIVEN` cases are open in one group, by
turns new and claimed; of the others one in a hundred is still open, and all the rest is over.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    and_,
    case,
    cast,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
)

from bot.core.conversation import Conversation
from bot.core.mail import Priority
from bot.core.model import IncomingKind
from bot.core.ticket import State
from bot.store import tables
from bot.store.codec import conversation_to_json, mail_to_json
from tests.factories import CHANNEL, DAY, MINUTE, START, make_mail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import CTE, Connection, Table

    from bot.store.database import Database

DRIVEN = 200
GROUPS = ("-100", "-200", "-300", "-400", "-500")
OWNER = "7"
_STAFF = 40
_FIRST_CHAT = 5_000_000
_SPAN = 180 * DAY
_CASE = 123_456_789  # stands for the number of each case in the conversations
_SAID, _STEPS, _RECEIVED, _SENT, _GIVEN = 4, 4, 5, 6, 2  # of each resident
_WORDS = "Words as somebody has written them, neither short nor long, and about nothing in particular. " * 2


def chat_of(resident: int) -> str:
    """The chat of a resident."""
    return str(_FIRST_CHAT + resident)


def answer_of(case: int, size: int) -> str:
    """What the channel calls an answer of staff in a resident's chat, in a database of `size`."""
    return f"m{case + 2 * size}"


def fill(database: Database, size: int) -> None:
    """Writes `size` residents with a case each, and all that comes of it."""
    for table, count, values in _everything(size):
        database.run(partial(_write, table=table, count=count, values=values))
    if not database.is_sqlite:
        database.run(_number_on)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _write(connection: Connection, table: Table, count: int, values: Mapping[str, object]) -> None:
    columns = [value if isinstance(value, ColumnElement) else literal(value) for value in values.values()]
    numbered = select(*columns).select_from(_numbers(count))
    connection.execute(insert(table).from_select(list(values), numbered))


def _numbers(count: int) -> CTE:
    begin = select(literal(1).label("n")).cte("numbers", recursive=True)
    return begin.union_all(select(begin.c.n + 1).where(begin.c.n < count))


def _number_on(connection: Connection) -> None:
    """PostgreSQL does not notice which numbers were given."""
    for table in tables.metadata.sorted_tables:
        key = next(iter(table.primary_key))
        if isinstance(key.type, BigInteger) and key.autoincrement is True:
            last = f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key.name}'), max({key.name}))"
            connection.execute(text(f"{last} FROM {table.name}"))


# ---- what each row holds ---------------------------------------------------------------------------------

_n: ColumnElement[int] = literal_column("n", BigInteger)


def _each(values: tuple[str, ...], number: ColumnElement[int]) -> ColumnElement[str]:
    """One of `values` by turns."""
    return case(*((number % len(values) == at, value) for at, value in enumerate(values)), else_=values[0])


def _name(before: str, number: ColumnElement[int] = _n) -> ColumnElement[str]:
    return literal(before).concat(cast(number, String))


def _everything(size: int) -> list[tuple[Table, int, Mapping[str, object]]]:
    """Returns the tables in the order in which they can be filled, with the number of rows and what these hold."""
    cases = _Cases(size)
    return [
        (tables.conversations, size, cases.conversation()),
        (tables.tickets, size, cases.ticket()),
        (tables.ticket_messages, size * _SAID, cases.message()),
        (tables.ticket_events, size * _STEPS, cases.event()),
        (tables.topics, size, cases.topic()),
        (tables.promises, size, cases.promise()),
        (tables.timers, size // 20, cases.timer()),
        (tables.given, size * _GIVEN, cases.given()),
        (tables.inbox, size * _RECEIVED, cases.received()),
        (tables.outbox, size * _SENT, cases.sent()),
        (tables.proposals, size // 100, cases.proposal()),
        (tables.staff_drafts, size // 100, cases.draft()),
        (tables.gaps, size // 10, cases.gap()),
        (tables.marks, size // 100, {"name": _name("left:telegram:-100:9000"), "value": "1"}),
        (tables.notices, 30, {"notice": "{}", "until": START - _n, "author": OWNER, "created_at": 0}),
    ]


class _Cases:
    """The columns of each table for a database of one size, by the number of the row, `_n`."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.driven = _n > size - DRIVEN
        self.open = or_(self.driven, (_n + _n // 100) % 100 == 7)
        self.claimed = and_(self.open, _n % 2 == 0)
        self.group = case((self.driven, GROUPS[0]), else_=_each(GROUPS, _n))
        self.at = self._moment(1)

    def _of(self, times: int) -> ColumnElement[int]:
        """The resident of a row, where each has several."""
        return (_n - 1) % self.size + 1 if times > 1 else _n

    def _moment(self, times: int) -> ColumnElement[int]:
        """A moment for each row, the last one now."""
        step = max(1, _SPAN // (self.size * times))
        return literal(START, BigInteger) - (self.size * times - _n) * literal(step, BigInteger)

    def conversation(self) -> Mapping[str, object]:
        begin, end = conversation_to_json(Conversation(language="en", ticket=_CASE)).split(str(_CASE))
        busy = literal(begin).concat(cast(_n, String)).concat(end)
        state = case((self.claimed, busy), else_=conversation_to_json(Conversation(language="en")))
        chat = cast(_n + _FIRST_CHAT, String)
        whole = {"id": _n, "channel": CHANNEL, "chat": chat, "state": state, "version": 3}
        return {**whole, "created_at": self.at, "updated_at": self.at}

    def ticket(self) -> Mapping[str, object]:
        owner = case((self.driven, OWNER), else_=_name("1", _n % _STAFF))
        states = ((~self.open, State.CLOSED.value), (self.claimed, State.CLAIMED.value))
        return {
            "id": _n,
            "conversation_id": _n,
            "department": _each(("citizens", "trade"), _n),
            "entry": _each(("cpr", "business"), _n),
            "language": _each(("en", "da", "pl"), _n),
            "urgent": _n % 50 == 0,
            "state": case(*states, else_=State.NEW.value),
            "owner": case((or_(self.claimed, ~self.open), owner)),
            "owner_name": case((or_(self.claimed, ~self.open), "Somebody")),
            "created_at": self.at,
            "updated_at": self.at,
            "staff_channel": CHANNEL,
            "staff_chat": self.group,
            "staff_thread": _name("t"),
            "card_message": _name("c"),
            "promised_at": case((self.open, START + DAY)),
            "answered_at": case((self.open, null()), else_=self.at + MINUTE),
            "closed_at": case((self.open, null()), else_=self.at + DAY),
        }

    def message(self) -> Mapping[str, object]:
        resident, staff = self._of(_SAID), _n > 2 * self.size
        return {
            "id": _n,
            "ticket_id": resident,
            "at": self._moment(_SAID),
            "side": case((staff, "staff"), else_="resident"),
            "author": case((staff, OWNER), else_="resident"),
            "text": _WORDS,
            "source_channel": CHANNEL,
            "source_chat": case((staff, GROUPS[0]), else_=cast(resident + _FIRST_CHAT, String)),
            "source_message": _name("s"),
            "delivery": case((staff, "delivered"), else_="none"),
            "counterpart": _name("m"),
        }

    def event(self) -> Mapping[str, object]:
        what = {"ticket_id": self._of(_STEPS), "at": self._moment(_STEPS), "actor": OWNER}
        return {**what, "event": "reply", "state": State.ANSWERED.value}

    def topic(self) -> Mapping[str, object]:
        return {"channel": CHANNEL, "chat": self.group, "thread": _name("t"), "ticket_id": _n}

    def promise(self) -> Mapping[str, object]:
        settled = case((self.open, null()), else_=self.at + MINUTE)
        what = {"id": _n, "ticket_id": _n, "department": "citizens", "made_at": self.at, "due_at": self.at + DAY}
        return {**what, "settled_at": settled, "outcome": case((~self.open, "kept"))}

    def timer(self) -> Mapping[str, object]:
        chat, about = cast(_n + _FIRST_CHAT, String), _name("arrival:")
        return {
            "channel": CHANNEL,
            "chat": chat,
            "kind": IncomingKind.REMINDER.value,
            "about": about,
            "due_at": START + DAY + _n,
        }

    def given(self) -> Mapping[str, object]:
        entry = case((_n > self.size, "business"), else_="cpr")
        what = {"conversation_id": self._of(_GIVEN), "entry": entry, "facts": _each(("a" * 64, "b" * 64), _n)}
        return {**what, "language": "en", "at": self._moment(_GIVEN)}

    def received(self) -> Mapping[str, object]:
        lane = _name(f"{CHANNEL}:", self._of(_RECEIVED) + _FIRST_CHAT).concat(":resident")
        what = {"seq": _n, "channel": CHANNEL, "update_id": _name("old:"), "lane": lane, "payload": ""}
        at = self._moment(_RECEIVED)
        return {**what, "received_at": at, "done_at": at + 5, "outcome": case((_n % 5000 == 9, "dead"), else_="done")}

    def sent(self) -> Mapping[str, object]:
        """Half of it to residents, half to staff in the topics of cases."""
        resident, staff, at = self._of(_SENT), _n > 3 * self.size, self._moment(_SENT)
        chat = cast(resident + _FIRST_CHAT, String)
        in_topic = _name(f"{CHANNEL}:{GROUPS[0]}:", resident)
        return {
            "seq": _n,
            "channel": CHANNEL,
            "chat": case((staff, _each(GROUPS, resident)), else_=chat),
            "lane": case((staff, in_topic), else_=literal(f"{CHANNEL}:").concat(chat)),
            "kind": case((_n % 3 == 0, "react"), (_n % 2 == 0, "card"), else_="say"),
            "payload": mail_to_json(make_mail(_WORDS)),
            "language": "en",
            "priority": int(Priority.REPLY),
            "ticket_id": case((staff, resident)),
            "ticket_message_id": case((_n > 5 * self.size, resident)),
            "dedupe": case((_n % 10 == 0, _name("old:"))),
            "state": case((_n % 5000 == 9, "dead"), else_="sent"),
            "attempts": 1,
            "unknown": literal(value=False),
            "not_before": 0,
            "created_at": at,
            "tried_at": at + 50 - DAY,
            "settled_at": at + 90,
            "reference": _name("m"),
            "cause": _n,
        }

    def proposal(self) -> Mapping[str, object]:
        what = {"kind": "phrase", "name": "cpr", "language": "en", "text": _WORDS, "author": OWNER}
        return {**what, "created_at": self._moment(1), "proposed_at": START, "approved_at": START, "ticket_id": _n}

    def draft(self) -> Mapping[str, object]:
        what = {"ticket_id": _n, "author": OWNER, "kind": "phrase", "payload": _WORDS, "answers": 1}
        return {**what, "created_at": self._moment(1)}

    def gap(self) -> Mapping[str, object]:
        what = {"language": "en", "words": _name("word "), "entry": "", "reason": "none"}
        return {**what, "count": 1, "last_at": self._moment(1)}
