"""What a text is compared by, as numbers: a 64-bit key for each word, pair, letter piece and concept. Pure.

A key is a polynomial of the letters' code points, so that the key of two words follows from the keys of each, and a
whole text is done in a few steps of NumPy. The same text has the same keys in every process. Two features with one key
would be taken for one; among a million that is as good as never.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.core.lexicon import NEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.lexicon import Meaning

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]
Bag = tuple[Keys, Ints]
"""Keys with repetition, and the number of the row that each stands in."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_PERIOD = 1 << 12  # letters after which the powers begin again
_POWERS = np.cumprod(np.concatenate([[np.uint64(1)], np.full(_PERIOD - 1, _BASE)]), dtype=np.uint64)
_SPACE = np.uint64(ord(" "))


def keys(texts: Sequence[str]) -> Keys:
    """Returns the key of each of `texts`, none of which is empty."""
    if not texts:
        return np.zeros(0, dtype=np.uint64)
    lengths = _lengths(texts)
    starts = np.cumsum(lengths) - lengths
    place = np.arange(int(lengths.sum())) - np.repeat(starts, lengths)
    return np.add.reduceat(_codes("".join(texts)) * _POWERS[place % _PERIOD], starts)


def find(known: Keys, wanted: Keys) -> tuple[Ints, NDArray[np.bool_]]:
    """Returns the places among the ascending `known` keys of those of `wanted` that are there, and which these are."""
    if not len(known):
        return np.zeros(0, dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    there = known[places] == wanted
    return places[there], there


def word_keys(rows: Sequence[Sequence[str]]) -> Bag:
    """Returns the keys of the words of each of `rows`, and of neighbouring pairs; see `text.word_grams`."""
    words = list(chain.from_iterable(rows))
    owner = _owner(rows)
    single, lengths = keys(words), _lengths(words)
    pair = np.flatnonzero(owner[:-1] == owner[1:])
    both = _joined(single[pair], lengths[pair], single[pair + 1])
    return np.concatenate([single, both]), np.concatenate([owner, owner[pair]])


def letter_keys(rows: Sequence[Sequence[str]]) -> Bag:
    """Returns the keys of the letter pieces of the runs in each of `rows`; see `text.letter_grams`."""
    runs = list(chain.from_iterable(rows))
    owner = np.repeat(_owner(rows), _lengths(runs) + 2)
    codes = _codes("".join([f" {run} " for run in runs]))
    inside = ~((codes[:-1] == _SPACE) & (codes[1:] == _SPACE))  # two spaces: where a run ends and the next begins
    pieces, owners = [], []
    grams, whole = codes, np.ones(len(codes), dtype=bool)
    for size in (1, 2, 3):
        grams = grams[:-1] + codes[size:] * _POWERS[size]
        whole = whole[:-1] & inside[size - 1 :]
        pieces.append(grams[whole])
        owners.append(owner[: len(grams)][whole])
    return np.concatenate(pieces), np.concatenate(owners)


def concept_keys(rows: Sequence[Sequence[Meaning]]) -> Bag:
    """Returns the keys of the concepts in the meanings of each of `rows`, and of pairs of them; see
    `lexicon.concept_grams`."""
    meanings = list(chain.from_iterable(rows))
    concepts = list(chain.from_iterable(meanings))
    names = sorted(set(concepts))
    number = {name: place for place, name in enumerate(names)}
    order = np.array([number[concept] for concept in concepts], dtype=np.int64)
    single, lengths = keys(names), _lengths(names)
    of = _owner(meanings)  # the meaning that each concept belongs to
    row = _owner(rows)[of]
    begins = np.searchsorted(of, np.arange(len(meanings) + 1))
    last = np.cumsum([len(row) for row in rows])[row] if len(row) else row  # the end of the row's meanings
    first, second = _ranges(begins[of + 1], begins[np.minimum(of + 1 + NEAR, last)])
    low, high = np.minimum(order[first], order[second]), np.maximum(order[first], order[second])
    apart = low != high
    both = _joined(single[low[apart]], lengths[low[apart]], single[high[apart]])
    return np.concatenate([single[order], both]), np.concatenate([row, row[first[apart]]])


def _ranges(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Returns the numbers from each of `starts` to before its end, after the places of the ranges they belong to."""
    sizes = ends - starts
    place = np.repeat(np.arange(len(sizes)), sizes)
    return place, np.arange(len(place)) + (starts - np.cumsum(sizes) + sizes)[place]


def _joined(first: Keys, length: Ints, second: Keys) -> Keys:
    """Returns the keys of texts with a space between a `first` part of this `length` and a `second` one."""
    result: Keys = first + _POWERS[length % _PERIOD] * (_SPACE + _BASE * second)
    return result


def _codes(text: str) -> Keys:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def _lengths(texts: Sequence[Sequence[str]]) -> Ints:
    return np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))


def _owner(rows: Sequence[Sequence[object]]) -> Ints:
    return np.repeat(np.arange(len(rows)), np.fromiter(map(len, rows), dtype=np.int64, count=len(rows)))
