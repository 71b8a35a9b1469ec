"""The Bot API client: python-telegram-bot over aiohttp, for Telegram or another Bot API server."""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter

from bot.errors import ChannelError, SettingsError
from handlers.telegram.transport import AiohttpRequest

POLL_S = 25
"""How long a poll may stay open, in seconds."""


class _Client(Bot):
    """A client that does not show its token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Bot[{number_of(self.token)}]"


def make_bot(token: str, api_url: str | None) -> Bot:
    """Returns a client; nothing is sent yet. `api_url` is another Bot API server than Telegram's.

    Raises SettingsError for a token of the wrong form.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # waits as timedelta; without it the library warns at each of them
    # They log the address of every call, and the token is part of it.
    for name in ("httpx", "httpcore", "telegram", "aiohttp"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    base = api_url or "https://api.telegram.org"
    try:
        return _Client(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=AiohttpRequest(base, pool=64, read=20),
            get_updates_request=AiohttpRequest(base, pool=1, read=20),  # not used, see `poller`
        )
    except InvalidToken as error:
        raise SettingsError(
            name="BOT_TELEGRAM_TOKEN", reason="is not a token", example="123456789:AAF0-about-35-letters"
        ) from error


def number_of(token: str) -> int:
    """Returns the bot's own id, which is part of its token, so that it is known before Telegram was asked."""
    return int(token.partition(":")[0])


class Contact:
    """When Telegram last answered, by a clock that nobody sets."""

    def __init__(self) -> None:
        self._last: float | None = None

    def note(self) -> None:
        """Telegram has answered just now."""
        self._last = time.monotonic()

    def age(self) -> float | None:
        """Returns how many seconds ago that was; None if it never did."""
        return None if self._last is None else time.monotonic() - self._last


def milliseconds(error: RetryAfter) -> int:
    """Returns how long Telegram wants us to wait, in ms."""
    wait = error.retry_after
    return int(1000 * (wait.total_seconds() if isinstance(wait, timedelta) else wait))


def refused() -> ChannelError:
    """Returns the error for a token that the server does not know; the library's own words hold the token."""
    return ChannelError(
        channel="telegram",
        reason="the server refused the token",
        remedy="set BOT_TELEGRAM_TOKEN to the token that BotFather gave for this bot",
    )
