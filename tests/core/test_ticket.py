"""Which move is allowed to whom in which state: every state, event and owner."""

from __future__ import annotations

from itertools import product

import pytest

from bot.core.ticket import OPEN, TRANSITIONS, Event, State, Ticket, after
from bot.errors import TransitionError

ANNA, BO = "staff:1", "staff:2"

# State and event -> the state after it, written by hand from the desk's rules.
MOVES = {
    ("new", "claim"): "claimed",
    ("new", "reply"): "answered",
    ("new", "resident"): "new",
    ("new", "transfer"): "new",
    ("new", "close"): "closed",
    ("new", "withdraw"): "withdrawn",
    ("claimed", "reply"): "answered",
    ("claimed", "wait"): "waiting",
    ("claimed", "resident"): "claimed",
    ("claimed", "release"): "new",
    ("claimed", "transfer"): "new",
    ("claimed", "close"): "closed",
    ("claimed", "withdraw"): "withdrawn",
    ("answered", "reply"): "answered",
    ("answered", "wait"): "waiting",
    ("answered", "resident"): "claimed",
    ("answered", "release"): "new",
    ("answered", "transfer"): "new",
    ("answered", "close"): "closed",
    ("answered", "idle"): "closed",
    ("answered", "withdraw"): "withdrawn",
    ("waiting", "reply"): "answered",
    ("waiting", "resident"): "claimed",
    ("waiting", "release"): "new",
    ("waiting", "transfer"): "new",
    ("waiting", "close"): "closed",
    ("waiting", "idle"): "closed",
    ("waiting", "withdraw"): "withdrawn",
    ("closed", "reopen"): "claimed",
    ("closed", "resident_reopen"): "claimed",
    ("withdrawn", "resident_reopen"): "claimed",
}


def make_ticket(state: State, owner: str | None = None) -> Ticket:
    name = "Anna" if owner else None
    return Ticket(12, 1, "citizens", None, "en", False, state, owner, name, None, None, None, None)


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_a_ticket_nobody_owns(state: State, event: Event) -> None:
    wanted = MOVES.get((state.value, event.value))
    if wanted is None:
        with pytest.raises(TransitionError) as refusal:
            after(make_ticket(state), event, ANNA)
        assert refusal.value.fields == {"ticket": 12, "state": state.value, "event": event.value, "owner": ""}
    else:
        # A resident takes no case: the one they open again waits for an owner.
        wanted = "new" if event == Event.RESIDENT_REOPEN else wanted
        assert after(make_ticket(state), event, ANNA) == wanted


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_the_owner_may_do_what_the_table_allows(state: State, event: Event) -> None:
    wanted = MOVES.get((state.value, event.value))
    if wanted is not None:
        assert after(make_ticket(state, ANNA), event, ANNA) == wanted


@pytest.mark.parametrize("state", [State.NEW, State.CLAIMED, State.ANSWERED])
@pytest.mark.parametrize("event", [Event.CLAIM, Event.REPLY])
def test_nobody_answers_or_takes_what_a_colleague_has(state: State, event: Event) -> None:
    with pytest.raises(TransitionError) as refusal:
        after(make_ticket(state, ANNA), event, BO)
    assert refusal.value.fields["owner"] == "Anna"


@pytest.mark.parametrize(
    ("state", "event", "wanted"),
    [
        (State.CLAIMED, Event.CLOSE, State.CLOSED),
        (State.ANSWERED, Event.CLOSE, State.CLOSED),
        (State.CLOSED, Event.REOPEN, State.CLAIMED),
        (State.CLAIMED, Event.RESIDENT, State.CLAIMED),
        (State.ANSWERED, Event.RESIDENT, State.CLAIMED),
        (State.ANSWERED, Event.WITHDRAW, State.WITHDRAWN),
        (State.CLOSED, Event.RESIDENT_REOPEN, State.CLAIMED),
        (State.WITHDRAWN, Event.RESIDENT_REOPEN, State.CLAIMED),
    ],
)
def test_what_others_may_do_to_an_owned_ticket(state: State, event: Event, wanted: State) -> None:
    assert after(make_ticket(state, ANNA), event, BO) == wanted


def test_nothing_but_reopening_wakes_a_ticket_that_is_over() -> None:
    leaving = {(state, event) for state, event in TRANSITIONS if state not in OPEN}
    assert leaving == {
        (State.CLOSED, Event.REOPEN),
        (State.CLOSED, Event.RESIDENT_REOPEN),
        (State.WITHDRAWN, Event.RESIDENT_REOPEN),
    }
    assert set(State) - {State.CLOSED, State.WITHDRAWN} == OPEN


def test_every_state_can_be_reached_and_closed() -> None:
    reached = {State.NEW}
    while more := {after for (before, _), after in TRANSITIONS.items() if before in reached} - reached:
        reached |= more
    assert reached == set(State)
    assert all((state, Event.CLOSE) in TRANSITIONS for state in OPEN)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[State.CLOSED, Event.REPLY] = State.ANSWERED  # type: ignore[index]


def test_the_number_is_written_as_people_read_it() -> None:
    assert make_ticket(State.NEW).number == "#12"
