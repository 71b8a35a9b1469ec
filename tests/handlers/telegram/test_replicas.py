"""Three real bots behind a proxy on one PostgreSQL, one killed, all replaced one by one: as if it were one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk_run import Run, Size
from tests.replicas import REPLICAS, Fleet, Talk

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.process

SMALL = Size(tickets=8, residents=8, staff=4, kills=1)
TALKERS = 4
STARTS = REPLICAS + 1 + REPLICAS  # at first; after the kill; each after the other


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_residents_and_staff_notice_nothing(database_url: str, tmp_path: Path) -> None:
    """The database is empty, and they start at once: it is prepared, and Telegram told of them, only once."""
    fleet = Fleet(database_url)
    run = Run(tmp_path, SMALL, fleet.machines)
    talkers = [run.server.user(f"Talker{number}") for number in range(TALKERS)]
    talk = Talk(talkers, going=lambda: run.restarts.starts < STARTS)
    run.beside = list(talk.doings(run.eyes))
    with fleet.proxy:
        result = run.go()
    assert result.faults == []
    assert talk.faults(run.eyes, killed=True) == []
    assert result.report.cases == SMALL.tickets
    assert result.starts == STARTS
    assert set(fleet.proxy.answered) == set(fleet.proxy.ports)
    assert len(run.server.calls_of("setWebhook")) == 1
    described = [call.params.get("language_code") for call in run.server.calls_of("setMyDescription")]
    assert len(described) == len(set(described)) > 1
