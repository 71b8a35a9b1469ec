"""Turns content (keys and ids) into words: in one language, with every fact in that language's format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.core import markup
from bot.core.model import Answer, Basis, FactType, Quote, Ref, Rendered, RenderedButton, Sentence, Span, Style
from bot.i18n import fact_text, format_day, list_join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.model import Argument, Button, Content, Entry, Knowledge, Language
    from bot.i18n import Translator

_BASIS_KEYS = {
    Basis.CONFIRMED: "basis-confirmed",
    Basis.READ: "basis-read",
    Basis.PARTLY_READ: "basis-memory",
    Basis.MEMORY: "basis-memory",
}
_GAP, _LINE = Span("\n\n"), Span("\n")
_MOST_SOURCES = 3  # entries name the best first; all stand in the knowledge base
_MARK = 0xE000  # a private-use character stands for each source while its sentence is made


class Renderer:
    """Renders content for people. One value, shared by all channels; the language is always passed."""

    def __init__(self, knowledge: Knowledge, translator: Translator) -> None:
        """Takes the knowledge (entries, facts) and the interface catalogues."""
        self._knowledge = knowledge
        self._translator = translator

    def render(self, content: Content, language: str) -> Rendered:
        """Returns `content` in `language` (an offered code). Raises KeyError for an unknown key, entry or fact."""
        known = self._knowledge.languages[language]
        spans: list[Span] = []
        for part in content.parts:
            if spans:
                spans.append(_LINE if isinstance(part, Sentence) and part.tight else _GAP)
            match part:
                case Sentence():
                    spans.append(Span(self._sentence(part, known), Style.BOLD if part.bold else Style.PLAIN))
                case Answer():
                    spans.extend(self._answer(self._knowledge.entries[part.entry], known, full=part.full))
                case Quote():
                    spans.append(Span(part.text, Style.QUOTE))
        rows = tuple(tuple(self._button(button, known) for button in row) for row in content.rows)
        return Rendered(tuple(spans), rows, language, known.direction)

    def sentence(self, key: str, language: str, **args: Argument) -> str:
        """Returns one interface sentence in `language`."""
        return self._sentence(Sentence(key, args), self._knowledge.languages[language])

    def title(self, entry: str, language: str) -> str:
        """Returns an entry's title in `language`, with its facts."""
        return self._plain(self._knowledge.entries[entry].texts[language].title, self._knowledge.languages[language])

    # ---- parts -----------------------------------------------------------------------------------------

    def _sentence(self, part: Sentence, language: Language) -> str:
        args = {
            name: self._name(value, language) if isinstance(value, Ref) else value for name, value in part.args.items()
        }
        return self._translator.sentence(language.code, part.key, **args)

    def _button(self, button: Button, language: Language) -> RenderedButton:
        label = button.label
        text = self._name(label, language) if isinstance(label, Ref) else self._sentence(label, language)
        return RenderedButton(text, button.action, button.url)

    def _name(self, ref: Ref, language: Language) -> str:
        knowledge = self._knowledge
        match ref.kind:
            case "entry":
                return self.title(ref.id, language.code)
            case "topic":
                return knowledge.topics[ref.id][language.code]
            case "department":
                return knowledge.departments[ref.id].names[language.code]
            case "language":
                return knowledge.languages[ref.id].name
            case "languages":
                names = [knowledge.languages[code].name for code in ref.id.split(",")]
                return list_join(names, language)
            case "sentence":
                return self._translator.sentence(language.code, ref.id)
            case "fact":
                return self._fact(ref.id, language)
            case _:
                raise KeyError(ref.kind)

    def _fact(self, identity: str, language: Language) -> str:
        return fact_text(self._knowledge.facts[identity], language)

    def _url(self, identity: str) -> str:
        fact = self._knowledge.facts[identity]
        if fact.type != FactType.URL:
            raise KeyError(identity)
        return str(fact.value)

    def _plain(self, markdown: str, language: Language) -> str:
        return "".join(span.text for span in self._markup(markdown, language))

    def _markup(self, markdown: str, language: Language) -> tuple[Span, ...]:
        return markup.spans(markdown, lambda fact: self._fact(fact, language), self._url)

    # ---- an entry --------------------------------------------------------------------------------------

    def _answer(self, entry: Entry, language: Language, *, full: bool) -> Iterable[Span]:
        text = entry.texts[language.code]
        yield Span(self._plain(text.title, language), Style.BOLD)
        yield _GAP
        yield from self._markup(text.short, language)
        if not full:
            return
        if text.answer.strip():
            yield _GAP
            yield from self._markup(text.answer, language)
        yield _GAP
        yield from self._provenance(entry, language)

    def _provenance(self, entry: Entry, language: Language) -> Iterable[Span]:
        """Source, date, owner and how sure: under every answer."""
        code = language.code
        if entry.sources:
            yield from self._sources(entry, language)
            yield _LINE
        checked = format_day(entry.checked, language)
        yield Span(self._translator.sentence(code, "checked-line", date=checked), Style.ITALIC)
        yield _LINE
        department = self._knowledge.departments[entry.department].names[code]
        yield Span(self._translator.sentence(code, "owner-line", department=department), Style.ITALIC)
        yield _LINE
        yield Span(self._translator.sentence(code, _BASIS_KEYS[entry.basis]), Style.ITALIC)
        if entry.texts[code].outdated:
            yield _LINE
            yield Span(self._translator.sentence(code, "translation-outdated"), Style.ITALIC)

    def _sources(self, entry: Entry, language: Language) -> Iterable[Span]:
        """The source line, each publisher a link: the sentence is made with marks, which then become spans."""
        known = self._knowledge.sources
        first: dict[str, str] = {}
        for source in entry.sources:
            first.setdefault(known[source].publisher, source)
        sources = list(first.values())[:_MOST_SOURCES]
        marks = [chr(_MARK + place) for place in range(len(sources))]
        line = self._translator.sentence(language.code, "source-line", sources=list_join(marks, language))
        for piece in re.split(f"([{marks[0]}-{marks[-1]}])", line):
            if piece in marks:
                named = known[sources[marks.index(piece)]]
                yield Span(named.publisher, Style.LINK if named.url else Style.ITALIC, named.url or "")
            elif piece:
                yield Span(piece, Style.ITALIC)
