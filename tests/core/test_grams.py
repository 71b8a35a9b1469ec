from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.core.grams import concept_keys, find, keys, letter_keys, word_keys
from bot.core.lexicon import concept_grams
from bot.core.text import cut, letter_grams, runs, word_grams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.grams import Bag

TEXTS = ("how do I get it", "a", "", "你好我想 x", "ab abc abcd it's", "å 😀 ok", "x" * 5000)
MEANINGS = [[("tax", "TAX", "x y")[: 1 + at % 3] for at in range(size)] for size in (0, 1, 2, 9, 40, 0)]


def same(bag: Bag, grams: Sequence[Sequence[str]]) -> bool:
    found, owner = bag
    rows = [found[owner == row].tolist() for row in range(len(grams))]
    return [Counter(row) for row in rows] == [Counter(keys(names).tolist()) for names in grams]


def test_words_and_pairs_have_the_keys_of_their_names() -> None:
    rows = [cut(runs(text)) for text in TEXTS[:-1]]
    assert same(word_keys(rows), [word_grams(row) for row in rows])


def test_letter_pieces_have_the_keys_of_their_names() -> None:
    rows = [runs(text) for text in TEXTS]
    assert same(letter_keys(rows), [letter_grams(row) for row in rows])


def test_concepts_and_pairs_have_the_keys_of_their_names() -> None:
    assert same(concept_keys(MEANINGS), [concept_grams(row) for row in MEANINGS])


@pytest.mark.parametrize("rows", [[], [()], [(), ()]])
def test_nothing_has_no_keys(rows: list[tuple[()]]) -> None:
    for make in (word_keys, letter_keys, concept_keys):
        assert [len(part) for part in make(rows)] == [0, 0]


def test_keys_are_the_same_in_every_process() -> None:
    assert keys(["a", "tax card", "😀"]).tolist() == [97, 18180631635373521583, 128512]


def test_other_words_have_other_keys() -> None:
    words = [f"{first}{second} {third}" for first in "abcdå税" for second in "xyzø" for third in range(500)]
    assert len(np.unique(keys(words))) == len(words)


def test_known_keys_are_found() -> None:
    known, wanted = np.array([2, 5, 9], dtype=np.uint64), np.array([9, 3, 2, 11], dtype=np.uint64)
    places, there = find(known, wanted)
    assert (places.tolist(), there.tolist()) == ([2, 0], [True, False, True, False])
    assert [len(part) for part in find(known[:0], wanted)] == [0, 4]
