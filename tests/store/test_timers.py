from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.store import tables, timers
from tests.factories import CHANNEL, START
from tests.store.rows import rows

if TYPE_CHECKING:
    from bot.store.database import Database


def standing(database: Database) -> list[tuple[str, str, str, int]]:
    found = rows(database, tables.timers)
    return [(row["chat"], row["kind"], row["about"], row["due_at"]) for row in found]


def test_a_timer_that_is_set_first_stays_as_it_is(database: Database) -> None:
    for due in (START, START + 5):
        database.run(lambda c, due=due: timers.put_first(c, CHANNEL, "-1", "digest", "08:00", due))  # type: ignore[misc]
    assert standing(database) == [("-1", "digest", "08:00", START)]


def test_the_timers_of_other_chats_and_matters_are_taken_back(database: Database) -> None:
    def work(connection: Any) -> None:
        for chat, kind, about in (
            ("-1", "digest", "08:00"),
            ("-1", "digest", "09:00"),
            ("-2", "digest", "08:00"),
            ("-2", "reminder", "step"),
        ):
            timers.put(connection, CHANNEL, chat, kind, about, START)
        timers.put(connection, "elsewhere", "-2", "digest", "08:00", START)
        timers.remove_others(connection, CHANNEL, "digest", {"-1"}, "08:00")

    database.run(work)
    assert [one[:3] for one in standing(database)] == [
        ("-1", "digest", "08:00"),
        ("-2", "reminder", "step"),
        ("-2", "digest", "08:00"),
    ]


def test_the_timers_of_all_chats_are_taken_back(database: Database) -> None:
    database.run(lambda c: timers.put(c, CHANNEL, "-1", "digest", "", START))
    database.run(lambda c: timers.remove_others(c, CHANNEL, "digest", (), ""))
    assert standing(database) == []
