"""Joining the views of a shard into calibrated confidences, and ranking the labels for a text.

A view is one way to compare a text with a label. A conditional logit (McFadden 1973) joins the views into a posterior
over the labels; a logistic regression, the gate, says how likely any of the labels is meant at all. A candidate's
confidence is the product. Both are fitted on predictions for unseen phrases, with a prior that small sets lean on.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.danger import Danger, graver, judge
from bot.core.linear import UNKNOWN
from bot.core.text import clean, runs, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.core.index import Index, Shard

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Arrays = TypeVar("Arrays", "HeldOut", "Seen")

CLASSIFIER, WORDS, LETTERS, DOCUMENTS, ENCODER = range(5)
VIEWS = 5
VIEW_NAMES = ("classifier", "words", "letters", "documents", "encoder")

_JOIN_PRIOR = (5.0, 1.0, 2.0, 2.0, 4.0)  # weights that serve sets of any kind
_JOIN_TRUST = 1.0  # strength of the prior: its precision per weight
_GATE_PRIOR = (0.0, 1.5, 0.3, 0.5, 1.0, 0.5)
_GATE_TRUST = 1.0
_FAR = 30.0  # log odds beyond which nothing changes
_STEPS, _SMALL, _TINY = 20, 1e-3, 1e-12  # of Newton's method: steps at most, the smallest that counts; for logs
_OUTSIDE = 1 / 3  # weight of a phrase whose label was left out: about a quarter of all messages are out of scope

OUT_OF_SCOPE = "@out_of_scope"
"""The label of counter-examples: messages that none of the other labels is about."""

_MENDABLE, _LONG_WORD = 4, 8  # letters a word needs for one typing error to be mended, and for two
_MOST_MENDED = 8
_ENOUGH_KNOWN = 0.4  # share of known words with which the own shard is believed alone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label that a text may mean.

    `score` is the calibrated confidence (0 to 1) that the label is right, `views` says what each view gave, and
    `nearest` is the label's phrase most like the text ("" when the label only has a document).
    """

    label: str
    score: float
    views: Mapping[str, float]
    nearest: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What a text may mean, best first, and the danger it may tell of."""

    candidates: tuple[Candidate, ...] = ()
    danger: Danger | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The fitted weights: `join` one a view, `gate` one a signal (see `_signals`)."""

    join: Floats
    gate: Floats

    @classmethod
    def default(cls) -> Weights:
        """Returns the weights used where there is nothing to fit on."""
        return cls(join=np.array(_JOIN_PRIOR), gate=np.array(_GATE_PRIOR))


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Confidences for unseen phrases, from which thresholds are set.

    For each phrase whose label has others: `top` the best candidate's confidence, `margin` its lead over the second,
    `place` the right label's place (0 is first). `outside`: the best confidence for phrases whose label was left out.
    """

    top: Floats
    margin: Floats
    place: Ints
    outside: Floats

    @classmethod
    def joined(cls, parts: Sequence[HeldOut]) -> HeldOut:
        """Returns the predictions of several shards as one."""
        return _joined(cls, parts)


def confidences(weights: Weights, views: Floats, known: float) -> Floats:
    """Returns one confidence a label for one text's `views` (labels x views), `known` so far."""
    posterior = _posterior(weights.join, views[None])
    gate = _gate(weights.gate, _signals(posterior, views[None], np.array([known])))
    result: Floats = posterior[0] * gate[0]
    return result


