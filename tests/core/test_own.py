"""The person's own cases and data: what is shown, and what each button brings about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.core import own
from bot.core.conversation import Conversation
from bot.core.effects import Case, Erase, Export, Reopen, Say, Withdraw
from bot.core.model import Ref, Sentence
from bot.core.ticket import OPEN, State
from tests.core.talk import TODAY, make_world

if TYPE_CHECKING:
    from bot.core.effects import Effect, World
    from bot.core.model import Content

POLISH = Conversation(language="pl")


def make_case(number: int = 12, state: State = State.NEW, **fields: object) -> Case:
    case = Case(number, state.value, "citizens", "cpr", date(2026, 11, 20))
    return replace(case, **fields)  # type: ignore[arg-type]


def world_of(*cases: Case) -> World:
    open_tickets = frozenset(case.number for case in cases if case.state in OPEN)
    return make_world(cases=cases, open_tickets=open_tickets)


def keys(content: Content) -> list[str]:
    return [part.key for part in content.parts if isinstance(part, Sentence)]


def actions(content: Content) -> list[str]:
    return [button.action for row in content.rows for button in row]


def effects(argument: str, world: World, state: Conversation = POLISH) -> tuple[Effect, ...]:
    found = own.button(state, argument, world)
    assert found is not None
    return found[1]


def said(argument: str, world: World) -> list[str]:
    (say,) = effects(argument, world)
    assert isinstance(say, Say)
    assert say.language == "pl"
    return keys(say.content)


# ---- the list --------------------------------------------------------------------------------------------


def test_a_case_is_shown_with_state_subject_department_and_day() -> None:
    content = own.cases(world_of(make_case(promised=date(2026, 11, 30))))
    assert content.parts == (
        Sentence("cases-intro"),
        Sentence(
            "case-line",
            {
                "number": "#12",
                "state": Ref("sentence", "state-new"),
                "department": Ref("department", "citizens"),
                "day": Ref("day", "2026-11-20"),
            },
        ),
        Sentence("card-topic", {"entry": Ref("entry", "cpr")}, tight=True),
        Sentence("case-promised", {"day": Ref("day", "2026-11-30")}, tight=True),
    )
    assert actions(content) == ["p:staff:12", "o:withdraw:12", "menu", "p:ask"]


@pytest.mark.parametrize("state", State)
def test_the_buttons_follow_the_state(state: State) -> None:
    content = own.cases(world_of(make_case(state=state)))
    wanted = ["p:staff:12", "o:withdraw:12"] if state in OPEN else ["o:reopen:12"]
    assert actions(content)[:-2] == wanted


def test_no_time_is_promised_for_a_case_that_is_over() -> None:
    content = own.cases(world_of(make_case(state=State.CLOSED, promised=date(2026, 11, 30))))
    assert "case-promised" not in keys(content)


def test_what_was_withdrawn_from_the_knowledge_is_not_named() -> None:
    content = own.cases(world_of(make_case(entry="gone", department="gone")))
    assert "card-topic" not in keys(content)
    line = content.parts[1]
    assert isinstance(line, Sentence)
    assert line.args["department"] == Ref("department", "citizens")


def test_the_five_newest_are_shown_with_a_word_about_the_others() -> None:
    many = tuple(make_case(number) for number in range(16, 10, -1))
    assert keys(own.cases(world_of(*many))).count("case-line") == 5
    assert keys(own.cases(world_of(*many)))[-1] == "cases-more"
    assert "cases-more" not in keys(own.cases(world_of(*many[:5])))
    assert "p:staff:11" not in actions(own.cases(world_of(*many)))


def test_nobody_without_cases_is_left_without_a_way_on() -> None:
    content = own.cases(world_of())
    assert (keys(content), actions(content)) == (["cases-none"], ["menu", "p:ask"])


# ---- cases -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_case_is_taken_back_after_a_question(state: State) -> None:
    world = world_of(make_case(state=state))
    assert said("withdraw:12", world) == ["withdraw-ask"]
    assert actions(own.confirm_withdraw(12)) == ["o:withdraw-yes:12", "o:keep"]
    assert effects("withdraw-yes:12", world) == (Withdraw(12),)


def test_words_for_staff_no_longer_go_to_a_case_that_was_taken_back() -> None:
    for writing_to, after in ((12, None), (13, 13)):
        state = replace(POLISH, ticket=writing_to)
        found = own.button(state, "withdraw-yes:12", world_of(make_case(12)))
        assert found is not None
        assert found[0].ticket == after


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
def test_a_case_that_is_over_is_opened_again(state: State) -> None:
    assert effects("reopen:12", world_of(make_case(state=state))) == (Reopen(12),)


@pytest.mark.parametrize(
    ("argument", "state"),
    [
        ("withdraw:12", State.CLOSED),
        ("withdraw:12", State.WITHDRAWN),
        ("withdraw-yes:12", State.CLOSED),
        ("withdraw-yes:12", State.WITHDRAWN),
        ("reopen:12", State.NEW),
        ("reopen:12", State.CLAIMED),
        ("reopen:12", State.ANSWERED),
    ],
)
def test_a_button_that_was_pressed_before_is_out_of_use(argument: str, state: State) -> None:
    assert said(argument, world_of(make_case(state=state))) == ["stale-button"]


@pytest.mark.parametrize("verb", ["withdraw", "withdraw-yes", "reopen"])
@pytest.mark.parametrize("number", ["13", "", "x", "-12", "012", "12 ", "١٢", "9" * 60])
def test_nothing_is_done_to_other_peoples_cases_or_to_none(verb: str, number: str) -> None:
    for state in (State.NEW, State.CLOSED):
        assert said(f"{verb}:{number}", world_of(make_case(state=state))) == ["stale-button"]


def test_leaving_it_as_it_is_says_so() -> None:
    assert said("keep", world_of()) == ["kept-notice"]


# ---- what is kept ----------------------------------------------------------------------------------------


def test_what_is_kept_comes_with_files_and_erasing() -> None:
    content = own.data(world_of())
    assert keys(content) == ["data-kept", "data-ask"]
    assert actions(content) == ["o:export:text", "o:export:json", "o:erase", "menu", "p:ask"]
    assert "data-open-cases" in keys(own.data(world_of(make_case())))


@pytest.mark.parametrize("form", own.FORMS)
def test_a_file_is_made_in_the_persons_language(form: str) -> None:
    assert effects(f"export:{form}", world_of()) == (Export(form, "pl"),)
    assert effects(f"export:{form}", world_of(), Conversation()) == (Export(form, "en"),)


def test_erasing_asks_first_and_names_open_cases() -> None:
    assert said("erase", world_of()) == ["erase-ask"]
    assert said("erase", world_of(make_case())) == ["erase-ask", "erase-open-cases"]
    assert actions(own.confirm_erase(world_of())) == [f"o:erase-yes:{TODAY}", "o:keep"]
    assert effects(f"erase-yes:{TODAY}", world_of()) == (Erase("pl"),)


@pytest.mark.parametrize("day", ["2026-11-23", "", "tomorrow"])
def test_an_old_yes_to_erasing_asks_again(day: str) -> None:
    assert said(f"erase-yes:{day}", world_of()) == ["erase-ask"]
    assert said("erase-yes", world_of()) == ["erase-ask"]


@pytest.mark.parametrize("argument", ["", "x", "export", "export:", "export:xml", "withdrawal:12", "erase-no"])
def test_what_never_was_a_button(argument: str) -> None:
    assert own.button(POLISH, argument, world_of(make_case())) is None


def test_every_button_fits_into_a_channels_64_bytes() -> None:
    number = 2**63 - 1
    contents = [
        own.confirm_withdraw(number),
        own.withdrawn(number),
        own.reopened(number),
        own.confirm_erase(world_of()),
    ]
    assert all(len(action.encode()) <= 64 for content in contents for action in actions(content))
