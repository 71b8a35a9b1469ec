"""A local Telegram with one staff group, and the real bot on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.process import BotProcess
from tests.telegram_server.server import TelegramServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.telegram_server.resident import User
    from tests.telegram_server.staff import Group


UNLIMITED = {"telegram_group_rate": "1000"}


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running
        assert running.violations == []
        assert running.early_calls == []


@pytest.fixture
def group(server: TelegramServer) -> Group:
    return server.group("Staff")


@pytest.fixture
def mette(server: TelegramServer, group: Group) -> User:
    return group.member(server.user("Mette", "da"))


@pytest.fixture
def bot(server: TelegramServer, group: Group, tmp_path: Path) -> Iterator[BotProcess]:
    """Its group takes as much as there is: limits have tests of their own, and would only make others slow."""
    process = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id}", settings=UNLIMITED)
    yield process.start()
    process.kill()
