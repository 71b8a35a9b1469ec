"""A library's view of a text's language: py3langid's own model, cut to the languages that are told apart."""

from __future__ import annotations

import hashlib
import mmap
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import structlog
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.core.language import CODES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.core.language import Identify

_log = structlog.get_logger("memory")
_NORWEGIAN = frozenset({"no", "nn"})  # the library's codes; here one language, nb
_LIBRARY = "py3langid"


def make_identify() -> Identify:
    """Returns a function: text -> probability by language code. Unpacks the library's model, which takes a while."""
    return _identify(_cut())


def recall(folder: Path) -> Identify | None:
    """Returns the function from what `keep` wrote to `folder`; None when that is missing or damaged.

    The largest table is mapped into memory: only the parts that are used are read.
    """
    tables, states = _paths(folder)
    try:
        with tables.open("rb") as archive, states.open("rb") as file, np.load(archive, allow_pickle=False) as kept:
            table = memoryview(mmap.mmap(file.fileno(), int(kept["size"]), access=mmap.ACCESS_READ)).cast("I")
            identifier = LanguageIdentifier(
                kept["chances"],
                kept["priors"],
                kept["codes"].tolist(),
                table,
                kept["features"].tolist(),
                norm_probs=True,
                tk_row=kept["rows"].tolist(),
            )
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001  # a damaged file can raise anything; it is written anew
        _log.warning("kept languages not readable", path=str(tables), error=type(error).__name__)
        return None
    return _identify(identifier)


def keep(folder: Path) -> None:
    """Writes the cut model to `folder`. Raises OSError."""
    identifier = _cut()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tables, states = _paths(folder)
    fresh_tables, fresh_states = (path.with_name(f"{path.name}.{id(identifier)}") for path in (tables, states))
    states_kept = np.array(identifier.tk_nextmove, dtype=np.uint32).tobytes()
    with fresh_tables.open("wb") as file:
        np.savez(
            file,
            size=np.array(len(states_kept)),
            chances=identifier.nb_ptc,
            priors=identifier.nb_pc,
            codes=np.array(identifier.nb_classes),
            features=np.array(identifier.tk_output),
            rows=np.array(identifier.tk_row),
        )
    fresh_states.write_bytes(states_kept)
    fresh_states.replace(states)
    fresh_tables.replace(tables)


def _paths(folder: Path) -> tuple[Path, Path]:
    name = hashlib.sha256(f"{version(_LIBRARY)} {sorted(CODES)}".encode()).hexdigest()[:16]
    return folder / f"languages-{name}.npz", folder / f"languages-{name}.states"


def _cut() -> LanguageIdentifier:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    wanted = CODES | _NORWEGIAN
    whole.set_languages([code for code in dict.fromkeys(whole.nb_classes) if code in wanted])
    return LanguageIdentifier(
        whole.nb_ptc.copy(),
        whole.nb_pc.copy(),
        whole.nb_classes,
        whole.tk_nextmove,
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )


def _identify(identifier: LanguageIdentifier) -> Identify:
    def identify(text: str) -> Mapping[str, float]:
        chances: dict[str, float] = {}
        for code, chance in identifier.rank(text):
            name = "nb" if code in _NORWEGIAN else code
            chances[name] = chances.get(name, 0.0) + float(chance)
        return chances

    return identify
