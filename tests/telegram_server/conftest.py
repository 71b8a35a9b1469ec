from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiogram.types import Update
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.telegram_server.server import TelegramServer
from tests.telegram_server.validate import MODELS, check

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.telegram_server.resident import User
    from tests.telegram_server.staff import Group


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it python-telegram-bot warns at every RetryAfter."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    """A server whose own answers and updates are held against the schema when the test is over."""
    with TelegramServer() as running:
        yield running
    assert running.violations == []
    assert mistakes(running) == []


def mistakes(server: TelegramServer) -> list[str]:
    """Where the server's updates and results are not what the schema says."""
    found: list[str] = []
    for update in server.updates.published:
        found += check(update, Update, "update").problems
    for call in server.log:
        if call.ok:
            returning = MODELS[call.method.lower()].__returning__  # type: ignore[attr-defined]
            found += check(call.result, returning, call.method).problems
    return found


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    client = Bot(
        server.token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=HTTPXRequest(httpx_kwargs={"verify": False}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"verify": False}),
    )
    async with client:
        yield client


@pytest.fixture
def mona(server: TelegramServer) -> User:
    """A resident who has started the bot."""
    user = server.user("Mona", "ar")
    user.start()
    return user


@pytest.fixture
def staff(server: TelegramServer) -> Group:
    return server.group("Staff")
