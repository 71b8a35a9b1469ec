"""What may be given as an answer, and how sure it is said to be. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.core.model import Entry, Knowledge

_ORDER = tuple(Basis)


BASIS_KEYS = {
    Basis.CONFIRMED: "basis-confirmed",
    Basis.READ: "basis-read",
    Basis.PARTLY_READ: "basis-memory",
    Basis.MEMORY: "basis-memory",
}
"""Basis -> the key of the sentence that says how far a text can be trusted."""


def weakest(bases: Iterable[Basis]) -> Basis:
    """Returns the least trustworthy of `bases`; confirmed when there are none."""
    return max(bases, key=_ORDER.index, default=Basis.CONFIRMED)


def is_current(entry: Entry, knowledge: Knowledge, today: date) -> bool:
    """True while neither the entry nor a fact it uses has expired. An expired entry is not given as an answer."""
    dates = [entry.valid_until, *(knowledge.facts[fact].valid_until for fact in entry.facts)]
    return all(until is None or until >= today for until in dates)
