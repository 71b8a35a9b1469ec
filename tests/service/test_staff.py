from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.core.model import Content, IncomingKind, Ref, Sentence
from bot.service.receipts import ARRIVED, FAILED
from bot.store import tables
from tests.factories import make_incoming
from tests.service.scene import ASE, BO, GROUP, TRADE, Scene, keys, quotes
from tests.store.rows import rows, sizes

if TYPE_CHECKING:
    from bot.service.desk import Staff


def said(scene: Scene, chat: str = GROUP) -> list[Sentence]:
    """What was said to staff, card and topic left out."""
    parts = [mail.content.parts for mail in scene.to(chat) if mail.kind == "say" and mail.content]
    return [part for found in parts for part in found if isinstance(part, Sentence)]


@pytest.fixture
def number(scene: Scene) -> int:
    """A ticket that is new, with its topic."""
    return scene.asks_a_person()


# ---- what staff can do -----------------------------------------------------------------------------------


def test_what_is_written_in_the_topic_answers_the_resident(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    assert quotes(scene.to("100")[-1]) == ["Come on Wednesday"]
    message = rows(scene.database, tables.ticket_messages)[-1]
    source = (message["source_channel"], message["source_chat"], message["source_message"])
    assert source == ("telegram", GROUP, "31")
    assert (message["author"], message["delivery"]) == ("7", "pending")


@pytest.mark.parametrize("text", ["// he sounds worried", "//he sounds worried"])
def test_a_line_that_begins_with_two_slashes_stays_among_staff(scene: Scene, number: int, text: str) -> None:
    before = scene.to("100")
    scene.staff_writes(number, text)
    assert scene.to("100") == before
    assert scene.messages(number)[-1] == ("note", "he sounds worried")


def test_a_note_by_command_stays_among_staff(scene: Scene, number: int) -> None:
    before = scene.to("100")
    scene.staff_commands(number, "note", text="he sounds worried")
    assert scene.to("100") == before
    assert scene.messages(number)[-1] == ("note", "he sounds worried")


@pytest.mark.parametrize("by", ["button", "command", "COMMAND"])
def test_claim_close_and_reopen(scene: Scene, number: int, by: str) -> None:
    for name, state in (("claim", "claimed"), ("close", "closed"), ("reopen", "claimed")):
        if by == "button":
            scene.staff_presses(number, f"{name}:{number}")
        else:
            scene.staff_commands(number, name.upper() if by == "COMMAND" else name)
        assert scene.ticket(number).state == state
    told = [keys(mail)[0] for mail in scene.to("100")[-3:]]
    assert told == ["claimed-notice", "closed-notice", "reopened-notice"]


def test_a_file_goes_to_the_resident(scene: Scene, number: int) -> None:
    scene.staff_does(number, kind=IncomingKind.ATTACHMENT, attachment="document", text="", message_id="31")
    copied = scene.to("100")[-1]
    assert copied.copy is not None
    assert (copied.kind, copied.copy.chat, copied.copy.message_id) == ("copy", GROUP, "31")


# ---- what is refused, and said ---------------------------------------------------------------------------


def test_somebody_elses_ticket_cannot_be_answered(scene: Scene, number: int) -> None:
    scene.staff_presses(number, f"claim:{number}", ASE)
    before = scene.to("100")
    scene.staff_writes(number, "I know it better", BO)
    assert said(scene)[-1] == Sentence("desk-not-sent-owner", {"name": "Åse"})
    assert scene.to("100") == before
    assert scene.messages(number)[-1][0] == "resident"


def test_a_closed_ticket_cannot_be_answered(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "close")
    before = scene.to("100")
    scene.staff_writes(number, "one more thing")
    assert said(scene)[-1] == Sentence("desk-not-sent-closed")
    assert scene.to("100") == before


@pytest.mark.parametrize(
    ("first", "then", "answer"),
    [
        (("claim", ASE), ("claim", BO), Sentence("desk-taken", {"name": "Åse"})),
        (("claim", ASE), ("claim", ASE), Sentence("desk-taken", {"name": "Åse"})),
        (("close", ASE), ("close", BO), Sentence("desk-closed")),
        (("close", ASE), ("claim", BO), Sentence("desk-closed")),
        (("claim", ASE), ("reopen", BO), Sentence("desk-reopened")),
    ],
)
def test_a_move_that_is_not_possible_is_explained(
    scene: Scene, number: int, first: tuple[str, Staff], then: tuple[str, Staff], answer: Sentence
) -> None:
    scene.staff_commands(number, first[0], first[1])
    before, resident = scene.ticket(number), scene.to("100")
    scene.staff_commands(number, then[0], then[1])
    assert said(scene)[-1] == answer
    assert scene.ticket(number) == before
    assert scene.to("100") == resident


def test_an_unknown_command_lists_those_that_work(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "clsoe")
    commands = "/claim /suggest /phrase /note /wait /handover /release /close /reopen"
    assert said(scene)[-1] == Sentence("desk-unknown-command", {"commands": commands})


# ---- what is nobody's business ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "lunch?", "thread": None},
        {"text": "lunch?", "thread": "999"},
        {"text": ""},
        {"kind": IncomingKind.UNREADABLE, "text": ""},
        {"kind": IncomingKind.BUTTON, "argument": "claim:99", "text": ""},
        {"kind": IncomingKind.BUTTON, "argument": "claim:", "text": ""},
        {"kind": IncomingKind.BUTTON, "argument": "", "text": ""},
        {"kind": IncomingKind.COMMAND, "argument": "claim", "thread": None},
    ],
)
def test_what_is_not_about_the_ticket_changes_nothing(scene: Scene, number: int, fields: dict[str, Any]) -> None:
    before, mails = scene.ticket(number), scene.mails()
    sizes_before = {**sizes(scene.database), "inbox": 0}
    scene.staff_does(number, **fields)
    assert scene.ticket(number) == before
    assert scene.mails() == mails
    assert {**sizes(scene.database), "inbox": 0} == sizes_before


