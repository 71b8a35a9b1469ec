"""Finds payment cards among groups of digits (ISO/IEC 7812), and IBANs in a text (ISO 13616). Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from bot.core.digits import Finding, Group, digit_of, ignored, joins

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def cards(run: Sequence[Group]) -> Iterator[Finding]:
    """Yields the card numbers of a run of groups."""
    at = 0
    while at < len(run):
        size = _card_groups(run, at)
        if size:
            yield Finding("card", run[at].start, run[at + size - 1].end)
        at += size or 1


def _card_groups(run: Sequence[Group], at: int) -> int:
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


def ibans(text: str) -> Iterator[Finding]:
    """Yields the IBANs of a text."""
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
        if ignored(character):
            continue
        plain = digit_of(character) or unicodedata.normalize("NFKC", character).upper()
        if len(plain) != 1 or not (plain.isascii() and plain.isalnum()):
            joint += 1
            if len(code) < 2 or joint > 3 or not joins(character):
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
