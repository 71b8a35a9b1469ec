"""Finds and removes CPR numbers, IBANs and payment cards in what people write. Pure.

Sources: the CPR Office on the century rule (seventh digit), on replacement numbers (60 added to the day) and
on numbers without modulus 11 since 2007; ISO 13616 for IBAN; ISO/IEC 7812 for cards. Where a number could be
both harmless and personal, it is removed: a lost order number costs a question, a leaked number cannot be
called back.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARKS = {"cpr": "[CPR]", "iban": "[IBAN]", "card": "[CARD]"}
_IGNORED = {"Cf", "Cc", "Cn", "Co", "Cs", "Mn", "Me"}  # invisible, or drawn over the character before
_JOINING = frozenset("./\\_·•‧․∕⁄\u2212\u2043\u207b")  # beside spaces and every Unicode dash (category Pd)
_MAX_JOINT = 5  # visible characters that may stand between two digits of one number

# How the digits of a CPR number are cut into groups (DDMMYY-SSSS, DD MM YY SSSS, DDMMYYYY-SSSS and so on),
# by the length of the first group.
_FORMS = {
    2: ((2, 2, 2, 4), (2, 2, 6), (2, 2, 2, 2, 2), (2, 2, 4, 4)),
    4: ((4, 6), (4, 2, 4), (4, 4, 4)),
    6: ((6, 4), (6, 2, 2)),
    8: ((8, 4),),
    10: ((10,),),
    12: ((12,),),
}
_REPLACEMENT_DAYS = 60  # added to the day in numbers given where none is known yet

_CARD_TAILS = ((6, 5), (6, 4))  # after a first group of four: American Express and Diners Club
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD FK",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK MN",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM TL SO",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_PHONE_DIGITS = {
    "45": 8,
    "47": 8,
    "46": 9,
    "48": 9,
}  # national digits after a country code; elsewhere E.164's limit
_PHONE_LIMIT = 15
_AMOUNT = re.compile(r"(?:,\d\d)?\s{0,2}(?:kr|dkk|eur|€|,-)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """A personal number: `kind` is "cpr", "iban" or "card"; `start` and `end` are code point offsets."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal numbers, and where in the original they stood (ascending)."""

    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits that stand side by side: as ASCII, with their offsets in the text."""

    digits: str
    start: int
    end: int


def redact(text: str) -> Redacted:
    """Returns `text` with each CPR number, IBAN and payment card replaced by `[CPR]`, `[IBAN]` or `[CARD]`.

    Everything else stays letter by letter. Digits and dashes of any script are understood, and invisible
    characters between them.
    """
    ibans = tuple(_ibans(text))
    runs = list(_runs(text, ibans))
    cards = tuple(finding for run in runs for finding in _cards(run))
    if cards:
        runs = list(_runs(text, (*ibans, *cards)))
    cprs = tuple(finding for run in runs for finding in _cprs(text, run))
    findings = tuple(sorted((*ibans, *cards, *cprs), key=lambda finding: finding.start))
    parts: list[str] = []
    position = 0
    for finding in findings:
        parts += (text[position : finding.start], _MARKS[finding.kind])
        position = finding.end
    return Redacted("".join((*parts, text[position:])), findings)


def _digit(character: str) -> str:
    """Returns the ASCII digit of any script's decimal digit, else an empty string."""
    value = unicodedata.decimal(character, None)
    return "" if value is None else str(value)


def _joins(character: str) -> bool:
    """Says whether `character` may stand between two parts of one number."""
    plain = unicodedata.normalize("NFKC", character)
    return (
        character.isspace()
        or plain.isspace()
        or character in _JOINING
        or plain in _JOINING
        or unicodedata.category(character) == "Pd"
    )


def _ignored(character: str) -> bool:
    """Says whether `character` is invisible or a mark over the one before (a line break is neither)."""
    return not character.isspace() and unicodedata.category(character) in _IGNORED


def _runs(text: str, taken: Sequence[Finding]) -> Iterator[list[_Group]]:
    """Yields the groups of digits that only spaces, dashes and the like keep apart, outside of `taken`."""
    closed = {position for finding in taken for position in range(finding.start, finding.end)}
    groups: list[_Group] = []
    joint = 0
    for position, character in enumerate(text):
        digit = "" if position in closed else _digit(character)
        if digit and groups and joint == 0:
            last = groups[-1]
            groups[-1] = _Group(last.digits + digit, last.start, position + 1)
        elif digit:
            groups.append(_Group(digit, position, position + 1))
        elif position in closed or not (_ignored(character) or (_joins(character) and joint < _MAX_JOINT)):
            if groups:
                yield groups
            groups = []
        elif not _ignored(character):
            joint += 1
            continue
        if digit or not groups:
            joint = 0
    if groups:
        yield groups


def _cprs(text: str, run: Sequence[_Group]) -> Iterator[Finding]:
    at = _after_phone(run, 0) if text[: run[0].start].endswith("+") else 0
    while at < len(run):
        if run[at].digits.startswith("00") and len(run[at].digits) > 2:
            at = _after_phone(run, at)
            continue
        size = _cpr_groups(run, at)
        harmless = _dated_groups(text, run, at, size) if size > 3 else 0
        if size and not harmless:
            yield Finding("cpr", run[at].start, run[at + size - 1].end)
        at += harmless or size or 1


