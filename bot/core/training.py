"""Builds the shard of one language: features, classifier, the net under danger, and the weights that join the views.

The weights are set on predictions of classifiers that saw neither the phrase nor, for another share of the phrases,
any phrase of its label: a fifth of the labels is left out altogether, and a part of the other labels' phrases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.core.danger import is_of_net, plain_labels, weave
from bot.core.grams import concept_keys, keys, letter_keys, word_keys
from bot.core.index import BLOCKS, LENGTH, Shard
from bot.core.linear import Linear, stacked, train, train_one
from bot.core.ranking import (
    CLASSIFIER,
    DOCUMENTS,
    ENCODER,
    LETTERS,
    OUT_OF_SCOPE,
    VIEWS,
    WORDS,
    HeldOut,
    Seen,
    doubted,
    fit,
    measure,
)
from bot.core.spaces import bm25_space, cosine_features, only, space, without_common
from bot.core.text import cut, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.core.index import Job
    from bot.core.spaces import Space

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_SMALL = 4000  # phrases up to which the classifier is trained anew five times, to hold out every phrase once
_FOLDS = 5
_HELD = 8  # of more phrases every eighth is held out, once
_INSIDE, _OUTSIDE = 3000, 1500  # held-out phrases looked at, at most, with and without their label
_UNHEARD = 0.0  # the classifier's score of a label that nobody has asked for yet: not likely, not impossible
_CHUNK = 500  # rows compared with all phrases at a time
_FEW, _RARE, _RARE_CONCEPT = 2000, 2, 3  # from so many phrases on, features must stand in so many of them


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The phrases as the classifier and the nearest-phrase views see them; `owner` is each phrase's label number."""

    owner: Ints
    stacked: Any
    words: Any
    letters: Any
    vectors: Any  # None without an encoder


def build_shard(job: Job) -> tuple[Shard, HeldOut]:
    """Returns the shard of `job`, and the confidences of its predictions for unseen phrases; deterministic."""
    names = sorted({example.label for example in job.examples})
    extra = sorted({document.label for document in job.documents} - set(names))
    labels = (*names, *extra)
    number = {label: place for place, label in enumerate(labels)}
    owner = np.array([number[example.label] for example in job.examples])
    parts = [runs(example.text) for example in job.examples]
    cuts = [cut(run) for run in parts]
    ranked = plain_labels(labels)
    outside = np.array([place for place, n in enumerate(ranked) if labels[n] == OUT_OF_SCOPE], dtype=np.int64)
    plain = np.isin(owner, ranked)
    words, by_word = cosine_features(word_keys(cuts), plain)
    letters, by_letter = cosine_features(letter_keys(parts), plain)
    concepts, by_concept = cosine_features(concept_keys([job.lexicon.meanings(run) for run in parts]), plain)
    concepts, by_concept = only(concepts, by_concept, _common(by_concept, _RARE_CONCEPT))  # most pairs stand once
    blocks = (by_word, by_letter, by_concept)
    keep = [_common(by_word, _RARE), _common(by_letter, _RARE), np.ones(by_concept.shape[1], dtype=bool)]
    matrix = stacked([block[:, some] * share**0.5 for block, some, share in zip(blocks, keep, BLOCKS, strict=True)])
    commonest = np.argsort(-np.bincount(matrix.indices, minlength=matrix.shape[1]), kind="stable")
    kept = np.full(sum(block.shape[1] for block in blocks), -1, dtype=np.int32)
    kept[np.flatnonzero(np.concatenate(keep))[commonest]] = np.arange(len(commonest))
    vectors = job.encode.many([example.text for example in job.examples]) if job.encode else None
    by_word, by_letter = without_common(by_word), without_common(by_letter)
    rows = _Rows(owner, matrix, by_word, by_letter, vectors)
    texts = [(number[document.label], cut(runs(document.text))) for document in job.documents]
    spoken = {word for row in np.flatnonzero(plain) for word in cuts[row]}
    written = {word for _, text in texts for word in text}
    said = sorted({word for row in cuts for word in row})
    weight = dict(zip(said, words.weight[words.find(keys(said))[0]].tolist(), strict=True))
    vocabulary = {word: weight.get(word, words.unseen) for word in spoken | written}
    spellings = {word: weight.get(word, words.unseen) for word in {*weight, *written} if word.isalpha()}
    classifier = _classifier(rows, labels, np.ones(len(owner), dtype=bool))
    documents = bm25_space(texts, len(labels))
    seen, net_scores, net_owner = _held_out(documents, rows, labels, ranked, outside, cuts)
    weights = fit(seen)
    shard = Shard(
        language=job.language,
        labels=labels,
        phrases=tuple(example.text for example in job.examples),
        first=np.searchsorted(owner, np.arange(len(names))),
        words=space(words, by_word),
        letters=space(letters, by_letter),
        concepts=concepts,
        documents=documents,
        kept=kept,
        heard=_heard(matrix, plain)[commonest],
        classifier=replace(classifier, weights=classifier.weights[commonest]),  # of which questions then use few pages
        vocabulary=vocabulary,
        unseen=words.unseen,
        spellings=_by_start(sorted(spellings, key=lambda word: (word not in vocabulary, spellings[word], word))),
        ranked=ranked,
        outside=outside,
        weights=weights,
        net=weave(labels, net_scores, net_owner, job.near_danger),
        over_vectors=None if vectors is None else _over_vectors(rows, labels, plain),
    )
    return shard, measure(weights, seen)


