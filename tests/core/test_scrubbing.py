"""What points to a person is taken out of words that may become knowledge, as far as a program can tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.scrubbing import scrub, with_facts


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Write to anna.k+x@post.dk please", "Write to [EMAIL] please"),
        ("Call +45 12 34 56 78 or 12345678.", "Call [PHONE] or [PHONE]."),
        ("see www.post.dk/anna and post.dk", "see [PAGE] and [PAGE]"),
        ("my case 2026/A7", "my case [NUMBER]"),
        ("我2026年想租房", "我[NUMBER]年想租房"),
        ("CPR 010190-1234", "CPR [CPR]"),
        ("Hello Anna Maria, how are you", "Hello [NAME], how are you"),
        ("hi anna, how are you", "hi [NAME], how are you"),
        ("hi can you help me", "hi can you help me"),
        ("Dear Mr. Jensen,", "Dear [NAME],"),
        ("I spoke to Fru Hansen yesterday", "I spoke to Fru [NAME] yesterday"),
        ("my name is anna kowalska and I ask", "my name is [NAME] and I ask"),
        ("Jeg hedder Bo Bech-Jensen.", "Jeg hedder [NAME]."),
        ("Ich heiße Jürgen und suche", "Ich heiße [NAME] und suche"),
        ("nazywam się Jan Nowak, szukam", "nazywam się [NAME], szukam"),
        ("мене звати Олена Шевченко, шукаю", "мене звати [NAME], шукаю"),
        ("我叫王小明，想租房", "我叫[NAME],想租房"),
        ("اسمي محمد علي", "اسمي [NAME]"),
        ("How?\nBest regards\nAnna", "How?\nBest regards\n[NAME]"),
        ("Hvordan?\nMvh Anna", "Hvordan?\nMvh [NAME]"),
        ("Is 5 days enough for 2 children?", "Is 5 days enough for 2 children?"),
    ],
)
def test_what_points_to_a_person_is_marked(text: str, left: str) -> None:
    assert scrub(text) == left


def test_names_that_are_known_are_taken_out_wherever_they_stand() -> None:
    assert scrub("ask Åse or BECH about it", ("Åse Bech",)) == "ask [NAME] or [NAME] about it"
    assert scrub("Bo ved hvor jeg kan bo", ("Bo",)) == "[NAME] ved hvor jeg kan bo"


def test_facts_stand_where_something_was_typed() -> None:
    said = "1. Pay 1.250 kr. within 14 days.\n2. Call 44 77 20 00, or see https://x.dk"
    assert with_facts(scrub(said)) == (
        "1. Pay {fact:number} kr. within {fact:number} days.\n2. Call {fact:phone}, or see {fact:page}"
    )


@given(st.text(max_size=60), st.emails(), st.integers(10**7, 10**11), st.text(max_size=60))
def test_no_address_and_no_long_number_is_left(before: str, address: str, number: int, after: str) -> None:
    left = scrub(f"{before} {address} {number} {after}")
    assert str(number) not in left
    assert address not in left


@given(st.text(max_size=200))
def test_it_ends_for_any_text_and_a_second_time_changes_no_mark(text: str) -> None:
    assert scrub(scrub(text)).count("[EMAIL]") == scrub(text).count("[EMAIL]")
    assert with_facts(text).count("\n") <= text.count("\n")