def _cpr_groups(run: Sequence[_Group], at: int) -> int:
    """Returns how many groups from `at` on make a CPR number; 0 for none."""
    lengths = tuple(len(group.digits) for group in run[at : at + 5])
    for form in _FORMS.get(lengths[0], ()):
        if lengths[: len(form)] != form:
            continue
        digits = "".join(group.digits for group in run[at : at + len(form)])
        if sum(form) == 12:
            found = _is_cpr(digits[:4] + digits[6:8], digits[8:], digits[4:8])
        else:
            found = _is_cpr(digits[:6], digits[6:])
        if found:
            return len(form)
    return 0


def _dated_groups(text: str, run: Sequence[_Group], at: int, size: int) -> int:
    """Returns how many groups from `at` on are a date and what belongs to another date, a phone or an amount.

    Takes the `size` of what could be a CPR number as well; 0 when it is to be read as one.
    """
    part = run[at : at + size + 5]  # a date, a telephone number in pairs, and the group after
    joints = [text[a.end : b.start] for a, b in pairwise(part)]
    if size == 5 and joints[3].strip() and joints[2] != joints[3]:
        return size
    if not joints[0].strip() or joints[2].strip():
        return 0
    following = [part[3]]
    for joint, group in zip(joints[3:], part[4:], strict=True):
        if joint.strip():
            break
        following.append(group)
    if sum(len(group.digits) for group in following) == 8:
        return 3 + len(following)
    return size if _AMOUNT.match(text, run[at + size - 1].end) else 0


def _after_phone(run: Sequence[_Group], at: int) -> int:
    """Returns the group after the international telephone number that begins with group `at`."""
    first = run[at].digits
    prefix = 2 if first.startswith("00") else 0
    code = "".join(group.digits for group in run[at : at + 3])[prefix : prefix + 2]
    limit = prefix + (2 + _PHONE_DIGITS[code] if code in _PHONE_DIGITS else _PHONE_LIMIT)
    length = len(first)
    at += 1
    while at < len(run) and length + len(run[at].digits) <= limit:
        length += len(run[at].digits)
        at += 1
    return at


def _is_cpr(day_month_year: str, serial: str, full_year: str | None = None) -> bool:
    """Says whether DDMMYY is a date in the century that the seventh digit (the first of `serial`) tells."""
    day, month, short_year = int(day_month_year[:2]), int(day_month_year[2:4]), int(day_month_year[4:])
    if day > _REPLACEMENT_DAYS:
        day -= _REPLACEMENT_DAYS
    year = _century(int(serial[0]), short_year) + short_year
    if full_year is not None and int(full_year) != year:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _century(seventh: int, short_year: int) -> int:
    """Returns the century by the CPR Office's table."""
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if short_year <= 36 else 1900
    return 2000 if short_year <= 57 else 1800


def _cards(run: Sequence[_Group]) -> Iterator[Finding]:
    at = 0
    while at < len(run):
        size = _card_groups(run, at)
        if size:
            yield Finding("card", run[at].start, run[at + size - 1].end)
        at += size or 1


def _card_groups(run: Sequence[_Group], at: int) -> int:
    """Returns how many groups from `at` on make a card number; 0 for none."""
    lengths = tuple(len(group.digits) for group in run[at : at + 5])
    sizes = [1]
    if lengths[1:3] in _CARD_TAILS:
        sizes.append(3)
    sizes += [n for n in (5, 4) if len(lengths) >= n and lengths[: n - 1] == (4,) * (n - 1)]
    for size in sizes:
        if _is_card("".join(group.digits for group in run[at : at + size])):
            return size
    return 0


def _is_card(digits: str) -> bool:
    """Says whether `digits` begin like a payment card of that length and pass Luhn's test (ISO/IEC 7812)."""
    first_four = int(digits[:4])
    network = {
        13: digits[0] == "4",
        14: digits[:2] in {"30", "36", "38", "39"},
        15: digits[:2] in {"34", "37"},
    }.get(len(digits), digits[0] in "3456" or digits[:2] in {"81", "82", "97"} or 2200 <= first_four <= 2720)
    if not 13 <= len(digits) <= 19 or not network:
        return False
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _ibans(text: str) -> Iterator[Finding]:
    position = 0
    while position < len(text):
        end = _iban_end(text, position) if text[position].isalpha() else 0
        if end:
            yield Finding("iban", position, end)
        position = end or position + 1


def _iban_end(text: str, start: int) -> int:
    """Returns where the IBAN that begins at `start` ends; 0 for none."""
    code = ""
    length = 4
    joint = 0
    for position in range(start, len(text)):
        character = text[position]
        if _ignored(character):
            continue
        plain = _digit(character) or unicodedata.normalize("NFKC", character).upper()
        if len(plain) != 1 or not (plain.isascii() and plain.isalnum()):
            joint += 1
            if len(code) < 2 or joint > 3 or not _joins(character):
                return 0
            continue
        joint = 0
        code += plain
        if len(code) == 2:
            length = _IBAN_LENGTHS.get(code, 0)
        if (len(code) == 2 and not length) or (len(code) in (3, 4) and not plain.isdigit()):
            return 0
        if len(code) == length:
            return position + 1 if _is_iban(code) else 0
    return 0


def _is_iban(code: str) -> bool:
    """Says whether the check digits are right: modulus 97 of the rearranged number is 1 (ISO 13616)."""
    return int("".join(str(int(character, 36)) for character in code[4:] + code[:4])) % 97 == 1
