"""Keeps what was learned from the knowledge on disk, so that a start takes a second and little memory.

Each language's shard is a file of its own: a change in one language leaves the others as they were learned. The arrays
stand beside what is pickled and are mapped into memory: only the parts that questions need are read.
"""

from __future__ import annotations

import copyreg
import hashlib
import mmap
import os
import pickle
import stat
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import structlog

from bot.service import brain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.core.index import Job, Shard, Spread
    from bot.core.model import Knowledge
    from bot.core.ranking import HeldOut
    from bot.service.brain import Learned

Value = TypeVar("Value")

_log = structlog.get_logger("memory")
_CORE, _CONTENT = (Path(__file__).parent.parent / name for name in ("core", "content"))
SHARDS = ("danger", "grams", "index", "lexicon", "linear", "ranking", "spaces", "text", "training")
"""The modules of the core on which depends what is learned of one language; a test compares them with the imports."""

_QUICK = ("answer", "crisis", "language", "language_tables", "markup", "questions", "staff_phrases", "word_patterns")
LEARNING = (*SHARDS, *_QUICK)
"""The modules of the core on which depends what is learned; a test compares them with what they import."""
_KEPT = 3
_ALIGNED = 64  # bytes: where an array in a file begins is a multiple of it


def _frozen(values: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(values)


copyreg.pickle(MappingProxyType, lambda frozen: (_frozen, (dict(frozen),)))  # what knowledge is made of


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is kept of `learned`: all but the shards, and the names of these."""

    learned: Learned
    shards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A shard with the confidences of its predictions for unseen phrases."""

    shard: Shard
    held_out: HeldOut


@dataclass(frozen=True, slots=True)
class Reading:
    """A knowledge base that was read without a fault, and its `fingerprint`, see `brain.fingerprint`."""

    knowledge: Knowledge
    fingerprint: str


def key(fingerprint: str) -> str:
    """Returns the name of what is learned from what has this `fingerprint` by this code on this Python and NumPy."""
    return _name(fingerprint, [*(_CORE / f"{name}.py" for name in LEARNING), Path(brain.__file__)])


def shard_key(fingerprint: str) -> str:
    """Returns the name of a language's shard built of a job with this `fingerprint`; other code may change freely."""
    return _name(fingerprint, [_CORE / f"{name}.py" for name in SHARDS])


def reading_key(version: str) -> str:
    """Returns the name of what is read from files of this `version` by this code; see `bot.content.version`."""
    return _name(version, sorted(path for folder in (_CORE, _CONTENT) for path in folder.glob("*.py")))


def _name(what: str, code: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{what} {sys.version_info[:2]} {np.__version__}".encode())
    for path in code:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def recall_reading(folder: Path, name: str) -> Reading | None:
    """Returns the reading kept in `folder` under `name`; None when it is not there or cannot be read."""
    return _read(folder / f"knowledge-{name}.pickle", Reading)


def keep_reading(folder: Path, name: str, reading: Reading) -> None:
    """Writes `reading` to `folder` under `name`, and drops older ones. Raises OSError."""
    _write(folder / f"knowledge-{name}.pickle", reading)
    for old in sorted(folder.glob("knowledge-*.pickle"), key=lambda found: found.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)


class Remembering:
    """A `bot.core.index.Spread` that takes from `folder` the shards built of the same before, and keeps new ones.

    `names` are those of the shards it gave last.
    """

    def __init__(self, folder: Path, spread: Spread) -> None:
        """Takes the folder, and what builds the shards that are not there."""
        self.names: tuple[str, ...] = ()
        self._folder = folder
        self._spread = spread

    def __call__(
        self, work: Callable[[Job], tuple[Shard, HeldOut]], jobs: Iterable[Job]
    ) -> Iterable[tuple[Shard, HeldOut]]:
        """Returns the shard of each of the `jobs`, in order. Raises OSError where one cannot be kept."""
        by_name = {shard_key(job.fingerprint()): job for job in jobs}
        self.names = tuple(by_name)
        found = {name: _read(_shard_path(self._folder, name), _Part) for name in by_name}
        lacking = [name for name, part in found.items() if part is None]
        lacking.sort(key=lambda name: -len(by_name[name].examples))  # the longest first: the last ones end together
        for name, built in zip(lacking, self._spread(work, [by_name[name] for name in lacking]), strict=True):
            found[name] = _Part(*built)
            _write(_shard_path(self._folder, name), found[name])
        return [(part.shard, part.held_out) for part in found.values() if part is not None]


def recall(folder: Path, name: str) -> Learned | None:
    """Returns what is kept in `folder` under `name`; None when it is not there or cannot be read.

    The folder must be writable by the operator alone, like the program itself: pickled values are code.
    """
    whole = _read(_path(folder, name), _Whole)
    if whole is None:
        return None
    shards = {}
    for shard in whole.shards:
        part = _read(_shard_path(folder, shard), _Part)
        if part is None:
            return None
        shards[part.shard.language] = part.shard
    return replace(whole.learned, index=replace(whole.learned.index, shards=shards))


def keep(folder: Path, name: str, learned: Learned, shards: Sequence[str]) -> None:
    """Writes `learned`, whose `shards` are kept under these names, to `folder` under `name`, and drops what is old.

    Raises OSError.
    """
    bare = replace(learned, index=replace(learned.index, shards={}, encode=None))
    _write(_path(folder, name), _Whole(bare, tuple(shards)))
    wholes = sorted(folder.glob("index-*.pickle"), key=lambda found: found.stat().st_mtime)
    for old in wholes[:-_KEPT]:
        old.unlink(missing_ok=True)
    kept = [_read(path, _Whole) for path in wholes[-_KEPT:]]
    named = {_shard_path(folder, shard) for whole in kept if whole is not None for shard in whole.shards}
    for path in set(folder.glob("shard-*.pickle")) - named:
        path.unlink(missing_ok=True)


def _read(path: Path, kind: type[Value]) -> Value | None:
    try:
        with path.open("rb") as file:
            _require_trusted(file.fileno())
            sizes = pickle.load(file)  # noqa: S301  # our own file, see `recall`
            begin = file.tell()
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        parts = [whole[at : at + size] for at, size in zip(_places(begin, sizes), sizes, strict=True)]
        kept = pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001  # a damaged file can raise anything; it is written anew
        _log.warning("kept index not readable", path=str(path), error=type(error).__name__)
        return None
    return kept if isinstance(kept, kind) else None


def _require_trusted(file: int) -> None:
    """Raises PermissionError for a file that somebody else may have written: to read it would be to run it."""
    found = os.fstat(file)
    if found.st_uid not in {os.geteuid(), 0} or found.st_mode & stat.S_IWOTH:
        raise PermissionError


def _write(path: Path, value: object) -> None:
    """Writes `value` in one step: another process sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{id(value)}")
    try:
        arrays: list[pickle.PickleBuffer] = []
        bare = pickle.dumps(value, protocol=5, buffer_callback=arrays.append)
        parts = [memoryview(bare), *(array.raw() for array in arrays)]
        sizes = [part.nbytes for part in parts]
        with fresh.open("wb") as file:
            pickle.dump(sizes, file)
            for at, part in zip(_places(file.tell(), sizes), parts, strict=True):
                file.seek(at)
                file.write(part)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _places(begin: int, sizes: Sequence[int]) -> list[int]:
    """Returns where parts of these `sizes` stand in a file, the first one at `begin`."""
    places = [begin]
    for size in sizes[:-1]:
        places.append(-(-(places[-1] + size) // _ALIGNED) * _ALIGNED)
    return places


def _path(folder: Path, name: str) -> Path:
    return folder / f"index-{name}.pickle"


def _shard_path(folder: Path, name: str) -> Path:
    return folder / f"shard-{name}.pickle"