def test_a_button_works_only_in_its_own_topic(scene: Scene) -> None:
    first, second = scene.asks_a_person(chat="1"), scene.asks_a_person(chat="2")
    scene.staff_presses(first, f"claim:{second}")
    assert {scene.ticket(first).state, scene.ticket(second).state} == {"new"}


def test_a_topic_of_another_group_is_another_topic(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "wrong group", chat=TRADE)
    assert ("staff", "wrong group") not in scene.messages(number)


# ---- topics ----------------------------------------------------------------------------------------------


def _created(scene: Scene, name: str, thread: str, chat: str = GROUP) -> None:
    scene.handle(
        make_incoming(kind=IncomingKind.TOPIC_CREATED, chat=chat, staff=True, thread=thread, text=name, sender="bot")
    )


def test_the_channels_word_about_a_topic_is_noted(scene: Scene, number: int) -> None:
    scene.database.run(lambda c: scene.receipts.topic_lost(c, number, f"t{number}"))
    _created(scene, f"#{number} · EN · How do I get a CPR number?", "88")
    assert scene.ticket(number).staff_thread == "88"
    scene.staff_does(number, text="now here", thread="88")
    assert ("staff", "now here") in scene.messages(number)


def test_a_topic_that_is_known_stays(scene: Scene, number: int) -> None:
    _created(scene, f"#{number} again", "88")
    assert scene.ticket(number).staff_thread == f"t{number}"


@pytest.mark.parametrize("name", ["lunch", "", "#", "#x", "#999 unknown", "# 1", "#١x", "#" + "9" * 30])
def test_other_topics_are_nobodys(scene: Scene, number: int, name: str) -> None:
    scene.database.run(lambda c: scene.receipts.topic_lost(c, number, f"t{number}"))
    _created(scene, name, "88")
    assert scene.ticket(number).staff_thread is None


def test_a_topic_in_another_group_is_not_the_tickets(scene: Scene, number: int) -> None:
    scene.database.run(lambda c: scene.receipts.topic_lost(c, number, f"t{number}"))
    _created(scene, f"#{number} · EN", "88", chat=TRADE)
    assert scene.ticket(number).staff_thread is None


# ---- what became of answers ------------------------------------------------------------------------------


def test_an_answer_that_arrived_gets_a_mark_where_it_was_written(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    scene.settles()
    (mark,) = [mail for mail in scene.to(GROUP) if mail.kind == "react"]
    assert (mark.target, mark.mark, mark.ticket, mark.staff) == ("31", ARRIVED, number, True)
    assert rows(scene.database, tables.ticket_messages)[-1]["delivery"] == "delivered"


@pytest.mark.parametrize(
    ("reason", "reachable"),
    [("blocked", False), ("deactivated", False), ("unreachable", False), ("too-long", True), ("expired", True)],
)
def test_an_answer_that_failed_is_told_where_it_was_written(
    scene: Scene, number: int, reason: str, *, reachable: bool
) -> None:
    scene.settles()
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    scene.fails(reason)
    why = Sentence("desk-failed", {"reason": Ref("sentence", f"reason-{reason}")}, bold=True)
    remedy = Sentence("remedy-again" if reachable else "remedy-unreachable", tight=True)
    last = scene.to(GROUP)[-1]
    assert (last.ticket, last.content) == (number, Content((why, remedy)))
    assert rows(scene.database, tables.ticket_messages)[-1]["delivery"] == "failed"
    assert scene.state().reachable == reachable
    (mark,) = [mail for mail in scene.to(GROUP) if mail.kind == "react"]
    assert (mark.target, mark.mark) == ("31", FAILED)


def test_only_answers_of_staff_are_reported(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    before = scene.mails()
    scene.fails("blocked")
    assert scene.mails() == before


def test_a_staff_message_that_failed_is_not_reported_in_a_circle(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday")
    scene.settles(chat="100")
    scene.staff_commands(number, "nonsense")
    before = len(scene.mails())
    scene.fails("refused", chat=GROUP)
    assert len(scene.mails()) == before


def test_a_lost_topic_is_forgotten(scene: Scene, number: int) -> None:
    scene.database.run(lambda c: scene.receipts.topic_created(c, number, "ignored", GROUP))
    scene.database.run(lambda c: scene.receipts.topic_lost(c, number, f"t{number}"))
    assert (scene.ticket(number).staff_thread, scene.ticket(number).card_message) == (None, None)
    scene.database.run(lambda c: scene.receipts.topic_created(c, number, "88", GROUP))
    assert scene.ticket(number).staff_thread == "88"


def test_a_topic_of_an_unknown_ticket_is_ignored(scene: Scene) -> None:
    scene.database.run(lambda c: scene.receipts.topic_created(c, 99, "88", GROUP))
    assert rows(scene.database, tables.tickets) == []


def test_a_note_under_a_file_stays_among_staff(scene: Scene, number: int) -> None:
    before = len(scene.to("100"))
    scene.staff_does(number, kind=IncomingKind.ATTACHMENT, text="// between us", attachment="photo")
    assert len(scene.to("100")) == before


def test_staff_are_told_what_was_removed_from_their_answer(scene: Scene, number: int) -> None:
    scene.staff_does(number, text="our number is 010190-1234")
    said = [mail for mail in scene.mails() if "desk-redacted" in keys(mail)]
    assert [quotes(mail) for mail in said] == [["our number is [CPR]"]]
