"""What a fact must be, by its type, and what its basis demands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import phonenumbers
from phonenumbers import shortnumberinfo

from bot.content.guide_rules import used_facts
from bot.content.models import LineFact, TextFact, UrlFact
from bot.core.model import Basis
from bot.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.content.draft import Draft, Located
    from bot.content.models import FactRow

_EMAIL = re.compile(r"[\w.+-]+@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}")
_REGION = "DK"
_COMMON = "common"  # facts/common.yaml; its words stand in names.yaml


def fact_faults(draft: Draft) -> Iterator[Fault]:
    """Yields the faults of the facts and sources alone: values, dates, names, and facts that nobody uses."""
    for source in draft.sources.values():
        if source.item.url is not None and not is_url(source.item.url):
            yield source.place.fault(f"url: “{source.item.url}” is no http(s) address", "url")
        if not source.item.read and source.item.copy_ is not None:
            yield source.place.fault("copy: must be null while read is false", "copy")
    for fact in draft.facts.values():
        yield from _value_faults(fact)
        yield from _basis_faults(draft, fact)
    yield from _label_faults(draft)
    yield from _unused(draft)


def is_url(text: str) -> bool:
    """True for an http or https address with a host name, without spaces or a password."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in host and "@" not in parts.netloc and " " not in text


def is_phone(text: str) -> bool:
    """True for a valid number in E.164 ("+4544772000") or a Danish short number in bare digits ("112").

    Source of the rule: the numbering plans in Google's libphonenumber.
    """
    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return False
    if text.isdigit():
        return bool(shortnumberinfo.is_valid_short_number_for_region(number, _REGION))
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written == text and phonenumbers.is_valid_number(number)


def _value_faults(fact: Located[FactRow]) -> Iterator[Fault]:
    row = fact.item
    if isinstance(row, UrlFact) and not is_url(row.value):
        yield fact.place.fault(f"value: “{row.value}” is no http(s) address", "value")
    if not isinstance(row, LineFact):
        return
    if row.type == "phone" and not is_phone(row.value):
        yield fact.place.fault(
            f"value: “{row.value}” is no valid phone number; write +4512345678, or the digits of a short number",
            "value",
        )
    if row.type == "email" and not _EMAIL.fullmatch(row.value):
        yield fact.place.fault(f"value: “{row.value}” is no e-mail address", "value")


def _basis_faults(draft: Draft, fact: Located[FactRow]) -> Iterator[Fault]:
    row, place = fact.item, fact.place
    if row.basis is Basis.MEMORY:
        if row.checked is not None:
            yield place.fault("checked: must be null when the basis is memory", "checked")
    else:
        if row.checked is None:
            yield place.fault(f"checked: a date is needed when the basis is {row.basis}", "checked")
        if row.source is None:
            yield place.fault(f"source: is needed when the basis is {row.basis}", "source")
    if row.source is not None and draft.lacks("sources", row.source):
        yield place.fault(f"source: there is no source “{row.source}”", "source")


def _label_faults(draft: Draft) -> Iterator[Fault]:
    named = {name: fact for name, fact in draft.facts.items() if isinstance(fact.item, (UrlFact, TextFact))}
    whole = not draft.unread & {"texts", "names"}
    for code in draft.offered if whole else ():
        if code not in draft.names:
            continue  # a missing file is a fault of its own
        for name, fact in named.items():
            if name not in draft.labels[code] and name not in draft.broken:
                file = "names" if fact.topic == _COMMON else fact.topic
                yield Fault(draft.path(code, f"{file}.yaml"), name, "labels: the words of this fact are missing")
    for labels in draft.labels.values():
        for name, label in labels.items():
            if draft.lacks("facts", name):
                yield label.place.fault("labels: there is no such fact")
            elif name in draft.facts and name not in named:
                yield label.place.fault(f"labels: a fact of type {draft.facts[name].item.type} has no words of its own")


def _unused(draft: Draft) -> Iterator[Fault]:
    if draft.unread & {"entries", "grants", "checklists", "guides"} or draft.broken:
        return  # the entry that uses it may be the one that could not be read
    used = {name for entry in draft.entries.values() for name in (*entry.item.facts, *entry.item.links)}
    used |= used_facts(draft)
    for name, fact in draft.facts.items():
        if name not in used:
            yield fact.place.fault("nothing uses this fact")
