"""Turns content (keys and ids) into words: in one language, with every fact in that language's format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.core.entry_rules import BASIS_KEYS
from bot.core.model import Answer, Line, Phrase, Quote, Ref, Rendered, RenderedButton, Sentence, Span, Style, Translated
from bot.i18n import format_day, list_join
from bot.service.naming import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.model import Argument, Button, Content, Entry, EntryText, Knowledge, Language
    from bot.i18n import Translator

_GAP, _LINE = Span("\n\n"), Span("\n")
_MOST_SOURCES = 3  # entries name the best first; all stand in the knowledge base
_MARK = 0xE000  # a private-use character stands for each source while its sentence is made


_DANISH = "da"


class Renderer:
    """Renders content for people. One value, shared by all channels; the language is always passed."""

    def __init__(self, knowledge: Knowledge, translator: Translator) -> None:
        """Takes the knowledge (entries, facts) and the interface catalogues."""
        self._knowledge = knowledge
        self._translator = translator
        self._names = Names(knowledge, translator)

    def render(self, content: Content, language: str) -> Rendered:
        """Returns `content` in `language` (an offered code). Raises KeyError for an unknown key, entry or fact."""
        known = self._knowledge.languages[language]
        spans: list[Span] = []
        for part in content.parts:
            if spans:
                spans.append(_LINE if isinstance(part, Sentence | Line) and part.tight else _GAP)
            match part:
                case Sentence():
                    spans.append(Span(self._sentence(part, known), Style.BOLD if part.bold else Style.PLAIN))
                case Line():
                    spans.append(self._line(part, known))
                case Answer():
                    spans.extend(self._answer(self._knowledge.entries[part.entry], known, part.form))
                case Quote():
                    spans.append(Span(part.text, Style.QUOTE))
                case Translated():
                    spans.extend(self._translated(part, known))
                case Phrase():
                    spans.append(Span(self._phrase(part, known)))
        rows = tuple(tuple(self._button(button, known) for button in row) for row in content.rows)
        return Rendered(tuple(spans), rows, language, known.direction)

    def sentence(self, key: str, language: str, **args: Argument) -> str:
        """Returns one interface sentence in `language`."""
        return self._sentence(Sentence(key, args), self._knowledge.languages[language])

    def title(self, entry: str, language: str) -> str:
        """Returns an entry's title in `language`, with its facts."""
        return self._names.of(Ref("entry", entry), self._knowledge.languages[language])

    # ---- parts -----------------------------------------------------------------------------------------

    def _sentence(self, part: Sentence, language: Language) -> str:
        if part.language is not None:
            language = self._knowledge.languages[part.language]
        args = {
            name: self._names.of(value, language) if isinstance(value, Ref) else value
            for name, value in part.args.items()
        }
        return self._translator.sentence(language.code, part.key, **args)

    def _phrase(self, part: Phrase, language: Language) -> str:
        if part.language is not None:
            language = self._knowledge.languages[part.language]
        return self._names.phrase(part.phrase, part.values, language)

    def _line(self, part: Line, language: Language) -> Span:
        words = self._names.of(part.words, language)
        return Span(f"{part.mark} {words}" if part.mark else words, Style.BOLD if part.bold else Style.PLAIN)

    def _translated(self, part: Translated, language: Language) -> Iterable[Span]:
        yield from (Span(part.text, Style.QUOTE), _GAP)
        if part.translation is None:
            yield Span(self._translator.sentence(language.code, "translation-none"))
            return
        name = self._names.of(Ref("language", part.target), language)
        yield Span(self._translator.sentence(language.code, "translation-into", language=name))
        yield from (_GAP, Span(part.translation, Style.QUOTE))

    def _button(self, button: Button, language: Language) -> RenderedButton:
        label = button.label
        text = self._names.of(label, language) if isinstance(label, Ref) else self._sentence(label, language)
        return RenderedButton(text, button.action, button.url)

    # ---- an entry --------------------------------------------------------------------------------------

    def _answer(self, entry: Entry, language: Language, form: str) -> Iterable[Span]:
        if form == "beside":
            yield from self._beside(entry, language)
        else:
            text = entry.texts[language.code]
            yield Span(self._names.plain(text.title, language), Style.BOLD)
            if form != "detail":
                yield _GAP
                yield from self._names.spans(text.short, language)
            if form != "short" and text.answer.strip():
                yield _GAP
                yield from self._names.spans(text.answer, language)
        yield _GAP
        yield from self._provenance(entry, language)

    def _beside(self, entry: Entry, language: Language) -> Iterable[Span]:
        """Both languages, paragraph by paragraph where they have as many, for somebody at a counter."""
        danish = self._knowledge.languages[_DANISH]
        own, other = (_paragraphs(entry.texts[known.code]) for known in (language, danish))
        if len(own) != len(other):
            own, other = (["\n\n".join(paragraphs)] for paragraphs in (own, other))
        yield Span(self._names.plain(entry.texts[language.code].title, language), Style.BOLD)
        yield from (_LINE, Span(self._names.plain(entry.texts[_DANISH].title, danish), Style.BOLD))
        for first, second in zip(own, other, strict=True):
            yield _GAP
            yield from self._names.spans(first, language)
            yield _GAP
            yield from (Span(span.text, Style.ITALIC) for span in self._names.spans(second, danish))

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
        yield Span(self._translator.sentence(code, BASIS_KEYS[entry.basis]), Style.ITALIC)
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


def _paragraphs(text: EntryText) -> list[str]:
    return [part for part in (*text.short.split("\n\n"), *text.answer.split("\n\n")) if part.strip()]
