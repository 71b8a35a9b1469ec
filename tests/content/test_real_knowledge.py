"""The knowledge that is shipped: sound, complete in every offered language, and quick to read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.content import check, load, status
from bot.i18n import fact_text

if TYPE_CHECKING:
    from bot.core.model import Fact, Knowledge

FOLDER = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(FOLDER)


def test_it_has_no_faults() -> None:
    assert [str(fault) for fault in check(FOLDER)] == []


def test_every_language_is_complete(knowledge: Knowledge) -> None:
    found = status(FOLDER, date(2026, 11, 24))
    offered = [language for language in found.languages if language.offered]
    assert {"en", "da", "pl"} <= {language.language for language in offered}
    for language in offered:
        assert language.missing == language.missing_core == ()
        assert language.has_crisis_rules
    assert found.entries == len(knowledge.entries)


def test_every_fact_can_be_written_in_every_language(knowledge: Knowledge) -> None:
    def written(fact: Fact) -> list[str]:
        return [fact_text(fact, language) for language in knowledge.languages.values() if language.offered]

    assert all(all(written(fact)) for fact in knowledge.facts.values())


def test_open_questions_are_listed_by_danish_department() -> None:
    found = status(FOLDER, date(2026, 11, 24)).to_verify
    assert found
    assert all(question.question.strip() for questions in found.values() for question in questions)
