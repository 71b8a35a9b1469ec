from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.readability import INDICES, atesman, fog, lix


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Du skal ringe. Det er let.", 3.0),  # six words, two sentences, no long word
        ("Kommunalbestyrelsen", 1 + 100.0),
        ("1. Ring nu\n2. Kom ind\n", 2.0),  # a line is a sentence; markers are no words
        ("Kom inden {fact:limit}.", 3.0),  # a fact is a short word
        ("Se [kommunens side]({fact:url}).", 3 + 100 / 3),
        ("", 0.0),
    ],
)
def test_lix(text: str, value: float) -> None:
    assert lix(text) == pytest.approx(value)


def test_fog_counts_words_of_four_syllables() -> None:
    assert fog("To jest zameldowanie.") == pytest.approx(0.4 * (3 + 100 / 3))


def test_atesman() -> None:
    assert atesman("Bugün eve gel.") == pytest.approx(198.825 - 40.175 * 5 / 3 - 2.610 * 3)


@pytest.mark.parametrize(("language", "value", "hard"), [("da", 45, True), ("da", 30, False), ("tr", 40, True)])
def test_what_is_hard(language: str, value: float, *, hard: bool) -> None:
    assert INDICES[language].is_hard(value) is hard


@given(st.text(max_size=200))
def test_any_text_has_a_value(text: str) -> None:
    assert all(isinstance(index.measure(text), float) for index in INDICES.values())
