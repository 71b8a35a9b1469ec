"""What grants, partner cities and checklists must be, and their words in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.wording import misfits
from bot.core.guides import AskType, RuleTest
from bot.core.markup import placeholders
from bot.core.model import FactType
from bot.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from bot.content.draft import Draft, Located
    from bot.content.guide_models import AskRow, AskWords, ChecklistFile, GrantRow, GrantRuleRow, GuidesFile
    from bot.content.reading import Key, Place

LEVELS = ("municipal", "national", "eu")
YES_NO = ("yes", "no")
_MAX_NAME = 50  # characters; what fits on a button beside a sign
_NUMBERS = frozenset({FactType.COUNT, FactType.DURATION, FactType.MONEY, FactType.PERCENT})
_AMOUNTS = _NUMBERS | {FactType.TEXT}
_WAYS = frozenset({FactType.URL, FactType.EMAIL})
_TEST_TYPES = {RuleTest.ONE_OF: AskType.CHOICE, RuleTest.NOT_ONE_OF: AskType.CHOICE, RuleTest.IS_YES: AskType.YES_NO}


def guide_faults(draft: Draft) -> Iterator[Fault]:
    """Yields the faults of grants/, cities/, checklists/ and of each language's guides.yaml."""
    for grant in draft.grants.values():
        yield from _grant(draft, grant)
    for city in draft.cities.values():
        yield from _entry(draft, city.place, city.item.entry)
        if draft.lacks("departments", city.item.department):
            yield city.place.fault(f"department: there is no department “{city.item.department}”", "department")
        for index, event in enumerate(city.item.history):
            if draft.lacks("sources", event.source):
                yield city.place.fault(f"history: there is no source “{event.source}”", "history", index)
        for index, offer in enumerate(city.item.offers):
            for name in offer.grants:
                if draft.lacks("grants", name):
                    yield city.place.fault(f"offers: there is no grant “{name}”", "offers", index)
    for checklist in draft.checklists.values():
        yield from _checklist(draft, checklist)
    yield from _words(draft)


def used_facts(draft: Draft) -> frozenset[str]:
    """Returns the ids of all facts that guides name, in their structure or in their words."""
    grants = [grant.item for grant in draft.grants.values()]
    structure: set[str | None] = {
        name
        for grant in grants
        for name in (*grant.amounts, *grant.deadlines, grant.apply, *(rule.fact for rule in grant.rules))
    }
    steps = [step for file in draft.checklists.values() for step in file.item.steps]
    structure |= {step.deadline.fact for step in steps if step.deadline is not None}
    said = {
        fact
        for file in draft.guides.values()
        for group in sentences(file.item).values()
        for _, words in group.values()
        for fact in placeholders(words)
    }
    return frozenset(name for name in structure if name is not None) | said


def _entry(draft: Draft, place: Place, name: str, *keys: Key) -> Iterator[Fault]:
    if draft.lacks("entries", name):
        yield place.fault(f"entry: there is no entry “{name}”", *keys, "entry")


def _fact(
    draft: Draft, place: Place, field: str, name: str, types: Collection[str], keys: Sequence[Key]
) -> Iterator[Fault]:
    if draft.lacks("facts", name):
        yield place.fault(f"{field}: there is no fact “{name}”", *keys)
    elif name in draft.facts and draft.facts[name].item.type not in types:
        wanted = ", ".join(sorted(types))
        yield place.fault(f"{field}: “{name}” is of type {draft.facts[name].item.type}, not {wanted}", *keys)


def _grant(draft: Draft, grant: Located[GrantRow]) -> Iterator[Fault]:
    row, place = grant.item, grant.place
    if grant.topic not in LEVELS:
        yield place.fault(f"stands in {grant.topic}.yaml; the files are {', '.join(LEVELS)} and questions")
    yield from _entry(draft, place, row.entry)
    for name in row.amounts:
        yield from _fact(draft, place, "amounts", name, _AMOUNTS, ("amounts",))
    for name in row.deadlines:
        yield from _fact(draft, place, "deadlines", name, set(FactType), ("deadlines",))
    if row.apply is not None:
        yield from _fact(draft, place, "apply", row.apply, _WAYS, ("apply",))
    for index, rule in enumerate(row.rules):
        yield from _rule(draft, place, rule, ("rules", index))


