"""Every staff phrase of the shipped knowledge, filled, as residents read it in each language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import content
from bot.core.model import Content, Phrase, Quote, Ref, Sentence
from bot.core.phrase_filling import Reader, example, fill, listed, previewed, shown
from bot.core.staff_phrases import BlankType, spoken
from bot.service.days import read_staff_day
from bot.store.codec import content_from_json, content_to_json
from tests.factories import FakeClock
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from bot.core.model import Knowledge
    from bot.core.staff_phrases import StaffPhrase
    from bot.service.render import Renderer

_ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "da", "pl", "uk", "de", "ro", "tr", "ar", "zh", "cs")
_LEFT_OVER = re.compile(r"[{}\[\]]|\.\.|\bNone\b")
_SAMPLES: dict[BlankType, str] = {
    BlankType.DATE: "2026-12-14",
    BlankType.PAST: "2026-11-02",
    BlankType.MOMENT: "2026-12-14T10:30",
    BlankType.MONEY: "1250.50",
    BlankType.DOCUMENTS: "passport,rental-contract,payslip",
    BlankType.DEPARTMENT: "citizen-service",
    BlankType.COUNT: "3",
    BlankType.DAYS: "10",
}
_LONGEST = 400  # characters of a phrase with its samples: it is read on a phone
_MESSAGE = 4096  # characters of one Telegram message


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return content.load(_ROOT / "knowledge")


@pytest.fixture(scope="module")
def renderer(knowledge: Knowledge) -> Renderer:
    return make_renderer(knowledge)


def sample(phrase: StaffPhrase) -> Phrase:
    return Phrase(phrase.id, {name: _SAMPLES[kind] for name, kind in phrase.blanks.items()})


def said(renderer: Renderer, phrase: Phrase, language: str) -> str:
    return renderer.render(Content((phrase,)), language).text


def test_all_ten_languages_are_there(knowledge: Knowledge) -> None:
    assert set(knowledge.languages) == set(LANGUAGES)
    assert len(knowledge.staff_phrases.phrases) >= 25
    assert {kind for phrase in knowledge.staff_phrases.phrases.values() for kind in phrase.blanks.values()} == set(
        BlankType
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_can_be_read(language: str, knowledge: Knowledge, renderer: Renderer) -> None:
    for phrase in knowledge.staff_phrases.phrases.values():
        words = said(renderer, sample(phrase), language)
        assert not _LEFT_OVER.search(words), words
        assert len(words) <= _LONGEST, words
        for kind in phrase.blanks.values():
            assert kind not in {BlankType.DATE, BlankType.MOMENT} or re.search("14.*2026|2026.*14", words), words
            assert kind is not BlankType.MONEY or re.search(r"1\D?250[.,]50", words), words
            assert kind is not BlankType.DOCUMENTS or "lejekontrakt" in words, words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Please pay the fee: DKK 1,250.50. Last day for payment: 14 December 2026."),
        ("da", "Betal venligst gebyret: 1.250,50 kr. Sidste dag for betaling: 14. december 2026."),
        ("de", "Bitte zahlen Sie die Gebühr: 1.250,50 DKK. Letzter Tag für die Zahlung: 14. Dezember 2026."),
        ("uk", "Будь ласка, сплатіть збір: 1 250,50 DKK. Останній день оплати: 14 грудня 2026 р."),
    ],
)
def test_values_are_written_as_the_language_writes_them(language: str, words: str, renderer: Renderer) -> None:
    found = said(renderer, Phrase("fee-by", {"amount": "1250.50", "date": "2026-12-14"}), language)
    assert re.sub("[\u00a0\u202f]", " ", found) == words


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-12-14", "Din aftale er flyttet. Nyt tidspunkt: 14. december 2026."),
        ("2026-12-14T10:30", "Din aftale er flyttet. Nyt tidspunkt: mandag den 14. december 2026 kl. 10.30."),
    ],
)
def test_a_time_of_day_may_be_told(when: str, words: str, renderer: Renderer) -> None:
    assert said(renderer, Phrase("appointment-moved", {"when": when}), "da") == words


def test_another_language_than_the_message(renderer: Renderer) -> None:
    rendered = renderer.render(previewed(Phrase("bring", {"documents": "passport"}), "ar", "da"), "da")
    assert "جواز السفر (pas)" in rendered.text
    assert "Medbring venligst: pas." in rendered.text
    assert "العربية" in rendered.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_see_what_goes_into_the_blanks(language: str, knowledge: Knowledge, renderer: Renderer) -> None:
    for phrase in knowledge.staff_phrases.phrases.values():
        words = said(renderer, Phrase(phrase.id), language)
        assert words.count("[") == words.count("]") == len(phrase.blanks)
        assert "{" not in words
    whole = renderer.render(listed(knowledge.staff_phrases), language).text
    assert all(f"\n{name}: " in whole for name in knowledge.staff_phrases.phrases)
    assert len(whole) <= _MESSAGE


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_of_any_language_can_type_the_examples(language: str, knowledge: Knowledge, renderer: Renderer) -> None:
    reader = Reader(knowledge, language, FakeClock().today(), read_staff_day)
    for phrase in knowledge.staff_phrases.phrases.values():
        words = example(phrase, reader)
        assert words in renderer.render(shown(phrase, reader), language).text or not phrase.blanks
        assert isinstance(fill(phrase, words.removeprefix(f"/phrase {phrase.id}"), reader), Phrase), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_can_name_every_document_and_department(language: str, knowledge: Knowledge) -> None:
    reader = Reader(knowledge, language, FakeClock().today(), read_staff_day)
    bring, ask = (knowledge.staff_phrases.phrases[name] for name in ("bring", "with-department"))
    for document in knowledge.staff_phrases.documents.values():
        for word in (*spoken(document.names[language]), *spoken(document.names["da"]), *document.also):
            assert fill(bring, word, reader) == Phrase("bring", {"documents": document.id}), word
    for department in knowledge.departments.values():
        for code in (language, "da", "en"):
            found = fill(ask, department.names[code], reader)
            assert found == Phrase("with-department", {"department": department.id})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "documents"),
        ("32.12.2026; pas", "32.12.2026"),
        ("12.12.2026; kontrakt", "employment contract (ansættelseskontrakt)"),
        ("12.12.2025; pas", "12.12.2025"),
    ],
)
def test_what_is_wrong_can_be_read(words: str, told: str, knowledge: Knowledge, renderer: Renderer) -> None:
    reader = Reader(knowledge, "en", FakeClock().today(), read_staff_day)
    found = fill(knowledge.staff_phrases.phrases["need-by"], words, reader)
    assert isinstance(found, Sentence)
    assert told in renderer.render(Content((found,)), "en").text


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        (Ref("documents", "passport,payslip"), "passport (pas) and payslip (lønseddel)"),
        (Ref("departments", "business,culture"), "Business and Culture and leisure"),
        (Ref("phrase", "bring"), "Please bring: [documents]."),
        (Ref("blank", "fee/amount"), "amount in kroner"),
        (Ref("amount", "1250"), "DKK 1,250"),
        (Ref("number", "1250"), "1,250"),
        (Ref("days", "1"), "1 day"),
    ],
)
def test_values_inside_a_sentence(ref: Ref, words: str, renderer: Renderer) -> None:
    assert words in renderer.sentence("phrase-missing", "en", blank=ref, example="x").replace("\u00a0", " ")


_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.builds(Phrase, _words, st.dictionaries(_words, _words, max_size=3), st.none() | _words))
def test_a_filled_phrase_comes_back_from_the_store(phrase: Phrase) -> None:
    whole = Content((Sentence("phrase-meaning"), phrase, Quote("x")))
    assert content_from_json(content_to_json(whole)) == whole
