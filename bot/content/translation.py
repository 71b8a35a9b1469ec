"""Hands the texts of a language to translators as a PO file, and takes their work back."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.messages import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.content.draft import read_folder
from bot.content.staff_rules import FILE as STAFF_FILE
from bot.content.staff_rules import blank_faults
from bot.content.stamping import replace_file
from bot.content.units import merged, said, units
from bot.content.wording import PARTS, content_hash, misfits
from bot.core.markup import placeholders
from bot.core.model import EntryText
from bot.core.staff_phrases import blanks_in
from bot.errors import Fault, KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from babel.messages.catalog import Message

    from bot.content.draft import Draft

_SEPARATOR = "/"
_FREE_FILES, _FREE_GROUPS = frozenset({"kinds", "danger", "names"}), frozenset({"labels", "documents"})
_MANY = "Not to be translated: write, one a line, what people who speak this language type themselves."
_HEADER = """msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: the `files` that were written, and how many texts `changed` or were still `empty`."""

    files: tuple[str, ...]
    changed: int
    empty: int


def export_translations(folder: Path, code: str) -> str:
    """Returns a PO file with every text of the knowledge in `folder`, from the source language to `code`.

    The context of a message is its place; a text whose source changed is marked as fuzzy. Facts stay as {fact:id}.
    Raises KnowledgeError if the knowledge cannot be read, LookupError for an unknown or the source language.
    """
    draft = _read(folder, code)
    catalogue = Catalog(fuzzy=False)
    for unit in units(draft, code):
        catalogue.add(
            unit.source,
            unit.target,
            context=_SEPARATOR.join(unit.keys),
            auto_comments=[note for note in (unit.note, _MANY if unit.many else "") if note],
            flags=["fuzzy"] if unit.outdated and unit.target else (),
        )
    written = io.BytesIO()
    write_po(written, catalogue, width=0, omit_header=True)
    return _HEADER.format(code=code) + written.getvalue().decode("utf-8").rstrip("\n") + "\n"


def import_translations(folder: Path, code: str, text: str, *, shown: str, approved: date | None = None) -> Imported:
    """Writes what translators changed in the PO file `text` into the files of the language `code`.

    Empty and fuzzy messages are left out. A changed text carries the state of the source it was made from, and is
    not approved until somebody sets the day, or `approved` is given. `shown` names the file in faults. Nothing is
    written if there is a fault: raises KnowledgeError with all of them, LookupError for an unknown language.
    """
    draft = _read(folder, code)
    messages = _messages(text, shown)
    known = {unit.keys: unit for unit in units(draft, code)}
    faults = [fault for message in messages for fault in _faults(message, known, shown)]
    faults += _other_facts(messages, shown)
    if faults:
        raise KnowledgeError(tuple(faults))
    now, stamps = said(draft, code), _stamps(messages)
    found = {_keys(message): str(message.string) for message in messages if message.string and not message.fuzzy}
    fresh = _renewed(draft, code, found, stamps)
    changes = {keys: words for keys, words in found.items() if now.get(keys) != words or keys[2:3] in fresh}
    files = merged(draft, code, changes, stamps, approved)
    for name, content in files.items():
        path = folder / code / name
        path.parent.mkdir(exist_ok=True)
        replace_file(path, content)
    return Imported(tuple(f"{code}/{name}" for name in files), len(changes), len(known) - len(found))


def _renewed(
    draft: Draft, code: str, found: Mapping[tuple[str, ...], str], stamps: Mapping[str, str]
) -> set[tuple[str, ...]]:
    """Returns the entries, as (id,), whose translation was found good for a source that has changed since."""
    return {
        (name,)
        for name, text in draft.texts[code].items()
        if stamps.get(name, text.item.translated_from) != text.item.translated_from
        and all((text.topic, "entries", name, part) in found for part in PARTS)
    }


def _read(folder: Path, code: str) -> Draft:
    draft = read_folder(folder)
    if draft.languages_file is None or not draft.source_language or draft.unread:
        raise KnowledgeError(tuple(draft.faults))
    if code not in draft.languages or code == draft.source_language:
        others = ", ".join(name for name in draft.languages if name != draft.source_language)
        raise LookupError(f"--language {code}: not a language to translate to; there are {others}")
    return draft


def _messages(text: str, shown: str) -> list[Message]:
    try:
        catalogue = read_po(io.StringIO(text), abort_invalid=True)
    except (PoFileError, ValueError, IndexError) as error:
        line = error.lineno + 1 if isinstance(error, PoFileError) else None
        raise KnowledgeError((Fault(shown, "", f"is malformed: {error}", line),)) from error
    return [message for message in catalogue if message.id]


def _keys(message: Message) -> tuple[str, ...]:
    return tuple((message.context or "").split(_SEPARATOR))


def _faults(message: Message, known: Mapping[tuple[str, ...], object], shown: str) -> Iterator[Fault]:
    keys, words = _keys(message), str(message.string or "")
    name = keys[2] if keys[1:2] == ("entries",) and len(keys) > 2 else keys[-1]
    if keys not in known:
        yield Fault(shown, name, f"there is no text called “{message.context}”", message.lineno)
        return
    if not words or keys[-1] == "phrases" or keys[0] in _FREE_FILES or keys[1] in _FREE_GROUPS:
        return  # what people type, and names, may hold anything
    if keys[0] == STAFF_FILE:
        for reason in blank_faults(words, blanks_in(str(message.id))):
            yield Fault(shown, name, reason, message.lineno)
        return
    for reason in misfits(words):
        yield Fault(shown, name, f"{keys[-1]}: {reason}", message.lineno)
    if keys[1] != "entries" and set(placeholders(words)) != set(placeholders(str(message.id))):
        yield Fault(shown, name, f"{keys[-1]}: uses other facts than the source", message.lineno)


def _other_facts(messages: Iterable[Message], shown: str) -> Iterator[Fault]:
    """Yields the entries whose texts, taken together, use other facts than the source; parts may share them out."""
    parts: dict[str, list[Message]] = {}
    for message in messages:
        keys = _keys(message)
        if keys[1:2] == ("entries",) and keys[-1] in PARTS and message.string:
            parts.setdefault(keys[2], []).append(message)
    for name, found in parts.items():
        wanted = {fact for message in found for fact in placeholders(str(message.id))}
        used = {fact for message in found for fact in placeholders(str(message.string))}
        if wanted != used:
            yield Fault(shown, name, "uses other facts than the source", found[0].lineno)


def _stamps(messages: Iterable[Message]) -> dict[str, str]:
    """Returns entry -> hash of the source text that the translators saw."""
    parts: dict[str, dict[str, str]] = {}
    for message in messages:
        keys = _keys(message)
        if keys[1:2] == ("entries",):
            parts.setdefault(keys[2], {})[keys[3]] = str(message.id)
    return {
        name: content_hash(EntryText(seen["title"], seen["short"], seen["answer"], (), None, outdated=False))
        for name, seen in parts.items()
        if seen.keys() >= {"title", "short", "answer"}
    }
