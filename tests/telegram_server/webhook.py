"""Pushes updates to the bot's webhook: in order within a queue, queues side by side, again until accepted."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx

from tests.telegram_server.updates import use

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.telegram_server.updates import Duplicate, Pending, Updates, Webhook

FIRST_DELAY = 2.0
LONGEST_DELAY = 60.0
LONGEST_RETRY_AFTER = 3600.0
REQUEST_TIMEOUT = 60.0


class Pusher:
    """Runs in the server's loop. `delay_scale` shortens every pause between attempts, for tests.

    `execute` runs the method call that an answer's body may carry; its result is discarded. `unheard`: how many of the
    coming updates of a kind are accepted by the bot, and its answer is lost on the way.
    """

    def __init__(self, updates: Updates, execute: Callable[[str, dict[str, Any]], Awaitable[None]]) -> None:
        self.updates = updates
        self.execute = execute
        self.delay_scale = 1.0
        self.unheard: list[Duplicate] = []
        self._busy: set[str] = set()
        self._attempts: dict[str, int] = {}
        self._resting: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serves until cancelled."""
        news = self.updates.subscribe()
        # certificates are not checked: a webhook under test is on this machine
        async with httpx.AsyncClient(verify=False, trust_env=False, timeout=REQUEST_TIMEOUT) as client:  # noqa: S501
            try:
                while not self.updates.stopping:
                    news.clear()
                    self._start_pushes(client)
                    await news.wait()
            finally:
                self.updates.unsubscribe(news)
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start_pushes(self, client: httpx.AsyncClient) -> None:
        webhook = self.updates.webhook
        if webhook is None:
            return
        with self.updates.world.lock:
            self.updates.drop_expired()
            heads: dict[str, Pending] = {}
            for item in self.updates.pending:
                heads.setdefault(item.queue, item)
        for queue, item in heads.items():
            if queue in self._busy or queue in self._resting or len(self._busy) >= webhook.max_connections:
                continue
            self._busy.add(queue)
            task = asyncio.create_task(self._push(client, webhook, item))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _push(self, client: httpx.AsyncClient, webhook: Webhook, item: Pending) -> None:
        delay, problem, body = await self._post(client, webhook, item)
        with self.updates.world.lock:
            if problem:
                webhook.last_error_date = self.updates.world.clock.date()
                webhook.last_error_message = problem
                self._attempts[item.queue] = self._attempts.get(item.queue, 0) + 1
            else:
                self._attempts.pop(item.queue, None)
                self.updates.pending = [other for other in self.updates.pending if other is not item]
            self.updates.world.notify()
        self._busy.discard(item.queue)
        if body:
            await self._execute(body)
        if problem and delay:
            self._resting.add(item.queue)
            self.updates.wake()
            await asyncio.sleep(delay * self.delay_scale)
            self._resting.discard(item.queue)
        self.updates.wake()

    async def _post(self, client: httpx.AsyncClient, webhook: Webhook, item: Pending) -> tuple[float, str, bytes]:
        """One attempt: seconds to wait before the next, what went wrong ("" if nothing), the answer's body."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            answer = await client.post(webhook.url, json=item.update, headers=headers)
        except httpx.HTTPError as error:
            return self._delay(item.queue), f"Connection failed: {type(error).__name__}", b""
        if answer.is_success and use(self.unheard, item.kind):
            return self._delay(item.queue), "Connection failed: answer lost", b""
        if answer.is_success:
            return 0, "", answer.content
        asked = answer.headers.get("retry-after", "")
        delay = min(float(asked), LONGEST_RETRY_AFTER) if asked.isdigit() else self._delay(item.queue)
        reason = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        return delay, reason, b""

    def _delay(self, queue: str) -> float:
        """At once after the first failure, then 2, 4, 8 … 60 seconds."""
        failures = self._attempts.get(queue, 0)
        return 0 if failures == 0 else min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY)

    async def _execute(self, body: bytes) -> None:
        try:
            call = json.loads(body)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(method := call.pop("method", None), str):
            await self.execute(method, call)
