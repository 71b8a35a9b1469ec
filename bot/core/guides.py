"""Frozen values of what people are led through: grants as typed rules, partner cities, checklists.

The words stand apart from the structure, by language, with facts as {fact:id}; every number of a rule is a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.model import Basis

Words = Mapping[str, str]  # language code -> sentence, with facts still as {fact:id}


class AskType(StrEnum):
    """What kind of answer a question of a guide takes."""

    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    CVR = "cvr"
    TEXT = "text"


class RuleTest(StrEnum):
    """How a rule of a grant judges an answer."""

    ONE_OF = "one_of"
    NOT_ONE_OF = "not_one_of"
    BELOW = "below"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    IS_YES = "is_yes"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of a guide. `options`: option id -> its words, for choices; `unit`: of numbers (year, day, …);
    `when`: question id -> answers with which it is asked (all must hold)."""

    id: str
    type: AskType
    unit: str | None
    words: Words
    options: Mapping[str, Words]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GrantRule:
    """A condition of a grant: the answer to the question `about` must pass `test` against `values` or the number of
    the fact `fact`. `words` state the rule."""

    id: str
    about: str
    test: RuleTest
    values: tuple[str, ...]
    fact: str | None
    basis: Basis
    words: Words


@dataclass(frozen=True, slots=True)
class Grant:
    """A scheme people can apply to. Sources, department and full text are those of the entry `entry`.

    `level`: municipal, national or eu. `status`: open, unconfirmed (not known whether it still runs) or closed.
    `amounts`, `deadlines` and `apply` are ids of facts; no deadline means that none is known.
    """

    id: str
    entry: str
    level: str
    status: str
    names: Words
    amounts: tuple[str, ...]
    deadlines: tuple[str, ...]
    apply: str | None
    rules: tuple[GrantRule, ...]


@dataclass(frozen=True, slots=True)
class CityEvent:
    """What happened in a partnership. `when`: YYYY, YYYY-MM or YYYY-MM-DD; `source` is an id."""

    id: str
    when: str
    source: str
    basis: Basis
    words: Words


@dataclass(frozen=True, slots=True)
class CityOffer:
    """What a partnership offers an audience (`audience` as of entries, or young-person), and grants that may pay."""

    id: str
    audience: str
    grants: tuple[str, ...]
    basis: Basis
    words: Words


@dataclass(frozen=True, slots=True)
class City:
    """A partner city or network. `country`: ISO 3166 code; `kind`: twin, partnership or network; `status`: current,
    ended or unclear; `history` in time order; `department`: whom to ask."""

    id: str
    entry: str
    country: str
    kind: str
    status: str
    history: tuple[CityEvent, ...]
    offers: tuple[CityOffer, ...]
    department: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a checklist, answered in full by `entry`.

    `when`: question id -> answers with which the step is needed (all must hold); `after`: steps to do first;
    `deadline_fact`: a duration counted from the answer to the question `deadline_from`.
    """

    id: str
    entry: str
    when: Mapping[str, tuple[str, ...]]
    after: tuple[str, ...]
    deadline_fact: str | None
    deadline_from: str | None
    words: Words


@dataclass(frozen=True, slots=True)
class Checklist:
    """Steps that depend on a few answers; every step stands after those it needs.

    `kind`: checklist (things to do in turn) or intake (offers that fit, and a brief to `department`).
    """

    id: str
    kind: str
    department: str | None
    titles: Words
    questions: Mapping[str, Ask]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """What people of one language type in answer to a guide, folded (`bot.core.text.fold`), see `bot.core.reading`.

    `yes`, `no`, `unknown` and the `controls` (back, change, skip, stop, next, restart): words or phrases; a word that
    ends in * is a beginning. `numbers`: number word -> its value. `choices`: guide -> question -> option -> words;
    `measures`: guide -> question -> words that stand beside its number.
    """

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = field(default_factory=dict)
    measures: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guides:
    """Everything people can be led through, by id; `typed`: by language code."""

    questions: Mapping[str, Ask]
    grants: Mapping[str, Grant]
    cities: Mapping[str, City]
    checklists: Mapping[str, Checklist]
    typed: Mapping[str, Typed] = field(default_factory=dict)
