"""Finds and removes CPR numbers, IBANs and payment cards in what people write. Pure.

Where a number could be both harmless and personal, it is removed: a lost order number costs a question, a leaked
number cannot be called back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.bank_numbers import cards, ibans
from bot.core.cpr import cprs, sure_cprs
from bot.core.digits import plain_digits, runs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.digits import Finding, Group

_MARKS = {"cpr": "[CPR]", "iban": "[IBAN]", "card": "[CARD]"}


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal numbers, and where in the original they stood (ascending)."""

    text: str
    findings: tuple[Finding, ...]


def redact(text: str) -> Redacted:
    """Returns `text` with each CPR number, IBAN and payment card replaced by `[CPR]`, `[IBAN]` or `[CARD]`.

    Everything else stays letter by letter. Digits and dashes of any script are understood, and invisible
    characters between them.
    """
    if not any(map(str.isnumeric, text)):
        return Redacted(text, ())
    found = _numbers(text, list(ibans(text)))
    plain = plain_digits(text)
    if plain != text:  # only then, as a small digit beside a number is rather a note's
        found = _numbers(plain, found)
    findings = tuple(sorted(found, key=lambda finding: finding.start))
    parts: list[str] = []
    position = 0
    for finding in findings:
        parts += (text[position : finding.start], _MARKS[finding.kind])
        position = finding.end
    return Redacted("".join((*parts, text[position:])), findings)


def _numbers(text: str, found: list[Finding]) -> list[Finding]:
    """Returns what was `found`, and the cards and CPR numbers in the rest of `text`."""
    runs = list(runs_of(text, found))
    for look in (_cards, _sure_cprs, _cprs):
        more = look(text, runs)
        if more:
            found = [*found, *more]
            runs = list(runs_of(text, found))
    return found


def _cards(_text: str, runs: Sequence[Sequence[Group]]) -> list[Finding]:
    return [finding for run in runs for finding in cards(run)]


def _sure_cprs(text: str, runs: Sequence[Sequence[Group]]) -> list[Finding]:
    return list(sure_cprs(text, [group for run in runs for group in run]))


def _cprs(text: str, runs: Sequence[Sequence[Group]]) -> list[Finding]:
    return [finding for run in runs for finding in cprs(text, run)]
