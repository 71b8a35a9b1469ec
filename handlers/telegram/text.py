"""Rendered messages as Telegram shows them: text with entities in UTF-16 units, in pieces that fit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import regex
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.core.model import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.model import Rendered, RenderedButton

LONGEST = 4096
"""Telegram's limit for one message; counted in UTF-16 units it holds under every way of counting."""

CAPTION = 1024
"""Telegram's limit for the words under a file, counted in the same way."""

_BUTTON_LONGEST = 64
_CLUSTER = regex.compile(r"\X")  # what a reader sees as one character: a family, a flag, a letter with its accent

_ENTITIES = {
    Style.BOLD: MessageEntity.BOLD,
    Style.ITALIC: MessageEntity.ITALIC,
    Style.LINK: MessageEntity.TEXT_LINK,
    Style.QUOTE: MessageEntity.BLOCKQUOTE,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One Telegram message: its text and entities."""

    text: str
    entities: tuple[MessageEntity, ...]


def units(text: str) -> int:
    """Returns the length of `text` in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(rendered: Rendered, longest: int = LONGEST) -> tuple[Piece, ...]:
    """Returns a message in pieces of at most `longest` UTF-16 units.

    Cut at line ends or spaces where there is one in the second half of a piece, never inside what a reader sees as
    one character; pieces without words are left out, as Telegram would refuse them.
    """
    text, begin = rendered.text, 0
    done: list[Piece] = []
    while begin < len(text):
        end = _end(text, begin, longest)
        if text[begin:end].strip():
            done.append(Piece(text[begin:end], tuple(_entities(rendered, begin, end))))
        begin = end
    return tuple(done) or (Piece("", ()),)


def _end(text: str, begin: int, longest: int) -> int:
    """Where the piece that begins at `begin` ends."""
    end, used = begin, 0
    for cluster in _CLUSTER.finditer(text, begin):
        used += units(cluster[0])
        if used > longest:
            break
        end = cluster.end()
    else:
        return len(text)
    if end == begin:  # one cluster longer than a whole message
        end += max(1, sum(1 for size in accumulate(units(c) for c in text[begin : begin + longest]) if size <= longest))
    for mark in ("\n", " "):
        pause = text.rfind(mark, begin, end)
        if pause > begin + (end - begin) // 2:
            return pause + 1
    return end


def _entities(rendered: Rendered, begin: int, end: int) -> Iterator[MessageEntity]:
    """The styled spans that lie in a piece, as entities of that piece."""
    at = 0
    for span in rendered.spans:
        first, last = max(at, begin), min(at + len(span.text), end)
        kind = _ENTITIES.get(span.style)
        if kind is not None and first < last:
            offset, length = units(rendered.text[begin:first]), units(rendered.text[first:last])
            yield MessageEntity(kind, offset, length, url=span.url or None)
        at += len(span.text)


def keyboard(rendered: Rendered) -> InlineKeyboardMarkup | None:
    """Returns the buttons as an inline keyboard; None without buttons."""
    if not rendered.rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rendered.rows])


def _button(button: RenderedButton) -> InlineKeyboardButton:
    label = button.label if len(button.label) <= _BUTTON_LONGEST else f"{button.label[: _BUTTON_LONGEST - 1]}…"
    if button.url:
        return InlineKeyboardButton(label, url=button.url)
    return InlineKeyboardButton(label, callback_data=button.action)
