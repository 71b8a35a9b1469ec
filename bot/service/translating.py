"""Fills in machine translations at the moment a message is sent: HTTP has no place in a transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.model import Quote, Translated

if TYPE_CHECKING:
    from bot.core.model import Content, Part
    from bot.service.ports import Translates


def untranslated(content: Content) -> Content:
    """Returns `content` with the words alone, as plain quotes, where a translation was to be filled in."""
    parts = (Quote(part.text) if isinstance(part, Translated) else part for part in content.parts)
    return replace(content, parts=tuple(parts))


async def translated(content: Content, translator: Translates | None) -> Content:
    """Returns `content` with its translations filled in.

    Where there is nothing to translate (one language only, no translator, a pair it does not offer) the words become a
    plain quote; where the translator has no answer now, the part stays without a translation.
    """
    parts = [await _filled(part, translator) for part in content.parts]
    return replace(content, parts=tuple(parts))


async def _filled(part: Part, translator: Translates | None) -> Part:
    if not isinstance(part, Translated) or part.translation is not None:
        return part
    if translator is None or part.source == part.target:
        return Quote(part.text)
    translation = await translator.translate(part.text, part.source, part.target)
    if translation is None and not translator.can(part.source, part.target):
        return Quote(part.text)
    return replace(part, translation=translation)
