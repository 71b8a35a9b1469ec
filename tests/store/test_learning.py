"""Gaps, what people were given, and proposals, in the real databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.conversation import Conversation
from bot.store import conversations, gaps, given, personal, proposals, tables, tickets
from bot.store.gaps import GapGroup
from bot.store.given import Given
from tests.factories import CHANNEL, START
from tests.store.rows import size

if TYPE_CHECKING:
    from bot.store.database import Database


# ---- gaps ------------------------------------------------------------------------------------------------


def count(database: Database, *words: str, now: int = START, **fields: str) -> None:
    row = {"language": "en", "entry": "cpr", "reason": "none"} | fields
    database.run(lambda c: gaps.count(c, words=words, now=now, **row))


def test_like_questions_are_counted_together(database: Database) -> None:
    count(database, "bike", "garden")
    count(database, "bike", "garden", now=START + 5)
    count(database, "bike", "garden", reason="unsure")
    found = database.run(lambda c: gaps.largest(c, 10))
    assert found == [
        GapGroup("en", ("bike", "garden"), "cpr", "none", 2, START + 5),
        GapGroup("en", ("bike", "garden"), "cpr", "unsure", 1, START),
    ]


def test_the_largest_groups_of_a_language(database: Database) -> None:
    for times, word in enumerate(("a", "b", "c"), start=1):
        for _ in range(times):
            count(database, word)
    count(database, "d", language="da", entry="")
    assert [group.words for group in database.run(lambda c: gaps.largest(c, 2))] == [("c",), ("b",)]
    assert [group.words for group in database.run(lambda c: gaps.largest(c, 9, "da"))] == [("d",)]


def test_questions_without_a_known_word_are_counted_too(database: Database) -> None:
    count(database)
    assert [group.words for group in database.run(lambda c: gaps.largest(c, 2))] == [()]


def test_nothing_is_lost_when_many_count_at_once(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: count(database, "bike"), range(20)))
    assert [group.count for group in database.run(lambda c: gaps.largest(c, 2))] == [20]


# ---- what people were given ------------------------------------------------------------------------------


def person(database: Database, chat: str = "100", **fields: Any) -> int:
    state = replace(Conversation(language="en"), **fields)
    return database.run(lambda c: conversations.load(c, CHANNEL, chat, state, START))[0]


def note(database: Database, facts: str, *, chat: str = "100", now: int = START, language: str = "en") -> None:
    database.run(lambda c: given.note(c, CHANNEL, chat, [("cpr", facts)], language, now))


def test_what_somebody_was_last_given_counts(database: Database) -> None:
    first, second = person(database), person(database, "101")
    note(database, "old")
    note(database, "new", now=START + 1, language="pl")
    note(database, "old", chat="101", now=START + 2)
    note(database, "old", chat="101", now=START + 3)
    assert database.run(lambda c: given.last(c, "cpr", START)) == (
        Given(first, "new", "pl", START + 1),
        Given(second, "old", "en", START + 3),
    )
    assert [one.conversation for one in database.run(lambda c: given.last(c, "cpr", START + 2))] == [second]
    assert database.run(lambda c: given.last(c, "business", START)) == ()
    assert size(database, tables.given) == 3


def test_who_went_back_to_an_old_version_was_last_given_that(database: Database) -> None:
    person(database)
    for now, facts in enumerate(("old", "new", "old")):
        note(database, facts, now=START + now)
    assert [one.facts for one in database.run(lambda c: given.last(c, "cpr", START))] == ["old"]


def test_nothing_is_noted_of_a_stranger(database: Database) -> None:
    note(database, "old", chat="nobody")
    assert size(database, tables.given) == 0


def test_where_somebody_is(database: Database) -> None:
    number = person(database, reachable=False)
    place = database.run(lambda c: given.place(c, number))
    assert place is not None
    assert (place.channel, place.chat, place.state.reachable) == (CHANNEL, "100", False)
    assert database.run(lambda c: given.place(c, number + 1)) is None
    spoilt = tables.conversations.update().values(state="of another version")
    database.run(lambda c: c.execute(spoilt))
    assert database.run(lambda c: given.place(c, number)) is None


def test_what_was_given_is_read_and_erased_with_the_person(database: Database) -> None:
    person(database)
    person(database, "101")
    for chat in ("100", "101"):
        note(database, "old", chat=chat)
    assert database.run(lambda c: personal.read(c, CHANNEL, "100")).given == (("cpr", "en", START),)
    database.run(lambda c: personal.erase(c, CHANNEL, "100"))
    assert database.run(lambda c: personal.read(c, CHANNEL, "100")).given == ()
    assert size(database, tables.given) == 1


# ---- proposals -------------------------------------------------------------------------------------------


def case(database: Database) -> int:
    columns = {"conversation_id": person(database), "department": "citizens", "language": "pl", "urgent": False}
    return database.run(lambda c: tickets.create(c, columns, START)).id


def propose(
    database: Database, ticket: int, *, kind: str = proposals.ENTRY, opened: bool = True, now: int = START
) -> int:
    number = database.run(
        lambda c: proposals.add(c, kind, "new-entry", "pl", "text", author="7", ticket=ticket, now=now)
    )
    if opened:
        assert database.run(lambda c: proposals.propose(c, number, "7", START))
    return number


def test_a_proposal_is_open_once_its_author_says_so(database: Database) -> None:
    ticket = case(database)
    number = propose(database, ticket, opened=False)
    assert database.run(lambda c: proposals.find(c, number)) is None
    assert not database.run(lambda c: proposals.propose(c, number, "8", START))
    assert not database.run(lambda c: proposals.approve(c, number, "8", START))
    assert database.run(lambda c: proposals.propose(c, number, "7", START))
    found = database.run(lambda c: proposals.find(c, number))
    assert found is not None
    assert (found.id, found.kind, found.language, found.author, found.approver, found.ticket) == (
        *(number, "entry", "pl", "7", None),
        ticket,
    )
    assert database.run(proposals.open_ones) == (found,)
    assert database.run(lambda c: proposals.of_ticket(c, ticket, "entry")) == found
    assert database.run(lambda c: proposals.of_ticket(c, ticket, "phrase")) is None


def test_a_proposal_is_approved_once_and_by_somebody_else(database: Database) -> None:
    number = propose(database, case(database))
    done = [database.run(lambda c, who=who: proposals.approve(c, number, who, START)) for who in ("7", "8", "9")]  # type: ignore[misc]
    assert done == [False, True, False]
    assert [one.approver for one in database.run(proposals.approved)] == ["8"]
    assert database.run(proposals.open_ones) == ()
    assert not database.run(lambda c: proposals.reject(c, number))
    assert not database.run(lambda c: proposals.propose(c, number, "7", START))


def test_of_many_who_approve_at_once_one_does(database: Database) -> None:
    number = propose(database, case(database))
    with ThreadPoolExecutor(4) as pool:
        done = pool.map(lambda who: database.run(lambda c: proposals.approve(c, number, str(who), START)), range(8, 16))
    assert sorted(done) == [False] * 7 + [True]


@pytest.mark.parametrize("opened", [False, True])
def test_a_rejected_proposal_leaves_nothing(database: Database, opened: bool) -> None:
    number = propose(database, case(database), opened=opened)
    assert [database.run(lambda c: proposals.reject(c, number)) for _ in range(2)] == [True, False]
    assert size(database, tables.proposals) == 0


def test_a_proposal_goes_with_the_person_whose_words_it_is_made_of(database: Database) -> None:
    number = propose(database, case(database))
    database.run(lambda c: proposals.approve(c, number, "8", START))
    database.run(lambda c: personal.erase(c, CHANNEL, "100"))
    assert size(database, tables.proposals) == size(database, tables.tickets) == 0
