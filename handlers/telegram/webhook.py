"""The webhook: its secret address, setting it up at Telegram without doing it twice, and keeping it set."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.core.mail import backoff
from bot.errors import DatabaseError
from handlers.telegram.client import milliseconds, refused
from handlers.telegram.turns import Begun
from handlers.telegram.updates import ALLOWED

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import Bot, WebhookInfo

    from handlers.telegram.client import Contact
    from handlers.telegram.turns import Turn

_log = structlog.get_logger("telegram")
_CONNECTIONS = 40  # pushes side by side: as many conversations, never two messages of one
_LOOK_MS = 30_000


@dataclass(frozen=True, slots=True)
class Address:
    """Where Telegram pushes updates to (`key` is the last part of the path), and the `secret` it sends along."""

    key: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def path(self) -> str:
        """The path on this server, from the slash."""
        return f"/telegram/{self.key}"


def address(token: str, secret: str | None) -> Address:
    """Returns the address of the bot with this token, the same in every replica.

    It is derived from `secret` (BOT_WEBHOOK_SECRET), or else from the token: nobody without it can guess either part.
    """
    key = (secret or token).encode()
    number = token.partition(":")[0]

    def derived(purpose: str) -> str:
        return hmac.new(key, f"ballerup-bot/{number}/{purpose}".encode(), hashlib.sha256).hexdigest()

    return Address(derived("path")[:40], derived("secret token"))


class Webhook:
    """The webhook of one bot at one public address, which several replicas may share."""

    def __init__(self, bot: Bot, public_url: str, at: Address, turn: Turn, contact: Contact):
        """Takes the client, the server's public address, the secret one on it, whose turn it is to set the webhook,
        and where it is noted that Telegram answered.
        """
        self._bot = bot
        self._url = public_url + at.path
        self._at = at
        self._turn = turn
        self._contact = contact
        self._told: datetime | None = None
        self._stood = False
        self._left = False

    @property
    def fingerprint(self) -> str:
        """A hash of everything that is set; it tells a changed secret, which Telegram does not tell."""
        whole = [self._url, self._at.secret, sorted(ALLOWED), _CONNECTIONS]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()

    async def set_up(self) -> bool:
        """Sets the webhook unless it is set just so; what waits at Telegram is kept. False where that failed for now,
        or where another replica is just setting it.

        Raises ChannelError for a refused token.
        """
        try:
            info = await self._bot.get_webhook_info()
            self._contact.note()
            begun = await self._turn.begin(self.fingerprint, anew=not self._is_set(info))
            if begun == Begun.MINE:
                await (self._turn.done(self.fingerprint) if await self._is_done() else self._set())
        except InvalidToken:
            raise refused() from None
        except (TelegramError, DatabaseError) as error:
            _log.error("webhook not set yet", error=type(error).__name__, remedy="see: ballerup-bot doctor")
            return False
        if begun == Begun.DONE:
            self._told = info.last_error_date  # of another time
        self._stood = self._stood or begun != Begun.BUSY
        return begun != Begun.BUSY

    async def run(self, stop: asyncio.Event) -> None:
        """Sets the webhook, then looks every half a minute whether it still is set and works, until `stop`.

        Raises ChannelError for a refused token.
        """
        failures = 0 if await self.set_up() else 1
        while not stop.is_set():
            wait = min(_LOOK_MS, backoff(failures)) if failures else _LOOK_MS
            try:
                await asyncio.wait_for(stop.wait(), wait / 1000)
            except TimeoutError:
                failures = 0 if await self._look() else failures + 1

    async def _look(self) -> bool:
        try:
            info = await self._bot.get_webhook_info()
        except InvalidToken:
            raise refused() from None
        except TelegramError as error:
            wait = milliseconds(error) if isinstance(error, RetryAfter) else None
            _log.warning("webhook not looked at", error=type(error).__name__, retry_in_ms=wait)
            return False
        self._contact.note()
        self._tell(info)
        if self._is_set(info):
            self._stood, self._left = True, False
            return True
        if self._stood:
            if await self._is_replaced():
                return True
            _log.warning("the webhook was changed by somebody else", remedy="end the other program with this token")
        return await self.set_up()

    async def _is_replaced(self) -> bool:
        """Whether a newer replica has set it otherwise since. Set back, it would change to and fro until all are new;
        the one that started last is right.
        """
        try:
            replaced = await self._turn.known() != self.fingerprint
        except DatabaseError:
            return False
        if replaced and not self._left:
            _log.info("another replica has set the webhook in another way; it stays so")
        self._left = replaced
        return replaced

    async def _is_done(self) -> bool:
        """Whether another replica has set it since it was looked at, before the turn came here. Raises as `_set`."""
        try:
            done = self._is_set(await self._bot.get_webhook_info()) and await self._turn.known() == self.fingerprint
        except TelegramError:
            await self._turn.failed()
            raise
        return done

    async def _set(self) -> None:
        try:
            await self._bot.set_webhook(
                self._url,
                secret_token=self._at.secret,
                allowed_updates=list(ALLOWED),
                max_connections=_CONNECTIONS,
                drop_pending_updates=False,
            )
        except TelegramError:
            await self._turn.failed()
            raise
        self._contact.note()
        await self._turn.done(self.fingerprint)
        _log.info("webhook set", server=self._url.removesuffix(self._at.path))

    def _is_set(self, info: WebhookInfo) -> bool:
        return (
            info.url == self._url
            and set(info.allowed_updates or ()) == set(ALLOWED)
            and info.max_connections == _CONNECTIONS
        )

    def _tell(self, info: WebhookInfo) -> None:
        """Says once what Telegram's last fault with us was."""
        at = info.last_error_date
        if at is None or at == self._told:
            return
        self._told = at
        _log.warning(
            "Telegram could not push an update, and tries again",
            reason=(info.last_error_message or "")[:200],
            waiting=info.pending_update_count,
            remedy="check BOT_PUBLIC_URL, the proxy before this server and its certificate",
        )
