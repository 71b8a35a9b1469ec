"""Telegram as one part of the running assistant: how updates come in, by polling or by webhook."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.core.mail import backoff
from bot.errors import DatabaseError
from handlers.telegram.client import milliseconds, refused
from handlers.telegram.poller import Poller, forget_webhook
from handlers.telegram.turns import LEASE_MS, Begun

if TYPE_CHECKING:
    from telegram import Bot

    from handlers.telegram.client import Contact
    from handlers.telegram.intake import Intake
    from handlers.telegram.profile import Profile
    from handlers.telegram.turns import Turn
    from handlers.telegram.webhook import Webhook

_log = structlog.get_logger("telegram")


class TelegramSurface:
    """Connects and sets the profile; then polls, or keeps the webhook set, until told to stop."""

    def __init__(
        self,
        bot: Bot,
        profile: Profile,
        intake: Intake,
        contact: Contact,
        turn: Turn,
        webhook: Webhook | None = None,
    ) -> None:
        """Takes the client, the profile, what takes updates, where it is noted that Telegram answered, whose turn it is
        to set the profile, and the webhook; without one it polls.
        """
        self._bot = bot
        self._profile = profile
        self._intake = intake
        self._contact = contact
        self._turn = turn
        self._webhook = webhook

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set.

        A server that is away or refuses is tried again; a refused token raises ChannelError.
        """
        if not await self._connect(stop):
            return
        if self._webhook is None:
            await forget_webhook(self._bot)
        profile = asyncio.create_task(self._keep_profile(stop), name="profile")
        try:
            if self._webhook is not None:
                await self._webhook.run(stop)
            else:
                await Poller(self._bot, self._intake, self._contact).run(stop)
        finally:
            profile.cancel()
            with suppress(asyncio.CancelledError):
                await profile

    async def close(self) -> None:
        """Lets what was begun end, then closes the client's connections."""
        await self._intake.finish()
        await self._bot.shutdown()

    async def _connect(self, stop: asyncio.Event) -> bool:
        failures = 0
        while not stop.is_set():
            try:
                await self._bot.initialize()
            except InvalidToken:
                raise refused() from None
            except TelegramError as error:
                failures += 1
                wait = milliseconds(error) if isinstance(error, RetryAfter) else backoff(failures)
                self._not_connected(error, wait)
                await _pause(stop, wait)
            else:
                self._contact.note()
                _log.info("connected", bot=self._bot.username)
                if not self._bot.supports_inline_queries:
                    _log.info("inline mode is off", remedy="send /setinline to BotFather to offer answers in any chat")
                return True
        return False

    def _not_connected(self, error: TelegramError, wait: int) -> None:
        away = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
        _log.error(
            "the Bot API server cannot be reached" if away else "the Bot API server refuses for now",
            address=self._bot.base_url.split("/bot")[0],
            error=type(error).__name__,
            remedy="check the network and BOT_TELEGRAM_API_URL; nothing is lost meanwhile",
            retry_in_ms=wait,
        )

    async def _keep_profile(self, stop: asyncio.Event) -> None:
        """Sets the profile; where another replica is at it, looks later whether it came to its end."""
        while not stop.is_set() and not await self._set_profile():
            await _pause(stop, LEASE_MS)

    async def _set_profile(self) -> bool:
        """False where it is to be looked at again."""
        wanted = self._profile.fingerprint
        try:
            begun = await self._turn.begin(wanted)
            if begun == Begun.MINE and await self._profile.apply(self._bot):
                await self._turn.done(wanted)
            elif begun == Begun.MINE:
                await self._turn.failed()
        except DatabaseError as error:
            _log.error("database away", reason=error.fields["reason"])
            return False
        return begun != Begun.BUSY


async def _pause(stop: asyncio.Event, milliseconds: int) -> None:
    try:
        await asyncio.wait_for(stop.wait(), milliseconds / 1000)
    except TimeoutError:
        return
