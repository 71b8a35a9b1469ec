"""The real bot behind a webhook on the local Telegram."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import httpx

from handlers.telegram.webhook import Address, address
from tests.process import BotProcess

if TYPE_CHECKING:
    from pathlib import Path

    from tests.telegram_server.server import TelegramServer


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


class HookedBot(BotProcess):
    """A bot that Telegram pushes to. Its web server keeps its port over restarts."""

    def __init__(self, database: Path, server: TelegramServer, staff_chats: str = "", **settings: str) -> None:
        self.port = int(settings.get("port", 0)) or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        usual = {"public_url": self.url, "port": str(self.port), "log_level": "debug"}
        super().__init__(database, server, staff_chats, usual | settings)

    @property
    def at(self) -> Address:
        return address(self.server.token, None)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", trust_env=False, timeout=20)

    def push(self, update: dict[str, Any], *, secret: str | None = None, path: str | None = None) -> httpx.Response:
        """What somebody else may try: an update that does not come from Telegram."""
        return httpx.post(
            self.url + (path or self.at.path),
            json=update,
            headers={"X-Telegram-Bot-Api-Secret-Token": self.at.secret if secret is None else secret},
            trust_env=False,
            timeout=20,
        )
