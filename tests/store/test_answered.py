from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import answered

if TYPE_CHECKING:
    from bot.store.database import Database


def test_counts_add_up_by_language_bucket_and_outcome(database: Database) -> None:
    for confidence in (0.0, 0.04, 0.051, 1.0, 1.0):
        database.run(lambda connection, c=confidence: answered.count(connection, "pl", c, "answer"))  # type: ignore[misc]
    database.run(lambda connection: answered.count(connection, "pl", 1.0, "answer", "helpful"))
    database.run(lambda connection: answered.count(connection, "da", 0.5, "choices"))
    assert database.run(answered.counts) == [
        ("da", 10, "choices", "", 1),
        ("pl", 0, "answer", "", 2),
        ("pl", 1, "answer", "", 1),
        ("pl", 19, "answer", "", 2),
        ("pl", 19, "answer", "helpful", 1),
    ]
