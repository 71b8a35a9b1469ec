"""Finds CPR numbers among groups of digits. Pure.

Sources: the CPR Office on the century rule (seventh digit), on replacement numbers (60 added to the day) and
on numbers without modulus 11 since 2007.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.core.digits import MAX_JOINT, Finding, Group, ignored, joins

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LOOSE = frozenset("()[]{}<>*+|~=:'\"`\u30fb\u30fc")  # between the date and the serial: brackets, marks of emphasis
_TIGHT = frozenset(",;\u3001")  # the same, alone: with a space after it a postcode may follow a date of birth
_LINE_ENDS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")

# How the digits of a CPR number are cut into groups (DDMMYY-SSSS, DD MM YY SSSS, DDMMYYYY-SSSS and so on),
# by the length of the first group.
_FORMS = {
    2: ((2, 2, 2, 4), (2, 2, 6), (2, 2, 2, 2, 2), (2, 2, 4, 4)),
    4: ((4, 6), (4, 2, 4), (4, 4, 4)),
    6: ((6, 4), (6, 2, 2)),
    8: ((8, 4),),
    10: ((10,),),
    12: ((12,),),
    1: ((1,) * 10,),
}
_LONGEST_FORM = 10  # groups
_CUT_ONCE = 2  # groups
_PAIRS = 4  # of digits, in a Danish telephone number
_LEAST_PHONE = 8  # digits of a telephone number with its country code
_REPLACEMENT_DAYS = 60  # added to the day in numbers given where none is known yet

_PHONE_DIGITS = {
    "45": 8,
    "47": 8,
    "46": 9,
    "48": 9,
}  # national digits after a country code; elsewhere E.164's limit
_PHONE_LIMIT = 15
_AMOUNT = re.compile(r"(?:,\d\d)?\s{0,2}(?:kr|dkk|eur|€|,-)", re.IGNORECASE)


def sure_cprs(text: str, groups: Sequence[Group]) -> Iterator[Finding]:
    """Yields the numbers that a dash, bracket or the like cuts where only CPR numbers are cut, whatever is around."""
    at = 0
    while at < len(groups):
        size = _sure_groups(text, groups, at)
        if size:
            yield Finding("cpr", groups[at].start, groups[at + size - 1].end)
        at += size or 1


def _sure_groups(text: str, groups: Sequence[Group], at: int) -> int:
    """Returns how many groups from `at` on are such a number: DDMMYY-SSSS, DDMMYYYY-SSSS, D.M.YY-SSSS; 0 for none."""
    for size in (2, 4):
        part = groups[at : at + size]
        joints = [text[a.end : b.start] for a, b in pairwise(part)]
        if len(part) < size or not all(map(_is_joint, joints[:-1])) or not _cuts(joints[-1]):
            continue
        if size == 2:
            day_month_year = part[0].digits
        elif all(joint.strip() and len(group.digits) <= 2 for joint, group in zip(joints[:2], part[:2], strict=True)):
            day_month_year = f"{part[0].digits:0>2}{part[1].digits:0>2}{part[2].digits}"
        else:
            continue
        if _is_written_cpr(day_month_year, part[-1].digits):
            return size
    return 0


def _is_joint(joint: str) -> bool:
    """Says whether what stands between two groups of digits lets them be one number."""
    seen = [character for character in joint if not ignored(character)]
    return len(seen) <= MAX_JOINT and all(map(joins, seen))


def _cuts(joint: str) -> bool:
    """Says whether `joint` parts a date from a serial, more clearly than a space does."""
    seen = [character for character in joint if not ignored(character)]
    if len(seen) == 1 and _plain(seen[0]) in _TIGHT:
        return True
    known = all(joins(character) or _plain(character) in _LOOSE for character in seen)
    return len(seen) <= MAX_JOINT and known and bool("".join(seen).strip())


def _plain(character: str) -> str:
    """The usual form of a sign: Chinese and Japanese keyboards have wide ones."""
    return unicodedata.normalize("NFKC", character)


def _is_written_cpr(day_month_year: str, serial: str) -> bool:
    """Says whether DDMMYY or DDMMYYYY and four digits are a CPR number."""
    if len(serial) != 4:
        return False
    if len(day_month_year) == 8:
        return _is_cpr(day_month_year[:4] + day_month_year[6:], serial, day_month_year[4:])
    return len(day_month_year) == 6 and _is_cpr(day_month_year, serial)


def cprs(text: str, run: Sequence[Group]) -> Iterator[Finding]:
    """Yields the CPR numbers of a run, except what is rather a telephone number, a date or an amount."""
    abroad = text[: run[0].start].endswith("+") and run[0].digits[0] != "0"  # no country code begins with it
    at = _after_phone(text, run, 0) if abroad else 0
    while at < len(run):
        if run[at].digits.startswith("00") and run[at].digits[2:3] not in {"", "0"}:
            at = _after_phone(text, run, at)
            continue
        size = _cpr_groups(text, run, at)
        harmless = _dated_groups(text, run, at, size) if size > 3 else _dated_phone(run, at, size)
        if size and not harmless:
            size = _overlapping(text, run, at, size)
            yield Finding("cpr", run[at].start, run[at + size - 1].end)
        at += harmless or size or 1


def _overlapping(text: str, run: Sequence[Group], at: int, size: int) -> int:
    """Returns how many groups to take so that a number that begins within the `size` groups from `at` goes as well.

    A form that begins with a whole date is taken for what it is.
    """
    if len(run[at].digits) >= 6:
        return size
    for start in range(at + 1, at + size):
        size = max(size, start - at + _cpr_groups(text, run, start))
    return size


def _cpr_groups(text: str, run: Sequence[Group], at: int) -> int:
    """Returns how many groups from `at` on make a CPR number; 0 for none.

    A line break can be anywhere in one that is cut once at most: dates stand below one another as well.
    """
    part = run[at : at + _LONGEST_FORM]
    size = _formed(part)
    if size:
        return size
    for place, (a, b) in enumerate(pairwise(part[:3])):
        if not _LINE_ENDS.isdisjoint(text[a.end : b.start]):
            joined = Group(a.digits + b.digits, a.start, b.end)
            size = _formed([*part[:place], joined, *part[place + 2 : 3]])
            if place < size <= _CUT_ONCE:
                return size + 1
    return 0


def _formed(part: Sequence[Group]) -> int:
    """Returns how many of the first groups have the form of a CPR number and are one."""
    lengths = tuple(len(group.digits) for group in part)
    for form in _FORMS.get(lengths[0], ()):
        if lengths[: len(form)] != form:
            continue
        digits = "".join(group.digits for group in part[: len(form)])
        if sum(form) == 12:
            found = _is_cpr(digits[:4] + digits[6:8], digits[8:], digits[4:8])
        else:
            found = _is_cpr(digits[:6], digits[6:])
        if found:
            return len(form)
    return 0


def _dated_groups(text: str, run: Sequence[Group], at: int, size: int) -> int:
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


def _dated_phone(run: Sequence[Group], at: int, size: int) -> int:
    """Returns how many groups from `at` on are DDMMYY and a telephone number in four pairs; 0 for anything else."""
    lengths = [len(group.digits) for group in run[at : at + _PAIRS + 2]]
    alone = size == 3 and lengths[:5] == [6, *[2] * _PAIRS] and lengths[5:] != [2]
    return 1 + _PAIRS if alone else 0


def _after_phone(text: str, run: Sequence[Group], at: int) -> int:
    """Returns the group after the international telephone number that begins with group `at`.

    Where it is long enough already, what could be a CPR number is not part of it.
    """
    first = run[at].digits
    prefix = 2 if first.startswith("00") else 0
    code = "".join(group.digits for group in run[at : at + 3])[prefix : prefix + 2]
    limit = prefix + (2 + _PHONE_DIGITS[code] if code in _PHONE_DIGITS else _PHONE_LIMIT)
    length = len(first)
    at += 1
    while at < len(run) and length + len(run[at].digits) <= limit:
        if length >= prefix + _LEAST_PHONE and len(run[at].digits) >= 6 and _cpr_groups(text, run, at):
            break
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
