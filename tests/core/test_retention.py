"""How long data is kept: reading the setting, and counting back."""

from __future__ import annotations

import re

import pytest

from bot.core.retention import KINDS, Retention
from bot.settings import ROOT
from tests.factories import DAY, START


def test_what_is_not_named_stays_as_proposed() -> None:
    assert Retention.read("") == Retention()
    assert Retention.read(" tickets = 730 ,, gaps=7") == Retention(tickets=730, gaps=7)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("audit=3", "the kinds are"),
        ("tickets", "a number"),
        ("tickets=", "a number"),
        ("tickets=1", "from 2"),
        ("tickets=-5", "a number"),
        ("tickets=٣٠", "a number"),
        ("tickets=9999999999999999999999", "a number"),
        ("tickets=3,tickets=3", "twice"),
    ],
)
def test_what_is_wrong_is_said(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Retention.read(text)


def test_days_are_counted_back() -> None:
    for kind in KINDS:
        assert Retention().before(kind, START) == START - Retention().days(kind) * DAY


def test_the_document_says_what_is_proposed() -> None:
    document = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (\d+) \|", document, re.MULTILINE))
    assert {kind: int(days) for kind, days in rows.items()} == {kind: Retention().days(kind) for kind in KINDS}
