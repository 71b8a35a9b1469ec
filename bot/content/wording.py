"""What the words of a text may hold: the Markdown subset, facts as placeholders, and no value typed by hand."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Protocol

from bot.core.markup import PLACEHOLDER, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator


class Worded(Protocol):
    """Anything with the three parts of a text, such as `bot.core.model.EntryText`."""

    @property
    def title(self) -> str:
        """The question's title."""

    @property
    def short(self) -> str:
        """The answer in one or two sentences."""

    @property
    def answer(self) -> str:
        """The steps or details."""


PARTS = ("title", "short", "answer")
MAX_TITLE = 60  # characters; what fits on a button
MAX_WORDS = 120  # short and answer together

_BRACES = re.compile(r"\{([^{}]*)\}")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)")
_MARKER = re.compile(r"^(?:\d{1,2}\.|-) ", re.MULTILINE)
_LETTER = re.compile(r"\w")
_MAYBE_TYPED = re.compile(r"[\d@]|://|www\.|\.[a-z]", re.IGNORECASE)  # every pattern of _TYPED needs one of these
_TYPED = (
    ("an address of a page", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    (
        "an address of a page",
        re.compile(r"\b(?:[a-z0-9-]+\.)+(?:dk|com|org|net|eu|gov|info|pl|de|se|no|uk|io)\b(?:/\S*)?", re.IGNORECASE),
    ),
    ("a phone number", re.compile(r"\+?\d(?:[ -]?\d){6,}")),
    ("a digit", re.compile(r"\S*\d\S*")),
)
_OTHER_SIGN = re.compile(r"^(?:\d+\)|[*+•–]) ", re.MULTILINE)
_FORBIDDEN = (
    ("HTML", re.compile(r"</?[a-zA-Z][^>]*>")),
    ("a heading", re.compile(r"^#+ ", re.MULTILINE)),
    ("a list inside a list", re.compile(r"^ +(?:\d+[.)]|[-*+]) ", re.MULTILINE)),
    ("a list sign other than “- ” and “1. ”", _OTHER_SIGN),
    ("code signs", re.compile(r"`")),
)


def content_hash(text: Worded) -> str:
    """Returns the first 12 hex digits of the sha256 of title, short and answer: the state that was translated.

    White space at the ends of the parts does not count.
    """
    whole = "\n".join(part.strip() for part in (text.title, text.short, text.answer))
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def facts_in(text: Worded) -> frozenset[str]:
    """Returns the ids of all facts that stand as {fact:id} in `text`."""
    return frozenset(fact for part in PARTS for fact in placeholders(getattr(text, part)))


def links_in(words: str) -> frozenset[str]:
    """Returns the ids of the facts that are targets of [text]({fact:id}) in `words`."""
    return frozenset(fact for _, target in _LINK.findall(words) for fact in placeholders(target))


def count_words(text: Worded) -> int:
    """Returns the number of words of short and answer; a placeholder is one word, a list marker none."""
    whole = _MARKER.sub("", f"{text.short}\n{text.answer}")
    pieces = _BRACES.sub("x", _LINK.sub(r"\1", whole)).split()
    return sum(_LETTER.search(piece) is not None for piece in pieces)


def misfits(words: str) -> Iterator[str]:
    """Yields what `words` hold that they must not: unknown placeholders, typed values, foreign markup."""
    for inside in _BRACES.findall(words):
        if not PLACEHOLDER.fullmatch(f"{{{inside}}}"):
            yield f"has an unknown placeholder {{{inside}}}"
    for _, target in _LINK.findall(words):
        if not PLACEHOLDER.fullmatch(target):
            yield f"has a link to “{target}”; links are written [text]({{fact:id}})"
    plain = _BRACES.sub("", _LINK.sub(r"\1", words))
    if "{" in plain or "}" in plain:
        yield "has a stray brace"
    if "[" in plain or "](" in plain:
        yield "has a stray bracket; links are written [text]({fact:id})"
    yield from _typed(_MARKER.sub("", plain))
    yield from _markup(plain)


def _typed(plain: str) -> Iterator[str]:
    if not _MAYBE_TYPED.search(plain):
        return
    for name, pattern in _TYPED:
        for found in pattern.findall(plain):
            yield f"has {name} typed in it: “{found}”; write it as a fact and use {{fact:id}}"
        plain = pattern.sub("", plain)


def _markup(plain: str) -> Iterator[str]:
    for name, pattern in _FORBIDDEN:
        if pattern.search(plain):
            yield f"has {name}, which is not in the Markdown subset"
    if plain.count("**") % 2:
        yield "has a ** without its partner"
    elif "*" in (single := plain.replace("**", "")) and "*" in _OTHER_SIGN.sub("", single):
        yield "has a single *, which is not in the Markdown subset"
