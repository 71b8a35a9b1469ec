"""The figures of the desk on the command line: what is printed where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.conversation import Conversation
from bot.service.days import danish_midnight
from bot.store import conversations, daily, promises, tickets
from bot.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Ended

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
SPAN = ("--from", "2026-11-23", "--to", "2026-11-24")
PERSON = "700100200"


@pytest.fixture
def desk(tmp_path: Path) -> None:
    """A database with some counts and two tickets."""
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    database.require_current()
    database.run(_fill)
    database.close()


def _fill(connection: Any) -> None:
    for day, topic, outcome in (
        (MONDAY, "arrival", "answer"),
        (MONDAY, "arrival", "answer"),
        (TUESDAY, "=HYPERLINK(1)", "answer"),
        (TUESDAY, 'a "b", c', "none"),
        (date(2026, 11, 25), "arrival", "answer"),
    ):
        daily.count(connection, day, "pl", topic, outcome)
    identity, _ = conversations.load(connection, "telegram", PERSON, Conversation(), 0)
    opened = danish_midnight(TUESDAY)
    usual = {"conversation_id": identity, "language": "pl", "entry": "cpr"}
    one = usual | {"department": "citizens", "urgent": True, "audience": "newcomer", "owner": PERSON}
    timed = {"answered_at": opened + 90_500, "closed_at": opened + 3_600_000, "rating": "yes"}
    first = tickets.create(connection, one | timed, opened).id
    promises.make(connection, first, "citizens", opened, opened + 1)
    promises.settle(connection, first, opened, "kept")
    tickets.create(connection, usual | {"department": "-trade", "urgent": False}, opened + 1000)
    tickets.create(connection, usual | {"department": "citizens", "urgent": False}, opened - 86_400_001)


def table(out: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(out)))


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("form", [(), ("--csv",)])
def test_a_row_a_day_language_topic_and_outcome(run: Callable[..., Ended], form: tuple[str, ...]) -> None:
    code, out, said = run("desk", "stats", *SPAN, *form)
    assert (code, said) == (0, "")
    assert table(out) == [
        ["day", "language", "topic", "outcome", "count"],
        ["2026-11-23", "pl", "arrival", "answer", "2"],
        ["2026-11-24", "pl", "'=HYPERLINK(1)", "answer", "1"],
        ["2026-11-24", "pl", 'a "b", c', "none", "1"],
    ]


@pytest.mark.usefixtures("desk")
def test_a_row_a_ticket(run: Callable[..., Ended]) -> None:
    code, out, said = run("desk", "stats", "--tickets", *SPAN)
    assert (code, said) == (0, "")
    head, *rows = table(out)
    assert head[:6] == ["number", "opened", "department", "language", "audience", "urgent"]
    assert head[6:] == ["first_answer_s", "closed_s", "promised", "kept", "rating"]
    assert rows == [
        ["1", "2026-11-23T23:00:00+00:00", "citizens", "pl", "newcomer", "yes", "90", "3600", "1", "1", "yes"],
        ["2", "2026-11-23T23:00:01+00:00", "'-trade", "pl", "", "no", "", "", "0", "0", ""],
    ]
    assert PERSON not in out


@pytest.mark.usefixtures("desk")
def test_json_keeps_values_as_they_are(run: Callable[..., Ended]) -> None:
    code, out, said = run("desk", "stats", "--json", *SPAN)
    assert (code, said) == (0, "")
    assert {row["topic"] for row in json.loads(out)} == {"arrival", "=HYPERLINK(1)", 'a "b", c'}
    (_, second) = json.loads(run("desk", "stats", "--tickets", "--json", *SPAN)[1])
    assert (second["department"], second["urgent"], second["first_answer_s"]) == ("-trade", False, None)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("arguments", "days"),
    [
        ((), ["2026-11-24", "2026-11-24", "2026-11-25"]),
        (("--days", "6"), ["2026-11-25"]),
        (("--days", "5"), []),
        (("--from", "2026-11-25"), ["2026-11-25"]),
    ],
)
def test_without_a_last_day_it_is_today(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], days: list[str]
) -> None:
    monkeypatch.setattr("bot.editions.SystemClock.today", lambda _: date(2026, 11, 30))
    assert [row[0] for row in table(run("desk", "stats", *arguments)[1])[1:]] == days


def test_an_empty_database_has_only_the_heading(run: Callable[..., Ended]) -> None:
    assert run("desk", "stats") == (0, "day,language,topic,outcome,count\n", "")
    assert run("desk", "stats", "--json") == (0, "[]\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--days", "0"),
        ("--days", "week"),
        ("--days", "9" * 9),
        ("--days", "7", "--from", "2026-11-24"),
        ("--days", "7", "--to", "2026-11-24"),
        ("--to", "2026-11-24"),
        ("--from", "24.11.2026"),
        ("--from", "2026-11-24", "--to", "2026-11-23"),
        ("--csv", "--json"),
    ],
    ids=" ".join,
)
def test_wrong_use(run: Callable[..., Ended], arguments: tuple[str, ...]) -> None:
    code, out, said = run("desk", "stats", *arguments)
    assert (code, out) == (2, "")
    assert said.strip()
