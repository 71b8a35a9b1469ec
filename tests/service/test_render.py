from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.entry_replies import entry
from bot.core.entry_rules import is_current
from bot.core.model import (
    Answer,
    Basis,
    Button,
    Content,
    FactType,
    Quote,
    Ref,
    Rendered,
    RenderedButton,
    Sentence,
    Span,
    Style,
)
from bot.i18n import Translator, update_catalogues
from bot.service.render import Renderer
from tests.factories import ARABIC, FakeClock, make_entry, make_fact, make_knowledge
from tests.sentences import sentences

if TYPE_CHECKING:
    from pathlib import Path

    from bot.core.model import Knowledge, Part

_GAP = Span("\n\n")


@pytest.fixture(scope="module")
def translator() -> Translator:
    return sentences(make_knowledge().languages.values())


@pytest.fixture(scope="module")
def renderer(translator: Translator) -> Renderer:
    return Renderer(make_knowledge(), translator)


def render(renderer: Renderer, *parts: Part, language: str = "en") -> Rendered:
    return renderer.render(Content(parts), language)


def answer_of(translator: Translator, knowledge: Knowledge, name: str = "cpr", language: str = "en") -> Rendered:
    return Renderer(knowledge, translator).render(Content((Answer(name),)), language)


def changed(name: str = "cpr", **fields: object) -> Knowledge:
    """The small knowledge base with one entry changed."""
    knowledge = make_knowledge()
    entry = replace(knowledge.entries[name], **fields)  # type: ignore[arg-type]
    return replace(knowledge, entries={**knowledge.entries, name: entry})


# ---- an answer -------------------------------------------------------------------------------------------


def test_an_answer_has_title_text_and_where_it_comes_from(renderer: Renderer) -> None:
    rendered = render(renderer, Answer("cpr"))
    assert rendered.text == (
        "How do I get a CPR number?\n\nRegister within 5 days.\n\n1. First.\n2. Then.\n\n"
        "Source: The State\nLast checked: 1 November 2026\nResponsible: citizens en\n"
        "Not yet confirmed by the municipality: please look at the source too."
    )
    assert rendered.spans[0] == Span("How do I get a CPR number?", Style.BOLD)
    assert Span("The State", Style.LINK, "https://law.example") in rendered.spans
    assert (rendered.language, rendered.direction) == ("en", "ltr")


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("en", "cpr", "5 days"),
        ("da", "cpr", "5 dage"),
        ("pl", "cpr", "5 dni"),
        ("en", "business", "DKK 1,200"),
        ("da", "business", "1.200 kr."),
        ("pl", "business", "1 200 DKK"),
        ("en", "cpr", "1 November 2026"),
        ("da", "cpr", "1. november 2026"),
        ("pl", "cpr", "1 listopada 2026"),
        ("da", "emergency-112", "Ring 112 nu."),
    ],
)
def test_facts_are_written_as_each_language_writes_them(
    renderer: Renderer, language: str, name: str, expected: str
) -> None:
    text = render(renderer, Answer(name), language=language).text
    assert expected in text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_short_answer_stands_alone(renderer: Renderer) -> None:
    rendered = render(renderer, Answer("cpr", form="short"))
    assert rendered.text.startswith("How do I get a CPR number?\n\nRegister within 5 days.\n\nSource: ")


def test_both_languages_stand_side_by_side(renderer: Renderer) -> None:
    text = render(renderer, Answer("cpr", form="beside"), language="pl").text
    danish, polish = (render(renderer, Answer("cpr", form="short"), language=code).text for code in ("da", "pl"))
    for shown in (danish, polish):
        assert shown.split("\n\n")[1] in text
    assert text.index(polish.split("\n\n")[1]) < text.index(danish.split("\n\n")[1])


def test_several_sources_are_a_list_each_linked_where_it_has_an_address(renderer: Renderer) -> None:
    rendered = render(renderer, Answer("business"), language="da")
    assert "The State og The Archive" in rendered.text
    assert Span("The State", Style.LINK, "https://law.example") in rendered.spans
    assert Span("The Archive", Style.ITALIC) in rendered.spans


