"""Rendered messages as Telegram shows them: text with entities in UTF-16 units, in pieces that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.core.model import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.model import Rendered, RenderedButton, Span

LONGEST = 4096
"""Telegram's limit for one message; counted in UTF-16 units it holds under every way of counting."""

_BUTTON_LONGEST = 64

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
    """Returns a message in pieces of at most `longest` UTF-16 units, cut at line ends or spaces where possible."""
    done: list[Piece] = []
    entities: list[MessageEntity] = []
    text, length = "", 0
    for span in rendered.spans:
        rest = span.text
        while rest:
            part = _head(rest, longest - length)
            if not part:
                done.append(Piece(text, tuple(entities)))
                text, entities, length = "", [], 0
                continue
            entities.extend(_entity(span, length, units(part)))
            text, length, rest = text + part, length + units(part), rest[len(part) :]
    if text.strip() or not done:
        done.append(Piece(text, tuple(entities)))
    return tuple(done)


def _head(text: str, room: int) -> str:
    """The longest beginning of `text` that fits `room` units, cut where a reader would pause."""
    if units(text) <= room:
        return text
    if room <= 0:
        return ""
    used, end = 0, 0
    for character in text:
        used += units(character)
        if used > room:
            break
        end += 1
    for mark in ("\n", " "):
        pause = text.rfind(mark, 0, end)
        if pause > end // 2:
            return text[: pause + 1]
    return text[:end]


def _entity(span: Span, offset: int, length: int) -> Iterator[MessageEntity]:
    kind = _ENTITIES.get(span.style)
    if kind is not None:
        yield MessageEntity(kind, offset, length, url=span.url or None)


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
