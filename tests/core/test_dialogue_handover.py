"""Asking a person: preview, consent, files, and what happens while a person owns the case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.answer import Decision, Kind
from bot.core.conversation import Attachment, Conversation
from bot.core.effects import Relay
from bot.core.model import IncomingKind
from tests.core.talk import (
    ANSWER,
    BUSINESS,
    NOTHING,
    STAFF,
    Talk,
    answers,
    decided,
    keys,
    make_world,
    quotes,
)
from tests.factories import make_incoming

WAYS_OUT = ["menu", "p:ask"]
PREVIEW = ["preview-intro", "preview-language", "preview-removed", "preview-ask"]
ABOUT = ["preview-intro", "preview-language", "preview-about", "preview-removed", "preview-ask"]


# ---- asking a person -------------------------------------------------------------------------------------


def asked(talk: Talk, text: str = "how do I register?") -> Talk:
    talk.say(text, ANSWER)
    talk.press("p:ask")
    return talk


def test_the_last_question_is_previewed() -> None:
    talk = asked(Talk())
    assert talk.keys == ABOUT
    assert quotes(talk.content) == ("how do I register?",)
    assert talk.actions == ["p:send:1", "p:edit:1", "p:cancel:1"]


def test_earlier_questions_are_shown_as_well() -> None:
    talk = Talk()
    talk.say("first", BUSINESS)
    talk.say("second", NOTHING)
    talk.press("p:ask")
    assert talk.keys == ["preview-intro", "preview-earlier", *ABOUT[1:]]
    assert quotes(talk.content) == ("second", "first")
    assert talk.state.draft is not None
    assert talk.state.draft.entry == "business"


def test_without_a_question_it_is_asked_for() -> None:
    talk = Talk()
    talk.command("staff")
    assert talk.keys == ["compose-ask"]
    talk.say("please call me")
    assert talk.keys == PREVIEW
    assert quotes(talk.content) == ("please call me",)
    assert talk.actions[0] == "p:send:2"


def test_a_question_that_is_for_staff_is_previewed_at_once() -> None:
    talk = Talk()
    talk.say("I want to complain", STAFF)
    assert talk.keys == ["for-staff", *PREVIEW]
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
    assert talk.keys == ["stale-button"]
    assert not talk.opened


def test_text_before_consent_is_added_and_shown_again() -> None:
    talk = asked(Talk())
    talk.say("it is urgent")
    assert quotes(talk.content) == ("how do I register?", "it is urgent")
    talk.press("p:send:1")
    assert talk.keys == ["stale-button"]
    talk.press("p:send:2")
    assert talk.opened[0].draft.lines == ("how do I register?", "it is urgent")


def test_nothing_is_sent_that_was_not_previewed() -> None:
    """While the resident is still writing there is a draft with a number, but no preview of it."""
    talk = Talk()
    talk.file("photo")
    talk.press("p:ask")
    talk.press("p:edit:1")
    assert talk.keys == ["compose-ask"]
    talk.press("p:send:2")
    assert not talk.opened


def test_writing_it_again() -> None:
    talk = asked(Talk())
    talk.press("p:edit:1")
    assert talk.keys == ["compose-ask"]
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
    assert talk.keys == ["compose-ask"]
    assert talk.state.step == "compose"


def test_cancelling() -> None:
    talk = asked(Talk())
    talk.press("p:cancel:1")
    assert talk.keys == ["handover-cancelled"]
    assert (talk.state.step, talk.state.draft) == ("idle", None)
    talk.say("how?", ANSWER)
    assert answers(talk.content) == ("cpr",)


def test_looking_around_keeps_the_draft() -> None:
    talk = asked(Talk())
    talk.command("menu")
    talk.press("e:business")
    talk.command("language")
    talk.press("l:pl")
    talk.press("p:send:1")
    assert talk.opened[0].language == "pl"
    assert talk.opened[0].draft.lines == ("how do I register?",)


# ---- files -----------------------------------------------------------------------------------------------


def test_a_file_is_confirmed_and_kept_for_staff() -> None:
    talk = Talk()
    talk.file("photo")
    assert talk.keys == ["attachment-unread"]
    talk.press("p:ask")
    assert talk.keys == [
        "preview-intro",
        "preview-language",
        "preview-files",
        "preview-removed-files",
        "preview-ask",
    ]
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
    return Talk(make_world(open_tickets=frozenset({4})), Conversation("en", ticket=4))


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
    for name, wanted in (("menu", "menu-ask"), ("language", "language-ask")):
        owned.command(name)
        assert owned.keys == [wanted, "staff-again"], "where the next words go is said"
    owned.command("staff")
    assert owned.keys == ["staff-again"]
    owned.press("e:cpr")
    assert answers(owned.content) == ("cpr",)


def test_to_the_assistant_and_back(owned: Talk) -> None:
    owned.press("p:bot")
    assert owned.keys == ["bot-again"]
    assert owned.actions == ["menu", "p:staff:4"]
    owned.say("how?", ANSWER)
    assert answers(owned.content) == ("cpr",)
    owned.press("p:staff:4")
    assert owned.keys == ["staff-again"]
    owned.say("one more thing")
    assert owned.effects == (Relay(4, "one more thing", None, edited=False),)


@pytest.mark.parametrize("action", ["p:staff:3", "p:staff:5", "p:staff:", "p:staff"])
def test_only_the_own_newest_open_case_can_be_written_to(owned: Talk, action: str) -> None:
    owned.press("p:bot")
    owned.press(action)
    assert owned.keys == ["stale-button"]
    assert owned.state.ticket is None


def test_going_back_to_staff_drops_an_unsent_draft(owned: Talk) -> None:
    owned.press("p:bot")
    asked(owned)
    owned.press("p:staff:4")
    assert (owned.state.step, owned.state.draft, owned.state.ticket) == ("idle", None, 4)


def test_an_unsent_draft_can_be_sent_though_another_case_was_taken() -> None:
    talk = asked(Talk(make_world(open_tickets=frozenset({4}))))
    talk.state = replace(talk.state, ticket=4)
    talk.press("p:send:1")
    assert len(talk.opened) == 1
