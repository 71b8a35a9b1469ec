"""Counts of questions that were not answered, told in known words: no text of a person, and nobody's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from bot.store.inbox import INSERTS
from bot.store.tables import gaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.dialects import postgresql, sqlite


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Questions in `language` that fall together: their known `words`, the nearest `entry` ("" for none), the `reason`
    (one of `bot.core.gaps.REASONS`), how many they are, and when the last one came (ms)."""

    language: str
    words: tuple[str, ...]
    entry: str
    reason: str
    count: int
    last_at: int


def _counting(kind: type[sqlite.Insert | postgresql.Insert]) -> sqlite.Insert | postgresql.Insert:
    new = kind(gaps)
    again = {"count": gaps.c.count + 1, "last_at": new.excluded.last_at}
    return new.on_conflict_do_update(index_elements=["language", "words", "entry", "reason"], set_=again)


_COUNT = {name: _counting(kind) for name, kind in INSERTS.items()}


def count(connection: Connection, language: str, words: Sequence[str], entry: str, reason: str, now: int) -> None:
    """Counts one question. `words` are few and short: see `bot.core.gaps.key`."""
    row = {"language": language, "words": " ".join(words), "entry": entry, "reason": reason, "count": 1, "last_at": now}
    connection.execute(_COUNT[connection.dialect.name], row)


def largest(connection: Connection, most: int, language: str | None = None) -> Sequence[GapGroup]:
    """Returns the `most` largest groups (of one language), of equally large ones the latest first."""
    columns = (gaps.c.language, gaps.c.words, gaps.c.entry, gaps.c.reason, gaps.c.count, gaps.c.last_at)
    statement = select(*columns).order_by(gaps.c.count.desc(), gaps.c.last_at.desc(), gaps.c.words).limit(most)
    if language is not None:
        statement = statement.where(gaps.c.language == language)
    found = connection.execute(statement)
    return [
        GapGroup(code, tuple(words.split()), entry, reason, times, at)
        for code, words, entry, reason, times, at in found
    ]
