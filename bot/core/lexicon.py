"""What words mean: folded word forms of a language -> plain English meanings and broad TAGS. Pure.

Messages about the same matter seldom share their words. Through the lexicon they share meanings ("crown", "krone" and
"filling" are about teeth), and the classifier learns from these beside the words and letters themselves.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.core.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Meaning = tuple[str, ...]  # plain English words, and TAGS in capitals

NEAR = 8
"""Words with a meaning that a word is paired with."""

_LOOKED_AT = 40  # words with a meaning, of a long text
_SHORTEST_STEM = 4
_ENDING = 3  # letters an unknown ending has at most
_COMPOUND = 8  # letters from which an unknown word is tried as two known ones
_LONGEST_UNSPACED = 6  # characters a word of a script without spaces has at most
_REMEMBERED = 1 << 15


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The meanings of one language's word forms, `forms`; `borrowed` are the forms of English, which people mix in."""

    forms: Mapping[str, Meaning]
    borrowed: Mapping[str, Meaning]
    ordered: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ordered", tuple(sorted(self.forms)))

    def fingerprint(self) -> str:
        """Returns a name that only the same lexicon has."""
        lines = [f"{form} {' '.join(self.forms[form])}" for form in self.ordered]
        lines += ["", *sorted(f"{form} {' '.join(meaning)}" for form, meaning in self.borrowed.items())]
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()

    def meanings(self, parts: Iterable[str]) -> list[Meaning]:
        """Returns the meanings of the folded runs `parts`, in order, as far as they have any."""
        found: list[Meaning] = []
        for part in parts:
            if len(found) >= _LOOKED_AT:
                break
            if part.isascii() or not is_unspaced(part):
                meaning = self._meaning(part)
                if meaning:
                    found.append(meaning)
            else:
                found += self._in_clause(part)
        return found[:_LOOKED_AT]

    def _meaning(self, word: str) -> Meaning:
        meaning = self.forms.get(word) or self.borrowed.get(word)
        if meaning is None and len(word) > _SHORTEST_STEM:
            meaning = self._of_stem(word) or self._of_compound(word)
        return meaning or ()

    def _of_stem(self, word: str) -> Meaning | None:
        """Returns the meaning of the known form that shares the longest beginning: an inflection of the same word."""
        for length in range(len(word) - 1, max(_SHORTEST_STEM, len(word) - _ENDING) - 1, -1):
            stem = word[:length]
            at = bisect_left(self.ordered, stem)
            form = self.ordered[at] if at < len(self.ordered) else ""
            if form.startswith(stem) and len(form) <= len(word) + _ENDING:
                return self.forms[form]
        return None

    def _of_compound(self, word: str) -> Meaning | None:
        """Returns the meanings of two known forms, longest first one, that `word` is made of, perhaps with an s."""
        if len(word) < _COMPOUND:
            return None
        for at in range(len(word) - _SHORTEST_STEM, _SHORTEST_STEM - 1, -1):
            last = self.forms.get(word[at:])
            first = self.forms.get(word[:at]) or (self.forms.get(word[: at - 1]) if word[at - 1] == "s" else None)
            if first and last:
                return tuple(dict.fromkeys((*first, *last)))
        return None

    def _in_clause(self, clause: str) -> list[Meaning]:
        """Returns the meanings in a clause without spaces, cut at the longest known word each time."""
        found = []
        at = 0
        while at < len(clause):
            for length in range(min(_LONGEST_UNSPACED, len(clause) - at), 0, -1):
                meaning = self.forms.get(clause[at : at + length])
                if meaning:
                    found.append(meaning)
                    break
            at += length
        return found


NOTHING = Lexicon({}, {})
"""The lexicon of a language without one."""


def lexicons(by_language: Mapping[str, Mapping[str, Meaning]], source: str = "en") -> dict[str, Lexicon]:
    """Returns the lexicon of each language in `by_language` (code -> folded form -> meaning).

    A meaning is looked up once more in the language `source`, so that synonyms come out the same.
    """
    common = by_language.get(source, {})
    plain = {form: _plain(meaning, {}) for form, meaning in common.items()}

    @lru_cache(_REMEMBERED)
    def canonical(meaning: Meaning) -> Meaning:
        return _plain(meaning, plain)

    return {
        language: Lexicon({form: canonical(tuple(meaning)) for form, meaning in forms.items()}, plain)
        for language, forms in by_language.items()
    }


def together(lexicons: Iterable[Lexicon]) -> Lexicon:
    """Returns all `lexicons` as one, for a language that has none: it shares words with its sisters among them.

    A form has the meanings it has in any of them.
    """
    forms: dict[str, Meaning] = {}
    for lexicon in lexicons:
        for form, meaning in lexicon.forms.items():
            other = forms.get(form)
            forms[form] = meaning if other is None else tuple(dict.fromkeys((*other, *meaning)))
    return Lexicon(forms, {})


def _plain(meaning: Sequence[str], common: Mapping[str, Meaning]) -> Meaning:
    words: dict[str, None] = {}
    for word in meaning:
        words.update(dict.fromkeys(common.get(word, (word,)) if word.islower() else (word,)))
    return tuple(words)


def concept_grams(meanings: Sequence[Meaning]) -> list[str]:
    """Returns the concepts in `meanings`, and all pairs of concepts of words near each other, with repetition.

    Pairs are unordered: what belongs together stands in any order, and apart, in different languages.
    """
    grams = [concept for meaning in meanings for concept in meaning]
    for at, first in enumerate(meanings):
        for second in meanings[at + 1 : at + 1 + NEAR]:
            grams += [f"{a} {b}" if a < b else f"{b} {a}" for a in first for b in second if a != b]
    return grams
