"""Processes that claim at the same moment keep the limits together."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Limit, Rates
from bot.store import outbox
from tests.delivery.loops import put
from tests.factories import CHANNEL, MINUTE, START, make_mail

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import OutboxItem
    from bot.store.database import Database


def claim(connection: Connection) -> list[OutboxItem]:
    one_a_minute = Rates((Limit(1, MINUTE),))
    return outbox.claim(connection, lambda *_: one_a_minute, (CHANNEL,), START, 10)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_same_room_within_a_limit_is_not_used_twice(database: Database) -> None:
    put(database, *[make_mail(chat="-5", lane=f"ticket {number}") for number in range(2)])
    with ThreadPoolExecutor(1) as pool:
        with database.engine.begin() as first:
            assert len(claim(first)) == 1
            second: Future[list[OutboxItem]] = pool.submit(database.run, claim)
            with pytest.raises(StillWaiting):
                second.result(0.3)
        assert second.result(20) == []