def test_a_publisher_is_named_once(translator: Translator) -> None:
    knowledge = changed(sources=("law", "paper", "same"))
    same = replace(knowledge.sources["law"], id="same", url="https://law.example/other")
    text = answer_of(translator, replace(knowledge, sources={**knowledge.sources, "same": same})).text
    assert text.count("The State") == 1
    assert "The State and The Archive" in text


def test_no_more_than_three_publishers_are_named(translator: Translator) -> None:
    names = tuple("abcde")
    knowledge = changed(sources=names)
    sources = {name: replace(knowledge.sources["law"], id=name, publisher=f"Office {name}") for name in names}
    text = answer_of(translator, replace(knowledge, sources=sources)).text
    assert "Source: Office a, Office b and Office c\n" in text


def test_an_entry_without_source_has_no_source_line(renderer: Renderer) -> None:
    assert "Source" not in render(renderer, Answer("emergency-112")).text


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        (Basis.CONFIRMED, "Confirmed by the municipality."),
        (Basis.READ, "Not yet confirmed by the municipality"),
        (Basis.PARTLY_READ, "not all of it could be compared"),
        (Basis.MEMORY, "not all of it could be compared"),
    ],
)
def test_how_sure_an_answer_is_is_said(translator: Translator, basis: Basis, words: str) -> None:
    assert words in answer_of(translator, changed(basis=basis)).text


def test_an_outdated_translation_is_said_to_be_one(translator: Translator) -> None:
    texts = make_knowledge().entries["cpr"].texts
    outdated = {**texts, "da": replace(texts["da"], outdated=True)}
    danish = answer_of(translator, changed(texts=outdated), language="da").text
    assert translator.sentence("da", "translation-outdated") in danish
    english = answer_of(translator, changed(texts=outdated)).text
    assert translator.sentence("en", "translation-outdated") not in english


def test_bold_and_links_of_a_text_become_spans(translator: Translator) -> None:
    texts = make_knowledge().entries["cpr"].texts
    marked = replace(texts["en"], short="Come **in person** within {fact:limit}. See [the law]({fact:law-page}).")
    spans = answer_of(translator, changed(texts={**texts, "en": marked})).spans
    assert Span("in person", Style.BOLD) in spans
    assert Span("the law", Style.LINK, "https://law.example/move") in spans


def test_a_link_to_what_is_no_address_is_refused(translator: Translator) -> None:
    texts = make_knowledge().entries["cpr"].texts
    marked = replace(texts["en"], short="See [the fee]({fact:fee}).")
    with pytest.raises(KeyError):
        answer_of(translator, changed(texts={**texts, "en": marked}))


# ---- words of people -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["**bold** [x]({fact:fee})", "{fact:limit} {number}", "<b>&amp;</b>", "\u202eabc", "%s"]
)
def test_words_of_a_person_are_shown_letter_by_letter(renderer: Renderer, text: str) -> None:
    assert render(renderer, Quote(text)).spans == (Span(text, Style.QUOTE),)
    sentence = render(renderer, Sentence("desk-taken", {"name": text}))
    assert text in sentence.text
    assert [span.style for span in sentence.spans] == [Style.PLAIN]


def test_parts_are_kept_apart_by_an_empty_line(renderer: Renderer) -> None:
    rendered = render(renderer, Sentence("none"), Quote("a"), Quote("b"))
    assert rendered.spans[1:] == (_GAP, Span("a", Style.QUOTE), _GAP, Span("b", Style.QUOTE))


def test_a_tight_sentence_follows_on_the_next_line_and_a_bold_one_is_bold(renderer: Renderer) -> None:
    spans = render(renderer, Sentence("card-urgent", bold=True), Sentence("state-new", tight=True), Quote("a")).spans
    assert spans == (Span("URGENT", Style.BOLD), Span("\n"), Span("new"), _GAP, Span("a", Style.QUOTE))


