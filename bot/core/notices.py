"""Dated notices: whom they concern, and where they stand in what is said. Pure.

Nobody is written to because of a notice: it comes with the next reply to those it concerns, once, and on top of the
answers that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from bot.core.checklist import items
from bot.core.effects import Say
from bot.core.model import Answer, Ref, Sentence
from bot.core.progress import progress_of
from bot.core.replies import emergency_number
from bot.core.ticket import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.core.conversation import Conversation
    from bot.core.effects import Effect, Step, World
    from bot.core.model import Argument, Content, Knowledge

NoticeKind = Literal["closed", "delay", "storm", "changed"]
KINDS: tuple[NoticeKind, ...] = ("closed", "delay", "storm", "changed")
"""The kinds of notices, as staff write them."""

_MOST = 2  # more on top would hide the answer
_TOLD = 50
_AHEAD = frozenset({"closed", "changed"})  # told from their publication: people plan ahead
_WEATHER = frozenset({"transport-driving", "school-daycare", "everyday-life", "contact"})


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told for some days. `department`: whose office is closed or late; `entry`: what changes."""

    id: int
    kind: NoticeKind
    first: date
    last: date
    department: str | None = None
    entry: str | None = None


def sentence(notice: Notice, knowledge: Knowledge) -> Sentence:
    """Returns the words of a notice."""
    whole: dict[str, Argument] = {
        "first": Ref("day", notice.first.isoformat()),
        "last": Ref("day", notice.last.isoformat()),
        "department": Ref("department", notice.department or ""),
        "entry": Ref("entry", notice.entry or ""),
        "number": emergency_number(knowledge),
    }
    key, names = _WORDS[notice.kind]
    if notice.kind == "closed" and notice.first == notice.last:
        key, names = "notice-closed-day", ("department", "last")
    return Sentence(key, {name: whole[name] for name in names}, bold=True)


_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "closed": ("notice-closed", ("department", "first", "last")),
    "delay": ("notice-delay", ("department", "last")),
    "storm": ("notice-storm", ("last", "number")),
    "changed": ("notice-changed", ("entry", "first")),
}


def reference(notice: Notice) -> Ref:
    """Returns the name of a notice's words, for a sentence that quotes them."""
    about = notice.department or notice.entry or ""
    return Ref("notice", f"{notice.kind}/{notice.first.isoformat()}/{notice.last.isoformat()}/{about}")


def referred(name: str) -> Notice:
    """Returns the notice that a reference names, without its number. Raises ValueError for any other name."""
    found, first, last, about = name.split("/", 3)
    kind = KINDS[KINDS.index(found)]
    notice = Notice(0, kind, date.fromisoformat(first), date.fromisoformat(last))
    return replace(notice, entry=about) if kind == "changed" else replace(notice, department=about or None)


# ---- whom it concerns ------------------------------------------------------------------------------------


def can_be_said(notice: Notice, knowledge: Knowledge) -> bool:
    """Returns whether what the notice is about is still known."""
    if notice.kind == "storm":
        return True
    if notice.kind == "changed":
        return notice.entry in knowledge.entries
    return notice.department in knowledge.departments


def matching(notices: Iterable[Notice], entry: str, knowledge: Knowledge, today: date) -> tuple[Notice, ...]:
    """Returns the notices that belong on top of the answer `entry` today, the most pressing first."""
    return _pressing(
        notice for notice in notices if _is_on(notice, knowledge, today) and _is_about(notice, entry, knowledge)
    )


def concerns(notice: Notice, state: Conversation, world: World) -> bool:
    """Returns whether a person is to be told today: they asked about it, have an open case there, or it lies ahead."""
    if not _is_on(notice, world.knowledge, world.today):
        return False
    if notice.kind == "storm":
        return True
    entries = {exchange.entry for exchange in state.recent} | {state.answered.entry if state.answered else None}
    if notice.kind == "changed":
        return notice.entry in entries | _steps_ahead(state, world)
    known = (world.knowledge.entries.get(entry or "") for entry in entries)
    departments = {one.department for one in known if one} | {
        case.department for case in world.cases if case.state in OPEN
    }
    return notice.department in departments


def _is_on(notice: Notice, knowledge: Knowledge, today: date) -> bool:
    begun = notice.kind in _AHEAD or notice.first <= today
    return begun and today <= notice.last and can_be_said(notice, knowledge)


def _is_about(notice: Notice, entry: str, knowledge: Knowledge) -> bool:
    known = knowledge.entries.get(entry)
    if known is None:
        return False
    match notice.kind:
        case "storm":
            return known.topic in _WEATHER
        case "changed":
            return notice.entry == entry
        case "closed" | "delay":
            return notice.department == known.department


def _steps_ahead(state: Conversation, world: World) -> set[str]:
    """The entries of the steps that the person still has to take in their checklists."""
    knowledge, found = world.knowledge, set[str]()
    for one in state.progress:
        known = knowledge.guides.checklists.get(one.guide)
        if known is not None:
            progress = progress_of(state, one.guide, world)
            steps = items(known, progress.answers, progress.done, knowledge.facts)
            found |= {item.step.entry for item in steps if not item.done}
    return found


def _pressing(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    return tuple(sorted(notices, key=lambda notice: (notice.kind != "storm", notice.first, notice.id)))


# ---- in what is said -------------------------------------------------------------------------------------


def noticed(state: Conversation, effects: tuple[Effect, ...], world: World) -> Step:
    """Puts notices on top of what is said: of the answer, where there is one.

    Danger comes alone, and a preview shows exactly what staff will read: nothing else stands there.
    """
    said = [effect for effect in effects if isinstance(effect, Say)]
    if not world.notices or not said or state.step != "idle" or any(each.urgent for each in said):
        return state, effects
    top = next((each for each in said if _entries(each.content)), said[0])
    content, state = with_notices(top.content, state, world, _entries(top.content))
    return state, tuple(replace(top, content=content) if effect is top else effect for effect in effects)


def _entries(content: Content) -> tuple[str, ...]:
    return tuple(part.entry for part in content.parts if isinstance(part, Answer))


def with_notices(
    content: Content, state: Conversation, world: World, entries: Sequence[str]
) -> tuple[Content, Conversation]:
    """Returns `content`, which shows `entries`, below the notices about these and those the person has yet to read.

    Above an answer for danger stands nothing.
    """
    knowledge = world.knowledge
    if any(known.urgent for known in map(knowledge.entries.get, entries) if known is not None):
        return content, state
    about = {
        notice.id: notice for entry in entries for notice in matching(world.notices, entry, knowledge, world.today)
    }
    new = [notice for notice in world.notices if notice.id not in state.told and concerns(notice, state, world)]
    top: list[Sentence] = []
    for said in (sentence(notice, knowledge) for notice in (*_pressing(about.values()), *_pressing(new))):
        if said not in top:  # the same words may be published twice
            top.append(said)
    top = top[:_MOST]
    told = [one.id for one in world.notices if one.id not in state.told and sentence(one, knowledge) in top]
    return replace(content, parts=(*top, *content.parts)), replace(state, told=(*state.told, *told)[-_TOLD:])
