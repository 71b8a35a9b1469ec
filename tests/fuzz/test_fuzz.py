"""A few seconds of every target, the same examples every time; `python -m tests.fuzz` runs on and on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.http import answered, pushed
from tests.fuzz.targets import TARGETS

_EXAMPLES = {"knowledge": 10, "translations": 20, "days": 40, "numbers": 20, "matcher": 40, "shown": 40}
_USUAL = 80


@pytest.mark.parametrize("name", TARGETS)
def test_target(name: str) -> None:
    target = TARGETS[name]

    @settings(
        max_examples=_EXAMPLES.get(name, _USUAL),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(value=target.values)
    def check(value: Any) -> None:
        target.check(value)

    check()


@pytest.mark.parametrize("length", ["9" * 5000, "²", "-1"])
def test_a_length_that_is_none_makes_no_fault(length: str) -> None:
    answered(pushed((b"{}",), (b"content-length", length.encode("latin-1"))))
