"""The words of what a `Ref` names, in one language."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.core import markup, notices
from bot.core.guides import AskType
from bot.core.model import FactType, Ref
from bot.core.reading import OTHER, UNKNOWN
from bot.core.staff_phrases import BLANK, BlankType
from bot.i18n import (
    fact_text,
    format_count,
    format_day,
    format_duration,
    format_lasting,
    format_moment,
    format_money,
    format_percent,
    format_when,
    list_join,
)
from bot.service.days import DENMARK, danish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bot.core.guides import Ask
    from bot.core.model import Knowledge, Language, Span
    from bot.i18n import Translator

_GRANTS = "grants"
_BLANK_AND_STOP = re.compile(rf"{BLANK.pattern}(\.?)")
_BLANK_KINDS: Mapping[BlankType, str] = {
    BlankType.DATE: "day",
    BlankType.PAST: "day",
    BlankType.MOMENT: "appointment",
    BlankType.MONEY: "amount",
    BlankType.DOCUMENTS: "documents",
    BlankType.DEPARTMENT: "department",
    BlankType.COUNT: "number",
    BlankType.DAYS: "days",
}  # the kind of reference that writes each type
_FIRST = re.compile(r"(?<=[?？؟])\s")  # behind the question itself


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Named = TypeVar("_Named", bound=_HasId)


class Names:
    """Finds the words of references; see `bot.core.model.Ref` for their kinds."""

    def __init__(self, knowledge: Knowledge, translator: Translator) -> None:
        """Takes the knowledge and the interface catalogues."""
        self._knowledge = knowledge
        self._translator = translator
        self._kinds: Mapping[str, Callable[[str, Language], str]] = {
            "entry": lambda name, language: self.plain(knowledge.entries[name].texts[language.code].title, language),
            "topic": lambda name, language: knowledge.topics[name][language.code],
            "department": lambda name, language: knowledge.departments[name].names[language.code],
            "language": lambda name, _: knowledge.languages[name].name,
            "languages": self._languages,
            "sentence": lambda name, language: translator.sentence(language.code, name),
            "fact": self.fact,
            "facts": lambda names, language: list_join([self.fact(name, language) for name in _split(names)], language),
            "percent": lambda value, language: format_percent(int(value), language),
            "day": lambda day, language: format_day(date.fromisoformat(day), language),
            "when": format_when,
            "moment": lambda at, language: format_moment(danish(int(at)), language),
            "lasting": lambda seconds, language: format_lasting(int(seconds), language),
            "guide": self._guide,
            "ask": lambda name, language: self._words(self._ask(name).words, language),
            "asked": lambda name, language: _FIRST.split(self._words(self._ask(name).words, language), maxsplit=1)[0],
            "given": self._given,
            "givens": self._givens,
            "step": self._step,
            "rule": self._rule,
            "grant": lambda name, language: self._words(knowledge.guides.grants[name].names, language),
            "grants": self._grants,
            "event": self._event,
            "offer": self._offer,
            "notice": self._notice,
            "phrase": lambda name, language: self.phrase(name, {}, language),
            "blank": self._blank,
            "documents": self._documents,
            "departments": self._departments,
            "appointment": self._appointment,
            "amount": lambda value, language: format_money(float(value), language),
            "number": lambda value, language: format_count(int(value), language),
            "days": lambda value, language: format_duration(int(value), "day", language),
        }  # fmt: skip

    def of(self, ref: Ref, language: Language) -> str:
        """Returns the words of `ref` in `language`. Raises KeyError for an unknown kind or id."""
        return self._kinds[ref.kind](ref.id, language)

    def fact(self, identity: str, language: Language) -> str:
        """Returns a fact as it is written in `language`."""
        return fact_text(self._knowledge.facts[identity], language)

    def phrase(self, identity: str, values: Mapping[str, str], language: Language) -> str:
        """Returns a staff phrase in `language` with `values` in its blanks; an empty one shows what goes into it.

        Raises KeyError for an unknown phrase or language, ValueError for a value that is none of its blank's type.
        """
        phrase = self._knowledge.staff_phrases.phrases[identity]

        def filled(blank: re.Match[str]) -> str:
            name, stop = blank[1], blank[2]
            if name not in values:
                return f"[{self._blank(f'{identity}/{name}', language)}]{stop}"
            value = self.of(Ref(_BLANK_KINDS[phrase.blanks[name]], values[name]), language)
            return value if value.endswith(".") else f"{value}{stop}"  # "1.250 kr." ends the sentence as well

        return _BLANK_AND_STOP.sub(filled, phrase.texts[language.code])

    def spans(self, markdown: str, language: Language) -> tuple[Span, ...]:
        """Returns `markdown` of an approved text, with its facts."""
        return markup.spans(markdown, lambda fact: self.fact(fact, language), self._url)

    def plain(self, markdown: str, language: Language) -> str:
        """Returns the words of `markdown` alone, with its facts."""
        return "".join(span.text for span in self.spans(markdown, language))

    def _url(self, identity: str) -> str:
        fact = self._knowledge.facts[identity]
        if fact.type != FactType.URL:
            raise KeyError(identity)
        return str(fact.value)

    def _words(self, words: Mapping[str, str], language: Language) -> str:
        return self.plain(words[language.code], language)

    def _languages(self, codes: str, language: Language) -> str:
        return list_join([self._knowledge.languages[code].name for code in _split(codes)], language)

    def _guide(self, name: str, language: Language) -> str:
        if name == _GRANTS:
            return self._translator.sentence(language.code, "guide-grants")
        return self._words(self._knowledge.guides.checklists[name].titles, language)

    def _ask(self, name: str) -> Ask:
        guide, _, question = name.partition("/")
        guides = self._knowledge.guides
        return (guides.questions if guide == _GRANTS else guides.checklists[guide].questions)[question]

    def _given(self, name: str, language: Language) -> str:
        """An answer as people read it: an option's words, a number or a day in the language's format."""
        guide, question, answer = name.split("/", 2)
        ask = self._ask(f"{guide}/{question}")
        if answer in {UNKNOWN, OTHER} and answer not in ask.options:
            key = "answer-unknown" if answer == UNKNOWN else "answer-other"
            return self._translator.sentence(language.code, key)
        match ask.type:
            case AskType.CHOICE:
                return self._words(ask.options[answer], language)
            case AskType.YES_NO:
                return self._translator.sentence(language.code, f"answer-{answer}")
            case AskType.NUMBER:
                return format_count(int(answer), language)
            case AskType.DATE:
                return format_day(date.fromisoformat(answer), language)
            case AskType.CVR | AskType.TEXT:
                return answer

    def _givens(self, names: str, language: Language) -> str:
        return list_join([self._given(name, language) for name in _split(names)], language)

    def _step(self, name: str, language: Language) -> str:
        checklist, _, wanted = name.partition("/")
        steps = self._knowledge.guides.checklists[checklist].steps
        return self._words(_by_id(steps, wanted).words, language)

    def _rule(self, name: str, language: Language) -> str:
        grant, _, wanted = name.partition("/")
        return self._words(_by_id(self._knowledge.guides.grants[grant].rules, wanted).words, language)

    def _grants(self, names: str, language: Language) -> str:
        grants = self._knowledge.guides.grants
        return list_join([self._words(grants[name].names, language) for name in _split(names)], language)

    def _event(self, name: str, language: Language) -> str:
        city, _, wanted = name.partition("/")
        return self._words(_by_id(self._knowledge.guides.cities[city].history, wanted).words, language)

    def _offer(self, name: str, language: Language) -> str:
        city, _, wanted = name.partition("/")
        return self._words(_by_id(self._knowledge.guides.cities[city].offers, wanted).words, language)

    def _notice(self, name: str, language: Language) -> str:
        said = notices.sentence(notices.referred(name), self._knowledge)
        args = {key: self.of(value, language) if isinstance(value, Ref) else value for key, value in said.args.items()}
        return self._translator.sentence(language.code, said.key, **args)

    # ---- staff phrases ---------------------------------------------------------------------------------

    def _blank(self, name: str, language: Language) -> str:
        phrase, _, blank = name.partition("/")
        kind = self._knowledge.staff_phrases.phrases[phrase].blanks[blank]
        return self._translator.sentence(language.code, f"blank-{kind}")

    def _documents(self, names: str, language: Language) -> str:
        documents = self._knowledge.staff_phrases.documents
        return list_join([documents[name].names[language.code] for name in _split(names)], language)

    def _departments(self, names: str, language: Language) -> str:
        departments = self._knowledge.departments
        return list_join([departments[name].names[language.code] for name in _split(names)], language)

    def _appointment(self, moment: str, language: Language) -> str:
        """A day, with the time of day where there is one."""
        at = datetime.fromisoformat(moment)
        if "T" not in moment:
            return format_day(at.date(), language)
        return format_moment(at.replace(tzinfo=DENMARK), language)


def _split(names: str) -> list[str]:
    return names.split(",")


def _by_id(items: Iterable[_Named], wanted: str) -> _Named:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)
