"""Many residents and staff at once, with the plug pulled in between: nothing lost, crossed, doubled or leaked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk_run import Size, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.process

SMALL = Size(tickets=32, residents=32, staff=8, kills=1)


def test_a_busy_desk_with_restarts(tmp_path: Path) -> None:
    result = run(tmp_path, SMALL)
    assert result.faults == []
    assert result.report.cases == SMALL.tickets
    assert result.starts == 1 + 2 * SMALL.kills
    assert min(result.report.answers, result.report.notes, result.report.refused, result.report.entries) > 0