def _rule(draft: Draft, place: Place, rule: GrantRuleRow, keys: tuple[Key, ...]) -> Iterator[Fault]:
    if rule.fact is not None:
        yield from _fact(draft, place, f"{rule.id}: fact", rule.fact, _NUMBERS, keys)
    if rule.about not in draft.questions:
        if draft.lacks("questions", rule.about):
            yield place.fault(f"{rule.id}: about: there is no question “{rule.about}”", *keys)
        return
    question = draft.questions[rule.about].item
    if question.type is not _TEST_TYPES.get(rule.test, AskType.NUMBER):
        yield place.fault(f"{rule.id}: test: {rule.test} does not fit a question of type {question.type}", *keys)
    for name in rule.values:
        if name not in question.options:
            yield place.fault(f"{rule.id}: values: “{name}” is no option of {rule.about}", *keys)


def _checklist(draft: Draft, checklist: Located[ChecklistFile]) -> Iterator[Fault]:
    row, place = checklist.item, checklist.place
    questions = {question.id: question for question in row.questions}
    yield from _intake(draft, checklist)
    for index, question in enumerate(row.questions):
        for name, answers in question.when.items():
            yield from _conditions(place, question.id, questions.get(name), name, answers, ("questions", index))
    above: set[str] = set()
    for index, step in enumerate(row.steps):
        keys: tuple[Key, ...] = ("steps", index)
        yield from _entry(draft, place, step.entry, *keys)
        for name, answers in step.when.items():
            yield from _conditions(place, step.id, questions.get(name), name, answers, keys)
        for name in step.after:
            if name not in above:
                yield place.fault(f"{step.id}: after: no step “{name}” stands above", *keys)
        if step.deadline is not None:
            yield from _fact(draft, place, step.id, step.deadline.fact, {FactType.DURATION}, keys)
            asked = questions.get(step.deadline.counted_from)
            if asked is None or asked.type is not AskType.DATE:
                yield place.fault(f"{step.id}: deadline: “{step.deadline.counted_from}” asks for no date", *keys)
        if step.id in above:
            yield place.fault(f"{step.id}: stands twice", *keys)
        above.add(step.id)


def _intake(draft: Draft, checklist: Located[ChecklistFile]) -> Iterator[Fault]:
    row, place = checklist.item, checklist.place
    if (row.kind == "intake") != (row.department is not None):
        yield place.fault("department: an intake needs one, a checklist has none", "department")
    elif row.department is not None and draft.lacks("departments", row.department):
        yield place.fault(f"department: there is no department “{row.department}”", "department")


def _conditions(
    place: Place, of: str, question: AskRow | None, name: str, answers: Sequence[str], keys: tuple[Key, ...]
) -> Iterator[Fault]:
    for answer in answers:
        if answer not in _answers(question):
            yield place.fault(f"{of}: when: “{answer}” is no answer to “{name}”", *keys)


def _answers(question: AskRow | None) -> Sequence[str]:
    if question is None:
        return ()
    return question.options if question.type is AskType.CHOICE else YES_NO if question.type is AskType.YES_NO else ()


# ---- words -----------------------------------------------------------------------------------------------

Group = str  # "grants.rules", "checklists.arrival.steps", …
Said = tuple[tuple["Key", ...], str]  # keys inside the file, and the words


def sentences(file: GuidesFile) -> Mapping[Group, Mapping[str, Said]]:
    """Returns every sentence of `file`: group -> id -> its keys in the file and the words."""
    found: dict[Group, dict[str, Said]] = {}
    for part, names in (("grants", ("rules", "names")), ("cities", ("history", "offers"))):
        for name in names:
            words: Mapping[str, str] = getattr(getattr(file, part), name)
            found[f"{part}.{name}"] = {key: ((part, name, key), text) for key, text in words.items()}
    found["grants.questions"] = _asked(("grants", "questions"), file.grants.questions)
    for name, checklist in file.checklists.items():
        keys = ("checklists", name)
        found[f"checklists.{name}"] = {"title": ((*keys, "title"), checklist.title)}
        found[f"checklists.{name}.questions"] = _asked((*keys, "questions"), checklist.questions)
        found[f"checklists.{name}.steps"] = {
            key: ((*keys, "steps", key), text) for key, text in checklist.steps.items()
        }
    return found


