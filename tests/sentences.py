"""The shipped sentences, read once in a test process: reading the catalogues takes longer than most tests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.i18n import Translator
from bot.service.render import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.model import Knowledge, Language

LOCALES = Path(__file__).parents[1] / "locales"


def sentences(languages: Iterable[Language]) -> Translator:
    """Returns the sentences in `languages`."""
    return _read(tuple(languages))


def make_renderer(knowledge: Knowledge) -> Renderer:
    """Returns a renderer of the shipped sentences with `knowledge`."""
    return Renderer(knowledge, sentences(knowledge.languages.values()))


@lru_cache
def _read(languages: tuple[Language, ...]) -> Translator:
    return Translator.load(LOCALES, languages)
