"""Figures about tickets over a span of time: numbers without a word or a person."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, case, func, select

from bot.core.ticket import OPEN
from bot.store.tables import promises, tickets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, ColumnElement

_MOST = 0.9


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` to before `until` (ms); `place` (channel, chat): only the tickets of this staff group."""

    since: int
    until: int
    place: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """How many tickets of one kind there were."""

    department: str
    language: str
    entry: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in ms: `median`, and what nine in ten of the `count` did not exceed (`most`)."""

    count: int
    median: int
    most: int


@dataclass(frozen=True, slots=True)
class Ratings:
    """How many residents said that the help with their case was good, and how many said anything."""

    good: int
    all: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The tickets of a staff group: how many are `new`, and of the open ones how many nobody has (`unclaimed`), are
    promised for `today`, and are `late`."""

    new: int
    unclaimed: int
    today: int
    late: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One ticket in figures. `opened` in ms; `answered` and `closed`: ms from then on, None if it never was;
    `promised` and `kept`: how many answers were promised, and how many of them came in time."""

    number: int
    opened: int
    department: str
    language: str
    audience: str | None
    urgent: bool
    answered: int | None
    closed: int | None
    promised: int
    kept: int
    rating: str | None


def spread(times: Iterable[int]) -> Spread | None:
    """Returns how `times` (ms) are spread; None for none. The 90th percentile is one of them (nearest rank)."""
    ordered = sorted(times)
    if not ordered:
        return None
    return Spread(len(ordered), round(statistics.median(ordered)), ordered[math.ceil(_MOST * len(ordered)) - 1])


def opened(connection: Connection, span: Span) -> Sequence[Cases]:
    """Returns how many tickets were opened in `span`, by department, language and entry."""
    return _cases(connection, tickets.c.created_at, span)


def closed(connection: Connection, span: Span) -> Sequence[Cases]:
    """Returns how many tickets that are closed now were closed in `span`, by department, language and entry."""
    return _cases(connection, tickets.c.closed_at, span)


def first_answers(connection: Connection, span: Span) -> Spread | None:
    """Returns how long residents waited for the first answer, where it came in `span`."""
    return _took(connection, tickets.c.answered_at, span)


def closings(connection: Connection, span: Span) -> Spread | None:
    """Returns how long it took to close the tickets that were closed in `span`."""
    return _took(connection, tickets.c.closed_at, span)


def ratings(connection: Connection, span: Span) -> Ratings:
    """Returns how residents found the help with tickets that were closed in `span`."""
    good = func.coalesce(func.sum(case((tickets.c.rating == "yes", 1), else_=0)), 0)
    statement = select(good, func.count()).where(tickets.c.rating.is_not(None), *_within(tickets.c.closed_at, span))
    found, rated = connection.execute(statement).one()
    return Ratings(int(found), int(rated))


def standing(connection: Connection, span: Span, midnight: int) -> Standing:
    """Returns how the tickets of the group `span.place` stand at `span.until`.

    New are those that were opened in `span`; promised for today those that are due until `midnight` (ms).
    """
    now = span.until
    alive = (tickets.c.state.in_([state.value for state in OPEN]), *_at(span))
    sums = (
        case((tickets.c.owner.is_(None), 1), else_=0),
        case(((tickets.c.promised_at >= now) & (tickets.c.promised_at < midnight), 1), else_=0),
        case((tickets.c.promised_at < now, 1), else_=0),
    )
    row = connection.execute(select(*(func.coalesce(func.sum(one), 0) for one in sums)).where(*alive)).one()
    new = connection.execute(select(func.count()).where(*_within(tickets.c.created_at, span))).scalar_one()
    return Standing(int(new), *(int(value) for value in row))


def cases(connection: Connection, span: Span) -> Sequence[CaseRow]:
    """Returns every ticket that was opened in `span`, oldest first, without its words and its people."""
    ours = promises.c.ticket_id == tickets.c.id
    counted = select(func.count()).where(ours, promises.c.outcome.is_distinct_from("void")).scalar_subquery()
    kept = select(func.count()).where(ours, promises.c.outcome == "kept").scalar_subquery()
    columns = (
        tickets.c.id,
        tickets.c.created_at,
        tickets.c.department,
        tickets.c.language,
        tickets.c.audience,
        tickets.c.urgent,
        tickets.c.answered_at - tickets.c.created_at,
        tickets.c.closed_at - tickets.c.created_at,
        counted,
        kept,
        tickets.c.rating,
    )
    statement = select(*columns).where(*_within(tickets.c.created_at, span)).order_by(tickets.c.id)
    return [CaseRow(*row) for row in connection.execute(statement)]


def _at(span: Span) -> tuple[ColumnElement[bool], ...]:
    if span.place is None:
        return ()
    channel, chat = span.place
    return tickets.c.staff_channel == channel, tickets.c.staff_chat == chat


def _within(moment: Column[int], span: Span) -> tuple[ColumnElement[bool], ...]:
    return moment >= span.since, moment < span.until, *_at(span)


def _cases(connection: Connection, moment: Column[int], span: Span) -> Sequence[Cases]:
    kinds = (tickets.c.department, tickets.c.language, tickets.c.entry)
    statement = select(*kinds, func.count()).where(*_within(moment, span)).group_by(*kinds).order_by(*kinds)
    return [Cases(*row) for row in connection.execute(statement)]


def _took(connection: Connection, moment: Column[int], span: Span) -> Spread | None:
    statement = select(moment - tickets.c.created_at).where(*_within(moment, span))
    return spread(connection.execute(statement).scalars())
