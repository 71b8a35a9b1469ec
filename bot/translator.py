"""An optional machine translator: the client of a LibreTranslate server, or of one that speaks its protocol, over HTTP.

What leaves the machine, and only when BOT_TRANSLATOR_URL is set: the text to translate, the two language codes and the
key. The text was redacted when it arrived (CPR numbers and the like); names and other words in it are sent as they are,
so the server should be the municipality's own or one with which it has an agreement. No chat, sender or ticket goes
along, and nothing of the text or the key is logged.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import httpx
import structlog
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LONGEST = 16_000
"""Characters of a text; a longer one is not translated."""

PIECE = 2_000
"""Characters sent at once: what LibreTranslate's own hosted service takes; another server may take more."""

_CONNECT_S, _WHOLE_S = 3.0, 15.0
_FIRST_WAIT, _LONGEST_WAIT = 10_000, 300_000  # ms; servers ban who goes on asking after "slow down"
_MOST_BYTES = 1_000_000  # of an answer
_BAD_REQUEST = 400

# Simplified Chinese is "zh-Hans" in newer servers and "zh" in older ones, where "zt" is Traditional.
_CODES = {"zh": ("zh-Hans", "zh")}
_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?…]\s+|[。！？؟]\s*"), re.compile(r"\s"))

_log = structlog.get_logger("translator")


class _Language(BaseModel):
    code: str
    targets: list[str]


class _Translation(BaseModel):
    words: str = Field(alias="translatedText", min_length=1)


_LANGUAGES = TypeAdapter(list[_Language])


class _UnusableError(Exception):
    """The server's answer is none, and why; with its `status` where it is not 200."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status


class LibreTranslate:
    """Translates through one server; satisfies `bot.service.ports.Translates`.

    Which languages it offers is asked once, before the first text. After a failure nothing is sent for a while (10 s,
    doubling up to 5 minutes), and the languages are asked again first. Nothing is tried twice: that is the caller's.
    """

    def __init__(self, url: str, key: str | None, now: Callable[[], int], *, whole: float = _WHOLE_S) -> None:
        """Takes the server's address, its key if it wants one, the clock (ms) and the longest time for a text (s).

        Nothing is sent yet. Raises httpx.InvalidURL for an address that `bot.settings` would refuse.
        """
        self._client = httpx.AsyncClient(
            base_url=url,
            timeout=httpx.Timeout(whole, connect=_CONNECT_S),
            headers={"Accept-Encoding": "identity"},  # so that the size of an answer is what arrives
        )
        self._key = key
        self._now = now
        self._whole = whole
        self._offered: Mapping[str, frozenset[str]] | None = None  # the server's codes, source -> targets
        self._asking = asyncio.Lock()
        self._again = 0
        self._wait = _FIRST_WAIT

    def can(self, source: str, target: str) -> bool:
        """Returns False where the server has said that it does not offer this pair of languages (our codes)."""
        return self._offered is None or _pair(self._offered, source, target) is not None

    async def translate(self, text: str, source: str, target: str) -> str | None:
        """Returns `text` in `target`, with its line breaks, or None when it cannot be translated now.

        The codes are ours. Raises nothing, whatever the server answers.
        """
        if not text.strip():
            return text
        if len(text) > LONGEST:
            _log.warning("not translated", error="too long", length=len(text))
            return None
        try:
            async with asyncio.timeout(self._whole):
                offered = await self._languages()
                pair = _pair(offered, source, target)
                if pair is None:
                    return None
                words = [await self._piece(piece, *pair) for piece in pieces(text)]
        except _UnusableError as error:
            self._failed(error.reason, error.status)
            return None
        except (httpx.HTTPError, TimeoutError, ValidationError) as error:
            self._failed(type(error).__name__)
            return None
        self._wait = _FIRST_WAIT
        return "".join(words)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _languages(self) -> Mapping[str, frozenset[str]]:
        """What the server offers; nothing while it is left alone after a failure."""
        async with self._asking:
            if self._offered is None and self._now() >= self._again:
                listed = _LANGUAGES.validate_json(await self._answer("GET", "/languages"))
                self._offered = {language.code: frozenset(language.targets) for language in listed}
        return self._offered or {}

    async def _piece(self, piece: str, source: str, target: str) -> str:
        """Servers drop the space around a text, so it stays here."""
        words = piece.strip()
        if not words:
            return piece
        before, _, after = piece.partition(words)
        body = {"q": words, "source": source, "target": target, "format": "text"}
        if self._key is not None:
            body["api_key"] = self._key
        answer = _Translation.model_validate_json(await self._answer("POST", "/translate", body))
        return f"{before}{answer.words.strip()}{after}"

    async def _answer(self, method: str, path: str, body: Mapping[str, str] | None = None) -> bytes:
        async with self._client.stream(method, path, json=body) as response:
            if response.status_code != httpx.codes.OK:
                raise _UnusableError("refused", response.status_code)
            answer = bytearray()
            async for chunk in response.aiter_raw():
                answer += chunk
                if len(answer) > _MOST_BYTES:
                    raise _UnusableError("too large")
        return bytes(answer)

    def _failed(self, error: str, status: int | None = None) -> None:
        """What was asked about one text says little about the next; anything else lets the server rest."""
        _log.warning("not translated", error=error, status=status)
        self._offered = None
        now = self._now()
        if status != _BAD_REQUEST and now >= self._again:  # several texts that fail together count once
            self._again = now + self._wait
            self._wait = min(2 * self._wait, _LONGEST_WAIT)


def pieces(text: str, longest: int = PIECE) -> Iterator[str]:
    """Yields `text` in pieces of at most `longest` characters that make it up again.

    Cut between paragraphs, else lines, sentences or words; anywhere only where there is none of them.
    """
    while len(text) > longest:
        cut = next((end for ends in _ENDS if (end := _last_end(ends, text, longest))), longest)
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def _last_end(ends: re.Pattern[str], text: str, longest: int) -> int:
    """Returns where the last of `ends` within `longest` characters is over, 0 where there is none."""
    return max((found.end() for found in ends.finditer(text, 0, longest)), default=0)


def _pair(offered: Mapping[str, frozenset[str]], source: str, target: str) -> tuple[str, str] | None:
    """Returns the server's codes for our two, None where it does not offer them together."""
    for first in _CODES.get(source, (source,)):
        for second in _CODES.get(target, (target,)):
            if second in offered.get(first, ()):
                return first, second
    return None
