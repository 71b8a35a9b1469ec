"""Turns checked grants, partner cities and checklists, with their words, into frozen values."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.content.guide_rules import sentences
from bot.core.guides import (
    Ask,
    Checklist,
    City,
    CityEvent,
    CityOffer,
    Grant,
    GrantRule,
    Guides,
    Step,
    Typed,
)
from bot.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.content.draft import Draft, Located
    from bot.content.guide_models import AnswersFile, AskRow, ChecklistFile, CityFile, GrantRow, GrantRuleRow, StepRow
    from bot.core.guides import Words


def build_guides(draft: Draft) -> Guides:
    """Returns the guides of `draft`, which must have been checked."""
    words = _Spoken(draft)
    return Guides(
        questions=_asks(words, "grants.questions", (row.item for row in draft.questions.values())),
        grants=MappingProxyType({name: _grant(words, grant) for name, grant in draft.grants.items()}),
        cities=MappingProxyType({name: _city(words, city.item) for name, city in draft.cities.items()}),
        checklists=MappingProxyType({name: _checklist(words, file.item) for name, file in draft.checklists.items()}),
        typed=MappingProxyType({code: _typed(file.item) for code, file in draft.answers.items()}),
    )


class _Spoken:
    """The sentences of all languages, by group and id."""

    def __init__(self, draft: Draft) -> None:
        self._by_language = {
            code: sentences(draft.guides[code].item) for code in draft.languages if code in draft.guides
        }

    def of(self, group: str, name: str) -> Words:
        """Returns language -> the words of `name` in `group`."""
        found = {
            code: groups[group][name][1] for code, groups in self._by_language.items() if _has(groups, group, name)
        }
        return MappingProxyType(found)


def _has(groups: Mapping[str, Mapping[str, object]], group: str, name: str) -> bool:
    return name in groups.get(group, ())


def _asks(words: _Spoken, group: str, rows: Iterable[AskRow]) -> Mapping[str, Ask]:
    return MappingProxyType({row.id: _ask(words, group, row) for row in rows})


def _ask(words: _Spoken, group: str, row: AskRow) -> Ask:
    options = {option: words.of(group, f"{row.id}.{option}") for option in row.options}
    when = MappingProxyType({name: tuple(answers) for name, answers in row.when.items()})
    return Ask(row.id, row.type, row.unit, words.of(group, row.id), MappingProxyType(options), when)


def _grant(words: _Spoken, grant: Located[GrantRow]) -> Grant:
    row = grant.item
    return Grant(
        id=row.id,
        entry=row.entry,
        level=grant.topic,
        status=row.status,
        names=words.of("grants.names", row.id),
        amounts=tuple(row.amounts),
        deadlines=tuple(row.deadlines),
        apply=row.apply,
        rules=tuple(_rule(words, rule) for rule in row.rules),
    )


def _rule(words: _Spoken, row: GrantRuleRow) -> GrantRule:
    said = words.of("grants.rules", row.id)
    return GrantRule(row.id, row.about, row.test, tuple(row.values), row.fact, row.basis, said)


def _city(words: _Spoken, row: CityFile) -> City:
    return City(
        id=row.id,
        entry=row.entry,
        country=row.country,
        kind=row.kind,
        status=row.status,
        history=tuple(
            CityEvent(event.id, event.when, event.source, event.basis, words.of("cities.history", event.id))
            for event in row.history
        ),
        offers=tuple(
            CityOffer(offer.id, offer.audience, tuple(offer.grants), offer.basis, words.of("cities.offers", offer.id))
            for offer in row.offers
        ),
        department=row.department,
    )


def _checklist(words: _Spoken, row: ChecklistFile) -> Checklist:
    group = f"checklists.{row.id}"
    return Checklist(
        id=row.id,
        kind=row.kind,
        department=row.department,
        titles=words.of(group, "title"),
        questions=_asks(words, f"{group}.questions", row.questions),
        steps=tuple(_step(words, f"{group}.steps", step) for step in row.steps),
    )


def _step(words: _Spoken, group: str, row: StepRow) -> Step:
    return Step(
        id=row.id,
        entry=row.entry,
        when=MappingProxyType({name: tuple(answers) for name, answers in row.when.items()}),
        after=tuple(row.after),
        deadline_fact=row.deadline.fact if row.deadline else None,
        deadline_from=row.deadline.counted_from if row.deadline else None,
        words=words.of(group, row.id),
    )


def _typed(file: AnswersFile) -> Typed:
    return Typed(
        yes=_folded(file.yes),
        no=_folded(file.no),
        unknown=_folded(file.unknown),
        controls=MappingProxyType({name: _folded(words) for name, words in file.controls.items()}),
        numbers=MappingProxyType({fold(word): value for word, value in file.numbers.items()}),
        choices=MappingProxyType({name: _options(questions) for name, questions in file.choices.items()}),
        measures=MappingProxyType({name: _measures(questions) for name, questions in file.measures.items()}),
    )


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(word) for word in words))


def _options(questions: Mapping[str, Mapping[str, Iterable[str]]]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    return MappingProxyType({name: _measures(options) for name, options in questions.items()})


def _measures(lists: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: _folded(words) for name, words in lists.items()})
