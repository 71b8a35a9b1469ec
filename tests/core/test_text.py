from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import clean, cut, fold, letter_grams, runs, sentences, shortened, tokens, word_grams


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \t b  ", "a b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a \n\n  b", "a\nb"),
        ("zero\u200bwidth", "zerowidth"),
        ("\u202eright to left\u202c", "right to left"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("bell\x07 null\x00", "bell null"),
        ("a\x07", "a"),
        ("\u200b\u2060", ""),
        ("", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ærø", "aeroe"),
        ("Ålborg", "AALBORG"),
        ("skærgård", "skaergaard"),
        ("Zażółć gęślą jaźń", "zazolc gesla jazn"),
        ("é", "e\u0301"),
        ("Straße", "strasse"),
        ("ДОБРЫЙ", "добрыи"),
        ("مُحَمَّد", "محمد"),
        ("ışık", "isik"),
    ],
)
def test_both_spellings_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("कि", "की"), ("ก่า", "กา")])
def test_marks_that_make_another_letter_stay(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How much is 55%?", ("how", "much", "is", "55")),
        ("don’t l'été", ("don't", "l'ete")),
        ("a_b-c", ("a", "b", "c")),
        ("我要CPR号", ("我", "要", "cpr", "号")),
        ("नमस्ते दुनिया।", ("नमस्ते", "दुनिया")),
        ("สวัส", ("ส", "ว", "ั", "ส")),
        ("😀 !?", ()),
        ("", ()),
    ],
)
def test_tokens(text: str, expected: tuple[str, ...]) -> None:
    assert tokens(text) == expected


def test_runs_stay_whole_where_words_are_not_spaced() -> None:
    assert runs("我要CPR号 ok") == ("我要cpr号", "ok")
    assert cut(("我要cpr号", "ok")) == ("我", "要", "cpr", "号", "ok")


def test_word_grams_are_words_and_pairs() -> None:
    assert word_grams(("a", "b", "c")) == ["a", "b", "c", "a b", "b c"]
    assert word_grams(()) == []


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("a", [" a", "a ", " a "]),
        ("abc", [" a", "ab", "bc", "c ", " ab", "abc", "bc ", " abc", "abc "]),
    ],
)
def test_letter_grams(part: str, expected: list[str]) -> None:
    assert letter_grams((part,)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello! How are you?", ("Hello!", "How are you?")),
        ("one\ntwo. three", ("one", "two.", "three")),
        ("form 04.063 please", ("form 04.063 please",)),
        ("你好。我要搬家", ("你好。", "我要搬家")),
        ("... !?", ()),
    ],
)
def test_sentences(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


def test_a_long_text_keeps_its_beginning_and_end() -> None:
    text = "begin " + "x " * 5000 + "end"
    short = shortened(text)
    assert short.startswith("begin")
    assert short.endswith("end")
    assert len(short) < 1500
    assert shortened("short") == "short"


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(unicodedata.category(c) in {"Cf", "Cs", "Co"} for c in once)


@given(st.text())
def test_tokens_hold_no_space_and_are_folded(text: str) -> None:
    for word in tokens(text):
        assert word.strip() == word != ""
        assert tokens(word)


@given(st.text(alphabet="abcæøåłżé ABC’'", max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
