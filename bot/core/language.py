"""Which language a message is in: short, mixed, typed without diacritics, or only a bare word.

Script, letters, pieces of words, an injected library's view, and the words of the phrases and of a table of common
words are joined as log odds; the person's earlier language is the prior, and what is unsure stays with it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bot.core.grams import find, keys
from bot.core.language_tables import (
    COMMON_WORDS,
    LATIN,
    LETTERS,
    MANY_SCRIPTS,
    PIECES,
    RARE,
    SCRIPTS,
    USUAL,
    WRITTEN_IN,
)
from bot.core.text import clean, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from bot.core.grams import Keys

Identify = Callable[[str], Mapping[str, float]]
"""Raw text -> probability per language code, over all languages a library knows."""

DEFAULT = "en"
_SERVED_IN = {"nb": "da", "nn": "da", "no": "da", "sv": "da"}  # understood well enough to be answered in Danish
_WEIGHED = 400  # letters looked at
_REMEMBERED = 1 << 12  # letters whose script is not looked up again
_SURE = 0.65
_SURELY_OTHER = (math.inf, math.inf, 0.8, 0.65)  # by the number of words: one alone never tells
_POSSIBLE = 0.1  # of the best chance, for the prior to be kept when unsure
_WEIGHT_OF_HAN = 3  # letters that one Chinese character counts for
_WEIGHT_OF_OTHER_SCRIPT = 4  # Latin names and Danish terms stand in messages of every script
_EARLIER, _OTHER, _OTHER_RARE = 2.0, -1.0, -2.5  # log odds of the earlier language, and of one that is not offered
_LIBRARY_FLOOR = 1e-4
_WORD_LIMIT = 2.0  # log odds one word can bring
_LETTER_ODDS, _LETTERS_COUNTED = 1.5, 2  # against a language that lacks the letter
_PIECE_ODDS, _PIECES_COUNTED = 1.0, 3
_LACK_LIMIT = 1.5  # people type without the special keys
_COMMON_RATE, _UNKNOWN_RATE = 0.03, 0.004  # share of messages with a common word; of any word never seen

_NOT_LATIN = frozenset(code for codes in WRITTEN_IN.values() for code in codes) - MANY_SCRIPTS

CODES = frozenset((*LATIN, *(code for codes in WRITTEN_IN.values() for code in codes)))
"""All languages that are told apart; a library's view of others is not asked for."""

_ALL_LETTERS = frozenset(letter for letters in LETTERS.values() for letter in letters)
_LETTERS = {code: frozenset(LETTERS.get(code, "")) for code in CODES}


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The `language` of a message and how sure that is (0 to 1).

    `known` is False when the message is surely in a language that is not offered; `language` is then that language's
    code. Otherwise it is an offered code.
    """

    language: str
    confidence: float
    known: bool


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What words tell about the language: log `odds` against the average language, words x `codes`.

    `keys` are those of the words, ascending (see `bot.core.grams`); the code "" stands for every other language.
    """

    keys: Keys
    codes: Mapping[str, int]
    odds: NDArray[np.float32]

    @classmethod
    def learned(cls, texts: Mapping[str, Iterable[str]]) -> Vocabulary:
        """Returns the vocabulary of `texts` (language code -> phrases) and the built-in common words."""
        rates: dict[str, dict[str, float]] = {}
        for language, phrases in texts.items():
            sets = [set(tokens(phrase)) for phrase in phrases]
            counts = Counter(word for words in sets for word in words)
            for word, count in counts.items():
                rates.setdefault(word, {})[language] = count / len(sets)
        for language, words in COMMON_WORDS.items():
            for word in {piece for entry in words.split() for piece in tokens(entry)}:
                known = rates.setdefault(word, {})
                own = known.get(language, 0.0)
                if language not in texts:  # no phrases tell how frequent it is: no less than in the other languages
                    own = max(known.values(), default=0.0)
                known[language] = max(own, _COMMON_RATE)
        told = sorted({code for by_language in rates.values() for code in by_language})
        codes = {code: place for place, code in enumerate(("", *told))}
        odds = np.zeros((len(rates), len(codes)), dtype=np.float32)
        for row, by_language in zip(odds, map(_odds, rates.values()), strict=True):
            row[:] = by_language[""]
            row[[codes[code] for code in by_language]] = list(by_language.values())
        found = keys(list(rates))
        order = np.argsort(found)
        return cls(found[order], codes, odds[order])

    def told(self, words: Sequence[str], codes: Sequence[str]) -> list[float]:
        """Returns what the `words` tell for each of the language `codes`, in all."""
        places, _ = find(self.keys, keys(words))
        told: list[float] = self.odds[places].sum(axis=0, dtype=np.float64).tolist()
        return [told[self.codes.get(code, 0)] for code in codes]


def _odds(rates: Mapping[str, float]) -> dict[str, float]:
    """Returns the limited log odds of each language in `rates`; "" is that of every other language."""
    middle = sum(rates.values()) / (len(rates) + 1) + _UNKNOWN_RATE
    odds = {language: math.log((rate + _UNKNOWN_RATE) / middle) for language, rate in rates.items()}
    odds[""] = math.log(_UNKNOWN_RATE / middle)
    return {language: max(-_WORD_LIMIT, min(_WORD_LIMIT, value)) for language, value in odds.items()}


