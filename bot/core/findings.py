"""What an examination of the installation found: a condition, how it is, and how to mend it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a condition is."""

    OK = "ok"
    WARN = "warn"  # it works, and should be mended
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition: its `name`, how it is, what was seen, and for what is not well what to do. No secrets."""

    name: str
    mark: Mark
    seen: str
    remedy: str = ""


def ok(name: str, seen: str) -> Finding:
    """Returns that all is well."""
    return Finding(name, Mark.OK, seen)


def warn(name: str, seen: str, remedy: str) -> Finding:
    """Returns that something works and should be mended all the same."""
    return Finding(name, Mark.WARN, seen, remedy)


def fail(name: str, seen: str, remedy: str) -> Finding:
    """Returns that something does not work."""
    return Finding(name, Mark.FAIL, seen, remedy)