def _by_start(words: Sequence[str]) -> Mapping[tuple[str, int], tuple[str, ...]]:
    found: dict[tuple[str, int], list[str]] = {}
    for word in words:
        found.setdefault((word[0], len(word)), []).append(word)
    return {start: tuple(group) for start, group in found.items()}


def _common(matrix: Any, rare: int) -> Mask:
    """Returns which features the classifier uses: of many phrases, those that do not stand in too few."""
    least = rare if matrix.shape[0] >= _FEW else 1
    common: Mask = np.bincount(matrix.indices, minlength=matrix.shape[1]) >= least
    return common


def _classifier(rows: _Rows, labels: Sequence[str], trained: Mask) -> Linear:
    """Returns the classifier of the `trained` rows: what is ranked without the phrases of danger and their look-alikes,
    these against everything."""
    net = np.array([is_of_net(label) for label in labels])
    plain = np.flatnonzero(trained & ~net[rows.owner])
    result = train(rows.stacked[plain], rows.owner[plain], len(labels))
    everything = np.flatnonzero(trained)
    for label in np.unique(rows.owner[everything][net[rows.owner[everything]]]):
        one = train_one(rows.stacked[everything], rows.owner[everything] == label)
        result.weights[:, label], result.bias[label] = one.weights[:, 0], one.bias[0]
    result.bias[int(rows.owner.max()) + 1 :] = _UNHEARD  # labels with a document only
    return result


def _over_vectors(rows: _Rows, labels: Sequence[str], trained: Mask) -> Linear:
    return train(rows.vectors[trained], rows.owner[trained], len(labels))


def _held_out(
    documents: Space, rows: _Rows, labels: Sequence[str], ranked: Ints, outside: Ints, cuts: Sequence[Sequence[str]]
) -> tuple[Seen, Floats, Ints]:
    """Returns what the views say of held-out phrases, and the classifier's scores of all held-out ones for the net."""
    seen, scores, owners = [], [], []
    for trained, asked in _folds(rows.owner, ranked):
        views, known = _views(rows, labels, ranked, trained, asked)
        for at, row in enumerate(asked.tolist()):
            views[at, :, DOCUMENTS] = documents.similarity(documents.features.encode(keys(cuts[row])))
        owner = rows.owner[asked]
        inside = np.isin(owner, np.unique(rows.owner[trained]))
        place = np.where(inside, np.searchsorted(ranked, owner), -1)
        mine = np.isin(owner, ranked)
        seen.append(Seen(doubted(views[mine][:, ranked], outside, known[mine]), place[mine], known[mine]))
        scores.append(views[inside, :, CLASSIFIER])
        owners.append(owner[inside])
    if not seen:  # too few phrases to hold any out
        nothing = np.zeros(0, dtype=np.int64)
        return Seen(np.zeros((0, len(ranked), VIEWS)), nothing, np.zeros(0)), np.zeros((0, len(labels))), nothing
    return Seen.joined(seen), np.concatenate(scores), np.concatenate(owners)


