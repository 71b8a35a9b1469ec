"""Marks translations with the state of the source text they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.draft import read_folder
from bot.content.wording import content_hash
from bot.errors import KnowledgeError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.content.reading import Document


def stamp(folder: Path) -> tuple[str, ...]:
    """Writes `translated_from` wherever it is null in a language other than the source; returns "path: entry" each.

    Only the value is replaced: comments, order and quoting of the file stay. A hash that is there stays too:
    to confirm a reworked translation, set it to null first. Raises KnowledgeError if a text or languages.yaml
    cannot be read.
    """
    draft = read_folder(folder)
    if draft.unread & {"languages", "texts"}:
        raise KnowledgeError(tuple(draft.faults))
    marks: dict[str, tuple[Document, dict[str, str]]] = {}
    source = draft.texts[draft.source_language]
    for language in draft.languages:
        for name, text in draft.texts[language].items() if language != draft.source_language else ():
            if text.item.translated_from is None and name in source:
                _, hashes = marks.setdefault(text.place.document.path, (text.place.document, {}))
                hashes[name] = content_hash(source[name].item)
    for path, (document, hashes) in marks.items():
        replace_file(draft.root.parent / path, _marked(document, hashes))
    return tuple(f"{path}: {name}" for path, (_, hashes) in marks.items() for name in hashes)


def _marked(document: Document, hashes: dict[str, str]) -> str:
    """Returns the file's text with the hash of each entry, by id, in the place of its null."""
    lines = document.text.splitlines(keepends=True)
    for name, value in hashes.items():
        node = document.at(("entries", name, "translated_from"))
        start, end = node.start_mark, node.end_mark
        line = lines[start.line]
        space = "" if line[: start.column].endswith(" ") else " "  # an empty value begins right after the colon
        lines[start.line] = f'{line[: start.column]}{space}"{value}"{line[end.column :]}'
    return "".join(lines)


def replace_file(path: Path, text: str) -> None:
    """Writes `text` so that a crash leaves either the old or the new file."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)
