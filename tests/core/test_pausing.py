"""Nothing that is paused gets out, whatever a person does; danger, people and one's own things always do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.answer import Kind
from bot.core.conversation import Answered, Conversation, Progress
from bot.core.dialogue import step
from bot.core.effects import Case, Count, Say
from bot.core.model import Answer, IncomingKind, Line, Ref, Sentence
from bot.core.notices import Notice
from bot.core.pausing import REASONS, SCOPES, Pause, PauseReason, PauseScope, all_paused, pause_of
from tests.core.talk import ANSWER, BUSINESS, DANGER, NOTHING, OFFERED, STAFF, Talk, answers, decided, keys, make_world
from tests.core.test_dialogue_property import Player, _moves
from tests.factories import make_incoming, make_knowledge
from tests.harness import real_core

if TYPE_CHECKING:
    from bot.core.answer import Decision
    from bot.core.model import Content
    from tests.core.test_dialogue_property import Move

KNOWLEDGE = make_knowledge()
ALL = Pause("all", "", "maintenance")
ARRIVAL = Pause("topic", "arrival", "checking-texts")
BUSINESS_TOPIC = Pause("topic", "business", "outage")
ENGLISH, DANISH, POLISH = (Pause("language", code, "staff-only") for code in ("en", "da", "pl"))
TOLD_ALL = ["paused-all", "pause-reason-maintenance", "paused-person", "greeting-privacy"]
TOLD_ARRIVAL = ["paused-topic", "pause-reason-checking-texts", "paused-person"]
TOLD_ENGLISH = ["paused-language", "pause-reason-staff-only", "paused-person"]
OPEN = Case(1, "new", "citizens", None, date(2026, 11, 1))


def talk(*pauses: Pause, state: Conversation | None = None, **fields: Any) -> Talk:
    usual = Conversation(language="en", greeted=True)
    return Talk(make_world(pauses=pauses, **fields), state or usual)


def test_every_scope_and_reason_is_named() -> None:
    assert get_args(PauseScope) == SCOPES
    assert get_args(PauseReason) == REASONS


@pytest.mark.parametrize(
    ("pauses", "entry", "language", "found"),
    [
        ((), "cpr", "en", None),
        ((ARRIVAL,), "cpr", "en", ARRIVAL),
        ((ARRIVAL,), "business", "en", None),
        ((POLISH,), "cpr", "pl", POLISH),
        ((POLISH,), "cpr", "en", None),
        ((ARRIVAL, ALL), "cpr", "en", ALL),
        ((ALL, ARRIVAL, ENGLISH), "emergency-112", "en", None),
        ((ALL,), "gone", "en", None),
    ],
)
def test_what_keeps_an_entry_from_being_given(
    pauses: tuple[Pause, ...], entry: str, language: str, found: Pause | None
) -> None:
    assert pause_of(pauses, KNOWLEDGE, entry, language) == found


# ---- everything ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [ANSWER, NOTHING, decided(Kind.SMALLTALK, topic="thanks"), BUSINESS])
def test_while_everything_is_paused_a_question_gets_the_reason(decision: Decision) -> None:
    one = talk(ALL)
    one.say("How do I get a CPR number?", decision)
    assert one.keys == TOLD_ALL
    assert one.actions == ["p:ask", "lang"]
    assert not any(isinstance(effect, Count) for effect in one.effects), "nothing was answered"
    assert one.state.answered is None


@pytest.mark.parametrize(
    "action", ["menu", "e:cpr", "m:cpr", "s:cpr", "d:cpr", "t:arrival", "c", "none", "gone", "l:pl"]
)
def test_while_everything_is_paused_buttons_give_the_reason(action: str) -> None:
    one = talk(ALL)
    one.press(action)
    assert one.keys == TOLD_ALL


def test_the_reason_comes_once_in_the_language_that_was_chosen() -> None:
    one = talk(ALL)
    one.do(make_incoming(kind=IncomingKind.START, text="cpr"))
    assert one.keys == TOLD_ALL
    one.press("lang")
    assert one.keys == ["language-ask"]
    one.press("l:pl")
    assert [said.language for said in one.said] == ["pl"]


def test_the_question_that_was_not_answered_goes_to_a_person() -> None:
    one = talk(ALL)
    one.say("How do I get a CPR number?", ANSWER)
    one.press("p:ask")
    assert "preview-ask" in one.keys
    one.press("p:send:1")
    assert [opened.draft.lines for opened in one.opened] == [("How do I get a CPR number?",)]


def test_a_wish_for_a_person_is_previewed_at_once() -> None:
    one = talk(ALL)
    one.say("a person please", STAFF)
    assert one.keys[0] == "for-staff"
    one.say("and this")
    assert "preview-ask" in one.keys
    one.press("p:edit:2")
    assert one.keys == ["compose-ask"]
    one.press("p:cancel:3")
    assert one.keys == ["handover-cancelled"]


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("o:withdraw:1", "withdraw-ask"),
        ("o:erase", "erase-ask"),
        ("o:keep", "kept-notice"),
        ("k:good:1", "rate-case-thanks"),
        ("k:bad:1", "rate-case-sorry"),
        ("k:keep:1", "staff-again"),
        ("p:staff:1", "staff-again"),
    ],
)
def test_a_persons_own_things_go_on(action: str, key: str) -> None:
    for pause in (ALL, ENGLISH, ARRIVAL):
        one = talk(pause, cases=(OPEN,), open_tickets=frozenset({1}))
        one.press(action)
        assert one.keys[0] == key


@pytest.mark.parametrize(
    ("command", "key"), [("mycases", "cases-intro"), ("mydata", "data-kept"), ("privacy", "privacy")]
)
def test_a_persons_own_commands_go_on(command: str, key: str) -> None:
    one = talk(ALL, cases=(OPEN,))
    one.command(command)
    assert one.keys[0] == key


def test_words_to_a_person_are_passed_on() -> None:
    one = talk(ALL, ENGLISH, state=Conversation(language="en", greeted=True, ticket=1), open_tickets=frozenset({1}))
    one.do(make_incoming(text="my words", redacted=("cpr",)))
    assert [relay.text for relay in one.relayed] == ["my words"]
    assert one.keys == ["redacted-notice"]
    one.file("voice")
    assert [relay.file.kind for relay in one.relayed if relay.file] == ["voice"]
    one.command("menu")
    assert one.keys == [*TOLD_ALL, "staff-again"]
    one.press("p:bot")
    assert one.keys == ["bot-again"]


def test_what_was_removed_is_told_with_the_reason() -> None:
    one = talk(ALL)
    one.do(make_incoming(text="cpr", redacted=("cpr",)), ANSWER)
    assert one.keys == [*TOLD_ALL, "redacted-notice"]


def test_notices_wait_while_everything_is_paused() -> None:
    notice = Notice(1, "storm", date(2026, 11, 24), date(2026, 11, 24))
    one = talk(ALL, notices=(notice,))
    one.say("cpr?", ANSWER)
    assert one.keys == TOLD_ALL
    assert not one.state.told
    one.world = replace(one.world, pauses=(ARRIVAL,))
    one.say("cpr?", ANSWER)
    assert one.keys == ["notice-storm", *TOLD_ARRIVAL]


@pytest.mark.parametrize("pause", [ALL, ARRIVAL, ENGLISH])
def test_danger_gets_its_text(pause: Pause) -> None:
    one = talk(pause)
    one.say("kill myself", DANGER)
    assert (one.said[0].urgent, answers(one.content)) == (True, ("emergency-112",))
    one.press("e:emergency-112")
    assert answers(one.content) == ("emergency-112",)
    both = decided(Kind.ANSWER, "emergency-112", also="cpr")
    one.say("an ambulance, and a CPR number", both)
    assert answers(one.content) == ("emergency-112",)


# ---- a topic ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["e:cpr", "m:cpr", "s:cpr", "d:cpr"])
def test_an_entry_of_a_paused_topic_is_not_given_in_any_form(action: str) -> None:
    one = talk(ARRIVAL)
    one.press(action)
    assert one.keys == TOLD_ARRIVAL
    assert one.content.parts[0] == Sentence("paused-topic", {"topic": Ref("topic", "arrival")})
    assert one.actions == ["menu", "p:ask"]
    one.press(action.replace("cpr", "business"))
    assert answers(one.content) == ("business",)


def test_an_answer_of_a_paused_topic_cannot_be_rated_and_is_not_counted() -> None:
    one = talk(ARRIVAL)
    one.say("cpr?", ANSWER)
    assert one.keys == TOLD_ARRIVAL
    assert Answered("cpr", "en", 0.9) != one.state.answered
    assert not any(isinstance(effect, Count) for effect in one.effects)
    one.say("company?", BUSINESS)
    assert one.state.answered == Answered("business", "en", 0.9)
    assert any(isinstance(effect, Count) for effect in one.effects)


def test_of_two_answers_the_paused_one_is_left_out() -> None:
    one = talk(ARRIVAL)
    one.say("cpr and a company?", decided(Kind.ANSWER, "business", also="cpr"))
    assert answers(one.content) == ("business",)
    assert one.keys == TOLD_ARRIVAL
    one.world = replace(one.world, pauses=(ARRIVAL, BUSINESS_TOPIC))
    one.say("cpr and a company?", decided(Kind.ANSWER, "business", also="cpr"))
    assert answers(one.content) == ()
    assert one.keys.count("paused-topic") == 2


def test_the_rest_of_the_assistant_goes_on() -> None:
    one = talk(ARRIVAL)
    one.press("menu")
    assert one.keys == ["menu-ask"]
    one.press("t:arrival")
    assert one.keys == ["topic-ask"]
    one.say("hmm", decided(Kind.CHOICES, choices=("cpr", "business")))
    assert one.keys == ["choices-ask"]


# ---- a language ------------------------------------------------------------------------------------------


def test_a_paused_language_is_told_and_the_others_offered() -> None:
    one = talk(ENGLISH)
    one.say("cpr?", ANSWER)
    assert one.keys == TOLD_ENGLISH
    assert [said.language for said in one.said] == ["en"]
    assert one.actions == ["l:da", "l:pl", "p:ask"]
    one.press("l:da")
    assert one.keys == ["language-set"]
    one.say("cpr?", ANSWER)
    assert answers(one.content) == ("cpr",)


def test_nobody_is_offered_a_language_that_is_paused_too() -> None:
    one = talk(ENGLISH, DANISH)
    one.press("e:cpr")
    assert one.actions == ["l:pl", "p:ask"]
    one.world = replace(one.world, pauses=(ENGLISH, DANISH, POLISH))
    one.press("e:cpr")
    assert one.actions == ["p:ask"]


def test_the_danish_text_beside_another_language_is_withheld() -> None:
    one = talk(DANISH)
    one.press("d:cpr")
    assert one.keys == TOLD_ENGLISH
    assert one.content.parts[0] == Sentence("paused-language", {"language": Ref("language", "da")})
    one.press("e:cpr")
    assert answers(one.content) == ("cpr",)


# ---- whatever a person does ------------------------------------------------------------------------------

_possible = (
    ALL,
    *(ARRIVAL, BUSINESS_TOPIC, Pause("topic", "gone", "outage")),
    *(ENGLISH, DANISH, POLISH),
)
_entries = st.sampled_from(["cpr", "business", "emergency-112"])
_asks = st.tuples(
    st.builds(make_incoming, text=st.just("question")),
    st.builds(
        lambda entry, also, code: decided(Kind.ANSWER, entry, also=also, language=code),
        _entries,
        st.none() | _entries,
        st.sampled_from(OFFERED),
    ),
)
_shows = st.tuples(
    st.builds(
        lambda verb, entry: make_incoming(kind=IncomingKind.BUTTON, text="", argument=f"{verb}:{entry}"),
        st.sampled_from("emsd"),
        _entries,
    ),
    st.just(NOTHING),
)
_pauses = st.lists(st.sampled_from(_possible), unique=True, max_size=4).map(tuple)
_GIVEN_NEVER = {
    "menu-ask",
    "topic-ask",
    "choices-ask",
    "greeting",
    "help",
    "none",
    "out-of-scope",
    "expired",
    "rate-thanks",
}


def check(content: Content, language: str, pauses: tuple[Pause, ...]) -> None:
    """Nothing of `pauses` is in what is said in `language`."""
    given_now = [part for part in content.parts if isinstance(part, Answer)]
    for part in given_now:
        assert pause_of(pauses, KNOWLEDGE, part.entry, language) is None
        if part.form == "beside":
            assert pause_of(pauses, KNOWLEDGE, part.entry, "da") is None
    if all_paused(pauses) or any(pause.name == language for pause in pauses):
        assert not _GIVEN_NEVER & set(keys(content))
        assert not any(key.startswith("smalltalk-") for key in keys(content))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(_moves | _asks | _shows, _pauses), max_size=20))
def test_nothing_that_is_paused_gets_out(moves: list[tuple[Move, tuple[Pause, ...]]]) -> None:
    player = Player()
    for move, pauses in moves:
        player.talk.world = replace(player.talk.world, pauses=pauses)
        player.talk.effects = ()
        player.play(move)
        for said in player.talk.said:
            if not said.urgent:
                check(said.content, said.language, pauses)


@settings(max_examples=100, deadline=None)
@given(st.lists(_moves, max_size=10), _pauses, st.booleans())
def test_danger_and_words_to_a_person_come_through(moves: list[Move], pauses: tuple[Pause, ...], owned: bool) -> None:
    player = Player()
    for move in moves:
        player.play(move)
    one = player.talk
    ticket = 1 if owned else None
    one.world = replace(one.world, pauses=pauses, open_tickets=frozenset({1}))
    one.state = replace(one.state, ticket=ticket, step="idle", draft=None)
    one.say("help", DANGER)
    assert one.said[0].urgent
    assert answers(one.said[0].content) == ("emergency-112",)
    assert len(one.relayed) == owned
    one.say("and this")
    assert len(one.relayed) == owned
    one.command("staff")
    assert {"compose-ask", "preview-ask", "staff-again"} & set(one.keys)


# ---- what the real knowledge says ------------------------------------------------------------------------


def _says(state: Conversation, action: str, *paused: str) -> Content:
    core = real_core()
    pauses = tuple(Pause("topic", topic, "checking-texts") for topic in paused)
    world = replace(make_world(core.library.knowledge), brain=core.library.brain, pauses=pauses)
    _, effects = step(state, make_incoming(kind=IncomingKind.BUTTON, text="", argument=action), world)
    (said,) = (effect for effect in effects if isinstance(effect, Say))
    core.renderer.render(said.content, said.language)
    return said.content


def _grants(content: Content) -> set[str]:
    """The topics of the grants that are named."""
    known = real_core().library.knowledge
    named = (part.words.id for part in content.parts if isinstance(part, Line) and part.words.kind == "grant")
    return {known.entries[known.guides.grants[name].entry].topic for name in named}


def _in_the_finder() -> Conversation:
    """Somebody whom grants of several topics fit."""
    progress = Progress("grants", answers={"applicant": "association"}, asked=("applicant",))
    return Conversation(language="en", greeted=True, progress=(progress,))


def test_cities_and_grants_of_a_paused_topic_are_withheld() -> None:
    known, state = real_core().library.knowledge, Conversation(language="en", greeted=True)
    for city in known.guides.cities.values():
        topic = known.entries[city.entry].topic
        for action in (f"c:{city.id}", *(f"c:{city.id}:{offer.audience}" for offer in city.offers)):
            assert keys(_says(state, action, topic))[0] == "paused-topic"
    for grant in known.guides.grants.values():
        topic = known.entries[grant.entry].topic
        assert keys(_says(state, f"g:grants:d:{grant.id}", topic))[0] == "paused-topic"


def test_the_grant_finder_leaves_out_the_grants_of_a_paused_topic() -> None:
    state = _in_the_finder()
    whole = _grants(_says(state, "g:grants:f"))
    assert len(whole) > 1, "this test needs grants of several topics"
    for topic in whole:
        content = _says(state, "g:grants:f", topic)
        assert keys(content)[0] == "paused-topic"
        assert _grants(content) == whole - {topic}
    assert keys(_says(state, "g:grants:f", *whole))[-1] == "paused-person"
    assert _grants(_says(state, "g:grants:f", *whole)) == set()


def test_a_heading_goes_with_what_stood_below_it() -> None:
    state = _in_the_finder()
    for topic in _grants(_says(state, "g:grants:f")):
        parts = _says(state, "g:grants:f", topic).parts
        for place, part in enumerate(parts):
            if isinstance(part, Sentence) and part.bold:
                assert isinstance(parts[place + 1], Line)
                assert parts[place + 1].tight  # type: ignore[union-attr]
