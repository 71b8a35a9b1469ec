"""Under steady traffic the memory of the bot stays as it is, and nothing piles up; `benchmarks.soak` takes longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot import golden
from bot.settings import ROOT
from tests.soak import Sample, Soak, Verdict, judge

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS, _RATE = 8, 30
_GROWTH = 0.1


@pytest.mark.process
def test_the_memory_stays_flat_and_the_outbox_empties(tmp_path: Path) -> None:
    questions = [one.text for one in golden.read(ROOT / "tests" / "questions") if one.language == "en"][:30]
    samples: list[Sample] = []
    soak = Soak(tmp_path, _RATE, questions)
    verdict = soak.play(_SECONDS, _SECONDS / 20, samples.append)
    assert verdict.growth < _GROWTH, samples
    assert verdict.left == 0
    assert soak.server.violations == []
    assert min(one.anonymous for one in samples) > 0


def test_what_grows_or_waits_is_a_fault() -> None:
    def sample(memory: float, outbox: int) -> Sample:
        return Sample(0, memory, memory, 0, outbox, 20, 1, 2)

    flat = [sample(100, 1), sample(120, 2), *[sample(121, 3)] * 8]
    assert judge(flat, 0) == Verdict((120, 121), (120, 121), (2, 3), 0)
    assert judge(flat, 0).faults(0.05, 10) == []
    assert judge([*flat[:9], sample(130, 50)], 7).faults(0.05, 10) == [
        "7 things are not done",
        "memory has grown by 8.3%",
        "50 rows wait, there were 2",
    ]
