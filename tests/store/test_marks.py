from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import marks, tables
from tests.store.rows import size

if TYPE_CHECKING:
    from bot.store.database import Database


def test_a_mark_that_was_never_set(database: Database) -> None:
    assert database.run(lambda c: marks.get(c, "offset")) is None


def test_a_mark_is_set_and_set_again(database: Database) -> None:
    for value in ("1", "", "żółć " * 1000):
        database.run(lambda c, value=value: marks.put(c, "offset", value))  # type: ignore[misc]
        assert database.run(lambda c: marks.get(c, "offset")) == value
    assert size(database, tables.marks) == 1


def test_marks_are_kept_apart(database: Database) -> None:
    database.run(lambda c: marks.put(c, "a", "1"))
    database.run(lambda c: marks.put(c, "b", "2"))
    assert database.run(lambda c: (marks.get(c, "a"), marks.get(c, "b"))) == ("1", "2")


def test_a_value_is_forgotten_by_its_name(database: Database) -> None:
    database.run(lambda c: marks.put(c, "a", "1"))
    database.run(lambda c: marks.put(c, "b", "2"))
    database.run(lambda c: marks.remove(c, "a"))
    assert database.run(lambda c: marks.get(c, "a")) is None
    assert database.run(lambda c: marks.get(c, "b")) == "2"
