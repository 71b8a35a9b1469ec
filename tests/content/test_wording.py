from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import content_hash
from bot.content.wording import count_words, facts_in, links_in, misfits
from bot.core.model import EntryText


def text(title: str = "", short: str = "", answer: str = "", *phrases: str) -> EntryText:
    return EntryText(title, short, answer, phrases, None, outdated=False)


@pytest.mark.parametrize(
    "words",
    [
        "Plain words. And more: “quoted”, (bracketed), 'so'.",
        "1. First step\n2. Second step\n\n- a\n- b",
        "10. Tenth step",
        "**Bold** and [a page]({fact:url-page}), {fact:limit}.",
        "**{fact:number}**",
        "[call {fact:number}]({fact:url-page})",
        "E.g. you and/or he, i.e. they. A.B.C. Ph.D.",
        "CPR-nummer, 24-ish".replace("24", "day"),
        "m² and ½ are letters of their own",
    ],
)
def test_words_that_are_fine(words: str) -> None:
    assert list(misfits(words)) == []


def test_all_misfits_are_told() -> None:
    found = list(misfits("See https://a.example/b or b@c.example, 5 times, {x}."))
    assert len(found) == 4


@given(st.text())
def test_no_words_break_the_check(words: str) -> None:
    assert all(isinstance(reason, str) for reason in misfits(words))


@given(st.text(), st.sampled_from("0123456789٣৪"), st.text())
def test_no_digit_passes(before: str, digit: str, after: str) -> None:
    words = re.sub(r"[{}\[\]()\n]", "", f"{before}{digit}{after}")
    marker = re.match(r"\d{1,2}\. ", words)
    assert list(misfits(words)) or marker


def test_facts_of_all_parts() -> None:
    words = text("{fact:a}", "{fact:b} {fact:a}", "[x]({fact:c})\n{fact:d}")
    assert facts_in(words) == {"a", "b", "c", "d"}
    assert links_in("[x]({fact:c}) {fact:d} [y](z)") == {"c"}


@pytest.mark.parametrize(
    ("short", "answer", "words"),
    [
        ("One two.", "", 2),
        ("", "1. One\n2. Two\n\n- three – four", 4),
        ("**One** {fact:a}", "[two words]({fact:b})", 4),
        ("", "", 0),
    ],
)
def test_words_are_counted_as_people_do(short: str, answer: str, words: int) -> None:
    assert count_words(text("ignored", short, answer)) == words


def test_the_hash_is_the_known_one() -> None:
    assert content_hash(text("Title", "Short.", "Answer.\n")) == "24074984ea13"  # sha256sum of "Title\nShort.\nAnswer."


@pytest.mark.parametrize(
    "other", [text("Title.", "Short.", "A"), text("Title", "Short", "A"), text("Title", "Short.", "B")]
)
def test_the_hash_changes_with_each_part(other: EntryText) -> None:
    assert content_hash(other) != content_hash(text("Title", "Short.", "A"))


def test_the_hash_leaves_phrases_and_outer_space_aside() -> None:
    assert content_hash(text("T", "S", "A\n", "p")) == content_hash(text("T ", "S\n", "A"))
