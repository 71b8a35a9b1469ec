"""Readiness: each condition by itself, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Priority
from bot.store import outbox
from handlers.web.health import Check, Health
from tests.factories import MINUTE, FakeClock, make_library, make_mail

if TYPE_CHECKING:
    from bot.store.database import Database


class Played:
    """The rest of the assistant."""

    def __init__(self) -> None:
        self.knowledge = make_library().knowledge
        self.age: float | None = 1.0
        self.stopping = False


@pytest.fixture
def rest() -> Played:
    return Played()


@pytest.fixture
def health(database: Database, rest: Played, clock: FakeClock) -> Health:
    return Health(database, rest, lambda: rest.age, lambda: rest.stopping, clock.now)  # type: ignore[arg-type]


async def not_well(health: Health) -> list[str]:
    health._stored = None
    return [name for name, check in (await health.look()).checks.items() if not check.ok]


async def test_ready(health: Health) -> None:
    assert await not_well(health) == []
    assert (await health.look()).ready


async def test_not_while_it_stops(health: Health, rest: Played) -> None:
    rest.stopping = True
    assert await not_well(health) == ["running"]


@pytest.mark.parametrize("age", [None, 121.0])
async def test_not_while_telegram_is_away(health: Health, rest: Played, age: float | None) -> None:
    rest.age = age
    assert await not_well(health) == ["telegram"]


@pytest.mark.parametrize("fault", ["telegram", "outbox"])
async def test_updates_are_taken_while_answers_wait(
    health: Health, rest: Played, database: Database, clock: FakeClock, fault: str
) -> None:
    """What is late is so in every replica: a proxy that left them all out would make the assistant deaf as well."""
    if fault == "telegram":
        rest.age = None
    else:
        database.run(lambda c: outbox.add(c, make_mail(), clock.now()))
        clock.advance(6 * MINUTE)
    assert await not_well(health) == [fault]
    assert (await health.look()).takes


@pytest.mark.parametrize("fault", ["stopping", "database"])
async def test_no_updates_are_taken_that_could_not_be_kept(health: Health, rest: Played, fault: str) -> None:
    rest.stopping = fault == "stopping"
    if fault == "database":
        health._stored = float("inf"), {"database": Check(ok=False, seen={}), "outbox": Check(ok=False, seen={})}
    assert not (await health.look()).takes


async def test_not_while_a_reply_waits_too_long(health: Health, database: Database, clock: FakeClock) -> None:
    database.run(lambda c: outbox.add(c, make_mail(), clock.now()))
    clock.advance(4 * MINUTE)
    assert await not_well(health) == []
    clock.advance(2 * MINUTE)
    assert await not_well(health) == ["outbox"]


async def test_what_waits_for_limits_or_behind_another_is_no_matter(
    health: Health, database: Database, clock: FakeClock
) -> None:
    later = clock.now() + 60 * MINUTE
    database.run(lambda c: outbox.add(c, make_mail(), clock.now(), not_before=later))
    database.run(lambda c: outbox.add(c, make_mail(), clock.now()))  # behind it in the lane
    database.run(lambda c: outbox.add(c, make_mail(chat="7", priority=Priority.BULK), clock.now()))
    clock.advance(10 * MINUTE)
    assert await not_well(health) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_not_without_the_database(health: Health, database: Database) -> None:
    database.engine.dispose()
    database.run(lambda c: c.exec_driver_sql("DROP TABLE outbox"))
    assert await not_well(health) == ["database", "outbox"]


async def test_asked_all_the_time_it_reads_once(health: Health, database: Database) -> None:
    await health.look()
    seen = health._stored
    for _ in range(5):
        await health.look()
    assert health._stored is seen
