"""Reads the whole folder into typed pieces, each with its place, before anything is checked across files."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.content.formats import FILE_MODELS
from bot.content.guide_models import (
    AnswersFile,
    AskRow,
    ChecklistFile,
    CityFile,
    GrantRow,
    GrantsFile,
    GuidesFile,
    QuestionsFile,
)
from bot.content.lines import LexiconLines, PhraseLines, lexicon_lines, lines_of, phrase_lines
from bot.content.models import (
    DangerFile,
    DepartmentRow,
    DepartmentsFile,
    EntriesFile,
    EntryRow,
    FactRow,
    FactsFile,
    KindsFile,
    LanguageRow,
    LanguagesFile,
    NamesFile,
    SourceRow,
    SourcesFile,
    TermsFile,
    TextRow,
    TextsFile,
    ThresholdsFile,
)
from bot.content.reading import Place, read, read_text
from bot.content.staff_models import StaffDocumentRow, StaffPhraseRow, StaffPhrasesFile, StaffWordsFile
from bot.content.staff_rules import FILE as STAFF_FILE
from bot.content.validation import item_name, validate
from bot.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import BaseModel

    from bot.content.reading import Document

Item = TypeVar("Item")

_SINGLE = ("languages", "departments", "sources")
_OPTIONAL = ("thresholds",)
_FOLDERS = ("facts", "entries", "grants", "cities", "checklists")
_IN_LANGUAGE = ("names", "guides", "answers", "terms", "kinds", "danger", "crisis")
_LINES = ("phrases", "lexicon")


@dataclass(frozen=True, slots=True)
class Located(Generic[Item]):
    """A value with its place; `topic` is the name of its file."""

    item: Item
    place: Place
    topic: str = ""


@dataclass(slots=True)
class Draft:
    """Everything that could be read. `unread` holds the kinds of which something is missing for its faults,
    `broken` the ids of items that did not fit, so that one fault does not call forth others."""

    root: Path
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    languages_file: Located[LanguagesFile] | None = None
    departments_file: Located[DepartmentsFile] | None = None
    thresholds: Located[ThresholdsFile] | None = None
    languages: dict[str, Located[LanguageRow]] = field(default_factory=dict)
    departments: dict[str, Located[DepartmentRow]] = field(default_factory=dict)
    sources: dict[str, Located[SourceRow]] = field(default_factory=dict)
    facts: dict[str, Located[FactRow]] = field(default_factory=dict)
    entries: dict[str, Located[EntryRow]] = field(default_factory=dict)
    texts: dict[str, dict[str, Located[TextRow]]] = field(default_factory=lambda: defaultdict(dict))
    labels: dict[str, dict[str, Located[str]]] = field(default_factory=lambda: defaultdict(dict))
    questions: dict[str, Located[AskRow]] = field(default_factory=dict)
    grants: dict[str, Located[GrantRow]] = field(default_factory=dict)
    cities: dict[str, Located[CityFile]] = field(default_factory=dict)
    checklists: dict[str, Located[ChecklistFile]] = field(default_factory=dict)
    names: dict[str, Located[NamesFile]] = field(default_factory=dict)
    guides: dict[str, Located[GuidesFile]] = field(default_factory=dict)
    answers: dict[str, Located[AnswersFile]] = field(default_factory=dict)
    terms: dict[str, Located[TermsFile]] = field(default_factory=dict)
    kinds: dict[str, Located[KindsFile]] = field(default_factory=dict)
    danger: dict[str, Located[DangerFile]] = field(default_factory=dict)
    crisis: dict[str, Located[Mapping[str, object]]] = field(default_factory=dict)
    phrases: dict[str, PhraseLines] = field(default_factory=dict)
    lexicons: dict[str, LexiconLines] = field(default_factory=dict)
    staff_phrases: dict[str, Located[StaffPhraseRow]] = field(default_factory=dict)
    staff_documents: dict[str, Located[StaffDocumentRow]] = field(default_factory=dict)
    staff_words: dict[str, Located[StaffWordsFile]] = field(default_factory=dict)
    version: str = ""

    @property
    def source_language(self) -> str:
        """The code of the language that the others are translated from; "" while languages.yaml names no known one."""
        source = self.languages_file.item.source if self.languages_file else ""
        return source if source in self.languages else ""

    @property
    def offered(self) -> tuple[str, ...]:
        """The codes of the languages in which every entry must exist."""
        return tuple(code for code, row in self.languages.items() if row.item.status == "offered")

    def lacks(self, kind: str, name: str) -> bool:
        """True if `name` surely refers to nothing: neither a known nor a broken item of `kind` ("facts", …)."""
        return name not in getattr(self, kind) and name not in self.broken and kind not in self.unread

    def path(self, *parts: str) -> str:
        """Returns how faults show the file at `parts` inside the knowledge folder."""
        return "/".join((self.root.name, *parts))


def read_folder(folder: Path) -> Draft:
    """Reads every file of the knowledge below `folder`; what is wrong stands in the draft's `faults`."""
    draft = Draft(folder.resolve())
    if not draft.root.is_dir():
        draft.faults.append(Fault(draft.path(), "", "there is no such folder"))
        draft.unread.update(FILE_MODELS)
        return draft
    digest = hashlib.sha256()
    for name in _SINGLE:
        if not (draft.root / f"{name}.yaml").is_file():
            draft.faults.append(Fault(draft.path(f"{name}.yaml"), "", "the file is missing"))
            draft.unread.add(name)
    for path in _files(draft.root):
        parts = path.relative_to(draft.root).parts
        kind = _kind(draft, parts)
        if kind is None:
            draft.faults.append(Fault(draft.path(*parts), "", "no knowledge file belongs here; see docs/editing"))
            continue
        if kind in _LINES:
            digest.update(_stamped("/".join(parts), _take_lines(draft, kind, path, parts)))
            continue
        reading = read(path, draft.path(*parts))
        digest.update(_stamped("/".join(parts), reading.data))
        draft.faults.extend(reading.faults)
        if reading.document is None:
            draft.unread.add(kind)
        else:
            _take(draft, kind, parts, reading.document)
    draft.version = digest.hexdigest()[:16]
    return draft