def guess_language(
    text: str, *, offered: Sequence[str], prior: str | None, vocabulary: Vocabulary, identify: Identify
) -> LanguageGuess:
    """Returns the language of the raw message `text`.

    `offered` are the codes the assistant answers in, `prior` is the person's earlier language where known. Unsure
    means `prior`, else English, else the first offered. Norwegian and Swedish are answered in Danish.
    """
    text = clean(text)[:_WEIGHED]
    fallback = usual_language(offered, prior)
    script = _script(text)
    if script is None:
        return LanguageGuess(fallback, 0.0, known=True)
    chances = _chances(text, _candidates(script, offered), (offered, prior), (vocabulary, identify))
    served: dict[str, float] = {}
    for code, chance in chances.items():
        target = served_in(code, offered)
        served[target] = served.get(target, 0.0) + chance
    strange = [code for code in served if code not in offered]
    if strange:
        chance = sum(served[code] for code in strange)
        words = sum(not word.isdigit() for word in tokens(text))
        if len(strange) == len(served) or chance >= _SURELY_OTHER[min(words, len(_SURELY_OTHER) - 1)]:
            return LanguageGuess(_likeliest(strange, served), min(1.0, chance), known=False)
    best = _likeliest([code for code in served if code in offered], served)
    if served[best] < _SURE and served.get(fallback, 0.0) >= _POSSIBLE * served[best]:
        best = fallback
    return LanguageGuess(best, served[best], known=True)


def _likeliest(codes: Sequence[str], chances: Mapping[str, float]) -> str:
    return max(codes, key=lambda code: (chances[code], code))


def usual_language(offered: Sequence[str], prior: str | None) -> str:
    """Returns the code to answer in when a message does not tell: `prior` if offered, else English, else the first."""
    if prior is not None and prior in offered:
        return prior
    return DEFAULT if DEFAULT in offered else offered[0]


def served_in(code: str, offered: Sequence[str]) -> str:
    """Returns the code in which people who write `code` are answered: Danish for Norwegian and Swedish."""
    target = _SERVED_IN.get(code, code)
    return target if target in offered and code not in offered else code


def _script(text: str) -> str | None:
    """Returns the script most letters of `text` are in, None without letters; Latin needs by far the most."""
    counts: Counter[str] = Counter()
    for letter, times in Counter(text).items():
        if letter.isalpha():
            name = _script_of(letter)
            counts[name] += times * (_WEIGHT_OF_HAN if name == "Han" else 1)
    if not counts:
        return None
    other = [(count, name) for name, count in counts.items() if name != "Latin"]
    if other and max(other)[0] * _WEIGHT_OF_OTHER_SCRIPT >= counts["Latin"]:
        return "Kana" if counts["Kana"] else max(other)[1]
    return "Latin"


@lru_cache(_REMEMBERED)
def _script_of(letter: str) -> str:
    point = ord(letter)
    return next((name for name, low, high in SCRIPTS if low <= point <= high), "Latin")


def _candidates(script: str, offered: Sequence[str]) -> tuple[str, ...]:
    """Returns the codes of the languages written in `script`, offered ones among them."""
    if script != "Latin":
        return WRITTEN_IN[script]
    return tuple(dict.fromkeys([*(code for code in offered if code not in _NOT_LATIN), *LATIN]))


def _chances(
    text: str,
    codes: Sequence[str],
    person: tuple[Sequence[str], str | None],
    knowledge: tuple[Vocabulary, Identify],
) -> dict[str, float]:
    """Returns the probability of each of `codes`."""
    offered, prior = person
    vocabulary, identify = knowledge
    library = identify(text)
    library_sum = sum(library.get(code, 0.0) for code in codes) or 1.0
    lowered = text.casefold()
    letters = [letter for letter in lowered if letter in _ALL_LETTERS]
    told = vocabulary.told(list(_words(text, vocabulary)), codes)
    odds = {
        code: by_words
        + math.log(library.get(code, 0.0) / library_sum + _LIBRARY_FLOOR)
        + (_EARLIER if code == prior else 0.0)
        + (0.0 if served_in(code, offered) in offered else _OTHER_RARE if code in RARE else _OTHER)
        - _LETTER_ODDS * min(_LETTERS_COUNTED, sum(letter not in _LETTERS[code] for letter in letters))
        + _told_by_pieces(code, lowered)
        for code, by_words in zip(codes, told, strict=True)
    }
    top = max(odds.values())
    weights = {code: math.exp(value - top) for code, value in odds.items()}
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()}


def _told_by_pieces(code: str, lowered: str) -> float:
    """Returns the log odds of the pieces of words in the text `lowered`, and of the letters that it lacks."""
    odds = 0.0
    if code in USUAL:
        letters, share = USUAL[code]
        odds -= min(_LACK_LIMIT, share * len(lowered)) if letters.isdisjoint(lowered) else 0.0
    if code in PIECES:
        odds += _PIECE_ODDS * min(_PIECES_COUNTED, len(PIECES[code].findall(lowered)))
    return odds


def _words(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yields the words of `text`; of "l'appartement" both parts, unless the whole is known."""
    for word in tokens(text):
        if "'" in word and not find(vocabulary.keys, keys([word]))[1][0]:
            yield from (part for part in word.split("'") if part)
        else:
            yield word
