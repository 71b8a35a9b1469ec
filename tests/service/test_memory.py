"""What was learned is kept on disk; a damaged file counts as missing."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.core.answer import Thresholds
from bot.core.crisis import compile_rules
from bot.core.index import Example, build
from bot.core.language import Vocabulary
from bot.core.ranking import rank
from bot.service import brain, identify, memory
from bot.service.brain import Learned
from tests.factories import make_knowledge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.core.index import Job, Shard, Spread
    from bot.core.ranking import HeldOut

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


EXAMPLES = [
    Example(f"{word} {label} {language}", label, language)
    for language in ("en", "da")
    for label in ("tax", "rent", "bus")
    for word in ("pay", "late", "ask", "card", "who", "home")
]


def learned(spread: Spread) -> Learned:
    index = build(EXAMPLES, spread=spread)
    return Learned(index, {None: Thresholds()}, Vocabulary.learned({"en": ["pay tax"]}), compile_rules({}))


def test_what_is_kept_is_recalled_with_its_shards(tmp_path: Path) -> None:
    shards = memory.Remembering(tmp_path, map)
    whole = learned(shards)
    memory.keep(tmp_path, "a", whole, shards.names)
    recalled = memory.recall(tmp_path, "a")
    assert recalled is not None
    assert list(recalled.index.shards) == ["da", "en"]
    assert rank(recalled.index, "late tax", language="en") == rank(whole.index, "late tax", language="en")


def test_only_the_language_that_changed_is_learned_again(tmp_path: Path) -> None:
    asked: list[str | None] = []

    def spread(work: Callable[[Job], tuple[Shard, HeldOut]], jobs: Iterable[Job]) -> Iterable[tuple[Shard, HeldOut]]:
        todo = list(jobs)
        asked.extend(job.language for job in todo)
        return map(work, todo)

    shards = memory.Remembering(tmp_path, spread)
    build(EXAMPLES, spread=shards)
    first = shards.names
    build([*EXAMPLES, Example("skat i år", "tax", "da")], spread=shards)
    assert asked == ["da", "en", "da"]
    assert (shards.names[0] != first[0], shards.names[1] == first[1]) == (True, True)


def test_a_whole_without_one_of_its_shards_counts_as_missing(tmp_path: Path) -> None:
    shards = memory.Remembering(tmp_path, map)
    memory.keep(tmp_path, "a", learned(shards), shards.names)
    (tmp_path / f"shard-{shards.names[0]}.pickle").unlink()
    assert memory.recall(tmp_path, "a") is None


def test_the_arrays_of_a_shard_are_not_read_but_mapped(tmp_path: Path) -> None:
    shards = memory.Remembering(tmp_path, map)
    memory.keep(tmp_path, "a", learned(shards), shards.names)
    recalled = memory.recall(tmp_path, "a")
    assert recalled is not None
    weights = recalled.index.shards["en"].classifier.weights
    assert (weights.flags.owndata, weights.flags.writeable) == (False, False)
    assert weights.ctypes.data % 64 == 0


def test_a_shard_that_is_cut_off_counts_as_missing(tmp_path: Path) -> None:
    shards = memory.Remembering(tmp_path, map)
    memory.keep(tmp_path, "a", learned(shards), shards.names)
    path = tmp_path / f"shard-{shards.names[0]}.pickle"
    path.write_bytes(path.read_bytes()[:-1])
    assert memory.recall(tmp_path, "a") is None


def test_the_language_with_most_phrases_is_learned_first(tmp_path: Path) -> None:
    asked: list[str | None] = []

    def spread(work: Callable[[Job], tuple[Shard, HeldOut]], jobs: Iterable[Job]) -> Iterable[tuple[Shard, HeldOut]]:
        todo = list(jobs)
        asked.extend(job.language for job in todo)
        return map(work, todo)

    index = build([*EXAMPLES, Example("one more", "tax", "en")], spread=memory.Remembering(tmp_path, spread))
    assert (asked, list(index.shards)) == (["en", "da"], ["da", "en"])


def test_shards_that_nothing_kept_needs_are_dropped(tmp_path: Path) -> None:
    shards = memory.Remembering(tmp_path, map)
    whole = learned(shards)
    (tmp_path / "shard-old.pickle").write_bytes(b"")
    memory.keep(tmp_path, "a", whole, shards.names)
    assert {path.name for path in tmp_path.glob("shard-*")} == {f"shard-{name}.pickle" for name in shards.names}


def test_a_reading_is_recalled_as_it_was(tmp_path: Path) -> None:
    reading = memory.Reading(make_knowledge(), "abc")
    memory.keep_reading(tmp_path, "a", reading)
    assert memory.recall_reading(tmp_path, "a") == reading
    assert memory.recall_reading(tmp_path, "b") is None


def test_a_damaged_reading_counts_as_missing(tmp_path: Path) -> None:
    memory.keep_reading(tmp_path, "a", memory.Reading(make_knowledge(), "abc"))
    path = tmp_path / "knowledge-a.pickle"
    path.write_bytes(path.read_bytes()[:-9])
    assert memory.recall_reading(tmp_path, "a") is None


def _imported(path: Path) -> set[str]:
    """The modules of the core that a module imports when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing and (node.module or "").startswith("bot.core"):
            inside = (node.module or "").removeprefix("bot.core").lstrip(".")
            found |= {inside} if inside else {alias.name for alias in node.names}
    return found


def _reached(waiting: set[str]) -> set[str]:
    """The modules of the core that `waiting` and what they import come to, without the frozen values."""
    core = Path(memory.__file__).parents[1] / "core"
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= _imported(core / f"{name}.py") - reached
    return reached - {"model"}  # what is in them is in the fingerprint


def test_what_is_learned_depends_on_the_modules_that_are_named() -> None:
    assert _reached(_imported(Path(brain.__file__))) == set(memory.LEARNING)


def test_a_shard_depends_on_the_modules_that_are_named() -> None:
    assert _reached({"index", "training"}) == set(memory.SHARDS)
