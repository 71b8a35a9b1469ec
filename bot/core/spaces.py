"""Spaces of weighted features in which texts are compared: tf-idf with cosines, and BM25. Pure."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_COMMON, _NEVER_COMMON = 0.04, 100  # share of the rows that makes a feature common; rows too few for it
_BM25_K1, _BM25_B = 1.2, 0.75  # Robertson and Zaragoza (2009), usual values


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features that are known, and how much each counts.

    `columns` numbers the features; `weight` is each feature's weight in a query, `unseen` that of a feature that is
    not known: it lengthens the query, so that unknown matter lowers every similarity. `norm` is 2 for cosines and 1
    for BM25 shares; cosines take 1 + ln(count) of a repeated feature.
    """

    columns: Mapping[str, int]
    weight: Floats
    unseen: float
    norm: int = 2

    def encode(self, features: Iterable[str]) -> tuple[Ints, Floats]:
        """Returns the columns of the known ones of a query's `features`, and their values in a query of length 1."""
        columns: list[int] = []
        values: list[float] = []
        length = 0.0
        for feature, count in Counter(features).items():
            column = self.columns.get(feature)
            tf = 1.0 if count == 1 or self.norm == 1 else 1.0 + math.log(count)
            value = tf * (self.unseen if column is None else float(self.weight[column]))
            length += value * value if self.norm == 2 else value
            if column is not None:
                columns.append(column)
                values.append(value)
        length = math.sqrt(length) if self.norm == 2 else length
        return np.asarray(columns, dtype=np.int64), np.asarray(values) / (length or 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Rows (phrases or documents) as weighted `features`, stored by feature."""

    features: Features
    starts: Ints
    rows: NDArray[np.int32]
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


def cosine_features(rows: Sequence[Sequence[str]], plain: NDArray[np.bool_]) -> tuple[Features, Any]:
    """Returns the tf-idf features of `rows`, and these as a sparse matrix with rows of length 1.

    Only `plain` rows make a feature common.
    """
    from scipy import sparse  # only building needs SciPy: it costs every start memory and time

    found: dict[str, int] = {}
    flat = np.array([found.setdefault(feature, len(found)) for row in rows for feature in row], dtype=np.int64)
    columns = {feature: place for place, feature in enumerate(sorted(found))}
    places = np.array([columns[feature] for feature in found], dtype=np.int64)[flat]
    keys, times = np.unique(
        np.repeat(np.arange(len(rows)), [len(row) for row in rows]) * max(1, len(columns)) + places,
        return_counts=True,
    )
    rows_at, columns_at = np.divmod(keys, max(1, len(columns)))
    df = np.maximum(1.0, np.bincount(columns_at[plain[rows_at]], minlength=len(columns)))
    size = 1 + int(plain.sum())
    weight = np.log(size / (1 + df)) + 1
    values = (1.0 + np.log(times)) * weight[columns_at]
    lengths = np.sqrt(np.bincount(rows_at, values**2, minlength=len(rows)))
    values = values / np.where(lengths, lengths, 1.0)[rows_at]
    matrix = sparse.csr_matrix((values, (rows_at, columns_at)), shape=(len(rows), len(columns)))
    return Features(columns, weight, math.log(size / 2) + 1), matrix


def only(features: Features, matrix: Any, some: NDArray[np.bool_]) -> tuple[Features, Any]:
    """Returns `features` and their `matrix` with `some` of the columns; a query takes the others for unknown ones."""
    place = np.cumsum(some) - 1
    columns = {feature: int(place[column]) for feature, column in features.columns.items() if some[column]}
    return Features(columns, features.weight[some], features.unseen, features.norm), matrix[:, some]


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
        rows=by_feature.indices.astype(np.int32),
        values=by_feature.data.astype(np.float32),
        size=by_feature.shape[0],
    )


def bm25_space(texts: Iterable[tuple[int, Sequence[str]]], size: int) -> Space:
    """Returns the BM25 space (Robertson and Zaragoza 2009) of `texts`, each a row's number and words, with `size` rows.

    It is scaled so that a full match is 1.
    """
    from scipy import sparse  # see `cosine_features`

    rows: list[Counter[str]] = [Counter() for _ in range(size)]
    for number, words in texts:
        rows[number].update(words)
    frequency = Counter(word for row in rows for word in row)
    columns = {word: place for place, word in enumerate(sorted(frequency))}
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
    return space(Features(columns, weight, math.log(1 + count + 0.5), norm=1), matrix)
