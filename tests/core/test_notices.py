from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.conversation import Answered, Conversation, Draft, Exchange, Progress
from bot.core.effects import Case, Count, Erase, World
from bot.core.guides import Ask, AskType, Checklist, Guides, Step
from bot.core.model import Answer, Content, IncomingKind, Ref, Sentence
from bot.core.notices import (
    KINDS,
    Notice,
    can_be_said,
    concerns,
    matching,
    noticed,
    reference,
    referred,
    sentence,
    with_notices,
)
from tests.core.talk import ANSWER, BUSINESS, DANGER, STAFF, TODAY, Talk, keys, make_world
from tests.factories import make_entry, make_incoming, make_knowledge
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from bot.core.effects import Effect

_WEATHER = replace(make_entry("cpr", topic="contact"), id="contact-hours")
_KNOWN = make_knowledge()
KNOWLEDGE = replace(_KNOWN, entries={**_KNOWN.entries, _WEATHER.id: _WEATHER})
LATER = TODAY + timedelta(days=30)
PLAIN = Content((Sentence("menu-ask"),))


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def notice(kind: Any, first: int = 0, last: int = 3, **fields: Any) -> Notice:
    """A notice of days counted from today, about citizens or the CPR number."""
    about: dict[str, Any] = {"closed": {"department": "citizens"}, "delay": {"department": "citizens"}}.get(kind, {})
    about = {"entry": "cpr"} if kind == "changed" else about
    return Notice(**{"id": 1, "kind": kind, "first": day(first), "last": day(last)} | about | fields)


def world(*notices: Notice, **fields: Any) -> World:
    return make_world(KNOWLEDGE, notices=notices, **fields)


def shown(content: Content) -> list[str]:
    return [key for key in keys(content) if key.startswith("notice-")]


# ---- words -----------------------------------------------------------------------------------------------

CLOSED, DAY = Ref("department", "citizens"), Ref("day", day(3).isoformat())


@pytest.mark.parametrize(
    ("said", "key", "args"),
    [
        (notice("closed"), "notice-closed", {"department": CLOSED, "first": Ref("day", "2026-11-24"), "last": DAY}),
        (notice("closed", first=3), "notice-closed-day", {"department": CLOSED, "last": DAY}),
        (notice("delay"), "notice-delay", {"department": CLOSED, "last": DAY}),
        (notice("storm"), "notice-storm", {"last": DAY, "number": "112"}),
        (notice("changed", first=3), "notice-changed", {"entry": Ref("entry", "cpr"), "first": DAY}),
    ],
)
def test_the_words_of_a_notice_stand_out(said: Notice, key: str, args: dict[str, object]) -> None:
    assert sentence(said, KNOWLEDGE) == Sentence(key, args, bold=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_can_quote_a_notice(kind: str) -> None:
    said, renderer = notice(kind), make_renderer(KNOWLEDGE)
    assert referred(reference(said).id) == replace(said, id=0)
    for language in ("en", "da", "pl"):
        quoted = renderer.sentence("button-withdraw-notice", language, notice=reference(said))
        assert renderer.render(Content((sentence(said, KNOWLEDGE),)), language).text in quoted


@pytest.mark.parametrize("name", ["", "closed", "flood/2026-11-24/2026-11-24/"])
def test_another_name_is_no_notice(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        referred(name)


# ---- when and where --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "kinds"),
    [
        pytest.param(0, 0, KINDS, id="today only"),
        pytest.param(-5, 0, KINDS, id="the last day"),
        pytest.param(-5, -1, (), id="over"),
        pytest.param(1, 3, ("closed", "changed"), id="ahead"),
    ],
)
def test_the_days_of_a_notice(first: int, last: int, kinds: tuple[str, ...]) -> None:
    found = [
        kind for kind in KINDS for entry in ("cpr", "contact-hours")
        if matching([notice(kind, first, last)], entry, KNOWLEDGE, TODAY)
    ]  # fmt: skip
    assert set(found) == set(kinds)
    storms = world(notice("storm", first, last))
    assert concerns(storms.notices[0], Conversation(), storms) == ("storm" in kinds)


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        ("closed", {"cpr", "emergency-112", "contact-hours"}),
        ("delay", {"cpr", "emergency-112", "contact-hours"}),
        ("changed", {"cpr"}),
        ("storm", {"contact-hours"}),
    ],
)
def test_which_answers_a_notice_is_about(kind: str, entries: set[str]) -> None:
    found = {name for name in (*KNOWLEDGE.entries, "gone") if matching([notice(kind)], name, KNOWLEDGE, TODAY)}
    assert found == entries


def test_a_storm_comes_first_then_what_begins_first() -> None:
    many = [notice("closed", 2, id=1), notice("delay", -3, id=2), notice("storm", 0, id=3)]
    assert [one.id for one in matching(many, "contact-hours", KNOWLEDGE, TODAY)] == [3, 2, 1]


