from __future__ import annotations

import asyncio
import contextlib
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.translator import LONGEST, PIECE, LibreTranslate, pieces
from tests.factories import FakeClock
from tests.translate_server import CODES, EVERY_PAIR, LANGUAGES, TRANSLATE, TranslateServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.service.ports import Translates
    from tests.translate_server import Fault

KEY = "hemmelig-key"
TEXT = "My neighbour Kowalski plays music"
OURS = ("en", "da", "pl", "uk", "de", "ro", "tr", "ar", "zh", "cs")
FAULTS: tuple[tuple[Fault, int | None, str], ...] = (
    ("refuse", 400, "refused"),
    ("refuse", 403, "refused"),
    ("refuse", 429, "refused"),
    ("refuse", 500, "refused"),
    ("refuse", 503, "refused"),
    ("redirect", 307, "refused"),
    ("hang", None, "TimeoutError"),
    ("reset", None, "ReadError"),
    ("page", None, "ValidationError"),
    ("cut", None, "ValidationError"),
    ("nothing", None, "ValidationError"),
    ("empty", None, "ValidationError"),
    ("list", None, "ValidationError"),
    ("flood", None, "too large"),
)


@pytest.fixture(scope="module")
def running() -> Iterator[TranslateServer]:
    with TranslateServer() as server:
        yield server


@pytest.fixture
def server(running: TranslateServer) -> TranslateServer:
    running.forget()
    return running


@asynccontextmanager
async def client(
    server: TranslateServer | str, clock: FakeClock | None = None, *, key: str | None = None, whole: float = 15.0
) -> AsyncIterator[LibreTranslate]:
    url = server if isinstance(server, str) else server.url
    translator = LibreTranslate(url, key, (clock or FakeClock()).now, whole=whole)
    try:
        yield translator
    finally:
        await translator.close()


# ---- what is asked and answered --------------------------------------------------------------------------


async def test_a_text_is_translated(server: TranslateServer) -> None:
    async with client(server) as translator:
        port: Translates = translator
        assert await port.translate(TEXT, "en", "da") == f"[da] {TEXT}"
    assert server.asked == [
        (LANGUAGES, {}),
        (TRANSLATE, {"q": TEXT, "source": "en", "target": "da", "format": "text"}),
    ]


async def test_the_languages_are_asked_once(server: TranslateServer) -> None:
    async with client(server) as translator:
        await asyncio.gather(*(translator.translate(TEXT, "en", code) for code in ("da", "pl", "ar")))
        await translator.translate(TEXT, "pl", "da")
    assert server.asked_of(LANGUAGES) == [{}]
    assert len(server.asked_of(TRANSLATE)) == 4


async def test_nothing_is_asked_before_the_first_text(server: TranslateServer) -> None:
    async with client(server) as translator:
        assert translator.can("en", "xx")
        assert [await translator.translate(text, "en", "da") for text in ("", " \n")] == ["", " \n"]
    assert server.asked == []


async def test_a_server_under_a_path() -> None:
    with TranslateServer(prefix="/translation") as server:
        async with client(server) as translator:
            assert await translator.translate("Hello", "en", "da") == "[da] Hello"


async def test_the_key_goes_along() -> None:
    with TranslateServer(key=KEY) as server:
        async with client(server, key=KEY) as translator:
            assert await translator.translate("Hello", "en", "da") == "[da] Hello"
        assert server.asked_of(TRANSLATE)[0]["api_key"] == KEY


@pytest.mark.parametrize("key", [None, "hemmelig-other-key"])
async def test_without_the_right_key_there_is_no_translation(key: str | None) -> None:
    with TranslateServer(key=KEY) as server, capture_logs() as told:
        async with client(server, key=key) as translator:
            assert await translator.translate(TEXT, "en", "da") is None
    assert [line["status"] for line in told] == [403 if key else 400]
    assert "hemmelig" not in str(told)


# ---- languages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", OURS)
async def test_every_language_of_ours_is_known_to_the_server(server: TranslateServer, code: str) -> None:
    theirs = "zh-Hans" if code == "zh" else code
    target = "da" if code != "da" else "en"
    async with client(server) as translator:
        assert await translator.translate("x", code, target) == f"[{target}] x"
        assert await translator.translate("x", target, code) == f"[{theirs}] x"
        assert translator.can(code, target)


