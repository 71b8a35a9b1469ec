"""Reviews the distributions that the assistant runs on, without a network: `python scripts/audit_dependencies.py`.

Each must be pinned in constraints.txt to the version that is installed, come from a package index (no path, no
repository), and be under a licence that goes together with the EUPL 1.2. Whether a version has a known vulnerability or
was withdrawn only an index can tell: see docs/security.md for the command that asks one. Exits 1 on findings.
"""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "ballerup-bot"

_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+_-]+)")
_NO_LICENCE = "no licence is named"

# As packages write them, in small letters. Permissive ones may be part of a whole under the EUPL; those with duties of
# their own are on the list of compatible licences in its appendix, or are only linked to.
_COMPATIBLE = (
    *("mit", "bsd", "apache", "isc", "psf", "python software foundation", "python-2.0", "zlib", "unlicense", "0bsd"),
    *("cnri", "hpnd", "mpl", "mozilla public", "lgpl", "lesser general public", "eupl", "public domain", "cc0"),
)
_BY_WORDS = {  # of licences that are only given in full
    "redistribution and use in source and binary forms": "BSD",
    "permission is hereby granted, free of charge": "MIT",
}
_OR_LATER = re.compile(r"[ -]or[ -]later", re.IGNORECASE)
_JOINED = re.compile(r"\s+(?:and|or|with)\s+|[();,/]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a distribution."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


def pins(text: str) -> tuple[dict[str, str], list[Finding]]:
    """Returns the pinned version by canonical name, and what is wrong with the lines of a constraints file."""
    found: dict[str, str] = {}
    wrong = []
    for line in (line.split("#")[0].strip() for line in text.splitlines()):
        pin = _PIN.fullmatch(line)
        if not line:
            continue
        if pin is None:
            wrong.append(Finding(line, "is no pin: write name==version"))
            continue
        name = canonicalize_name(pin[1])
        if name in found:
            wrong.append(Finding(pin[1], "is pinned twice"))
        found[name] = pin[2]
    return found, wrong


def running_on(requirements: Iterable[str]) -> dict[str, Distribution]:
    """Returns the installed distributions that `requirements` bring with them, by canonical name.

    Raises PackageNotFoundError for one that is not installed.
    """
    found: dict[str, Distribution] = {}
    todo = [(Requirement(line), frozenset({""})) for line in requirements]
    while todo:
        wanted, extras = todo.pop()
        if wanted.marker is not None and not any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        name = canonicalize_name(wanted.name)
        if name in found and not wanted.extras:
            continue
        found[name] = distribution(wanted.name)
        brings = frozenset({"", *wanted.extras})
        todo += [(Requirement(line), brings) for line in found[name].requires or ()]
    return found


def licence(metadata: Mapping[str, str], classifiers: Iterable[str]) -> str:
    """Returns the licence a distribution names: as an expression, by classifier, or in words; "" for none."""
    expression = metadata.get("License-Expression") or ""
    by_class = " AND ".join(line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: OSI"))
    words = " ".join((metadata.get("License") or "").split())
    by_words = next((name for known, name in _BY_WORDS.items() if known in words.lower()), words[:80])
    return expression or by_class or by_words


def is_compatible(named: str) -> bool:
    """Returns whether every part of a licence's name is known to go together with the EUPL 1.2."""
    parts = [part.strip().lower() for part in _JOINED.split(_OR_LATER.sub("", named)) if part.strip()]
    return bool(parts) and all(any(known in part for known in _COMPATIBLE) for part in parts)


def review(found: Mapping[str, Distribution], pinned: Mapping[str, str]) -> Iterator[Finding]:
    """Yields what is wrong with the distributions, by name."""
    for name, one in sorted(found.items()):
        if name not in pinned:
            yield Finding(name, "is not pinned in constraints.txt")
        elif pinned[name] != one.version:
            yield Finding(name, f"is installed as {one.version}, pinned to {pinned[name]}")
        if one.read_text("direct_url.json") is not None:
            yield Finding(name, "was installed from a path or a repository, not from an index")
        named = licence(one.metadata, one.metadata.get_all("Classifier") or ())  # type: ignore[arg-type]
        if not is_compatible(named):
            yield Finding(name, f"licence: {named or _NO_LICENCE}")


def audit(root: Path) -> tuple[dict[str, Distribution], list[Finding]]:
    """Returns what the project in `root` runs on, and all findings."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned, wrong = pins((root / "constraints.txt").read_text(encoding="utf-8"))
    found = running_on(project["dependencies"])
    return found, [*wrong, *review(found, pinned)]


def main() -> int:
    """Prints every distribution with its version and licence, then the findings."""
    try:
        found, wrong = audit(ROOT)
    except PackageNotFoundError as error:
        sys.stderr.write(f"{error.name} is not installed\n")
        return 2
    for name, one in sorted(found.items()):
        named = licence(one.metadata, one.metadata.get_all("Classifier") or ())  # type: ignore[arg-type]
        sys.stdout.write(f"{name}  {one.version}  {named}\n")
    for finding in wrong:
        sys.stderr.write(f"{finding}\n")
    sys.stderr.write(f"{len(found)} distributions, {len(wrong)} findings\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
