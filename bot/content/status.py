"""How far the knowledge is: translated, approved, verified, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.content.building import build
from bot.content.draft import read_folder
from bot.core.entry_rules import is_current
from bot.core.model import Basis
from bot.core.readability import INDICES
from bot.errors import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from bot.content.draft import Draft
    from bot.core.model import EntryText, Knowledge

_AUTHORITY = "da"  # the municipality works in Danish


@dataclass(frozen=True, slots=True)
class Readability:
    """How hard a language's answers are: the `index` by name, its `mean`, and the ids of those that are too `hard`."""

    index: str
    mean: float
    hard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanguageStatus:
    """One language's entries, as ids in the order of the files.

    complete: approved, up to date with the source; missing: no text; outdated: the source changed since;
    readability is None where no index is used for the language;
    unreviewed: the entry or this text is not approved; unverified: not confirmed by the municipality;
    expired: the entry or a fact of it has run out; review_due: to be compared with its sources again.
    """

    language: str
    offered: bool
    complete: tuple[str, ...]
    missing: tuple[str, ...]
    missing_core: tuple[str, ...]
    outdated: tuple[str, ...]
    unreviewed: tuple[str, ...]
    unverified: tuple[str, ...]
    expired: tuple[str, ...]
    review_due: tuple[str, ...]
    has_crisis_rules: bool
    readability: Readability | None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something the municipality must say: the `entry`, its Danish `title` (or its id), the Danish `question`.

    For a question about a department itself the `entry` is the department's id and the `title` its name.
    """

    entry: str
    title: str
    question: str


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the whole: entries in all, each language, open questions by Danish department name."""

    entries: int
    languages: tuple[LanguageStatus, ...]
    to_verify: Mapping[str, tuple[OpenQuestion, ...]]


def status(folder: Path, today: date) -> Status:
    """Returns the state of the knowledge in `folder` on `today`, also while it has faults.

    Raises KnowledgeError if languages.yaml or departments.yaml cannot be read.
    """
    draft = read_folder(folder)
    if draft.languages_file is None or draft.departments_file is None:
        raise KnowledgeError(tuple(draft.faults))
    knowledge = build(draft, approved_only=False)
    return Status(
        entries=len(knowledge.entries),
        languages=tuple(_language(draft, knowledge, code, today) for code in knowledge.languages),
        to_verify=_to_verify(knowledge),
    )


def _language(draft: Draft, knowledge: Knowledge, code: str, today: date) -> LanguageStatus:
    texts = {name: entry.texts[code] for name, entry in knowledge.entries.items() if code in entry.texts}
    entries = [knowledge.entries[name] for name in texts]
    outdated = tuple(name for name, text in texts.items() if text.outdated)
    unreviewed = tuple(name for name in texts if not _approved(draft, code, name))
    core = draft.languages_file.item.core if draft.languages_file else []
    return LanguageStatus(
        language=code,
        offered=knowledge.languages[code].offered,
        complete=tuple(name for name in texts if name not in outdated and name not in unreviewed),
        missing=tuple(name for name in knowledge.entries if name not in texts),
        missing_core=tuple(name for name in core if name not in texts),
        outdated=outdated,
        unreviewed=unreviewed,
        unverified=tuple(entry.id for entry in entries if entry.basis is not Basis.CONFIRMED),
        expired=tuple(entry.id for entry in entries if not is_current(entry, knowledge, today)),
        review_due=tuple(entry.id for entry in entries if entry.review_by < today),
        has_crisis_rules=code in draft.crisis,
        readability=_readability(code, texts),
    )


def _readability(code: str, texts: Mapping[str, EntryText]) -> Readability | None:
    index = INDICES.get(code)
    if index is None or not texts:
        return None
    values = {name: index.measure(f"{text.short}\n{text.answer}") for name, text in texts.items()}
    hard = tuple(name for name, value in values.items() if index.is_hard(value))
    return Readability(index.name, round(sum(values.values()) / len(values), 1), hard)


def _approved(draft: Draft, code: str, name: str) -> bool:
    return draft.entries[name].item.approval.state == "approved" and draft.texts[code][name].item.approved is not None


def _to_verify(knowledge: Knowledge) -> Mapping[str, tuple[OpenQuestion, ...]]:
    found: dict[str, tuple[OpenQuestion, ...]] = {}
    for department in knowledge.departments.values():
        name = department.names.get(_AUTHORITY, department.id)
        own = [OpenQuestion(department.id, name, question) for question in department.to_verify]
        questions = own + [
            OpenQuestion(entry.id, entry.texts[_AUTHORITY].title if _AUTHORITY in entry.texts else entry.id, question)
            for entry in knowledge.entries.values()
            if entry.department == department.id
            for question in entry.to_verify
        ]
        if questions:
            found[name] = tuple(questions)
    return found
