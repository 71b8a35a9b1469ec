"""The small Markdown subset of the knowledge base -> spans. Pure.

Paragraphs, `1. ` and `- ` lists, **bold**, [text]({fact:id}) links and {fact:id} placeholders. Facts are put in after
the markup is read, so nothing in a fact can be taken for markup.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.core.model import Span, Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLACEHOLDER = re.compile(r"\{fact:([a-z0-9-]+)\}")

_PIECE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*"
    r"|\[(?P<label>[^\]]+)\]\(\{fact:(?P<target>[a-z0-9-]+)\}\)"
    r"|\{fact:(?P<fact>[a-z0-9-]+)\}"
)
_BULLET = re.compile(r"^- ", re.MULTILINE)


def placeholders(markdown: str) -> tuple[str, ...]:
    """Returns the ids of all facts that `markdown` mentions, in order, with repetition."""
    return tuple(PLACEHOLDER.findall(markdown))


def spans(markdown: str, fact: Callable[[str], str], url: Callable[[str], str]) -> tuple[Span, ...]:
    """Returns `markdown` as spans; `fact(id)` gives a fact as people read it, `url(id)` a link's address."""
    return tuple(_spans(_BULLET.sub("• ", markdown.strip()), Style.PLAIN, fact, url))


def _spans(text: str, style: Style, fact: Callable[[str], str], url: Callable[[str], str]) -> Iterator[Span]:
    at = 0
    for piece in _PIECE.finditer(text):
        if piece.start() > at:
            yield Span(text[at : piece.start()], style)
        at = piece.end()
        if piece["bold"] is not None:
            yield from _spans(piece["bold"], Style.BOLD, fact, url)
        elif piece["target"] is not None:
            label = PLACEHOLDER.sub(lambda found: fact(found[1]), piece["label"])
            yield Span(label, Style.LINK, url(piece["target"]))
        else:
            yield Span(fact(piece["fact"]), style)
    if at < len(text):
        yield Span(text[at:], style)
