"""What each language needs: every entry, names, phrases for what is no entry; and no phrase with two meanings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from rapidfuzz.distance import OSA

from bot.content.lines import LinePlace
from bot.core.crisis import check_rules
from bot.core.danger import CRISIS, HARMLESS
from bot.core.text import fold, tokens
from bot.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.content.draft import Draft
    from bot.content.models import DangerFile, KindsFile, RouteRow
    from bot.content.reading import Key, Place

_STEP = re.compile(r"[^.\[\]]+")
_REQUIRED_FILES = ("names", "kinds", "danger", "crisis")
_KIND_PHRASES = {"@staff": 30, "@out_of_scope": 40, HARMLESS: 40}
_SMALLTALK_PHRASES = 6
_DANGER_PHRASES = 20
_LONG_WORD = 7  # letters from which one letter does not make another word


def language_faults(draft: Draft) -> Iterator[Fault]:
    """Yields the faults of languages.yaml and departments.yaml, and of each language as a whole."""
    yield from _list_faults(draft)
    yield from _department_faults(draft)
    for code in draft.offered:
        yield from _missing(draft, code)
    yield from _names(draft)
    yield from _crisis(draft)
    yield from _danger(draft)
    for code in draft.languages:
        yield from _same_phrases(draft, code)
        yield from _few_kinds(draft, code)


def pseudo_phrases(draft: Draft, code: str) -> Iterator[tuple[str, tuple[Key, ...], list[str], Place]]:
    """Yields the phrases of a language that belong to no entry: pseudo label ("@staff", …), keys, phrases, place."""
    if (kinds := draft.kinds.get(code)) is not None:
        for label, keys, phrases in _kind_phrases(kinds.item):
            yield label, keys, phrases, kinds.place
    if (danger := draft.danger.get(code)) is not None:
        for label, keys, phrases in _danger_phrases(danger.item):
            yield label, keys, phrases, danger.place


def _kind_phrases(kinds: KindsFile) -> Iterator[tuple[str, tuple[Key, ...], list[str]]]:
    yield "@staff", ("staff",), kinds.staff
    for name in type(kinds.smalltalk).model_fields:
        yield f"@smalltalk:{name}", ("smalltalk", name), getattr(kinds.smalltalk, name)
    yield "@out_of_scope", ("out_of_scope",), kinds.out_of_scope


def _danger_phrases(danger: DangerFile) -> Iterator[tuple[str, tuple[Key, ...], list[str]]]:
    for name, phrases in danger.danger.items():
        yield CRISIS + name, ("danger", name), phrases
    yield HARMLESS, ("harmless",), danger.harmless


def _list_faults(draft: Draft) -> Iterator[Fault]:
    if draft.languages_file is not None:
        file, place = draft.languages_file.item, draft.languages_file.place
        if file.source not in draft.offered:
            yield place.fault(f"source: “{file.source}” is not an offered language", "source")
        for index, name in enumerate(file.core):
            if draft.lacks("entries", name):
                yield place.fault(f"core: there is no entry “{name}”", "core", index)
    for code, row in draft.languages.items():
        try:
            Locale.parse(row.item.locale)
        except (ValueError, UnknownLocaleError):
            yield row.place.fault(f"locale: “{row.item.locale}” of {code} is no CLDR locale such as en_GB", "locale")


def _department_faults(draft: Draft) -> Iterator[Fault]:
    for row in draft.departments.values():
        if row.item.promise_hours is not None and not (row.item.hours and any(row.item.hours.model_dump().values())):
            yield row.place.fault("promise_hours: are counted in working hours, so hours are needed", "promise_hours")
    if draft.departments_file is None:
        return
    file, place = draft.departments_file.item, draft.departments_file.place
    if draft.lacks("departments", file.default):
        yield place.fault(f"default: there is no department “{file.default}”", "default")
    for index, days in enumerate(file.closing_days):
        for name in days.departments:
            if draft.lacks("departments", name):
                reason = f"closing_days: {days.reason}: there is no department “{name}”"
                yield place.fault(reason, "closing_days", index, "departments")
    for index, route in enumerate(file.routes):
        for fault in _route_faults(draft, route):
            yield place.fault(f"routes: {fault}", "routes", index)


def _route_faults(draft: Draft, route: RouteRow) -> Iterator[str]:
    if draft.lacks("departments", route.department):
        yield f"there is no department “{route.department}”"
    if route.topic is not None and route.topic not in {entry.topic for entry in draft.entries.values()}:
        yield f"there is no topic “{route.topic}”"
    if route.language is not None and route.language not in draft.languages:
        yield f"there is no language “{route.language}”"
    if (route.topic, route.audience, route.language, route.urgent) == (None, None, None, None):
        yield "a route needs a topic, an audience, a language or urgent; without any it would take every question"


def _missing(draft: Draft, code: str) -> Iterator[Fault]:
    for kind in _REQUIRED_FILES:
        if code not in getattr(draft, kind) and kind not in draft.unread:
            yield Fault(draft.path(code, f"{kind}.yaml"), "", "the file is missing")
    if "texts" in draft.unread:
        return
    for name, entry in draft.entries.items():
        if name not in draft.texts[code] and name not in draft.broken:
            yield Fault(draft.path(code, f"{entry.topic}.yaml"), name, f"is missing in the language {code}")


def _names(draft: Draft) -> Iterator[Fault]:
    topics = {entry.topic for entry in draft.entries.values()}
    wanted = {"departments": set(draft.departments), "topics": topics}
    for code, names in draft.names.items():
        for group, ids in wanted.items():
            named: Mapping[str, str] = getattr(names.item, group)
            for name in sorted(ids - named.keys() - draft.broken):
                yield names.place.fault(f"{group}: lacks a name for “{name}” in {code}", group)
            complete = not draft.unread & {"departments", "entries"} and not draft.broken
            for name in sorted(named.keys() - ids) if complete else ():
                yield names.place.fault(f"{group}: “{name}” is no id of {group}", group, name)


def _crisis(draft: Draft) -> Iterator[Fault]:
    if together := _compile(draft, *draft.crisis):  # one fault stops it, so each file is asked for its own
        yield from [fault for code in draft.crisis for fault in _compile(draft, code)] or together
        return
    for rules in draft.crisis.values():
        categories = rules.item["categories"]
        for name, category in categories.items() if isinstance(categories, dict) else ():
            keys = ("categories", name, "entry")
            yield from _entry_to_send(draft, rules.place, f"categories.{name}", category["entry"], keys)


def _compile(draft: Draft, *codes: str) -> list[Fault]:
    try:
        check_rules({code: draft.crisis[code].item for code in codes})
    except ValueError as error:
        code, _, reason = str(error).partition(": ")
        steps = _STEP.findall(reason.partition(":")[0])  # "categories.fire.rules[2]", counted from 1
        return [draft.crisis[code].place.fault(reason, *(int(step) - 1 if step.isdigit() else step for step in steps))]
    return []


def _danger(draft: Draft) -> Iterator[Fault]:
    for examples in draft.danger.values():
        for name in examples.item.danger:
            yield from _entry_to_send(draft, examples.place, "danger", name, ("danger", name))


def _entry_to_send(draft: Draft, place: Place, where: str, name: str, keys: tuple[Key, ...]) -> Iterator[Fault]:
    if draft.lacks("entries", name):
        yield place.fault(f"{where}: there is no entry “{name}”", *keys)
    elif name in draft.entries and draft.entries[name].item.approval.state != "approved":
        yield place.fault(f"{where}: the entry “{name}” is not approved, so nothing could be sent", *keys)


def _phrases(draft: Draft, code: str) -> Iterator[tuple[str, str, Place | LinePlace, tuple[Key, ...]]]:
    """Yields every phrase of a language with its label and place."""
    for name, text in draft.texts[code].items():
        for index, phrase in enumerate(text.item.phrases):
            yield name, phrase, text.place, ("phrases", index)
    if (more := draft.phrases.get(code)) is not None:
        for name, rows in more.phrases.items():
            for number, phrase in rows.items():
                yield name, phrase, LinePlace(more.lines.path, number, name), ()
    for label, keys, phrases, place in pseudo_phrases(draft, code):
        for index, phrase in enumerate(phrases):
            yield label, phrase, place, (*keys, index)


def _same_phrases(draft: Draft, code: str) -> Iterator[Fault]:
    """A phrase under two labels teaches the matcher nothing; neither does one with the same words in other order, or
    one that differs by a space or by one letter of a long word."""
    first: dict[str | frozenset[str], str] = {}
    near: dict[str, list[tuple[str, str, str]]] = {}
    for label, phrase, place, keys in _phrases(draft, code):
        words = tokens(phrase)
        other = first.setdefault(frozenset(words) or fold(phrase), label)
        if other != label:
            yield place.fault(f"phrases: “{phrase}” has the same words as a phrase of {other}", *keys)
        elif (twin := _near(near, words, label, phrase)) is not None:
            yield place.fault(f"phrases: “{phrase}” is nearly the same as “{twin[1]}” of {twin[0]}", *keys)


def _near(
    near: dict[str, list[tuple[str, str, str]]], words: Sequence[str], label: str, phrase: str
) -> tuple[str, str] | None:
    """Returns label and phrase of one already in `near` that only a letter of a long word or a space tells apart from
    this one, if its label is another; and puts this one there. Keys are phrases with one long word left open."""
    found = None
    gaps = [
        (" ".join((*words[:at], "*", *words[at + 1 :])), word)
        for at, word in enumerate(words)
        if len(words) > 1 and len(word) >= _LONG_WORD
    ]
    for key, word in [*gaps, ("".join(words), "")] if words else ():
        bucket = near.setdefault(key, [])
        if found is None:
            twins = ((of, twin) for of, twin, its in bucket if of != label and OSA.distance(word, its) <= 1)
            found = next(twins, None)
        bucket.append((label, phrase, word))
    return found


def _few_kinds(draft: Draft, code: str) -> Iterator[Fault]:
    for label, keys, phrases, place in pseudo_phrases(draft, code):
        needed = _DANGER_PHRASES if label.startswith(CRISIS) else _KIND_PHRASES.get(label, _SMALLTALK_PHRASES)
        different = len({fold(phrase) for phrase in phrases})
        if different < needed:
            yield place.fault(f"{label}: has {different} different phrases, fewer than {needed}", *keys)
