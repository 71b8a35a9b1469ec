from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bot.core.pausing import Pause
from bot.store import pauses, tables
from bot.store.database import Database
from tests.factories import START
from tests.store.rows import rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

ALL = Pause("all", "", "maintenance")
HOUSING = Pause("topic", "housing", "checking-texts")
POLISH = Pause("language", "pl", "staff-only")


def put(database: Database, pause: Pause, now: int = START) -> None:
    database.run(lambda c: pauses.put(c, pause, now))


def current(database: Database) -> tuple[Pause, ...]:
    return database.run(pauses.current)


def test_pauses_are_read_back_the_widest_first(database: Database) -> None:
    assert current(database) == ()
    for pause in (HOUSING, POLISH, ALL):
        put(database, pause)
    assert current(database) == (ALL, POLISH, HOUSING)


def test_the_last_reason_counts(database: Database) -> None:
    put(database, HOUSING)
    put(database, Pause("topic", "housing", "outage"), START + 5)
    assert current(database) == (Pause("topic", "housing", "outage"),)
    assert rows(database, tables.pauses)[0]["since"] == START


def test_a_pause_ends_once_and_the_others_go_on(database: Database) -> None:
    put(database, HOUSING)
    put(database, ALL)
    assert [database.run(lambda c: pauses.lift(c, "topic", "housing")) for _ in range(2)] == [True, False]
    assert not database.run(lambda c: pauses.lift(c, "topic", ""))
    assert current(database) == (ALL,)


def test_many_who_pause_at_once_make_one_pause(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: put(database, HOUSING), range(8)))
    assert current(database) == (HOUSING,)


def test_what_another_version_wrote_stays_paused_or_is_passed_over(database: Database) -> None:
    for pause in (HOUSING, ALL):
        put(database, pause)
    database.run(lambda c: c.execute(tables.pauses.update().values(reason="volcano")))
    assert current(database) == (ALL, Pause("topic", "housing", "maintenance"))
    database.run(lambda c: c.execute(tables.pauses.update().where(tables.pauses.c.name == "housing").values(scope="x")))
    assert current(database) == (ALL,)


def test_what_changes_within_a_transaction_is_seen_in_it(database: Database) -> None:
    def work(connection: Connection) -> list[tuple[Pause, ...]]:
        seen = [pauses.current(connection)]
        pauses.put(connection, HOUSING, START)
        seen += [pauses.current(connection), pauses.current(connection)]
        pauses.lift(connection, HOUSING.scope, HOUSING.name)
        return [*seen, pauses.current(connection)]

    assert database.run(work) == [(), (HOUSING,), (HOUSING,), ()]


def test_what_another_process_changes_is_seen_in_the_next_transaction(database: Database) -> None:
    assert current(database) == ()
    other = Database(database.engine.url.render_as_string(hide_password=False))
    other.run(lambda c: pauses.put(c, ALL, START))
    other.close()
    assert current(database) == (ALL,)
