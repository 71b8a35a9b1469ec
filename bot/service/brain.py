"""Builds the understanding from the knowledge base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core import markup
from bot.core.answer import Thresholds, Understanding, choose_thresholds
from bot.core.crisis import CrisisRules, compile_rules
from bot.core.index import Document, Example, Index, build
from bot.core.language import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.core.language import Identify
    from bot.core.model import Knowledge


@dataclass(frozen=True, slots=True)
class Loaded:
    """The knowledge base and the understanding built from it; satisfies `ports.Library`."""

    knowledge: Knowledge
    brain: Understanding


@dataclass(frozen=True, slots=True)
class Learned:
    """What is learned from the knowledge and can be kept: everything of the understanding but the identifier."""

    index: Index
    thresholds: Thresholds
    vocabulary: Vocabulary
    crisis: CrisisRules


def learn(knowledge: Knowledge) -> Learned:
    """Returns what is learned from `knowledge`; deterministic. Takes seconds and several hundred MB."""
    index = build(_examples(knowledge), _documents(knowledge))
    return Learned(
        index=index,
        thresholds=choose_thresholds(index.held_out),
        vocabulary=Vocabulary.learned(_phrases(knowledge)),
        crisis=compile_rules(knowledge.crisis),
    )


def build_brain(knowledge: Knowledge, identify: Identify, learned: Learned | None = None) -> Understanding:
    """Returns the understanding of `knowledge`, from what was `learned` before where that is given."""
    learned = learned or learn(knowledge)
    return Understanding(
        index=learned.index,
        thresholds=learned.thresholds,
        offered=tuple(code for code, language in knowledge.languages.items() if language.offered),
        vocabulary=learned.vocabulary,
        identify=identify,
        crisis=learned.crisis,
        entries=frozenset(knowledge.entries),
    )


def _examples(knowledge: Knowledge) -> Iterator[Example]:
    for entry in knowledge.entries.values():
        for language, text in entry.texts.items():
            yield Example(_words(text.title), entry.id, language)
            for phrase in text.phrases:
                yield Example(phrase, entry.id, language)
    for language, kinds in knowledge.kinds.items():
        for label, phrases in kinds.items():
            for phrase in phrases:
                yield Example(phrase, label, language)


def _documents(knowledge: Knowledge) -> Iterator[Document]:
    for entry in knowledge.entries.values():
        for language, text in entry.texts.items():
            whole = "\n".join((text.title, text.short, text.answer))
            yield Document(entry.id, language, _words(whole))


def _phrases(knowledge: Knowledge) -> Mapping[str, list[str]]:
    texts: dict[str, list[str]] = {code: [] for code in knowledge.languages}
    for example in _examples(knowledge):
        if example.language is not None:
            texts[example.language].append(example.text)
    return texts


def _words(text: str) -> str:
    """The words of an approved text, without its placeholders."""
    return markup.PLACEHOLDER.sub(" ", text)
