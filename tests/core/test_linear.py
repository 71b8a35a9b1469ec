from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from bot.core.linear import ABSENT, UNKNOWN, stacked, train, train_one


def rows(*numbers: int) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.eye(4)[list(numbers)])


def test_every_label_finds_its_own_feature() -> None:
    owner = np.array([0, 1, 2, 0, 1, 2])
    found = train(rows(0, 1, 2, 0, 1, 2), owner, 3)
    for label in range(3):
        scores = found.scores(np.array([label]), np.array([1.0]))
        assert scores.argmax() == label
        assert scores[label] > 0 > np.delete(scores, label).max()
    assert (found.many(rows(0, 1, 2)).argmax(axis=1) == [0, 1, 2]).all()


@pytest.mark.parametrize(("owner", "labels"), [([0, 2], 3), ([1, 1], 2)])
def test_labels_without_a_row_are_never_likely(owner: list[int], labels: int) -> None:
    found = train(rows(0, 1), np.array(owner), labels)
    for label in set(range(labels)) - set(owner):
        assert found.bias[label] == ABSENT
    assert found.many(rows(0, 1)).argmax(axis=1).tolist() == owner


def test_training_again_gives_the_same() -> None:
    owner = np.array([0, 1, 2, 3])
    one, other = (train(rows(0, 1, 2, 3), owner, 4) for _ in range(2))
    assert (one.weights == other.weights).all()
    assert (one.bias == other.bias).all()


def test_one_label_against_the_rest() -> None:
    found = train_one(rows(0, 0, 1, 2), np.array([True, True, False, False]))
    assert found.many(rows(0, 1))[:, 0].tolist() == sorted(found.many(rows(0, 1))[:, 0], reverse=True)


def test_blocks_stand_side_by_side() -> None:
    assert stacked([rows(0, 1), rows(2, 3)]).shape == (2, 8)


def test_what_is_not_known_speaks_against_every_label_alike() -> None:
    found = train(rows(0, 0, 0, 1, 2), np.array([0, 0, 0, 1, 2]), 3)
    for known in (0.0, 0.5):
        nothing = found.scores(np.zeros(0, dtype=np.int64), np.zeros(0), known)
        assert nothing == pytest.approx(known * found.bias + (1 - known) * UNKNOWN)
        assert found.many(sparse.csr_matrix((1, 4)), np.array([known]))[0] == pytest.approx(nothing)
