from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.index import Document, Example, Index, build
from bot.core.lexicon import lexicons
from bot.core.ranking import CLASSIFIER, OUT_OF_SCOPE, VIEWS, HeldOut, doubted, mend, rank
from bot.core.text import runs

ENGLISH = {
    "bike": ["my bicycle was stolen", "where can i rent a bicycle", "the bicycle path is icy", "repair a bicycle"],
    "library": ["when does the library open", "borrow a book", "the book is late", "library card for my child"],
    "pool": ["how much is the swimming pool", "swim with my baby", "is the pool heated", "swimming lessons"],
}
DANISH = {
    "bike": ["min cykel er stjålet", "hvor kan jeg leje en cykel", "cykelstien er glat", "reparere en cykel"],
    "library": ["hvornår åbner biblioteket", "låne en bog", "bogen er forsinket", "lånerkort til mit barn"],
    "pool": ["hvad koster svømmehallen", "svømme med min baby", "er vandet varmt", "svømmeundervisning"],
}


@pytest.fixture(scope="module")
def index() -> Index:
    rows = [("en", ENGLISH), ("da", DANISH)]
    return build(
        [Example(text, label, code) for code, texts in rows for label, group in texts.items() for text in group],
        [Document("pool", "en", "Towels can be hired at the entrance.")],
    )


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("somebody stole my bicycle", "en", "bike"),
        ("opening times of the library", "en", "library"),
        ("i want to learn swimming", "en", "pool"),
        ("bicicle stolen", "en", "bike"),
        ("are towels hired at the entrance", "en", "pool"),
        ("stjalet cykel", "da", "bike"),
        ("svoemning for babyer", "da", "pool"),
        ("hvornaar aabner biblioteket?", "da", "library"),
    ],
)
def test_the_right_label_comes_first(index: Index, text: str, language: str, label: str) -> None:
    assert rank(index, text, language=language)[0].label == label


@pytest.mark.parametrize("language", [None, "pl", "en"])
def test_other_shards_are_asked_where_the_own_one_is_missing_or_weak(index: Index, language: str | None) -> None:
    best = rank(index, "hvor kan jeg leje en cykel", language=language)[0]
    assert (best.label, best.nearest) == ("bike", "hvor kan jeg leje en cykel")


@pytest.mark.parametrize("text", ["", " ", "😀", "?!", "\u200b"])
def test_a_text_without_words_has_no_candidates(index: Index, text: str) -> None:
    assert rank(index, text, language="en") == ()


def test_candidates_are_explained(index: Index) -> None:
    best = rank(index, "rent a bicycle", language="en")[0]
    assert set(best.views) == {"classifier", "words", "letters", "documents", "encoder"}
    assert best.nearest == "where can i rent a bicycle"


def test_a_phrase_itself_is_surer_than_something_else(index: Index) -> None:
    known = rank(index, "where can i rent a bicycle", language="en")[0].score
    other = rank(index, "what is the capital of peru", language="en")[0].score
    assert known > 0.8
    assert other < known - 0.2


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_limit(index: Index, limit: int) -> None:
    assert len(rank(index, "book", language="en", limit=limit)) == min(limit, 3)


@given(st.text(max_size=200), st.sampled_from([None, "en", "da", "xx"]))
def test_any_text_gives_ordered_confidences(index: Index, text: str, language: str | None) -> None:
    ranked = rank(index, text, language=language)
    scores = [candidate.score for candidate in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({candidate.label for candidate in ranked}) == len(ranked)
    assert rank(index, text, language=language) == ranked


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("bicylce", "bicycle"),
        ("bycicle", "bycicle"),  # two errors are too many in a word of seven letters
        ("swiming", "swimming"),
        ("libary", "library"),
        ("bok", "bok"),  # too short to mend
        ("bog", "bog"),
        ("cykel", "cykel"),  # known in another language
        ("towel5", "towel5"),
        ("completely", "completely"),
    ],
)
def test_typing_errors_are_mended_but_known_words_stay(index: Index, text: str, mended: str) -> None:
    assert mend(runs(text), index, index.shards["en"]) == (mended,)


def test_held_out_confidences_are_those_of_unseen_phrases(index: Index) -> None:
    for held in index.held_out.values():
        assert len(held.top) == len(held.margin) == len(held.place) > 0
        assert np.all((held.margin >= 0) & (held.margin <= held.top) & (held.top <= 1))
        assert len(held.outside) > 0


def test_held_out_parts_join() -> None:
    part = HeldOut(np.array([0.5]), np.array([0.1]), np.array([0]), np.array([0.2, 0.3]))
    whole = HeldOut.joined([part, part])
    assert (len(whole.top), len(whole.outside)) == (2, 4)


def test_separable_sets_do_not_upset_the_fit() -> None:
    words = ["amber", "birch", "cedar", "delta", "ember", "frost"]
    index = build([Example(f"{word} {other}", word) for word in words for other in ("one", "two", "three")])
    for shard in index.shards.values():
        assert np.all(np.isfinite(shard.weights.gate))
        assert np.all(shard.weights.join >= 0)
    assert rank(index, "amber")[0].label == "amber"


def test_what_is_not_known_speaks_for_counter_examples() -> None:
    views = np.zeros((2, 3, VIEWS))
    views[:, :, CLASSIFIER] = -0.5
    found = doubted(views, np.array([1]), np.array([1.0, 0.75]))
    assert found[:, :, CLASSIFIER].tolist() == [[-0.5, -0.5, -0.5], [-0.5, 0.0, -0.5]]
    assert (views[:, :, CLASSIFIER] == -0.5).all()


def test_unknown_matter_makes_counter_examples_likelier() -> None:
    outside = ["who won the football match", "sing a song", "what is the capital of peru", "tell me a joke"]
    rows = [Example(text, label, "en") for label, group in ENGLISH.items() for text in group]
    index = build([*rows, *(Example(text, OUT_OF_SCOPE, "en") for text in outside)])

    def score(text: str) -> float:
        found = {c.label: c.score for c in rank(index, text, language="en")}
        return found[OUT_OF_SCOPE] / sum(found.values())

    assert score("the zorgblat quibbles about my bicycle") > score("about my bicycle")


def test_a_language_without_a_lexicon_is_read_with_all_of_them() -> None:
    meanings = {"en": {"bicycle": ("bicycle",), "book": ("book",), "swim": ("swim",)}, "sv": {"cykel": ("bicycle",)}}
    rows = [Example(text, label, "en") for label, group in ENGLISH.items() for text in group]
    index = build(rows, lexicons=lexicons(meanings))
    assert rank(index, "cykeln", language="nb")[0].label == "bike"
    shard = index.shards["en"]
    assert index.lexicon("nb", shard) is index.together
    assert index.lexicon(None, shard) is index.lexicon("en", shard) is index.lexicons["en"]