def doubted(views: Floats, outside: Ints, known: Floats) -> Floats:
    """Returns `views` (phrases x labels x views) in which what is not `known` of a phrase speaks for the labels
    numbered in `outside` as much as it speaks against all others."""
    result = views.copy()
    result[:, outside, CLASSIFIER] -= 2 * UNKNOWN * (1 - known[:, None])
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the views say of held-out phrases: `views` (phrases x labels x views), the number of each phrase's label in
    `owner`, -1 where the classifier did not know it, and how far each phrase is `known`."""

    views: Floats
    owner: Ints
    known: Floats

    @classmethod
    def joined(cls, parts: Sequence[Seen]) -> Seen:
        """Returns several as one."""
        return _joined(cls, parts)


def _joined(kind: type[Arrays], parts: Sequence[Arrays]) -> Arrays:
    """Returns one of the `kind` whose arrays are those of the `parts`, one after the other."""
    return kind(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(kind)))


def fit(seen: Seen) -> Weights:
    """Returns the weights for held-out predictions."""
    inside = seen.owner >= 0
    join = np.array(_JOIN_PRIOR)
    if inside.any() and seen.views.shape[1] > 1:
        join = _fit_join(seen.views[inside], seen.owner[inside])
    if not inside.any() or inside.all():
        return Weights(join=join, gate=np.array(_GATE_PRIOR))
    signals = _signals(_posterior(join, seen.views), seen.views, seen.known)
    return Weights(join=join, gate=_fit_gate(signals[inside], signals[~inside]))


def measure(weights: Weights, seen: Seen) -> HeldOut:
    """Returns the confidences that `weights` give to the held-out predictions."""
    inside = seen.owner >= 0
    posterior = _posterior(weights.join, seen.views)
    gate = _gate(weights.gate, _signals(posterior, seen.views, seen.known))
    ordered = np.sort(posterior, axis=1)[:, ::-1]
    second = ordered[:, 1] if ordered.shape[1] > 1 else np.zeros(len(ordered))
    right = posterior[np.flatnonzero(inside), seen.owner[inside]]
    return HeldOut(
        top=gate[inside] * ordered[inside, 0],
        margin=gate[inside] * (ordered[inside, 0] - second[inside]),
        place=(posterior[inside] > right[:, None]).sum(axis=1),
        outside=gate[~inside] * ordered[~inside, 0],
    )


def _posterior(join: Floats, views: Floats) -> Floats:
    """Returns the probability of each label (phrases x labels) if one of them is meant."""
    scores = views @ join
    scores = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    result: Floats = scores / scores.sum(axis=1, keepdims=True)
    return result


def _signals(posterior: Floats, views: Floats, known: Floats) -> Floats:
    """Returns what the gate looks at: 1, the best label's classifier score, its log odds, its nearest phrase by words
    and by letters, and how far the text is known."""
    rows = np.arange(len(posterior))
    best = posterior.argmax(axis=1) if posterior.size else np.zeros(len(posterior), dtype=np.int64)
    top = np.clip(posterior[rows, best], 1e-4, 1 - 1e-4)
    chosen = views[rows, best]
    return np.stack(
        [
            np.ones(len(rows)),
            chosen[:, CLASSIFIER],
            np.log(top / (1 - top)),
            chosen[:, WORDS],
            chosen[:, LETTERS],
            known,
        ],
        axis=1,
    )


def _gate(weights: Floats, signals: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(signals @ weights, -_FAR, _FAR)))
    return result


def _fit_join(views: Floats, owner: Ints) -> Floats:
    """Returns the conditional logit's weights by Newton steps, halved until they help, with a normal prior."""
    prior = np.array(_JOIN_PRIOR)
    rows = np.arange(len(owner))
    right = views[rows, owner].sum(axis=0)

    def loss(weights: Floats) -> float:
        chosen = _posterior(weights, views)[rows, owner]
        return float(-np.log(chosen + _TINY).sum() + _JOIN_TRUST * ((weights - prior) ** 2).sum() / 2)

    weights, best = prior.copy(), loss(prior)
    for _ in range(_STEPS):
        posterior = _posterior(weights, views)
        mean = np.einsum("nc,ncv->nv", posterior, views)
        gradient = right - mean.sum(axis=0) - _JOIN_TRUST * (weights - prior)
        spread = (views * posterior[:, :, None]).reshape(-1, VIEWS).T @ views.reshape(-1, VIEWS)
        step = np.linalg.solve(spread - mean.T @ mean + _JOIN_TRUST * np.eye(VIEWS), gradient)
        while np.abs(step).max() > _SMALL and loss(weights + step) >= best:
            step /= 2
        if np.abs(step).max() <= _SMALL:
            break
        weights, best = weights + step, loss(weights + step)
    result: Floats = np.maximum(weights, 0.0)
    return result


def _fit_gate(inside: Floats, outside: Floats) -> Floats:
    """Returns the logistic regression's weights by Newton steps, halved until they help, with a normal prior."""
    prior = np.array(_GATE_PRIOR)
    signals = np.concatenate([inside, outside])
    target = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
    share = np.concatenate([np.ones(len(inside)), np.full(len(outside), _OUTSIDE)])

    def loss(weights: Floats) -> float:
        miss = np.logaddexp(0, (1 - 2 * target) * (signals @ weights))
        return float(share @ miss + _GATE_TRUST * ((weights - prior) ** 2).sum() / 2)

    weights, best = prior.copy(), loss(prior)
    for _ in range(_STEPS):
        chance = _gate(weights, signals)
        gradient = signals.T @ (share * (target - chance)) - _GATE_TRUST * (weights - prior)
        curvature = (signals * (share * chance * (1 - chance))[:, None]).T @ signals
        step = np.linalg.solve(curvature + _GATE_TRUST * np.eye(len(prior)), gradient)
        while np.abs(step).max() > _SMALL and loss(weights + step) >= best:
            step /= 2
        if np.abs(step).max() <= _SMALL:
            break
        weights, best = weights + step, loss(weights + step)
    return weights


def rank(index: Index, text: str, *, language: str | None = None, limit: int = 5) -> tuple[Candidate, ...]:
    """Returns the labels `text` may mean, best first, each once, at most `limit`; () for a text without words.

    `language` chooses the shard; without one, or where that shard knows too little of the text, the shards that know
    more of it are asked too.
    """
    return survey(index, text, language=language, limit=limit).candidates


