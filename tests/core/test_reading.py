"""Reading answers to a guide's questions from what people type."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from bot.core import reading
from bot.core.guides import Ask, AskType, Typed
from bot.core.reading import Language, Misread, answer, answers

TODAY = date(2026, 11, 30)
TYPED = Typed(
    yes=("yes", "of course"),
    no=("no", "not at all"),
    unknown=("no idea", "i don't know"),
    controls={"change": ("change my answers", "change"), "stop": ("stop",), "back": ("go back",)},
    numbers={"two": 2, "twenty": 20, "forty": 40, "a dozen": 12},
    choices={
        "trip": {
            "who": {
                "club": ("scout*", "football club"),
                "school": ("pupil*", "class", "school"),
                "company": ("company",),
            },
            "where": {"inside": ("in the eu",), "outside": ("not in the eu", "india")},
        }
    },
    measures={"trip": {"age": ("years old", "aged"), "people": ("scouts", "people", "of us")}},
)


def _day(text: str, code: str, today: date) -> date | None:
    return {"3 May": date(2026, 5, 3), "long ago": date(1950, 1, 1)}.get(text)


LANGUAGE = Language("en", TYPED, _day, TODAY)


def ask(name: str, kind: AskType, unit: str | None = None, *options: str) -> Ask:
    words = {"age": "How old is the oldest?", "people": "How many take part?"}.get(name, name)
    return Ask(name, kind, unit, {"en": words}, {option: {"en": f"A {option}"} for option in options})


WHO = ask("who", AskType.CHOICE, None, "club", "school", "company")
WHERE = ask("where", AskType.CHOICE, None, "inside", "outside")
AGE, PEOPLE = ask("age", AskType.NUMBER, "year"), ask("people", AskType.NUMBER)
SURE, WHEN = ask("sure", AskType.YES_NO), ask("when", AskType.DATE)
CVR, NEEDS = ask("cvr", AskType.CVR), ask("needs", AskType.TEXT)


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        (WHO, "we are scouts", "club"),
        (WHO, "Our football club!", "club"),
        (WHO, "a club", "club"),
        (WHO, "my pupils", "school"),
        (WHO, "scout or class", Misread("choice")),  # two at once, equally clear
        (WHO, "my dog", Misread("choice")),
        (WHERE, "we are not in the EU", "outside"),  # the longest words count
        (WHERE, "in the EU", "inside"),
        (AGE, "16", "16"),
        (AGE, "they are 11–16 years old", "16"),
        (AGE, "11 to 16", "16"),
        (AGE, "forty", "40"),
        (AGE, "12-forty", Misread("number-range", 0, 120)),
        (AGE, "-3", Misread("number-range", 0, 120)),
        (AGE, "300", Misread("number-range", 0, 120)),
        (AGE, "99999999999999999999", Misread("number-range", 0, 120)),
        (AGE, "old", Misread("number-range", 0, 120)),
        (PEOPLE, "1,200", "1200"),
        (PEOPLE, "a dozen of us", "12"),
        (PEOPLE, "14 scouts, 11-16 years old", "14"),
        (PEOPLE, "٣٠", "30"),
        (SURE, "yes, of course", "yes"),
        (SURE, "not at all", "no"),
        (SURE, "perhaps", Misread("yes_no")),
        (WHEN, "3 May", "2026-05-03"),
        (WHEN, "long ago", Misread("date")),
        (WHEN, "soon", Misread("date")),
        (CVR, "our number is DK 13 58 56 28", "13585628"),
        (CVR, "12345678", Misread("cvr")),
        (CVR, "we have none", Misread("cvr")),
        (NEEDS, " a  big hall ", "a big hall"),
    ],
)
def test_an_answer(question: Ask, text: str, wanted: str | Misread) -> None:
    assert answer(text, question, "trip", LANGUAGE) == wanted


def test_several_answers_in_one_message() -> None:
    found = answers("we are 14 scouts, 11–16 years old, from India", [WHO, WHERE, AGE, PEOPLE, SURE], "trip", LANGUAGE)
    assert found == {"who": "club", "where": "outside", "age": "16", "people": "14"}


def test_a_label_inside_a_longer_text_is_no_answer() -> None:
    assert "who" not in answers("is there a club where my neighbour plays chess", [WHO], "trip", LANGUAGE)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("stop", "stop"), ("please go back", "back"), ("I will stop by tomorrow morning", None), ("hello", None)],
)
def test_a_control(text: str, wanted: str | None) -> None:
    assert reading.control(text, TYPED) == wanted


def test_not_knowing() -> None:
    assert reading.says_unknown("sorry, no idea", TYPED)
    assert not reading.says_unknown("no idea what this is about but we are a school class from the north", TYPED)


def test_which_answer_is_to_be_changed() -> None:
    assert reading.wants_change("change the ages", TYPED)
    assert reading.wants_change("the ages, please change", TYPED)
    assert not reading.wants_change("I do not know my age", TYPED)
    assert reading.named_question("change the ages", [AGE, PEOPLE], "trip", LANGUAGE) == "age"
    assert reading.named_question("change it", [AGE, PEOPLE], "trip", LANGUAGE) is None


def test_how_much_of_a_text_names_the_option() -> None:
    assert reading.coverage("football club", WHO, "trip", LANGUAGE) == 1.0
    assert reading.coverage("how do I find a school here", WHO, "trip", LANGUAGE) < 0.5
    assert reading.coverage("", WHO, "trip", LANGUAGE) == 0.0


@pytest.mark.parametrize("text", ["9" * 5000, "㊿" * 2200, "-" + "9" * 5000])
def test_a_number_without_end_is_out_of_range(text: str) -> None:
    """Python refuses to read thousands of digits; a sign may stand for several."""
    assert answer(text, PEOPLE, "trip", LANGUAGE) == Misread("number-range", 0, 100_000)
    assert answers(f"we are {text} people", [PEOPLE], "trip", LANGUAGE) == {}


@pytest.mark.parametrize("piece", ["1 ", "1,", "a@", "one ", "1 scout ", "two people ", "scout class ", "1-2 "])
def test_a_text_of_nothing_but_answers_costs_little(piece: str) -> None:
    """As long as a message may be; nobody else may have to wait for what somebody types in a guide."""
    typed = replace(
        TYPED, numbers={"one": 1, **{f"{word} {tail}": 1 for word in ("one", "two") for tail in "abcdefgh"}}
    )
    language = Language("en", typed, _day, TODAY)
    asks = [ask(f"{kind}-{number}", kind) for number in range(10) for kind in (AskType.NUMBER, AskType.CHOICE)]
    text = (piece * 4096)[:4096]
    begun = time.process_time()
    answers(text, [WHO, WHERE, AGE, PEOPLE, *asks], "trip", language)
    answer(text, PEOPLE, "trip", language, [AGE, *asks])
    assert time.process_time() - begun < 1  # some 100 ms
