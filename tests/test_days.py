"""Days read from words in every language."""

from __future__ import annotations

from datetime import date

import pytest

from bot.i18n import read_day

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("code", "text", "wanted"),
    [
        ("en", "3 May", date(2026, 5, 3)),
        ("en", "we moved on 12 October 2026", date(2026, 10, 12)),
        ("en", "yesterday", date(2026, 11, 29)),
        ("en", "May", date(2026, 5, 1)),
        ("en", "1/9/2026", date(2026, 9, 1)),
        ("da", "1. september", date(2026, 9, 1)),
        ("da", "i går", date(2026, 11, 29)),
        ("pl", "3 maja", date(2026, 5, 3)),
        ("pl", "w maju", date(2026, 5, 1)),
        ("uk", "3 травня", date(2026, 5, 3)),
        ("de", "am 3. Mai", date(2026, 5, 3)),
        ("ro", "3 mai", date(2026, 5, 3)),
        ("tr", "3 mayıs", date(2026, 5, 3)),
        ("ar", "٣ مايو", date(2026, 5, 3)),
        ("zh", "2026年9月1日", date(2026, 9, 1)),
        ("zh", "昨天", date(2026, 11, 29)),
        ("cs", "3. května", date(2026, 5, 3)),
        ("en", "1 march", date(2027, 3, 1)),  # nine months ago is too far to look back
        ("en", "in two weeks", date(2026, 12, 14)),
        ("da", "5.11.", date(2026, 11, 5)),
        ("pl", "za tydzień", date(2026, 12, 7)),
        ("pl", "w listopadzie", date(2026, 11, 1)),
        ("uk", "у січні 2027", date(2027, 1, 1)),
        ("uk", "тиждень тому", date(2026, 11, 23)),
        ("tr", "ocakta 2027", date(2027, 1, 1)),
        ("ar", "5 تشرين الثاني", date(2026, 11, 5)),
        ("zh", "11月3日", date(2026, 11, 3)),
        ("zh", "十二月五日", date(2026, 12, 5)),
        ("cs", "v červnu", date(2026, 6, 1)),
        ("cs", "v červenci", date(2026, 7, 1)),
        ("ro", "acum doua saptamani", None),  # rather not read than misread
        ("en", "29/2/2027", None),
        ("en", "hello there", None),
        ("en", "99/99/9999", None),
        ("en", "12-forty", None),
        ("en", "", None),
        ("en", "x" * 5000, None),
    ],
)
def test_a_day(code: str, text: str, wanted: date | None) -> None:
    assert read_day(text, code, TODAY) == wanted
