"""The benchmark of throughput runs, at a size that says nothing about speed."""

from __future__ import annotations

import os

import pytest

from benchmarks.throughput import Plan, run

_TINY = Plan(count=20, at_once=4, people=10, steady=5, rate=50, kinds=("mix",))


@pytest.mark.process
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="it needs two cores")
def test_our_bot_is_measured_beside_others() -> None:
    cores = os.sched_getaffinity(0)
    found = run(_TINY, ["python-telegram-bot", "ours, synchronous=off"])
    assert os.sched_getaffinity(0) == cores
    for figures in found["bots"].values():
        assert figures["mix"]["updates_per_s"] > 0
        assert figures["mix"]["messages_per_update"] >= 1
        assert figures["mix"]["p99_ms"] > 0
    assert found["ratios"]["cpu of ours / python-telegram-bot"]["mix"] > 0
