"""Reads the line files of a language: `phrases.txt` (more phrases of the entries) and `lexicon.txt` (what words mean).

They hold tens of thousands of short lines, which YAML would take seconds to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.core.text import fold
from bot.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.content.draft import Draft
    from bot.content.reading import Key

_TAG = re.compile(r"[A-Z]+")
_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")


@dataclass(frozen=True, slots=True)
class Lines:
    """A line file: `path` as faults show it, and its lines that are neither empty nor comments, by number (from 1)."""

    path: str
    rows: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a phrase stands: its file, its line, and the entry it belongs to."""

    path: str
    number: int
    entry: str

    def fault(self, reason: str, *_: Key) -> Fault:
        """Returns a fault at this place."""
        return Fault(self.path, self.entry, reason, self.number)


@dataclass(frozen=True, slots=True)
class PhraseLines:
    """More phrases: entry id -> line -> phrase."""

    lines: Lines
    phrases: Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class LexiconLines:
    """What words mean: folded form -> meanings, and the line each stands on."""

    lines: Lines
    forms: Mapping[str, tuple[str, ...]]
    at: Mapping[str, int] = field(repr=False)


def lines_of(text: str, shown: str) -> Lines:
    """Returns the lines of `text`."""
    rows = {number: line.strip() for number, line in enumerate(text.split("\n"), start=1)}
    return Lines(shown, {number: row for number, row in rows.items() if row and not row.startswith("//")})


def phrase_lines(lines: Lines, faults: list[Fault]) -> PhraseLines:
    """Returns the phrases in `lines`: `# entry-id`, and below it one phrase a line. What is wrong goes to `faults`."""
    found: dict[str, dict[int, str]] = {}
    entry = ""
    for number, row in lines.rows.items():
        if row.startswith("#"):
            entry = row.lstrip("#").strip()
            if not entry or entry in found:
                faults.append(Fault(lines.path, entry, "needs an entry's id that stands once", number))
            found.setdefault(entry, {})
        elif not entry:
            faults.append(Fault(lines.path, "", "a phrase before the first “# entry-id”", number))
        else:
            found[entry][number] = row
    return PhraseLines(lines, found)


def lexicon_lines(lines: Lines, faults: list[Fault]) -> LexiconLines:
    """Returns the meanings in `lines`: `form form = meaning TAG`. What is wrong goes to `faults`."""
    forms: dict[str, tuple[str, ...]] = {}
    at: dict[str, int] = {}
    for number, row in lines.rows.items():
        left, sign, right = row.partition(" = ")
        meaning = tuple(right.split())
        if not sign or not left.split() or not meaning:
            faults.append(Fault(lines.path, "", "must be “form form = meaning TAG”", number))
            continue
        faults += [
            Fault(lines.path, "", f"“{word}” is neither a plain English word nor a TAG", number)
            for word in meaning
            if not (_TAG.fullmatch(word) or _WORD.fullmatch(word))
        ]
        for form in left.split():
            if form != fold(form):
                faults.append(Fault(lines.path, "", f"“{form}” must be written “{fold(form)}”", number))
            elif form in forms:
                faults.append(Fault(lines.path, "", f"“{form}” stands already on line {at[form]}", number))
            else:
                forms[form], at[form] = meaning, number
    return LexiconLines(lines, forms, at)


def line_faults(draft: Draft) -> Iterator[Fault]:
    """Yields the faults across line files: phrases of an entry that is not there, and tags only one language has."""
    for phrases in draft.phrases.values():
        for name, rows in phrases.phrases.items():
            if draft.lacks("entries", name):
                number = min(rows, default=1) - 1
                yield Fault(phrases.lines.path, name, "phrases: there is no such entry", number or 1)
    source = draft.lexicons.get(draft.source_language)
    if source is None:
        return
    tags = {word for meaning in source.forms.values() for word in meaning if _TAG.fullmatch(word)}
    for lexicon in draft.lexicons.values():
        for form, meaning in lexicon.forms.items():
            for word in meaning:
                if _TAG.fullmatch(word) and word not in tags:
                    reason = f"the tag {word} of “{form}” is not used in the source language"
                    yield Fault(lexicon.lines.path, "", reason, lexicon.at[form])
