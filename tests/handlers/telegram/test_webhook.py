"""Setting the webhook up: once, again when something changed, and not before Telegram lets us."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from telegram import Bot

from bot.errors import ChannelError
from handlers.telegram.client import Contact, make_bot
from handlers.telegram.turns import Turn
from handlers.telegram.updates import ALLOWED
from handlers.telegram.webhook import Address, Webhook, address
from tests.delivery.loops import reached
from tests.factories import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.store.database import Database
    from tests.telegram_server.server import TelegramServer

URL = "http://127.0.0.1:9"
TOKEN = "123:a-token"
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def hook(server: TelegramServer, database: Database) -> AsyncIterator[Callable[..., Webhook]]:
    """Makes the webhook of one process: hook(secret="…", url="…")."""
    bot = make_bot(server.token, server.url)

    def make(secret: str | None = None, url: str = URL) -> Webhook:
        turn = Turn(database, "webhook", FakeClock().now)
        return Webhook(bot, url, address(server.token, secret), turn, Contact())

    yield make
    await bot.request.shutdown()  # it was not initialised, so it would not shut itself down


def set_calls(server: TelegramServer) -> int:
    return len(server.calls_of("setWebhook"))


# ---- the secret address ------------------------------------------------------------------------------------------


def test_replicas_agree_on_an_address_nobody_can_guess() -> None:
    one = address(TOKEN, None)
    assert one == address(TOKEN, None)
    assert "token" not in one.path + one.secret
    assert len(one.key) == 40
    assert len(one.secret) == 64


def test_both_parts_follow_the_secret() -> None:
    by_token, by_secret = address(TOKEN, None), address(TOKEN, "a-long-secret-word")
    parts = {by_token.key, by_token.secret[:40], by_secret.key, by_secret.secret[:40], address("124:a-token", None).key}
    assert len(parts) == 5
    assert address("123:another", "a-long-secret-word") == by_secret  # a new token keeps the address


# ---- setting it up -----------------------------------------------------------------------------------------------


@sqlite
async def test_it_is_set_once(server: TelegramServer, hook: Callable[..., Webhook]) -> None:
    assert await hook().set_up()
    assert await hook().set_up()
    assert set_calls(server) == 1
    webhook = server.updates.webhook
    assert webhook is not None
    assert webhook.url == URL + address(server.token, None).path
    assert webhook.secret == address(server.token, None).secret
    assert server.updates.allowed == frozenset(ALLOWED)


@sqlite
@pytest.mark.parametrize("change", ["secret", "server", "kinds", "gone"])
async def test_it_is_set_again_when_something_changed(
    server: TelegramServer, hook: Callable[..., Webhook], change: str
) -> None:
    await hook().set_up()
    server.world.clock.advance(2)
    if change == "kinds":
        server.updates.allow(["message"])
    if change == "gone":
        server.updates.set_webhook(None)
    again = hook(
        secret="another-long-word" if change == "secret" else None,
        url="http://127.0.0.1:10" if change == "server" else URL,
    )
    assert await again.set_up()
    assert set_calls(server) == 2


async def test_replicas_that_start_at_once_set_it_once(server: TelegramServer, hook: Callable[..., Webhook]) -> None:
    replicas = [hook() for _ in range(3)]
    assert any(await asyncio.gather(*(replica.set_up() for replica in replicas)))
    for replica in replicas:
        assert await replica._look()
    assert set_calls(server) == 1


@sqlite
async def test_an_older_replica_leaves_what_a_newer_one_has_set(
    server: TelegramServer, hook: Callable[..., Webhook]
) -> None:
    old, new = hook(), hook(secret="another-long-word")
    assert await old.set_up()
    server.world.clock.advance(2)
    assert await new.set_up()
    assert await old._look()
    assert await new._look()
    assert set_calls(server) == 2
    webhook = server.updates.webhook
    assert webhook is not None
    assert webhook.secret == address(server.token, "another-long-word").secret


@sqlite
async def test_what_waits_is_kept(server: TelegramServer, hook: Callable[..., Webhook]) -> None:
    ann = server.user("Ann")
    await asyncio.to_thread(ann.send, "before")
    await hook().set_up()
    assert len(server.updates.pending) == 1


@sqlite
@pytest.mark.parametrize("status", [429, 500])
async def test_a_server_that_refuses_is_asked_again(
    server: TelegramServer, hook: Callable[..., Webhook], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.telegram.webhook.backoff", lambda _: 1100)
    server.fail("setWebhook", status=status, retry_after=1)
    stop = asyncio.Event()
    running = asyncio.create_task(hook().run(stop))
    await reached(lambda: server.updates.webhook is not None)
    stop.set()
    await running


@sqlite
async def test_a_refused_token_ends_it(server: TelegramServer, hook: Callable[..., Webhook]) -> None:
    server.fail("getWebhookInfo", status=401)
    with pytest.raises(ChannelError):
        await hook().run(asyncio.Event())


@sqlite
async def test_a_webhook_that_somebody_took_away_is_set_again(
    server: TelegramServer, hook: Callable[..., Webhook], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.telegram.webhook._LOOK_MS", 50)
    stop = asyncio.Event()
    running = asyncio.create_task(hook().run(stop))
    await reached(lambda: set_calls(server) == 1)
    server.world.clock.advance(2)
    async with Bot(server.token, base_url=f"{server.url}/bot") as other:
        await other.delete_webhook()
    await reached(lambda: set_calls(server) == 2)
    stop.set()
    await running


def test_an_address_shows_no_secret_by_chance() -> None:
    shown = Address("k", "s")
    assert shown.path == "/telegram/k"
