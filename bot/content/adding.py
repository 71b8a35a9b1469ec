"""Makes the skeleton of a new language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from bot.content.draft import read_folder
from bot.content.stamping import replace_file
from bot.core.model import Language
from bot.errors import KnowledgeError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.content.reading import Document

_ROW = "- {{code: {code}, name: {name}, direction: {direction}, locale: {locale}, status: preparing}}\n"
_START = {
    "terms.yaml": "terms: []\n",
    "answers.yaml": (
        "# What people type in answer to a guide's question; docs/editing says how.\n"
        '"yes": []\n"no": []\nunknown: []\ncontrols: {}\nnumbers: {}\nchoices: {}\nmeasures: {}\n'
    ),
    "crisis.yaml": "# Danger in this language; docs/editing says how rules are written.\ncategories: {}\n",
}


def add_language(folder: Path, code: str, *, name: str | None = None, locale: str | None = None) -> Language:
    """Adds `code` to languages.yaml as a language in preparation, and its folder; returns it.

    `name` (in the language itself) and the writing direction come from CLDR unless given; `locale` is `code` unless
    given. Raises KnowledgeError if languages.yaml cannot be read, LookupError for a language that is there already
    or that CLDR does not know.
    """
    draft = read_folder(folder)
    if draft.languages_file is None or "languages" in draft.unread:
        raise KnowledgeError(tuple(draft.faults))
    if code in draft.languages:
        raise LookupError(f"{code}: the language is there already")
    try:
        known = Locale.parse(locale or code)
    except (ValueError, UnknownLocaleError) as error:
        raise LookupError(f"{locale or code}: no locale of CLDR; write one such as sv_SE") from error
    shown = name or (known.get_language_name(known) or code)
    row = Language(code, shown, known.text_direction, str(known), offered=False)
    path, document = draft.root / "languages.yaml", draft.languages_file.place.document
    written = _ROW.format(code=code, name=_quoted(shown), direction=row.direction, locale=row.locale)
    replace_file(path, _with_row(document, written))
    for file, content in _START.items():
        target = draft.root / code / file
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            replace_file(target, content)
    return row


def _with_row(document: Document, row: str) -> str:
    """Returns the file with `row` after the last language; everything else stays as it was."""
    last = document.at(("languages",)).value[-1]
    lines = document.text.splitlines(keepends=True)
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    block = last.end_mark.column == 0 and last.end_mark.line > last.start_mark.line  # ends where the next thing begins
    at = last.end_mark.line + (0 if block else 1)
    indent = lines[last.start_mark.line].index("-")
    return "".join([*lines[:at], " " * indent + row, *lines[at:]])


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
