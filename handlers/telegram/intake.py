"""What is done with updates, however they come: the inbox first, then what nobody may wait for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.errors import DatabaseError
from handlers.telegram.plain import words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot

    from bot.core.model import Incoming
    from bot.delivery.observing import Observer
    from handlers.telegram.inline import Inline
    from handlers.telegram.updates import Reader

_log = structlog.get_logger("telegram")
_LAST_WORDS_S = 2.0


class Intake:
    """Takes updates. What `take` returned from is committed; answers that nobody may wait for follow by themselves."""

    def __init__(
        self,
        bot: Bot,
        reader: Reader,
        inline: Inline,
        accept: Callable[[Sequence[Incoming]], Awaitable[None]],
        clock: Callable[[], int],
        observer: Observer,
        is_staff: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        """`accept` stores a batch durably, duplicates left out, and returns when it is committed; `clock` gives ms.

        `is_staff` looks whether a group that is not known is a staff group by now, and makes it known if so.
        """
        self._bot = bot
        self._reader = reader
        self._inline = inline
        self._accept = accept
        self._clock = clock
        self._observer = observer
        self._is_staff = is_staff
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, found: Sequence[dict[str, Any]]) -> None:
        """Stores what arrived, in its order. Raises DatabaseError, and whatever one that cannot be read or stored
        raises.
        """
        now = self._clock()
        read = [words(one, self._reader.bot, now) or Update.de_json(one, self._bot) for one in found]
        updates = [one for one in read if isinstance(one, Update)]
        self._reader.foresee(updates)
        if self._is_staff is not None:
            for chat in self._reader.strange(updates):
                await self._is_staff(chat)
        known = (self._reader.read(one, now) if isinstance(one, Update) else one for one in read)
        arrived = [incoming for incoming in known if incoming is not None]
        if arrived:
            await self._accept(arrived)
        if len(arrived) < len(found):
            self._observer.received("other", "ignored", len(found) - len(arrived))
        for update in updates:
            if update.callback_query is not None:
                self._later(self._stop_spinner(update.callback_query.id))
            elif update.inline_query is not None:
                self._later(self._inline.answer(update.inline_query))

    async def take_or_skip(self, found: dict[str, Any]) -> None:
        """Takes one update, or skips what no further try can take either. Raises TelegramError and DatabaseError."""
        try:
            await self.take([found])
        except (TelegramError, DatabaseError):
            raise
        except Exception as error:  # noqa: BLE001  # one that cannot be taken must not hold up all that follow
            _log.error("update skipped", update_id=found.get("update_id"), error=type(error).__name__)
            self._observer.received("other", "unreadable")

    async def finish(self) -> None:
        """Gives what was begun a moment to end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_WORDS_S)

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