def survey(index: Index, text: str, *, language: str | None = None, limit: int = 5) -> Survey:
    """Returns what `rank` does, and the danger that `text` may tell of; arguments as there."""
    text = shortened(clean(text))
    parts = runs(text)
    if not parts:
        return Survey()
    own = index.shards.get(language)
    mended = mend(parts, index, own) if own is not None else parts
    least = own.known(mended) if own is not None else -1.0
    seen = _surveyed(index, own, text, mended, limit, language) if own is not None else Survey()
    if least >= _ENOUGH_KNOWN:
        return seen
    others = [shard for shard in index.shards.values() if shard is not own]
    known = [shard.known(parts) for shard in others]
    if max(known, default=-1.0) <= least:
        return seen
    best = others[known.index(max(known))]
    other = _surveyed(index, best, text, mend(parts, index, best), limit, language)
    return Survey(best_of_each(seen.candidates + other.candidates)[:limit], graver(seen.danger, other.danger))


def explain(
    index: Index, text: str, label: str, *, language: str | None, limit: int = 8
) -> tuple[tuple[str, float], ...]:
    """Returns the words, letter pieces and concepts of `text` that told most for or against `label`, and how much."""
    shard = index.shards.get(language)
    parts = runs(shortened(clean(text)))
    if shard is None or label not in shard.labels or not parts:
        return ()
    mended, lexicon = mend(parts, index, shard), index.lexicon(language, shard)
    names = shard.names_of(mended, lexicon)
    rows, values = shard.stacked(shard.encode(mended, lexicon))
    told = values * shard.classifier.weights[rows, shard.labels.index(label)].astype(np.float64)
    best = np.argsort(-np.abs(told), kind="stable")[:limit]
    return tuple((names[int(rows[place])], float(told[place])) for place in best)


def alarm(index: Index, text: str, *, language: str | None) -> Danger | None:
    """Returns the danger that `text` may tell of in the shard of `language`, without ranking what else it means."""
    shard = index.shards.get(language)
    parts = runs(text)
    if shard is None or shard.net is None or not parts:
        return None
    seen = shard.encode(mend(parts, index, shard), index.lexicon(language, shard))
    return judge(shard.net, shard.labels, shard.classified(seen)[0])


def best_of_each(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Returns the best candidate of each label among `candidates`, best first."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate.label not in best or best[candidate.label].score < candidate.score:
            best[candidate.label] = candidate
    return tuple(sorted(best.values(), key=lambda c: (-c.score, c.label)))


def _surveyed(index: Index, shard: Shard, text: str, parts: Sequence[str], limit: int, language: str | None) -> Survey:
    vector = index.encode(text) if index.encode is not None and shard.over_vectors is not None else None
    views, known, joint = shard.views(shard.encode(parts, index.lexicon(language, shard), vector))
    danger = judge(shard.net, shard.labels, views[:, CLASSIFIER]) if shard.net is not None else None
    if not len(shard.ranked):
        return Survey((), danger)
    scores = confidences(shard.weights, doubted(views[None, shard.ranked], shard.outside, np.array([known]))[0], known)
    best = np.argsort(-scores, kind="stable")[:limit]
    candidates = tuple(
        Candidate(
            label=shard.labels[place],
            score=float(score),
            views=dict(zip(VIEW_NAMES, views[place].tolist(), strict=True)),
            nearest=_nearest(shard, int(place), joint),
        )
        for place, score in zip(shard.ranked[best], scores[best], strict=True)
    )
    return Survey(candidates, danger)


def _nearest(shard: Shard, place: int, joint: Floats) -> str:
    if place >= len(shard.first):
        return ""
    start = int(shard.first[place])
    end = int(shard.first[place + 1]) if place + 1 < len(shard.first) else len(joint)
    return shard.phrases[start + int(joint[start:end].argmax())]


def mend(parts: Sequence[str], index: Index, shard: Shard) -> tuple[str, ...]:
    """Returns `parts` with typing errors mended against the shard's words, commoner ones first.

    Only words that no shard and no document knows are touched, from four letters on: one error (a letter wrong,
    missing, too many or two swapped), from eight letters on two; and in long texts only the first such words.
    """
    left = _MOST_MENDED
    mended = []
    for part in parts:
        if left and len(part) >= _MENDABLE and part.isalpha() and part not in index.known_words:
            left -= 1
            part = _mended(part, shard)
        mended.append(part)
    return tuple(mended)


def _mended(word: str, shard: Shard) -> str:
    """Returns the word of the shard nearest to `word`; `word` itself where none is near enough."""
    errors = 1 if len(word) < _LONG_WORD else 2
    sizes = range(len(word) - errors, len(word) + errors + 1)
    near = [spelt for size in sizes for spelt in shard.spellings.get((word[0], size), ())]
    found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=errors)
    return str(found[0]) if found else word
