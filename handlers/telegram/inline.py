"""Answers typed in any chat (`@bot tax card`): approved texts to choose from, from memory. Nothing is stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, LinkPreviewOptions
from telegram.error import RetryAfter, TelegramError

from bot.core.answer import Kind, Question, understand
from bot.core.entry_rules import is_current
from bot.core.flood import charge
from bot.core.language import usual_language
from bot.core.model import Answer, Content
from bot.core.pausing import pause_of
from bot.core.privacy import redact
from bot.delivery.worker import place
from handlers.telegram.client import milliseconds
from handlers.telegram.kinds import PAYLOAD
from handlers.telegram.text import pieces

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import date

    from telegram import Bot, InlineQuery

    from bot.core.answer import Decision
    from bot.core.model import Knowledge
    from bot.core.pausing import Pause
    from bot.service.ports import Clock, Library, Renders

_log = structlog.get_logger("telegram")

MOST = 5
_COMMONEST = ("arrival-registration", "tax-money", "housing", "health")  # topics, shown before a word is typed
_FEWEST_LETTERS = 2
_DESCRIPTION = 120
_CACHE_S = 10  # the texts may change at any time
_PATIENCE_S = 10.0  # a query lives for half a minute, but nobody looks at the list that long
_AT_ONCE = 2  # every letter typed is a query: no more than this are thought about side by side
_BURST, _EVERY_MS = 30, 500  # queries of one person: so many at once, then one each so often
_EMERGENCY = "emergency-112"
_SERVED_IN = {"nb": "da", "nn": "da", "no": "da", "sv": "da"}  # as in a conversation
_START = "inline"  # what the chat is opened with when there is no entry to open it with


class Inline:
    """Answers inline queries at once. Neither a query nor who asked is kept or logged."""

    def __init__(
        self,
        bot: Bot,
        library: Library,
        renderer: Renders,
        pauses: Callable[[], Awaitable[Sequence[Pause]]],
        clock: Clock,
    ) -> None:
        """Takes the client, what the assistant knows, what turns it into words, what is paused now, and the time."""
        self._bot = bot
        self._library = library
        self._renderer = renderer
        self._pauses = pauses
        self._clock = clock
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._newest: dict[int, str] = {}
        self._full_at: dict[int, int] = {}  # person -> when they may ask as much as ever again, see `charge`
        self._quiet_until = 0.0  # in the event loop's time: Telegram wants no answers before

    async def answer(self, query: InlineQuery) -> None:
        """Answers, unless the same person has typed on meanwhile. Never raises: what fails is logged."""
        person = query.from_user.id
        self._newest[person] = query.id
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._answer(query)
        except RetryAfter as error:
            self._quiet_until = asyncio.get_running_loop().time() + milliseconds(error) / 1000
            _log.warning("inline queries are not answered for a while", retry_in_ms=milliseconds(error))
        except (TelegramError, TimeoutError) as error:
            late = isinstance(error, TimeoutError) or "query is too old" in str(error).lower()
            (_log.info if late else _log.warning)("inline query not answered", error=type(error).__name__, late=late)
        except Exception as error:  # noqa: BLE001  # one query's fault must not stop what else arrives
            _log.error("inline query failed", error=type(error).__name__, place=place(error))
        finally:
            if self._newest.get(person) == query.id:
                del self._newest[person]

    async def _answer(self, query: InlineQuery) -> None:
        async with self._free:
            if self._newest.get(query.from_user.id) != query.id or self._is_quiet() or self._is_flood(query):
                return
            code, paused = query.from_user.language_code, await self._pauses()
            results, button = await asyncio.to_thread(self._think, query.query, code, paused)
        await self._bot.answer_inline_query(query.id, results, cache_time=_CACHE_S, is_personal=True, button=button)

    def _is_quiet(self) -> bool:
        return asyncio.get_running_loop().time() < self._quiet_until

    def _is_flood(self, query: InlineQuery) -> bool:
        """Counts a query that would be answered; True where the person has had more than anybody types."""
        person, now = query.from_user.id, int(asyncio.get_running_loop().time() * 1000)
        full_at = charge(self._full_at.get(person, 0), now, _BURST, _EVERY_MS)
        if full_at is None:
            return True
        self._full_at = {one: at for one, at in self._full_at.items() if at > now} | {person: full_at}
        return False

    def _think(
        self, typed: str, code: str | None, pauses: Sequence[Pause]
    ) -> tuple[Sequence[InlineQueryResultArticle], InlineQueryResultsButton]:
        known, today = self._library.now(), self._clock.today()
        offered = known.brain.offered
        tag = (code or "").partition("-")[0].lower()
        prior = usual_language(offered, _SERVED_IN.get(tag, tag))
        if len(typed.strip()) >= _FEWEST_LETTERS:
            decision = understand(Question(redact(typed).text, prior=prior), known.brain)
            language = decision.language if decision.language in offered else prior
            entries = fitting(decision, known.knowledge, today)
            pauses = () if decision.kind == Kind.CRISIS else pauses
        else:
            language, entries = prior, first_of_topics(known.knowledge, today)
        entries = tuple(each for each in entries if pause_of(pauses, known.knowledge, each, language) is None)
        start = entries[0] if entries and PAYLOAD.fullmatch(entries[0]) else _START
        button = InlineQueryResultsButton(self._renderer.sentence("button-to-bot", language), start_parameter=start)
        return [self._article(entry, language) for entry in entries], button

    def _article(self, entry: str, language: str) -> InlineQueryResultArticle:
        title = self._renderer.title(entry, language)
        rendered = self._renderer.render(Content((Answer(entry, form="short"),)), language)
        message = pieces(rendered)[0]
        return InlineQueryResultArticle(
            entry,
            title,
            InputTextMessageContent(
                message.text, entities=message.entities, link_preview_options=LinkPreviewOptions(is_disabled=True)
            ),
            description=_first_words(rendered.text.removeprefix(title)),
        )


def fitting(decision: Decision, knowledge: Knowledge, today: date) -> tuple[str, ...]:
    """Returns the entries to choose from, the best first: what would be answered, and what is near to it."""
    match decision.kind:
        case Kind.CRISIS:
            found = [decision.entry or _EMERGENCY]
            return tuple(entry for entry in found if entry in knowledge.entries)
        case Kind.ANSWER:
            best = [entry for entry in (decision.entry, decision.also) if entry is not None]
            related = [other for entry in best for other in _related(entry, knowledge)]
            return _current([*best, *decision.choices, *related], knowledge, today)
        case Kind.CHOICES:
            return _current(decision.choices, knowledge, today)
        case _:
            return ()


def first_of_topics(knowledge: Knowledge, today: date) -> tuple[str, ...]:
    """Returns the first entry of each of the commonest topics, or of others where those are not there."""
    firsts: dict[str, str] = {}
    for entry in knowledge.entries.values():
        if is_current(entry, knowledge, today):
            firsts.setdefault(entry.topic, entry.id)
    topics = dict.fromkeys((*_COMMONEST, *knowledge.topics))
    return tuple(firsts[topic] for topic in topics if topic in firsts)[: len(_COMMONEST)]


def _related(entry: str, knowledge: Knowledge) -> tuple[str, ...]:
    known = knowledge.entries.get(entry)
    return known.related if known is not None else ()


def _current(entries: Iterable[str], knowledge: Knowledge, today: date) -> tuple[str, ...]:
    known = [knowledge.entries[entry] for entry in dict.fromkeys(entries) if entry in knowledge.entries]
    return tuple(entry.id for entry in known if is_current(entry, knowledge, today))[:MOST]


def _first_words(text: str) -> str:
    """The first paragraph on one line, as short as a list shows it."""
    line = " ".join(text.strip().partition("\n\n")[0].split())
    return line if len(line) <= _DESCRIPTION else f"{line[: _DESCRIPTION - 1].rstrip()}…"
