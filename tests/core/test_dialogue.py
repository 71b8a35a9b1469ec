"""Holding a conversation: one thing a person does, in one state, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.core.answer import Kind
from bot.core.conversation import Conversation, Draft, Exchange
from bot.core.dialogue import LONG
from bot.core.effects import Count, language_of
from bot.core.model import IncomingKind
from tests.core.talk import (
    ANSWER,
    BUSINESS,
    NOTHING,
    Talk,
    answers,
    decided,
    make_world,
)
from tests.factories import make_incoming, make_knowledge
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from bot.core.answer import Decision

WAYS_OUT = ["menu", "p:ask"]
PREVIEW = ["preview-intro", "preview-removed", "preview-ask"]


# ---- beginning and language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hint", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("pl", "pl"),
        ("pl-PL", "pl"),
        ("PL", "pl"),
        ("da", "da"),
        ("nb", "da"),
        ("nn-NO", "da"),
        ("sv", "da"),
        ("de", "en"),
        ("zh-hans", "en"),
        ("x" * 100, "en"),
    ],
)
def test_the_first_language_is_the_one_of_the_person_s_app(hint: str | None, language: str) -> None:
    talk = Talk()
    talk.start(language_hint=hint)
    assert talk.state.language == language
    assert talk.said[0].language == language
    assert talk.keys == ["greeting", "greeting-privacy"]


def test_before_anything_is_known_it_is_english() -> None:
    assert language_of(Conversation()) == "en"


def test_a_language_that_is_no_longer_offered_is_left() -> None:
    talk = Talk(make_world(offered=("en", "da")), Conversation(language="pl", pinned=True))
    talk.command("menu")
    assert talk.said[0].language == "en"
    assert not talk.state.pinned


def test_the_reply_follows_the_language_of_the_message() -> None:
    talk = Talk()
    talk.say("jak?", replace(ANSWER, language="pl"))
    talk.say("hvordan?", replace(ANSWER, language="da"))
    assert talk.said[0].language == "da"
    assert talk.keys == []
    assert talk.asked[1].prior == "pl"


def test_a_chosen_language_stays_and_the_other_is_one_button_away() -> None:
    talk = Talk()
    talk.press("l:da")
    assert (talk.keys, talk.said[0].language) == (["language-set"], "da")
    talk.say("jak?", replace(ANSWER, language="pl"))
    assert talk.said[0].language == "da"
    assert talk.keys == ["switch-hint"]
    assert talk.actions[-1] == "l:pl"


def test_a_language_nobody_offers_is_said_in_the_one_in_use() -> None:
    talk = Talk(state=Conversation(language="pl"))
    talk.say("Wo?", replace(NOTHING, language="de"))
    assert talk.said[0].language == "pl"
    assert talk.keys == ["language-unsupported", "language-unsupported", "none"]


def test_start_begins_anew_with_the_assistant_and_keeps_the_language() -> None:
    draft = Draft(3, ("old",))
    talk = Talk(state=Conversation("pl", pinned=True, step="consent", draft=draft, drafts=3, ticket=5))
    talk.start(language_hint="en")
    assert (talk.state.language, talk.state.pinned, talk.state.ticket) == ("pl", True, None)
    assert talk.actions[-1] == "p:staff:5", "the case stays within reach"
    assert (talk.state.step, talk.state.draft, talk.state.drafts) == ("idle", None, 3)


def test_the_emergency_number_of_the_knowledge_is_in_the_greeting() -> None:
    knowledge = make_knowledge()
    for known in (knowledge, replace(knowledge, facts={})):
        talk = Talk(make_world(known))
        talk.start()
        assert "112" in make_renderer(knowledge).render(talk.content, "en").text


# ---- commands and buttons --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("menu", "menu-ask"),
        ("MENU", "menu-ask"),
        ("language", "language-ask"),
        ("help", "help"),
        ("privacy", "privacy"),
        ("start", "greeting"),
        ("Start", "greeting"),
        ("staff", "compose-ask"),
        ("claim", "unknown-command"),
        ("", "unknown-command"),
        ("menu; drop table", "unknown-command"),
    ],
)
def test_commands(name: str, wanted: str) -> None:
    talk = Talk()
    talk.command(name)
    assert talk.keys[0] == wanted


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        ("menu", "menu-ask"),
        ("lang", "language-ask"),
        ("none", "none"),
        ("t:arrival", "topic-ask"),
        ("l:pl", "language-set"),
        ("p:ask", "compose-ask"),
        ("t:gone", "stale-button"),
        ("e:gone", "stale-button"),
        ("l:de", "stale-button"),
        ("p:bot", "stale-button"),
        ("p:staff:1", "stale-button"),
        ("p:send:1", "stale-button"),
        ("p:send:", "stale-button"),
        ("p:", "stale-button"),
        ("claim:1", "stale-button"),
        ("reopen:1", "stale-button"),
        ("", "stale-button"),
        (":", "stale-button"),
        ("e:", "stale-button"),
        ("l:", "stale-button"),
        ("\x00", "stale-button"),
        ("🙂:🙂:🙂", "stale-button"),
    ],
)
def test_buttons_of_any_age(action: str, wanted: str) -> None:
    talk = Talk()
    talk.press(action)
    assert talk.keys == [wanted]
    assert not talk.opened


def test_a_stale_button_shows_ways_out() -> None:
    talk = Talk()
    talk.press("p:send:9")
    assert talk.actions == WAYS_OUT


def test_a_chosen_entry_is_remembered_with_its_question() -> None:
    talk = Talk()
    talk.say("something about money", decided(Kind.CHOICES, choices=("cpr", "business")))
    assert talk.actions[:3] == ["e:cpr", "e:business", "none"]
    assert talk.state.recent == (Exchange("something about money", "cpr"),)
    talk.press("e:business")
    assert answers(talk.content) == ("business",)
    assert talk.state.recent == (Exchange("something about money", "business"),)


def test_an_entry_chosen_from_the_menu_needs_no_question() -> None:
    talk = Talk()
    talk.press("e:cpr")
    assert answers(talk.content) == ("cpr",)
    assert talk.state.recent == ()


def test_an_entry_that_has_expired_is_not_given() -> None:
    knowledge = make_knowledge()
    old = replace(knowledge.entries["cpr"], valid_until=date(2026, 11, 23))
    talk = Talk(make_world(replace(knowledge, entries={"cpr": old})))
    talk.say("how?", ANSWER)
    assert talk.keys == ["expired"]
    talk.press("e:cpr")
    assert talk.keys == ["expired"]


# ---- questions -------------------------------------------------------------------------------------------


def test_questions_and_their_entries_are_remembered_three_at_a_time() -> None:
    talk = Talk()
    for number in range(5):
        talk.say(f"question {number}", ANSWER)
    assert talk.state.recent == tuple(Exchange(f"question {number}", "cpr") for number in (2, 3, 4))
    assert talk.asked[-1].context == ("question 1", "question 2", "question 3")


def test_small_talk_is_not_remembered() -> None:
    talk = Talk()
    talk.say("hello", decided(Kind.SMALLTALK, topic="greeting"))
    assert talk.keys == ["smalltalk-greeting"]
    assert talk.state.recent == ()


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200e\u202e", "\x00\x07"])
def test_text_without_words(text: str) -> None:
    talk = Talk()
    talk.say(text)
    assert talk.keys == ["empty"]
    assert talk.state.recent == ()


def test_a_long_message_gets_a_word_about_it() -> None:
    talk = Talk()
    talk.say("a" * LONG)
    assert talk.keys == ["none"]
    talk.say("a" * (LONG + 1))
    assert talk.keys == ["none", "too-long"]


def test_a_removed_number_is_mentioned() -> None:
    talk = Talk()
    talk.say("my number is [CPR]", ANSWER, redacted=("cpr",))
    assert talk.keys == ["redacted-notice"]


def test_a_corrected_message_is_read_again() -> None:
    talk = Talk()
    talk.edit("how do I register?", ANSWER)
    assert answers(talk.content) == ("cpr",)


@pytest.mark.parametrize("kind", [IncomingKind.UNREADABLE])
def test_what_cannot_be_read(kind: IncomingKind) -> None:
    talk = Talk()
    talk.do(make_incoming(kind=kind, text=""))
    assert talk.keys == ["unreadable"]


def test_whoever_blocks_the_assistant_hears_nothing_and_may_come_back() -> None:
    talk = Talk()
    assert talk.do(make_incoming(kind=IncomingKind.UNREACHABLE, text="")) == ()
    assert not talk.state.reachable
    talk.say("hello again")
    assert talk.state.reachable


def test_a_topic_is_no_concern_of_a_resident() -> None:
    talk = Talk()
    assert talk.do(make_incoming(kind=IncomingKind.TOPIC_CREATED, text="#1")) == ()


# ---- what is counted -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "topic"),
    [
        (ANSWER, "arrival"),
        (BUSINESS, "business"),
        (decided(Kind.CHOICES, choices=("business", "cpr")), "business"),
        (decided(Kind.STAFF), ""),
        (decided(Kind.NONE), ""),
        (decided(Kind.CHOICES, choices=("gone", "cpr")), ""),
    ],
)
def test_a_question_is_counted_with_the_topic_of_the_nearest_entry(decision: Decision, topic: str) -> None:
    talk = Talk()
    talk.say("?", decision)
    (counted,) = (effect for effect in talk.effects if isinstance(effect, Count))
    assert counted == Count("en", decision.confidence, decision.kind.value, topic)
