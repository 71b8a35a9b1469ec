from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import pytest

from bot.content import check, load, version
from bot.core.model import Basis, ClosingDays, FactType, Route, Term
from bot.errors import KnowledgeError
from tests.content.factory import DAY, Folder

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sound_folder_has_no_faults(tmp_path: Path) -> None:
    assert check(Folder().write(tmp_path)) == ()


def test_everything_arrives_in_the_knowledge(tmp_path: Path) -> None:
    folder = Folder().put("da/danger.yaml", "danger", "doctor", value=[f"collapsed{n}" for n in range(20)])
    knowledge = load(folder.write(tmp_path))
    assert knowledge.kinds["da"]["@crisis:doctor"][:2] == ("collapsed0", "collapsed1")
    assert list(knowledge.languages) == ["en", "da", "pl"]
    assert knowledge.source_language == "en"
    assert knowledge.languages["da"].locale == "da_DK"
    assert knowledge.default_department == "citizens"
    assert knowledge.departments["citizens"].names["pl"] == "Citizens pl"
    assert knowledge.sources["law"].publisher == "The State"
    assert knowledge.topics["arrival"]["da"] == "Arrival da"
    assert list(knowledge.topics) == ["arrival", "health"]
    assert Term("pl", "deposit pl", "depositum", ("caution",)) in knowledge.terms
    assert len(knowledge.kinds["en"]["@staff"]) == 30
    assert len(knowledge.kinds["da"]["@smalltalk:greeting"]) == 6
    assert len(knowledge.kinds["pl"]["@out_of_scope"]) == 40
    assert len(knowledge.kinds["pl"]["@harmless"]) == 40


def test_an_entry_arrives_whole(tmp_path: Path) -> None:
    knowledge = load(Folder().write(tmp_path))
    entry = knowledge.entries["move"]
    assert (entry.topic, entry.audience, entry.department) == ("arrival", "newcomer", "citizens")
    assert (entry.checked, entry.review_by) == (date.fromisoformat(DAY), date(2027, 5, 24))
    assert entry.basis is Basis.PARTLY_READ
    assert entry.facts == ("limit", "fee", "law-page")
    assert entry.related == ("doctor",)
    text = entry.texts["da"]
    assert text.short.startswith("Sig det")
    assert text.answer == "1. Come **in person**.\n2. Bring your papers."
    assert len(text.phrases) == 12
    assert not text.outdated


def test_facts_keep_their_kind_of_value(tmp_path: Path) -> None:
    folder = Folder().put("facts/arrival.yaml", "facts", 1, "value", value=99.5)
    facts = load(folder.write(tmp_path)).facts
    assert (facts["limit"].type, facts["limit"].value, facts["limit"].unit) == (FactType.DURATION, 5, "day")
    assert isinstance(facts["limit"].value, int)
    assert facts["fee"].value == 99.5
    assert facts["law-page"].value == "https://law.example/move"
    assert facts["law-page"].names["da"] == "loven"


def test_text_facts_have_names_and_no_value(tmp_path: Path) -> None:
    names = {"en": "Prague", "da": "Prag", "pl": "Praga"}
    folder = Folder().put("facts/arrival.yaml", "facts", 1, "type", value="text")
    folder.put("facts/arrival.yaml", "facts", 1, "value", value=None)
    for code, name in names.items():
        folder.put(f"{code}/names.yaml", "labels", "fee", value=name)
    facts = load(folder.write(tmp_path)).facts
    assert facts["fee"].value is None
    assert dict(facts["fee"].names) == names


@pytest.mark.parametrize(("unit", "kept"), [("EUR", "EUR"), ("DKK", "DKK"), (None, "DKK")])
def test_money_keeps_its_currency(tmp_path: Path, unit: str | None, kept: str) -> None:
    folder = Folder()
    if unit is not None:
        folder.put("facts/arrival.yaml", "facts", 1, "unit", value=unit)
    assert load(folder.write(tmp_path)).facts["fee"].unit == kept


def test_hours_and_promises_of_a_department(tmp_path: Path) -> None:
    row = {"id": "citizens", "hours": {"monday": "10:00-15:00", "thursday": "10:00-18:00"}, "promise_hours": 8}
    folder = Folder().put("departments.yaml", "departments", 0, value=row)
    department = load(folder.write(tmp_path)).departments["citizens"]
    assert dict(department.hours) == {1: (time(10), time(15)), 4: (time(10), time(18))}
    assert department.promise_hours == 8


