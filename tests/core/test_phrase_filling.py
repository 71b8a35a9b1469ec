"""What staff type into the blanks of a phrase: what is understood, and what they are told where it is not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Content, Department, Line, Phrase, Ref, Sentence
from bot.core.phrase_filling import Reader, can_be_said, example, fill, find, listed, previewed, shown, unknown
from bot.core.staff_phrases import BlankType, StaffDocument, StaffPhrase, StaffPhrases
from bot.service.days import read_staff_day
from tests.factories import make_knowledge

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = date(2026, 11, 24)
_BLANKS: Mapping[str, Mapping[str, BlankType]] = {
    "bring": {"documents": BlankType.DOCUMENTS},
    "need-by": {"documents": BlankType.DOCUMENTS, "date": BlankType.DATE},
    "fee-by": {"amount": BlankType.MONEY, "date": BlankType.DATE},
    "received": {"date": BlankType.PAST},
    "meet": {"when": BlankType.MOMENT, "department": BlankType.DEPARTMENT},
    "period": {"first": BlankType.DATE, "last": BlankType.DATE},
    "payslips": {"count": BlankType.COUNT},
    "wait": {"days": BlankType.DAYS},
    "closing": {},
}
_DOCUMENTS = {
    "passport": ("pas", "passport"),
    "photo": ("pasfoto", "passport photo"),
    "rental-contract": ("lejekontrakt", "rental contract"),
    "employment-contract": ("ansættelseskontrakt", "employment contract"),
    "payslip": ("lønseddel", "payslip"),
}
_ALSO = {"rental-contract": ("huslejekontrakt",)}
PHRASES = StaffPhrases(
    {name: StaffPhrase(name, blanks, waits=False, texts={}) for name, blanks in _BLANKS.items()},
    {
        name: StaffDocument(name, {"da": danish, "en": f"{english} ({danish})"}, _ALSO.get(name, ()))
        for name, (danish, english) in _DOCUMENTS.items()
    },
)
_DEPARTMENTS = {
    "citizen-service": Department("citizen-service", {"da": "Borgerservice", "en": "Citizen Service"}),
    "jobs": Department("jobs", {"da": "Job og integration", "en": "Jobs and integration"}),
}
KNOWLEDGE = make_knowledge(staff_phrases=PHRASES, departments=_DEPARTMENTS)
READER = Reader(KNOWLEDGE, "da", TODAY, read_staff_day)


def filled(name: str, words: str, reader: Reader = READER) -> Phrase | Sentence:
    return fill(PHRASES.phrases[name], words, reader)


@pytest.mark.parametrize(
    ("name", "words", "values"),
    [
        ("bring", "pas", {"documents": "passport"}),
        ("bring", "Pas, LEJEKONTRAKT", {"documents": "passport,rental-contract"}),
        ("bring", "pas og lejekontrakt", {"documents": "passport,rental-contract"}),
        ("bring", "passport and payslip", {"documents": "passport,payslip"}),
        ("bring", "pas; lejekontrakt", {"documents": "passport,rental-contract"}),
        ("bring", "pas\nlejekontrakt", {"documents": "passport,rental-contract"}),
        ("bring", "pas, passport", {"documents": "passport"}),
        ("bring", "rental-contract", {"documents": "rental-contract"}),
        ("bring", "huslejekontrakt", {"documents": "rental-contract"}),
        ("bring", "ansæt", {"documents": "employment-contract"}),
        ("bring", "lonseddel", {"documents": "payslip"}),
        ("bring", "lejekontrat", {"documents": "rental-contract"}),
        ("bring", "lønsedler", {"documents": "payslip"}),
        ("need-by", "12.12.2026; pas, lejekontrakt", {"documents": "passport,rental-contract", "date": "2026-12-12"}),
        ("need-by", "pas; 12. december", {"documents": "passport", "date": "2026-12-12"}),
        ("need-by", "pas; 24.11.2026; lejekontrakt", {"documents": "passport,rental-contract", "date": "2026-11-24"}),
        ("fee-by", "1.250,50 kr.; 12.12.2026", {"amount": "1250.50", "date": "2026-12-12"}),
        ("fee-by", "12.12.2026; 1250", {"amount": "1250", "date": "2026-12-12"}),
        ("received", "24.11.2026", {"date": "2026-11-24"}),
        ("meet", "12.12.2026; Borgerservice", {"when": "2026-12-12", "department": "citizen-service"}),
        ("meet", "jobs and integration; 12.12.2026 kl. 9.05", {"when": "2026-12-12T09:05", "department": "jobs"}),
        ("meet", "borger; 12. december, kl 14", {"when": "2026-12-12T14:00", "department": "citizen-service"}),
        ("meet", "12.12 14:30; Borgerservise", {"when": "2026-12-12T14:30", "department": "citizen-service"}),
        ("period", "12.12.2026; 14.12.2026", {"first": "2026-12-12", "last": "2026-12-14"}),
        ("payslips", "3", {"count": "3"}),
        ("payslips", "03 lønsedler", {"count": "3"}),
        ("wait", "10 dage", {"days": "10"}),
        ("wait", "1 day", {"days": "1"}),
        ("closing", "", {}),
        ("closing", " ;; ", {}),
    ],
)
def test_what_is_understood(name: str, words: str, values: dict[str, str]) -> None:
    assert filled(name, words) == Phrase(name, values)


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("1250", "1250"),
        ("1.250", "1250"),
        ("1.250,00", "1250"),
        ("1.250,50 kr.", "1250.50"),
        ("kr. 1.250,-", "1250"),
        ("1250.5", None),
        ("1250.50", "1250.50"),
        ("1,250.50", "1250.50"),
        ("1 250 kroner", "1250"),
        ("DKK 99", "99"),
        ("1.234.567,89", "1234567.89"),
        ("0", None),
        ("0,00", None),
        ("-5", None),
        ("12.50.00", None),
        ("12345678", None),
        ("5 euro", None),
        ("1 2 3", None),
    ],
)
def test_amounts_of_money(words: str, amount: str | None) -> None:
    phrase = StaffPhrase("fee", {"amount": BlankType.MONEY}, waits=False, texts={})
    found = fill(phrase, words, READER)
    if amount is None:
        assert found == Sentence("phrase-bad-amount", {"words": words, "example": "1250 kr."})
    else:
        assert found == Phrase("fee", {"amount": amount})


_NEED = "/phrase need-by pas, pasfoto; 8.12.2026"


@pytest.mark.parametrize(
    ("name", "words", "key", "args"),
    [
        ("need-by", "", "phrase-missing", {"blank": Ref("blank", "need-by/documents"), "example": _NEED}),
        ("need-by", "pas", "phrase-missing", {"blank": Ref("blank", "need-by/date"), "example": _NEED}),
        ("need-by", "1.12.2026; pas; hund", "phrase-extra", {"words": "hund", "example": _NEED}),
        ("closing", "pas", "phrase-extra", {"words": "pas", "example": "/phrase closing"}),
        ("need-by", "32.12.2026; pas", "phrase-bad-day", {"words": "32.12.2026", "example": "8.12.2026"}),
        ("need-by", "12.10.2026; pas", "phrase-over", {"words": "12.10.2026"}),
        ("need-by", "12.12.2026 kl. 10; pas", "phrase-bad-day", {"words": "12.12.2026 kl. 10", "example": "8.12.2026"}),
        ("received", "25.11.2026", "phrase-ahead", {"words": "25.11.2026"}),
        ("received", "hund", "phrase-bad-day", {"words": "hund", "example": "23.11.2026"}),
        ("meet", "1.10.2026 10:00; jobs", "phrase-over", {"words": "1.10.2026 10:00"}),
        ("meet", "1.12.2026 25:00; jobs", "phrase-bad-day", {"words": "1.12.2026 25:00", "example": "8.12.2026 10:30"}),
        ("meet", "1.12.2026 10:60; jobs", "phrase-bad-day", {"words": "1.12.2026 10:60", "example": "8.12.2026 10:30"}),
        ("payslips", "tre", "phrase-bad-number", {"words": "tre", "example": "3"}),
        ("payslips", "0", "phrase-bad-number", {"words": "0", "example": "3"}),
        ("wait", "2 uger", "phrase-bad-number", {"words": "2 uger", "example": "3"}),
    ],
)
def test_what_staff_are_told(name: str, words: str, key: str, args: dict[str, object]) -> None:
    assert filled(name, words) == Sentence(key, args)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", ["1.12.2026; pas, kontrakt", "kontrakt; 1.12.2026"])
def test_an_unknown_document_is_named_with_the_nearest(words: str) -> None:
    found = filled("need-by", words)
    assert isinstance(found, Sentence)
    assert (found.key, found.args["words"]) == ("phrase-bad-document", "kontrakt")
    nearest = found.args["documents"]
    assert isinstance(nearest, Ref)
    assert nearest.kind == "documents"
    assert {"rental-contract", "employment-contract"} <= set(nearest.id.split(","))


def test_an_unknown_department_is_told_all_of_them() -> None:
    departments = Ref("departments", "citizen-service,jobs")
    told = Sentence("phrase-bad-department", {"words": "Skat", "departments": departments})
    assert filled("meet", "1.12.2026; Skat") == told


def test_long_words_are_not_repeated_in_full() -> None:
    found = filled("bring", "x" * 500)
    assert isinstance(found, Sentence)
    assert found.args["words"] == "x" * 64


@pytest.mark.parametrize("name", _BLANKS)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_example_can_be_typed(name: str, language: str) -> None:
    reader = Reader(KNOWLEDGE, language, TODAY, read_staff_day)
    words = example(PHRASES.phrases[name], reader)
    assert words.startswith(f"/phrase {name}")
    found = filled(name, words.removeprefix(f"/phrase {name}"), reader)
    assert isinstance(found, Phrase)
    assert can_be_said(found, KNOWLEDGE)


@given(st.sampled_from(sorted(_BLANKS)), st.text(max_size=60))
def test_anything_may_be_typed(name: str, words: str) -> None:
    found = filled(name, words)
    assert isinstance(found, Sentence) or can_be_said(found, KNOWLEDGE)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("bring", "bring"), (" Need-By ", "need-by"), ("fee", "fee-by"), ("pa", "payslips"), ("p", None), ("", None),
        ("foo", None),
    ],
)  # fmt: skip
def test_a_phrase_is_found_by_its_beginning(name: str, found: str | None) -> None:
    phrase = find(PHRASES, name)
    assert (phrase.id if phrase else None) == found


@pytest.mark.parametrize(
    "gone",
    [
        Phrase("gone", {}),
        Phrase("bring", {}),
        Phrase("bring", {"documents": "passport", "date": "2026-12-12"}),
        Phrase("bring", {"documents": "passport,gone"}),
        Phrase("meet", {"when": "2026-12-12", "department": "gone"}),
    ],
)
def test_what_is_no_longer_known_cannot_be_said(gone: Phrase) -> None:
    assert not can_be_said(gone, KNOWLEDGE)
    assert can_be_said(Phrase("bring", {"documents": "passport"}), KNOWLEDGE)


# ---- what staff see --------------------------------------------------------------------------------------


def test_the_list_names_every_phrase() -> None:
    intro, *lines = listed(PHRASES).parts
    assert intro == Sentence("phrases-list", {"command": "/phrase"})
    assert lines == [Line(Ref("phrase", name), mark=f"{name}:", tight=True) for name in _BLANKS]


def test_a_phrase_is_shown_with_an_example() -> None:
    howto = Sentence("phrase-howto", {"example": _NEED})
    assert shown(PHRASES.phrases["need-by"], READER) == Content((Phrase("need-by"), howto))
    assert shown(PHRASES.phrases["closing"], READER) == Content((Phrase("closing"),))


def test_the_preview_says_what_it_means() -> None:
    said = Phrase("bring", {"documents": "passport"})
    intro, theirs, meaning, own = previewed(said, "ar", "da").parts
    assert (intro, meaning) == (
        Sentence("phrase-preview", {"language": Ref("language", "ar")}),
        Sentence("phrase-meaning"),
    )
    assert (theirs, own) == (Phrase("bring", said.values, "ar"), Phrase("bring", said.values, "da"))
    assert previewed(said, "da", "da").parts == (
        Sentence("phrase-preview", {"language": Ref("language", "da")}), own,
    )  # fmt: skip


def test_an_unknown_phrase_is_named() -> None:
    assert unknown("foo" * 100) == Sentence("phrase-unknown", {"name": ("foo" * 100)[:64], "command": "/phrase"})
