from __future__ import annotations

import pickle

import pytest
from numpy.testing import assert_allclose

from bot.core import training
from bot.core.index import Document, Example, Shard, build
from bot.core.lexicon import NOTHING, lexicons
from bot.core.ranking import rank
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
    assert_allclose(one.shards["en"].classifier.weights, other.shards["en"].classifier.weights)
    assert_allclose(one.held_out["en"].top, other.held_out["en"].top)


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
    assert len(index.held_out[None].top) == 0


def test_similarity_is_a_cosine() -> None:
    shard = build(examples()).shards["en"]
    for place, phrase in enumerate(shard.phrases):
        _, _, joint = shard.views(shard.encode(runs(phrase), NOTHING))
        assert joint[place] == pytest.approx(1.0, abs=1e-6)
        assert joint.min() >= 0
        assert joint.argmax() == place


def _nearest(shard: Shard, parts: tuple[str, ...]) -> float:
    return float(shard.views(shard.encode(parts, NOTHING))[2].max())


def test_unknown_words_lower_similarity_and_known_share() -> None:
    shard = build(examples()).shards["en"]
    near, far = runs("the pool is heated"), runs("the pool is zzzz qqqq xxxx heated")
    assert _nearest(shard, near) > _nearest(shard, far)
    assert shard.known(near) == 1
    assert 0 < shard.known(far) < 1
    assert shard.known(runs("zzzz")) == 0


def test_many_phrases_are_held_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    several = build(examples()).held_out["en"]
    monkeypatch.setattr(training, "_SMALL", 3)
    monkeypatch.setattr(training, "_HELD", 3)
    once = build(examples())
    for example in examples():
        assert rank(once, example.text, language="en")[0].label == example.label
    held = once.held_out["en"]
    assert 0 < len(held.top) < len(several.top) <= len(examples())
    assert 0 < len(held.outside) < len(several.outside)


def test_no_more_held_out_phrases_are_looked_at_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_INSIDE", 1)
    monkeypatch.setattr(training, "_OUTSIDE", 2)
    held = build(examples()).held_out["en"]
    assert len(held.top) == 5  # one in each of the five rounds
    assert len(held.outside) <= 10


def test_what_words_mean_is_learned_too() -> None:
    forms = {"crown": ("tooth",), "filling": ("tooth",), "molar": ("tooth",), "bank": ("money",), "cash": ("money",)}
    phrases = {"dentist": ["my crown fell off", "lost a filling"], "bank": ["where is a bank", "cash please"]}
    rows = [Example(text, label, "en") for label, texts in phrases.items() for text in texts]
    told = build(rows, lexicons=lexicons({"en": forms}))
    assert rank(told, "molar", language="en")[0].label == "dentist"
    assert told.shards["en"].classifier.weights.shape[0] > build(rows).shards["en"].classifier.weights.shape[0]


def test_a_phrase_more_makes_its_label_likelier() -> None:
    text = "how do i rent a boat"
    before = {c.label: c.score for c in rank(build(examples()), text, language="en")}
    after = rank(build([*examples(), Example("i want to rent a boat", "pool", "en")]), text, language="en")
    assert {c.label: c.score for c in after}["pool"] > before["pool"]


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
    assert_allclose(both.held_out["en"].top, plain.held_out["en"].top)
    assert_allclose(both.held_out["en"].outside, plain.held_out["en"].outside)
    for text in ("is the book in the library", "rent a bicycle", "a towel for the pool"):
        before, now = rank(plain, text, language="en"), rank(both, text, language="en")
        assert [(c.label, c.nearest) for c in now] == [(c.label, c.nearest) for c in before]
        assert_allclose([c.score for c in now], [c.score for c in before], rtol=1e-5)  # single precision
