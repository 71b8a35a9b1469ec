from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.content import check, load
from bot.core.guides import AskType, RuleTest
from bot.core.model import Basis
from tests.content.factory import Folder, fact

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = "grants/questions.yaml"
GRANTS = "grants/municipal.yaml"
CITY = "cities/prague.yaml"
LIST = "checklists/arrival.yaml"
WORDS = "da/guides.yaml"

_STRUCTURE: dict[str, Any] = {
    QUESTIONS: {
        "questions": [
            {"id": "applicant", "type": "choice", "options": ["school", "company"]},
            {"id": "oldest-age", "type": "number", "unit": "year"},
            {"id": "in-town", "type": "yes_no"},
        ]
    },
    GRANTS: {
        "grants": [
            {
                "id": "travel",
                "entry": "move",
                "status": "unconfirmed",
                "amounts": ["fee"],
                "deadlines": [],
                "apply": "law-page",
                "rules": [
                    {"id": "travel-who", "about": "applicant", "test": "one_of", "values": ["school"], "basis": "read"},
                    {"id": "travel-age", "about": "oldest-age", "test": "below", "fact": "age", "basis": "memory"},
                    {"id": "travel-town", "about": "in-town", "test": "is_yes", "basis": "read"},
                ],
            }
        ]
    },
    CITY: {
        "id": "prague",
        "entry": "move",
        "country": "CZ",
        "kind": "twin",
        "status": "unclear",
        "history": [{"id": "prague-begun", "when": "2014-08", "source": "law", "basis": "read"}],
        "offers": [{"id": "prague-school", "for": "school", "grants": ["travel"], "basis": "read"}],
        "department": "citizens",
    },
    LIST: {
        "id": "arrival",
        "questions": [
            {"id": "citizenship", "type": "choice", "options": ["eu", "other"]},
            {"id": "children", "type": "yes_no"},
            {"id": "moved", "type": "date"},
        ],
        "steps": [
            {"id": "document", "entry": "move", "when": {"citizenship": ["eu"]}},
            {
                "id": "doctor",
                "entry": "doctor",
                "when": {"children": ["yes"]},
                "after": ["document"],
                "deadline": {"fact": "limit", "from": "moved"},
            },
        ],
    },
}


def _words(code: str) -> dict[str, Any]:
    return {
        "grants": {
            "questions": {
                "applicant": {
                    "ask": f"Who {code}?",
                    "options": {"school": f"School {code}", "company": f"Firm {code}"},
                },
                "oldest-age": {"ask": f"Age {code}?"},
                "in-town": {"ask": f"In town {code}?"},
            },
            "rules": {
                "travel-who": f"Schools {code}.",
                "travel-age": "Below {fact:age}.",
                "travel-town": f"From here {code}.",
            },
            "names": {"travel": f"Travel {code}"},
        },
        "cities": {"history": {"prague-begun": f"It began {code}."}, "offers": {"prague-school": f"Visits {code}."}},
        "checklists": {
            "arrival": {
                "title": f"Arrival {code}",
                "questions": {
                    "citizenship": {
                        "ask": f"From where {code}?",
                        "options": {"eu": f"EU {code}", "other": f"X {code}"},
                    },
                    "children": {"ask": f"Children {code}?"},
                    "moved": {"ask": f"When {code}?"},
                },
                "steps": {"document": f"Get it {code}", "doctor": f"Choose one {code}"},
            }
        },
    }


def _typed(code: str) -> dict[str, Any]:
    return {
        "yes": [f"yes {code}"],
        "no": ["no"],
        "unknown": ["no idea"],
        "controls": {"stop": ["stop"]},
        "numbers": {"two": 2},
        "choices": {"grants": {"applicant": {"school": ["school*", "class"]}}},
        "measures": {"grants": {"oldest-age": ["years old"]}},
    }


def guided() -> Folder:
    """A sound folder that has guides."""
    folder = Folder()
    folder.files.update(_STRUCTURE)
    folder.get("facts/arrival.yaml", "facts").append(fact("age", "count", 25, basis="memory", checked=None))
    for code in ("en", "da", "pl"):
        folder.put(f"{code}/guides.yaml", value=_words(code))
        folder.put(f"{code}/answers.yaml", value=_typed(code))
    return Folder(_deep(folder.files))


def _deep(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _deep(inside) for key, inside in value.items()}
    return [_deep(inside) for inside in value] if isinstance(value, list) else value


def test_guides_are_read_with_their_words(tmp_path: Path) -> None:
    guides = load(guided().write(tmp_path)).guides
    grant = guides.grants["travel"]
    assert (grant.level, grant.status, grant.amounts, grant.apply) == ("municipal", "unconfirmed", ("fee",), "law-page")
    assert dict(grant.names) == {"en": "Travel en", "da": "Travel da", "pl": "Travel pl"}
    age = grant.rules[1]
    assert (age.about, age.test, age.fact, age.basis) == ("oldest-age", RuleTest.BELOW, "age", Basis.MEMORY)
    assert age.words["da"] == "Below {fact:age}."
    assert guides.questions["applicant"].options["school"]["pl"] == "School pl"
    city = guides.cities["prague"]
    assert (city.country, city.status, city.history[0].when) == ("CZ", "unclear", "2014-08")
    assert (city.offers[0].audience, city.offers[0].grants) == ("school", ("travel",))
    typed = guides.typed["pl"]
    assert (typed.yes, typed.numbers["two"]) == (("yes pl",), 2)
    assert typed.choices["grants"]["applicant"]["school"] == ("school*", "class")
    checklist = guides.checklists["arrival"]
    assert checklist.questions["moved"].type is AskType.DATE
    assert checklist.steps[1].after == ("document",)
    assert (checklist.steps[1].deadline_fact, checklist.steps[1].deadline_from) == ("limit", "moved")
    assert checklist.steps[0].words["da"] == "Get it da"


