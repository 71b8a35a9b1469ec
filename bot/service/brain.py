"""Builds the understanding from the knowledge base."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from bot.core import markup
from bot.core.answer import STAFF, Thresholds, Understanding, all_thresholds
from bot.core.crisis import CrisisRules, compile_rules
from bot.core.index import Document, Example, Index, build
from bot.core.language import Vocabulary
from bot.core.lexicon import lexicons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.core.index import Encode, Spread
    from bot.core.language import Identify
    from bot.core.model import Entry, Knowledge


Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The knowledge base and the understanding built from it; satisfies `ports.Library`."""

    knowledge: Knowledge
    brain: Understanding

    def now(self) -> Loaded:
        """Returns itself: what does not change."""
        return self


@dataclass(frozen=True, slots=True)
class Learned:
    """What is learned from the knowledge and can be kept: everything of the understanding but the identifier."""

    index: Index
    thresholds: Mapping[str | None, Thresholds]
    vocabulary: Vocabulary
    crisis: CrisisRules


def learn(knowledge: Knowledge, spread: Spread = map, encode: Encode | None = None) -> Learned:
    """Returns what is learned from `knowledge`; deterministic. Takes seconds and several hundred MB a language.

    `spread` does the languages, several at a time where it can; see `bot.core.index.build`. `encode` is the sentence
    encoder, where one is used.
    """
    index = build(
        _examples(knowledge),
        _documents(knowledge),
        near_danger=_near_danger(knowledge),
        lexicons=lexicons(knowledge.lexicon),
        encode=encode,
        spread=spread,
    )
    return Learned(
        index=index,
        thresholds=all_thresholds(index.held_out),
        vocabulary=Vocabulary.learned(_phrases(knowledge)),
        crisis=compile_rules(knowledge.crisis),
    )


def fingerprint(knowledge: Knowledge) -> str:
    """Returns a name for all that `learn` learns from: a changed fee, date or link changes nothing of it."""
    lines = [f"{example.language}\t{example.label}\t{example.text}" for example in _examples(knowledge)]
    lines += [f"{document.language}\t{document.label}\t{document.text}" for document in _documents(knowledge)]
    lines += [*sorted(_near_danger(knowledge)), json.dumps(knowledge.crisis, default=dict)]
    lines.append(json.dumps(knowledge.lexicon, default=dict))
    return hashlib.sha256("\0".join(lines).encode()).hexdigest()


def build_brain(
    knowledge: Knowledge, identify: Identify, learned: Learned | None = None, encode: Encode | None = None
) -> Understanding:
    """Returns the understanding of `knowledge`, from what was `learned` before where that is given.

    `encode` is the sentence encoder that was there when it was learned, where one is used.
    """
    learned = learned or learn(knowledge, encode=encode)
    return Understanding(
        index=replace(learned.index, encode=encode),
        thresholds={**learned.thresholds, **{code: Thresholds(**row) for code, row in knowledge.thresholds.items()}},
        offered=tuple(code for code, language in knowledge.languages.items() if language.offered),
        vocabulary=learned.vocabulary,
        identify=identify,
        crisis=learned.crisis,
        entries=frozenset(knowledge.entries),
        urgent=frozenset(entry.id for entry in knowledge.entries.values() if entry.urgent),
    )


def _near_danger(knowledge: Knowledge) -> frozenset[str]:
    """Returns the labels that may be about danger: urgent entries, those related to one both ways, and whatever only
    a person can look into."""
    urgent = {entry.id: entry for entry in knowledge.entries.values() if entry.urgent}
    both = {
        entry.id for entry in knowledge.entries.values() for name in entry.related if entry.id in _related(urgent, name)
    }
    return frozenset(urgent) | both | {STAFF}


def _related(urgent: Mapping[str, Entry], name: str) -> tuple[str, ...]:
    return urgent[name].related if name in urgent else ()


def _examples(knowledge: Knowledge) -> Iterator[Example]:
    for entry in knowledge.entries.values():
        for language, text in _offered(knowledge, entry.texts):
            yield Example(_words(text.title), entry.id, language)
            for phrase in text.phrases:
                yield Example(phrase, entry.id, language)
    for language, kinds in _offered(knowledge, knowledge.kinds):
        for label, phrases in kinds.items():
            for phrase in phrases:
                yield Example(phrase, label, language)


def _documents(knowledge: Knowledge) -> Iterator[Document]:
    for entry in knowledge.entries.values():
        for language, text in _offered(knowledge, entry.texts):
            whole = "\n".join((text.title, text.short, text.answer))
            yield Document(entry.id, language, _words(whole))


def _offered(knowledge: Knowledge, by_language: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """Yields what stands under the offered languages: a language in preparation costs neither memory nor time."""
    for code, language in knowledge.languages.items():
        if language.offered and code in by_language:
            yield code, by_language[code]


def _phrases(knowledge: Knowledge) -> Mapping[str, list[str]]:
    texts: dict[str, list[str]] = {code: [] for code in knowledge.languages}
    for example in _examples(knowledge):
        if example.language is not None:
            texts[example.language].append(example.text)
    return texts


def _words(text: str) -> str:
    """The words of an approved text, without its placeholders."""
    return markup.PLACEHOLDER.sub(" ", text)
