"""Words of people with their machine translation: filled in, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.core.model import Button, Content, Quote, Sentence, Span, Style, Translated
from bot.service.personal_file import _words
from bot.service.translating import translated, untranslated
from bot.store.personal import Sent
from bot.translator import LibreTranslate
from tests.factories import FakeClock, make_knowledge, make_mail
from tests.sentences import make_renderer
from tests.translate_server import TRANSLATE, TranslateServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.service.render import Renderer

GAP = Span("\n\n")
WORDS = Translated("Dzień dobry <b>{x}</b>", "pl", "da")
CONTENT = Content((Sentence("relay-intro"), WORDS), ((Button(Sentence("button-yes"), "yes"),),))


@pytest.fixture
def server() -> Iterator[TranslateServer]:
    with TranslateServer() as running:
        yield running


@pytest.fixture
async def translator(server: TranslateServer, clock: FakeClock) -> AsyncIterator[LibreTranslate]:
    client = LibreTranslate(server.url, None, clock.now)
    yield client
    await client.close()


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    knowledge = make_knowledge()
    return make_renderer(knowledge)


# ---- filled in -------------------------------------------------------------------------------------------


async def test_a_translation_is_filled_in_and_all_else_stays(translator: LibreTranslate) -> None:
    filled = await translated(CONTENT, translator)
    wanted = Translated(WORDS.text, "pl", "da", "[da] Dzień dobry <b>{x}</b>")
    assert filled == Content((CONTENT.parts[0], wanted), CONTENT.rows)


async def test_what_is_translated_already_is_not_asked_again(
    translator: LibreTranslate, server: TranslateServer
) -> None:
    filled = await translated(CONTENT, translator)
    assert await translated(filled, translator) == filled
    assert len(server.asked_of(TRANSLATE)) == 1


async def test_without_a_translator_the_words_are_a_plain_quote() -> None:
    assert (await translated(CONTENT, None)).parts == (CONTENT.parts[0], Quote(WORDS.text))


async def test_one_language_needs_no_translation(translator: LibreTranslate, server: TranslateServer) -> None:
    filled = await translated(Content((Translated("Goddag", "da", "da"), Quote("x"))), translator)
    assert filled.parts == (Quote("Goddag"), Quote("x"))
    assert server.asked == []


async def test_a_pair_that_is_not_offered_is_a_plain_quote(translator: LibreTranslate, server: TranslateServer) -> None:
    server.pairs = {"en": ("da",), "da": ("en",), "pl": ("en",)}
    assert (await translated(CONTENT, translator)).parts == (CONTENT.parts[0], Quote(WORDS.text))


async def test_a_failure_leaves_the_words_without_a_translation(
    translator: LibreTranslate, server: TranslateServer
) -> None:
    server.fail("reset")
    with capture_logs() as told:
        assert await translated(CONTENT, translator) == CONTENT
    assert [line["event"] for line in told] == ["not translated"]


def test_untranslated_are_the_words_alone() -> None:
    other = Translated("Hej", "da", "pl", "Cześć")
    assert untranslated(Content((WORDS, other, Quote("x")))).parts == (Quote(WORDS.text), Quote("Hej"), Quote("x"))
    assert untranslated(CONTENT).rows == CONTENT.rows


# ---- shown -----------------------------------------------------------------------------------------------


def test_the_words_stand_above_their_translation(renderer: Renderer) -> None:
    part = Translated("**Dzień dobry** {x}", "pl", "da", "Goddag <i>&amp;</i>")
    assert renderer.render(Content((part,)), "en").spans == (
        Span("**Dzień dobry** {x}", Style.QUOTE),
        GAP,
        Span("Machine translation into Dansk:"),
        GAP,
        Span("Goddag <i>&amp;</i>", Style.QUOTE),
    )


def test_without_a_translation_it_is_said(renderer: Renderer) -> None:
    assert renderer.render(Content((WORDS,)), "en").spans == (
        Span(WORDS.text, Style.QUOTE),
        GAP,
        Span("No translation is available just now."),
    )


def test_it_is_kept_apart_from_what_stands_around_it(renderer: Renderer) -> None:
    spans = renderer.render(Content((Quote("a"), WORDS, Quote("b"))), "en").spans
    assert (spans[:3], spans[-2:]) == (
        (Span("a", Style.QUOTE), GAP, Span(WORDS.text, Style.QUOTE)),
        (GAP, Span("b", Style.QUOTE)),
    )


def test_a_persons_own_file_says_nothing_of_translations(renderer: Renderer) -> None:
    sent = Sent(0, "delivered", make_mail(content=Content((WORDS,)), language="pl"))
    assert _words(sent, renderer) == WORDS.text