def _folds(owner: Ints, ranked: Ints) -> Iterator[tuple[Mask, Ints]]:
    """Yields the rows to train on and the rows to ask: of a fifth of the ranked labels all rows are only asked."""
    folds, every = (_FOLDS, _FOLDS) if len(owner) <= _SMALL else (1, _HELD)
    place = np.full(int(owner.max()) + 1, -1)
    of_ranked = ranked[ranked < len(place)]
    place[of_ranked] = np.arange(len(of_ranked))
    turn = np.where(place[owner] >= 0, np.cumsum(place[owner] >= 0), np.cumsum(place[owner] < 0)) - 1
    for fold in range(folds):
        outside = (place[owner] >= 0) & (place[owner] % _FOLDS == fold)
        if len(np.unique(owner[~outside])) < 2:
            outside = np.zeros(len(owner), dtype=bool)
        held = ~outside & (turn % every == fold)
        if not held.any() or (outside | held).all():
            continue
        asked = [_evenly(np.flatnonzero(held), _INSIDE), _evenly(np.flatnonzero(outside), _OUTSIDE)]
        yield ~outside & ~held, np.concatenate(asked)


def _evenly(rows: Ints, most: int) -> Ints:
    return rows[:: max(1, -(-len(rows) // most))]


def _views(rows: _Rows, labels: Sequence[str], ranked: Ints, trained: Mask, asked: Ints) -> tuple[Floats, Floats]:
    """Returns what a classifier of the `trained` rows and the nearest of these say of the rows `asked` (rows x labels
    x views), and how far these are known."""
    views = np.zeros((len(asked), len(labels), VIEWS))
    plain = trained & np.isin(rows.owner, ranked)
    known = _known(rows.stacked, _heard(rows.stacked, plain), asked)
    views[:, :, CLASSIFIER] = _classifier(rows, labels, trained).many(rows.stacked[asked], known)
    if rows.vectors is not None:
        views[:, :, ENCODER] = _over_vectors(rows, labels, plain).many(rows.vectors[asked])
    left = np.flatnonzero(trained)
    names, first = np.unique(rows.owner[left], return_index=True)
    for view, space_rows in ((WORDS, rows.words), (LETTERS, rows.letters)):
        others = space_rows[left].T.tocsr()
        for start in range(0, len(asked), _CHUNK):
            some = asked[start : start + _CHUNK]
            similar = (space_rows[some] @ others).toarray()
            views[start : start + _CHUNK, names, view] = np.maximum.reduceat(similar, first, axis=1)
    return views, known


def _known(matrix: Any, heard: Mask, asked: Ints) -> Floats:
    """Returns how far each of the rows `asked` of `matrix` is known, as `Shard.classified` does: the length that the
    features `heard` of give it."""
    squares = matrix[asked].multiply(matrix[asked])
    result: Floats = np.minimum(1.0, np.sqrt(squares @ heard.astype(np.float64)) / LENGTH)
    return result


def _heard(matrix: Any, trained: Mask) -> Mask:
    """Returns which features any of the `trained` rows of `matrix` has."""
    heard: Mask = np.bincount(matrix[np.flatnonzero(trained)].indices, minlength=matrix.shape[1]) > 0
    return heard
