"""How much one person may write: the buckets, what counts, and that nobody is silenced for long."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import flood
from bot.core.conversation import Conversation, Pace
from bot.core.flood import Limits, Room, charge, count
from bot.core.model import Incoming, IncomingKind
from tests.factories import START, make_incoming, make_knowledge

LIMITS = Limits(burst=5, seconds=3)
SMALL, WIDE = 5, 15


def write(state: Conversation, *moments: int, **fields: object) -> tuple[Conversation, list[Room]]:
    """Somebody does the same thing at each of `moments` (ms after the start)."""
    rooms = []
    for moment in moments:
        state, room = count(state, make_incoming(at=START + moment, **fields), LIMITS)
        rooms.append(room)
    return state, rooms


def test_so_many_at_once_and_then_one_every_few_seconds() -> None:
    state, rooms = write(Conversation(), *[0] * SMALL)
    assert rooms == [Room.FREE] * SMALL
    assert write(state, 0)[1] == [Room.SLOW]
    assert write(state, 2_999)[1] == [Room.SLOW]
    assert write(state, 3_000, 3_000)[1] == [Room.FREE, Room.SLOW]


def test_who_waits_a_minute_may_write_as_much_as_before() -> None:
    state, _ = write(Conversation(), *range(0, 60_000, 100))
    assert write(state, *[120_000] * SMALL)[1] == [Room.FREE] * SMALL


def test_what_is_too_much_is_not_held_against_anybody() -> None:
    """Who goes on writing is heard as often as who writes no more than they may."""
    _, rooms = write(Conversation(), *range(0, 30_000, 500))
    assert rooms.count(Room.FREE) == SMALL + 9


def test_beyond_the_wide_limit_all_is_shut() -> None:
    state, rooms = write(Conversation(), *[0] * WIDE)
    assert rooms == [Room.FREE] * SMALL + [Room.SLOW] * (WIDE - SMALL)
    assert write(state, 0)[1] == [Room.SHUT]
    assert write(state, 1_000)[1] == [Room.SLOW]


@pytest.mark.parametrize("kind", [IncomingKind.COMMAND, IncomingKind.BUTTON, IncomingKind.START, IncomingKind.EDIT])
def test_commands_and_buttons_count_too(kind: IncomingKind) -> None:
    assert write(Conversation(), *[0] * (SMALL + 1), kind=kind)[1][-1] is Room.SLOW


@pytest.mark.parametrize("kind", [IncomingKind.REMINDER, IncomingKind.UNREACHABLE, IncomingKind.PROMISE])
def test_what_people_did_not_do_does_not_count(kind: IncomingKind) -> None:
    state, rooms = write(Conversation(), *[0] * 100, kind=kind)
    assert set(rooms) == {Room.FREE}
    assert state.pace == Pace()


def test_words_to_staff_have_the_wide_limit() -> None:
    writing = Conversation(ticket=7)
    state, rooms = write(writing, *[0] * (WIDE + 1))
    assert rooms == [Room.FREE] * WIDE + [Room.SHUT]
    assert write(replace(state, ticket=None), 1_000)[1] == [Room.FREE], "they count for staff alone"
    assert write(writing, *[0] * (SMALL + 1), kind=IncomingKind.BUTTON)[1][-1] is Room.SLOW


def test_a_file_for_staff_counts_as_three_messages() -> None:
    rooms = write(Conversation(ticket=7), *[0] * 6, kind=IncomingKind.ATTACHMENT, attachment="photo")[1]
    assert rooms == [Room.FREE] * 5 + [Room.SHUT]


def test_an_album_counts_as_one_message_to_the_assistant() -> None:
    file = {"kind": IncomingKind.ATTACHMENT, "attachment": "photo"}
    state, rooms = write(Conversation(), *[0] * 4, album="a", **file)
    assert set(rooms) == {Room.FREE}
    assert write(state, *[100] * 3)[1] == [Room.FREE] * 3


def test_an_album_without_end_is_shut_out() -> None:
    """Albums have ten files; a number of an album that comes again and again opens nothing."""
    rooms = write(Conversation(), *[0] * 50, album="forged", kind=IncomingKind.ATTACHMENT, attachment="photo")[1]
    assert rooms.count(Room.FREE) == WIDE // 3


def test_a_clock_that_is_set_back_silences_nobody_for_longer() -> None:
    state, _ = write(Conversation(), *[0] * WIDE)
    assert write(state, -365 * 24 * 3600 * 1000)[1] == [Room.FREE]
    assert write(state, -1_000)[1] == [Room.SHUT]


def test_one_word_a_minute() -> None:
    told = flood.told(Conversation(), START)
    assert told is not None
    assert flood.told(told, START + 59_999) is None
    assert flood.told(told, START + 60_000) is not None
    assert flood.told(told, START - 5) is not None, "a clock that was set back keeps nobody untold"


def test_danger_is_answered_always_and_beyond_the_wide_limit_every_ten_seconds() -> None:
    answered = flood.danger(Conversation(), Room.SHUT, START)
    assert answered is not None
    assert flood.danger(answered, Room.SLOW, START) is not None
    assert flood.danger(answered, Room.SHUT, START + 9_999) is None
    assert flood.danger(answered, Room.SHUT, START + 10_000) is not None


def test_what_is_said_names_the_number_for_danger() -> None:
    (said,) = flood.too_fast(Conversation(), make_incoming(), make_knowledge()).parts
    assert (said.key, dict(said.args)) == ("flood-not-read", {"number": "112"})  # type: ignore[union-attr]
    (said,) = flood.too_fast(Conversation(ticket=3), make_incoming(), make_knowledge()).parts
    assert said.key == "flood-not-passed-on"  # type: ignore[union-attr]


# ---- whatever is written ---------------------------------------------------------------------------------

_steps = st.lists(st.tuples(st.integers(0, 8_000), st.booleans(), st.booleans()), max_size=120)


@given(steps=_steps, burst=st.integers(1, 30), seconds=st.integers(1, 10))
def test_nobody_is_heard_more_often_than_the_limits_allow(
    steps: list[tuple[int, bool, bool]], burst: int, seconds: int
) -> None:
    state, now, heard = Conversation(), START, list[int]()
    for pause, button, _ in steps:
        now += pause
        kind = IncomingKind.BUTTON if button else IncomingKind.TEXT
        state, room = count(state, _incoming(kind, now), Limits(burst, seconds))
        if room is Room.FREE:
            heard.append(now)
    for at, since in enumerate(heard):
        within = [moment for moment in heard[at:] if moment < since + 60_000]
        assert len(within) <= burst + 60 // seconds + 1


@given(steps=_steps, burst=st.integers(1, 30), seconds=st.integers(1, 10))
def test_after_a_while_everybody_is_heard_whatever_the_clock_did(
    steps: list[tuple[int, bool, bool]], burst: int, seconds: int
) -> None:
    state, now = Conversation(), START
    for pause, for_staff, back in steps:
        now += -pause if back else pause
        state, _ = count(replace(state, ticket=1 if for_staff else None), _incoming(IncomingKind.TEXT, now), LIMITS)
    _, room = count(replace(state, ticket=None), _incoming(IncomingKind.TEXT, now + 2 * WIDE * 1_000), LIMITS)
    assert room is Room.FREE


@given(full_at=st.integers(0, 2**63), now=st.integers(0, 2**60), burst=st.integers(1, 100), cost=st.integers(1, 3))
def test_a_bucket_is_full_again_in_its_time(full_at: int, now: int, burst: int, cost: int) -> None:
    after = charge(full_at, now, burst, 1_000, cost)
    if after is not None:
        assert now < after <= now + burst * 1_000
    elif burst >= cost:
        assert now < full_at <= now + 2 * burst * 1_000


def _incoming(kind: IncomingKind, at: int) -> Incoming:
    return make_incoming(kind=kind, at=at)
