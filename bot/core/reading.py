"""Reads answers to a guide's questions from what people type: options, numbers, yes and no, days, CVR numbers. Pure.

What people type in each language stands in the knowledge (`bot.core.guides.Typed`). Words are compared folded; the
longest words that match tell the option.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from stdnum.dk import cvr
from stdnum.exceptions import ValidationError

from bot.core.guides import AskType
from bot.core.text import clean, fold, is_unspaced, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from bot.core.effects import ReadDay
    from bot.core.guides import Ask, Typed

UNKNOWN = "?"
"""The answer of somebody who does not know."""

OTHER = "other"
"""The answer to a choice when none of its options is meant."""

LONGEST_TEXT = 1000
"""Characters of an answer in the person's own words."""

_LIMITS = {"year": 120, "month": 240, "day": 730}
_LARGEST = 100_000
_MOST_DIGITS = 18  # of a number: more are above every limit, and Python refuses to read thousands
_MOST_NUMBERS = 50  # of a message: more are no answer to anything
_SHORT = 6  # words of a message that is a yes, a no or an "I do not know"
_NEAR = 3  # words between a number and the word that says what it counts
_YEARS_AWAY = 10
_BEGINNING, _SHORTEST = 5, 3  # letters by which two forms of a word are taken for one
_OFTEN = 2  # phrases in which a word stands that tells the wish
_NUMBER = re.compile(r"(?<![\w.,])[-−]?\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|[-−]?\d+")
_RANGE = re.compile(r"(?<=\d)\s*(?:[-–—−~]|to|til|bis|do|до|to|até|al|a|ila|الى|حتى|到|至)\s*(?=\d)")
_CVR = re.compile(r"(?<!\d)(?:DK)?[ -]?(\d(?:[ .-]?\d){7})(?!\d)", re.IGNORECASE)

Phrase = tuple[tuple[str, bool], ...]  # folded words in order; True: any word that begins so


@dataclass(frozen=True, slots=True)
class Language:
    """What reading needs of a language: its `code`, what people `typed`, how a day is read, and which day it is."""

    code: str
    typed: Typed
    read_day: ReadDay
    today: date


@dataclass(frozen=True, slots=True)
class Misread:
    """An answer that cannot be taken. `reason`: number-range (with `least` and `most`), date, cvr, choice or yes_no."""

    reason: str
    least: int = 0
    most: int = 0


def control(text: str, typed: Typed, *, whole: bool = False) -> str | None:
    """Returns what the person wants of the guide itself (back, change, skip, stop, next, restart), None for nothing;
    `whole`: only if the message says nothing else."""
    words = tokens(text)
    found = [
        (len(phrase), name)
        for name, phrases in typed.controls.items()
        for phrase in _phrases(phrases)
        if len(words) <= len(phrase) + (0 if whole else 2) and _places(words, phrase)
    ]
    return max(found)[1] if found else None


def says_unknown(text: str, typed: Typed) -> bool:
    """True if `text` says that the person does not know."""
    words = tokens(text)
    return len(words) <= _SHORT and any(_places(words, phrase) for phrase in _phrases(typed.unknown))


def folded(text: str) -> str:
    """Returns the words of `text`, folded, with a space between: to compare with what stands on a button."""
    return " ".join(tokens(text))


def says_no(text: str, typed: Typed) -> bool:
    """True if `text` is a no."""
    return _yes_no(text, typed) == "no"


def is_bare(text: str, typed: Typed) -> bool:
    """True if `text` is a yes or a no and nothing else."""
    words = tokens(text)
    return any(len(phrase) == len(words) and _places(words, phrase) for phrase in _phrases((*typed.yes, *typed.no)))


def answer(text: str, ask: Ask, guide: str, language: Language, others: Iterable[Ask] = ()) -> str | Misread:
    """Returns the answer to the question `ask` of `guide` that `text` gives: an option, a number, yes or no, a day, a
    CVR number, or the words themselves; or why it cannot be taken. A number beside the words of one of the `others` is
    not for `ask`."""
    match ask.type:
        case AskType.CHOICE:
            return _option(text, ask, guide, language) or Misread("choice")
        case AskType.YES_NO:
            return _yes_no(text, language.typed) or Misread("yes_no")
        case AskType.NUMBER:
            return _number(text, ask, guide, language.typed, others)
        case AskType.DATE:
            return _day(text, language)
        case AskType.CVR:
            return _cvr(text)
        case AskType.TEXT:
            return clean(text)[:LONGEST_TEXT]


