"""Which department takes a question. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.core.conversation import Draft
    from bot.core.model import Knowledge


_AUDIENCES = {"company": "company", "arrival": "newcomer"}
"""What it tells of a person that they have answered a guide."""


def department_for(entry: str | None, knowledge: Knowledge) -> str:
    """Returns the department of the entry that the question is about; the default one for anything else."""
    known = knowledge.entries.get(entry or "")
    return known.department if known else knowledge.default_department


def department_of(draft: Draft, knowledge: Knowledge, language: str) -> str:
    """Returns the department that a draft in `language` is for: a guide's own one, else that of the first route that
    fits, else that of the entry it is about.
    """
    guide = knowledge.guides.checklists.get(draft.guide or "")
    if guide is not None and guide.department is not None:
        return guide.department
    entry = knowledge.entries.get(draft.entry or "")
    audience = audience_of(draft, knowledge)
    for route in knowledge.routes:
        fits = (
            route.topic in {None, entry.topic if entry else ""}
            and route.audience in {None, audience}
            and route.language in {None, language}
            and route.urgent in {None, draft.urgent}
        )
        if fits:
            return route.department
    return department_for(draft.entry, knowledge)


def audience_of(draft: Draft, knowledge: Knowledge) -> str | None:
    """Returns for whom a draft is: what the guide's answers say, else for whom the entry is; None if nothing tells."""
    if draft.guide in _AUDIENCES:
        return _AUDIENCES[draft.guide]
    entry = knowledge.entries.get(draft.entry or "")
    return entry.audience if entry else None


def recipient(department: str, knowledge: Knowledge, served: Sequence[str]) -> str:
    """Returns who really receives a question for `department`: itself, else the default one, else the first `served`.

    `served` are the departments with a staff group, in the order of the setting; without any, staff read the desk.
    """
    if not served or department in served:
        return department
    return knowledge.default_department if knowledge.default_department in served else served[0]


def staff_chat(department: str, default: str, chats: Mapping[str, str]) -> str | None:
    """Returns the staff chat of a department, else the default department's, else any; None without any.

    `chats` maps departments to chats, in the order of the setting.
    """
    return chats.get(department) or chats.get(default) or next(iter(chats.values()), None)