def _asked(keys: tuple[Key, ...], questions: Mapping[str, AskWords]) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for name, question in questions.items():
        found[name] = ((*keys, name, "ask"), question.ask)
        for option, text in question.options.items():
            found[f"{name}.{option}"] = ((*keys, name, "options", option), text)
    return found


def _wanted(draft: Draft) -> dict[Group, set[str]]:
    """Returns the ids that need words, by group."""
    grants, cities = ([located.item for located in getattr(draft, kind).values()] for kind in ("grants", "cities"))
    wanted: dict[Group, set[str]] = {
        "grants.questions": _ask_ids(question.item for question in draft.questions.values()),
        "grants.rules": {rule.id for grant in grants for rule in grant.rules},
        "grants.names": {grant.id for grant in grants},
        "cities.history": {event.id for city in cities for event in city.history},
        "cities.offers": {offer.id for city in cities for offer in city.offers},
    }
    for name, checklist in draft.checklists.items():
        wanted[f"checklists.{name}"] = {"title"}
        wanted[f"checklists.{name}.questions"] = _ask_ids(checklist.item.questions)
        wanted[f"checklists.{name}.steps"] = {step.id for step in checklist.item.steps}
    return wanted


def _ask_ids(questions: Iterable[AskRow]) -> set[str]:
    return {name for row in questions for name in (row.id, *(f"{row.id}.{option}" for option in row.options))}


def _words(draft: Draft) -> Iterator[Fault]:
    if draft.unread & {"questions", "grants", "cities", "checklists", "guides"} or draft.broken:
        return  # what lacks words may be what could not be read
    wanted = _wanted(draft)
    if not any(wanted.values()) and not draft.guides:
        return
    source = draft.guides.get(draft.source_language)
    facts = {
        (group, name): frozenset(placeholders(words))
        for group, named in (sentences(source.item) if source else {}).items()
        for name, (_, words) in named.items()
    }
    for code in draft.languages:
        if (file := draft.guides.get(code)) is not None:
            yield from _file_faults(draft, code, file, wanted, facts)
        elif code in draft.offered:
            yield Fault(draft.path(code, "guides.yaml"), "", "the file is missing")


def _file_faults(
    draft: Draft,
    code: str,
    file: Located[GuidesFile],
    wanted: Mapping[Group, set[str]],
    facts: Mapping[tuple[Group, str], frozenset[str]],
) -> Iterator[Fault]:
    said = sentences(file.item)
    for group, ids in wanted.items() if code in draft.offered else ():
        for name in sorted(ids - said.get(group, {}).keys()):
            yield file.place.fault(f"{group}: lacks words for “{name}”", *group.split("."))
    for group, named in said.items():
        for name, (keys, words) in named.items():
            if name not in wanted.get(group, ()):
                yield file.place.fault(f"{group}: there is nothing called “{name}”", *keys)
                continue
            for reason in _sentence_faults(draft, group, words, facts.get((group, name))):
                yield file.place.fault(f"{group}: {name}: {reason}", *keys)


def _sentence_faults(draft: Draft, group: Group, words: str, in_source: frozenset[str] | None) -> Iterator[str]:
    yield from misfits(words)
    used = frozenset(placeholders(words))
    for fact in sorted(used):
        if draft.lacks("facts", fact):
            yield f"has an unknown placeholder {{fact:{fact}}}"
    if in_source is not None and used != in_source:
        yield "uses other facts than the source language"
    if group == "grants.names" and len(words) > _MAX_NAME:
        yield f"has {len(words)} characters, more than {_MAX_NAME}"