@pytest.mark.parametrize("about", [{"kind": "closed", "department": "gone"}, {"kind": "changed", "entry": "gone"}])
def test_what_is_no_longer_known_is_not_told(about: dict[str, Any]) -> None:
    lost = notice(**about)
    assert not can_be_said(lost, KNOWLEDGE)
    asked = Conversation(recent=(Exchange("?", "gone"),))
    content, state = with_notices(PLAIN, asked, world(lost), ["cpr", "gone"])
    assert (content, state) == (PLAIN, asked)


# ---- whom it concerns ------------------------------------------------------------------------------------


def _case(state: str, department: str = "citizens") -> Case:
    return Case(1, state, department, None, TODAY)


@pytest.mark.parametrize(
    ("state", "cases", "kinds"),
    [
        pytest.param(Conversation(), (), {"storm"}, id="nobody knows them"),
        pytest.param(
            Conversation(recent=(Exchange("a", "cpr"), Exchange("b"))), (), {"storm", "closed", "delay", "changed"},
            id="asked lately",
        ),
        pytest.param(
            Conversation(answered=Answered("cpr", "en", 0.9)), (), {"storm", "closed", "delay", "changed"},
            id="was answered",
        ),
        pytest.param(Conversation(recent=(Exchange("a", "business"),)), (), {"storm"}, id="asked others"),
        pytest.param(
            Conversation(recent=(Exchange("a", "contact-hours"),)), (), {"storm", "closed", "delay"},
            id="asked the department something else",
        ),
        pytest.param(Conversation(), (_case("claimed"),), {"storm", "closed", "delay"}, id="has an open case"),
        pytest.param(Conversation(), (_case("closed"),), {"storm"}, id="has a closed case"),
        pytest.param(Conversation(), (_case("new", "trade"),), {"storm"}, id="has a case with others"),
        pytest.param(Conversation(recent=(Exchange("a", "gone"),)), (), {"storm"}, id="asked what is gone"),
    ],
)  # fmt: skip
def test_whom_a_notice_concerns(state: Conversation, cases: tuple[Case, ...], kinds: set[str]) -> None:
    here = world(cases=cases)
    assert {kind for kind in KINDS if concerns(notice(kind), state, here)} == kinds


_WORDS = dict.fromkeys(("en", "da", "pl"), "Do it")
_EU = Ask("eu", AskType.YES_NO, None, _WORDS, {})
_STEPS = (
    Step("register", "cpr", {"eu": ("yes",)}, (), None, None, _WORDS),
    Step("open", "business", {}, (), None, None, _WORDS),
)
_ARRIVAL = Checklist("arrival", "checklist", None, _WORDS, {"eu": _EU}, _STEPS)


@pytest.mark.parametrize(
    ("progress", "told"),
    [
        pytest.param(Progress("arrival", {"eu": "yes"}), True, id="has the step before them"),
        pytest.param(Progress("arrival"), True, id="may have it before them"),
        pytest.param(Progress("arrival", {"eu": "no"}), False, id="need not take it"),
        pytest.param(Progress("arrival", {"eu": "yes"}, done=("register",)), False, id="has taken it"),
        pytest.param(Progress("gone", {"eu": "yes"}), False, id="another guide"),
        pytest.param(Progress("grants"), False, id="grants"),
    ],
)
def test_a_change_concerns_who_has_the_step_before_them(progress: Progress, *, told: bool) -> None:
    knowledge = replace(KNOWLEDGE, guides=Guides({}, {}, {}, {"arrival": _ARRIVAL}))
    here = make_world(knowledge)
    assert concerns(notice("changed"), Conversation(progress=(progress,)), here) == told


# ---- in what is said -------------------------------------------------------------------------------------

ASKED = Conversation(recent=(Exchange("a", "cpr"),))


def test_a_matching_notice_stands_on_top_each_time() -> None:
    here, answer = world(notice("closed")), Content((Answer("cpr"),))
    content, state = with_notices(answer, Conversation(), here, ["cpr"])
    assert content.parts == (sentence(notice("closed"), KNOWLEDGE), Answer("cpr"))
    assert state.told == (1,)
    assert with_notices(answer, state, here, ["cpr"]) == (content, state)


def test_any_other_reply_tells_it_once() -> None:
    here = world(notice("closed"))
    content, state = with_notices(PLAIN, ASKED, here, ())
    assert shown(content) == ["notice-closed"]
    assert state.told == (1,)
    assert with_notices(PLAIN, state, here, ()) == (PLAIN, state)
    assert with_notices(PLAIN, Conversation(), here, ()) == (PLAIN, Conversation())


def test_two_notices_at_most_and_the_rest_with_the_next_reply() -> None:
    here = world(notice("closed", id=1), notice("delay", id=2), notice("storm", id=3), notice("changed", id=4))
    content, state = with_notices(Content((Answer("cpr"),)), ASKED, here, ["cpr"])
    assert shown(content) == ["notice-closed", "notice-delay"]
    content, state = with_notices(PLAIN, state, here, ())
    assert shown(content) == ["notice-storm", "notice-changed"]
    assert with_notices(PLAIN, state, here, ()) == (PLAIN, state)


