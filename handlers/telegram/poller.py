"""Fetches updates by long polling and puts them into the inbox before they are acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.core.mail import backoff
from bot.errors import DatabaseError
from handlers.telegram.client import milliseconds, refused
from handlers.telegram.updates import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot, Update

    from bot.core.model import Incoming
    from handlers.telegram.updates import Reader

_log = structlog.get_logger("telegram")
_POLL_S = 25
_SHORTEST_MS = 200


class Poller:
    """Polls until told to stop. An update is acknowledged only after it is committed to the inbox."""

    def __init__(
        self,
        bot: Bot,
        reader: Reader,
        accept: Callable[[Sequence[Incoming]], Awaitable[None]],
        clock: Callable[[], int],
    ) -> None:
        """`accept` stores a batch durably, duplicates left out, and returns when it is committed."""
        self._bot = bot
        self._reader = reader
        self._accept = accept
        self._clock = clock
        self._offset: int | None = None
        self._failures = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Polls until `stop` is set. Raises ChannelError when the token is refused."""
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            fetch = asyncio.create_task(self._fetch())
            await asyncio.wait({fetch, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not fetch.done():
                fetch.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await fetch
                break
            wait = fetch.result()
            if wait:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), wait / 1000)
        stopped.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _fetch(self) -> int:
        """Fetches one batch; returns how many ms to wait before the next."""
        try:
            updates = await self._bot.get_updates(
                offset=self._offset, timeout=_POLL_S, allowed_updates=list(ALLOWED), limit=100
            )
            await self._take(updates)
        except InvalidToken:
            raise refused() from None
        except RetryAfter as error:
            return milliseconds(error)
        except (NetworkError, Conflict, TelegramError, DatabaseError) as error:
            self._failures += 1
            wait = max(_SHORTEST_MS, backoff(self._failures) // 4)
            _log.warning("no updates fetched", error=type(error).__name__, retry_in_ms=wait)
            return wait
        except Exception as error:  # noqa: BLE001  # an update that the client library cannot read must not end the bot
            self._failures += 1
            _log.error("updates not readable", error=type(error).__name__, retry_in_ms=backoff(self._failures))
            return backoff(self._failures)
        self._failures = 0
        return 0

    async def _take(self, updates: Sequence[Update]) -> None:
        if not updates:
            return
        now = self._clock()
        arrived = [incoming for update in updates if (incoming := self._reader.read(update, now)) is not None]
        if arrived:
            await self._accept(arrived)
        self._offset = updates[-1].update_id + 1
        for update in updates:
            if update.callback_query is not None:
                self._later(self._stop_spinner(update.callback_query.id))

    def _later(self, call: Awaitable[None]) -> None:
        task = asyncio.ensure_future(call)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop_spinner(self, query: str) -> None:
        """Tells the button that its press has arrived; the answer itself comes as a message."""
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError as error:
            _log.info("press not acknowledged", error=type(error).__name__)
