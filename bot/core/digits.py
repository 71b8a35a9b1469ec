"""Digits of every script, and what may stand between those of one number. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_IGNORED = {"Cf", "Cc", "Cn", "Co", "Cs", "Mn", "Me"}  # invisible, or drawn over the character before
_JOINING = frozenset("./\\_·•‧․∕⁄\u2212\u2043\u207b")  # beside spaces and every Unicode dash (category Pd)
MAX_JOINT = 5
"""How many visible characters may stand between two digits of one number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A personal number: `kind` is "cpr", "iban" or "card"; `start` and `end` are code point offsets."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """Digits that stand side by side: as ASCII, with their offsets in the text."""

    digits: str
    start: int
    end: int


def digit_of(character: str) -> str:
    """Returns the ASCII digit of any script's decimal digit, else an empty string."""
    value = unicodedata.decimal(character, None)
    return "" if value is None else str(value)


def plain_digits(text: str) -> str:
    """Returns `text`, as long as it was, with ASCII digits for small and framed ones such as ¹, ₂ and ③."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isdecimal() else c for c in text)


def joins(character: str) -> bool:
    """Says whether `character` may stand between two parts of one number."""
    plain = unicodedata.normalize("NFKC", character)
    return (
        character.isspace()
        or plain.isspace()
        or character in _JOINING
        or plain in _JOINING
        or unicodedata.category(character) == "Pd"
    )


def ignored(character: str) -> bool:
    """Says whether `character` is invisible or a mark over the one before (a line break is neither)."""
    return not character.isspace() and unicodedata.category(character) in _IGNORED


def runs_of(text: str, taken: Sequence[Finding]) -> Iterator[list[Group]]:
    """Yields the groups of digits that only spaces, dashes and the like keep apart, outside of `taken`."""
    closed = {position for finding in taken for position in range(finding.start, finding.end)}
    groups: list[Group] = []
    joint = 0
    for position, character in enumerate(text):
        digit = "" if position in closed else digit_of(character)
        if digit and groups and joint == 0:
            last = groups[-1]
            groups[-1] = Group(last.digits + digit, last.start, position + 1)
        elif digit:
            groups.append(Group(digit, position, position + 1))
        elif position in closed or not (ignored(character) or (joins(character) and joint < MAX_JOINT)):
            if groups:
                yield groups
            groups = []
        elif not ignored(character):
            joint += 1
            continue
        if digit or not groups:
            joint = 0
    if groups:
        yield groups
