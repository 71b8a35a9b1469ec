"""What staff propose is a file in the format of the knowledge."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from bot.content.lines import lines_of, phrase_lines
from bot.content.models import EntriesFile, TextsFile
from bot.content.proposing import NEW_ENTRY, entry_file, phrase_file

DAY = date(2026, 11, 24)


def make(**fields: object) -> str:
    usual: dict[str, object] = {
        "topic": "housing",
        "department": "citizen-service",
        "audience": "newcomer",
        "language": "pl",
        "day": DAY,
        "phrases": ["jak trzymać kury?", "dwie\nlinie", "  "],
        "answers": ["Man må have {fact:number} høns.", "Se {fact:page}: # ikke en kommentar"],
    }
    return entry_file(**usual | fields)  # type: ignore[arg-type]


def read(text: str) -> tuple[EntriesFile, TextsFile]:
    entries, texts = yaml.load_all(text, Loader=yaml.CSafeLoader)
    return EntriesFile.model_validate(entries), TextsFile.model_validate(texts)


def test_a_draft_of_an_entry_passes_the_models() -> None:
    entries, texts = read(make())
    (entry,) = entries.entries
    assert (entries.topic, texts.topic, entry.id, entry.audience) == ("housing", "housing", NEW_ENTRY, "newcomer")
    assert (entry.approval.state, entry.approval.by, entry.approval.on) == ("draft", None, None)
    words = texts.entries[NEW_ENTRY]
    assert words.phrases == ["jak trzymać kury?", "dwie linie"]
    assert words.answer == "Man må have {fact:number} høns.\n\nSe {fact:page}: # ikke en kommentar"
    assert (words.approved, words.translated_from) == (None, None)
    assert "&" not in make()  # no references between values, which no editor expects


@pytest.mark.parametrize(
    "words", ["- x", "a: b", "# c", "'", '"', "{fact:number}", "---", "...", "yes", "&a *b", "null"]
)
def test_words_that_mean_something_in_yaml_stay_words(words: str) -> None:
    _, texts = read(make(phrases=[words], answers=[words, words]))
    assert texts.entries[NEW_ENTRY].phrases == [words]
    assert texts.entries[NEW_ENTRY].answer == f"{words}\n\n{words}"


@pytest.mark.parametrize("audience", [None, "young-person", "nonsense"])
def test_an_audience_that_entries_do_not_have_becomes_the_resident(audience: str | None) -> None:
    assert read(make(audience=audience))[0].entries[0].audience == "resident"


def test_without_an_answer_of_staff_something_is_to_be_written() -> None:
    assert read(make(answers=[], phrases=[]))[1].entries[NEW_ENTRY].answer


def test_the_file_says_that_a_person_must_read_it() -> None:
    for text in (make(), phrase_file("cpr", "pl", "numer")):
        assert "A person must read every word" in text


@pytest.mark.parametrize(
    ("phrase", "line"), [("numer cpr", "numer cpr"), ("two\nlines", "two lines"), ("# not an entry", "not an entry")]
)
def test_a_phrase_is_read_as_a_line_of_its_entry(phrase: str, line: str) -> None:
    faults: list[object] = []
    read = phrase_lines(lines_of(phrase_file("cpr-registration", "pl", phrase), "phrases.txt"), faults)  # type: ignore[arg-type]
    assert faults == []
    assert {name: list(rows.values()) for name, rows in read.phrases.items()} == {"cpr-registration": [line]}
