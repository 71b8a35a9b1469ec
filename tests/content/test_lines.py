from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.content.lines import lexicon_lines, lines_of, phrase_lines

if TYPE_CHECKING:
    from bot.errors import Fault


def test_phrases_stand_under_their_entry() -> None:
    faults: list[Fault] = []
    found = phrase_lines(lines_of("// why\n# move\nfirst\n\n second \n# tax\nthird\n", "da/phrases.txt"), faults)
    assert {name: dict(rows) for name, rows in found.phrases.items()} == {
        "move": {3: "first", 5: "second"},
        "tax": {7: "third"},
    }
    assert faults == []


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("lost\n# move\nfirst", 1, "before the first"),
        ("# move\na\n# move\nb", 3, "stands once"),
        ("#\na", 1, "needs an entry's id"),
    ],
)
def test_faulty_phrases_are_told_with_their_line(text: str, line: int, reason: str) -> None:
    faults: list[Fault] = []
    phrase_lines(lines_of(text, "da/phrases.txt"), faults)
    assert (faults[0].path, faults[0].line) == ("da/phrases.txt", line)
    assert reason in faults[0].reason


def test_forms_share_a_meaning() -> None:
    faults: list[Fault] = []
    found = lexicon_lines(lines_of("flat flats = apartment HOME\ntax = tax TAX\n", "en/lexicon.txt"), faults)
    assert found.forms == {"flat": ("apartment", "HOME"), "flats": ("apartment", "HOME"), "tax": ("tax", "TAX")}
    assert faults == []


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("flat apartment", 1, "must be"),
        ("a = b\nÆble = apple", 2, "must be written “aeble”"),
        ("flat = home\nflat = level", 2, "stands already on line 1"),
        ("flat = Home", 1, "neither"),
    ],
)
def test_a_faulty_lexicon_is_told_with_its_line(text: str, line: int, reason: str) -> None:
    faults: list[Fault] = []
    lexicon_lines(lines_of(text, "en/lexicon.txt"), faults)
    assert (faults[0].line, reason in faults[0].reason) == (line, True)
