"""One change to a sound folder, one fault: nothing is missed, and one fault does not call forth others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.content import check
from bot.content.wording import content_hash
from tests.content.factory import Folder, entry, fact, stamp_files, to_yaml, words

if TYPE_CHECKING:
    from pathlib import Path

Keys = tuple[Any, ...]

EN, DA, PL = "en/arrival.yaml", "da/arrival.yaml", "pl/arrival.yaml"
FACTS, ENTRIES = "facts/arrival.yaml", "entries/arrival.yaml"
MOVE = ("entries", "move")
FIRST = ("entries", 0)
PHRASES = [f"word{number}" for number in range(12)]
DANGER = [f"collapsed{number}" for number in range(20)]
CLOSED = {"day": "2026-12-24", "reason": "Ferie"}
NO_DAYS = "day: must be one day, or instead of it first and last, the earlier one first"
CRISIS = {"categories": {"fire": {"entry": "move", "rules": ["house burns"]}}}


def only_fault(folder: Folder, tmp_path: Path) -> tuple[str, str, str]:
    (fault,) = check(folder.write(tmp_path))
    return fault.path.removeprefix("knowledge/"), fault.entry, fault.reason


def sets(path: str, keys: Keys, value: object, where: str, name: str, reason: str) -> Any:
    return pytest.param(path, keys, value, where, name, reason, id=f"{path}-{'.'.join(map(str, keys))}-{value!r:.30}")


@pytest.mark.parametrize(
    ("path", "keys", "value", "where", "name", "reason"),
    [
        # ---- the form of the files
        sets("languages.yaml", ("core",), "move", "languages.yaml", "", "core: should be a valid list"),
        sets("languages.yaml", ("core", 0), "nobody", "languages.yaml", "", "core: there is no entry “nobody”"),
        sets("languages.yaml", ("source",), "de", "languages.yaml", "", "source: “de” is not an offered language"),
        sets("languages.yaml", ("languages", 2, "locale"), "xx_YY", "languages.yaml", "pl", "no CLDR locale"),
        sets(
            "languages.yaml", ("languages", 2, "direction"), "up", "languages.yaml", "pl", "direction: should be 'ltr'"
        ),
        sets("departments.yaml", ("default",), "nobody", "departments.yaml", "", "there is no department “nobody”"),
        sets(
            "departments.yaml", ("departments", 0, "promise_hours"), 0, "departments.yaml", "citizens", "promise_hours"
        ),
        sets(
            "departments.yaml",
            ("departments", 0, "hours"),
            {"monday": "10-15"},
            "departments.yaml",
            "citizens",
            "hours",
        ),
        *(
            sets(
                "departments.yaml",
                ("departments", 0, "hours"),
                {"monday": hours},
                "departments.yaml",
                "citizens",
                f"hours.monday: must close after it opens, not '{hours}'",
            )
            for hours in ("15:00-10:00", "10:00-10:00")
        ),
        sets(
            "departments.yaml",
            ("departments", 0, "promise_hours"),
            8,
            "departments.yaml",
            "citizens",
            "promise_hours: are counted in working hours, so hours are needed",
        ),
        *(
            sets("departments.yaml", ("closing_days",), [row], "departments.yaml", name, reason)
            for row, name, reason in (
                ({**CLOSED, "departments": ["gone"]}, "", "closing_days: Ferie: there is no department “gone”"),
                ({"day": "2026-12-24"}, "closing_days[0]", "lacks the field “reason”"),
                ({"reason": "Ferie"}, "closing_days[0]", NO_DAYS),
                ({**CLOSED, "first": "2026-12-24"}, "closing_days[0]", NO_DAYS),
                ({**CLOSED, "last": "2026-12-24"}, "closing_days[0]", NO_DAYS),
                ({"first": "2026-12-24", "reason": "Ferie"}, "closing_days[0]", NO_DAYS),
                ({"last": "2026-12-24", "reason": "Ferie"}, "closing_days[0]", NO_DAYS),
                ({"first": "2026-12-24", "last": "2026-12-23", "reason": "Ferie"}, "closing_days[0]", NO_DAYS),
            )
        ),
        *(
            sets("departments.yaml", ("routes",), [row], "departments.yaml", name, reason)
            for row, name, reason in (
                ({"department": "gone", "urgent": True}, "", "routes: there is no department “gone”"),
                ({"department": "citizens", "topic": "gone"}, "", "routes: there is no topic “gone”"),
                ({"department": "citizens", "language": "xx"}, "", "routes: there is no language “xx”"),
                ({"department": "citizens"}, "", "without any it would take every question"),
                ({"department": "citizens", "audience": "everybody"}, "routes[0]", "audience: should be "),
            )
        ),
        sets("sources.yaml", ("sources", 0, "url"), "ftp://law.example", "sources.yaml", "law", "no http(s) address"),
        sets("sources.yaml", ("sources", 0, "read"), "yes", "sources.yaml", "law", "read: should be a valid boolean"),
        sets(ENTRIES, ("topic",), "arrivals", ENTRIES, "", "topic: is “arrivals”, but the file is called “arrival”"),
        sets(EN, ("topic",), "arrivals", EN, "", "topic: is “arrivals”, but the file is called “arrival”"),
        sets("en/crisis.yaml", (), "[fire]", "en/crisis.yaml", "", "must be a mapping"),
        # ---- facts
        sets(FACTS, ("facts", 0, "unit"), None, FACTS, "limit", "unit: should be 'hour'"),
        sets(FACTS, ("facts", 0, "unit"), "fortnight", FACTS, "limit", "unit: should be 'hour'"),
        sets(FACTS, ("facts", 0, "type"), "length", FACTS, "limit", "type: "),
        sets(FACTS, ("facts", 1, "unit"), "day", FACTS, "fee", "unit: should be 'DKK' or 'EUR'"),
        sets(FACTS, ("facts", 2, "unit"), "day", FACTS, "law-page", "unit: must be left out"),
        sets(FACTS, ("facts", 1, "value"), "100 kr.", FACTS, "fee", "value: should be a valid number, not '100 kr.'"),
        sets(FACTS, ("facts", 1, "value"), -1, FACTS, "fee", "value: should be greater than or equal to 0"),
        sets(FACTS, ("facts", 1, "value"), float("nan"), FACTS, "fee", "value: should be"),
        sets(FACTS, ("facts", 1, "value"), True, FACTS, "fee", "value: should be a valid number"),
        sets(FACTS, ("facts", 1), fact("fee", "date", "2026-13-01"), FACTS, "fee", "value: should be a valid date"),
        sets(FACTS, ("facts", 1), fact("fee", "date", 2026), FACTS, "fee", "value: should be a valid date"),
        sets(FACTS, ("facts", 1), fact("fee", "email", "a@b"), FACTS, "fee", "“a@b” is no e-mail address"),
        sets(FACTS, ("facts", 1), fact("fee", "phone", "44772000"), FACTS, "fee", "no valid phone number"),
        sets(FACTS, ("facts", 1), fact("fee", "phone", "+45 44 77 20 00"), FACTS, "fee", "no valid phone number"),
        sets(FACTS, ("facts", 1), fact("fee", "phone", "+4511"), FACTS, "fee", "no valid phone number"),
        sets(FACTS, ("facts", 1), fact("fee", "phone", "call us"), FACTS, "fee", "no valid phone number"),
        sets(
            FACTS,
            ("facts", 1),
            fact("fee", "text", "Prague"),
            FACTS,
            "fee",
            "value: must be left out",
        ),
        sets(FACTS, ("facts", 1), fact("fee", "code", 4063), FACTS, "fee", "value: should be a valid string"),
        sets(FACTS, ("facts", 2, "value"), "law.example", FACTS, "law-page", "“law.example” is no http(s) address"),
        sets(FACTS, ("facts", 2, "value"), "https://[law", FACTS, "law-page", "is no http(s) address"),
        sets(FACTS, ("facts", 2, "value"), "https://me:pw@law.example", FACTS, "law-page", "is no http(s) address"),
        sets("da/names.yaml", ("labels", "law"), "loven", "da/names.yaml", "law", "labels: there is no such fact"),
        sets("da/names.yaml", ("labels", "fee"), "gebyr", "da/names.yaml", "fee", "a fact of type money has no words"),
        sets(
            DA,
            ("labels",),
            {"law-page": "loven"},
            "da/names.yaml",
            "law-page",
            "stands twice: also at knowledge/da/arr",
        ),
        sets(FACTS, ("facts", 0, "source"), "nobody", FACTS, "limit", "source: there is no source “nobody”"),
        sets(FACTS, ("facts", 0, "source"), None, FACTS, "limit", "source: is needed when the basis is read"),
        sets(FACTS, ("facts", 0, "checked"), None, FACTS, "limit", "checked: a date is needed when the basis is read"),
        sets(FACTS, ("facts", 0, "checked"), "soon", FACTS, "limit", "checked: should be a valid date"),
        sets(FACTS, ("facts", 0, "basis"), "sure", FACTS, "limit", "basis: should be"),
        sets(FACTS, ("facts", 0, "colour"), "red", FACTS, "limit", "has an unknown field “colour”"),
        sets("facts/more.yaml", (), {"facts": [fact("spare", "count", 1)]}, "facts/more.yaml", "spare", "nothing uses"),
        # ---- entries
        sets(ENTRIES, (*FIRST, "related"), ["move"], ENTRIES, "move", "related: the entry names itself"),
        sets(ENTRIES, (*FIRST, "related"), ["nobody"], ENTRIES, "move", "related: there is no entry “nobody”"),
        sets(ENTRIES, (*FIRST, "related"), ["doctor"] * 2, ENTRIES, "move", "related: has “doctor” twice"),
        sets(ENTRIES, (*FIRST, "sources"), ["nobody"], ENTRIES, "move", "sources: there is no source “nobody”"),
        sets(ENTRIES, (*FIRST, "links"), ["nobody"], ENTRIES, "move", "links: there is no fact “nobody”"),
        sets(ENTRIES, (*FIRST, "links"), ["fee"], ENTRIES, "move", "links: “fee” is of type money, not url"),
        sets(ENTRIES, (*FIRST, "department"), "nobody", ENTRIES, "move", "there is no department “nobody”"),
        sets(ENTRIES, (*FIRST, "review_by"), "2026-11-24", ENTRIES, "move", "review_by: must be later than checked"),
        sets(ENTRIES, (*FIRST, "valid_until"), "2026-11-23", ENTRIES, "move", "valid_until: had passed"),
        sets(ENTRIES, (*FIRST, "basis"), "confirmed", ENTRIES, "move", "confirmed is stronger than read, the basis of"),
        sets(ENTRIES, (*FIRST, "audience"), "everybody", ENTRIES, "move", "audience: should be"),
        sets(ENTRIES, (*FIRST, "urgent"), "no", ENTRIES, "move", "urgent: should be a valid boolean"),
        sets(ENTRIES, (*FIRST, "mood"), "good", ENTRIES, "move", "has an unknown field “mood”"),
        sets(ENTRIES, (*FIRST, "approval", "by"), None, ENTRIES, "move", "an approved entry needs by and on"),
        sets(ENTRIES, (*FIRST, "approval", "state"), "maybe", ENTRIES, "move", "approval.state: should be"),
        # ---- texts
        sets(PL, (*MOVE, "phrases"), PHRASES[:7], PL, "move", "phrases: has 7 different ones, fewer than 8"),
        sets(DA, (*MOVE, "phrases"), [*PHRASES[:11], "Word1"], DA, "move", "has 11 different ones, fewer than 12"),
        sets(DA, (*MOVE, "phrases", 0), 112, DA, "move", "phrases.0: should be a valid string, not 112"),
        sets(DA, (*MOVE, "translated_from"), None, DA, "move", "(run: ballerup-bot knowledge stamp)"),
        sets(DA, (*MOVE, "translated_from"), "abc", DA, "move", "translated_from: should match pattern"),
        sets(EN, (*MOVE, "translated_from"), "0123456789ab", EN, "move", "must be null in the source language"),
        sets(DA, (*MOVE, "approved"), None, DA, "move", "approved: the text of an approved entry needs a date"),
        sets(DA, (*MOVE, "title"), "x" * 61, DA, "move", "title: has 61 characters, more than 60"),
        sets(DA, (*MOVE, "title"), "", DA, "move", "title: should have at least 1 character"),
        sets(DA, (*MOVE, "answer"), "ord " * 120, DA, "move", "words with short, more than 120"),
        sets("en/extra.yaml", (), {"topic": "extra", "entries": {}}, "", "", ""),
        sets(
            "da/kinds.yaml", ("staff",), PHRASES, "da/kinds.yaml", "", "@staff: has 12 different phrases, fewer than 30"
        ),
        sets("da/kinds.yaml", ("smalltalk", "bye"), ["bye"], "da/kinds.yaml", "", "@smalltalk:bye: has 1 different"),
        sets("da/kinds.yaml", ("smalltalk", "joke"), ["ha"], "da/kinds.yaml", "joke", "unknown field “joke”"),
        sets(
            "da/names.yaml", ("topics", "sports"), "Sport", "da/names.yaml", "", "topics: “sports” is no id of topics"
        ),
        # ---- danger
        sets(
            "da/danger.yaml",
            ("danger", "doctor"),
            PHRASES,
            "da/danger.yaml",
            "",
            "@crisis:doctor: has 12 different phrases, fewer than 20",
        ),
        sets("da/danger.yaml", ("harmless",), PHRASES, "da/danger.yaml", "", "@harmless: has 12 different phrases"),
        sets("en/danger.yaml", ("danger", "nobody"), DANGER, "en/danger.yaml", "", "there is no entry “nobody”"),
        sets("en/crisis.yaml", (), {"categories": 5}, "en/crisis.yaml", "", "categories: names with values are needed"),
        sets(
            "en/crisis.yaml",
            (),
            {"categories": {"fire": {**CRISIS["categories"]["fire"], "entry": "nobody"}}},
            "en/crisis.yaml",
            "",
            "categories.fire: there is no entry “nobody”",
        ),
    ],
)
def test_a_wrong_value(
    tmp_path: Path, path: str, keys: Keys, value: object, where: str, name: str, reason: str
) -> None:
    folder = Folder().put(path, *keys, value=value)
    if not where:
        assert check(folder.write(tmp_path)) == ()
        return
    found = only_fault(folder, tmp_path)
    assert found[:2] == (where, name)
    assert reason in found[2]


@pytest.mark.parametrize(
    ("part", "words", "reason"),
    [
        ("short", "Within 5 days. {all}", "a digit typed in it: “5”"),
        ("short", "Within ٥ days. {all}", "a digit typed in it: “٥”"),
        ("title", "The 3 steps", "title: has a digit typed in it: “3”"),
        ("answer", "1. Come.\n2. Bring 2 papers.", "answer: has a digit typed in it: “2”"),
        ("answer", "1) Come.", "“- ” and “1. ”"),
        ("answer", "Write to help@city.example.", "an e-mail address typed in it: “help@city.example"),
        ("answer", "See https://city.example/x now.", "an address of a page typed in it: “https://city.example/x”"),
        ("answer", "See lifeindenmark.borger.dk now.", "an address of a page typed in it: “lifeindenmark.borger.dk”"),
        ("answer", "Call 44 77 20 00.", "a phone number typed in it: “44 77 20 00”"),
        ("answer", "Call {phone}.", "an unknown placeholder {phone}"),
        ("answer", "Call {fact:Phone}.", "an unknown placeholder {fact:Phone}"),
        ("answer", "Call {now.", "a stray brace"),
        ("answer", "See [the page](somewhere).", "a link to “somewhere”"),
        ("answer", "See [the page].", "a stray bracket"),
        ("answer", "A <b>bold</b> word.", "HTML"),
        ("answer", "# Big\n\nWords.", "a heading"),
        ("answer", "- One\n  - Two", "a list inside a list"),
        ("answer", "* One\n* Two", "“- ” and “1. ”"),
        ("answer", "A `code` word.", "code signs"),
        ("answer", "A **bold word.", "a ** without its partner"),
        ("answer", "An *italic* word.", "a single *"),
    ],
)
def test_words_that_a_text_must_not_hold(tmp_path: Path, part: str, words: str, reason: str) -> None:
    folder = Folder()
    short = folder.get(DA, *MOVE, "short")
    folder.put(DA, *MOVE, part, value=words.replace("{all}", short))
    faults = check(folder.write(tmp_path))
    assert {(fault.path, fault.entry) for fault in faults} == {("knowledge/da/arrival.yaml", "move")}
    assert any(reason in fault.reason for fault in faults)
    assert all(fault.line for fault in faults)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Inden {fact:limit}. [Loven]({fact:law-page}).", "does not use {fact:fee}, which is in the text in en"),
        (
            "Inden {fact:limit}, {fact:fee}, {fact:phone}. [Loven]({fact:law-page}).",
            "uses {fact:phone}, which is not in the text in en",
        ),
        ("{fact:limit} {fact:fee} {fact:gone} [Loven]({fact:law-page})", "has an unknown placeholder {fact:gone}"),
        (
            "{fact:limit} [pris]({fact:fee}) [Loven]({fact:law-page})",
            "short: links to {fact:fee}, which is not of type url",
        ),
    ],
)
def test_languages_use_the_same_facts(tmp_path: Path, words: str, reason: str) -> None:
    folder = Folder().put(DA, *MOVE, "short", value=words)
    assert only_fault(folder, tmp_path) == (DA, "move", reason)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (["limit", "fee", "law-page", "phone"], "does not use {fact:phone}, which is in the entry's list of facts"),
        (["limit", "law-page"], "uses {fact:fee}, which is not in the entry's list of facts"),
    ],
)
def test_the_source_uses_exactly_the_entrys_facts(tmp_path: Path, facts: list[str], reason: str) -> None:
    folder = Folder().put(ENTRIES, *FIRST, "facts", value=facts).put(ENTRIES, *FIRST, "links", value=["fee"][:0])
    faults = {fault.reason: fault.path for fault in check(folder.write(tmp_path))}
    assert faults[reason] == "knowledge/en/arrival.yaml"


@pytest.mark.parametrize(
    ("path", "keys", "where", "name", "reason"),
    [
        ("languages.yaml", (), "languages.yaml", "", "the file is missing"),
        ("departments.yaml", (), "departments.yaml", "", "the file is missing"),
        ("sources.yaml", (), "sources.yaml", "", "the file is missing"),
        ("da/kinds.yaml", (), "da/kinds.yaml", "", "the file is missing"),
        ("da/names.yaml", (), "da/names.yaml", "", "the file is missing"),
        ("da/crisis.yaml", (), "da/crisis.yaml", "", "the file is missing"),
        ("da/danger.yaml", (), "da/danger.yaml", "", "the file is missing"),
        ("da/danger.yaml", ("harmless",), "da/danger.yaml", "", "lacks the field “harmless”"),
        (DA, (), DA, "move", "is missing in the language da"),
        (DA, MOVE, DA, "move", "is missing in the language da"),
        (DA, (*MOVE, "short"), DA, "move", "lacks the field “short”"),
        (DA, ("topic",), DA, "", "lacks the field “topic”"),
        (FACTS, ("facts", 0, "value"), FACTS, "limit", "lacks the field “value”"),
        (FACTS, ("facts", 0, "type"), FACTS, "limit", "type: "),
        (ENTRIES, (*FIRST, "department"), ENTRIES, "move", "lacks the field “department”"),
        ("sources.yaml", ("sources", 0, "publisher"), "sources.yaml", "law", "lacks the field “publisher”"),
        ("da/names.yaml", ("departments", "citizens"), "da/names.yaml", "", "lacks a name for “citizens” in da"),
        ("da/names.yaml", ("topics", "health"), "da/names.yaml", "", "lacks a name for “health” in da"),
        ("da/names.yaml", ("labels", "law-page"), DA, "law-page", "labels: the words of this fact are missing"),
        ("languages.yaml", ("languages", 2, "locale"), "languages.yaml", "pl", "lacks the field “locale”"),
    ],
)
def test_something_missing(tmp_path: Path, path: str, keys: Keys, where: str, name: str, reason: str) -> None:
    found = only_fault(Folder().drop(path, *keys), tmp_path)
    assert found[:2] == (where, name)
    assert reason in found[2]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"\xef\xbb\xbfterms: []\n", 1, "byte order mark"),
        (b"terms:\n  - \xe6\n", 2, "is not UTF-8"),
        (b"terms:\n\t- x\n", 2, "has a tab"),
        (b"terms: []\r\n", 1, "has a carriage return"),
        (b"terms: [1\n", 2, "is not valid YAML: while parsing a flow sequence"),
        (b"terms: \x01\n", None, "is not valid YAML: control characters"),
        (b"a: [1]\n---\nb: 2\n", 2, "is not valid YAML: expected a single document"),
        (b"", 1, "the file is empty"),
        (b"terms: []\nterms: []\n", 2, "has the key “terms” twice"),
        (b"terms: []\nno: []\n", 2, "put no in quotation marks"),
        (b"terms: !secret []\n", 1, ""),
        (b"terms:\n  - &a {term: b, danish: c}\n  - *a\n", 2, "has an alias"),
        (b"terms:\n  - {term: !secret x, danish: c}\n", 2, "unknown tag or sign: !secret"),
        (b"terms:\n  - {term: !!timestamp x, danish: c}\n", 2, ""),
        (b"terms:\n  - {term: !!bool x, danish: c}\n", 2, ""),
        (b"- just a list\n", 1, "should be a valid dictionary"),
    ],
)
def test_the_form_of_a_file(tmp_path: Path, content: bytes, line: int | None, reason: str) -> None:
    faults = check(Folder().put("en/terms.yaml", value=content).write(tmp_path))
    if reason:
        assert (faults[0].path, faults[0].line) == ("knowledge/en/terms.yaml", line)
        assert reason in faults[0].reason


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    root = Folder().drop("en/terms.yaml").write(tmp_path)
    (root / "en" / "terms.yaml").symlink_to("terms.yaml")
    assert check(root) == ()  # a link to nowhere is no file


@pytest.mark.parametrize(
    "path", ["notes.yaml", "facts/arrival.yml", "en/deep/arrival.yaml", "xx/arrival.yaml", "grant/a.yaml"]
)
def test_a_file_where_none_belongs(tmp_path: Path, path: str) -> None:
    assert "no knowledge file belongs here" in only_fault(Folder().put(path, value="a: 1\n"), tmp_path)[2]


def test_duplicate_ids_name_the_other_place(tmp_path: Path) -> None:
    folder = Folder().put("entries/more.yaml", value={"topic": "more", "entries": [entry("doctor")]})
    assert only_fault(folder, tmp_path) == (
        "entries/more.yaml",
        "doctor",
        "stands twice: also at knowledge/entries/health.yaml:3",
    )


def test_a_duplicate_inside_one_file(tmp_path: Path) -> None:
    folder = Folder()
    rows = folder.get("facts/health.yaml", "facts")
    folder.put("facts/health.yaml", "facts", value=[*rows, *rows])
    (fault,) = check(folder.write(tmp_path))
    assert fault.reason == "stands twice: also at knowledge/facts/health.yaml:2"
    assert fault.line == 8


def test_a_duplicate_text(tmp_path: Path) -> None:
    folder = Folder()
    texts = {"topic": "more", "entries": {"move": folder.get(DA, *MOVE)}}
    path, name, reason = only_fault(folder.put("da/more.yaml", value=texts), tmp_path)
    assert (path, name) == ("da/more.yaml", "move")
    assert reason.startswith("stands twice: also at knowledge/da/arrival.yaml")


def test_a_text_without_an_entry(tmp_path: Path) -> None:
    folder = Folder()
    text = {**folder.get("en/health.yaml", "entries", "doctor"), "phrases": PHRASES, "title": "x", "short": "Come."}
    folder.put("en/health.yaml", "entries", "orphan", value=text)
    assert only_fault(folder, tmp_path) == ("en/health.yaml", "orphan", "there is no such entry in entries/")


def test_a_text_in_the_file_of_another_topic(tmp_path: Path) -> None:
    folder = Folder()
    folder.put("da/health.yaml", "entries", "move", value=folder.get(DA, *MOVE)).drop(DA, *MOVE)
    expected = ("da/health.yaml", "move", "stands in health.yaml, but the entry's topic is arrival")
    assert only_fault(folder, tmp_path) == expected


@pytest.mark.parametrize(
    "phrase",
    ["doctor da questionaaa", "  Døctor  da, questionAAA?!".strip().replace("ø", "o"), "questionaaa da doctor"],
)
def test_a_phrase_under_two_entries(tmp_path: Path, phrase: str) -> None:
    path, name, reason = only_fault(Folder().put(DA, *MOVE, "phrases", 0, value=phrase), tmp_path)
    assert (path, name) == ("da/health.yaml", "doctor")
    assert "has the same words as a phrase of move" in reason


@pytest.mark.parametrize("phrase", ["moving questioma", "movingquestiona"])
def test_a_phrase_nearly_under_two_entries(tmp_path: Path, phrase: str) -> None:
    folder = Folder().put(DA, *MOVE, "phrases", 0, value="moving questiona")
    folder.put("da/health.yaml", "entries", "doctor", "phrases", 0, value=phrase)
    path, name, reason = only_fault(folder, tmp_path)
    assert (path, name) == ("da/health.yaml", "doctor")
    assert reason == f"phrases: “{phrase}” is nearly the same as “moving questiona” of move"


@pytest.mark.parametrize(("one", "other"), [("flytning", "flygtning"), ("from the uk now", "from the eu now")])
def test_phrases_that_a_letter_tells_apart(tmp_path: Path, one: str, other: str) -> None:
    folder = Folder().put(DA, *MOVE, "phrases", 0, value=one)
    folder.put("da/health.yaml", "entries", "doctor", "phrases", 0, value=other)
    assert check(folder.write(tmp_path)) == ()


def test_a_phrase_of_an_entry_and_of_a_kind(tmp_path: Path) -> None:
    folder = Folder().put("da/kinds.yaml", "staff", 3, value="Move da questionaaa!")
    path, _, reason = only_fault(folder, tmp_path)
    assert path == "da/kinds.yaml"
    assert reason == "phrases: “Move da questionaaa!” has the same words as a phrase of move"


def test_the_same_phrase_in_two_languages_is_fine(tmp_path: Path) -> None:
    folder = Folder().put(DA, *MOVE, "phrases", 0, value="cpr?").put(PL, *MOVE, "phrases", 0, value="cpr?")
    assert check(folder.write(tmp_path)) == ()


def test_signs_without_words_are_compared_as_they_are(tmp_path: Path) -> None:
    folder = Folder().put(DA, *MOVE, "phrases", 0, value="🏠").put("da/kinds.yaml", "staff", 0, value="🙋")
    assert check(folder.write(tmp_path)) == ()


def test_memory_has_no_date(tmp_path: Path) -> None:
    folder = Folder().put(FACTS, "facts", 0, "basis", value="memory").put(ENTRIES, *FIRST, "basis", value="memory")
    assert only_fault(folder, tmp_path) == (FACTS, "limit", "checked: must be null when the basis is memory")


def test_memory_needs_no_source(tmp_path: Path) -> None:
    folder = Folder().put(ENTRIES, *FIRST, "basis", value="memory")
    folder.put(
        FACTS, "facts", 0, value=fact("limit", "duration", 5, unit="day", basis="memory", checked=None, source=None)
    )
    assert check(folder.write(tmp_path)) == ()


def test_a_source_that_was_not_read_has_no_copy(tmp_path: Path) -> None:
    folder = Folder().put("sources.yaml", "sources", 0, "read", value=False)
    folder.put("sources.yaml", "sources", 0, "copy", value="May")
    assert only_fault(folder, tmp_path) == ("sources.yaml", "law", "copy: must be null while read is false")


def test_chinese_is_not_counted_by_spaces(tmp_path: Path) -> None:
    folder = Folder()
    folder.put("languages.yaml", "languages", 2, "code", value="zh")
    folder.put("languages.yaml", "languages", 2, "locale", value="zh_Hans_CN")
    for path in [path for path in folder.files if path.startswith("pl/")]:
        folder.put(path.replace("pl/", "zh/"), value=folder.files.pop(path))
    folder.put("zh/arrival.yaml", *MOVE, "answer", value="字 " * 150)
    assert check(folder.write(tmp_path)) == ()


def test_a_broken_item_does_not_call_forth_other_faults(tmp_path: Path) -> None:
    folder = Folder().put(FACTS, "facts", 0, "value", value="five").put(EN, *MOVE, "title", value=5)
    faults = check(folder.write(tmp_path))
    assert [(fault.path, fault.entry) for fault in faults] == [
        ("knowledge/en/arrival.yaml", "move"),
        ("knowledge/facts/arrival.yaml", "limit"),
    ]


@pytest.mark.parametrize("path", [FACTS, ENTRIES, "sources.yaml", "departments.yaml", "languages.yaml", EN, DA])
def test_an_unreadable_file_does_not_call_forth_other_faults(tmp_path: Path, path: str) -> None:
    assert only_fault(Folder().put(path, value="a: [\n"), tmp_path)[0] == path


def test_crisis_rules_must_lead_to_an_approved_entry(tmp_path: Path) -> None:
    folder = Folder().put("en/crisis.yaml", value=CRISIS)
    assert check(folder.write(tmp_path / "a")) == ()
    folder.put(ENTRIES, *FIRST, "approval", value={"state": "draft", "by": None, "on": None})
    reason = "categories.fire: the entry “move” is not approved, so nothing could be sent"
    assert only_fault(folder, tmp_path / "b") == ("en/crisis.yaml", "", reason)


def test_examples_of_danger_must_lead_to_an_approved_entry(tmp_path: Path) -> None:
    folder = Folder().put("en/danger.yaml", "danger", "move", value=DANGER)
    assert check(folder.write(tmp_path / "a")) == ()
    folder.put(ENTRIES, *FIRST, "approval", value={"state": "draft", "by": None, "on": None})
    reason = "danger: the entry “move” is not approved, so nothing could be sent"
    assert only_fault(folder, tmp_path / "b") == ("en/danger.yaml", "", reason)


def test_an_example_of_danger_may_not_be_a_phrase_of_an_entry(tmp_path: Path) -> None:
    folder = Folder().put("da/danger.yaml", "harmless", 3, value="Move da questionaaa!")
    path, _, reason = only_fault(folder, tmp_path)
    assert path == "da/danger.yaml"
    assert "same words as a phrase of move" in reason


def test_crisis_rules_of_all_languages_must_agree(tmp_path: Path) -> None:
    other = {"categories": {"fire": {"entry": "doctor", "rules": ["huset braender"]}}}
    folder = Folder().put("en/crisis.yaml", value=CRISIS).put("da/crisis.yaml", value=other)
    path, _, reason = only_fault(folder, tmp_path)
    assert path == "en/crisis.yaml"
    assert "another language says 'doctor'" in reason


def test_a_faulty_crisis_rule_is_found_by_its_line(tmp_path: Path) -> None:
    text = "categories:\n  fire:\n    entry: move\n    rules:\n      - house burns\n      - (house burns\n"
    (fault,) = check(Folder().put("en/crisis.yaml", value=text).write(tmp_path))
    assert fault.line == 6
    assert fault.reason.startswith("categories.fire.rules[2]: ")


def test_each_faulty_crisis_file_is_named(tmp_path: Path) -> None:
    folder = Folder().put("en/crisis.yaml", value={"categories": []}).put("da/crisis.yaml", value={"colour": "red"})
    assert [fault.path for fault in check(folder.write(tmp_path))] == [
        "knowledge/da/crisis.yaml",
        "knowledge/en/crisis.yaml",
    ]


def test_lines_are_those_of_the_value(tmp_path: Path) -> None:
    folder = Folder().put(DA, *MOVE, "title", value="x" * 61)
    written = to_yaml(folder.files[DA]).splitlines()
    (fault,) = check(folder.write(tmp_path))
    assert fault.line is not None
    assert written[fault.line - 1].strip().startswith("title: xxx")


def test_a_fault_reads_as_path_line_entry_reason(tmp_path: Path) -> None:
    (fault,) = check(Folder().drop(DA, *MOVE, "short").write(tmp_path))
    assert str(fault) == "knowledge/da/arrival.yaml:3: move: lacks the field “short”"


def test_the_factory_stamps_what_it_writes() -> None:
    folder = Folder().put(EN, *MOVE, "title", value="Another title")
    stamp_files(folder.files)
    assert folder.get(DA, *MOVE, "translated_from") == content_hash(words(folder.get(EN, *MOVE)))
