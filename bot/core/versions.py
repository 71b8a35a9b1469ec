"""Which version of an answer somebody was given, and what they are told when it has changed. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.core.model import Answer, Content, Ref, Sentence
from bot.core.ways_out import WAYS_OUT

if TYPE_CHECKING:
    from datetime import date

    from bot.core.model import Knowledge

_LENGTH = 16


def version(knowledge: Knowledge, entry: str, language: str) -> str:
    """Returns a name for what the answer `entry` says in `language` now; "" where it says nothing in it.

    It changes with the words of the answer, and with the value of every fact it uses.
    """
    known = knowledge.entries.get(entry)
    text = known.texts.get(language) if known is not None else None
    if known is None or text is None:
        return ""
    lines = [text.short.strip(), text.answer.strip()]
    for name in sorted(known.facts):
        fact = knowledge.facts[name]
        lines.append(f"{name}\t{fact.value}\t{fact.unit or ''}\t{fact.names.get(language, '')}")
    return hashlib.sha256("\0".join(lines).encode()).hexdigest()[:_LENGTH]


def given_in(content: Content) -> tuple[str, ...]:
    """Returns the entries whose answers `content` gives, in order, each once."""
    return tuple(dict.fromkeys(part.entry for part in content.parts if isinstance(part, Answer)))


def changed(entry: str, day: date) -> Content:
    """Tells somebody who was given the answer `entry` on `day` what it says now."""
    return Content((Sentence("recall-notice", {"day": Ref("day", day.isoformat())}), Answer(entry)), WAYS_OUT)
