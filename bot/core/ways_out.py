"""The buttons that stand under replies everywhere: nobody is left without a way on. Pure."""

from __future__ import annotations

from bot.core.model import Button, Sentence

Rows = tuple[tuple[Button, ...], ...]

MENU = Button(Sentence("button-menu"), "menu")
ASK = Button(Sentence("button-ask-person"), "p:ask")

WAYS_OUT: Rows = ((MENU, ASK),)
"""The last row of a reply."""
