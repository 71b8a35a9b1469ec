"""The kinds of knowledge files and the model of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.content.guide_models import AnswersFile, ChecklistFile, CityFile, GrantsFile, GuidesFile, QuestionsFile
from bot.content.models import (
    DangerFile,
    DepartmentsFile,
    EntriesFile,
    FactsFile,
    KindsFile,
    LanguagesFile,
    NamesFile,
    SourcesFile,
    TermsFile,
    TextsFile,
    ThresholdsFile,
)
from bot.content.staff_models import StaffPhrasesFile, StaffWordsFile

if TYPE_CHECKING:
    from pydantic import BaseModel

FILE_MODELS: dict[str, type[BaseModel]] = {
    "languages": LanguagesFile,
    "departments": DepartmentsFile,
    "sources": SourcesFile,
    "facts": FactsFile,
    "entries": EntriesFile,
    "questions": QuestionsFile,
    "grants": GrantsFile,
    "cities": CityFile,
    "checklists": ChecklistFile,
    "texts": TextsFile,
    "names": NamesFile,
    "guides": GuidesFile,
    "answers": AnswersFile,
    "terms": TermsFile,
    "kinds": KindsFile,
    "danger": DangerFile,
    "thresholds": ThresholdsFile,
    "staff_phrases": StaffPhrasesFile,
    "staff_words": StaffWordsFile,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Returns a JSON Schema for each kind of knowledge file, by the kind's name ("facts", "entries", …)."""
    return {kind: model.model_json_schema(by_alias=True) for kind, model in FILE_MODELS.items()}
