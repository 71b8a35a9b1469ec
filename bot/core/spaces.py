"""Spaces of weighted features in which texts are compared: tf-idf with cosines, and BM25. Pure."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.core.grams import find, keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.grams import Bag, Keys

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_COMMON, _NEVER_COMMON = 0.04, 100  # share of the rows that makes a feature common; rows too few for it
_BM25_K1, _BM25_B = 1.2, 0.75  # Robertson and Zaragoza (2009), usual values


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features that are known, and how much each counts.

    `keys` are those of the features, ascending (see `bot.core.grams`): a feature's column is its place among them.
    `weight` is each feature's weight in a query, `unseen` that of a feature that is not known: it lengthens the query,
    so that unknown matter lowers every similarity. `norm` is 2 for cosines and 1 for BM25 shares; cosines take
    1 + ln(count) of a repeated feature.
    """

    keys: Keys
    weight: Floats
    unseen: float
    norm: int = 2

    def encode(self, features: Keys) -> tuple[Ints, Floats]:
        """Returns the columns of the known ones of a query's `features`, and their values in a query of length 1."""
        found, counts = np.unique(features, return_counts=True)
        columns, known = self.find(found)
        values = np.full(len(found), self.unseen)
        values[known] = self.weight[columns]
        if self.norm == 2:
            values *= 1.0 + np.log(counts)
        length = math.sqrt(values @ values) if self.norm == 2 else float(values.sum())
        return columns, values[known] / (length or 1.0)

    def find(self, features: Keys) -> tuple[Ints, NDArray[np.bool_]]:
        """Returns the columns of the known ones of `features`, and which these are."""
        return find(self.keys, features)


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Rows (phrases or documents) as weighted `features`, stored by feature."""

    features: Features
    starts: Ints
    rows: NDArray[np.unsignedinteger]
    values: NDArray[np.float32]
    size: int

    def similarity(self, encoded: tuple[Ints, Floats]) -> Floats:
        """Returns the similarity of an `encoded` query (see `Features.encode`) to every row, 0 to 1."""
        columns, weights = encoded
        if not len(columns):
            return np.zeros(self.size)
        starts = self.starts[columns]
        lengths = self.starts[columns + 1] - starts
        ends = np.cumsum(lengths)
        positions = np.arange(int(ends[-1])) + np.repeat(starts - (ends - lengths), lengths)
        values = self.values[positions] * np.repeat(weights, lengths)
        return np.bincount(self.rows[positions], values, minlength=self.size).astype(np.float64, copy=False)


def cosine_features(bag: Bag, plain: NDArray[np.bool_]) -> tuple[Features, Any]:
    """Returns the tf-idf features of a `bag`, and these as a sparse matrix with rows of length 1.

    There is a row for each of `plain`; only these make a feature common.
    """
    from scipy import sparse  # only building needs SciPy: it costs every start memory and time

    features, owner = bag
    columns, places = np.unique(features, return_inverse=True)
    pairs, times = np.unique(owner * max(1, len(columns)) + places, return_counts=True)
    rows_at, columns_at = np.divmod(pairs, max(1, len(columns)))
    df = np.maximum(1.0, np.bincount(columns_at[plain[rows_at]], minlength=len(columns)))
    size = 1 + int(plain.sum())
    weight = np.log(size / (1 + df)) + 1
    values = (1.0 + np.log(times)) * weight[columns_at]
    lengths = np.sqrt(np.bincount(rows_at, values**2, minlength=len(plain)))
    values = values / np.where(lengths, lengths, 1.0)[rows_at]
    matrix = sparse.csr_matrix((values, (rows_at, columns_at)), shape=(len(plain), len(columns)))
    return Features(columns, weight, math.log(size / 2) + 1), matrix


def only(features: Features, matrix: Any, some: NDArray[np.bool_]) -> tuple[Features, Any]:
    """Returns `features` and their `matrix` with `some` of the columns; a query takes the others for unknown ones."""
    return Features(features.keys[some], features.weight[some], features.unseen, features.norm), matrix[:, some]


def without_common(matrix: Any) -> Any:
    """Returns the sparse `matrix` without the features that stand in so many rows that they tell next to nothing.

    They would be most of the work of comparing.
    """
    from scipy import sparse  # see `cosine_features`

    most = max(_NEVER_COMMON, int(_COMMON * matrix.shape[0]))
    rare = np.bincount(matrix.indices, minlength=matrix.shape[1]) <= most
    return (matrix @ sparse.diags(rare.astype(np.float64))).tocsr()


def space(features: Features, matrix: Any) -> Space:
    """Returns the space whose rows are those of the sparse `matrix` over `features`."""
    by_feature = matrix.tocsc()
    by_feature.eliminate_zeros()
    by_feature.sort_indices()
    return Space(
        features=features,
        starts=by_feature.indptr.astype(np.int64),
        rows=by_feature.indices.astype(np.min_scalar_type(by_feature.shape[0])),
        values=by_feature.data.astype(np.float32),
        size=by_feature.shape[0],
    )


def bm25_space(texts: Sequence[tuple[int, Sequence[str]]], size: int) -> Space:
    """Returns the BM25 space (Robertson and Zaragoza 2009) of `texts`, each a row's number and words, with `size` rows.

    It is scaled so that a full match is 1.
    """
    from scipy import sparse  # see `cosine_features`

    rows: list[Counter[str]] = [Counter() for _ in range(size)]
    for number, words in texts:
        rows[number].update(words)
    frequency = Counter(word for row in rows for word in row)
    names = list(frequency)
    found = keys(names)
    columns = {names[place]: column for column, place in enumerate(np.argsort(found).tolist())}
    count = max(1, sum(bool(row) for row in rows))
    df = np.array([frequency[word] for word in columns], dtype=np.float64)
    weight = np.log(1 + (count - df + 0.5) / (df + 0.5))
    mean = max(1.0, sum(row.total() for row in rows) / count)
    triples = [
        (place, columns[word], tf / (tf + _BM25_K1 * (1 - _BM25_B + _BM25_B * row.total() / mean)))
        for place, row in enumerate(rows)
        for word, tf in row.items()
    ]
    at, places, values = tuple(np.array(side) for side in zip(*triples, strict=True)) or (np.zeros(0, np.int64),) * 3
    matrix = sparse.csr_matrix((values, (at, places)), shape=(size, len(columns)))
    return space(Features(np.sort(found), weight, math.log(1 + count + 0.5), norm=1), matrix)
