"""The page of figures: what is counted, and that no label can grow without end or hold anything of a person."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import HELD, Delivered, Failed, InboxItem, OutboxItem, Retry
from bot.metrics import Metrics
from bot.store import daily
from tests.factories import FakeClock, make_incoming, make_library, make_mail

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.database import Database

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def page(metrics: Metrics, database: Database, clock: FakeClock) -> dict[str, float]:
    """Sample -> value, without the process's own."""
    text = (await metrics.page(database, make_library(), clock)).decode()
    lines = [line.rpartition(" ") for line in text.splitlines() if line.startswith("ballerup_")]
    return {name: float(value) for name, _, value in lines}


def sent(**fields: object) -> OutboxItem:
    return OutboxItem(1, make_mail("secret words", chat="4711", **fields), 1, unknown=False, progress=0, created_at=0)


@sqlite
async def test_what_it_is_told_is_counted(database: Database, clock: FakeClock) -> None:
    metrics = Metrics()
    metrics.received("text", "new")
    metrics.received("other", "ignored", 3)
    item = InboxItem(1, make_incoming(text="secret words", chat="4711", sender_name="Annabella"), 0)
    metrics.decided(item, "done")
    metrics.decided(item, "failed")
    for outcome in (Delivered("77"), Failed("blocked"), Retry(HELD, 1000), Retry("TimedOut", unknown=True)):
        metrics.delivered(sent(), outcome)
    metrics.lasted("decide", 0.003)
    metrics.lasted("inbox", -5.0)
    found = await page(metrics, database, clock)
    expected = {
        'ballerup_updates_total{fate="new",kind="text"}': 1,
        'ballerup_updates_total{fate="ignored",kind="other"}': 3,
        'ballerup_decisions_total{fate="done",kind="text"}': 1,
        'ballerup_decisions_total{fate="failed",kind="text"}': 1,
        'ballerup_deliveries_total{kind="say",outcome="delivered"}': 1,
        'ballerup_deliveries_total{kind="say",outcome="failed"}': 1,
        'ballerup_deliveries_total{kind="say",outcome="retry"}': 1,
        'ballerup_deliveries_total{kind="say",outcome="unknown"}': 1,
        'ballerup_failures_total{reason="blocked"}': 1,
        'ballerup_retries_total{reason="retry after"}': 1,
        'ballerup_limits_hit_total{limit="telegram-chat"}': 1,
        'ballerup_stage_seconds_bucket{le="0.005",stage="decide"}': 1,
        'ballerup_stage_seconds_bucket{le="0.002",stage="decide"}': 0,
        'ballerup_stage_seconds_sum{stage="inbox"}': 0,
    }
    assert {name: found[name] for name in expected} == expected
    assert not re.search("4711|Annabella|secret", "".join(found))


@sqlite
async def test_a_language_nobody_offers_is_another_one(database: Database, clock: FakeClock) -> None:
    def count(connection: Connection) -> None:
        for language in ("en", "sv", "fi", "xx-made-up"):
            daily.count(connection, clock.today(), language, "t", "answer")

    database.run(count)
    found = await page(Metrics(), database, clock)
    today = {name: value for name, value in found.items() if "answers_today" in name}
    assert today == {
        'ballerup_answers_today{language="en",outcome="answer"}': 1,
        'ballerup_answers_today{language="other",outcome="answer"}': 3,
    }


@sqlite
async def test_old_figures_are_not_shown_as_new_ones(database: Database, clock: FakeClock) -> None:
    metrics = Metrics()
    metrics.received("text", "new")
    database.run(lambda c: daily.count(c, clock.today(), "en", "t", "answer"))
    assert (await page(metrics, database, clock))["ballerup_database_up"] == 1
    database.run(lambda c: c.exec_driver_sql("DROP TABLE daily"))
    found = await page(metrics, database, clock)
    assert found["ballerup_database_up"] == 0
    assert found['ballerup_updates_total{fate="new",kind="text"}'] == 1
    assert not any("answers_today" in name for name in found)
    assert math.isnan(found["ballerup_outbox_age_seconds"])


def test_two_in_one_process_do_not_share_figures() -> None:
    one, other = Metrics(), Metrics()
    one.received("text", "new")
    name, labels = "ballerup_updates_total", {"kind": "text", "fate": "new"}
    assert one._registry.get_sample_value(name, labels) == 1
    assert other._registry.get_sample_value(name, labels) is None
