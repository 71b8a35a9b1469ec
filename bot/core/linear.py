"""The linear classifier over tf-idf features: one support vector machine a label against the rest. Pure.

Trained by scikit-learn's LinearSVC (Fan and others 2008, "LIBLINEAR"), kept as plain arrays: a question costs a look at
its own features' weights, whatever the number of phrases.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Halves = NDArray[np.float16]
Ints = NDArray[np.int64]

_COST = 2.0  # of a phrase on the wrong side, as against simple weights
_TOLERANCE = 0.1  # LIBLINEAR's own default; a finer one changes no figure
_SEED = 0
_UNSHIFTED = 2.0**112  # makes good the difference of the exponents, see `_shifted`
_SIGN_AND_REST = np.int32(0x0FFFE000 - (1 << 31))


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """`weights` (features x labels, in half precision) and `bias` (a label); a label without phrases is `absent`."""

    weights: Halves
    bias: Floats

    def scores(self, columns: Ints, values: Floats, known: float = 1.0) -> Floats:
        """Returns one score a label for a text with the features `columns` of these `values`.

        `known` is their length as against that of all the text's features, 0 to 1. What is not known speaks against
        every label alike, see `UNKNOWN`. Bare biases would let it speak for the labels with the most phrases.
        """
        large = (values * _UNSHIFTED).astype(np.float32)
        told = large @ _shifted(self.weights.take(columns, axis=0))
        result: Floats = told + known * self.bias + (1 - known) * UNKNOWN
        return result

    def many(self, rows: Any, known: Floats | None = None) -> Floats:
        """Returns the scores, rows x labels, of a matrix of `rows`, each `known` so far; all of them where None."""
        result: Floats = rows @ self.weights.astype(np.float64) + self.bias
        return result if known is None else result - (1 - known[:, None]) * (self.bias - UNKNOWN)


UNKNOWN = -1.0
"""The score of every label for a text of which nothing is known: the machines' aim for what is not theirs."""


def _shifted(halves: Halves) -> NDArray[np.float32]:
    """Returns finite `halves` divided by `_UNSHIFTED`, in single precision: the same bits at their places there, which
    is ten times as fast as NumPy's conversion."""
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= _SIGN_AND_REST
    return bits.view(np.float32)


ABSENT = -30.0
"""The score of a label that had no phrase to learn from: never likely."""


def train(rows: Any, owner: Ints, labels: int) -> Linear:
    """Returns the classifier of the sparse matrix `rows`, each of the label numbered in `owner`, out of `labels`."""
    from sklearn.exceptions import ConvergenceWarning  # only building needs it: it costs a start time and memory
    from sklearn.svm import LinearSVC

    present = np.unique(owner)
    weights = np.zeros((rows.shape[1], labels), dtype=np.float16)
    bias = np.full(labels, ABSENT)
    if len(present) == 1:
        bias[present] = 0.0
        return Linear(weights, bias)
    machine = LinearSVC(C=_COST, tol=_TOLERANCE, random_state=_SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a little short of the tolerance serves as well
        machine.fit(rows, owner)
    found, start = machine.coef_, machine.intercept_
    if len(present) == 2:  # one machine tells two labels apart
        found, start = np.concatenate([-found, found]), np.concatenate([-start, start])
    weights[:, present], bias[present] = found.T, start
    return Linear(weights, bias)


def train_one(rows: Any, mine: NDArray[np.bool_]) -> Linear:
    """Returns the classifier of one label, whose rows are `mine`, against all other `rows`."""
    both = train(rows, mine.astype(np.int64), 2)
    return Linear(both.weights[:, 1:], both.bias[1:])


def stacked(parts: Sequence[Any]) -> Any:
    """Returns sparse matrices of the same rows side by side."""
    from scipy import sparse

    return sparse.hstack(parts).tocsr()
