"""Fetches updates by long polling and puts them into the inbox before they are acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.core.mail import backoff
from bot.errors import DatabaseError
from handlers.telegram.client import POLL_S, milliseconds, refused
from handlers.telegram.updates import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot

    from bot.core.model import Incoming
    from handlers.telegram.inline import Inline
    from handlers.telegram.updates import Reader

_log = structlog.get_logger("telegram")
_SHORTEST_MS = 200
_CONFLICT = (
    "another process polls with this token, or a webhook is set: stop that process, or start this one again, "
    "which deletes the webhook"
)


class Poller:
    """Polls until told to stop. An update is acknowledged only after it is committed to the inbox."""

    def __init__(
        self,
        bot: Bot,
        reader: Reader,
        inline: Inline,
        accept: Callable[[Sequence[Incoming]], Awaitable[None]],
        clock: Callable[[], int],
    ) -> None:
        """`accept` stores a batch durably, duplicates left out, and returns when it is committed."""
        self._bot = bot
        self._reader = reader
        self._inline = inline
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
            await self._round()
        except InvalidToken:
            raise refused() from None
        except RetryAfter as error:
            return milliseconds(error)
        except (TelegramError, DatabaseError) as error:
            self._failures += 1
            wait = max(_SHORTEST_MS, backoff(self._failures) // 4)
            if isinstance(error, Conflict):
                _log.error("somebody else fetches the updates", remedy=_CONFLICT, retry_in_ms=wait)
            else:
                _log.warning("no updates fetched", error=type(error).__name__, retry_in_ms=wait)
            return wait
        except Exception as error:  # noqa: BLE001  # what cannot be read at all must not end the bot
            self._failures += 1
            _log.error("updates not readable", error=type(error).__name__, retry_in_ms=backoff(self._failures))
            return backoff(self._failures)
        self._failures = 0
        return 0

    async def _round(self) -> None:
        try:
            updates = await self._bot.get_updates(
                offset=self._offset, timeout=POLL_S, allowed_updates=list(ALLOWED), limit=100
            )
        except TelegramError:
            raise
        except Exception:  # noqa: BLE001  # one update that the client library cannot read spoils the whole batch
            await self._one_by_one()
            return
        if not updates:
            return
        try:
            await self._take(updates)
        except (TelegramError, DatabaseError):
            raise
        except Exception:  # noqa: BLE001  # one of them cannot be taken; the others must not wait for it
            for update in updates:
                await self._take_or_skip(update.update_id, update)

    async def _one_by_one(self) -> None:
        """Fetches the batch as it comes over the wire, and takes or skips each update of it."""
        wanted = {"offset": self._offset, "timeout": 0, "allowed_updates": list(ALLOWED), "limit": 100}
        # In small letters, which the Bot API takes as well: the library warns of a method that it has itself.
        raw = await self._bot.do_api_request("getupdates", api_kwargs=wanted)
        for one in raw:
            await self._take_or_skip(int(one["update_id"]), one)

    async def _take_or_skip(self, number: int, found: Update | dict[str, Any]) -> None:
        """Takes one update, or skips what no further try can take either."""
        try:
            await self._take([found if isinstance(found, Update) else Update.de_json(found, self._bot)])
        except (TelegramError, DatabaseError):
            raise
        except Exception as error:  # noqa: BLE001  # see above
            _log.error("update skipped", update_id=number, error=type(error).__name__)
            self._offset = number + 1

    async def _take(self, updates: Sequence[Update]) -> None:
        now = self._clock()
        self._reader.foresee(updates)
        arrived = [incoming for update in updates if (incoming := self._reader.read(update, now)) is not None]
        if arrived:
            await self._accept(arrived)
        self._offset = updates[-1].update_id + 1
        for update in updates:
            if update.callback_query is not None:
                self._later(self._stop_spinner(update.callback_query.id))
            elif update.inline_query is not None:
                self._later(self._inline.answer(update.inline_query))

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