def test_the_same_notice_published_twice_is_told_once() -> None:
    here = world(notice("storm", id=1), notice("storm", id=2))
    content, state = with_notices(PLAIN, Conversation(), here, ())
    assert (shown(content), state.told) == (["notice-storm"], (1, 2))


def test_the_newest_fifty_are_remembered() -> None:
    state = Conversation(told=tuple(range(100, 150)))
    _, state = with_notices(PLAIN, state, world(notice("storm", id=7)), ())
    assert state.told == (*range(101, 150), 7)


def test_above_danger_stands_nothing() -> None:
    here = world(notice("closed"), notice("storm", id=2))
    for entries in (["emergency-112"], ["cpr", "emergency-112"]):
        assert with_notices(PLAIN, ASKED, here, entries) == (PLAIN, ASKED)


STORM = notice("storm", id=3)


def talk(*notices: Notice) -> Talk:
    return Talk(world(*(notices or (STORM,))))


def test_danger_comes_alone() -> None:
    talking = talk()
    talking.say("help", DANGER)
    assert (talking.keys, talking.state.told) == ([], ())
    talking.press("e:emergency-112")
    assert (talking.keys, talking.state.told) == ([], ())


def test_a_preview_shows_only_what_is_passed_on() -> None:
    talking = talk()
    talking.say("a person please", STAFF)
    assert "notice-storm" not in talking.keys
    talking.press("p:cancel:1")
    assert talking.keys == ["notice-storm", "handover-cancelled"]


def test_a_link_to_an_answer_has_the_notice_on_the_answer() -> None:
    talking = talk(notice("closed"))
    talking.do(make_incoming(kind=IncomingKind.START, text="cpr"))
    greeting, answer = talking.said
    assert (shown(greeting.content), shown(answer.content)) == ([], ["notice-closed"])


@pytest.mark.parametrize("kind", [IncomingKind.GROUP, IncomingKind.UNREACHABLE, IncomingKind.TOPIC_CREATED])
def test_what_no_person_asked_for_carries_no_notice(kind: IncomingKind) -> None:
    talking = talk()
    talking.do(make_incoming(kind=kind, text=""))
    assert "notice-storm" not in talking.keys
    assert talking.state.told == ()


@pytest.mark.parametrize("action", ["e:cpr", "m:cpr", "s:cpr", "d:cpr"])
def test_every_form_of_an_answer_has_it_on_top(action: str) -> None:
    talking = talk(notice("changed"))
    talking.press(action)
    assert talking.keys[0] == "notice-changed"


def test_another_department_is_told_nothing() -> None:
    talking = talk(notice("closed", department="trade"))
    talking.say("cpr", ANSWER)
    assert talking.keys == []
    talking.say("company", BUSINESS)
    assert talking.keys == ["notice-closed"]


def test_effects_without_words_stay_as_they_are() -> None:
    effects: tuple[Effect, ...] = (Count("en", 0.5, "answer"), Erase("en"))
    assert noticed(ASKED, effects, world(STORM)) == (ASKED, effects)


# ---- whatever there is -----------------------------------------------------------------------------------

_entries = st.sampled_from((*KNOWLEDGE.entries, "gone", ""))
_days = st.integers(-3, 3).map(day)
_notices = st.builds(
    Notice,
    id=st.just(0),
    kind=st.sampled_from(KINDS),
    first=_days,
    last=_days,
    department=st.none() | st.sampled_from(("citizens", "trade", "gone")),
    entry=st.none() | _entries,
)
_states = st.builds(
    Conversation,
    recent=st.lists(st.builds(Exchange, st.text(max_size=3), st.none() | _entries), max_size=3).map(tuple),
    answered=st.none() | st.builds(Answered, _entries, st.just("en"), st.none()),
    step=st.sampled_from(("idle", "compose", "consent")),
    draft=st.none() | st.just(Draft(1)),
)
_RENDERER = make_renderer(KNOWLEDGE)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(_notices, max_size=8),
    _states,
    st.lists(st.lists(_entries, max_size=3), max_size=6),
    st.lists(st.sampled_from(("new", "closed")).map(_case), max_size=2),
)
def test_nothing_raises_and_nothing_is_told_again(
    found: list[Notice], state: Conversation, replies: list[list[str]], cases: list[Case]
) -> None:
    numbered = [replace(one, id=number) for number, one in enumerate(found, 1)]
    here, before = world(*numbered, cases=tuple(cases)), set[str]()
    for entries in replies:
        content, state = with_notices(PLAIN, state, here, entries)
        assert content.parts[-1:] == PLAIN.parts
        top = [_RENDERER.render(Content((part,)), "en").text for part in content.parts[:-1]]
        assert len(top) == len(set(top)) <= 2
        again = [one for entry in entries for one in matching(numbered, entry, KNOWLEDGE, TODAY)]
        allowed = {_RENDERER.render(Content((sentence(one, KNOWLEDGE),)), "en").text for one in again}
        assert not before & set(top) - allowed
        before |= set(top)
        assert len(state.told) == len(set(state.told))
