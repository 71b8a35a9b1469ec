"""A surface at work on the local Telegram, with the small knowledge base of `tests.factories`."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from structlog.testing import capture_logs

from bot.store import pauses
from handlers.telegram.client import make_bot
from handlers.telegram.inline import Inline
from handlers.telegram.surface import TelegramSurface
from tests.factories import FakeClock, make_knowledge, make_library
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, MutableMapping, Sequence

    from telegram import Bot

    from bot.core.model import Incoming, Knowledge
    from bot.service.brain import Loaded
    from bot.service.render import Renderer
    from bot.store.database import Database
    from tests.telegram_server.server import TelegramServer

Logs = list["MutableMapping[str, Any]"]


class NoProfile:
    """A profile that is never set."""

    fingerprint = "same"

    async def apply(self, bot: Bot) -> bool:
        del bot
        return False


@lru_cache(maxsize=1)
def small_library() -> Loaded:
    return make_library()


def with_knowledge(**fields: Any) -> tuple[Loaded, Renderer]:
    """The small library with other knowledge, and what renders it; the understanding stays."""
    knowledge: Knowledge = make_knowledge(**fields)
    return replace(small_library(), knowledge=knowledge), make_renderer(knowledge)


@asynccontextmanager
async def surface(
    server: TelegramServer, database: Database, taken: list[str], poison: str = "", inline: type[Inline] | None = None
) -> AsyncIterator[Logs]:
    """A surface at work; `taken` are the texts that arrived, and `poison` is one that cannot be stored."""

    async def accept(arrived: Sequence[Incoming]) -> None:
        if poison and any(incoming.text == poison for incoming in arrived):
            raise UnicodeEncodeError("utf-8", poison, 0, 1, "a secret of the resident")
        taken.extend(incoming.text for incoming in arrived)

    bot, stop = make_bot(server.token, server.url), asyncio.Event()
    library, renderer = with_knowledge()
    answering = (inline or Inline)(bot, library, renderer, lambda: database.run_async(pauses.current), FakeClock())
    working = TelegramSurface(bot, NoProfile(), answering, database, ())  # type: ignore[arg-type]
    with capture_logs() as logs:
        task = asyncio.create_task(working.run(stop, accept, lambda: 0))
        try:
            yield logs
        finally:
            stop.set()
            await asyncio.wait_for(task, 15)
            await working.close()
