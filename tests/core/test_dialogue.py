"""Holding a conversation: one thing a person does, in one state, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.core.answer import Decision, Kind
from bot.core.conversation import Attachment, Conversation, Draft, Exchange
from bot.core.dialogue import LONG, Relay, language_of
from bot.core.model import IncomingKind
from tests.core.talk import (
    ANSWER,
    BUSINESS,
    DANGER,
    NOTHING,
    STAFF,
    Talk,
    answers,
    decided,
    keys,
    make_renderer,
    make_world,
    quotes,
)
from tests.factories import make_incoming, make_knowledge

if TYPE_CHECKING:
    from collections.abc import Callable

WAYS_OUT = ("menu", "p:ask")
PREVIEW = ("preview-intro", "preview-removed", "preview-ask")


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
    assert talk.keys == ("greeting", "greeting-privacy")


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
    assert talk.keys == ()
    assert talk.asked[1].prior == "pl"


def test_a_chosen_language_stays_and_the_other_is_one_button_away() -> None:
    talk = Talk()
    talk.press("l:da")
    assert (talk.keys, talk.said[0].language) == (("language-set",), "da")
    talk.say("jak?", replace(ANSWER, language="pl"))
    assert talk.said[0].language == "da"
    assert talk.keys == ("switch-hint",)
    assert talk.actions[-1] == "l:pl"


def test_a_language_nobody_offers_is_said_in_the_one_in_use() -> None:
    talk = Talk(state=Conversation(language="pl"))
    talk.say("Wo?", replace(NOTHING, language="de"))
    assert talk.said[0].language == "pl"
    assert talk.keys == ("language-unsupported", "none")


def test_start_begins_anew_but_keeps_the_language_and_the_case() -> None:
    draft = Draft(3, ("old",))
    talk = Talk(state=Conversation("pl", pinned=True, step="consent", draft=draft, drafts=3, ticket=5))
    talk.start(language_hint="en")
    assert (talk.state.language, talk.state.pinned, talk.state.ticket) == ("pl", True, 5)
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
    assert talk.keys == (wanted,)
    assert not talk.opened


def test_a_stale_button_shows_ways_out() -> None:
    talk = Talk()
    talk.press("p:send:9")
    assert talk.actions == WAYS_OUT


def test_a_chosen_entry_is_remembered_with_its_question() -> None:
    talk = Talk()
    talk.say("something about money", decided(Kind.CHOICES, choices=("cpr", "business")))
    assert talk.actions[:3] == ("e:cpr", "e:business", "none")
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
    assert talk.keys == ("expired",)
    talk.press("e:cpr")
    assert talk.keys == ("expired",)


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
    assert talk.keys == ("smalltalk-greeting",)
    assert talk.state.recent == ()


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200e\u202e", "\x00\x07"])
def test_text_without_words(text: str) -> None:
    talk = Talk()
    talk.say(text)
    assert talk.keys == ("empty",)
    assert talk.state.recent == ()


def test_a_long_message_gets_a_word_about_it() -> None:
    talk = Talk()
    talk.say("a" * LONG)
    assert talk.keys == ("none",)
    talk.say("a" * (LONG + 1))
    assert talk.keys == ("none", "too-long")


def test_a_removed_number_is_mentioned() -> None:
    talk = Talk()
    talk.say("my number is [CPR]", ANSWER, redacted=("cpr",))
    assert talk.keys == ("redacted-notice",)


def test_a_corrected_message_is_read_again() -> None:
    talk = Talk()
    talk.edit("how do I register?", ANSWER)
    assert answers(talk.content) == ("cpr",)


@pytest.mark.parametrize("kind", [IncomingKind.UNREADABLE])
def test_what_cannot_be_read(kind: IncomingKind) -> None:
    talk = Talk()
    talk.do(make_incoming(kind=kind, text=""))
    assert talk.keys == ("unreadable",)


def test_whoever_blocks_the_assistant_hears_nothing_and_may_come_back() -> None:
    talk = Talk()
    assert talk.do(make_incoming(kind=IncomingKind.UNREACHABLE, text="")) == ()
    assert not talk.state.reachable
    talk.say("hello again")
    assert talk.state.reachable


def test_a_topic_is_no_concern_of_a_resident() -> None:
    talk = Talk()
    assert talk.do(make_incoming(kind=IncomingKind.TOPIC_CREATED, text="#1")) == ()


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
    talk = Talk(make_world(open_ticket=4), STATES[name])
    DOORS[door](talk, "I want to die", DANGER)
    first = talk.effects[0]
    assert first == talk.said[0]
    assert talk.said[0].urgent
    assert answers(talk.said[0].content) == ("emergency-112",)
    assert keys(talk.said[0].content) == ()


@pytest.mark.parametrize("name", STATES)
def test_words_of_danger_are_not_kept(name: str) -> None:
    talk = Talk(make_world(open_ticket=4), STATES[name])
    talk.say("I want to die", DANGER)
    assert "die" not in str(talk.state)
    assert talk.state.recent[-1] == Exchange("", "emergency-112")
    assert talk.state.draft == STATES[name].draft


@pytest.mark.parametrize("name", STATES)
def test_staff_of_an_owned_case_see_it_too(name: str) -> None:
    talk = Talk(make_world(open_ticket=4), STATES[name])
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
        pytest.param(lambda talk: talk.press("p:ask") and talk.say("please call me"), id="asks for a person"),
        pytest.param(lambda talk: talk.say("I want to talk to a person", STAFF), id="says so in words"),
    ],
)
def test_whoever_asks_for_a_person_after_danger_is_urgent(then: Callable[[Talk], object]) -> None:
    talk = Talk()
    talk.say("I want to die", DANGER)
    then(talk)
    assert talk.state.draft is not None
    assert talk.state.draft.entry == "emergency-112"
    assert talk.state.draft.urgent


# ---- asking a person -------------------------------------------------------------------------------------


def asked(talk: Talk, text: str = "how do I register?") -> Talk:
    talk.say(text, ANSWER)
    talk.press("p:ask")
    return talk


def test_the_last_question_is_previewed() -> None:
    talk = asked(Talk())
    assert talk.keys == PREVIEW
    assert quotes(talk.content) == ("how do I register?",)
    assert talk.actions == ("p:send:1", "p:edit:1", "p:cancel:1")


def test_earlier_questions_are_shown_as_well() -> None:
    talk = Talk()
    talk.say("first", BUSINESS)
    talk.say("second", NOTHING)
    talk.press("p:ask")
    assert talk.keys == ("preview-intro", "preview-earlier", "preview-removed", "preview-ask")
    assert quotes(talk.content) == ("second", "first")
    assert talk.state.draft is not None
    assert talk.state.draft.entry == "business"


def test_without_a_question_it_is_asked_for() -> None:
    talk = Talk()
    talk.command("staff")
    assert talk.keys == ("compose-ask",)
    talk.say("please call me")
    assert talk.keys == PREVIEW
    assert quotes(talk.content) == ("please call me",)
    assert talk.actions[0] == "p:send:2"


def test_a_question_that_is_for_staff_is_previewed_at_once() -> None:
    talk = Talk()
    talk.say("I want to complain", STAFF)
    assert talk.keys == ("for-staff", *PREVIEW)
    assert quotes(talk.content) == ("I want to complain",)


@pytest.mark.parametrize(
    ("decision", "urgent"), [(STAFF, False), (replace(STAFF, urgent=True), True)], ids=["usual", "urgent"]
)
def test_urgency_is_the_decision_s(decision: Decision, *, urgent: bool) -> None:
    talk = Talk()
    talk.say("I want to complain", decision)
    assert talk.state.draft is not None
    assert talk.state.draft.urgent is urgent


def test_consent_opens_a_ticket_with_exactly_what_was_shown() -> None:
    talk = asked(Talk())
    draft = talk.state.draft
    talk.press("p:send:1")
    assert [effect.draft for effect in talk.opened] == [draft]
    assert talk.said == ()
    assert (talk.state.step, talk.state.draft, talk.state.recent, talk.state.files) == ("idle", None, (), ())


def test_a_second_press_on_the_same_button_opens_nothing() -> None:
    talk = asked(Talk())
    talk.press("p:send:1")
    talk.press("p:send:1")
    assert talk.keys == ("stale-button",)
    assert not talk.opened


def test_text_before_consent_is_added_and_shown_again() -> None:
    talk = asked(Talk())
    talk.say("it is urgent")
    assert quotes(talk.content) == ("how do I register?", "it is urgent")
    talk.press("p:send:1")
    assert talk.keys == ("stale-button",)
    talk.press("p:send:2")
    assert talk.opened[0].draft.lines == ("how do I register?", "it is urgent")


def test_nothing_is_sent_that_was_not_previewed() -> None:
    """While the resident is still writing there is a draft with a number, but no preview of it."""
    talk = Talk()
    talk.file("photo")
    talk.press("p:ask")
    talk.press("p:edit:1")
    assert talk.keys == ("compose-ask",)
    talk.press("p:send:2")
    assert not talk.opened


def test_writing_it_again() -> None:
    talk = asked(Talk())
    talk.press("p:edit:1")
    assert talk.keys == ("compose-ask",)
    talk.say("better words")
    assert quotes(talk.content) == ("better words",)
    talk.press("p:send:3")
    assert talk.opened[0].draft.lines == ("better words",)
    assert talk.opened[0].draft.entry == "cpr"


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_an_empty_text_is_no_message_to_staff(text: str) -> None:
    talk = Talk()
    talk.command("staff")
    talk.say(text)
    assert talk.keys == ("compose-ask",)
    assert talk.state.step == "compose"


def test_cancelling() -> None:
    talk = asked(Talk())
    talk.press("p:cancel:1")
    assert talk.keys == ("handover-cancelled",)
    assert (talk.state.step, talk.state.draft) == ("idle", None)
    talk.say("how?", ANSWER)
    assert answers(talk.content) == ("cpr",)


def test_looking_around_keeps_the_draft() -> None:
    talk = asked(Talk())
    for look in (lambda: talk.command("menu"), lambda: talk.press("e:business"), lambda: talk.command("language")):
        look()
    talk.press("l:pl")
    talk.press("p:send:1")
    assert talk.opened[0].language == "pl"
    assert talk.opened[0].draft.lines == ("how do I register?",)


# ---- files -----------------------------------------------------------------------------------------------


def test_a_file_is_confirmed_and_kept_for_staff() -> None:
    talk = Talk()
    talk.file("photo")
    assert talk.keys == ("attachment-unread",)
    talk.press("p:ask")
    assert talk.keys == ("preview-intro", "preview-files", "preview-removed", "preview-ask")
    talk.press("p:send:1")
    assert [file.kind for file in talk.opened[0].draft.files] == ["photo"]
    assert talk.state.files == ()


def test_a_caption_is_a_question() -> None:
    talk = Talk()
    talk.file("document", "how do I register?", ANSWER)
    assert answers(talk.said[0].content) == ("cpr",)
    assert keys(talk.said[1].content) == ("attachment-unread",)


def test_a_file_joins_the_draft() -> None:
    talk = asked(Talk())
    talk.file("voice", "listen")
    assert quotes(talk.content) == ("how do I register?", "listen")
    assert "preview-files" in talk.keys
    talk.press("p:send:2")
    assert [file.kind for file in talk.opened[0].draft.files] == ["voice"]


def test_a_file_alone_is_enough_to_ask_a_person() -> None:
    talk = Talk()
    talk.command("staff")
    talk.file("photo")
    assert "preview-files" in talk.keys
    talk.press(talk.actions[0])
    assert len(talk.opened) == 1


def test_the_last_ten_files_are_kept() -> None:
    talk = Talk()
    for number in range(12):
        talk.do(make_incoming(kind=IncomingKind.ATTACHMENT, text="", attachment="photo", message_id=str(number)))
    assert [file.message_id for file in talk.state.files] == [str(number) for number in range(2, 12)]


# ---- while a person owns the case ------------------------------------------------------------------------


@pytest.fixture
def owned() -> Talk:
    return Talk(make_world(open_ticket=4), Conversation("en", ticket=4))


@pytest.mark.parametrize("decision", [ANSWER, STAFF, NOTHING, decided(Kind.SMALLTALK, topic="thanks")])
def test_the_assistant_is_silent(owned: Talk, decision: Decision) -> None:
    owned.say("here is more", decision)
    assert owned.effects == (Relay(4, "here is more", None, edited=False),)
    assert owned.state.recent == ()


def test_corrections_and_files_go_to_staff(owned: Talk) -> None:
    owned.edit("I meant this")
    assert owned.effects == (Relay(4, "I meant this", None, edited=True),)
    owned.do(make_incoming(kind=IncomingKind.ATTACHMENT, text="see", attachment="photo", message_id="9"))
    assert owned.effects == (Relay(4, "see", Attachment("photo", "9"), edited=False),)


def test_commands_and_buttons_still_work(owned: Talk) -> None:
    for name, wanted in (("menu", "menu-ask"), ("language", "language-ask"), ("staff", "staff-again")):
        owned.command(name)
        assert owned.keys == (wanted,)
    owned.press("e:cpr")
    assert answers(owned.content) == ("cpr",)


def test_to_the_assistant_and_back(owned: Talk) -> None:
    owned.press("p:bot")
    assert owned.keys == ("bot-again",)
    assert owned.actions == ("menu", "p:staff:4")
    owned.say("how?", ANSWER)
    assert answers(owned.content) == ("cpr",)
    owned.press("p:staff:4")
    assert owned.keys == ("staff-again",)
    owned.say("one more thing")
    assert owned.effects == (Relay(4, "one more thing", None, edited=False),)


@pytest.mark.parametrize("action", ["p:staff:3", "p:staff:5", "p:staff:", "p:staff"])
def test_only_the_own_newest_open_case_can_be_written_to(owned: Talk, action: str) -> None:
    owned.press("p:bot")
    owned.press(action)
    assert owned.keys == ("stale-button",)
    assert owned.state.ticket is None


def test_going_back_to_staff_drops_an_unsent_draft(owned: Talk) -> None:
    owned.press("p:bot")
    asked(owned)
    owned.press("p:staff:4")
    assert (owned.state.step, owned.state.draft, owned.state.ticket) == ("idle", None, 4)


def test_an_unsent_draft_can_be_sent_though_another_case_was_taken() -> None:
    talk = asked(Talk(make_world(open_ticket=4)))
    talk.state = replace(talk.state, ticket=4)
    talk.press("p:send:1")
    assert len(talk.opened) == 1
