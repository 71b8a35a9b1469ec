"""Promises in working time, their warnings, and cases that are silent for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.mail import Priority
from bot.core.model import IncomingKind, Ref, Sentence
from bot.core.ticket import State
from bot.store import promises, tables, timers
from tests.factories import CHANNEL, make_incoming, make_library
from tests.service.scene import ASE, BO, GROUP, TRADE, Scene, actions, keys, make_scene
from tests.store.rows import rows

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock

_DENMARK = ZoneInfo("Europe/Copenhagen")
_WEEK = {day: (time(9), time(15)) for day in range(1, 6)}
_DAY = 86_400_000


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """A moment of the Danish clock, in ms."""
    return int(datetime(year, month, day, hour, minute, tzinfo=_DENMARK).timestamp() * 1000)


@pytest.fixture(scope="session")
def working() -> Loaded:
    """Both departments work on weekdays from 9 to 15; the citizens' promises an answer in 8 working hours."""
    library = make_library()
    known = library.knowledge.departments
    departments = {
        "citizens": replace(known["citizens"], hours=_WEEK, promise_hours=8),
        "trade": replace(known["trade"], hours=_WEEK),
    }
    return replace(library, knowledge=replace(library.knowledge, departments=departments))


@pytest.fixture
def scene(database: Database, working: Loaded, clock: FakeClock) -> Scene:
    """On a Thursday at 14: two hours of work are left before the weekend's Friday."""
    clock.at = at(2026, 12, 3, 14)
    return make_scene(database, working, clock)


def goes_off(scene: Scene) -> list[str]:
    """Lets every timer that is due go off, as the alarm does; returns what they were about."""
    about = []
    while timer := scene.database.run(lambda c: timers.due(c, scene.clock.now(), (CHANNEL,))):
        scene.database.run(lambda c, timer=timer: timers.drop(c, timer))  # type: ignore[misc]
        kind = IncomingKind(timer.kind)
        scene.handle(make_incoming(kind=kind, argument=timer.about, chat=timer.chat, text=""))
        about.append(f"{timer.kind} {timer.about.rpartition(':')[2]}")
    return about


def to_staff(scene: Scene) -> list[Mail]:
    return [mail for mail in scene.mails() if mail.staff and mail.kind == "say"]


def args(mail: Mail, key: str) -> Any:
    assert mail.content is not None
    return next(part.args for part in mail.content.parts if isinstance(part, Sentence) and part.key == key)


# ---- making and telling ----------------------------------------------------------------------------------


def test_the_promise_is_told_in_working_time(scene: Scene) -> None:
    number = scene.asks_a_person()
    due = at(2026, 12, 7, 10)  # an hour on Thursday, six on Friday, one on Monday
    assert scene.ticket(number).promised_at == due
    (told,) = [mail for mail in scene.to("100") if "handed-over" in keys(mail)]
    assert keys(told) == ["handed-over", "answer-promised"]
    assert args(told, "answer-promised") == {"moment": Ref("moment", str(due))}


def test_out_of_hours_it_is_said_when_staff_are_back(scene: Scene) -> None:
    scene.clock.at = at(2026, 12, 24, 15, 30)  # Thursday; then two holidays and a weekend
    scene.asks_a_person()
    told = scene.to("100")[-1]
    assert keys(told) == ["handed-over", "staff-away", "answer-promised"]
    assert args(told, "staff-away") == {"moment": Ref("moment", str(at(2026, 12, 28, 9)))}
    assert args(told, "answer-promised") == {"moment": Ref("moment", str(at(2026, 12, 29, 11)))}


def test_a_department_without_a_promise_promises_nothing(scene: Scene) -> None:
    scene.says("open a restaurant")
    scene.presses("p:ask")
    scene.presses(scene.button("p:send"))
    assert scene.ticket(1).promised_at is None
    assert keys(scene.to("100")[-1]) == ["handed-over"]
    assert rows(scene.database, tables.timers) == []


def test_the_person_sees_the_promise_among_their_cases(scene: Scene) -> None:
    scene.asks_a_person()
    (listed,) = scene.says("", kind=IncomingKind.COMMAND, argument="mycases")
    assert args(listed, "case-promised") == {"day": Ref("day", "2026-12-07")}


