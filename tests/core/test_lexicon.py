from __future__ import annotations

import pickle

import pytest

from bot.core.lexicon import NOTHING, Lexicon, concept_grams, lexicons, together
from bot.core.text import runs

ENGLISH = {
    "flat": ("apartment", "HOME"),
    "apartment": ("apartment", "HOME"),
    "tax": ("tax", "TAX"),
    "card": ("card",),
    "tooth": ("tooth", "TEETH"),
}
DANISH = {"lejlighed": ("flat",), "skat": ("tax",), "kort": ("card",), "ansoegning": ("application",)}
CHINESE = {"税": ("tax",), "税卡": ("tax", "card"), "卡": ("card",)}


@pytest.fixture
def known() -> dict[str, Lexicon]:
    return lexicons({"en": ENGLISH, "da": DANISH, "zh": CHINESE})


def means(known: dict[str, Lexicon], language: str, text: str) -> list[tuple[str, ...]]:
    return known[language].meanings(runs(text))


def test_words_of_all_languages_share_meanings(known: dict[str, Lexicon]) -> None:
    assert means(known, "da", "en lejlighed") == means(known, "en", "a flat") == [("apartment", "HOME")]


def test_english_words_are_understood_in_every_language(known: dict[str, Lexicon]) -> None:
    assert means(known, "da", "min tax ting") == [("tax", "TAX")]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("lejligheden", [("apartment", "HOME")]),  # an ending
        ("skattekort", []),  # its first part is no known form
        ("skatkort", [("tax", "TAX", "card")]),  # two known words
        ("ansoegningskort", [("application", "card")]),  # … joined by an s
        ("zzzzz", []),
    ],
)
def test_unknown_words_are_taken_apart(known: dict[str, Lexicon], word: str, meaning: list[tuple[str, ...]]) -> None:
    lexicon = Lexicon({form: m for form, m in known["da"].forms.items() if len(form) > 3}, known["da"].borrowed)
    assert lexicon.meanings([word]) == meaning


def test_clauses_without_spaces_are_cut_at_the_longest_word(known: dict[str, Lexicon]) -> None:
    assert means(known, "zh", "我要税卡") == [("tax", "TAX", "card")]
    assert means(known, "zh", "稅卡") == means(known, "zh", "税卡")


def test_concepts_and_their_pairs_come_in_any_order(known: dict[str, Lexicon]) -> None:
    one, other = (means(known, "en", text) for text in ("tax card", "card tax"))
    assert sorted(concept_grams(one)) == sorted(concept_grams(other))
    assert "TAX card" in concept_grams(one)


def test_long_texts_are_looked_at_only_so_far(known: dict[str, Lexicon]) -> None:
    assert len(means(known, "en", "tax " * 500)) == 40


def test_nothing_is_known_without_a_lexicon() -> None:
    assert NOTHING.meanings(["tax"]) == []


def test_a_lexicon_can_be_stored_and_named(known: dict[str, Lexicon]) -> None:
    again = pickle.loads(pickle.dumps(known["da"]))  # noqa: S301 - our own bytes
    assert again.fingerprint() == known["da"].fingerprint() != known["zh"].fingerprint()
    assert again.meanings(["lejligheden"]) == known["da"].meanings(["lejligheden"])


def test_lexicons_together_know_the_forms_of_all(known: dict[str, Lexicon]) -> None:
    other = Lexicon({"kort": ("short",)}, {})
    everything = together([known["da"], known["zh"], other])
    assert everything.meanings(["skat", "kort"]) == [("tax", "TAX"), ("card", "short")]
    assert everything.meanings(runs("税")) == known["zh"].meanings(runs("税"))
