"""A red-team set of messages: no CPR number may be missed, and at most one in a hundred of the others be touched."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.core.digits import digit_of as digit
from bot.core.privacy import redact

CASES = Path(__file__).parent / "cpr_cases"
MARKED = re.compile("⟦(.*?)⟧", re.DOTALL)
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
NOT_YET_BORN, VERY_OLD = date(2030, 1, 1), date(1906, 1, 1)
ALWAYS_MODULUS_11 = date(2007, 10, 1)
FALSE_ALARMS = 0.01


@cache
def read(name: str) -> tuple[str, ...]:
    content = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(text for texts in content.values() for text in texts)


def plain(marked: str) -> str:
    return MARKED.sub(r"\1", marked)


@pytest.mark.parametrize("marked", read("positives"))
def test_no_number_is_missed_and_nothing_else_goes(marked: str) -> None:
    assert redact(plain(marked)).text == MARKED.sub("[CPR]", marked)


def test_false_alarms_are_rare() -> None:
    touched = [text for text in read("negatives") if redact(text).findings]
    assert len(touched) <= FALSE_ALARMS * len(read("negatives")), touched


def test_there_are_enough_of_each() -> None:
    for name in ("positives", "negatives"):
        assert len(set(read(name))) == len(read(name)) >= 500


@pytest.mark.parametrize("marked", read("positives"))
def test_no_number_is_anybodys(marked: str) -> None:
    assert MARKED.search(marked)
    for found in MARKED.findall(marked):
        parts = re.findall(r"\d+", "".join(digit(character) or character for character in found))
        number = "".join(parts)
        if len(number) not in (10, 12):  # the nought before a day or a month was left out
            number = "".join(part.zfill(2) for part in parts)
        assert nobodys(number), number


def nobodys(number: str) -> bool:
    """Says whether a number is not given to anybody, see the head of the file."""
    if len(number) == 12:
        number = number[:4] + number[6:]
    born = birth(number)
    modulus_11 = sum(weight * int(one) for weight, one in zip(WEIGHTS, number, strict=True)) % 11 == 0
    impossible = not modulus_11 and born < ALWAYS_MODULUS_11 and (born.month, born.day) != (1, 1)
    return born >= NOT_YET_BORN or born < VERY_OLD or impossible


def birth(number: str) -> date:
    """The date of birth by the CPR Office's table of the seventh digit."""
    day, month, year, seventh = int(number[:2]), int(number[2:4]), int(number[4:6]), int(number[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    return date(century + year, month, day - 60 if day > 60 else day)
