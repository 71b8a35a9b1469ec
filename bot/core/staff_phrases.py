"""Sentences that staff choose and whose blanks they fill; the resident reads them in their own language. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BLANK = re.compile(r"\{([^{}]*)\}")
"""A blank in the words of a phrase, with its name."""

_IN_BRACKETS = re.compile(r"(.+?)\s*[(（](.+)[)）]")


class BlankType(StrEnum):
    """What goes into a blank, and so how it is read, kept and written.

    How it is kept, as text: date and past YYYY-MM-DD (the one today or later, the other today or earlier); moment
    YYYY-MM-DD or YYYY-MM-DDTHH:MM (Danish time); money an amount in DKK, "1250" or "1250.50"; documents ids with comma
    between; department an id; count and days a whole number.
    """

    DATE = "date"
    PAST = "past"
    MOMENT = "moment"
    MONEY = "money"
    DOCUMENTS = "documents"
    DEPARTMENT = "department"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class StaffPhrase:
    """A sentence for residents: `blanks` by name in the order in which staff are asked for them, `texts` by language
    code with the blanks in braces. `waits`: it asks for something, so the case waits for the resident."""

    id: str
    blanks: Mapping[str, BlankType]
    waits: bool
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StaffDocument:
    """A paper that staff ask for: `names` by language code, the official Danish word in brackets; `also`: other words
    that staff type for it."""

    id: str
    names: Mapping[str, str]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffPhrases:
    """All phrases and documents by id, in the order in which staff see them."""

    phrases: Mapping[str, StaffPhrase] = field(default_factory=dict)
    documents: Mapping[str, StaffDocument] = field(default_factory=dict)


def blanks_in(words: str) -> tuple[str, ...]:
    """Returns the names of all blanks in `words`, in order, with repetition."""
    return tuple(BLANK.findall(words))


def spoken(name: str) -> tuple[str, ...]:
    """Returns what people type for a document called `name`: of "health card (sundhedskort)" either of the two."""
    found = _IN_BRACKETS.fullmatch(name)
    return (found[1], found[2]) if found else (name,)
