"""Reads one YAML file of the knowledge base strictly, and finds the line of any value when there is a fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from bot.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Key = str | int

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster where it is built
_LARGEST = 8_000_000  # bytes; the largest file of the knowledge has an eighth of that
_DEEPEST = 40  # values inside one another; the parser itself recurses, and ends the process when it goes too deep
_LONGEST_NUMBER = 40  # letters; a longer one is no fact, and Python cannot write out every number that it can read
_TAG = "tag:yaml.org,2002:"
_COLLECTIONS = frozenset({f"{_TAG}seq", f"{_TAG}map"})
_CONSTRUCTOR = yaml.constructor.SafeConstructor()
_SCALARS: dict[str, Callable[[yaml.ScalarNode], object]] = {
    f"{_TAG}null": _CONSTRUCTOR.construct_yaml_null,
    f"{_TAG}bool": _CONSTRUCTOR.construct_yaml_bool,
    f"{_TAG}int": _CONSTRUCTOR.construct_yaml_int,
    f"{_TAG}float": _CONSTRUCTOR.construct_yaml_float,
    f"{_TAG}timestamp": _CONSTRUCTOR.construct_yaml_timestamp,
}


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: `path` as faults show it, its plain `value`, and the `node` tree that knows the lines."""

    path: str
    value: object
    node: yaml.Node
    text: str

    def line(self, keys: Sequence[Key]) -> int:
        """Returns the line (from 1) of the value under `keys`, or of its nearest parent that exists."""
        return self._find(keys)[0] + 1

    def at(self, keys: Sequence[Key]) -> yaml.Node:
        """Returns the node of the value under `keys`, or of its nearest parent that exists."""
        return self._find(keys)[1]

    def _find(self, keys: Sequence[Key]) -> tuple[int, yaml.Node]:
        line, node = int(self.node.start_mark.line), self.node
        for key in keys:
            line, node = _child(node, key) or (line, node)
        return line, node


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its document, the keys that lead to it, and the entry it belongs to."""

    document: Document
    keys: tuple[Key, ...]
    entry: str

    def fault(self, reason: str, *keys: Key) -> Fault:
        """Returns a fault at this place, or at the value under `keys` inside it."""
        return Fault(self.document.path, self.entry, reason, self.document.line((*self.keys, *keys)))


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: the document, unless it is unreadable, and the faults of its form."""

    document: Document | None
    faults: tuple[Fault, ...]
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class ReadText:
    """What came of reading a file: its text, unless it is unreadable, and the faults of its form."""

    text: str | None
    faults: tuple[Fault, ...]
    data: bytes = b""


def read_text(path: Path, shown: str) -> ReadText:
    """Reads the file at `path`; faults name it as `shown`. Raises nothing: what is wrong is in the result.

    Faults: unreadable, too large, not UTF-8, a byte order mark, a tab, a carriage return.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _LARGEST else b""
    except OSError as error:
        return ReadText(None, (Fault(shown, "", f"cannot be read: {error.strerror}"),))
    if size > _LARGEST:
        return ReadText(None, (Fault(shown, "", f"is larger than {_LARGEST // 1_000_000} MB"),))
    text, faults = _decode(data, shown)
    return ReadText(None if faults else text, tuple(faults), data)


def read(path: Path, shown: str) -> Reading:
    """Reads the YAML file at `path`; faults name it as `shown`. Raises nothing: what is wrong is in the result.

    Faults: unreadable, too large, not UTF-8, a byte order mark, a tab, a carriage return, broken YAML, an empty file,
    values too deep inside one another, a key that stands twice or is no text, an alias, an unknown tag.
    """
    found = read_text(path, shown)
    if found.text is None:
        return Reading(None, found.faults, found.data)
    try:
        line = _too_deep(found.text)
        if line is not None:
            fault = Fault(shown, "", f"has more than {_DEEPEST} values inside one another", line)
            return Reading(None, (fault,), found.data)
        node = _compose(found.text)
    except yaml.YAMLError as error:
        return Reading(None, (_syntax_fault(error, shown),), found.data)
    if node is None:
        return Reading(None, (Fault(shown, "", "the file is empty", 1),), found.data)
    converter = _Converter(shown)
    value = converter.value(node)
    return Reading(Document(shown, value, node, found.text), tuple(converter.faults), found.data)


def _decode(data: bytes, shown: str) -> tuple[str | None, list[Fault]]:
    faults = []
    if data.startswith(b"\xef\xbb\xbf"):
        faults.append(Fault(shown, "", "begins with a byte order mark (BOM); save as UTF-8 without it", 1))
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        faults.append(Fault(shown, "", "is not UTF-8", data.count(b"\n", 0, error.start) + 1))
        return None, faults
    for character, name in (
        ("\t", "a tab; use spaces"),
        ("\r", "a carriage return; end lines with LF alone"),
    ):
        if (at := text.find(character)) >= 0:
            faults.append(Fault(shown, "", f"has {name}", text.count("\n", 0, at) + 1))
    return text, faults


def _compose(text: str) -> yaml.Node | None:
    loader = _LOADER(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _too_deep(text: str) -> int | None:
    """Returns the line on which values stand too deep inside one another; None where they do not.

    Looked for before the tree is built, because the parser of that cannot stop at a depth.
    """
    loader, depth = _LOADER(text), 0
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > _DEEPEST:
                    return event.start_mark.line + 1 if event.start_mark is not None else 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    finally:
        loader.dispose()
    return None


def _syntax_fault(error: yaml.YAMLError, shown: str) -> Fault:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        return Fault(shown, "", f"is not valid YAML: {reason}", mark.line + 1 if mark else None)
    return Fault(shown, "", f"is not valid YAML: {getattr(error, 'reason', 'unreadable')}")


def _child(node: yaml.Node, key: Key) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name.start_mark.line, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark.line, node.value[key]
    return None


@dataclass(slots=True)
class _Converter:
    """Turns nodes into plain values; one pass that also sees what the usual construction forgives."""

    path: str
    faults: list[Fault] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self.seen:
            self._fault(node, "has an alias (*name); write the value out")
            return None
        self.seen.add(id(node))
        if node.tag not in _COLLECTIONS:
            self._unknown(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        return self._mapping(node)

    def _scalar(self, node: yaml.ScalarNode) -> object:
        if node.tag == f"{_TAG}str":
            return node.value
        construct = _SCALARS.get(node.tag)
        if construct is None:
            self._unknown(node)
            return node.value
        if len(node.value) > _LONGEST_NUMBER:
            return node.value
        try:
            return construct(node)
        except (ValueError, LookupError, AttributeError, OverflowError):
            return node.value  # no such date, or a tag that lies: the type check names it

    def _mapping(self, node: yaml.Node) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                self._fault(name, "has a list or a mapping for a key")
                continue
            if name.tag != f"{_TAG}str":
                self._fault(name, f"has a key that is no text: put {name.value} in quotation marks")
                continue
            if name.value in found:
                self._fault(name, f"has the key “{name.value}” twice")
            found[name.value] = self.value(value)
        return found

    def _unknown(self, node: yaml.Node) -> None:
        self._fault(node, f"has an unknown tag or sign: {node.tag.removeprefix(_TAG)}")

    def _fault(self, node: yaml.Node, reason: str) -> None:
        self.faults.append(Fault(self.path, "", reason, node.start_mark.line + 1))
