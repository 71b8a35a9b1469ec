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
class Mark:
    """A styled part of a message: Telegram's kind of it, and where it lies, in UTF-16 units."""

    kind: str
    offset: int
    length: int
    url: str = ""

    def as_json(self) -> dict[str, str | int]:
        """Returns it as Telegram takes it."""
        mark: dict[str, str | int] = {"type": self.kind, "offset": self.offset, "length": self.length}
        return {**mark, "url": self.url} if self.url else mark


@dataclass(frozen=True, slots=True)
class Piece:
    """One Telegram message: its text and what is styled in it."""

    text: str
    marks: tuple[Mark, ...]

    @property
    def entities(self) -> tuple[MessageEntity, ...]:
        """The marks, as python-telegram-bot takes them."""
        return tuple(MessageEntity(mark.kind, mark.offset, mark.length, url=mark.url or None) for mark in self.marks)


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
            done.append(Piece(text[begin:end], tuple(_marks(rendered, text, begin, end))))
        begin = end
    return tuple(done) or (Piece("", ()),)


def _end(text: str, begin: int, longest: int) -> int:
    """Where the piece that begins at `begin` ends."""
    if units(text[begin:]) <= longest:
        return len(text)
    end, used = begin, 0
    for cluster in _CLUSTER.finditer(text, begin):
        used += units(cluster[0])
        if used > longest:
            break
        end = cluster.end()
    if end == begin:  # one cluster longer than a whole message
        end += max(1, sum(1 for size in accumulate(units(c) for c in text[begin : begin + longest]) if size <= longest))
    for mark in ("\n", " "):
        pause = text.rfind(mark, begin, end)
        if pause > begin + (end - begin) // 2:
            return pause + 1
    return end


def _marks(rendered: Rendered, text: str, begin: int, end: int) -> Iterator[Mark]:
    """The styled spans that lie in a piece; `text` is all of it."""
    at, counted, offset = 0, begin, 0
    for span in rendered.spans:
        first, last = max(at, begin), min(at + len(span.text), end)
        kind = _ENTITIES.get(span.style)
        if kind is not None and first < last:
            offset += units(text[counted:first])
            counted = first
            yield Mark(kind, offset, units(text[first:last]), span.url)
        at += len(span.text)


def keyboard(rendered: Rendered) -> InlineKeyboardMarkup | None:
    """Returns the buttons as an inline keyboard; None without buttons."""
    if not rendered.rows:
        return None
    rows = [[InlineKeyboardButton.de_json(dict(one)) for one in row] for row in buttons(rendered)]
    return InlineKeyboardMarkup(rows)


def buttons(rendered: Rendered) -> list[list[dict[str, str]]]:
    """Returns the rows of buttons as Telegram takes them."""
    return [[_button(button) for button in row] for row in rendered.rows]


def _button(button: RenderedButton) -> dict[str, str]:
    label = button.label if len(button.label) <= _BUTTON_LONGEST else f"{button.label[: _BUTTON_LONGEST - 1]}…"
    return {"text": label, "url": button.url} if button.url else {"text": label, "callback_data": button.action}
