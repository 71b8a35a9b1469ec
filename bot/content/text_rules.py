"""What an entry's texts must be in every language, and what a language needs beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.models import UrlFact
from bot.content.wording import MAX_TITLE, MAX_WORDS, PARTS, count_words, facts_in, links_in, misfits
from bot.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.content.draft import Draft, Located
    from bot.content.models import TextRow
    from bot.errors import Fault

_PHRASES = {"en": 12, "da": 12}  # the languages in which most people write; docs/editing says why
_PHRASES_ELSEWHERE = 8
_WITHOUT_SPACES = ("zh",)  # words cannot be counted by spaces there


def text_faults(draft: Draft) -> Iterator[Fault]:
    """Yields the faults of all texts: words, facts, phrases' number, translation, and what is missing."""
    for language, texts in draft.texts.items():
        for name, text in texts.items():
            yield from _form(text)
            yield from _length(language, text)
            yield from _translation(draft, language, text)
            yield from _facts(draft, language, name, text)
            yield from _entry(draft, language, name, text)


def _form(text: Located[TextRow]) -> Iterator[Fault]:
    for part in PARTS:
        for reason in misfits(getattr(text.item, part)):
            yield text.place.fault(f"{part}: {reason}", part)


def _length(language: str, text: Located[TextRow]) -> Iterator[Fault]:
    if len(text.item.title) > MAX_TITLE:
        yield text.place.fault(f"title: has {len(text.item.title)} characters, more than {MAX_TITLE}", "title")
    words = count_words(text.item)
    if words > MAX_WORDS and not language.startswith(_WITHOUT_SPACES):
        yield text.place.fault(f"answer: has {words} words with short, more than {MAX_WORDS}", "answer")
    needed = _PHRASES.get(language, _PHRASES_ELSEWHERE)
    different = len({fold(phrase) for phrase in text.item.phrases})
    if different < needed:
        yield text.place.fault(f"phrases: has {different} different ones, fewer than {needed}", "phrases")


def _translation(draft: Draft, language: str, text: Located[TextRow]) -> Iterator[Fault]:
    stamp = text.item.translated_from
    if not draft.source_language:
        return
    if language == draft.source_language and stamp is not None:
        yield text.place.fault("translated_from: must be null in the source language", "translated_from")
    if language != draft.source_language and stamp is None:
        yield text.place.fault(
            "translated_from: not marked as translated (run: ballerup-bot knowledge stamp)", "translated_from"
        )


def _facts(draft: Draft, language: str, name: str, text: Located[TextRow]) -> Iterator[Fault]:
    used = facts_in(text.item)
    dead = {fact for fact in used if draft.lacks("facts", fact)}
    for fact in sorted(dead):
        yield text.place.fault(f"has an unknown placeholder {{fact:{fact}}}")
    yield from _link_targets(draft, text)
    source = draft.texts[draft.source_language].get(name) if draft.source_language else None
    if source is not None and language != draft.source_language:
        wanted, holder = facts_in(source.item), f"the text in {draft.source_language}"
    elif name in draft.entries:
        wanted, holder = frozenset(draft.entries[name].item.facts), "the entry's list of facts"
    else:
        return
    for fact in sorted(used - dead - wanted):
        yield text.place.fault(f"uses {{fact:{fact}}}, which is not in {holder}")
    for fact in sorted(wanted - used):
        yield text.place.fault(f"does not use {{fact:{fact}}}, which is in {holder}")


def _link_targets(draft: Draft, text: Located[TextRow]) -> Iterator[Fault]:
    for part in PARTS:
        for name in sorted(links_in(getattr(text.item, part))):
            fact = draft.facts.get(name)
            if fact is not None and not isinstance(fact.item, UrlFact):
                yield text.place.fault(f"{part}: links to {{fact:{name}}}, which is not of type url", part)


def _entry(draft: Draft, language: str, name: str, text: Located[TextRow]) -> Iterator[Fault]:
    entry = draft.entries.get(name)
    if entry is None:
        if draft.lacks("entries", name):
            yield text.place.fault("there is no such entry in entries/")
        return
    if entry.topic != text.topic:
        yield text.place.fault(f"stands in {text.topic}.yaml, but the entry's topic is {entry.topic}")
    offered = language in draft.offered and entry.item.approval.state == "approved"
    if offered and text.item.approved is None:
        yield text.place.fault("approved: the text of an approved entry needs a date in an offered language")
