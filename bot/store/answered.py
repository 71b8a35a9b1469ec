"""Counts of what the assistant decided, without any word or person: what calibration needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from bot.store.inbox import INSERTS
from bot.store.tables import answered

if TYPE_CHECKING:
    from collections.abc import Sequence

BUCKETS = 20
"""Equal parts of the confidences from 0 to 1."""


_COUNT = {
    name: kind(answered).on_conflict_do_update(
        index_elements=["language", "bucket", "outcome", "rating"], set_={"count": answered.c.count + 1}
    )
    for name, kind in INSERTS.items()
}


def count(connection: Connection, language: str, confidence: float, outcome: str, rating: str = "") -> None:
    """Counts one message in `language` that was given `outcome` with `confidence` (0 to 1)."""
    bucket = min(BUCKETS - 1, int(confidence * BUCKETS))
    row = {"language": language[:16], "bucket": bucket, "outcome": outcome, "rating": rating, "count": 1}
    connection.execute(_COUNT[connection.dialect.name], row)


def counts(connection: Connection) -> Sequence[tuple[str, int, str, str, int]]:
    """Returns language, bucket, outcome, rating and count, in this order."""
    columns = (answered.c.language, answered.c.bucket, answered.c.outcome, answered.c.rating, answered.c.count)
    rows = connection.execute(select(*columns).order_by(*columns[:4]))
    return [(language, bucket, outcome, rating, count) for language, bucket, outcome, rating, count in rows]
