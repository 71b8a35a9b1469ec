"""Which department takes a question. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.model import Knowledge


def department_for(entry: str | None, knowledge: Knowledge) -> str:
    """Returns the department of the entry that the question is about; the default one for anything else."""
    known = knowledge.entries.get(entry or "")
    return known.department if known else knowledge.default_department


def staff_chat(department: str, default: str, chats: Mapping[str, str]) -> str | None:
    """Returns the staff chat of a department, else the default department's, else any; None without any.

    `chats` maps departments to chats, in the order of the setting.
    """
    return chats.get(department) or chats.get(default) or next(iter(chats.values()), None)
