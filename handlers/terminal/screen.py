"""What the terminal shows: rendered messages, with numbered buttons."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from bot.core.model import Style

if TYPE_CHECKING:
    from typing import TextIO

    from bot.core.model import Rendered, RenderedButton, Span
    from bot.service.personal import OwnFile

_STYLES = {Style.BOLD: "1", Style.ITALIC: "2", Style.QUOTE: "36", Style.LINK: "4"}


def harmless(text: str) -> str:
    """Returns `text` without the control characters by which a person's words could command the terminal."""
    return "".join(character for character in text if character == "\n" or unicodedata.category(character) != "Cc")


class Screen:
    """Writes rendered messages to a text stream, and remembers the numbered buttons of the last one."""

    def __init__(self, out: TextIO) -> None:
        """Takes where to write; colours only on a real terminal."""
        self._out = out
        self._colours = out.isatty()
        self.buttons: tuple[RenderedButton, ...] = ()

    def line(self, text: str = "") -> None:
        """Writes one line."""
        self._out.write(f"{text}\n")
        self._out.flush()

    def show(self, rendered: Rendered) -> None:
        """Writes a message and its buttons, numbered from 1; links are shown with their address."""
        self.line()
        for text in "".join(self._span(span) for span in rendered.spans).split("\n"):
            self.line(f"  {text}" if text else "")
        buttons = [button for row in rendered.rows for button in row]
        for button in buttons:
            if button.url:
                self.line(f"  → {button.label}: {button.url}")
        self.buttons = tuple(button for button in buttons if button.action)
        for number, button in enumerate(self.buttons, 1):
            self.line(f"  [{number}] {button.label}")
        self.line()

    def file(self, file: OwnFile) -> None:
        """Writes a file's name and content."""
        self.line()
        self.line(f"  {file.caption} ({file.name})")
        for text in harmless(file.content).split("\n"):
            self.line(f"  {text}" if text else "")

    def _span(self, span: Span) -> str:
        text = harmless(span.text)
        if span.style == Style.QUOTE:
            text = "\n".join(f"│ {line}" for line in text.split("\n"))
        if span.style == Style.LINK and span.url:
            text = f"{text} <{span.url}>"
        code = _STYLES.get(span.style)
        return f"\x1b[{code}m{text}\x1b[0m" if code and self._colours else text