def answers(
    text: str, asks: Iterable[Ask], guide: str, language: Language, known: Mapping[str, str] = MappingProxyType({})
) -> Mapping[str, str]:
    """Returns every answer to one of `asks` that `text` gives by itself: options by their words, numbers by the words
    beside them. Question -> answer.

    Where the same words answer two questions, that one counts which is only asked after an answer in `known` or in the
    text: of who wants to hire from India, India says where the staff come from, not where the company is.
    """
    asks, words = list(asks), tokens(text)
    named = {
        ask.id: said
        for ask in asks
        if ask.type is AskType.CHOICE and (said := _said(words, ask, guide, language)) is not None
    }
    found = {name: option for name, (option, _) in named.items()}
    told = {**known, **found}
    special = {
        named[ask.id][1]
        for ask in asks
        if ask.id in named and ask.when and all(told.get(name) in allowed for name, allowed in ask.when.items())
    }
    usual = {ask.id for ask in asks if not ask.when}
    found = {name: option for name, option in found.items() if name not in usual or named[name][1] not in special}
    measured, _ = _measured(text, asks, guide, language.typed)
    limits = {ask.id: limit(ask) for ask in asks}
    return found | {name: str(value) for name, value in measured.items() if 0 <= value <= limits[name]}


def named_question(text: str, asks: Iterable[Ask], guide: str, language: Language) -> str | None:
    """Returns the question whose answer `text` ("change the ages") wants to change: the one with which it shares most
    words or beginnings of words; None if it shares none, or as much with another."""
    changing = {word for phrase in _phrases(language.typed.controls.get("change", ())) for word, _ in phrase}
    wanted = [word for word in tokens(text) if word not in changing]
    counts: dict[str, int] = {}
    for ask in asks:
        measures = language.typed.measures.get(guide, {}).get(ask.id, ())
        known = {word for phrase in _phrases(measures) for word, _ in phrase} | set(tokens(ask.words[language.code]))
        counts[ask.id] = sum(1 for word in wanted if any(_alike(word, other) for other in known))
    ranked = sorted(counts.items(), key=lambda item: item[1], reverse=True)
    alone = len(ranked) == 1 or (len(ranked) > 1 and ranked[0][1] > ranked[1][1])
    return ranked[0][0] if ranked and alone and ranked[0][1] else None


def wants_change(text: str, typed: Typed) -> bool:
    """True if a short `text` has a word with which people ask for a change ("change the ages", "yaşı değiştir")."""
    words = tokens(text)
    ends = [word for phrase in _phrases(typed.controls.get("change", ())) for word, _ in (phrase[0], phrase[-1])]
    often = {word[:_BEGINNING] for word in ends if len(word) >= _BEGINNING or is_unspaced(word)}
    changing = {start for start in often if sum(word.startswith(start) for word in ends) >= _OFTEN}
    return 1 < len(words) <= _SHORT and any(word[:_BEGINNING] in changing for word in words)


def _alike(word: str, other: str) -> bool:
    size = min(len(word), len(other), _BEGINNING)
    return word == other or (size >= _SHORTEST and word[:size] == other[:size])


def coverage(text: str, ask: Ask, guide: str, language: Language) -> float:
    """Returns the share (0 to 1) of the words of `text` that belong to the option it names; 0 if it names none."""
    words = tokens(text)
    best = _best_option(words, ask, guide, language)
    return best[0] / len(words) if best and words else 0.0


def limit(ask: Ask) -> int:
    """Returns the largest number that answers `ask`."""
    return _LIMITS.get(ask.unit or "", _LARGEST)


# ---- words -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _phrase(pattern: str) -> Phrase:
    words: list[tuple[str, bool]] = []
    for piece in pattern.split():
        cut = tokens(piece)
        words += [(word, False) for word in cut[:-1]] + [(cut[-1], piece.endswith("*"))] if cut else []
    return tuple(words)


def _phrases(patterns: Iterable[str]) -> list[Phrase]:
    return [phrase for pattern in patterns if (phrase := _phrase(pattern))]


def _places(words: Sequence[str], phrase: Phrase) -> list[int]:
    """Returns where in `words` the words of `phrase` stand together."""
    places: Iterable[int] = range(len(words) - len(phrase) + 1)
    for after, (wanted, begins) in enumerate(phrase):  # of many places most go at the first word
        if begins:
            places = [at for at in places if words[at + after].startswith(wanted)]
        else:
            places = [at for at in places if words[at + after] == wanted]
    return list(places)


def _best_option(words: Sequence[str], ask: Ask, guide: str, language: Language) -> tuple[int, int, str] | None:
    """Returns (words matched, letters matched, option) of the option that `words` name; None if none or two do."""
    said = language.typed.choices.get(guide, {}).get(ask.id, {})
    found: dict[str, tuple[int, int]] = {}
    for option, labels in ask.options.items():
        label = tuple((word, False) for word in tokens(labels.get(language.code, "")))
        whole = (label,) if len(words) <= 2 * len(label) else ()  # inside a longer text it may mean anything
        for phrase in (*_phrases(said.get(option, ())), *whole):
            if phrase and _places(words, phrase):
                size = (len(phrase), sum(len(word) for word, _ in phrase))
                found[option] = max(found.get(option, (0, 0)), size)
    ranked = sorted(((*size, option) for option, size in found.items()), reverse=True)
    if len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]:
        return None
    return ranked[0] if ranked else None