def version(folder: Path) -> str:
    """Returns a name for the bytes of all files of the knowledge in `folder`; no two editions share one.

    Raises OSError for a file that cannot be read.
    """
    digest = hashlib.sha256()
    root = folder.resolve()
    for path in _files(root):
        digest.update(_stamped(path.relative_to(root).as_posix(), path.read_bytes()))
    return digest.hexdigest()


def _stamped(name: str, data: bytes) -> bytes:
    """Returns what a file adds to a version: its name and its bytes, so that neither can pass for the other."""
    return name.encode() + b"\0" + data + b"\0"


def _files(root: Path) -> list[Path]:
    """Returns the knowledge files, languages.yaml first: it says which folders are languages."""
    found = [
        path
        for pattern in ("*.yaml", "*.yml", *(f"{name}.txt" for name in _LINES))
        for path in root.rglob(pattern)
        if path.is_file()
    ]
    return sorted(found, key=lambda path: (path.name != "languages.yaml" or path.parent != root, path.as_posix()))


def _kind(draft: Draft, parts: Sequence[str]) -> str | None:
    stem, _, ending = parts[-1].rpartition(".")
    if ending == "txt" and len(parts) == 2 and stem in _LINES and not draft.lacks("languages", parts[0]):
        return stem
    if ending != "yaml" or len(parts) > 2:
        return None
    if len(parts) == 1:
        return "staff_phrases" if stem == STAFF_FILE else stem if stem in (*_SINGLE, *_OPTIONAL) else None
    if parts[0] in _FOLDERS:
        return "questions" if parts == ("grants", "questions.yaml") else parts[0]
    if draft.languages_file is not None and draft.lacks("languages", parts[0]):
        return None
    return "staff_words" if stem == STAFF_FILE else stem if stem in _IN_LANGUAGE else "texts"


def _take_lines(draft: Draft, kind: str, path: Path, parts: Sequence[str]) -> bytes:
    """Reads a line file, and returns its bytes."""
    reading = read_text(path, draft.path(*parts))
    draft.faults.extend(reading.faults)
    if reading.text is None:
        draft.unread.add(kind)
    elif kind == "phrases":
        draft.phrases[parts[0]] = phrase_lines(lines_of(reading.text, draft.path(*parts)), draft.faults)
    else:
        draft.lexicons[parts[0]] = lexicon_lines(lines_of(reading.text, draft.path(*parts)), draft.faults)
    return reading.data


def _take(draft: Draft, kind: str, parts: Sequence[str], document: Document) -> None:
    whole = Place(document, (), "")
    if kind == "crisis":
        if isinstance(document.value, dict):
            draft.crisis[parts[0]] = Located(document.value, whole)
        else:
            draft.faults.append(whole.fault("must be a mapping"))
            draft.unread.add(kind)
        return
    checked = validate(document, FILE_MODELS[kind])
    draft.faults.extend(checked.faults)
    draft.broken.update(checked.broken)
    if checked.content is None:
        draft.unread.add(kind)
    elif len(parts) == 1:
        _take_single(draft, whole, checked.content)
    else:
        _take_topic(draft, parts[0], Path(parts[-1]).stem, whole, checked.content)


