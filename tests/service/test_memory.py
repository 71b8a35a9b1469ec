"""What was learned is kept on disk; a damaged file counts as missing."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from bot.service import identify, memory

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGED = [
    pytest.param(lambda _: b"", id="empty"),
    pytest.param(lambda whole: whole[: len(whole) // 2 // 4 * 4], id="half of it"),
    pytest.param(lambda whole: whole[:-1], id="the last byte is gone"),
    pytest.param(lambda _: b"PK\x03\x04 no archive", id="something else"),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    identify.keep(folder)
    return folder


def test_kept_languages_are_recalled(kept: Path) -> None:
    recalled = identify.recall(kept)
    assert recalled is not None
    chances = recalled("How do I get a tax card, and where is the town hall?")
    assert max(chances, key=lambda code: chances[code]) == "en"


@pytest.mark.parametrize("ending", ["npz", "states"])
@pytest.mark.parametrize("damage", _DAMAGED)
def test_damaged_languages_count_as_missing(kept: Path, tmp_path: Path, ending: str, damage: object) -> None:
    assert callable(damage)
    for path in kept.iterdir():
        whole = path.read_bytes()
        (tmp_path / path.name).write_bytes(damage(whole) if path.suffix == f".{ending}" else whole)
    assert identify.recall(tmp_path) is None


def test_missing_files_count_as_missing(tmp_path: Path) -> None:
    assert identify.recall(tmp_path) is None
    assert memory.recall(tmp_path, "a") is None


class Broken:
    """Raises when it is unpickled."""

    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def __reduce__(self) -> tuple[object, ...]:
        return _throw, (self.error,)


def _throw(error: type[Exception]) -> None:
    raise error


@pytest.mark.parametrize("error", [ValueError, KeyError, IndexError, TypeError, EOFError, AttributeError])
def test_a_damaged_index_counts_as_missing(tmp_path: Path, error: type[Exception]) -> None:
    (tmp_path / "index-a.pickle").write_bytes(pickle.dumps(Broken(error)))
    assert memory.recall(tmp_path, "a") is None


@pytest.mark.parametrize("content", [b"", b"\x80", b"\x80\x05K", b"nonsense", pickle.dumps("no index")])
def test_an_index_that_is_no_index_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index-a.pickle").write_bytes(content)
    assert memory.recall(tmp_path, "a") is None
