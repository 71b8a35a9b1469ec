"""`@bot tax card` in any chat: approved texts to choose from, at once, and nothing is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.answer import Decision, Kind
from bot.store import tables
from handlers.telegram.inline import MOST, Inline, first_of_topics, fitting
from tests.delivery.loops import reached
from tests.factories import make_entry, make_knowledge
from tests.handlers.telegram.working import surface
from tests.store.rows import rows

if TYPE_CHECKING:
    from telegram import InlineQuery

    from bot.store.database import Database
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer

TODAY = date(2026, 11, 24)
KNOWLEDGE = make_knowledge()
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def ask(user: User, text: str) -> dict[str, Any]:
    """What the bot offers for `@bot text`."""
    typed = await asyncio.to_thread(user.inline, text)
    return await asyncio.to_thread(typed.wait, 20)


def titles(answer: dict[str, Any]) -> list[str]:
    return [result["title"] for result in answer["results"]]


# ---- on the local Telegram -------------------------------------------------------------------------------


@sqlite
async def test_a_question_gets_the_entry_and_what_is_related(server: TelegramServer, database: Database) -> None:
    ann = server.user("Ann", "en-GB")
    async with surface(server, database, []):
        answer = await ask(ann, "how do i get a cpr number")
    assert titles(answer) == ["How do I get a CPR number?", "Opening a company"]
    first = answer["results"][0]
    assert first["description"] == "Register within 5 days."
    text = first["input_message_content"]["message_text"]
    assert text.startswith("How do I get a CPR number?\n\nRegister within 5 days.\n\nSource: The State")
    assert {"type": "bold", "offset": 0, "length": 26} in first["input_message_content"]["entities"]
    assert answer["button"] == {"text": "Ask the assistant", "start_parameter": "cpr"}
    assert (answer["is_personal"], 0 <= answer["cache_time"] <= 60) == (True, True)


@sqlite
@pytest.mark.parametrize(
    ("code", "typed", "title"),
    [
        ("en", "jak dostać numer CPR", "Jak dostać numer CPR?"),  # the words tell
        ("da", "cpr", "Hvordan får jeg et CPR-nummer?"),  # the words do not
        ("nb", "cpr", "Hvordan får jeg et CPR-nummer?"),
        ("fr", "cpr", "How do I get a CPR number?"),
        ("", "cpr", "How do I get a CPR number?"),
    ],
)
async def test_in_the_language_of_the_words_or_else_of_the_app(
    server: TelegramServer, database: Database, code: str, typed: str, title: str
) -> None:
    user = server.user("Sam", code)
    async with surface(server, database, []):
        answer = await ask(user, typed)
    assert title in titles(answer)


@sqlite
@pytest.mark.parametrize("typed", ["", " ", "c"])
async def test_before_a_word_is_typed_the_topics_are_shown(
    server: TelegramServer, database: Database, typed: str
) -> None:
    ann = server.user("Ann", "da")
    async with surface(server, database, []):
        answer = await ask(ann, typed)
    assert titles(answer) == ["Hvordan får jeg et CPR-nummer?", "At åbne en virksomhed"]


@sqlite
async def test_danger_gets_the_emergency_text_alone(server: TelegramServer, database: Database) -> None:
    ann = server.user("Ann")
    async with surface(server, database, []):
        answer = await ask(ann, "i want to kill myself")
    assert titles(answer) == ["Call 112"]


@sqlite
async def test_nothing_fits_and_the_chat_is_offered(server: TelegramServer, database: Database) -> None:
    ann = server.user("Ann")
    async with surface(server, database, []):
        answer = await ask(ann, "who won the football match")
    assert answer["results"] == []
    assert answer["button"]["start_parameter"] == "inline"


@sqlite
async def test_nothing_of_it_is_kept_or_logged(server: TelegramServer, database: Database) -> None:
    ann, taken = server.user("Ann"), list[str]()
    async with surface(server, database, taken) as logs:
        await ask(ann, "my cpr is 010190-1234 how do i register")
        await asyncio.to_thread(ann.send, "hello")
        await reached(lambda: bool(taken))
    assert taken == ["hello"]
    assert rows(database, tables.inbox) == []
    assert not any(word in str(logs) for word in ("010190", "register", str(ann.id)))


@sqlite
async def test_what_is_sent_in_the_chat_itself_is_read_like_any_text(
    server: TelegramServer, database: Database
) -> None:
    ann, taken = server.user("Ann"), list[str]()
    async with surface(server, database, taken):
        typed = await asyncio.to_thread(ann.inline, "cpr number registration")
        await asyncio.to_thread(typed.wait, 20)
        await asyncio.to_thread(ann.pick, typed)
        await reached(lambda: bool(taken))
    assert taken[0].startswith("How do I get a CPR number?")


# ---- when something fails --------------------------------------------------------------------------------


class Slow(Inline):
    """Thinks for ever about "slow", and fails over "broken"."""

    async def _answer(self, query: InlineQuery) -> None:
        if query.query == "slow":
            await asyncio.sleep(3600)
        if query.query == "broken":
            raise KeyError(query.query)
        await super()._answer(query)


@sqlite
async def test_a_slow_or_failing_answer_stops_nothing_else(
    server: TelegramServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.telegram.inline._PATIENCE_S", 1.0)
    ann, bo, taken = server.user("Ann"), server.user("Bo"), list[str]()
    async with surface(server, database, taken, inline=Slow) as logs:
        for text in ("slow", "broken"):
            await asyncio.to_thread(ann.inline, text)
        assert titles(await ask(bo, "cpr number registration"))
        await asyncio.to_thread(ann.send, "hello")
        await reached(lambda: bool(taken))
        await reached(lambda: any(line["event"] == "inline query not answered" for line in logs))
    failed = next(line for line in logs if line["event"] == "inline query failed")
    assert (failed["error"], failed["place"].partition(":")[0]) == ("KeyError", "telegram/test_inline.py")
    assert "broken" not in str(logs)


@sqlite
@pytest.mark.parametrize(
    ("fault", "level"),
    [
        ({"status": 400, "description": "Bad Request: query is too old and response timeout expired"}, "info"),
        ({"status": 400, "description": "Bad Request: RESULT_ID_INVALID"}, "warning"),
        ({"status": 500}, "warning"),
    ],
)
async def test_a_refused_answer_is_only_logged(
    server: TelegramServer, database: Database, fault: dict[str, Any], level: str
) -> None:
    ann = server.user("Ann")
    server.fail("answerInlineQuery", **fault)
    async with surface(server, database, []) as logs:
        await asyncio.to_thread(ann.inline, "cpr number registration")
        await reached(lambda: any("inline" in line["event"] for line in logs))
        assert titles(await ask(ann, "cpr number registration"))
    assert [line["log_level"] for line in logs if line["event"] == "inline query not answered"] == [level]


@sqlite
async def test_when_telegram_wants_fewer_answers_it_gets_none(server: TelegramServer, database: Database) -> None:
    ann = server.user("Ann")
    server.fail("answerInlineQuery", retry_after=1)
    async with surface(server, database, []) as logs:
        await asyncio.to_thread(ann.inline, "cpr")
        await reached(lambda: any(line.get("retry_in_ms") == 1000 for line in logs))
        early = await asyncio.to_thread(ann.inline, "cpr number")
        await asyncio.sleep(1.1)
        assert titles(await ask(ann, "cpr number registration"))
    assert early.answers == []


@sqlite
async def test_who_types_on_gets_the_last_answer_only(server: TelegramServer, database: Database) -> None:
    ann = server.user("Ann")
    typed = [ann.inline("cpr number registration"[:length]) for length in range(1, 24)]
    async with surface(server, database, []):
        await asyncio.to_thread(typed[-1].wait, 20)
        await asyncio.to_thread(ann.send, "hello")
    assert sum(bool(query.answers) for query in typed) < 5


@sqlite
async def test_who_asks_without_end_is_not_answered(
    server: TelegramServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.telegram.inline._BURST", 2)
    monkeypatch.setattr("handlers.telegram.inline._EVERY_MS", 60_000)
    ann, bo = server.user("Ann"), server.user("Bo")
    async with surface(server, database, []):
        for words in ("cpr", "cpr number"):
            assert titles(await ask(ann, words))
        unheard = await asyncio.to_thread(ann.inline, "cpr number registration")
        assert titles(await ask(bo, "cpr")), "somebody else is"
    assert unheard.answers == []


@sqlite
async def test_inline_mode_that_is_off_is_told(server: TelegramServer, database: Database) -> None:
    server.world.inline_mode = False
    async with surface(server, database, []) as logs:
        await reached(lambda: any("setinline" in str(line.get("remedy")) for line in logs))


# ---- which entries ---------------------------------------------------------------------------------------


def decided(kind: Kind, entry: str | None = None, **fields: Any) -> Decision:
    return Decision(kind, entry, fields.pop("choices", ()), 0.9, "en", **fields)


MANY = {f"e{number}": make_entry(f"e{number}", texts=KNOWLEDGE.entries["cpr"].texts) for number in range(9)}
OLD = make_entry("old", valid_until=date(2026, 11, 23), texts=KNOWLEDGE.entries["cpr"].texts)
WIDE = replace(KNOWLEDGE, entries={**KNOWLEDGE.entries, **MANY, "old": OLD})


@pytest.mark.parametrize(
    ("decision", "found"),
    [
        (decided(Kind.ANSWER, "cpr"), ("cpr", "business")),
        (decided(Kind.ANSWER, "cpr", also="business", choices=("e1", "cpr")), ("cpr", "business", "e1")),
        (decided(Kind.ANSWER, "e1", choices=tuple(MANY)), ("e1", "e0", "e2", "e3", "e4")),
        (decided(Kind.ANSWER, "old", choices=("e1",)), ("e1",)),
        (decided(Kind.ANSWER, "withdrawn"), ()),
        (decided(Kind.CHOICES, choices=("e3", "old", "e4")), ("e3", "e4")),
        (decided(Kind.CRISIS, "emergency-112"), ("emergency-112",)),
        (decided(Kind.CRISIS), ("emergency-112",)),
        (decided(Kind.CRISIS, "withdrawn"), ()),
        *((decided(kind, "cpr"), ()) for kind in (Kind.NONE, Kind.OUT_OF_SCOPE, Kind.STAFF, Kind.SMALLTALK, Kind.FLOW)),
    ],
)
def test_which_entries_are_offered(decision: Decision, found: tuple[str, ...]) -> None:
    assert fitting(decision, WIDE, TODAY) == found
    assert len(found) <= MOST


def test_the_commonest_topics_come_first() -> None:
    topics = ("a", "health", "b", "arrival-registration", "c", "d")
    entries = {name: make_entry(name, topic=name, texts=KNOWLEDGE.entries["cpr"].texts) for name in topics}
    wide = replace(KNOWLEDGE, entries=entries, topics={name: {} for name in topics})
    assert first_of_topics(wide, TODAY) == ("arrival-registration", "health", "a", "b")


def test_topics_without_a_current_entry_are_left_out() -> None:
    only_old = replace(KNOWLEDGE, entries={"old": OLD, "business": KNOWLEDGE.entries["business"]})
    assert first_of_topics(only_old, TODAY) == ("business",)
