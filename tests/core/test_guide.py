"""Being led through the guides: answered by buttons and in words, left, resumed, changed; with the real guides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content import load
from bot.core.answer import Decision, Kind
from bot.core.conversation import Conversation, Progress
from bot.core.effects import OpenTicket, Remind, Say
from bot.core.guide_replies import GRANTS, guides_of
from bot.core.model import IncomingKind
from bot.core.reading import OTHER, UNKNOWN
from bot.i18n import read_day
from bot.service.render import Renderer
from tests.core.talk import ANSWER, NOTHING, STAFF, Talk, actions, decided, keys, make_world
from tests.core.test_dialogue_property import check_content, check_ways_out
from tests.factories import make_incoming
from tests.sentences import sentences

if TYPE_CHECKING:
    from bot.core.model import Knowledge

ROOT = Path(__file__).parents[2] / "knowledge"
LANGUAGES = ("en", "da", "pl", "uk", "de", "ro", "tr", "ar", "zh", "cs")
TODAY = date(2026, 11, 30)


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    return load(ROOT)


@lru_cache(maxsize=1)
def renderer() -> Renderer:
    offered = [language for language in knowledge().languages.values() if language.offered]
    return Renderer(knowledge(), sentences(offered))


def make_talk(language: str = "en") -> Talk:
    world = replace(make_world(knowledge(), offered=LANGUAGES), today=TODAY, read_day=read_day)
    return Talk(world=world, state=Conversation(language=language))


def progress(talk: Talk, guide: str) -> Progress:
    return next(one for one in talk.state.progress if one.guide == guide)


def shown(talk: Talk) -> str:
    (said,) = talk.said
    return renderer().render(said.content, said.language).text


# ---- the grant finder ------------------------------------------------------------------------------------


def scouts() -> Talk:
    talk = make_talk()
    talk.command("grants")
    talk.say("we are 14 scouts, 11–16 years old, going to Brandenburg in May", NOTHING)
    return talk


def test_one_message_answers_several_questions() -> None:
    talk = scouts()
    answers = progress(talk, GRANTS).answers
    assert answers == {
        "applicant": "association",
        "activity": "travel-to-partner-city",
        "destination": "brandenburg",
        "oldest-age": "16",
        "participants": "14",
    }
    assert keys(talk.said[0].content)[0] == "guide-noted"


def test_the_finder_ends_with_what_fits_and_why() -> None:
    talk = scouts()
    talk.press("g:grants:a:in-ballerup:yes")
    talk.say("yes", NOTHING)
    assert progress(talk, GRANTS).at is None
    assert "Travel grant for young people" in shown(talk)
    talk.press("g:grants:d:youth-travel")
    assert "Everyone who travels must be under 25" in shown(talk)
    talk.press("g:grants:n")
    assert "g:grants:d:erasmus-plus" in actions(talk.said[0].content)


def test_an_answer_is_changed_by_words_and_by_its_button() -> None:
    talk = scouts()
    talk.press("g:grants:a:in-ballerup:yes")
    talk.press("g:grants:a:meets-youth:yes")
    talk.say("change ages", NOTHING)
    assert progress(talk, GRANTS).at == "oldest-age"
    talk.say("30", NOTHING)
    assert "grants-none" in talk.keys
    talk.press("g:grants:c")
    talk.press("g:grants:q:oldest-age")
    talk.say("twenty", NOTHING)
    assert "grants-fit" in talk.keys


@pytest.mark.parametrize(
    ("words", "key"),
    [("12-forty", "guide-misread-number"), ("-3", "guide-misread-number"), ("99999999", "guide-misread-number")],
)
def test_a_number_that_cannot_be_is_explained(words: str, key: str) -> None:
    talk = scouts()
    talk.press("g:grants:q:oldest-age")
    talk.say(words, NOTHING)
    assert key in talk.keys
    assert progress(talk, GRANTS).at == "oldest-age"


def test_a_question_interrupts_and_the_guide_goes_on_where_it_was() -> None:
    talk = scouts()
    at = progress(talk, GRANTS).at
    talk.say("How do I get a CPR number?", decided(Kind.ANSWER, "cpr-registration"))
    assert actions(talk.said[0].content)[0] == "g:grants"
    assert talk.state.aside
    talk.press("g:grants")
    assert progress(talk, GRANTS).at == at
    assert len(progress(talk, GRANTS).answers) == 5


def test_a_case_of_ones_own_interrupts_too() -> None:
    talk = scouts()
    talk.say("my application was refused and nobody answers me", STAFF)
    assert talk.state.step == "consent"


def test_not_knowing_is_an_answer() -> None:
    talk = make_talk()
    talk.command("grants")
    first = progress(talk, GRANTS).at
    talk.say("no idea", NOTHING)
    assert progress(talk, GRANTS).answers == {first: UNKNOWN}
    assert progress(talk, GRANTS).at != first


def test_the_same_button_twice_changes_nothing() -> None:
    talk = make_talk()
    talk.command("grants")
    talk.press("g:grants:a:activity:host-visit")
    once = progress(talk, GRANTS)
    talk.press("g:grants:a:activity:host-visit")
    assert progress(talk, GRANTS) == once


@pytest.mark.parametrize("action", ["g:grants:a:gone:x", "g:grants:a:activity:gone", "g:grants:zz", "g:grants:d:gone"])
def test_a_button_of_another_edition_says_where_we_are(action: str) -> None:
    talk = scouts()
    before = progress(talk, GRANTS)
    talk.press(action)
    assert "guide-stale" in talk.keys
    assert progress(talk, GRANTS) == before


def test_a_changed_definition_keeps_what_it_still_knows() -> None:
    talk = make_talk()
    old = Progress(GRANTS, {"applicant": "association", "gone": "x", "activity": "gone", "days": "many"}, at="gone",
                   asked=("applicant", "gone"))  # fmt: skip
    talk.state = replace(talk.state, progress=(old,), guide=GRANTS)
    talk.press("g:grants")
    assert progress(talk, GRANTS).answers == {"applicant": "association"}
    assert progress(talk, GRANTS).at in knowledge().guides.questions


def test_going_back_takes_the_answer_back() -> None:
    talk = make_talk()
    talk.command("grants")
    talk.press("g:grants:a:activity:host-visit")
    talk.press("g:grants:b")
    assert progress(talk, GRANTS).at == "activity"
    assert progress(talk, GRANTS).answers == {}


def test_the_result_goes_to_staff_as_a_brief_once_it_was_seen() -> None:
    talk = scouts()
    talk.press("g:grants:h")
    assert "preview-ask" in talk.keys
    assert "Brandenburg an der Havel, Germany" in shown(talk)
    talk.press(f"p:send:{talk.state.drafts}")
    (effect,) = (effect for effect in talk.effects if isinstance(effect, OpenTicket))
    assert (effect.draft.guide, effect.draft.answers["participants"]) == (GRANTS, "14")


# ---- the company's intake --------------------------------------------------------------------------------


def test_a_company_reaches_the_business_team_with_a_brief() -> None:
    talk = make_talk("pl")
    talk.command("company")
    talk.say("jesteśmy firmą z Indii i chcemy otworzyć biuro w Ballerup, 40 pracowników, branża IT", ANSWER)
    answers = progress(talk, "company").answers
    assert {"goal": "invest", "origin": "outside-eu", "employees": "40"}.items() <= answers.items()
    talk.press("g:company:a:stage:established")
    talk.press("g:company:a:timing:half-year")
    talk.say("szukamy 500 metrów biura blisko pociągu", NOTHING)
    assert "offers-fit" in talk.keys
    talk.press("g:company:h")
    assert "Biznes" in shown(talk)
    talk.press(f"p:send:{talk.state.drafts}")
    (effect,) = (effect for effect in talk.effects if isinstance(effect, OpenTicket))
    assert effect.draft.lines == ("szukamy 500 metrów biura blisko pociągu",)


def test_a_cvr_number_is_checked() -> None:
    talk = make_talk()
    talk.command("company")
    for answer in ("goal:export", "origin:ballerup", "stage:growing", "sector:digital"):
        talk.press(f"g:company:a:{answer}")
    talk.say("12", NOTHING)
    talk.press("g:company:a:timing:now")
    talk.say("12345678", NOTHING)
    assert "guide-misread-cvr" in talk.keys
    talk.say("13585628", NOTHING)
    assert progress(talk, "company").answers["cvr"] == "13585628"


def test_no_cvr_number_is_asked_of_who_has_none() -> None:
    talk = make_talk()
    talk.command("company")
    for answer in ("goal:invest", "origin:eu", "stage:idea", "sector:green"):
        talk.press(f"g:company:a:{answer}")
    talk.press("g:company:s:employees")
    talk.press("g:company:a:timing:later")
    assert progress(talk, "company").at == "needs"


# ---- the arrival checklist -------------------------------------------------------------------------------


def arrived() -> Talk:
    talk = make_talk()
    talk.command("arrival")
    for answer in ("citizenship:eu", "reason:job", "stay:long", "children:yes"):
        talk.press(f"g:arrival:a:{answer}")
    talk.say("12 October 2026", NOTHING)
    talk.say("1 December 2026", NOTHING)
    return talk


def test_the_checklist_begins_with_what_can_be_done_and_tells_the_last_day() -> None:
    talk = arrived()
    assert "12 January 2027" in shown(talk)
    assert "g:arrival:i:cpr" not in actions(talk.said[0].content)


def test_steps_are_ticked_and_unlock_the_next_ones() -> None:
    talk = arrived()
    for step in ("eu-document", "home", "address-paper", "documents"):
        talk.press(f"g:arrival:t:{step}")
    assert "g:arrival:i:cpr" in actions(talk.said[0].content)
    talk.press("g:arrival:t:home")
    assert "home" not in progress(talk, "arrival").done
    talk.press("g:arrival:l")
    assert "g:arrival:t:home" in actions(talk.said[0].content)
    talk.say("what's next?", NOTHING)
    assert "checklist-next" in talk.keys


def test_whats_next_can_be_asked_any_time() -> None:
    talk = arrived()
    talk.press("g:arrival:x")
    assert talk.state.guide is None
    talk.say("what's next?", NOTHING)
    assert "checklist-next" in talk.keys
    fresh = make_talk()
    fresh.say("what's next?", NOTHING)
    assert fresh.state.guide is None


def test_a_reminder_comes_only_when_asked_for_and_not_for_what_is_done() -> None:
    talk = arrived()
    talk.press("g:arrival:m:eu-document")
    assert talk.effects[0] == Remind("arrival:eu-document", date(2026, 12, 29))
    talk.do(make_incoming(kind=IncomingKind.REMINDER, text="", argument="arrival:eu-document"), NOTHING)
    assert "reminder-now" in talk.keys
    talk.press("g:arrival:t:eu-document")
    talk.do(make_incoming(kind=IncomingKind.REMINDER, text="", argument="arrival:eu-document"), NOTHING)
    assert not talk.effects
    talk.press("g:arrival:u:eu-document")
    assert talk.effects[0] == Remind("arrival:eu-document", None)


def test_a_day_that_cannot_be_read_is_explained() -> None:
    talk = make_talk()
    talk.command("arrival")
    for answer in ("citizenship:eu", "reason:job", "stay:long", "children:no"):
        talk.press(f"g:arrival:a:{answer}")
    talk.say("when the birds sang", NOTHING)
    assert "guide-misread-date" in talk.keys


# ---- partner cities --------------------------------------------------------------------------------------


def test_cities_and_what_they_offer() -> None:
    talk = make_talk()
    talk.command("cities")
    for name, city in knowledge().guides.cities.items():
        talk.press(f"c:{name}")
        for offer in city.offers:
            assert f"c:{name}:{offer.audience}" in actions(talk.said[0].content)
        for audience in {offer.audience for offer in city.offers}:
            talk.press(f"c:{name}:{audience}")
            assert "stale-button" not in talk.keys
            talk.press(f"c:{name}")
    talk.press("c:atlantis")
    assert talk.keys == ["cities-ask"]


# ---- whatever happens ------------------------------------------------------------------------------------

_guides = st.sampled_from(["grants", "company", "arrival"])
_words = st.one_of(
    st.sampled_from(
        [
            *("yes", "no", "no idea", "30", "-1", "12-forty", "3 May", "a club", "stop", "back", "skip", "start over"),
            *("change ages", "what's next?", "DK 13585628", "we are 14 scouts going to Brandenburg"),
            *("", "؟", "نعم", "两个人", "x" * 1500),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)  # fmt: skip
_decisions = st.sampled_from(
    [NOTHING, STAFF, decided(Kind.ANSWER, "cpr-registration"), decided(Kind.SMALLTALK, topic="thanks"),
     Decision(Kind.CHOICES, None, ("tax-card", "mitid"), 0.4, "en"), decided(Kind.OUT_OF_SCOPE)]
)  # fmt: skip
_moves = st.one_of(
    st.tuples(st.just("command"), _guides),
    st.tuples(st.just("say"), _words),
    st.tuples(st.just("press"), st.integers(0, 400)),
    st.tuples(st.just("verb"), st.tuples(_guides, st.sampled_from([*"asbxcqrflndhtimu"]), _words).map(":".join)),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(LANGUAGES), st.lists(st.tuples(_moves, _decisions), max_size=14))
def test_no_sequence_raises_loops_or_traps(language: str, moves: list[tuple[tuple[str, str | int], Decision]]) -> None:
    talk = make_talk(language)
    buttons: list[str] = []
    for (kind, value), decision in moves:
        match kind:
            case "command":
                talk.command(str(value))
            case "say":
                talk.say(str(value), decision)
            case "press" if buttons:
                talk.press(buttons[int(value) % len(buttons)])
            case "verb":
                talk.press(f"g:{value}")
        for effect in talk.effects:
            if isinstance(effect, Say):
                check_content(effect.content, renderer())
                buttons += actions(effect.content)
    check_ways_out(talk)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guide", ["grants", "company", "arrival"])
def test_every_option_can_be_chosen_by_its_own_words(language: str, guide: str) -> None:
    """The first words of each option's list mean that option in a language, and no other one."""
    assert guide in guides_of(knowledge())
    talk = make_talk(language)
    typed = knowledge().guides.typed[language].choices[guide]
    missed = []
    for name, options in typed.items():
        for option, words in options.items():
            talk.state = Conversation(language=language)
            talk.command(guide)
            talk.press(f"g:{guide}:q:{name}")
            talk.say(words[0].replace("*", ""), NOTHING)
            if progress(talk, guide).answers.get(name) != option:
                missed.append((name, option, words[0]))
    assert not missed


def test_something_else_is_an_answer_of_its_own() -> None:
    talk = make_talk()
    talk.command("grants")
    talk.press(f"g:grants:a:activity:{OTHER}")
    assert progress(talk, GRANTS).answers == {"activity": OTHER}
