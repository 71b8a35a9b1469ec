"""Transactions that are committed together: each of those who asked gets what they would have got alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.delivery.grouping import Grouped
from bot.errors import DatabaseError
from bot.store import inbox, tables
from tests.delivery.loops import Flaky
from tests.factories import make_incoming
from tests.store.rows import column

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.store.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def arrives(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        inbox.add(connection, make_incoming(update_id=str(number), chat=str(number)))
        return number

    return work


def fails(connection: Connection) -> int:
    inbox.add(connection, make_incoming(update_id="in vain"))
    raise ValueError("only its own fault")


def arrived(database: Database) -> list[str]:
    return [str(number) for number in column(database, tables.inbox, "update_id")]


async def test_what_comes_while_one_is_under_way_is_committed_together_in_order(database: Database) -> None:
    flaky = Flaky(database)
    grouped = Grouped(flaky, 32)
    assert await asyncio.gather(*[grouped.run_async(arrives(number)) for number in range(10)]) == list(range(10))
    assert arrived(database) == [str(number) for number in range(10)]
    assert flaky.tries == 1


async def test_no_more_than_allowed_are_committed_together(database: Database) -> None:
    flaky = Flaky(database)
    grouped = Grouped(flaky, 4)
    await asyncio.gather(*[grouped.run_async(arrives(number)) for number in range(10)])
    assert flaky.tries == 3


async def test_one_that_raises_undoes_no_other(database: Database) -> None:
    grouped = Grouped(database, 32)
    results = await asyncio.gather(
        *[grouped.run_async(work) for work in (arrives(1), fails, arrives(2))], return_exceptions=True
    )
    assert [type(result) for result in results] == [int, ValueError, int]
    assert arrived(database) == ["1", "2"]


async def test_all_are_told_that_the_database_is_away(database: Database) -> None:
    grouped = Grouped(Flaky(database, 0), 32)
    results = await asyncio.gather(*[grouped.run_async(arrives(n)) for n in range(3)], return_exceptions=True)
    assert [type(result) for result in results] == [DatabaseError] * 3
    assert await grouped.run_async(arrives(4)) == 4
    assert arrived(database) == ["4"]


async def test_nobody_waits_for_one_who_has_gone(database: Database) -> None:
    grouped = Grouped(database, 32)
    tasks = [asyncio.create_task(grouped.run_async(arrives(number))) for number in range(2)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    assert await tasks[1] == 1
    assert tasks[0].cancelled()