async def test_chinese_of_an_older_server() -> None:
    with TranslateServer(pairs={"en": ("zh", "zt"), "zh": ("en",), "zt": ("en",)}) as server:
        async with client(server) as translator:
            assert await translator.translate("x", "en", "zh") == "[zh] x"
            assert await translator.translate("x", "zh", "en") == "[en] x"


async def test_traditional_chinese_does_not_stand_in() -> None:
    with TranslateServer(pairs={"en": ("zh-Hant", "zt", "da"), "zh-Hant": (), "zt": ()}) as server:
        async with client(server) as translator:
            assert await translator.translate("x", "en", "zh") is None
            assert not translator.can("en", "zh")
        assert server.asked_of(TRANSLATE) == []


async def test_a_pair_that_is_not_offered_is_not_asked() -> None:
    with TranslateServer(pairs={"en": ("da",), "da": ("en",), "pl": ("en",)}) as server, capture_logs() as told:
        async with client(server) as translator:
            assert await translator.translate(TEXT, "pl", "da") is None
            assert await translator.translate(TEXT, "xx", "da") is None
            offered = [(a, b) for a in OURS for b in OURS if translator.can(a, b)]
            assert offered == [("en", "da"), ("da", "en"), ("pl", "en")]
        assert server.asked_of(TRANSLATE) == []
    assert told == []


async def test_a_language_that_is_gone_is_noticed(server: TranslateServer) -> None:
    async with client(server) as translator:
        assert await translator.translate(TEXT, "pl", "da")
        server.pairs = {code: to for code, to in EVERY_PAIR.items() if code != "pl"}
        assert await translator.translate(TEXT, "pl", "da") is None
        assert await translator.translate(TEXT, "pl", "da") is None
        assert not translator.can("pl", "da")
        assert await translator.translate("x", "en", "da") == "[da] x"
    assert len(server.asked_of(TRANSLATE)) == 3


# ---- faults ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LANGUAGES, TRANSLATE])
@pytest.mark.parametrize(("fault", "status", "error"), FAULTS)
async def test_whatever_is_answered_there_is_no_exception(
    server: TranslateServer, clock: FakeClock, fault: Fault, status: int | None, error: str, path: str
) -> None:
    server.fail(fault, path, status=status or 0)
    whole = 0.2 if fault == "hang" else 15.0
    async with client(server, clock, key=KEY, whole=whole) as translator:
        with capture_logs() as told:
            assert await translator.translate(TEXT, "en", "da") is None
        assert [(line["event"], line["error"], line["status"]) for line in told] == [("not translated", error, status)]
        assert "Kowalski" not in str(told)
        assert KEY not in str(told)
        clock.advance(10_000)
    async with client(server, clock) as translator:
        assert await translator.translate(TEXT, "en", "da") == f"[da] {TEXT}"


async def test_a_server_that_is_not_there(clock: FakeClock) -> None:
    with TranslateServer() as server:
        pass
    async with client(server.url, clock) as translator:
        with capture_logs() as told:
            assert await translator.translate(TEXT, "en", "da") is None
        assert told[0]["error"] == "ConnectError"
        assert translator.can("en", "da")


async def test_after_a_failure_the_server_is_left_alone_for_a_while(server: TranslateServer, clock: FakeClock) -> None:
    server.fail("refuse", status=429, times=3)
    async with client(server, clock) as translator:
        for wait in (10_000, 20_000, 40_000):
            assert await translator.translate(TEXT, "en", "da") is None
            asked = len(server.asked)
            clock.advance(wait - 1)
            assert await translator.translate(TEXT, "en", "da") is None
            assert len(server.asked) == asked, "too early"
            clock.advance(1)
        assert await translator.translate(TEXT, "en", "da") == f"[da] {TEXT}"
        assert len(server.asked_of(LANGUAGES)) == 4, "asked again after every failure"
        server.fail("reset")
        assert await translator.translate(TEXT, "en", "da") is None
        clock.advance(10_000)
        assert await translator.translate(TEXT, "en", "da"), "a success makes the wait short again"


async def test_the_wait_has_an_end(server: TranslateServer, clock: FakeClock) -> None:
    server.fail("refuse", LANGUAGES, times=9)
    async with client(server, clock) as translator:
        for _ in range(9):
            await translator.translate(TEXT, "en", "da")
            clock.advance(300_000)
        assert await translator.translate(TEXT, "en", "da")


