"""What a resident says of a case that staff have answered: how it was, that it is done, or that it is not. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.effects import CaseDone, CaseNeeded, RateCase, say
from bot.core.numbers import number_of
from bot.core.replies import plain, staff_again
from bot.core.ways_out import WAYS_OUT

if TYPE_CHECKING:
    from bot.core.conversation import Conversation
    from bot.core.effects import Step, World


def button(state: Conversation, argument: str, world: World) -> Step | None:
    """What follows from a button "k:<argument>": <verb>:<number>; None for one that never existed."""
    verb, _, digits = argument.partition(":")
    number = number_of(digits)
    if number not in {case.number for case in world.cases}:
        return None
    if verb in {"good", "bad"}:
        key = "rate-case-thanks" if verb == "good" else "rate-case-sorry"
        return state, (RateCase(number, verb == "good"), say(state, plain(key, WAYS_OUT)))
    if verb not in {"keep", "done"}:
        return None
    if number not in world.open_tickets:  # closed meanwhile
        return state, (say(state, plain("stale-button", WAYS_OUT)),)
    if verb == "done":
        return state, (CaseDone(number),)
    return state, (CaseNeeded(number), say(state, staff_again(str(number))))
