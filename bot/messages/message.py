"""What an interface sentence is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: its English `msgid`, the `plural` form if it counts something, a `comment` to translators."""

    msgid: str
    plural: str | None = None
    comment: str = ""
