"""Connecting, and fetching updates, when the server or one update is not as it should be."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from handlers.telegram.client import make_bot
from tests.delivery.loops import reached
from tests.handlers.telegram.working import surface

if TYPE_CHECKING:
    from bot.store.database import Database
    from tests.telegram_server.server import TelegramServer


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.telegram.surface.backoff", lambda _: 10)


sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@sqlite
@pytest.mark.parametrize("status", [429, 403, 400, 500])
async def test_a_server_that_refuses_at_first_is_asked_again(
    server: TelegramServer, database: Database, status: int
) -> None:
    server.fail("getMe", times=2, status=status, retry_after=1)
    async with surface(server, database, []) as logs:
        await reached(lambda: bool(server.calls_of("deleteWebhook")))
    assert len(server.calls_of("getMe")) == 3
    assert [line["event"] for line in logs if line["log_level"] == "error"] == [logs[0]["event"]] * 2


@sqlite
async def test_a_webhook_left_over_is_removed_and_what_waits_is_kept(
    server: TelegramServer, database: Database
) -> None:
    ann, taken = server.user("Ann"), list[str]()
    webhook = make_bot(server.token, server.url)
    async with webhook:
        await webhook.set_webhook("http://127.0.0.1:9/hook")
    await asyncio.to_thread(ann.send, "before")
    async with surface(server, database, taken):
        await reached(lambda: bool(taken))
    assert taken == ["before"]
    assert len(server.calls_of("deleteWebhook")) == 1


@sqlite
async def test_a_webhook_that_could_not_be_removed_at_first_is_removed_later(
    server: TelegramServer, database: Database
) -> None:
    ann, taken = server.user("Ann"), list[str]()
    async with make_bot(server.token, server.url) as other:
        await other.set_webhook("http://127.0.0.1:9/hook")
    server.fail("deleteWebhook", status=500)
    await asyncio.to_thread(ann.send, "before")
    async with surface(server, database, taken):
        await reached(lambda: bool(taken))
    assert taken == ["before"]


@sqlite
async def test_a_webhook_that_is_set_meanwhile_is_removed(server: TelegramServer, database: Database) -> None:
    """The last call of a process that was killed can take effect after another one has begun to poll."""
    ann, taken = server.user("Ann"), list[str]()
    async with make_bot(server.token, server.url) as other, surface(server, database, taken):
        ann.send("before")
        await reached(lambda: taken == ["before"])
        await other.set_webhook("http://127.0.0.1:9/hook")
        ann.send("after")
        await reached(lambda: taken == ["before", "after"])


@sqlite
async def test_a_conflict_names_the_remedy(server: TelegramServer, database: Database) -> None:
    server.fail("getUpdates", status=409)
    async with surface(server, database, []) as logs:
        await reached(lambda: any("remedy" in line for line in logs))
    (line,) = [line for line in logs if "remedy" in line]
    assert "another process polls with this token, or a webhook is set" in line["remedy"]


@sqlite
async def test_an_update_that_cannot_be_taken_is_skipped(server: TelegramServer, database: Database) -> None:
    ann, taken = server.user("Ann"), list[str]()
    for text in ("one", "poison", "two"):
        ann.send(text)
    async with surface(server, database, taken, poison="poison") as logs:
        await reached(lambda: "two" in taken)
        ann.send("three")
        await reached(lambda: "three" in taken)
    assert taken == ["one", "two", "three"]
    (line,) = [line for line in logs if line["event"] == "update skipped"]
    assert line == {
        "event": "update skipped",
        "log_level": "error",
        "update_id": server.updates.published[1]["update_id"],
        "error": "UnicodeEncodeError",
    }


@sqlite
async def test_an_update_that_cannot_be_read_is_skipped(server: TelegramServer, database: Database) -> None:
    ann, taken = server.user("Ann"), list[str]()
    for text in ("one", "unreadable", "two"):
        ann.send(text)
    bad = server.updates.published[1]
    bad["message"] = {"message_id": "a secret of the resident"}  # the library needs a date and a chat
    async with surface(server, database, taken) as logs:
        await reached(lambda: "two" in taken)
        ann.send("three")
        await reached(lambda: "three" in taken)
    assert taken == ["one", "two", "three"]
    (line,) = [line for line in logs if line["event"] == "update skipped"]
    assert (line["update_id"], set(line)) == (bad["update_id"], {"event", "log_level", "update_id", "error"})
    assert "secret" not in str(logs)
