from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bot.core import ridge as ridge_module
from bot.core.ridge import Floats, Ints, Ridge, solve

OWNER = np.array([0, 0, 0, 1, 1, 2, 2, 2, 1])
PHRASES, LABELS = 8, 3
HELD = np.arange(PHRASES)
EVERYTHING = np.arange(len(OWNER))


def similar(rows: Ints, columns: Ints) -> Floats:
    """A kernel: points on a line, those of a label near one another."""
    points = OWNER * 2.0 + np.arange(len(OWNER)) / 10
    result: Floats = np.exp(-((points[rows][:, None] - points[columns][None, :]) ** 2))
    return result


def solved(rows: Ints) -> Ridge:
    return solve(similar, OWNER, LABELS, PHRASES, HELD, rows)


def test_the_own_label_scores_best_also_unseen() -> None:
    ridge = solved(EVERYTHING)
    assert (similar(HELD, EVERYTHING) @ ridge.dual).argmax(axis=1).tolist() == OWNER[HELD].tolist()
    assert ridge.without_phrase.argmax(axis=1).tolist() == OWNER[HELD].tolist()
    own = ridge.without_label[HELD, OWNER[HELD]]
    assert np.all(own < ridge.without_phrase[HELD, OWNER[HELD]])


@pytest.mark.parametrize("label", range(LABELS))
def test_rows_left_out_are_as_if_they_were_not_there(label: int) -> None:
    rows = np.flatnonzero(label != OWNER)
    ridge = solved(rows)
    assert np.all(ridge.dual[label == OWNER] == 0)
    assert np.all(ridge.dual[:, label] == 0)
    left = HELD[OWNER[HELD] == label]
    assert_allclose(ridge.without_phrase[left], similar(left, EVERYTHING) @ ridge.dual, atol=1e-9)
    assert_allclose(ridge.without_label[left], ridge.without_phrase[left], atol=1e-9)


def test_columns_of_two_are_put_together() -> None:
    first, second = solved(np.flatnonzero(OWNER != 2)), solved(EVERYTHING)
    both = first.with_columns(second, np.array([0, 1]))
    for name in ("dual", "without_phrase", "without_label"):
        assert_allclose(getattr(both, name)[:, :2], getattr(first, name)[:, :2])
        assert_allclose(getattr(both, name)[:, 2], getattr(second, name)[:, 2])


def test_parts_are_averaged(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = solved(EVERYTHING)
    monkeypatch.setattr(ridge_module, "_PART", 5)
    parts = solved(EVERYTHING)
    assert not np.allclose(parts.dual, whole.dual)
    assert parts.without_phrase.argmax(axis=1).tolist() == OWNER[HELD].tolist()


def test_a_kernel_that_is_none_is_refused() -> None:
    def wrong(rows: Ints, columns: Ints) -> Floats:
        return -similar(rows, columns)

    with pytest.raises(ValueError, match="not positive definite"):
        solve(wrong, OWNER, LABELS, PHRASES, HELD, EVERYTHING)
