"""Keeps what was learned from the knowledge on disk, so that a start takes a second and little memory."""

from __future__ import annotations

import hashlib
import pickle
import sys
from pathlib import Path

import numpy as np
import structlog

from bot.service import brain
from bot.service.brain import Learned

_log = structlog.get_logger("memory")
_CORE = Path(__file__).parent.parent / "core"
_KEPT = 3


def key(version: str) -> str:
    """Returns the name of what is learned from knowledge of `version` by this code on this Python and NumPy."""
    digest = hashlib.sha256(f"{version} {sys.version_info[:2]} {np.__version__}".encode())
    for path in [*sorted(_CORE.glob("*.py")), Path(brain.__file__)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def recall(folder: Path, name: str) -> Learned | None:
    """Returns what is kept in `folder` under `name`; None when it is not there or cannot be read.

    The folder must be writable by the operator alone, like the program itself: pickled values are code.
    """
    path = _path(folder, name)
    try:
        with path.open("rb") as file:
            kept = pickle.load(file)  # noqa: S301  # our own file, see above
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001  # a damaged file can raise anything; it is written anew
        _log.warning("kept index not readable", path=str(path), error=type(error).__name__)
        return None
    return kept if isinstance(kept, Learned) else None


def keep(folder: Path, name: str, learned: Learned) -> None:
    """Writes `learned` to `folder` under `name` in one step, and drops older ones. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = _path(folder, name)
    fresh = path.with_suffix(f".{id(learned)}")
    with fresh.open("wb") as file:
        pickle.dump(learned, file, protocol=pickle.HIGHEST_PROTOCOL)
    fresh.replace(path)
    for old in sorted(folder.glob("index-*.pickle"), key=lambda found: found.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)


def _path(folder: Path, name: str) -> Path:
    return folder / f"index-{name}.pickle"
