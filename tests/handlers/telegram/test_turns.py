"""What one of several replicas does for all of them, on both databases."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from handlers.telegram.turns import LEASE_MS, Begun, Turn

if TYPE_CHECKING:
    from bot.store.database import Database
    from tests.factories import FakeClock


@pytest.fixture
def turn(database: Database, clock: FakeClock) -> Turn:
    return Turn(database, "profile", clock.now)


async def test_of_three_that_ask_at_once_one_does_it(turn: Turn) -> None:
    asked = await asyncio.gather(*(turn.begin("new") for _ in range(3)))
    assert sorted(each.value for each in asked) == ["busy", "busy", "mine"]
    await turn.done("new")
    assert await turn.begin("new") == Begun.DONE
    assert await turn.known() == "new"


async def test_another_value_is_set_anew_and_so_is_what_somebody_took_away(turn: Turn) -> None:
    await turn.done("old")
    assert await turn.begin("new") == Begun.MINE
    await turn.done("new")
    assert await turn.begin("new", anew=True) == Begun.MINE


async def test_who_failed_or_died_is_not_waited_for(turn: Turn, clock: FakeClock) -> None:
    await turn.begin("new")
    await turn.failed()
    assert await turn.begin("new") == Begun.MINE
    clock.advance(LEASE_MS - 1)
    assert await turn.begin("new") == Begun.BUSY
    clock.advance(1)
    assert await turn.begin("new") == Begun.MINE
