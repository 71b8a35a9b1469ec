"""The staff phrases of a folder: what is a fault, and what comes of a sound one."""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.content import check, export_translations, import_translations, load
from bot.core.staff_phrases import BlankType
from bot.errors import KnowledgeError
from tests.content.factory import Folder

if TYPE_CHECKING:
    from pathlib import Path

ROWS, WORDS = "staff-phrases.yaml", "da/staff-phrases.yaml"

_ROWS: dict[str, Any] = {
    "phrases": [
        {"id": "bring", "blanks": {"date": "date", "documents": "documents"}, "waits": True},
        {"id": "closing"},
    ],
    "documents": [{"id": "passport", "also": ["rejsepas"]}, {"id": "form"}],
}


def _words(code: str) -> dict[str, Any]:
    return {
        "phrases": {"bring": f"Bring ({code}): {{documents}}. Day: {{date}}.", "closing": f"Goodbye {code}."},
        "documents": {"passport": f"passport {code} (pas)", "form": f"form {code}"},
    }


def folder() -> Folder:
    """A sound folder with two phrases and two documents."""
    found = Folder()
    found.files |= {f"{code}/staff-phrases.yaml": _words(code) for code in ("en", "da", "pl")}
    found.files[ROWS] = copy.deepcopy(_ROWS)
    return found


def faults(changed: Folder, tmp_path: Path) -> list[str]:
    return [str(fault) for fault in check(changed.write(tmp_path))]


def test_what_is_sound_becomes_values(tmp_path: Path) -> None:
    known = load(folder().write(tmp_path)).staff_phrases
    bring, closing = known.phrases.values()
    assert (bring.id, dict(bring.blanks), bring.waits) == (
        "bring", {"date": BlankType.DATE, "documents": BlankType.DOCUMENTS}, True,
    )  # fmt: skip
    assert (closing.id, dict(closing.blanks), closing.waits) == ("closing", {}, False)
    assert bring.texts["pl"] == "Bring (pl): {documents}. Day: {date}."
    assert known.documents["passport"].also == ("rejsepas",)
    assert known.documents["passport"].names == {code: f"passport {code} (pas)" for code in ("en", "da", "pl")}


def test_a_folder_needs_no_staff_phrases(tmp_path: Path) -> None:
    known = load(Folder().write(tmp_path)).staff_phrases
    assert (known.phrases, known.documents) == ({}, {})


_TEXT = ("phrases", "bring")


_TYPES = "'date', 'past', 'moment', 'money', 'documents', 'department', 'count' or 'days'"


@pytest.mark.parametrize(
    ("keys", "value", "fault"),
    [
        (("phrases", 0, "blanks", "date"), "weekday", f"4: bring: blanks.date: should be {_TYPES}, not 'weekday'"),
        (("phrases", 1, "blank"), {}, "8: closing: has an unknown field “blank”"),
        (("phrases", 1, "id"), "bring", "7: bring: stands twice"),
        (("documents", 0, "also"), ["a; b"], "10: passport: also: “a; b” has a comma or semicolon"),
    ],
)
def test_faults_of_the_rows(keys: tuple[str | int, ...], value: object, fault: str, tmp_path: Path) -> None:
    found = faults(folder().put(ROWS, *keys, value=value), tmp_path)
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    ("keys", "value", "fault"),
    [
        (("phrases", "more"), "x", "4: phrases: there is nothing called “more”"),
        (("documents", "ring"), "x", "7: documents: there is nothing called “ring”"),
        (_TEXT, "{documents} {date} {who}", "bring: has an unknown blank {who}"),
        (_TEXT, "Medbring: {documents}.", "bring: lacks the blank {date}"),
        (_TEXT, "{documents} {date} {date}", "bring: has the blank {date} twice"),
        (_TEXT, "{documents} {date} {fact:fee}", "bring: has an unknown blank {fact:fee}"),
        (_TEXT, "{documents} {date} {", "bring: has a stray brace"),
        (_TEXT, "{documents} {date} kl. 10", "bring: has a digit typed in it"),
        (_TEXT, "{documents} {date} se law.dk", "bring: has an address of a page"),
        (("documents", "form"), "skema, kort", "form: has a comma or semicolon"),
        (("documents", "form"), "Rejsepas", "form: “rejsepas” already means passport"),
        (("documents", "form"), "PAS", "form: “pas” already means passport"),
    ],
)
def test_faults_of_the_words(keys: tuple[str | int, ...], value: object, fault: str, tmp_path: Path) -> None:
    found = faults(folder().put(WORDS, *keys, value=value), tmp_path)
    assert any(fault in one and one.startswith(f"knowledge/{WORDS}:") for one in found), found


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ((), f"knowledge/{WORDS}: the file is missing"),
        (("phrases", "closing"), f"knowledge/{WORDS}:1: phrases: lacks words for “closing”"),
        (("documents", "form"), f"knowledge/{WORDS}:4: documents: lacks words for “form”"),
    ],
)
def test_what_an_offered_language_lacks_is_a_fault(keys: tuple[str, ...], fault: str, tmp_path: Path) -> None:
    assert faults(folder().drop(WORDS, *keys), tmp_path) == [fault]


def test_a_language_that_is_being_prepared_may_lack_words(tmp_path: Path) -> None:
    changed = folder().drop("pl/staff-phrases.yaml").put("languages.yaml", "languages", 2, "status", value="preparing")
    root = changed.write(tmp_path)
    assert check(root) == ()
    assert "pl" not in load(root).staff_phrases.phrases["bring"].texts


# ---- translators -----------------------------------------------------------------------------------------


def _exported(root: Path, said: str) -> str:
    text, old = export_translations(root, "da"), 'msgstr "Bring (da): {documents}. Day: {date}."'
    assert old in text
    return text.replace(old, f'msgstr "{said}"')


def test_translators_get_and_give_back_the_words(tmp_path: Path) -> None:
    root = folder().write(tmp_path)
    done = import_translations(
        root, "da", _exported(root, "Medbring {documents} {date}"), shown="da.po", approved=date(2026, 12, 1)
    )
    assert (done.files, done.changed) == (("da/staff-phrases.yaml",), 1)
    known = load(root).staff_phrases
    assert known.phrases["bring"].texts["da"] == "Medbring {documents} {date}"
    assert known.documents["passport"].names["da"] == "passport da (pas)"


def test_a_translation_without_a_blank_is_refused(tmp_path: Path) -> None:
    root = folder().write(tmp_path)
    with pytest.raises(KnowledgeError) as refused:
        import_translations(root, "da", _exported(root, "Medbring {documents} {dato}"), shown="da.po")
    reasons = {fault.reason for fault in refused.value.faults}
    assert reasons == {"has an unknown blank {dato}", "lacks the blank {date}"}
