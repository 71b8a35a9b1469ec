"""Every entry of the shipped knowledge, in every language, as people get to read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from bot import content
from bot.core import entry_replies, replies
from bot.core.conversation import Draft
from bot.core.model import Answer, Content, Form, Style
from bot.i18n import Translator, fact_text, format_day
from bot.service.render import Renderer
from tests.sentences import sentences

if TYPE_CHECKING:
    from bot.core.model import Knowledge, Language, Rendered
    from tests.factories import FakeClock

_ROOT = Path(__file__).parents[2]
_SCREEN = 1030  # characters, about what fits a phone
_LEFT_OVER = re.compile(r"[{}\ue000-\uf8ff]|\*\*|\]\(|\bNone\b|<[a-z/]")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return content.load(_ROOT / "knowledge")


@pytest.fixture(scope="module")
def translator(knowledge: Knowledge) -> Translator:
    return sentences(one for one in knowledge.languages.values() if one.offered)


@pytest.fixture(scope="module")
def renderer(knowledge: Knowledge, translator: Translator) -> Renderer:
    return Renderer(knowledge, translator)


def offered(knowledge: Knowledge) -> list[Language]:
    return [language for language in knowledge.languages.values() if language.offered]


def problems(rendered: Rendered, language: Language) -> list[str]:
    """What must never be seen: markup, braces, marks, empty buttons, untidy gaps."""
    labels = [button.label for row in rendered.rows for button in row]
    found = [text for text in (rendered.text, *labels) if _LEFT_OVER.search(text)]
    found += ["empty label" for label in labels if not label.strip()]
    found += ["long action" for row in rendered.rows for button in row if len(button.action.encode()) > 64]
    found += ["link" for span in rendered.spans if span.style == Style.LINK and not span.url.startswith("http")]
    found += ["gap"] if "\n\n\n" in rendered.text or rendered.text != rendered.text.strip() else []
    return found + ([] if (rendered.language, rendered.direction) == (language.code, language.direction) else ["code"])


def test_every_entry_in_every_language(knowledge: Knowledge, renderer: Renderer, clock: FakeClock) -> None:
    for name in knowledge.entries:
        for language in offered(knowledge):
            for form in get_args(Form):
                said = entry_replies.entry(knowledge, name, clock.today(), language.code, form)
                rendered = renderer.render(said, language.code)
                assert problems(rendered, language) == [], (name, language.code, form)
                assert rendered.text.startswith(renderer.title(name, language.code))


def test_what_is_shown_first_fits_a_phone(knowledge: Knowledge, renderer: Renderer, clock: FakeClock) -> None:
    for name in knowledge.entries:
        for language in offered(knowledge):
            rendered = renderer.render(
                entry_replies.entry(knowledge, name, clock.today(), language.code), language.code
            )
            assert len(rendered.text) <= _SCREEN, (name, language.code)


def test_every_fact_of_an_entry_is_shown_in_the_format_of_the_language(
    knowledge: Knowledge, renderer: Renderer
) -> None:
    for entry in knowledge.entries.values():
        for language in offered(knowledge):
            text = entry.texts[language.code]
            rendered = renderer.render(Content((Answer(entry.id),)), language.code).text
            for name in re.findall(r"(?<!\()\{fact:([a-z0-9-]+)\}", text.title + text.short + text.answer):
                assert fact_text(knowledge.facts[name], language) in rendered, (entry.id, language.code, name)


def test_under_every_answer_stands_where_it_comes_from(
    knowledge: Knowledge, renderer: Renderer, translator: Translator
) -> None:
    for entry in knowledge.entries.values():
        for language in offered(knowledge):
            rendered = renderer.render(Content((Answer(entry.id),)), language.code)
            date = format_day(entry.checked, language)
            assert translator.sentence(language.code, "checked-line", date=date) in rendered.text
            assert knowledge.departments[entry.department].names[language.code] in rendered.text
            links = {span.url for span in rendered.spans if span.style == Style.LINK}
            publishers = list(dict.fromkeys(knowledge.sources[name].publisher for name in entry.sources))
            assert all(publisher in rendered.text for publisher in publishers[:3]), entry.id
            urls = {knowledge.sources[name].url for name in entry.sources} - {None}
            assert not urls or urls & links, entry.id


def test_menus_topics_and_crisis_texts(knowledge: Knowledge, renderer: Renderer) -> None:
    codes = tuple(language.code for language in offered(knowledge))
    contents = [
        replies.menu(knowledge),
        replies.greeting(codes, "112"),
        replies.languages(codes),
        replies.help_text(),
        *[replies.topic(knowledge, topic) for topic in knowledge.topics],
        *[replies.language_set(code) for code in codes],
        *[replies.crisis(knowledge, entry.id) for entry in knowledge.entries.values() if entry.urgent],
        *[replies.preview(knowledge, Draft(1, ("words",), entry=entry), "pl") for entry in (None, *knowledge.entries)],
    ]
    for said in contents:
        for language in offered(knowledge):
            rendered = renderer.render(said, language.code)
            assert problems(rendered, language) == [], said
            assert len(rendered.text.encode("utf-16-le")) // 2 <= 4096


def test_an_answer_fits_into_two_messages_of_telegram(knowledge: Knowledge, renderer: Renderer) -> None:
    for entry in knowledge.entries:
        for language in offered(knowledge):
            text = renderer.render(Content((Answer(entry),)), language.code).text
            assert len(text.encode("utf-16-le")) // 2 <= 2 * 4096, (entry, language.code)
