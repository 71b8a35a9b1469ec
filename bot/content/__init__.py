"""The knowledge base: reads and checks the folder `knowledge/`, and says how far it is."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from bot.content.adding import add_language
from bot.content.answer_rules import answer_faults
from bot.content.building import build
from bot.content.draft import read_folder, version
from bot.content.entry_rules import entry_faults
from bot.content.fact_rules import fact_faults
from bot.content.formats import schemas
from bot.content.guide_rules import guide_faults
from bot.content.language_rules import language_faults
from bot.content.lines import line_faults
from bot.content.staff_rules import staff_faults
from bot.content.stamping import stamp
from bot.content.status import LanguageStatus, OpenQuestion, Readability, Status, status
from bot.content.text_rules import text_faults
from bot.content.translation import Imported, export_translations, import_translations
from bot.content.wording import content_hash
from bot.errors import KnowledgeError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.content.draft import Draft
    from bot.core.model import Knowledge
    from bot.errors import Fault

__all__ = [
    "Imported",
    "LanguageStatus",
    "OpenQuestion",
    "Readability",
    "Status",
    "add_language",
    "check",
    "content_hash",
    "examine",
    "export_translations",
    "import_translations",
    "load",
    "schemas",
    "stamp",
    "status",
    "version",
]


def load(folder: Path) -> Knowledge:
    """Returns everything in `folder` (the `knowledge/` directory); raises KnowledgeError with all its faults."""
    knowledge, faults = examine(folder)
    if knowledge is None:
        raise KnowledgeError(faults)
    return knowledge


def check(folder: Path) -> tuple[Fault, ...]:
    """Returns every fault of the knowledge in `folder`, sorted by file, entry and reason; () if it is sound."""
    return examine(folder)[1]


def examine(folder: Path) -> tuple[Knowledge | None, tuple[Fault, ...]]:
    """Returns what `load` does and what `check` does, of one reading: the knowledge is None if there is a fault."""
    searching = gc.isenabled()
    gc.disable()  # nothing of what is read is garbage yet: looking for it takes longer than the reading
    try:
        draft = read_folder(folder)
        faults = _faults(draft)
        return (None if faults else build(draft)), faults
    finally:
        if searching:
            gc.enable()


def _faults(draft: Draft) -> tuple[Fault, ...]:
    rules = (
        fact_faults,
        entry_faults,
        text_faults,
        language_faults,
        guide_faults,
        answer_faults,
        line_faults,
        staff_faults,
    )
    return tuple(sorted({*draft.faults, *(fault for rule in rules for fault in rule(draft))}))
