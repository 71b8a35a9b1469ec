"""Reads what staff type into the blanks of a phrase, and says what is missing or unclear. Pure.

`/phrase need-by 12.12.2026; pas, lejekontrakt`: the parts stand in any order, with a semicolon between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.core.model import Content, Line, Phrase, Ref, Sentence
from bot.core.staff_phrases import BlankType, spoken
from bot.core.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from bot.core.effects import ReadDay
    from bot.core.model import Knowledge
    from bot.core.staff_phrases import StaffPhrase, StaffPhrases

COMMAND = "phrase"
"""What staff type before a phrase and its blanks."""

_UNDERSTOOD = ("da", "en")  # languages in which staff may name things, besides their own
_MOST_PARTS = 6
_SHOWN = 64  # letters of what staff typed that a sentence repeats
_NEAREST = 3
_LEAST_BEGINNING, _LEAST_TYPO, _LONG = 3, 4, 8  # letters from which a beginning, one slip, and two slips are understood
_WORDY = frozenset({BlankType.DOCUMENTS, BlankType.DEPARTMENT})

_AND = re.compile(r"\s+(?:og|and|&|\+)\s+", re.IGNORECASE)
_CLOCK = re.compile(r"(.+?),?\s+(?:(?:kl\.?|at)\s*(\d{1,2})(?:[.:](\d{2}))?|(\d{1,2})[.:](\d{2}))", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:(?:kr\.?|dkk)\s*)?"
    r"(\d{1,3}(?:[. ]\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,7})(?:[.,](\d{2})|,-)?"
    r"(?:\s*(?:kr\.?|kroner|dkk))?",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(\d{1,3})(?:\s+[^\W\d]+)?")
_DAYS = re.compile(r"(\d{1,3})(?:\s*(?:dage?|days?))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reader:
    """How the words of staff are read: what is known, the `language` code of staff, the day in Denmark, and what reads
    a day from their words."""

    knowledge: Knowledge
    language: str
    today: date
    read_day: ReadDay

    def day(self, words: str) -> date | None:
        """Returns the day that `words` name, None if they name none."""
        return self.read_day(words, self.language, self.today)

    def documents(self) -> Mapping[str, str]:
        """Returns the folded words for each document -> its id."""
        documents = self.knowledge.staff_phrases.documents
        return {
            fold(word): name
            for name, document in documents.items()
            for called in (name.replace("-", " "), *self._names(document.names), *document.also)
            for word in spoken(called)
        }

    def departments(self) -> Mapping[str, str]:
        """Returns the folded words for each department -> its id."""
        return {
            fold(word): name
            for name, department in self.knowledge.departments.items()
            for word in (name, *self._names(department.names))
        }

    def _names(self, names: Mapping[str, str]) -> Sequence[str]:
        return [names[code] for code in dict.fromkeys((self.language, *_UNDERSTOOD)) if code in names]


def find(phrases: StaffPhrases, name: str) -> StaffPhrase | None:
    """Returns the phrase called `name`, or the only one whose id begins so; None if there is none."""
    wanted = name.strip().lower()
    if wanted in phrases.phrases:
        return phrases.phrases[wanted]
    begun = [phrase for phrase in phrases.phrases.values() if wanted and phrase.id.startswith(wanted)]
    return begun[0] if len(begun) == 1 else None


def fill(phrase: StaffPhrase, words: str, reader: Reader) -> Phrase | Sentence:
    """Returns `phrase` with what `words` say for its blanks, or the sentence that tells staff what to mend."""
    parts = _parts(phrase, words, reader)
    blanks = phrase.blanks.items()
    for order in permutations(parts) if len(parts) == len(blanks) <= _MOST_PARTS else ():
        read = {name: READERS[kind](part, reader) for (name, kind), part in zip(blanks, order, strict=True)}
        values = {name: value for name, value in read.items() if value is not None}
        if len(values) == len(blanks):
            return Phrase(phrase.id, values)
    return _problem(phrase, parts, reader)


def can_be_said(filled: Phrase, knowledge: Knowledge) -> bool:
    """Returns whether everything in `filled` is still known: the knowledge may have changed since it was filled."""
    known = knowledge.staff_phrases
    phrase = known.phrases.get(filled.phrase)
    if phrase is None or phrase.blanks.keys() != filled.values.keys():
        return False
    ids: Mapping[BlankType, Mapping[str, object]] = {
        BlankType.DOCUMENTS: known.documents,
        BlankType.DEPARTMENT: knowledge.departments,
    }
    return all(
        set(filled.values[name].split(",")) <= ids[kind].keys() for name, kind in phrase.blanks.items() if kind in ids
    )


# ---- what staff see --------------------------------------------------------------------------------------


def listed(phrases: StaffPhrases) -> Content:
    """Returns all phrases, each with the id that staff type."""
    lines = (Line(Ref("phrase", name), mark=f"{name}:", tight=True) for name in phrases.phrases)
    return Content((Sentence("phrases-list", {"command": f"/{COMMAND}"}), *lines))


def shown(phrase: StaffPhrase, reader: Reader) -> Content:
    """Returns one phrase with what goes into its blanks, and how they are filled."""
    howto = Sentence("phrase-howto", {"example": example(phrase, reader)})
    return Content((Phrase(phrase.id), howto) if phrase.blanks else (Phrase(phrase.id),))


def previewed(filled: Phrase, language: str, staff_language: str) -> Content:
    """Returns what the resident, who reads `language`, will get, and below it what staff are saying with it."""
    intro = Sentence("phrase-preview", {"language": Ref("language", language)})
    parts = (intro, replace(filled, language=language))
    if language == staff_language:
        return Content(parts)
    return Content((*parts, Sentence("phrase-meaning"), replace(filled, language=staff_language)))


def unknown(name: str) -> Sentence:
    """Returns what is said where no phrase is called `name`."""
    return Sentence("phrase-unknown", {"name": name[:_SHOWN], "command": f"/{COMMAND}"})


def example(phrase: StaffPhrase, reader: Reader) -> str:
    """Returns a phrase as staff could type it: "/phrase need-by 14.12.2026; pas, id-kort"."""
    parts = (_example(kind, reader) for kind in phrase.blanks.values())
    return f"/{COMMAND} {phrase.id} {'; '.join(parts)}".rstrip()


def _example(kind: BlankType, reader: Reader) -> str:
    day = reader.today + timedelta(days=-1 if kind is BlankType.PAST else 14)
    match kind:
        case BlankType.DATE | BlankType.PAST:
            return f"{day.day}.{day.month}.{day.year}"
        case BlankType.MOMENT:
            return f"{day.day}.{day.month}.{day.year} 10:30"
        case BlankType.MONEY:
            return "1250 kr."
        case BlankType.DOCUMENTS:
            documents = list(reader.knowledge.staff_phrases.documents.values())
            return ", ".join(spoken(document.names[reader.language])[0] for document in documents[:2])
        case BlankType.DEPARTMENT:
            return next(iter(reader.knowledge.departments.values())).names[reader.language]
        case BlankType.COUNT | BlankType.DAYS:
            return "3"


# ---- the parts and their blanks --------------------------------------------------------------------------


def _parts(phrase: StaffPhrase, words: str, reader: Reader) -> tuple[str, ...]:
    """Returns the parts of `words`; documents in several of them are taken together."""
    parts = [part.strip() for part in clean(words).replace("\n", ";").split(";") if part.strip()]
    if BlankType.DOCUMENTS not in phrase.blanks.values():
        return tuple(parts)
    documents = [part for part in parts if _documents(part, reader) is not None]
    rest = (part for part in parts if part not in documents)
    return (*rest, ", ".join(documents)) if documents else tuple(rest)


def _problem(phrase: StaffPhrase, parts: Sequence[str], reader: Reader) -> Sentence:
    left, lacking = list(parts), list[str]()
    for name, kind in phrase.blanks.items():
        part = next((part for part in left if READERS[kind](part, reader) is not None), None)
        if part is None:
            lacking.append(name)
        else:
            left.remove(part)
    written = example(phrase, reader)
    if not lacking:
        return Sentence("phrase-extra", {"words": left[0][:_SHOWN], "example": written})
    if not left:
        return Sentence("phrase-missing", {"blank": Ref("blank", f"{phrase.id}/{lacking[0]}"), "example": written})
    kind = phrase.blanks[lacking[0]]
    meant = min(left, key=lambda part: any(map(str.isdigit, part)) is (kind in _WORDY))
    return _misread(kind, meant, reader)


def _misread(kind: BlankType, part: str, reader: Reader) -> Sentence:
    words, written = part[:_SHOWN], _example(kind, reader)
    match kind:
        case BlankType.DATE if reader.day(part) is not None:
            return Sentence("phrase-over", {"words": words})
        case BlankType.MOMENT if _moment(part, reader) is not None:
            return Sentence("phrase-over", {"words": words})
        case BlankType.PAST if reader.day(part) is not None:
            return Sentence("phrase-ahead", {"words": words})
        case BlankType.DATE | BlankType.PAST | BlankType.MOMENT:
            return Sentence("phrase-bad-day", {"words": words, "example": written})
        case BlankType.MONEY:
            return Sentence("phrase-bad-amount", {"words": words, "example": written})
        case BlankType.COUNT | BlankType.DAYS:
            return Sentence("phrase-bad-number", {"words": words, "example": written})
        case BlankType.DOCUMENTS:
            names = reader.documents()
            word = next((word for word in _listed(part) if _named(word, names) is None), part)
            nearest = Ref("documents", ",".join(_nearest(word, names)))
            return Sentence("phrase-bad-document", {"words": word[:_SHOWN], "documents": nearest})
        case BlankType.DEPARTMENT:
            departments = Ref("departments", ",".join(reader.knowledge.departments))
            return Sentence("phrase-bad-department", {"words": words, "departments": departments})


# ---- one blank -------------------------------------------------------------------------------------------


def _date(words: str, reader: Reader) -> str | None:
    day = reader.day(words)
    return day.isoformat() if day is not None and day >= reader.today else None


def _past(words: str, reader: Reader) -> str | None:
    day = reader.day(words)
    return day.isoformat() if day is not None and day <= reader.today else None


def _coming(words: str, reader: Reader) -> str | None:
    moment = _moment(words, reader)
    return moment if moment is not None and moment >= reader.today.isoformat() else None


def _moment(words: str, reader: Reader) -> str | None:
    """A day, with a time of day where one is told: "12.12.2026 kl. 10.30"."""
    found = _CLOCK.fullmatch(words)
    day = reader.day(found[1]) if found else None
    if found is None or day is None:
        day = reader.day(words)
        return day.isoformat() if day is not None else None
    hour, minute = int(found[2] or found[4]), int(found[3] or found[5] or 0)
    if hour >= 24 or minute >= 60:
        return None
    return f"{day.isoformat()}T{time(hour, minute):%H:%M}"


def _money(words: str, _: Reader) -> str | None:
    found = _MONEY.fullmatch(words)
    if found is None:
        return None
    amount = Decimal(f"{re.sub(r'[., ]', '', found[1])}.{found[2] or '00'}")
    if amount <= 0:
        return None
    return f"{amount:f}".removesuffix(".00")


def _documents(words: str, reader: Reader) -> str | None:
    names = reader.documents()
    found = [_named(word, names) for word in _listed(words)]
    known = [name for name in found if name is not None]
    return ",".join(dict.fromkeys(known)) if known and len(known) == len(found) else None


def _department(words: str, reader: Reader) -> str | None:
    return _named(words, reader.departments())


def _count(words: str, _: Reader) -> str | None:
    found = _COUNT.fullmatch(words)
    return str(int(found[1])) if found and int(found[1]) else None


def _days(words: str, _: Reader) -> str | None:
    found = _DAYS.fullmatch(words)
    return str(int(found[1])) if found and int(found[1]) else None


READERS: Mapping[BlankType, Callable[[str, Reader], str | None]] = {
    BlankType.DATE: _date,
    BlankType.PAST: _past,
    BlankType.MOMENT: _coming,
    BlankType.MONEY: _money,
    BlankType.DOCUMENTS: _documents,
    BlankType.DEPARTMENT: _department,
    BlankType.COUNT: _count,
    BlankType.DAYS: _days,
}
"""How each kind of blank is read: words -> what they say, None where they say nothing of that kind."""


# ---- names -----------------------------------------------------------------------------------------------


def _listed(words: str) -> Sequence[str]:
    pieces = (piece for part in words.split(",") for piece in _AND.split(part))
    return [piece.strip() for piece in pieces if piece.strip()]


def _named(word: str, names: Mapping[str, str]) -> str | None:
    """Returns the id that `word` names, also by the beginning that only it has, or with a slip of the keyboard."""
    wanted = fold(word).strip(" .")
    if wanted in names:
        return names[wanted]
    begun = {name for called, name in names.items() if len(wanted) >= _LEAST_BEGINNING and called.startswith(wanted)}
    if len(begun) == 1:
        return begun.pop()
    if begun or len(wanted) < _LEAST_TYPO:
        return None
    slips = 2 if len(wanted) >= _LONG else 1
    near = process.extract(wanted, names.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    closest = {names[called] for called, slip, _ in near if slip == near[0][1]}
    return closest.pop() if len(closest) == 1 else None


def _nearest(word: str, names: Mapping[str, str]) -> Sequence[str]:
    found = process.extract(fold(word), names.keys(), scorer=fuzz.WRatio, limit=None)
    return list(dict.fromkeys(names[called] for called, _, _ in found))[:_NEAREST]