async def test_texts_that_fail_together_count_once(server: TranslateServer, clock: FakeClock) -> None:
    async with client(server, clock) as translator:
        await translator.translate("x", "en", "da")
        server.fail("refuse", status=503, times=5)
        results = await asyncio.gather(*(translator.translate(TEXT, "en", "da") for _ in range(5)))
        assert results == [None] * 5
        clock.advance(10_000)
        assert await translator.translate(TEXT, "en", "da")


async def test_a_text_that_is_refused_holds_up_no_other(server: TranslateServer) -> None:
    server.fail("refuse", status=400)
    async with client(server) as translator:
        assert await translator.translate(TEXT, "en", "da") is None
        assert await translator.translate("x", "en", "da") == "[da] x"


async def test_who_gives_up_waiting_breaks_nothing(server: TranslateServer) -> None:
    server.fail("hang", LANGUAGES)
    async with client(server) as translator:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(translator.translate(TEXT, "en", "da"), 0.2)
        assert await translator.translate(TEXT, "en", "da") == f"[da] {TEXT}"


# ---- long texts ------------------------------------------------------------------------------------------


async def test_a_long_text_goes_in_pieces_and_keeps_its_paragraphs(server: TranslateServer) -> None:
    paragraphs = [f"{number}. " + "word " * 150 + "end." for number in range(8)]
    async with client(server) as translator:
        result = await translator.translate("\n\n".join(paragraphs), "en", "da")
    sent = [body["q"] for body in server.asked_of(TRANSLATE)]
    assert len(sent) == 4
    assert all(len(text) <= PIECE and text.endswith("end.") for text in sent)
    assert result == "\n\n".join(f"[da] {text}" for text in sent)


async def test_half_a_translation_is_none(server: TranslateServer) -> None:
    async with client(server) as translator:
        await translator.translate("x", "en", "da")
        server.fail("refuse", after=1)
        assert await translator.translate(("a" * 1500 + "\n\n") * 3, "en", "da") is None
    assert len(server.asked_of(TRANSLATE)) == 2 + 1


async def test_the_space_around_a_text_stays(server: TranslateServer) -> None:
    async with client(server) as translator:
        assert await translator.translate("\n  Hello\n", "en", "da") == "\n  [da] Hello\n"


async def test_a_text_without_end_is_not_sent(server: TranslateServer) -> None:
    async with client(server) as translator:
        assert await translator.translate("a" * LONGEST, "en", "da")
        asked = len(server.asked)
        assert await translator.translate("a" * (LONGEST + 1), "en", "da") is None
    assert len(server.asked) == asked


@given(st.text(st.sampled_from("ab .\n。؟é😀"), max_size=60), st.integers(1, 12))
def test_pieces_make_up_the_text_again(text: str, longest: int) -> None:
    cut = list(pieces(text, longest))
    assert "".join(cut) == text
    assert all(0 < len(piece) <= longest for piece in cut)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One.\n\nTwo. Three", ["One.\n\n", "Two. Three"]),
        ("One. Two\nThree four", ["One. Two\n", "Three four"]),
        ("One. Two three four", ["One. ", "Two three ", "four"]),
        ("你好。你好吗我很好谢谢你", ["你好。", "你好吗我很好谢谢你"]),
        ("Donaudampfschiff", ["Donaudampfs", "chiff"]),
        ("", []),
    ],
)
def test_cut_where_a_reader_would(text: str, wanted: list[str]) -> None:
    assert list(pieces(text, 11)) == wanted


# ---- the local server itself -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({}, 200, ""),
        ({"q": ""}, 400, "missing q"),
        ({"q": ["a"]}, 400, "missing q"),
        ({"source": None}, 400, "missing source"),
        ({"target": "zh"}, 400, "zh is not supported"),
        ({"source": "xx"}, 400, "xx is not supported"),
        ({"format": "pdf"}, 400, "pdf format"),
        ({"q": "a" * 2001}, 400, "exceeds text limit"),
        ({"chat": "100"}, 400, "Invalid JSON format"),
    ],
)
async def test_the_local_server_is_strict(
    server: TranslateServer, change: dict[str, Any], status: int, words: str
) -> None:
    body = {"q": "a", "source": "en", "target": "da", "format": "text", **change}
    async with httpx.AsyncClient(base_url=server.url) as browser:
        answer = await browser.post(TRANSLATE, json=body)
        listed = (await browser.get(LANGUAGES)).json()
    assert answer.status_code == status
    assert words in json.loads(answer.content).get("error", "")
    assert [language["code"] for language in listed] == list(CODES)
