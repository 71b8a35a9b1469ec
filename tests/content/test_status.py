from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.content import LanguageStatus, OpenQuestion, Readability, status
from bot.errors import KnowledgeError
from tests.content.factory import Folder

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 12, 1)
DA, ENTRIES, FIRST, MOVE = "da/arrival.yaml", "entries/arrival.yaml", ("entries", 0), ("entries", "move")


def of(folder: Folder, tmp_path: Path, code: str, today: date = TODAY) -> LanguageStatus:
    found = status(folder.write(tmp_path), today)
    return next(language for language in found.languages if language.language == code)


def test_a_sound_folder(tmp_path: Path) -> None:
    assert of(Folder(), tmp_path, "da") == LanguageStatus(
        language="da",
        offered=True,
        complete=("move", "doctor"),
        missing=(),
        missing_core=(),
        outdated=(),
        unreviewed=(),
        unverified=("move", "doctor"),
        expired=(),
        review_due=(),
        has_crisis_rules=True,
        readability=Readability("LIX", 3.0, ()),
    )


def test_texts_that_are_hard_to_read(tmp_path: Path) -> None:
    words = "Kommunalbestyrelsesbeslutninger offentliggøres efterfølgende {fact:phone}"
    found = of(Folder().put("da/health.yaml", "entries", "doctor", "answer", value=words), tmp_path, "da").readability
    assert found is not None
    assert found.hard == ("doctor",)


def test_what_is_missing_and_what_of_it_is_needed_first(tmp_path: Path) -> None:
    folder = Folder().drop(DA).put("languages.yaml", "languages", 1, "status", value="preparing")
    found = of(folder, tmp_path, "da")
    assert (found.offered, found.complete, found.missing, found.missing_core) == (
        False,
        ("doctor",),
        ("move",),
        ("move",),
    )


def test_outdated_translations(tmp_path: Path) -> None:
    found = of(Folder().put(DA, *MOVE, "translated_from", value="0123456789ab"), tmp_path, "da")
    assert (found.outdated, found.complete) == (("move",), ("doctor",))


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_an_entry_that_is_not_approved_is_unreviewed_everywhere(tmp_path: Path, state: str) -> None:
    folder = Folder().put(ENTRIES, *FIRST, "approval", value={"state": state, "by": None, "on": None})
    for code in ("en", "da", "pl"):
        found = of(folder, tmp_path / code, code)
        assert (found.unreviewed, found.complete) == (("move",), ("doctor",))


def test_a_text_that_is_not_approved_is_unreviewed_in_its_language(tmp_path: Path) -> None:
    folder = Folder().put(DA, *MOVE, "approved", value=None)
    assert of(folder, tmp_path / "a", "da").unreviewed == ("move",)
    assert of(folder, tmp_path / "b", "pl").unreviewed == ()


def test_confirmed_entries_are_verified(tmp_path: Path) -> None:
    assert of(Folder().put(ENTRIES, *FIRST, "basis", value="confirmed"), tmp_path, "en").unverified == ("doctor",)


@pytest.mark.parametrize(
    ("path", "keys"), [(ENTRIES, (*FIRST, "valid_until")), ("facts/arrival.yaml", ("facts", 1, "valid_until"))]
)
@pytest.mark.parametrize(("today", "expired"), [(TODAY, ()), (date(2026, 12, 2), ("move",))])
def test_an_entry_expires_with_itself_or_a_fact(
    tmp_path: Path, path: str, keys: tuple[str | int, ...], today: date, expired: tuple[str, ...]
) -> None:
    assert of(Folder().put(path, *keys, value="2026-12-01"), tmp_path, "en", today).expired == expired


@pytest.mark.parametrize(("today", "due"), [(date(2027, 5, 24), ()), (date(2027, 5, 25), ("move", "doctor"))])
def test_review_is_due_after_its_day(tmp_path: Path, today: date, due: tuple[str, ...]) -> None:
    assert of(Folder(), tmp_path, "en", today).review_due == due


def test_open_questions_by_department_in_danish(tmp_path: Path) -> None:
    folder = Folder().put(ENTRIES, *FIRST, "to_verify", value=["Hvem?", "Hvor?"])
    assert status(folder.write(tmp_path), TODAY).to_verify == {
        "Citizens da": (
            OpenQuestion("move", "About move (da)", "Hvem?"),
            OpenQuestion("move", "About move (da)", "Hvor?"),
        )
    }


def test_what_is_not_known_of_a_department_comes_first(tmp_path: Path) -> None:
    folder = Folder().put(ENTRIES, *FIRST, "to_verify", value=["Hvem?"])
    folder.put("departments.yaml", "departments", 0, "to_verify", value=["Hvornår?"])
    assert status(folder.write(tmp_path), TODAY).to_verify == {
        "Citizens da": (
            OpenQuestion("citizens", "Citizens da", "Hvornår?"),
            OpenQuestion("move", "About move (da)", "Hvem?"),
        )
    }


def test_missing_crisis_rules_are_seen(tmp_path: Path) -> None:
    assert not of(Folder().drop("da/crisis.yaml"), tmp_path, "da").has_crisis_rules


def test_status_works_while_there_are_faults(tmp_path: Path) -> None:
    folder = Folder().put(ENTRIES, *FIRST, "facts", value=["limit", "gone"]).drop("da/names.yaml")
    folder.put("sources.yaml", value="a: [\n").put(ENTRIES, *FIRST, "to_verify", value=["Hvem?"])
    found = status(folder.write(tmp_path), TODAY)
    assert found.entries == 2
    assert list(found.to_verify) == ["citizens"]


@pytest.mark.parametrize("path", ["languages.yaml", "departments.yaml"])
def test_status_needs_languages_and_departments(tmp_path: Path, path: str) -> None:
    with pytest.raises(KnowledgeError):
        status(Folder().drop(path).write(tmp_path), TODAY)