def test_the_card_shows_the_promise(scene: Scene) -> None:
    number = scene.asks_a_person()
    card = scene.database.run(lambda c: scene.desk.card(c, number))
    assert Sentence("card-promised", {"moment": Ref("moment", str(at(2026, 12, 7, 10)))}, tight=True) in card.parts


# ---- warning ---------------------------------------------------------------------------------------------


def test_staff_are_warned_when_three_quarters_and_all_of_the_time_are_gone(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.clock.at = at(2026, 12, 4, 13, 59)  # a minute before six hours of work are gone
    assert goes_off(scene) == []
    scene.clock.at = at(2026, 12, 4, 14)
    assert goes_off(scene) == ["promise 75"]
    warning = to_staff(scene)[-1]
    assert (keys(warning), warning.ticket, warning.priority) == (["desk-promise-soon"], number, Priority.NEW_TICKET)
    scene.clock.at = at(2026, 12, 7, 10)
    assert goes_off(scene) == ["promise 100"]
    in_topic, to_all = to_staff(scene)[-2:]
    assert (keys(in_topic), in_topic.ticket) == (["desk-promise-over"], number)
    assert (keys(to_all), to_all.ticket, to_all.chat, to_all.target) == (["desk-waits-for-somebody"], None, GROUP, "")


def test_a_claimed_ticket_that_is_silent_goes_back_to_the_queue(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_commands(number, "claim", ASE)
    scene.clock.at = at(2026, 12, 7, 10)
    goes_off(scene)
    ticket = scene.ticket(number)
    assert (ticket.state, ticket.owner, ticket.owner_name) == (State.NEW, None, None)
    assert Sentence("desk-returned", {"name": "Åse"}) in to_staff(scene)[-1].content.parts  # type: ignore[union-attr]
    scene.staff_commands(number, "claim", BO)
    assert scene.ticket(number).owner == BO.id


def test_an_answer_in_time_keeps_the_promise_and_nobody_is_warned(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.clock.at = at(2026, 12, 4, 10)
    scene.staff_writes(number, "Come on Wednesday")
    assert scene.ticket(number).promised_at is None
    scene.clock.at = at(2026, 12, 7, 10)
    assert goes_off(scene) == []
    kept = scene.database.run(lambda c: promises.share(c, 0, at(2027, 1, 1)))
    assert kept == {"citizens": promises.Kept(1, 1)}


def test_an_answer_too_late_does_not_keep_it(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.clock.at = at(2026, 12, 7, 10, 1)
    scene.staff_writes(number, "Come on Wednesday")
    kept = scene.database.run(lambda c: promises.share(c, at(2026, 12, 7), at(2026, 12, 14)))
    assert kept == {"citizens": promises.Kept(0, 1)}


def test_what_the_resident_takes_back_or_staff_close_counts_for_neither(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.presses(f"o:withdraw-yes:{number}")
    other = scene.asks_a_person(chat="200")
    scene.staff_commands(other, "close")
    assert scene.database.run(lambda c: promises.share(c, 0, at(2027, 1, 1))) == {}
    scene.clock.at = at(2026, 12, 7, 10)
    assert goes_off(scene) == []


def test_when_it_is_staffs_turn_again_a_new_answer_is_promised(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Come on Wednesday")
    scene.clock.at = at(2026, 12, 4, 9)
    scene.says("at what time?")
    assert scene.ticket(number).promised_at == at(2026, 12, 7, 11)
    scene.clock.at = at(2026, 12, 4, 10)
    scene.says("hello?")  # a second word does not put it off
    assert scene.ticket(number).promised_at == at(2026, 12, 7, 11)


def test_after_a_hand_over_the_promise_stands(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_commands(number, "handover", text="trade")
    assert scene.ticket(number).promised_at == at(2026, 12, 7, 10)
    scene.clock.at = at(2026, 12, 7, 10)
    assert goes_off(scene) == ["promise 75", "promise 100"]
    assert to_staff(scene)[-1].chat == TRADE


def test_a_department_that_promises_does_so_when_it_gets_a_case(scene: Scene) -> None:
    scene.says("open a restaurant")
    scene.presses("p:ask")
    scene.presses(scene.button("p:send"))
    assert scene.ticket(1).promised_at is None
    scene.database.run(lambda c: scene.desk.transfer(c, 1, ASE, "citizens"))
    assert scene.ticket(1).promised_at == at(2026, 12, 7, 10)
    told = scene.to("100")[-1]
    assert keys(told) == ["transferred-notice", "answer-promised"]


# ---- silence ---------------------------------------------------------------------------------------------


def test_a_silent_case_is_asked_about_and_then_closed(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Come on Wednesday")
    scene.clock.advance(7 * _DAY)
    assert goes_off(scene) == ["idle ask"]
    asked = scene.to("100")[-1]
    assert (keys(asked), actions(asked)) == (["idle-notice"], [f"k:keep:{number}", f"k:done:{number}"])
    assert args(asked, "idle-notice")["day"] == Ref("day", "2026-12-12")
    scene.clock.advance(2 * _DAY)
    assert goes_off(scene) == ["idle close"]
    assert scene.ticket(number).state == State.CLOSED
    closed = scene.to("100")[-1]
    assert keys(closed) == ["closed-idle-notice", "rate-case-ask"]
    assert f"o:reopen:{number}" in actions(closed)
    assert scene.state().ticket is None
    assert goes_off(scene) == []


def test_a_word_of_the_resident_keeps_a_case_open(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Come on Wednesday")
    scene.clock.advance(7 * _DAY)
    goes_off(scene)
    scene.says("yes, one more thing")
    scene.clock.advance(2 * _DAY)
    assert "idle close" not in goes_off(scene)
    assert scene.ticket(number).open


def test_the_resident_still_needs_help(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Come on Wednesday")
    scene.clock.advance(7 * _DAY)
    goes_off(scene)
    (said,) = scene.presses(f"k:keep:{number}")
    assert keys(said) == ["staff-again"]
    assert scene.ticket(number).state == State.CLAIMED
    assert scene.ticket(number).promised_at is not None
    assert keys(to_staff(scene)[-1]) == ["desk-still-needed"]


def test_the_resident_says_that_it_is_done(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Come on Wednesday")
    (said,) = scene.presses(f"k:done:{number}")
    assert keys(said) == ["closed-notice", "rate-case-ask"]
    assert scene.ticket(number).state == State.CLOSED
    assert keys(to_staff(scene)[-1]) == ["desk-closed-by-resident"]
    assert keys(scene.presses(f"k:done:{number}")[0]) == ["stale-button"]


def test_a_case_that_staff_must_answer_is_never_idle(scene: Scene) -> None:
    scene.asks_a_person()
    scene.clock.advance(30 * _DAY)
    assert {about.split()[0] for about in goes_off(scene)} == {"promise"}


def test_waiting_for_the_resident_is_timed_from_when_staff_said_so(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Please send a photo of it")
    scene.clock.advance(3 * _DAY)
    scene.staff_commands(number, "wait")
    assert scene.ticket(number).state == State.WAITING
    scene.clock.advance(6 * _DAY)
    assert goes_off(scene) == []
    scene.clock.advance(_DAY)
    assert goes_off(scene) == ["idle ask"]


# ---- how it was ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verb", "rating"), [("good", "yes"), ("bad", "no")])
def test_one_tap_says_how_the_help_was(scene: Scene, verb: str, rating: str) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Come on Wednesday")
    scene.staff_commands(number, "close")
    (said,) = scene.presses(f"k:{verb}:{number}")
    assert keys(said) == ["rate-case-thanks" if verb == "good" else "rate-case-sorry"]
    assert scene.ticket(number).rating == rating
    card = scene.database.run(lambda c: scene.desk.card(c, number))
    assert Sentence(f"card-rated-{rating}", tight=True) in card.parts


def test_nobody_rates_or_closes_the_case_of_another(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Come on Wednesday")
    for verb in ("good", "bad", "keep", "done"):
        assert keys(scene.presses(f"k:{verb}:{number}", chat="666")[0]) == ["stale-button"]
    assert (scene.ticket(number).rating, scene.ticket(number).state) == (None, State.ANSWERED)
