from __future__ import annotations

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bot.core import index as index_module
from bot.core import ridge as ridge_module
from bot.core.index import Document, Example, Index, build
from bot.core.ranking import RIDGE, fit, rank
from bot.core.text import runs

PHRASES = {
    "bike": ["my bicycle was stolen", "where can i rent a bicycle", "the bicycle path is icy", "cycle lane light"],
    "library": ["when does the library open", "borrow a book", "the book is late", "library card for my child"],
    "pool": ["how much is the swimming pool", "swim with my baby", "is the pool heated", "pool opening hours"],
}


def examples(language: str | None = "en") -> list[Example]:
    return [Example(text, label, language) for label, texts in PHRASES.items() for text in texts]


def test_every_phrase_finds_its_own_label() -> None:
    index = build(examples())
    for example in examples():
        assert rank(index, example.text, language="en")[0].label == example.label


def test_the_order_of_examples_and_doubles_change_nothing() -> None:
    one = build(examples())
    other = build([*reversed(examples()), *examples()])
    assert one.shards["en"].phrases == other.shards["en"].phrases
    assert_allclose(one.shards["en"].classifier, other.shards["en"].classifier)
    assert_allclose(one.held_out.top, other.held_out.top)


def test_an_index_can_be_stored_and_gives_the_same() -> None:
    index = build(examples(), [Document("pool", "en", "Warm water. Bring a towel.")])
    again = pickle.loads(pickle.dumps(index))  # noqa: S301 - our own bytes
    assert rank(again, "bring a towel", language="en") == rank(index, "bring a towel", language="en")


@pytest.mark.parametrize("given", [[], [Example("😀 !!", "smile", "en")]])
def test_an_index_needs_a_phrase(given: list[Example]) -> None:
    with pytest.raises(ValueError, match="at least one phrase"):
        build(given)


def test_one_shard_a_language_and_one_for_unknown_ones() -> None:
    index = build([*examples("en"), *examples(None), Example("svømmehal", "pool", "da")])
    assert set(index.shards) == {"en", "da", None}


def test_a_label_can_live_on_its_document_alone() -> None:
    index = build(examples(), [Document("museum", "en", "The museum shows old paintings.")])
    best = rank(index, "old paintings in the museum", language="en")[0]
    assert best.label == "museum"
    assert best.nearest == ""


def test_single_examples_and_single_labels_are_enough() -> None:
    assert rank(build([Example("lost keys", "keys")]), "keys")[0].label == "keys"
    index = build([Example("lost keys", "keys"), Example("broken lamp", "lamp")])
    assert rank(index, "my lamp")[0].label == "lamp"
    assert len(index.held_out.top) == 0
    assert len(index.held_out.outside) == 2


def test_a_sentence_of_a_document_counts_like_a_phrase() -> None:
    plain = rank(build(examples()), "towel and shower", language="en")
    index = build(examples(), [Document("pool", "en", "Please shower first.\nA towel can be hired.")])
    told = rank(index, "towel and shower", language="en")
    assert told[0].label == "pool"
    assert told[0].score > max(c.score for c in plain if c.label == "pool")


def test_similarity_is_a_cosine() -> None:
    shard = build(examples()).shards["en"]
    for place, phrase in enumerate(shard.phrases):
        _, joint = shard.views(runs(phrase))
        assert joint[place] == pytest.approx(1.0, abs=1e-6)
        assert joint.min() >= 0
        assert joint.argmax() == place


def test_unknown_words_lower_similarity_and_known_share() -> None:
    shard = build(examples()).shards["en"]
    near, far = runs("the pool is heated"), runs("the pool is zzzz qqqq xxxx heated")
    assert shard.views(near)[1].max() > shard.views(far)[1].max()
    assert shard.known(near) == 1
    assert 0 < shard.known(far) < 1
    assert shard.known(runs("zzzz")) == 0


def _without(kept: list[Example], text: str, labels: tuple[str, ...], shard_of: Index) -> np.ndarray:
    """Ridge scores of a classifier solved from the kernel of the full index, without the rows not `kept`."""
    shard = shard_of.shards["en"]
    keep = [shard.phrases.index(example.text) for example in kept]
    rows = np.array([shard.views(runs(phrase))[1] for phrase in shard.phrases])
    kernel = np.exp(rows - 1)
    targets = np.array([[float(label == example.label) for label in labels] for example in kept])
    penalty = 0.3 * np.eye(len(keep))
    dual = np.linalg.solve(kernel[np.ix_(keep, keep)] + penalty, targets)
    scores: np.ndarray = kernel[shard.phrases.index(text), keep] @ dual
    return scores


@pytest.mark.parametrize("whole_label", [False, True])
def test_closed_form_held_out_scores_equal_training_again(whole_label: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, np.ndarray] = {}

    def spy(views: np.ndarray, without: np.ndarray, known: tuple[np.ndarray, np.ndarray], owner: np.ndarray) -> object:
        seen["scores"] = (without if whole_label else views)[:, :, RIDGE]
        return fit(views, without, known, owner)

    monkeypatch.setattr(index_module, "fit", spy)
    index = build(examples())
    shard = index.shards["en"]
    for place, text in enumerate(shard.phrases):
        label = next(e.label for e in examples() if e.text == text)
        kept = [e for e in examples() if e.text != text and not (whole_label and e.label == label)]
        assert_allclose(seen["scores"][place], _without(kept, text, shard.labels, index), atol=1e-5)


def test_many_rows_are_solved_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build(examples())
    monkeypatch.setattr(ridge_module, "_PART", 5)
    monkeypatch.setattr(index_module, "_WHOLE", 5)
    monkeypatch.setattr(index_module, "_HELD_OUT", 6)
    parts = build(examples())
    for example in examples():
        assert rank(parts, example.text, language="en")[0].label == example.label
    assert len(parts.held_out.outside) == 6
    assert len(whole.held_out.outside) == len(examples())


def test_phrases_of_danger_change_nothing_for_the_other_labels() -> None:
    danger = [
        Example("he is not breathing", "@crisis:112", "en"),
        Example("the book fell on his head and he is not moving", "@crisis:112", "en"),
        Example("this pool is to die for", "@harmless", "en"),
    ]
    documents = [Document("pool", "en", "Warm water. Bring a towel.")]
    plain, both = build(examples(), documents), build([*examples(), *danger], documents)
    assert plain.shards["en"].net is None
    assert both.shards["en"].net is not None
    assert_allclose(both.held_out.top, plain.held_out.top)
    assert_allclose(both.held_out.outside, plain.held_out.outside)
    for text in ("is the book in the library", "rent a bicycle", "a towel for the pool"):
        before, now = rank(plain, text, language="en"), rank(both, text, language="en")
        assert [(c.label, c.nearest) for c in now] == [(c.label, c.nearest) for c in before]
        assert_allclose([c.score for c in now], [c.score for c in before])
