"""What was not answered, in words that everybody uses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import gaps
from bot.core.answer import Kind, Question, understand
from bot.core.conversation import Conversation, Exchange
from bot.core.effects import Gap
from bot.core.text import runs
from tests.core.talk import ANSWER, NOTHING, Talk, decided, make_world
from tests.factories import make_knowledge, make_library

if TYPE_CHECKING:
    from bot.core.answer import Decision, Understanding
    from bot.core.effects import Effect

LEXICON = {
    "en": {
        **{word: (word,) for word in ("bike", "garden", "chickens", "police", "register", "company")},
        "can": ("can", "MAY"),
        "hans": ("name",),
        "rename": ("change", "name"),
        "rose": ("plant", "GARDEN"),
    },
    "da": {"have": ("garden", "GARDEN"), "hoens": ("chickens",)},
}


@lru_cache(maxsize=1)
def brain() -> Understanding:
    """English and Danish have a lexicon, Polish has none."""
    return make_library(make_knowledge(lexicon=LEXICON)).brain


def key(text: str, language: str = "en") -> tuple[str, ...]:
    return gaps.key(text, language, brain().index)


# ---- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Can I keep chickens in the garden?", ("chickens", "garden")),
        ("garden chickens", ("chickens", "garden")),
        ("CHICKENS!!! GARDEN???", ("chickens", "garden")),
        ("chickens, chickens and more chickens", ("chickens",)),
        ("xylophone qwertz", ()),
        ("can", ()),
        ("", ()),
        ("   \n", ()),
        ("bike garden chickens police register", ("bike", "chickens", "garden", "register")),
        ("rename my bike", ("bike", "rename")),
    ],
)
def test_like_questions_have_the_same_known_words(text: str, words: tuple[str, ...]) -> None:
    assert key(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "my name is rose",
        "Best regards\nRose",
        "Dear Mrs Rose,",
        "this is for Rose",
        "rose@garden.dk",
        "write to rose.garden@bike.dk",
        "https://garden.dk/bike/police",
        "www.police.dk",
        "rose_garden",
        "garden12 12bike",
        "[BIKE]",
        "hans",
        "the number is 1２٣ ",
    ],
)
def test_names_addresses_and_numbers_are_no_words(text: str) -> None:
    assert key(text) == ()


def test_a_mark_of_what_was_taken_out_is_no_word() -> None:
    assert key("register [CPR] my bike") == ("bike", "register")


def test_german_nouns_are_not_taken_for_names() -> None:
    index = make_library(make_knowledge(lexicon={"en": {"garten": ("garden",)}})).brain.index
    assert gaps.key("im Garten", "en", index) == ()
    assert list(gaps._words("im Garten", "de", index.lexicons["en"])) == ["im", "garten"]


def test_without_a_lexicon_a_word_of_a_single_phrase_does_not_pass() -> None:
    assert key("otworzyć firmę i restauracja", "pl") == ()
    assert key("numer dostać rejestracja", "pl") == ("dostac", "numer")


def test_an_unknown_language_has_no_words() -> None:
    assert key("garden", "xx") == ()


def test_words_of_chinese_are_the_longest_known_ones() -> None:
    lexicon = {"en": {"花": ("flower",), "花园": ("garden",), "养鸡": ("chickens",)}}
    index = make_library(make_knowledge(lexicon=lexicon)).brain.index
    assert gaps.key("我可以在花园里养鸡吗？", "en", index) == ("养鸡", "花园")


_PIECES = st.one_of(
    st.text(max_size=12),
    st.emails(),
    st.integers(0, 10**12).map(str),
    st.sampled_from([*LEXICON["en"], *LEXICON["da"], "[CPR]", "Anna", "@", "my name is", "\n", "https://garden.dk/"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=12), st.sampled_from([" ", "", ", ", "\n"]), st.sampled_from(["en", "da", "pl"]))
def test_nothing_but_known_words_gets_into_a_key(pieces: list[str], between: str, language: str) -> None:
    text = between.join(pieces)
    words = key(text, language)
    lexicon, shard = brain().index.lexicons.get(language), brain().index.shards[language]
    assert len(words) <= gaps.MOST
    assert list(words) == sorted(set(words))
    assert sum(map(len, words)) + len(words) <= 200
    for word in words:
        assert word.isalpha()
        if lexicon is not None:
            assert word in lexicon.forms or word in lexicon.borrowed
        else:
            assert sum(word in runs(phrase) for phrase in shard.phrases) >= 3


@settings(max_examples=200, deadline=None)
@given(st.emails(), st.integers(0, 10**12))
def test_no_part_of_an_address_or_a_number_gets_into_a_key(address: str, number: int) -> None:
    local = re.sub(r"[^a-z]", "", address.lower())
    assert key(f"garden.{local}@police.dk {number} register{number}") == ()


# ---- where a question stays unanswered -------------------------------------------------------------------


def talk(**fields: object) -> Talk:
    world = make_world(known_words=lambda text, language: (language, *sorted(text.split())))
    return Talk(world, Conversation(language="en", greeted=True, **fields))  # type: ignore[arg-type]


def found(effects: tuple[Effect, ...]) -> list[Gap]:
    return [effect for effect in effects if isinstance(effect, Gap)]


@pytest.mark.parametrize("kind", [Kind.NONE, Kind.OUT_OF_SCOPE])
def test_a_question_without_an_answer_is_a_gap(kind: Kind) -> None:
    decision = decided(kind, nearest="cpr")
    assert found(talk().say("wild geese", decision)) == [Gap("en", ("en", "geese", "wild"), "cpr", kind.value)]


def test_a_gap_is_told_in_the_language_of_the_question() -> None:
    decision = decided(Kind.NONE, language="da", nearest="cpr")
    assert found(talk(pinned=True).say("vilde", decision)) == [Gap("da", ("da", "vilde"), "cpr", "none")]
    unknown = decided(Kind.NONE, language="sv", nearest="cpr")
    assert found(talk().say("vilda", unknown))[0].language == "en"


@pytest.mark.parametrize(
    "decision", [ANSWER, decided(Kind.STAFF), decided(Kind.SMALLTALK, topic="thanks"), decided(Kind.CHOICES)]
)
def test_what_gets_a_reply_is_none(decision: Decision) -> None:
    assert found(talk().say("wild geese", decision)) == []


def test_danger_is_none() -> None:
    assert found(talk().say("help", decided(Kind.CRISIS, "emergency-112", urgent=True, nearest="cpr"))) == []


def test_what_has_neither_a_word_nor_an_entry_is_none() -> None:
    assert found(Talk(state=Conversation(language="en")).say("123", NOTHING)) == []


def test_none_of_the_choices_is_a_gap_once() -> None:
    chosen = talk(recent=(Exchange("wild geese", "cpr"),))
    assert found(chosen.press("none")) == [Gap("en", ("en", "geese", "wild"), "cpr", "unsure")]
    assert chosen.keys == ["none"]
    assert found(chosen.press("none")) == []
    assert chosen.keys == ["none"]


def test_none_of_the_choices_without_a_question_is_none() -> None:
    assert found(talk().press("none")) == found(talk(recent=(Exchange("", "cpr"),)).press("none")) == []


def test_an_answer_that_did_not_help_is_a_gap_once() -> None:
    rated = talk(recent=(Exchange("wild geese", "cpr"), Exchange("geese", "business")))
    assert found(rated.press("h:n:cpr")) == [Gap("en", ("en", "geese", "wild"), "cpr", "not_helpful")]
    assert found(rated.press("h:n:cpr")) == found(rated.press("h:y:business")) == []


def test_every_reason_is_one_of_the_reasons() -> None:
    assert {Kind.NONE.value, Kind.OUT_OF_SCOPE.value, "unsure", "not_helpful"} == set(gaps.REASONS)


def test_the_nearest_entry_comes_with_the_decision() -> None:
    decision = understand(Question("what will the weather be tomorrow", language="en"), brain())
    assert decision.kind in {Kind.NONE, Kind.OUT_OF_SCOPE}
    assert decision.nearest in brain().entries
