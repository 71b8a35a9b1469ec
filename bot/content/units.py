"""Every text of a language that translators work on, as units with a stable key; and how units become files again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from bot.content.guide_rules import sentences
from bot.content.staff_rules import FILE as STAFF_FILE
from bot.content.wording import PARTS, content_hash
from bot.core.markup import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from bot.content.draft import Draft
    from bot.content.models import TextRow
    from bot.content.reading import Document, Key

Words = dict[tuple[str, ...], str]
_COMMON = "common"
_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Unit:
    """One text: `keys` are file (without .yaml) and the way inside it; `source` its words in the source language,
    `target` those in the other one ("" while there are none); `many`: one phrase a line, written anew, not translated.
    """

    keys: tuple[str, ...]
    source: str
    target: str
    outdated: bool
    many: bool
    note: str


def units(draft: Draft, code: str) -> Iterator[Unit]:
    """Yields the units of the language `code` in the order of the files."""
    source, target = said(draft, draft.source_language), said(draft, code)
    old = {name for name, text in draft.texts[code].items() if _is_outdated(draft, name, text.item)}
    for keys, words in source.items():
        outdated = keys[1:2] == ("entries",) and keys[2] in old and keys[3] in PARTS
        many = _is_many(keys)
        yield Unit(keys, words, target.get(keys, ""), outdated, many, _note(draft, words))


def said(draft: Draft, code: str) -> Words:
    """Returns all words of the language `code`, by their keys."""
    found: Words = {}
    for name, text in draft.texts[code].items():
        for part in PARTS:
            found[text.topic, "entries", name, part] = getattr(text.item, part).strip()
        found[text.topic, "entries", name, "phrases"] = "\n".join(text.item.phrases)
    for name, label in draft.labels[code].items():
        found[label_file(draft, name), "labels", name] = label.item
    if (names := draft.names.get(code)) is not None:
        for group in ("departments", "topics"):
            found |= {("names", group, key): words for key, words in getattr(names.item, group).items()}
    if (guides := draft.guides.get(code)) is not None:
        for named in sentences(guides.item).values():
            found |= {("guides", *map(str, keys)): words for keys, words in named.values()}
    if (staff := draft.staff_words.get(code)) is not None:
        for group in ("phrases", "documents"):
            found |= {(STAFF_FILE, group, key): words.strip() for key, words in getattr(staff.item, group).items()}
    return found | _lists(draft, code)


def _lists(draft: Draft, code: str) -> Words:
    found: Words = {}
    if (kinds := draft.kinds.get(code)) is not None:
        found["kinds", "staff"] = "\n".join(kinds.item.staff)
        for name in type(kinds.item.smalltalk).model_fields:
            found["kinds", "smalltalk", name] = "\n".join(getattr(kinds.item.smalltalk, name))
        found["kinds", "out_of_scope"] = "\n".join(kinds.item.out_of_scope)
    if (danger := draft.danger.get(code)) is not None:
        found |= {("danger", "danger", name): "\n".join(lines) for name, lines in danger.item.danger.items()}
        found["danger", "harmless"] = "\n".join(danger.item.harmless)
    return found


def label_file(draft: Draft, fact: str) -> str:
    """Returns the file, without .yaml, in which the words of `fact` stand."""
    topic = draft.facts[fact].topic if fact in draft.facts else _COMMON
    return "names" if topic == _COMMON else topic


def _is_many(keys: tuple[str, ...]) -> bool:
    return keys[0] in {"kinds", "danger"} or keys[-1] == "phrases"


def _is_outdated(draft: Draft, name: str, row: TextRow) -> bool:
    source = draft.texts[draft.source_language].get(name)
    return source is not None and row.translated_from is not None and row.translated_from != content_hash(source.item)


def _note(draft: Draft, words: str) -> str:
    shown = []
    for name in placeholders(words):
        if name in draft.facts:
            row = draft.facts[name].item
            parts = (row.value, row.unit)
            value = " ".join(f"{one:g}" if isinstance(one, float) else str(one) for one in parts if one is not None)
            shown.append(f"{{fact:{name}}} is {value or 'a name'}")
    return "; ".join(shown)


# ---- back into files -------------------------------------------------------------------------------------


def merged(
    draft: Draft,
    code: str,
    changes: Mapping[tuple[str, ...], str],
    stamps: Mapping[str, str],
    approved: date | None,
) -> dict[str, str]:
    """Returns file name -> new text, for the files of `code` that `changes` (keys -> words) touch.

    A changed entry gets the hash in `stamps` (entry -> translated_from) and the day `approved`. What is not changed
    keeps its value; comments stay only at the top of a file that is written.
    """
    files: dict[str, dict[str, object]] = {}
    heads: dict[str, str] = {}
    for keys, words in changes.items():
        if keys[0] not in files:
            document = _document(draft, code, keys[0])
            heads[keys[0]] = _head(document)
            files[keys[0]] = _plain(document, keys[0])
        value: object = words.split("\n") if _is_many(keys) else words
        _put(files[keys[0]], keys[1:], value)
    for name, content in files.items():
        entries = content.get("entries")
        for entry, text in entries.items() if isinstance(entries, dict) else ():
            changed = {keys[3] for keys in changes if keys[:3] == (name, "entries", entry)}
            if changed:
                text["translated_from"] = stamps.get(entry)
                text["approved"] = approved
    return {f"{name}.yaml": heads[name] + _dump(_ordered(content)) for name, content in files.items()}


def _document(draft: Draft, code: str, name: str) -> Document | None:
    single = {
        "names": draft.names,
        "guides": draft.guides,
        "kinds": draft.kinds,
        "danger": draft.danger,
        STAFF_FILE: draft.staff_words,
    }
    if name in single:
        located = single[name].get(code)  # type: ignore[attr-defined]  # each maps a language to a located file
        return located.place.document if located is not None else None
    return next((text.place.document for text in draft.texts[code].values() if text.topic == name), None)


def _head(document: Document | None) -> str:
    lines = document.text.splitlines(keepends=True) if document is not None else []
    end = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join(lines[:end])


def _plain(document: Document | None, name: str) -> dict[str, object]:
    if document is not None and isinstance(document.value, dict):
        return document.value
    if name == "guides":
        grants: dict[str, object] = {"questions": {}, "rules": {}, "names": {}}
        return {"grants": grants, "cities": {"history": {}, "offers": {}}, "checklists": {}}
    empty: dict[str, dict[str, object]] = {
        "names": {"departments": {}, "topics": {}},
        STAFF_FILE: {"phrases": {}, "documents": {}},
        "danger": {"danger": {}},
        "kinds": {},
    }
    return dict(empty[name]) if name in empty else {"topic": name}


def _put(content: dict[str, object], keys: Sequence[Key], value: object) -> None:
    for key in keys[:-1]:
        content = content.setdefault(str(key), {})  # type: ignore[assignment]  # only mappings lead to a word
    content[str(keys[-1])] = value


_ORDER = ("topic", "labels", "entries", "title", "short", "answer", "phrases", "translated_from", "approved")


def _ordered(content: dict[str, object]) -> dict[str, object]:
    """Puts the parts of a texts file into their usual order; other files keep theirs."""
    if "entries" not in content:
        return content
    entries = content["entries"]
    texts = {name: _sorted(text) for name, text in entries.items()} if isinstance(entries, dict) else {}
    return _sorted({**content, "entries": texts})


def _sorted(content: dict[str, object]) -> dict[str, object]:
    return dict(sorted(content.items(), key=lambda item: _ORDER.index(item[0]) if item[0] in _ORDER else len(_ORDER)))


class _Dumper(yaml.SafeDumper):
    """Indents lists and writes long texts as blocks, as the files are written by hand."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  # the library's
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else ">" if len(value) > _WIDTH - 20 else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _dump(content: dict[str, object]) -> str:
    written: str = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return written
