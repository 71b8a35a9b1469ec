"""The web server at work in this process, with everything behind it played."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from structlog.testing import capture_logs

from handlers.web.application import Hook, application
from handlers.web.health import Check, State
from handlers.web.server import listen, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping

KEY, SECRET = "k" * 40, "s" * 64
HEADERS = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
UPDATE = {"update_id": 7, "message": {"text": "hello"}}


@dataclass
class PlayedHealth:
    """Says what it is told to."""

    checks: dict[str, Check] = field(default_factory=lambda: {"database": Check(ok=True, seen={})})

    async def look(self) -> State:
        return State(self.checks)


@dataclass
class Web:
    """The server's address, a client for it, what was taken, and what was logged."""

    port: int
    client: httpx.AsyncClient
    health: PlayedHealth
    logs: list[MutableMapping[str, Any]]
    taken: list[dict[str, Any]] = field(default_factory=list)

    async def push(
        self, body: object = UPDATE, *, key: str = KEY, method: str = "POST", **headers: str
    ) -> httpx.Response:
        """What Telegram does; `headers` with underscores for dashes."""
        changed = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.client.request(method, f"/telegram/{key}", content=content, headers=changed)


@asynccontextmanager
async def web(
    take: Callable[[dict[str, Any]], Awaitable[None]] | None = None, *, pushed: bool = True
) -> AsyncIterator[Web]:
    async def keep(update: dict[str, Any]) -> None:
        running.taken.append(update)

    async def figures() -> bytes:
        return b"ballerup_updates_total 1.0\n"

    health = PlayedHealth()
    hook = Hook(KEY, SECRET, take or keep) if pushed else None
    where = listen("127.0.0.1", 0)
    port = where.getsockname()[1]
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)
    with capture_logs() as logs:
        running = Web(port, client, health, logs)
        made = application(health, figures, hook)  # type: ignore[arg-type]
        async with client, serving(made, where, lambda: None):
            yield running