def test_a_folder_without_guides_needs_no_words_for_them(tmp_path: Path) -> None:
    assert not load(Folder().write(tmp_path)).guides.grants


GRANT = ("grants", 0)
CHECK = ("checklists", "arrival")


@pytest.mark.parametrize(
    ("path", "keys", "value", "where", "reason"),
    [
        (QUESTIONS, ("questions", 0, "options"), [], QUESTIONS, "a choice needs them"),
        (QUESTIONS, ("questions", 1, "options"), ["a"], QUESTIONS, "a choice needs them"),
        (QUESTIONS, ("questions", 1, "type"), "colour", QUESTIONS, "type: should be"),
        (GRANTS, (*GRANT, "entry"), "nobody", GRANTS, "entry: there is no entry “nobody”"),
        (GRANTS, (*GRANT, "amounts"), ["law-page"], GRANTS, "amounts: “law-page” is of type url"),
        (GRANTS, (*GRANT, "apply"), "fee", GRANTS, "apply: “fee” is of type money"),
        (GRANTS, (*GRANT, "deadlines"), ["never"], GRANTS, "deadlines: there is no fact “never”"),
        (GRANTS, (*GRANT, "rules", 1, "fact"), "law-page", GRANTS, "travel-age: fact: “law-page” is of type url"),
        (GRANTS, (*GRANT, "rules", 1, "fact"), None, GRANTS, "fact: below, at_most and at_least need one"),
        (GRANTS, (*GRANT, "rules", 0, "values"), ["club"], GRANTS, "“club” is no option of applicant"),
        (GRANTS, (*GRANT, "rules", 0, "values"), [], GRANTS, "values: one_of and not_one_of need them"),
        (GRANTS, (*GRANT, "rules", 0, "about"), "colour", GRANTS, "there is no question “colour”"),
        (GRANTS, (*GRANT, "rules", 2, "about"), "oldest-age", GRANTS, "is_yes does not fit a question of type number"),
        (CITY, ("id",), "prag", CITY, "id: is “prag”, but the file is called “prague”"),
        (CITY, ("country",), "Czechia", CITY, "country: should match pattern"),
        (CITY, ("department",), "nobody", CITY, "department: there is no department “nobody”"),
        (CITY, ("history", 0, "when"), "2014-13", CITY, "when: should match pattern"),
        (CITY, ("history", 0, "source"), "nobody", CITY, "history: there is no source “nobody”"),
        (CITY, ("offers", 0, "grants"), ["nothing"], CITY, "offers: there is no grant “nothing”"),
        (LIST, ("steps", 0, "when"), {"citizenship": ["moon"]}, LIST, "“moon” is no answer to “citizenship”"),
        (LIST, ("steps", 0, "when"), {"colour": ["red"]}, LIST, "“red” is no answer to “colour”"),
        (LIST, ("steps", 0, "after"), ["doctor"], LIST, "after: no step “doctor” stands above"),
        (LIST, ("steps", 0, "entry"), "nobody", LIST, "entry: there is no entry “nobody”"),
        (LIST, ("steps", 1, "deadline", "fact"), "fee", LIST, "“fee” is of type money, not duration"),
        (LIST, ("steps", 1, "deadline", "from"), "children", LIST, "deadline: “children” asks for no date"),
        (WORDS, ("grants", "rules", "travel-age"), "Below 25.", WORDS, "has a digit typed in it"),
        (WORDS, ("grants", "rules", "travel-age"), "Young.", WORDS, "uses other facts than the source language"),
        (WORDS, ("grants", "names", "travel"), "x" * 51, WORDS, "has 51 characters, more than 50"),
        (WORDS, ("cities", "offers"), {}, WORDS, "cities.offers: lacks words for “prague-school”"),
        (WORDS, ("cities", "history", "more"), "It went on.", WORDS, "there is nothing called “more”"),
        (WORDS, (*CHECK, "questions", "citizenship", "options"), {}, WORDS, "lacks words for “citizenship.eu”"),
        (WORDS, (*CHECK, "steps"), {"document": "Get it"}, WORDS, "lacks words for “doctor”"),
    ],
)
def test_a_fault_of_the_guides(
    tmp_path: Path, path: str, keys: tuple[str | int, ...], value: object, where: str, reason: str
) -> None:
    faults = check(guided().put(path, *keys, value=value).write(tmp_path))
    assert any(fault.path == f"knowledge/{where}" and reason in fault.reason for fault in faults), faults
    assert all(fault.path == f"knowledge/{where}" for fault in faults), faults


def test_a_level_that_there_is_not(tmp_path: Path) -> None:
    folder = guided()
    folder.put("grants/moon.yaml", value=folder.files.pop(GRANTS))
    (fault,) = check(folder.write(tmp_path))
    assert "the files are municipal, national, eu and questions" in fault.reason


def test_a_language_without_guides(tmp_path: Path) -> None:
    (fault,) = check(guided().drop(WORDS).write(tmp_path))
    assert (fault.path, fault.reason) == ("knowledge/da/guides.yaml", "the file is missing")