def test_closing_days(tmp_path: Path) -> None:
    rows = [
        {"day": "2027-06-05", "reason": "Grundlovsdag"},
        {"first": "2026-12-24", "last": "2026-12-31", "reason": "Jul", "departments": ["citizens"]},
        {"first": "2027-01-04", "last": "2027-01-04", "reason": "Kursus", "departments": []},
    ]
    folder = Folder().put("departments.yaml", "closing_days", value=rows)
    assert load(folder.write(tmp_path)).closing_days == (
        ClosingDays(date(2027, 6, 5), date(2027, 6, 5)),
        ClosingDays(date(2026, 12, 24), date(2026, 12, 31), ("citizens",)),
        ClosingDays(date(2027, 1, 4), date(2027, 1, 4)),
    )


def test_routes(tmp_path: Path) -> None:
    rows = [
        {"department": "citizens", "urgent": True},
        {"department": "citizens", "topic": "arrival", "audience": "company", "language": "en"},
    ]
    folder = Folder().put("departments.yaml", "routes", value=rows)
    assert load(folder.write(tmp_path)).routes == (
        Route("citizens", urgent=True),
        Route("citizens", "arrival", "company", "en"),
    )
    assert load(Folder().write(tmp_path / "plain")).routes == ()


def test_no_closing_days_need_be_written(tmp_path: Path) -> None:
    assert load(Folder().write(tmp_path)).closing_days == ()


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_an_entry_that_is_not_approved_is_left_out(tmp_path: Path, state: str) -> None:
    approval = {"state": state, "by": None, "on": None}
    folder = Folder().put("entries/health.yaml", "entries", 0, "approval", value=approval)
    knowledge = load(folder.write(tmp_path))
    assert list(knowledge.entries) == ["move"]
    assert knowledge.entries["move"].related == ()


def test_a_changed_source_marks_translations_as_outdated(tmp_path: Path) -> None:
    folder = Folder().put("en/arrival.yaml", "entries", "move", "title", value="Another title")
    texts = load(folder.write(tmp_path)).entries["move"].texts
    assert texts["da"].outdated
    assert texts["pl"].outdated
    assert not texts["en"].outdated


def test_a_language_in_preparation_needs_not_be_complete(tmp_path: Path) -> None:
    folder = Folder().put("languages.yaml", "languages", 2, "status", value="preparing")
    folder.drop("pl/health.yaml").put("pl/arrival.yaml", "entries", "move", "approved", value=None)
    knowledge = load(folder.write(tmp_path))
    assert not knowledge.languages["pl"].offered
    assert set(knowledge.entries["move"].texts) == {"en", "da"}


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    folder = Folder()
    first = load(folder.write(tmp_path / "a")).version
    assert load(folder.write(tmp_path / "b")).version == first
    folder.put("pl/terms.yaml", "terms", 0, "term", value="kaucja")
    assert load(folder.write(tmp_path / "c")).version != first


def test_load_raises_all_faults_at_once(tmp_path: Path) -> None:
    folder = Folder().drop("da/health.yaml").put("sources.yaml", "sources", 0, "url", value="nowhere")
    root = folder.write(tmp_path)
    with pytest.raises(KnowledgeError) as caught:
        load(root)
    assert caught.value.faults == check(root)
    assert {fault.path for fault in caught.value.faults} == {"knowledge/da/health.yaml", "knowledge/sources.yaml"}


def test_a_missing_folder_is_one_fault(tmp_path: Path) -> None:
    (fault,) = check(tmp_path / "knowledge")
    assert fault.reason == "there is no such folder"


def test_other_files_are_no_concern(tmp_path: Path) -> None:
    folder = Folder().put("README.md", value="about\tthis").put("en/notes.txt", value="free")
    assert check(folder.write(tmp_path)) == ()


def test_every_byte_makes_another_version(tmp_path: Path) -> None:
    folder = Folder().write(tmp_path)
    first = version(folder)
    assert version(folder) == first
    path = folder / "en" / "health.yaml"
    path.write_bytes(path.read_bytes() + b"\n")
    second = version(folder)
    path.rename(folder / "en" / "wealth.yaml")
    assert len({first, second, version(folder)}) == 3
