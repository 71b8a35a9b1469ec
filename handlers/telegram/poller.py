"""Fetches updates by long polling and puts them into the inbox before they are acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, cast

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.core.mail import backoff
from bot.errors import DatabaseError
from handlers.telegram.client import POLL_S, milliseconds, refused
from handlers.telegram.updates import ALLOWED

if TYPE_CHECKING:
    from telegram import Bot

    from handlers.telegram.client import Contact
    from handlers.telegram.intake import Intake
    from handlers.telegram.transport import AiohttpRequest

_log = structlog.get_logger("telegram")
_SHORTEST_MS = 200
_CONFLICT = (
    "another process polls with this token, or a webhook is set: stop that process; the webhook is deleted, and again "
    "as often as it is set"
)


async def forget_webhook(bot: Bot) -> None:
    """Deletes a webhook, which would keep every update from polling; what waits is kept."""
    try:
        await bot.delete_webhook(drop_pending_updates=False)
    except TelegramError as error:
        _log.warning("webhook not looked for", error=type(error).__name__)


class Poller:
    """Polls until told to stop. An update is acknowledged only after it is committed to the inbox."""

    def __init__(self, bot: Bot, intake: Intake, contact: Contact) -> None:
        """Takes the client, what takes the updates, and where it is noted that Telegram answered."""
        self._bot = bot
        self._intake = intake
        self._contact = contact
        self._offset: int | None = None
        self._failures = 0

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
                if "webhook" in str(error).lower():
                    await forget_webhook(self._bot)
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
        found = await self._get()
        self._contact.note()
        if not found:
            return
        try:
            await self._intake.take(found)
        except (TelegramError, DatabaseError):
            raise
        except Exception:  # noqa: BLE001  # one of them cannot be read or taken; the others must not wait for it
            for one in found:
                await self._intake.take_or_skip(one)
                self._offset = int(one["update_id"]) + 1
        self._offset = int(found[-1]["update_id"]) + 1

    async def _get(self) -> list[dict[str, Any]]:
        """Fetches a batch as it comes over the wire: the client library would read it as a whole or not at all."""
        wanted: dict[str, Any] = {"timeout": POLL_S, "allowed_updates": list(ALLOWED), "limit": 100}
        if self._offset is not None:
            wanted["offset"] = self._offset
        request = cast("AiohttpRequest", self._bot.request)
        found: list[dict[str, Any]] = await request.call(f"{self._bot.base_url}/getUpdates", wanted, POLL_S + 10)
        return found
