"""What is asked for every message reads only what is still to be done, however much was done before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from bot.core.mail import Rates
from bot.store import inbox, outbox, personal
from tests.factories import CHANNEL, START

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.store.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def plans(database: Database, work: Callable[[Connection], object]) -> list[str]:
    """How SQLite carries out each query of `work`, a line a step."""

    def explained(connection: Connection) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def note(_conn: object, _cursor: object, sql: str, values: Any, _context: object, _many: object) -> None:
            asked.append((sql, values))

        event.listen(connection, "before_cursor_execute", note)
        work(connection)
        event.remove(connection, "before_cursor_execute", note)
        explain = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in asked]
        return [row.detail for rows in explain for row in rows]

    return database.run(explained)


def test_the_next_message_is_found_among_those_that_wait(database: Database) -> None:
    steps = plans(database, lambda connection: inbox.head(connection, START, (CHANNEL,)))
    assert steps
    assert not [step for step in steps if "ix_inbox_open" not in step and "inbox" in step]


def test_what_is_to_be_sent_is_found_among_what_is_unsent_and_of_the_last_minute(database: Database) -> None:
    steps = plans(database, lambda c: outbox.claim(c, lambda _channel, _chat: Rates(), (CHANNEL,), START, 16))
    read = [step for step in steps if "outbox" in step]
    assert read
    quick = ("ix_outbox_open", "ix_outbox_held", "tried_at>?")
    assert all(any(one in step for one in quick) for step in read), read


LANE = f"{CHANNEL}:-100:1"


@pytest.mark.parametrize(
    "work",
    [
        lambda connection: outbox.supersede(connection, LANE, "react", START),
        lambda connection: outbox.waits(connection, LANE, "card"),
        lambda connection: outbox.extend(connection, LANE, "relay-intro", (), 1),
    ],
    ids=["supersede", "waits", "extend"],
)
def test_what_waits_in_a_lane_is_found_among_what_is_unsent(
    database: Database, work: Callable[[Connection], object]
) -> None:
    assert [step for step in plans(database, work) if "ix_outbox_open_lane" not in step] == []


def test_what_is_said_of_a_case_is_found_by_its_number_when_it_goes(database: Database) -> None:
    """Else all that was ever sent is read for each message of the case."""
    steps = plans(database, lambda connection: personal.erase_cases(connection, [1]))
    assert [step for step in steps if "outbox" in step and "SCAN" in step] == []
