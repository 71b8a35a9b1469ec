"""The numbers that buttons and commands carry. Pure."""

from __future__ import annotations

_DIGITS = 18  # more of them no database numbers its rows with


def number_of(digits: str) -> int:
    """Returns the number of a row that `digits` name; 0, which no row has, for what is none."""
    return int(digits) if digits.isdecimal() and len(digits) < _DIGITS else 0