def _take_single(draft: Draft, whole: Place, content: BaseModel) -> None:
    match content:
        case LanguagesFile():
            draft.languages_file = Located(content, whole)
            _add(draft, draft.languages, whole, "languages", [(row.code, row) for row in content.languages])
        case DepartmentsFile():
            draft.departments_file = Located(content, whole)
            _add(draft, draft.departments, whole, "departments", [(row.id, row) for row in content.departments])
        case ThresholdsFile():
            draft.thresholds = Located(content, whole)
        case SourcesFile():
            _add(draft, draft.sources, whole, "sources", [(row.id, row) for row in content.sources])
        case StaffPhrasesFile():
            _add(draft, draft.staff_phrases, whole, "phrases", [(row.id, row) for row in content.phrases])
            _add(draft, draft.staff_documents, whole, "documents", [(row.id, row) for row in content.documents])


def _take_topic(draft: Draft, folder: str, topic: str, whole: Place, content: BaseModel) -> None:
    if isinstance(content, (EntriesFile, TextsFile)) and content.topic != topic:
        draft.faults.append(whole.fault(f"topic: is “{content.topic}”, but the file is called “{topic}”", "topic"))
    match content:
        case FactsFile():
            _add(draft, draft.facts, whole, "facts", [(row.id, row) for row in content.facts], topic)
        case EntriesFile():
            _add(draft, draft.entries, whole, "entries", [(row.id, row) for row in content.entries], topic)
        case TextsFile():
            _add(draft, draft.texts[folder], whole, "entries", list(content.entries.items()), topic)
            _add(draft, draft.labels[folder], whole, "labels", list(content.labels.items()), topic)
        case QuestionsFile() | GrantsFile() | CityFile() | ChecklistFile():
            _take_guide(draft, topic, whole, content)
        case NamesFile() | GuidesFile() | AnswersFile() | TermsFile() | KindsFile() | DangerFile() | StaffWordsFile():
            _take_words(draft, folder, topic, whole, content)


def _take_guide(draft: Draft, name: str, whole: Place, content: BaseModel) -> None:
    if isinstance(content, (CityFile, ChecklistFile)) and content.id != name:
        draft.faults.append(whole.fault(f"id: is “{content.id}”, but the file is called “{name}”", "id"))
    match content:
        case QuestionsFile():
            _add(draft, draft.questions, whole, "questions", [(row.id, row) for row in content.questions])
        case GrantsFile():
            _add(draft, draft.grants, whole, "grants", [(row.id, row) for row in content.grants], name)
        case CityFile():
            draft.cities[content.id] = Located(content, whole)
        case ChecklistFile():
            draft.checklists[content.id] = Located(content, whole)


def _take_words(draft: Draft, folder: str, topic: str, whole: Place, content: BaseModel) -> None:
    match content:
        case NamesFile():
            _add(draft, draft.labels[folder], whole, "labels", list(content.labels.items()), topic)
            draft.names[folder] = Located(content, whole)
        case GuidesFile():
            draft.guides[folder] = Located(content, whole)
        case AnswersFile():
            draft.answers[folder] = Located(content, whole)
        case TermsFile():
            draft.terms[folder] = Located(content, whole)
        case KindsFile():
            draft.kinds[folder] = Located(content, whole)
        case DangerFile():
            draft.danger[folder] = Located(content, whole)
        case StaffWordsFile():
            draft.staff_words[folder] = Located(content, whole)


def _add(
    draft: Draft,
    known: dict[str, Located[Item]],
    whole: Place,
    group: str,
    rows: list[tuple[str, Item]],
    topic: str = "",
) -> None:
    """Puts `rows` among the `known`, each with its place in the file; an id that is known already is a fault."""
    places = _places(whole.document, group, [name for name, _ in rows])
    for (name, item), place in zip(rows, places, strict=True):
        if name in known:
            other = known[name].place
            where = f"{other.document.path}:{other.document.line(other.keys)}"
            draft.faults.append(place.fault(f"stands twice: also at {where}"))
        else:
            known[name] = Located(item, place, topic)


def _places(document: Document, group: str, names: list[str]) -> Iterator[Place]:
    rows = document.value.get(group, ()) if isinstance(document.value, dict) else ()
    index = -1
    for name in names:
        if isinstance(rows, dict):
            yield Place(document, (group, name), name)
            continue
        following = range(index + 1, len(rows))  # rows that did not fit are left out of `names`
        index = next(at for at in following if item_name(document.value, (group, at)) == name)
        yield Place(document, (group, index), name)
