"""Turns checked files into the frozen values that the rest of the project uses."""

from __future__ import annotations

from datetime import time
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from bot.content.guide_building import build_guides
from bot.content.language_rules import pseudo_phrases
from bot.content.staff_building import build_staff_phrases
from bot.content.wording import content_hash
from bot.core.model import (
    ClosingDays,
    Department,
    Entry,
    EntryText,
    Fact,
    FactType,
    Knowledge,
    Language,
    Route,
    Source,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.content.draft import Draft, Located
    from bot.content.models import DepartmentRow, EntryRow, FactRow, LanguageRow, SourceRow, TextRow

Value = TypeVar("Value")


def build(draft: Draft, *, approved_only: bool = True) -> Knowledge:
    """Returns `draft` as one frozen value; it must have been checked.

    Entries that are not approved are left out, also where others name them, unless `approved_only` is False.
    In a language that is being prepared, texts that are not approved are left out in the same way.
    """
    sent = {
        name: entry
        for name, entry in draft.entries.items()
        if not approved_only or entry.item.approval.state == "approved"
    }
    return Knowledge(
        version=draft.version,
        languages=_frozen({code: _language(row.item) for code, row in draft.languages.items()}),
        source_language=draft.source_language,
        sources=_frozen({name: _source(row.item) for name, row in draft.sources.items()}),
        facts=_frozen({name: _fact(row.item, _labels(draft, name)) for name, row in draft.facts.items()}),
        departments=_frozen({name: _department(draft, row.item) for name, row in draft.departments.items()}),
        default_department=draft.departments_file.item.default if draft.departments_file else "",
        topics=_frozen(_topics(draft)),
        entries=_frozen({name: _entry(draft, row, sent, approved_only) for name, row in sent.items()}),
        terms=_terms(draft),
        kinds=_frozen({code: _kinds(draft, code) for code in draft.languages if code in draft.kinds}),
        crisis=_frozen({code: rules.item for code, rules in draft.crisis.items()}),
        thresholds=_frozen(_thresholds(draft)),
        lexicon=_frozen({code: lexicon.forms for code, lexicon in draft.lexicons.items()}),
        guides=build_guides(draft),
        closing_days=_closing_days(draft),
        routes=_routes(draft),
        staff_phrases=build_staff_phrases(draft),
    )


def _frozen(values: dict[str, Value]) -> Mapping[str, Value]:
    return MappingProxyType(values)


def _language(row: LanguageRow) -> Language:
    return Language(row.code, row.name, row.direction, row.locale, row.flag, row.status == "offered")


def _source(row: SourceRow) -> Source:
    return Source(row.id, row.publisher, row.url, row.read, row.copy_)


def _labels(draft: Draft, fact: str) -> Mapping[str, str]:
    return _frozen({code: draft.labels[code][fact].item for code in draft.languages if fact in draft.labels[code]})


def _fact(row: FactRow, labels: Mapping[str, str]) -> Fact:
    value = row.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # "3 months", not "3.0 months"
    return Fact(
        id=row.id,
        type=FactType(row.type),
        value=value,
        unit=row.unit,
        names=labels,
        source=row.source,
        basis=row.basis,
        checked=row.checked,
        valid_until=row.valid_until,
    )


def _department(draft: Draft, row: DepartmentRow) -> Department:
    names = {
        code: file.item.departments[row.id] for code, file in draft.names.items() if row.id in file.item.departments
    }
    return Department(row.id, _frozen(names), _hours(row), row.promise_hours, tuple(row.to_verify))


def _hours(row: DepartmentRow) -> Mapping[int, tuple[time, time]]:
    days = row.hours.model_dump() if row.hours else {}
    return MappingProxyType(
        {
            number: (time.fromisoformat(opening[:5]), time.fromisoformat(opening[6:]))
            for number, opening in enumerate(days.values(), start=1)
            if opening is not None
        }
    )


def _routes(draft: Draft) -> tuple[Route, ...]:
    rows = draft.departments_file.item.routes if draft.departments_file else []
    return tuple(Route(row.department, row.topic, row.audience, row.language, row.urgent) for row in rows)


def _closing_days(draft: Draft) -> tuple[ClosingDays, ...]:
    rows = draft.departments_file.item.closing_days if draft.departments_file else []
    return tuple(ClosingDays(*row.span, tuple(row.departments)) for row in rows)


def _topics(draft: Draft) -> dict[str, Mapping[str, str]]:
    topics = dict.fromkeys(entry.topic for entry in draft.entries.values())
    return {
        topic: _frozen(
            {code: file.item.topics[topic] for code, file in draft.names.items() if topic in file.item.topics}
        )
        for topic in topics
    }


def _entry(draft: Draft, entry: Located[EntryRow], sent: Mapping[str, object], approved_only: bool) -> Entry:
    row = entry.item
    texts = {code: draft.texts[code][row.id].item for code in draft.languages if row.id in draft.texts[code]}
    source = texts.get(draft.source_language)
    return Entry(
        id=row.id,
        topic=entry.topic,
        audience=row.audience,
        department=row.department,
        sources=tuple(name for name in row.sources if name in draft.sources),
        checked=row.checked,
        review_by=row.review_by,
        valid_until=row.valid_until,
        basis=row.basis,
        strategy=row.strategy,
        urgent=row.urgent,
        facts=tuple(name for name in row.facts if name in draft.facts),
        links=tuple(name for name in row.links if name in draft.facts),
        related=tuple(name for name in row.related if name in sent),
        to_verify=tuple(row.to_verify),
        texts=_frozen(
            {
                code: _text(text, source, _more_phrases(draft, code, row.id))
                for code, text in texts.items()
                if not approved_only or text.approved is not None
            }
        ),
    )


def _more_phrases(draft: Draft, code: str, name: str) -> tuple[str, ...]:
    more = draft.phrases.get(code)
    return tuple(more.phrases.get(name, {}).values()) if more is not None else ()


def _text(row: TextRow, source: TextRow | None, more: tuple[str, ...]) -> EntryText:
    outdated = row.translated_from is not None and source is not None and row.translated_from != content_hash(source)
    return EntryText(
        title=row.title,
        short=row.short.strip(),
        answer=row.answer.strip(),
        phrases=(*row.phrases, *more),
        translated_from=row.translated_from,
        outdated=outdated,
    )


def _thresholds(draft: Draft) -> dict[str, Mapping[str, float]]:
    rows = draft.thresholds.item.thresholds if draft.thresholds else {}
    return {code: _frozen(row.model_dump()) for code, row in rows.items()}


def _terms(draft: Draft) -> tuple[Term, ...]:
    return tuple(
        Term(code, row.term, row.danish, tuple(row.synonyms))
        for code, file in draft.terms.items()
        for row in file.item.terms
    )


def _kinds(draft: Draft, code: str) -> Mapping[str, tuple[str, ...]]:
    return _frozen({label: tuple(phrases) for label, _, phrases, _ in pseudo_phrases(draft, code)})
