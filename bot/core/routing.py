"""Which department takes a question. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.core.conversation import Draft
    from bot.core.model import Knowledge


def department_for(entry: str | None, knowledge: Knowledge) -> str:
    """Returns the department of the entry that the question is about; the default one for anything else."""
    known = knowledge.entries.get(entry or "")
    return known.department if known else knowledge.default_department


def department_of(draft: Draft, knowledge: Knowledge) -> str:
    """Returns the department that a draft is for: a guide's own one, else that of the entry it is about."""
    guide = knowledge.guides.checklists.get(draft.guide or "")
    return (guide.department if guide else None) or department_for(draft.entry, knowledge)


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
