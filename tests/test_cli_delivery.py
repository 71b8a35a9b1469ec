"""Dead letters on the command line: what is printed where, and how it ends."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Failed, Rates
from bot.store import inbox, outbox, tables
from bot.store.database import Database
from tests.delivery.loops import arrive, put
from tests.factories import CHANNEL, START, make_incoming, make_mail
from tests.store.rows import column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.commands import Ended

SECRET, CHAT = "Kartoffelmel", "987654321"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """One message that could not be decided, one that could not be delivered, and one that waits."""
    opened = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    opened.require_current()
    arrive(opened, make_incoming(text=SECRET, chat=CHAT))
    opened.run(lambda c: inbox.bury(c, 1, "ValueError", START))
    put(opened, make_mail(SECRET, chat=CHAT))
    item = opened.run(lambda c: outbox.claim(c, lambda *_: Rates(), (CHANNEL,), START, 1))[0]
    opened.run(lambda c: outbox.settle(c, item, Failed("blocked"), START))
    put(opened, make_mail(SECRET, chat=CHAT))
    yield opened
    opened.close()


def test_the_dead_are_listed(run: Callable[..., Ended], database: Database) -> None:
    code, out, said = run("delivery", "list")
    assert (code, said) == (0, "")
    first, second = out.splitlines()
    assert first.split("  ") == [
        "in:1",
        "dead",
        "telegram",
        "text",
        "2026-11-24T06:00:00Z",
        "tried 1",
        "-",
        "ValueError",
    ]
    assert second.startswith("out:1  dead  telegram  say  ")
    assert second.endswith("  blocked")
    assert SECRET not in out
    assert CHAT not in out


def test_as_json(run: Callable[..., Ended], database: Database) -> None:
    code, out, _ = run("delivery", "list", "--json")
    assert code == 0
    found = json.loads(out)
    assert [letter["seq"] for letter in found] == ["in:1", "out:1"]
    assert [letter["error"] for letter in found] == ["ValueError", "blocked"]
    assert SECRET not in out
    assert CHAT not in out


def test_those_that_wait(run: Callable[..., Ended], database: Database) -> None:
    assert run("delivery", "list", "--state", "pending")[1].startswith("out:2  pending")
    assert run("delivery", "list", "--state", "unknown") == (0, "", "none is unknown\n")


def test_an_encrypted_database_is_looked_at_with_its_key(run: Callable[..., Ended], database: Database) -> None:
    key = base64.urlsafe_b64encode(b"k" * 32).decode()
    assert run("privacy", "rotate", secret_key=key)[0] == 0
    assert run("delivery", "list", secret_key=key)[1].startswith("in:1  dead")
    assert run("delivery", "retry", "in:1", secret_key=key)[0] == 0


def test_one_is_put_back(run: Callable[..., Ended], database: Database) -> None:
    code, out, said = run("delivery", "retry", "in:1")
    assert (code, out) == (0, "")
    assert "put back: 1" in said
    assert column(database, tables.inbox, "outcome") == [None]
    assert column(database, tables.audit, "action") == ["delivery-retry"]
    assert run("delivery", "retry", "in:1")[0] == 1


def test_all_are_put_back(run: Callable[..., Ended], database: Database) -> None:
    assert "put back: 2" in run("delivery", "retry", "--all")[2]
    assert column(database, tables.outbox, "state") == ["pending", "pending"]
    assert run("delivery", "retry", "--all")[0] == 0
    assert column(database, tables.audit, "details") == ['{"count":2}']


def test_one_is_dropped(run: Callable[..., Ended], database: Database) -> None:
    assert run("delivery", "drop", "out:1")[0] == 0
    assert column(database, tables.outbox, "state") == ["superseded", "pending"]
    assert column(database, tables.audit, "details") == ['{"letter":"out:1"}']
    code, out, said = run("delivery", "drop", "out:1")
    assert (code, out) == (1, "")
    assert "neither dead nor waits" in said


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("retry",),
        ("retry", "in:1", "--all"),
        ("retry", "1"),
        ("drop",),
        ("drop", "--all"),
        ("list", "--state", "gone"),
        ("list", "--most", "0"),
    ],
)
def test_wrong_use(run: Callable[..., Ended], database: Database, command: tuple[str, ...]) -> None:
    assert run("delivery", *command)[0] == 2
