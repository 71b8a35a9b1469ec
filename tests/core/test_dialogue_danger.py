"""Danger in the middle of anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.conversation import Conversation, Draft, Exchange
from bot.core.effects import Relay
from tests.core.talk import (
    DANGER,
    STAFF,
    Talk,
    answers,
    keys,
    make_world,
)
from tests.factories import make_knowledge
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.answer import Decision

WAYS_OUT = ["menu", "p:ask"]
PREVIEW = ["preview-intro", "preview-removed", "preview-ask"]


# ---- danger ----------------------------------------------------------------------------------------------

STATES: dict[str, Conversation] = {
    "fresh": Conversation(),
    "idle": Conversation("en", greeted=True, recent=(Exchange("before", "cpr"),)),
    "pinned": Conversation("en", pinned=True),
    "compose": Conversation("en", step="compose", draft=Draft(1), drafts=1),
    "consent": Conversation("en", step="consent", draft=Draft(2, ("please help",)), drafts=2),
    "owned": Conversation("en", ticket=4),
    "owned with a draft": Conversation("en", step="consent", draft=Draft(2, ("x",)), drafts=2, ticket=4),
}
DOORS: dict[str, Callable[[Talk, str, Decision], object]] = {
    "text": lambda talk, text, decision: talk.say(text, decision),
    "edit": lambda talk, text, decision: talk.edit(text, decision),
    "caption": lambda talk, text, decision: talk.file("photo", text, decision),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", STATES)
def test_danger_comes_first_in_every_state_and_by_every_way(name: str, door: str) -> None:
    talk = Talk(make_world(open_tickets=frozenset({4})), STATES[name])
    DOORS[door](talk, "I want to die", DANGER)
    first = talk.effects[0]
    assert first == talk.said[0]
    assert talk.said[0].urgent
    assert answers(talk.said[0].content) == ("emergency-112",)
    assert keys(talk.said[0].content) == ()


@pytest.mark.parametrize("name", STATES)
def test_words_of_danger_are_not_kept(name: str) -> None:
    talk = Talk(make_world(open_tickets=frozenset({4})), STATES[name])
    talk.say("I want to die", DANGER)
    assert "die" not in str(talk.state)
    assert talk.state.recent[-1] == Exchange("", "emergency-112")
    assert talk.state.draft == STATES[name].draft


@pytest.mark.parametrize("name", STATES)
def test_staff_of_an_owned_case_see_it_too(name: str) -> None:
    talk = Talk(make_world(open_tickets=frozenset({4})), STATES[name])
    talk.say("I want to die", DANGER)
    ticket = STATES[name].ticket
    wanted = () if ticket is None else (Relay(ticket, "I want to die", None, edited=False),)
    assert talk.relayed == wanted


@pytest.mark.parametrize("pinned", [True, False])
def test_the_language_in_danger(*, pinned: bool) -> None:
    talk = Talk(state=Conversation("da", pinned=pinned))
    talk.say("chcę umrzeć", replace(DANGER, language="pl"))
    assert talk.said[0].language == ("da" if pinned else "pl")


def test_danger_in_a_language_nobody_offers() -> None:
    talk = Talk(state=Conversation("pl"))
    talk.say("…", replace(DANGER, language="de"))
    assert talk.said[0].language == "pl"
    assert answers(talk.content) == ("emergency-112",)


def test_a_withdrawn_entry_for_danger_leads_to_the_emergency_number() -> None:
    talk = Talk()
    talk.say("…", replace(DANGER, entry="gone"))
    assert answers(talk.content) == ("emergency-112",)


def test_without_any_entry_for_danger_there_is_still_a_number_to_call() -> None:
    knowledge = make_knowledge()
    talk = Talk(make_world(replace(knowledge, entries={"cpr": knowledge.entries["cpr"]})))
    talk.say("I want to die", DANGER)
    for language in ("en", "da", "pl"):
        assert "112" in make_renderer(knowledge).render(talk.content, language).text


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(lambda talk: (talk.press("p:ask"), talk.say("please call me")), id="asks for a person"),
        pytest.param(lambda talk: talk.say("I want to talk to a person", STAFF), id="says so in words"),
    ],
)
def test_whoever_asks_for_a_person_after_danger_is_urgent(then: Callable[[Talk], object]) -> None:
    talk = Talk()
    talk.say("I want to die", DANGER)
    then(talk)
    assert talk.state.draft is not None
    assert talk.state.draft.entry is None, "which danger it was stays with the assistant"
    assert talk.state.draft.urgent
    assert "preview-urgent" in talk.keys
