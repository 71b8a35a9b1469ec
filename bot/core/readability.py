"""How hard a text is to read, by the index that is used for its language. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.markup import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_SENTENCE_END = re.compile(r"[.:!?]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+")
_LONG = 6  # letters; a long word in LIX has more
_VOWEL_GROUPS = re.compile(r"[aeiouyąęó]+")
_TURKISH_VOWELS = re.compile(r"[aeıioöuü]")
_HARD = 4  # syllables of a hard word in Polish


@dataclass(frozen=True, slots=True)
class Index:
    """A readability index: its `name`, `measure` (text -> value), the value from which a text is `hard` for people at
    large, and whether a higher value means an easier text."""

    name: str
    measure: Callable[[str], float]
    hard: float
    higher_is_easier: bool = False

    def is_hard(self, value: float) -> bool:
        """True if a text of this `value` is too hard for people at large."""
        return value < self.hard if self.higher_is_easier else value > self.hard


def lix(text: str) -> float:
    """Returns LIX (Björnsson 1968): words a sentence, and the share of words of more than six letters in percent.

    Below 25 a text is very easy, to 34 easy, to 44 of medium weight, to 54 hard, above very hard.
    """
    words, sentences = _counted(text)
    return len(words) / sentences + 100 * sum(len(word) > _LONG for word in words) / max(1, len(words))


def fog(text: str) -> float:
    """Returns the Polish FOG index: 0.4 × (words a sentence + percent of words of four syllables or more).

    It is about the years of school a reader needs: 9 is primary school, 12 the end of secondary school (Gunning 1952,
    with the Polish limit of four syllables as used by the project Jasnopis of SWPS University).
    """
    words, sentences = _counted(text)
    hard = sum(len(_VOWEL_GROUPS.findall(word.casefold())) >= _HARD for word in words)
    return 0.4 * (len(words) / sentences + 100 * hard / max(1, len(words)))


def atesman(text: str) -> float:
    """Returns Ateşman's index (1997) for Turkish: 198.825 − 40.175 × syllables a word − 2.610 × words a sentence.

    90 to 100 is very easy, 70 to 89 easy, 50 to 69 medium, 30 to 49 hard, below very hard.
    """
    words, sentences = _counted(text)
    syllables = sum(len(_TURKISH_VOWELS.findall(word.lower())) for word in words)
    count = max(1, len(words))
    return 198.825 - 40.175 * syllables / count - 2.610 * count / sentences


INDICES: Mapping[str, Index] = {
    "en": Index("LIX", lix, 44),
    "da": Index("LIX", lix, 44),
    "de": Index("LIX", lix, 50),  # compounds make German words longer: texts of medium weight reach 50
    "pl": Index("FOG", fog, 12),
    "tr": Index("Ateşman", atesman, 50, higher_is_easier=True),
}


def _counted(text: str) -> tuple[list[str], int]:
    """Returns the words, a fact counting as a short one, and the number of sentences; a line ends one, too."""
    plain = PLACEHOLDER.sub("x", _LINK.sub(r"\1", text)).replace("**", "")
    sentences = [part for part in _SENTENCE_END.split(plain) if _WORD.search(part)]
    return _WORD.findall(plain), max(1, len(sentences))
