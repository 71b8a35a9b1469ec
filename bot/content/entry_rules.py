"""What an entry's record must be: its references, its dates, its basis, its approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.models import UrlFact
from bot.core.entry_rules import weakest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.content.draft import Draft, Located
    from bot.content.models import EntryRow
    from bot.errors import Fault

_REFERENCES = (("sources", "sources"), ("facts", "facts"), ("links", "facts"), ("related", "entries"))
_ONE = {"sources": "source", "facts": "fact", "entries": "entry"}


def entry_faults(draft: Draft) -> Iterator[Fault]:
    """Yields the faults of the records in entries/ against facts, sources, departments and one another."""
    for entry in draft.entries.values():
        yield from _references(draft, entry)
        yield from _links(draft, entry)
        yield from _dates(entry)
        yield from _basis(draft, entry)
        yield from _approval(entry)


def _references(draft: Draft, entry: Located[EntryRow]) -> Iterator[Fault]:
    for field, kind in _REFERENCES:
        names: list[str] = getattr(entry.item, field)
        for index, name in enumerate(names):
            if draft.lacks(kind, name):
                yield entry.place.fault(f"{field}: there is no {_ONE[kind]} “{name}”", field, index)
            if name in names[:index]:
                yield entry.place.fault(f"{field}: has “{name}” twice", field, index)
    if entry.item.id in entry.item.related:
        yield entry.place.fault("related: the entry names itself", "related")
    if draft.lacks("departments", entry.item.department):
        yield entry.place.fault(f"department: there is no department “{entry.item.department}”", "department")


def _links(draft: Draft, entry: Located[EntryRow]) -> Iterator[Fault]:
    for index, name in enumerate(entry.item.links):
        fact = draft.facts.get(name)
        if fact is not None and not isinstance(fact.item, UrlFact):
            yield entry.place.fault(f"links: “{name}” is of type {fact.item.type}, not url", "links", index)


def _dates(entry: Located[EntryRow]) -> Iterator[Fault]:
    row = entry.item
    if row.review_by <= row.checked:
        yield entry.place.fault("review_by: must be later than checked", "review_by")
    if row.valid_until is not None and row.valid_until < row.checked:
        yield entry.place.fault("valid_until: had passed when the entry was checked", "valid_until")


def _basis(draft: Draft, entry: Located[EntryRow]) -> Iterator[Fault]:
    facts = [draft.facts[name].item for name in entry.item.facts if name in draft.facts]
    lowest = weakest([entry.item.basis, *(fact.basis for fact in facts)])
    if lowest is not entry.item.basis:
        names = ", ".join(fact.id for fact in facts if fact.basis is lowest)
        yield entry.place.fault(f"basis: {entry.item.basis} is stronger than {lowest}, the basis of {names}", "basis")


def _approval(entry: Located[EntryRow]) -> Iterator[Fault]:
    approval = entry.item.approval
    if approval.state == "approved" and (approval.by is None or approval.on is None):
        yield entry.place.fault("approval: an approved entry needs by and on", "approval")
