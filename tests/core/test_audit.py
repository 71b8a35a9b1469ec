"""The chain of the audit log: every change of what was written shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.audit import FIRST, AuditFault, AuditRow, Head, details_text, faults, follow, hash_of, head_of
from tests.factories import START


def chain(length: int = 4) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number in range(length):
        rows.append(follow(head_of(rows), START + number, "7", "pause", {"name": f"topic-{number}"}))
    return rows


def test_an_untouched_log_has_no_fault() -> None:
    rows = chain()
    assert (rows[0].seq, rows[0].previous) == (1, FIRST)
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert faults(rows) == ()
    assert faults([]) == ()
    assert head_of([]) == Head(0, "0" * 64)


def test_the_hash_is_that_of_the_whole_row() -> None:
    """Written down, so that another program can verify the log as well."""
    assert details_text({"b": 1, "a": "ø"}) == '{"a":"\\u00f8","b":1}'
    assert hash_of(1, 2, "a", "b", "{}", FIRST) == "3825ba0a3f3d91c6ae53b54dc1606b0f792e9ab3093666a32553bf1d95cebeec"
    fields = [(1, 2, "ab", "c", "{}", FIRST), (1, 2, "a", "bc", "{}", FIRST), (12, 2, "a", "b", "{}", FIRST)]
    assert len({hash_of(*each) for each in fields}) == 3


@pytest.mark.parametrize(
    "change",
    [{"at": 1}, {"actor": "8"}, {"action": "resume"}, {"details": "{}"}, {"hash": "f" * 64}],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("place", range(4))
def test_a_changed_row_shows(change: dict[str, Any], place: int) -> None:
    rows = chain()
    rows[place] = replace(rows[place], **change)
    assert AuditFault(place + 1, "hash") in faults(rows)


def test_a_row_that_was_written_anew_with_its_hash_breaks_the_one_after() -> None:
    rows = chain()
    old = rows[1]
    new = hash_of(old.seq, old.at, "8", old.action, old.details, old.previous)
    rows[1] = replace(old, actor="8", hash=new)
    assert faults(rows) == (AuditFault(3, "previous"),)


@pytest.mark.parametrize("place", range(3))
def test_a_row_that_is_missing_shows(place: int) -> None:
    rows = chain()
    del rows[place]
    assert faults(rows) == (AuditFault(place + 2, "gap"), AuditFault(place + 2, "previous"))


def test_the_end_that_was_cut_off_shows_to_who_noted_it() -> None:
    rows = chain()
    noted = head_of(rows)
    assert faults(rows, noted) == ()
    assert faults([*rows, follow(noted, START, "7", "pause", {})], noted) == ()
    assert faults(rows[:-1]) == ()
    assert faults(rows[:-1], noted) == (AuditFault(4, "head"),)
    assert faults([], noted) == (AuditFault(4, "head"),)


def test_a_log_that_was_written_anew_shows_to_who_noted_its_end() -> None:
    noted = head_of(chain())
    other = [follow(Head(), START, "8", "pause", {})]
    assert faults(other, noted) == (AuditFault(4, "head"),)


@given(st.lists(st.tuples(st.integers(), st.text(), st.text(), st.dictionaries(st.text(), st.text() | st.integers()))))
def test_whatever_is_noted_can_be_verified(done: list[tuple[int, str, str, dict[str, str | int]]]) -> None:
    rows: list[AuditRow] = []
    for each in done:
        rows.append(follow(head_of(rows), *each))
    assert faults(rows, head_of(rows)) == ()
    if rows:
        rows[0] = replace(rows[0], details=rows[0].details + " ")
        assert faults(rows)
