"""Telegram's HTML and MarkdownV2, with the error texts of the Bot API server."""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple

from tests.telegram_server.errors import bad

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
_MARKS = {
    "||": "spoiler",
    "__": "underline",
    "*": "bold",
    "_": "italic",
    "~": "strikethrough",
    "```": "pre",
    "`": "code",
}
_RESERVED = "_*[]()~`>#+-=|{}.!"


class _Open(NamedTuple):
    """A tag or mark not yet closed: its name, its entity, where it began in bytes of the source and UTF-16 units."""

    name: str
    entity: Entity
    byte: int
    unit: int


class _Output:
    """The text so far, in UTF-16 units, and the entities closed so far."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.units = 0
        self.entities: list[Entity] = []
        self.stack: list[_Open] = []

    def add(self, text: str) -> None:
        self.text.append(text)
        self.units += len(text.encode("utf-16-le")) // 2

    def close(self) -> _Open:
        opened = self.stack.pop()
        length = self.units - opened.unit
        if length and opened.entity:
            self.entities.append({"offset": opened.unit, "length": length, **opened.entity})
        return opened

    def result(self) -> tuple[str, list[Entity]]:
        return "".join(self.text), self.entities


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Telegram's HTML subset as a text and entities. Raises ApiError 400 `can't parse entities: …`."""
    output = _Output()
    position = 0
    while position < len(source):
        if source[position] != "<":
            end = _next(source, "<", position)
            output.add(_unescaped(source[position:end]))
            position = end
            continue
        match = _TAG.match(source, position)
        byte = _bytes(source, position)
        if match is None:
            raise _unparsed(f"Unclosed start tag at byte offset {byte}")
        closing, name, attributes = match.group(1), match.group(2).lower(), match.group(3)
        if closing:
            _close_tag(output, name, byte)
        else:
            output.stack.append(_Open(name, _html_entity(name, attributes, byte, output), byte, output.units))
        position = match.end()
    if output.stack:
        raise _unparsed(f'Can\'t find end tag corresponding to start tag "{output.stack[-1].name}"')
    return output.result()


def _close_tag(output: _Output, name: str, byte: int) -> None:
    if not output.stack:
        raise _unparsed(f"Unexpected end tag at byte offset {byte}")
    if output.stack[-1].name != name:
        raise _unparsed(
            f'Unmatched end tag at byte offset {byte}, expected "</{output.stack[-1].name}>", found "</{name}>"'
        )
    output.close()


def _html_entity(name: str, attributes: str, byte: int, output: _Output) -> Entity:
    kind = _TAGS.get(name)
    values = {key.lower(): _unescaped(value.strip("\"'")) for key, value in _ATTRIBUTE.findall(attributes)}
    if kind is None or (name == "span" and values.get("class") != "tg-spoiler"):
        raise _unparsed(f'Unsupported start tag "{name}" at byte offset {byte}')
    if kind == "text_link":
        return _link(values.get("href", ""))
    if kind == "custom_emoji":
        return {"type": kind, "custom_emoji_id": values.get("emoji-id", "")}
    if kind == "blockquote" and "expandable" in values:
        return {"type": "expandable_blockquote"}
    language = values.get("class", "").removeprefix("language-")
    if kind == "code" and language and output.stack and output.stack[-1].name == "pre":
        output.stack[-1].entity["language"] = language
        return {}
    return {"type": kind}


def _link(url: str) -> Entity:
    """A link's entity; Telegram drops a link to nowhere without a word."""
    return {"type": "text_link", "url": url} if "." in url or "://" in url else {}


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(lambda match: html.unescape(match.group()), text)


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """MarkdownV2 as a text and entities. Raises ApiError 400 `can't parse entities: …`."""
    output = _Output()
    position = 0
    while position < len(source):
        position = _markdown_step(source, position, output)
    while output.stack and output.stack[-1].name == ">":
        output.close()
    if output.stack:
        opened = output.stack[-1]
        raise _unparsed(f"Can't find end of {_title(opened)} entity at byte offset {opened.byte}")
    return output.result()


def _title(opened: _Open) -> str:
    kind = str(opened.entity.get("type", "text_link"))
    return "".join(part.capitalize() for part in kind.split("_"))


def _markdown_step(source: str, position: int, output: _Output) -> int:
    """Reads one mark or character at `position`; returns where to go on."""
    character = source[position]
    inside = output.stack[-1].name if output.stack else ""
    if character == "\\" and position + 1 < len(source) and source[position + 1] < "\x7f":
        output.add(source[position + 1])
        return position + 2
    mark = _mark_at(source, position)
    if inside in ("`", "```"):
        return _in_code(source, position, inside, output)
    if mark:
        return _toggle(source, position, mark, output)
    if character == "[":
        output.stack.append(_Open("[", {}, _bytes(source, position), output.units))
        return position + 1
    if character == "]" and inside == "[":
        return _close_link(source, position, output)
    if character == ">" and (position == 0 or source[position - 1] == "\n"):
        if inside != ">":
            output.stack.append(_Open(">", {"type": "blockquote"}, _bytes(source, position), output.units))
        return position + 1
    if character in _RESERVED:
        raise _unparsed(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
    if character == "\n" and inside == ">" and source[position + 1 : position + 2] != ">":
        output.close()
    output.add(character)
    return position + 1


def _mark_at(source: str, position: int) -> str:
    return next((mark for mark in ("```", "||", "__", *"*_~`") if source.startswith(mark, position)), "")


def _in_code(source: str, position: int, inside: str, output: _Output) -> int:
    if source.startswith(inside, position):
        output.close()
        return position + len(inside)
    output.add(source[position])
    return position + 1


def _toggle(source: str, position: int, mark: str, output: _Output) -> int:
    if output.stack and output.stack[-1].name == mark:
        output.close()
        return position + len(mark)
    after = position + len(mark)
    entity: Entity = {"type": _MARKS[mark]}
    if mark == "```" and (language := re.compile(r"(\w+)\n").match(source, after)):
        entity["language"] = language.group(1)
        after = language.end()
    output.stack.append(_Open(mark, entity, _bytes(source, position), output.units))
    return after


def _close_link(source: str, position: int, output: _Output) -> int:
    if source[position + 1 : position + 2] != "(":
        output.close()
        return position + 1
    end = _next(source, ")", position + 2)
    if end == len(source):
        raise _unparsed(f"Can't find end of a URL at byte offset {_bytes(source, position + 1)}")
    output.stack[-1].entity.update(_link(source[position + 2 : end].replace("\\", "")))
    output.close()
    return end + 1


def _next(source: str, character: str, position: int) -> int:
    found = source.find(character, position)
    return len(source) if found < 0 else found


def _bytes(source: str, position: int) -> int:
    return len(source[:position].encode())


def _unparsed(reason: str) -> Exception:
    return bad(f"can't parse entities: {reason}")
