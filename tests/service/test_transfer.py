"""Handing over to another department, giving back, and what staff write in a topic that the case has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Copy
from bot.core.model import Quote, Ref, Sentence
from bot.core.ticket import State
from bot.service.desk import Staff
from bot.store import tables
from tests.factories import make_incoming
from tests.service.scene import ASE, BO, GROUP, TRADE, Scene, actions, keys, make_scene, quotes
from tests.store.rows import rows

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock


@pytest.fixture
def number(scene: Scene) -> int:
    return scene.asks_a_person()


def new(scene: Scene, before: int) -> list[Mail]:
    return scene.mails()[before:]


def test_the_departments_are_offered_and_one_press_hands_over(scene: Scene, number: int) -> None:
    scene.staff_presses(number, f"handover:{number}")
    offered = scene.mails()[-1]
    assert (keys(offered), actions(offered)) == (["handover-ask"], [f"to:{number}:trade"])
    scene.staff_presses(number, f"to:{number}:trade")
    ticket = scene.ticket(number)
    assert (ticket.department, ticket.staff_chat, ticket.staff_thread) == ("trade", TRADE, None)
    assert (ticket.state, ticket.owner) == (State.NEW, None)


def test_the_case_moves_with_all_that_was_said(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Which company?")
    scene.says("Hansen and sons")
    scene.staff_writes(number, "// known here", ASE)
    before = len(scene.mails())
    scene.staff_commands(number, "handover", text="trade")
    old = [mail for mail in new(scene, before) if mail.chat == GROUP and mail.ticket is None]
    assert [(mail.kind, mail.target) for mail in old] == [("say", f"t{number}"), ("close_topic", f"t{number}")]
    assert keys(old[0]) == ["desk-moved"]
    there = [mail for mail in new(scene, before) if mail.chat == TRADE]
    assert [mail.kind for mail in there] == ["topic", "card", "say", "say"]
    assert keys(there[2]) == ["desk-moved-here"]
    assert keys(there[3]) == ["history-staff", "history-resident", "history-note"]
    assert quotes(there[3]) == ["Which company?", "Hansen and sons", "known here"]
    assert keys(scene.to("100")[-1]) == ["transferred-notice"]


def test_files_of_both_sides_move_too(scene: Scene, number: int) -> None:
    scene.staff_presses(number, f"claim:{number}")
    scene.sends_file("photo", message_id="71")
    before = len(scene.mails())
    scene.staff_commands(number, "handover", text="trade")
    copies = [mail.copy for mail in new(scene, before) if mail.kind == "copy"]
    assert copies == [Copy("100", "71", "photo")]


def test_a_long_message_moves_whole(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "x" * 1500)
    scene.staff_commands(number, "handover", text="trade")
    moved = [mail for mail in scene.to(TRADE) if "history-staff" in keys(mail)]
    assert "".join(quotes(moved[0])) == "x" * 1500


def test_the_new_department_answers_and_the_old_one_is_told_where_the_case_is(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "handover", text="trade")
    before = len(scene.to("100"))
    old = make_incoming(text="by the way", chat=GROUP, thread=f"t{number}", staff=True, sender=ASE.id)
    scene.handle(old)
    assert len(scene.to("100")) == before
    assert scene.mails()[-1].content is not None
    assert scene.mails()[-1].target == f"t{number}"
    assert scene.mails()[-1].content.parts == (  # type: ignore[union-attr]
        Sentence("desk-elsewhere", {"number": f"#{number}", "department": Ref("department", "trade")}),
    )
    scene.database.run(lambda c: scene.receipts.topic_created(c, number, "new", TRADE))
    scene.staff_writes(number, "Welcome", BO)
    assert quotes(scene.to("100")[-1]) == ["Welcome"]
    assert scene.ticket(number).owner == BO.id


def test_a_case_of_somebody_else_is_not_handed_over(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "claim", ASE)
    scene.staff_commands(number, "handover", BO, text="trade")
    assert scene.ticket(number).department == "citizens"
    assert keys(scene.mails()[-1]) == ["desk-taken"]


@pytest.mark.parametrize("to", ["citizens", "nobody", ""])
def test_a_department_that_has_it_or_is_none_is_refused(scene: Scene, number: int, to: str) -> None:
    before = scene.ticket(number)
    scene.staff_presses(number, f"to:{number}:{to}")
    assert scene.ticket(number) == before
    assert keys(scene.mails()[-1]) == ["handover-refused"]


def test_a_department_without_a_group_goes_to_the_default_one(
    database: Database, library: Loaded, clock: FakeClock
) -> None:
    scene = make_scene(database, library, clock, chats={"citizens": GROUP})
    number = scene.asks_a_person()
    scene.staff_commands(number, "handover")
    assert keys(scene.mails()[-1]) == ["handover-nowhere"]
    scene.staff_presses(number, f"to:{number}:trade")
    assert keys(scene.mails()[-1]) == ["handover-refused"]
    assert scene.ticket(number).staff_chat == GROUP


def test_departments_that_share_a_group_keep_the_topic(database: Database, library: Loaded, clock: FakeClock) -> None:
    scene = make_scene(database, library, clock, chats={"citizens": GROUP, "trade": GROUP})
    number = scene.asks_a_person()
    scene.staff_commands(number, "handover", text="trade")
    ticket = scene.ticket(number)
    assert (ticket.department, ticket.staff_chat, ticket.staff_thread) == ("trade", GROUP, f"t{number}")
    assert "desk-moved" in [key for mail in scene.mails() for key in keys(mail)]


def test_there_and_back_again(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "handover", text="trade")
    scene.database.run(lambda c: scene.receipts.topic_created(c, number, "there", TRADE))
    scene.staff_commands(number, "handover", BO, text="citizens")
    scene.database.run(lambda c: scene.receipts.topic_created(c, number, "back", GROUP))
    topics = [(row["chat"], row["thread"]) for row in rows(scene.database, tables.topics)]
    assert sorted(topics) == sorted([(GROUP, f"t{number}"), (TRADE, "there"), (GROUP, "back")])
    scene.staff_writes(number, "Here again")
    assert quotes(scene.to("100")[-1]) == ["Here again"]


def test_a_topic_that_was_made_too_late_is_deleted(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    scene.presses(scene.button("p:send"))
    scene.database.run(lambda c: scene.desk.transfer(c, 1, ASE, "trade"))
    scene.database.run(lambda c: scene.receipts.topic_created(c, 1, "late", GROUP))
    assert scene.ticket(1).staff_thread is None
    gone = scene.mails()[-1]
    assert (gone.kind, gone.chat, gone.target) == ("delete_topic", GROUP, "late")


def test_erasing_deletes_the_topics_of_before_too(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "handover", text="trade")
    scene.database.run(lambda c: scene.receipts.topic_created(c, number, "new", TRADE))
    scene.presses(f"o:erase-yes:{scene.clock.today().isoformat()}")
    gone = {(mail.chat, mail.target) for mail in scene.mails() if mail.kind == "delete_topic"}
    assert gone == {(GROUP, f"t{number}"), (TRADE, "new")}
    assert rows(scene.database, tables.topics) == []


# ---- giving back -----------------------------------------------------------------------------------------


def test_the_owner_gives_a_case_back(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "claim", ASE)
    scene.staff_commands(number, "release", BO)
    assert keys(scene.mails()[-1]) == ["desk-taken"]
    scene.staff_commands(number, "release", ASE)
    assert (scene.ticket(number).state, scene.ticket(number).owner) == (State.NEW, None)
    scene.staff_commands(number, "release", Staff("9", "Eva"))
    assert keys(scene.mails()[-1]) == ["desk-not-taken"]


def test_words_of_the_resident_still_reach_staff_meanwhile(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "claim", ASE)
    scene.staff_commands(number, "release", ASE)
    scene.says("are you there?")
    relayed = [mail for mail in scene.to(GROUP) if "relay-intro" in keys(mail)][-1]
    assert relayed.content is not None
    assert Quote("are you there?") in relayed.content.parts


# ---- the assistant meanwhile -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["bot", "BOT", " Bot! ", "Ask the assistant", "Spørg assistenten"])
def test_a_word_brings_the_assistant_back_while_a_person_has_the_case(scene: Scene, number: int, word: str) -> None:
    scene.staff_commands(number, "claim", ASE)
    before = len(scene.to(GROUP))
    (said,) = scene.says(word)
    assert keys(said) == ["bot-again"]
    assert len(scene.to(GROUP)) == before
    assert scene.state().ticket is None


def test_two_words_that_wait_are_shown_at_once(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "claim", ASE)
    scene.settles()
    before = len([mail for mail in scene.to(GROUP) if mail.kind == "say"])
    for word in ("one", "two", "three"):
        scene.says(word)
    shown = [mail for mail in scene.to(GROUP) if mail.kind == "say"][before:]
    assert [quotes(mail) for mail in shown] == [["one", "two", "three"]]
