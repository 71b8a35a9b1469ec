"""Kernel ridge regression in closed form: the classifier, and its scores for phrases it did not see. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float32]  # exact enough: the penalty keeps the kernel far from singular
Ints = NDArray[np.int64]

_PENALTY = 0.3
_BALANCE = 0.5  # power of the class weights: 0 counts every phrase alike, 1 every label alike
_PART = 2500  # rows per exact solution, as its cost grows with the cube


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """The dual weights (rows x labels) and two sets of held-out scores (held-out rows x labels): of a classifier that
    never saw the row, and of one that never saw any row of its label."""

    dual: Floats
    without_phrase: Floats
    without_label: Floats

    def with_columns(self, other: Ridge, kept: Ints) -> Ridge:
        """Returns this one for the labels `kept` and `other` for the rest."""
        pairs = (
            (self.dual, other.dual),
            (self.without_phrase, other.without_phrase),
            (self.without_label, other.without_label),
        )
        keep = np.isin(np.arange(self.dual.shape[1]), kept)
        return Ridge(*(np.where(keep, mine, theirs) for mine, theirs in pairs))


def solve(
    kernel: Callable[[Ints, Ints], Floats], owner: Ints, labels: int, phrases: int, held: Ints, rows: Ints
) -> Ridge:
    """Returns the ridge trained on the `rows` alone; the other rows get the dual weight 0.

    `kernel` gives the similarities between rows, new values at every call, `owner` each row's label number, of
    `labels`; the first `phrases` rows are phrases, `held` are those to score. All in closed form: with G the inverse of
    the penalised kernel and a = G Y, leaving out the rows B turns a into a - G_.B inv(G_BB) a_B (Rifkin and Lippert
    2007, "Notes on regularized least squares"). More rows than _PART are solved in parts and averaged (Zhang, Duchi
    and Wainwright 2015).
    """
    targets = np.zeros((len(owner), labels), dtype=np.float32)
    targets[np.arange(len(owner)), owner] = 1.0
    ease = _ease(owner, phrases, rows)
    dual = np.zeros_like(targets)
    phrase, label = np.zeros((2, len(held), labels), dtype=np.float32)
    pieces = -(-len(rows) // _PART)
    for piece in range(pieces):
        own = rows[piece::pieces]
        square = kernel(own, own)
        across = square[held] if len(own) == len(owner) else kernel(held, own)
        square[np.diag_indices_from(square)] += ease[own]
        inverse = _inverse(square)
        part = inverse @ targets[own]
        dual[own] = part / pieces
        scores = across @ part
        mine, place = np.nonzero(held[:, None] == own[None, :])
        scores[mine] = targets[own[place]] - part[place] / np.diag(inverse)[place, None]
        phrase += scores / pieces
        for name in np.unique(owner[held]):
            block, asked = np.flatnonzero(owner[own] == name), np.flatnonzero(owner[held] == name)
            correction = np.linalg.solve(inverse[np.ix_(block, block)], part[block])
            label[asked] += across[asked] @ (part - inverse[:, block] @ correction) / pieces
    return Ridge(dual, phrase, label)


def _ease(owner: Ints, phrases: int, rows: Ints) -> Floats:
    """Returns each row's penalty: less for a label with few phrases among `rows`, so that it counts."""
    trained = owner[rows[rows < phrases]]
    sizes = np.maximum(np.bincount(trained, minlength=int(owner.max()) + 1), 1)
    result = _PENALTY * (sizes[owner] * (len(np.unique(owner[rows])) / max(1, len(trained)))) ** _BALANCE
    return result.astype(np.float32)


def _inverse(matrix: Floats) -> Floats:
    """Returns the inverse of a symmetric positive definite `matrix`, which is used up: these are the largest values."""
    from scipy import linalg  # only building needs SciPy: it costs every start memory and time

    factor, info = linalg.lapack.spotrf(matrix.T, lower=1, overwrite_a=1)
    lower, info2 = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    if info or info2:
        raise ValueError("the kernel of the phrases is not positive definite")
    inverse: Floats = np.tril(lower)
    inverse += np.tril(lower, -1).T
    return inverse
