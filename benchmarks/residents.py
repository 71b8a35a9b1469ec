"""What many residents write to a bot that is measured, and how long they wait for its answers."""

from __future__ import annotations

import asyncio
import time
from itertools import cycle
from typing import TYPE_CHECKING, Any, Literal

from bot import golden
from bot.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.lean_telegram import LeanTelegram

Kind = Literal["command", "question", "mix"]
KINDS: tuple[Kind, ...] = ("command", "question", "mix")

_COMMANDS = ("/help", "/menu", "/privacy", "/mydata")
_LANGUAGES = ("en", "da", "pl", "ar")
_PATIENCE_S = 120.0
_FIRST_CHAT = 1_000_000


def questions() -> list[tuple[str, str]]:
    """Returns (language, text) of golden questions that entries answer, the languages in turn."""
    found = [one for one in golden.read(ROOT / "tests" / "questions") if not one.context and one.expected]
    by_language = [[(code, one.text) for one in found if one.language == code] for code in _LANGUAGES]
    return [one for some in zip(*by_language, strict=False) for one in some]


class Residents:
    """People who write one message at a time each, in turn, and wait for its answer."""

    def __init__(self, count: int) -> None:
        """`count` people; the bot must be fast enough that nobody's turn comes again within a second."""
        self._chats = cycle(range(_FIRST_CHAT, _FIRST_CHAT + count))
        self._asked: dict[int, float] = {}
        self._commands, self._questions = cycle(_COMMANDS), cycle(questions())
        self._told = asyncio.Event()
        self.waits: list[float] = []

    def heard(self, chat: int) -> None:
        """The bot has said something to somebody; only the first message after a question is its answer."""
        asked = self._asked.pop(chat, None)
        if asked is not None:
            self.waits.append(time.perf_counter() - asked)
            self._told.set()

    async def keep_asking(self, telegram: LeanTelegram, kind: Kind, count: int, at_once: int) -> None:
        """`count` messages, `at_once` of them unanswered at any time. Raises TimeoutError for a bot that is silent."""
        self.waits = []
        for update in self._updates(telegram, kind, count):
            while len(self._asked) >= at_once:
                await self._next_answer()
            self._ask(telegram, update)
        await self.all_answered()

    async def ask_steadily(self, telegram: LeanTelegram, kind: Kind, count: int, rate: float) -> None:
        """`count` messages, `rate` a second whatever the bot does."""
        self.waits = []
        begin = time.perf_counter()
        for number, update in enumerate(self._updates(telegram, kind, count)):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            self._ask(telegram, update)
        await self.all_answered()

    async def all_answered(self) -> None:
        while self._asked:
            await self._next_answer()

    async def _next_answer(self) -> None:
        self._told.clear()
        async with asyncio.timeout(_PATIENCE_S):
            await self._told.wait()

    def _ask(self, telegram: LeanTelegram, message: dict[str, Any]) -> None:
        self._asked[message["chat"]["id"]] = time.perf_counter()
        telegram.publish("message", message)

    def _updates(self, telegram: LeanTelegram, kind: Kind, count: int) -> Iterator[dict[str, Any]]:
        for number in range(count):
            if kind == "command" or (kind == "mix" and number % 2):
                language, text = _LANGUAGES[number % len(_LANGUAGES)], next(self._commands)
            else:
                language, text = next(self._questions)
            yield _message(next(self._chats), telegram.message_id(), language, text)


def _message(chat: int, number: int, language: str, text: str) -> dict[str, Any]:
    who = {"id": chat, "first_name": "Amina", "last_name": "Jensen"}
    message: dict[str, Any] = {
        "message_id": number,
        "from": {**who, "is_bot": False, "language_code": language},
        "chat": {**who, "type": "private"},
        "date": int(time.time()),
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return message