def _said(words: Sequence[str], ask: Ask, guide: str, language: Language) -> tuple[str, tuple[str, ...]] | None:
    """Returns the option that `words` name, and by which of them."""
    best = _best_option(words, ask, guide, language)
    if best is None:
        return None
    size, _, option = best
    patterns = language.typed.choices.get(guide, {}).get(ask.id, {}).get(option, ())
    places = [at for phrase in _phrases(patterns) if len(phrase) == size for at in _places(words, phrase)]
    return option, tuple(words[places[0] : places[0] + size]) if places else tuple(words)


def _option(text: str, ask: Ask, guide: str, language: Language) -> str | None:
    best = _best_option(tokens(text), ask, guide, language)
    return best[2] if best else None


def _yes_no(text: str, typed: Typed) -> str | None:
    words = tokens(text)
    if len(words) > 2 * _SHORT:
        return None
    places = {
        name: min((at for phrase in _phrases(patterns) for at in _places(words, phrase)), default=None)
        for name, patterns in (("yes", typed.yes), ("no", typed.no))
    }
    known = [(at, name) for name, at in places.items() if at is not None]
    return min(known)[1] if known else None


# ---- numbers ---------------------------------------------------------------------------------------------


def _numbers(text: str, typed: Typed) -> list[tuple[int, int, int]]:
    """Returns (value, first word, last word) of the numbers in `text`, a range as its larger end."""
    marked = _RANGE.sub(" – ", fold(text))
    found: list[tuple[int, int, int]] = []
    for match in islice(_NUMBER.finditer(marked), _MOST_NUMBERS):
        value = int(re.sub(r"[^\d-]", "", match[0].replace("−", "-"))[:_MOST_DIGITS])
        at = len(tokens(marked[: match.start()]))
        end = at + len(tokens(match[0])) - 1
        joined = found and marked[: match.start()].rstrip().endswith("–")
        if joined:
            earlier = found.pop()
            value, at = max(earlier[0], abs(value)), earlier[1]
        found.append((value, at, end))
    return [*found, *_spelled(tokens(marked), typed)[:_MOST_NUMBERS]]


def _spelled(words: Sequence[str], typed: Typed) -> list[tuple[int, int, int]]:
    """Numbers in words; of two that overlap the longer one counts."""
    ranked = sorted(
        ((len(phrase), at, value) for pattern, value in typed.numbers.items() if (phrase := _phrase(pattern))
         for at in _places(words, phrase)),
        reverse=True,
    )  # fmt: skip
    taken: set[int] = set()
    found: list[tuple[int, int, int]] = []
    for size, at, value in ranked:
        if taken.isdisjoint(range(at, at + size)):
            taken.update(range(at, at + size))
            found.append((value, at, at + size - 1))
    return sorted(found, key=lambda number: number[1])


def _measured(
    text: str, asks: Iterable[Ask], guide: str, typed: Typed
) -> tuple[dict[str, int], list[tuple[int, int, int]]]:
    """Returns question -> the number that stands nearest to one of its words, each number once, and the numbers that
    stand beside none. Words behind a number count before those in front of it, then the nearest, then the longest."""
    words = tokens(_RANGE.sub(" – ", fold(text)))
    numbers = _numbers(text, typed)
    near: list[tuple[bool, int, int, int, str]] = []
    for ask in asks:
        if ask.type is not AskType.NUMBER:
            continue
        for phrase in _phrases(typed.measures.get(guide, {}).get(ask.id, ())):
            for at in _places(words, phrase):
                for place, (_, first, last) in enumerate(numbers):
                    behind = last < at
                    gap = at - last - 1 if behind else first - (at + len(phrase))
                    between = range(last + 1, at) if behind else range(at + len(phrase), first)
                    if 0 <= gap <= _NEAR and not any(other[1] in between for other in numbers):
                        near.append((not behind, gap, -len(phrase), place, ask.id))
    found: dict[str, int] = {}
    taken: set[int] = set()
    for _, _, _, place, name in sorted(near):
        if place not in taken and name not in found:
            taken.add(place)
            found[name] = numbers[place][0]
    return found, [number for place, number in enumerate(numbers) if place not in taken]


def _number(text: str, ask: Ask, guide: str, typed: Typed, others: Iterable[Ask]) -> str | Misread:
    most = limit(ask)
    found, rest = _measured(text, [ask, *(other for other in others if other.id != ask.id)], guide, typed)
    value = found.get(ask.id)
    left = {number for number, _, _ in rest}
    if value is None and len(left) == 1:
        value = left.pop()
    return str(value) if value is not None and 0 <= value <= most else Misread("number-range", 0, most)


# ---- days and numbers of companies -----------------------------------------------------------------------


def _day(text: str, language: Language) -> str | Misread:
    day = language.read_day(clean(text), language.code, language.today)
    if day is None or abs(day.year - language.today.year) > _YEARS_AWAY:
        return Misread("date")
    return day.isoformat()


def _cvr(text: str) -> str | Misread:
    """A CVR number by its length and modulus 11 (Danish Business Authority; python-stdnum)."""
    for match in _CVR.finditer(text):
        try:
            return str(cvr.validate(match[1]))
        except ValidationError:
            continue
    return Misread("cvr")