# ---- names and buttons -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        (Ref("entry", "business"), "At åbne en virksomhed"),
        (Ref("entry", "emergency-112"), "Ring 112"),
        (Ref("topic", "arrival"), "arrival da"),
        (Ref("department", "trade"), "trade da"),
        (Ref("language", "pl"), "Polski"),
        (Ref("languages", "en,da,pl"), "English, Dansk og Polski"),
        (Ref("fact", "law-page"), "The law da"),
        (Ref("moment", "1796045400000"), "mandag den 30. november 2026 kl. 14.30"),
        (Ref("moment", "1782823500000"), "tirsdag den 30. juni 2026 kl. 14.45"),
    ],
)
def test_what_depends_on_the_language_is_put_into_it(renderer: Renderer, ref: Ref, name: str) -> None:
    button = Button(Sentence("button-open", {"name": ref}), url="https://law.example")
    rendered = renderer.render(Content((Sentence("desk-taken", {"name": ref}),), ((Button(ref, "x"), button),)), "da")
    assert name in rendered.text
    assert rendered.rows[0][0] == RenderedButton(name, "x")
    assert name in rendered.rows[0][1].label
    assert rendered.rows[0][1].url == "https://law.example"


def test_a_sentence_inside_a_sentence(renderer: Renderer, translator: Translator) -> None:
    reason = Ref("sentence", "reason-blocked")
    text = render(renderer, Sentence("desk-failed", {"reason": reason}), language="da").text
    assert translator.sentence("da", "reason-blocked") in text


@pytest.mark.parametrize(
    "part",
    [
        Sentence("no-such-key"),
        Sentence("desk-taken"),
        Sentence("desk-taken", {"name": Ref("planet", "mars")}),
        Sentence("desk-taken", {"name": Ref("entry", "gone")}),
        Sentence("desk-taken", {"name": Ref("fact", "gone")}),
        Answer("gone"),
    ],
)
def test_what_does_not_exist_is_an_error_and_never_shown(renderer: Renderer, part: Part) -> None:
    with pytest.raises(LookupError):
        render(renderer, part)


def test_an_unknown_language_is_an_error(renderer: Renderer) -> None:
    with pytest.raises(LookupError):
        render(renderer, Sentence("none"), language="de")


def test_titles_and_single_sentences(renderer: Renderer) -> None:
    assert renderer.title("emergency-112", "pl") == "Zadzwoń 112"
    assert renderer.sentence("desk-taken", "en", name="Åse") == "Åse has already taken this case."


def test_the_direction_of_the_language_is_passed_on(tmp_path: Path) -> None:
    knowledge = make_knowledge(arabic=True)
    for language in knowledge.languages.values():
        update_catalogues(tmp_path / "locales", [language], source=language.code)
    renderer = Renderer(knowledge, Translator.load(tmp_path / "locales", knowledge.languages.values()))
    rendered = render(renderer, Answer("cpr"), language=ARABIC.code)
    assert (rendered.language, rendered.direction) == ("ar", "rtl")
    assert render(renderer, Answer("cpr"), language="pl").direction == "ltr"


# ---- what has expired ------------------------------------------------------------------------------------


@pytest.mark.parametrize("expired", ["entry", "fact"])
def test_an_expired_entry_is_not_given_but_named(translator: Translator, clock: FakeClock, expired: str) -> None:
    knowledge, today = make_knowledge(), clock.today()
    yesterday = today.replace(day=today.day - 1)
    if expired == "entry":
        knowledge = changed(valid_until=yesterday)
    else:
        limit = make_fact("limit", FactType.DURATION, 5, unit="day", valid_until=yesterday)
        knowledge = replace(knowledge, facts={**knowledge.facts, "limit": limit})
    assert not is_current(knowledge.entries["cpr"], knowledge, today)
    rendered = Renderer(knowledge, translator).render(entry(knowledge, "cpr", today, "en"), "en")
    assert "How do I get a CPR number?" in rendered.text
    assert "5 days" not in rendered.text
    assert [button.url for row in rendered.rows for button in row if button.url] == ["https://law.example/move"]


def test_an_entry_is_given_on_its_last_day(translator: Translator, clock: FakeClock) -> None:
    knowledge = changed(valid_until=clock.today())
    rendered = Renderer(knowledge, translator).render(entry(knowledge, "cpr", clock.today(), "en"), "en")
    assert "5 days" in rendered.text


def test_an_entry_made_by_hand_renders(translator: Translator) -> None:
    texts = make_knowledge().entries["cpr"].texts
    made = make_entry("new", texts={code: replace(text, answer="") for code, text in texts.items()})
    knowledge = replace(make_knowledge(), entries={"new": made})
    assert "\n\n\n" not in answer_of(translator, knowledge, "new").text
