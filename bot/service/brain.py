"""Builds the understanding from the knowledge base, with a library's view of a text's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.core import markup
from bot.core.answer import Understanding, choose_thresholds
from bot.core.crisis import compile_rules
from bot.core.index import Document, Example, build
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


def make_identify() -> Identify:
    """Returns a function: text -> probability by language code, over the 97 languages of py3langid's own model."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def identify(text: str) -> Mapping[str, float]:
        return {code: float(chance) for code, chance in identifier.rank(text)}

    return identify


def build_brain(knowledge: Knowledge, identify: Identify) -> Understanding:
    """Returns the understanding of `knowledge`; deterministic."""
    index = build(_examples(knowledge), _documents(knowledge))
    return Understanding(
        index=index,
        thresholds=choose_thresholds(index.held_out),
        offered=tuple(code for code, language in knowledge.languages.items() if language.offered),
        vocabulary=Vocabulary.learned(_phrases(knowledge)),
        identify=identify,
        crisis=compile_rules(knowledge.crisis),
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
