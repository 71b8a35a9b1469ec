"""The second net under the crisis rules: learned from examples, for danger told indirectly. Pure.

Messages of people in danger are trained under the labels "@crisis:<entry>", harmless ones that look like danger under
"@harmless", beside all other phrases. A logistic regression over the classifier's scores says how likely a message
tells of danger. It is fitted on predictions for phrases the classifier did not see, and so are the two thresholds: a
share of the other phrases that may be taken for danger at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CRISIS = "@crisis:"
HARMLESS = "@harmless"

# Most of the plain phrases and of the look-alikes that may alarm. Look-alikes are collected for being hard: one stands
# for far fewer real messages than a plain phrase does.
_URGENT = (0.005, 0.04)
_DOUBTFUL = (0.015, 0.15)
_LEAST_URGENT, _LEAST_DOUBTFUL = 0.5, 0.3  # chances below which examples of danger are too few to believe
_TRUST = 0.1  # precision of the normal prior of each weight
_LEAST = -2.0  # a score below which it makes no difference how far
_FAR = 30.0  # log odds beyond which nothing changes
_STEPS, _SMALL = 30, 1e-4  # of Newton's method: steps at most, the smallest that counts


@dataclass(frozen=True, slots=True)
class Danger:
    """What the net found: the likelier `entry` to send, the `chance` (0 to 1) of danger, and if that is `urgent`:
    enough to send the entry at once. Where it is not, the entry is to be offered."""

    entry: str
    chance: float
    urgent: bool


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """The fitted net of a shard: numbers of its labels by group, a weight a signal (see `_signals`), thresholds."""

    crisis: Ints
    harmless: Ints
    leads: Ints  # entries that danger leads to: their own phrases are questions about danger, or danger
    others: Ints
    weights: Floats
    urgent: float
    doubtful: float


def plain_labels(labels: Sequence[str]) -> Ints:
    """Returns the numbers of the `labels` that are ranked: all but the net's."""
    return np.array([n for n, label in enumerate(labels) if not is_of_net(label)], dtype=np.int64)


def weave(labels: Sequence[str], scores: Floats, owner: Ints, near: Collection[str] = ()) -> Net | None:
    """Returns the net fitted on held-out predictions, None without phrases of danger and others to tell from them.

    `scores` (phrases x labels) come from a classifier without the phrase, `owner` is each phrase's label's number.
    Phrases of the labels `near` danger (the police, a doctor at night) are no sign that a message is harmless.
    """
    net = _groups(labels, near)
    crisis, harmless = np.isin(owner, net.crisis), np.isin(owner, net.harmless)
    plain = np.isin(owner, net.others)
    if not crisis.any() or not plain.any():
        return None
    signals = _signals(net, scores)
    counted = crisis | harmless | plain
    weights = _fit(signals[counted], crisis[counted])
    chances = _chances(weights, signals)

    def limit(allowed: tuple[float, float], least: float) -> float:
        groups = ((chances[plain], allowed[0]), (chances[harmless], allowed[1]))
        return max(least, *(_exceeded_by(group, share) for group, share in groups))

    return Net(
        net.crisis,
        net.harmless,
        net.leads,
        net.others,
        weights=weights,
        urgent=limit(_URGENT, _LEAST_URGENT),
        doubtful=limit(_DOUBTFUL, _LEAST_DOUBTFUL),
    )


def judge(net: Net, labels: Sequence[str], scores: Floats) -> Danger | None:
    """Returns the danger that a message with these classifier `scores` (one a label) may tell of, or None."""
    signals = _signals(net, scores[None])
    chance = float(_chances(net.weights, signals)[0])
    if chance <= net.doubtful:
        return None
    label = labels[int(net.crisis[scores[net.crisis].argmax()])]
    return Danger(label.removeprefix(CRISIS), chance, chance > net.urgent)


def graver(first: Danger | None, second: Danger | None) -> Danger | None:
    """Returns the likelier of two dangers."""
    if first is None or second is None:
        return first or second
    return max(first, second, key=lambda danger: (danger.urgent, danger.chance))


def is_of_net(label: str) -> bool:
    """True for the labels of danger and its look-alikes."""
    return label == HARMLESS or label.startswith(CRISIS)


def _groups(labels: Sequence[str], near: Collection[str]) -> Net:
    leads = {label.removeprefix(CRISIS) for label in labels if label.startswith(CRISIS)} | set(near)

    def numbers(chosen: Sequence[bool]) -> Ints:
        return np.flatnonzero(np.array(chosen, dtype=bool))

    return Net(
        crisis=numbers([label.startswith(CRISIS) for label in labels]),
        harmless=numbers([label == HARMLESS for label in labels]),
        leads=numbers([label in leads for label in labels]),
        others=numbers([not is_of_net(label) and label not in leads for label in labels]),
        weights=np.zeros(0),
        urgent=1.0,
        doubtful=1.0,
    )


def _signals(net: Net, scores: Floats) -> Floats:
    """Returns what is looked at, phrases x signals: 1, and the classifier's best score for danger, for look-alikes, for
    any other label and for the entries of danger."""
    return np.stack(
        [
            np.ones(len(scores)),
            scores[:, net.crisis].max(axis=1, initial=_LEAST),
            scores[:, net.harmless].max(axis=1, initial=_LEAST),
            scores[:, net.others].max(axis=1, initial=_LEAST),
            scores[:, net.leads].max(axis=1, initial=_LEAST),
        ],
        axis=1,
    )


def _chances(weights: Floats, signals: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(signals @ weights, -_FAR, _FAR)))
    return result


def _exceeded_by(chances: Floats, share: float) -> float:
    """Returns the chance that at most `share` of `chances` exceed; 0 when there are none."""
    if not len(chances):
        return 0.0
    return float(np.sort(chances)[::-1][int(share * len(chances))])


def _fit(signals: Floats, danger: NDArray[np.bool_]) -> Floats:
    """Returns the logistic regression's weights by Newton steps, halved until they help, with a normal prior at 0."""
    sign = 1.0 - 2.0 * danger

    def loss(weights: Floats) -> float:
        return float(np.logaddexp(0, sign * (signals @ weights)).sum() + _TRUST * (weights @ weights) / 2)

    weights = np.zeros(signals.shape[1])
    best = loss(weights)
    for _ in range(_STEPS):
        chance = _chances(weights, signals)
        gradient = signals.T @ (danger - chance) - _TRUST * weights
        curvature = (signals * (chance * (1 - chance))[:, None]).T @ signals
        step = np.linalg.solve(curvature + _TRUST * np.eye(len(weights)), gradient)
        while np.abs(step).max() > _SMALL and loss(weights + step) >= best:
            step /= 2
        if np.abs(step).max() <= _SMALL:
            break
        weights, best = weights + step, loss(weights + step)
    return weights
