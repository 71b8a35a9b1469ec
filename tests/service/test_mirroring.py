"""What is shown on the other side: corrections, reactions, albums; and cases whose topic, group or owner is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Delivered, Failed
from bot.core.model import IncomingKind, Sentence
from bot.core.ticket import State
from bot.service.moving import move_group, staff_chats
from bot.service.resident import accept
from bot.service.roles import StaffRoles
from bot.store import tables
from tests.factories import CHANNEL, make_incoming
from tests.service.scene import ASE, BO, CHATS, GROUP, Scene, keys, make_scene, quotes
from tests.store.rows import column, rows

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock

NEW = "-1005"
WAIT = 2_000  # ms, in which all files of an album have come


@pytest.fixture
def number(scene: Scene) -> int:
    """A ticket that Åse has, with nothing on its way."""
    number = scene.asks_a_person()
    scene.staff_commands(number, "claim")
    scene.settles()
    return number


def of_kind(scene: Scene, kind: str) -> list[Mail]:
    return [mail for mail in scene.mails() if mail.kind == kind]


def edits(scene: Scene, number: int, text: str, message: str = "31") -> None:
    scene.staff_does(number, kind=IncomingKind.EDIT, text=text, message_id=message)


def file_of(scene: Scene, number: int, message: str, caption: str = "") -> None:
    """A member of staff sends one picture of an album."""
    scene.staff_does(
        number, kind=IncomingKind.ATTACHMENT, attachment="photo", album="a", text=caption, message_id=message
    )


# ---- corrections -----------------------------------------------------------------------------------------


def test_a_corrected_answer_is_kept_and_sent(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    scene.settles()
    edits(scene, number, "Come on Thursday")
    mail = scene.to("100")[-1]
    assert (mail.kind, keys(mail), quotes(mail), mail.copy) == (
        "edit",
        ["staff-reply-corrected"],
        ["Come on Thursday"],
        None,
    )
    assert scene.messages(number)[-1] == ("staff", "Come on Thursday")
    assert column(scene.database, tables.ticket_events, "event")[-1] == "edit"


def test_what_did_not_change_is_not_sent_again(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    before = scene.to("100")
    edits(scene, number, "Come on Wednesday")
    edits(scene, number, "never sent", message="99")
    assert scene.to("100") == before


def test_only_the_owner_corrects(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    scene.staff_commands(number, "release")
    scene.staff_commands(number, "claim", BO)
    before = scene.to("100")
    edits(scene, number, "Come on Thursday")
    assert scene.to("100") == before
    assert Sentence("desk-not-sent-owner", {"name": "Bo"}) in [
        part for mail in scene.to(GROUP) if mail.content for part in mail.content.parts
    ]


def test_a_correction_is_redacted(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    edits(scene, number, "Your number is 010190-1234")
    assert quotes(scene.to("100")[-1]) == ["Your number is [CPR]"]
    assert "desk-redacted" in [key for mail in scene.to(GROUP) for key in keys(mail)]


# ---- albums ----------------------------------------------------------------------------------------------


def test_what_is_delivered_of_an_album_is_noted_for_each_file(scene: Scene, number: int) -> None:
    for message in ("31", "32", "33"):
        file_of(scene, number, message)
    scene.clock.advance(WAIT)
    scene.settles(Delivered("501,502,503"), chat="100")
    found = [row for row in rows(scene.database, tables.ticket_messages) if row["album"] == "a"]
    assert [(row["source_message"], row["counterpart"], row["delivery"]) for row in found] == [
        ("31", "501", "delivered"),
        ("32", "502", "delivered"),
        ("33", "503", "delivered"),
    ]
    assert [mail.target for mail in of_kind(scene, "react")] == ["31"]
    edits(scene, number, "words under the second", message="32")
    edited = scene.to("100")[-1]
    assert (edited.kind, edited.copy is not None) == ("edit", True)


def test_an_album_that_cannot_be_delivered_fails_as_a_whole(scene: Scene, number: int) -> None:
    for message in ("31", "32"):
        file_of(scene, number, message)
    scene.clock.advance(WAIT)
    scene.settles(Failed("file"), chat="100")
    found = [row["delivery"] for row in rows(scene.database, tables.ticket_messages) if row["album"] == "a"]
    assert found == ["failed", "failed"]


@pytest.mark.parametrize("captions", [("// ours", ""), ("", "// ours")])
def test_an_album_with_a_note_is_not_sent(scene: Scene, number: int, captions: tuple[str, str]) -> None:
    before = len(scene.settles(chat="100"))
    for message, caption in zip(("31", "32"), captions, strict=True):
        file_of(scene, number, message, caption)
    scene.clock.advance(WAIT)
    assert [item.mail.kind for item in scene.settles() if item.mail.chat == "100"][before:] == []
    sides = [row["side"] for row in rows(scene.database, tables.ticket_messages) if row["album"] == "a"]
    assert sides == ["note", "note"]


# ---- reactions -------------------------------------------------------------------------------------------


def react(scene: Scene, emoji: str, **fields: object) -> None:
    scene.handle(make_incoming(kind=IncomingKind.REACTION, text="", argument=emoji, **fields))


def test_reactions_are_shown_on_the_other_side(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    scene.settles(Delivered("500"), chat="100")
    for emoji, mark in (("❤", "❤"), ("", "👍")):
        react(scene, emoji, message_id="500")
        mail = of_kind(scene, "react")[-1]
        assert (mail.chat, mail.target, mail.mark, mail.staff) == (GROUP, "31", mark, True)
    scene.says("Thank you", message_id="77")
    scene.settles(Delivered("600"), chat=GROUP)
    react(scene, "👌", message_id="600", chat=GROUP, staff=True, sender="7")
    mail = of_kind(scene, "react")[-1]
    assert (mail.chat, mail.target, mail.mark, mail.staff) == ("100", "77", "👌", False)


def test_the_newest_reaction_counts(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    scene.settles(Delivered("500"), chat="100")
    for emoji in ("❤", "👎", "🎉"):
        react(scene, emoji, message_id="500")
    assert [item.mail.mark for item in scene.settles() if item.mail.kind == "react"] == ["🎉"]


def test_reactions_of_strangers_and_to_other_messages_are_ignored(
    database: Database, library: Loaded, clock: FakeClock
) -> None:
    scene = make_scene(database, library, clock, roles=StaffRoles({"7"}))
    number = scene.asks_a_person()
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    scene.says("Thank you", message_id="77")
    scene.settles(Delivered("500"))
    before = len(of_kind(scene, "react"))
    react(scene, "❤", message_id="9999")
    react(scene, "❤", message_id="500", chat="200")
    react(scene, "❤", message_id="500", chat=GROUP, staff=True, sender="8")
    assert len(of_kind(scene, "react")) == before


# ---- topics, groups and people that are gone -------------------------------------------------------------


def test_a_new_topic_tells_the_history_first(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    scene.says("At what time?")
    scene.settles()
    scene.says("Hello?")
    scene.staff_commands(number, "nonsense")
    before = len(scene.mails())
    scene.database.run(lambda c: scene.receipts.topic_lost(c, number, f"t{number}"))
    scene.database.run(lambda c: scene.desk.contents.renew(c, number))
    fresh = scene.mails()[before:]
    assert [mail.kind for mail in fresh[:3]] == ["topic", "card", "say"]
    assert keys(fresh[2]) == ["desk-topic-lost"]
    assert [text for mail in fresh for text in quotes(mail)] == ["Come on Wednesday", "At what time?", "Hello?"]
    assert keys(fresh[-1]) == ["desk-unknown-command"]
    sent = [item.mail for item in scene.settles() if item.mail.chat == GROUP]
    assert [mail.kind for mail in sent if mail.kind != "card"].index("topic") == 0


def test_files_that_staff_see_again_stay_known_as_the_resident_has_them(scene: Scene, number: int) -> None:
    for message in ("31", "32"):
        file_of(scene, number, message)
    scene.staff_does(number, kind=IncomingKind.ATTACHMENT, attachment="document", text="", message_id="33")
    scene.clock.advance(WAIT)
    for item in scene.settles(Delivered("501,502"), chat="100"):
        assert item.mail.kind in {"say", "copy", "card", "react"}
    before = [row["counterpart"] for row in rows(scene.database, tables.ticket_messages)]
    scene.database.run(lambda c: scene.receipts.topic_lost(c, number, f"t{number}"))
    scene.database.run(lambda c: scene.desk.contents.renew(c, number))
    copies = [item.mail.copy for item in scene.settles(Delivered("900,901"), chat=GROUP) if item.mail.kind == "copy"]
    assert [copy.chat for copy in copies if copy is not None] == ["100", GROUP]
    assert [row["counterpart"] for row in rows(scene.database, tables.ticket_messages)] == before


def test_a_group_that_moves_takes_its_cases_along(scene: Scene, number: int) -> None:
    scene.staff_writes(number, "Come on Wednesday", message_id="31")
    waiting = scene.asks_a_person(chat="200")
    scene.database.run(lambda c: scene.receipts.topic_lost(c, waiting, f"t{waiting}"))
    before = len(scene.mails())
    scene.database.run(lambda c: move_group(c, scene.desk, CHANNEL, GROUP, NEW))
    for case in (number, waiting):
        assert (scene.ticket(case).staff_chat, scene.ticket(case).staff_thread) == (NEW, None)
    assert [mail.kind for mail in scene.mails()[before:]][:2] == ["topic", "card"]
    sent = [item.mail for item in scene.settles() if item.mail.staff]
    assert {mail.chat for mail in sent} == {NEW}
    assert {mail.ticket for mail in sent if mail.kind == "topic"} == {number, waiting}
    assert scene.desk.posts.groups.chats["citizens"] == NEW
    named = dict(CHATS)
    assert scene.database.run(lambda c: staff_chats(c, CHANNEL, named)) == named | {"citizens": NEW}


def test_a_group_that_is_none_of_staff_moves_nothing(scene: Scene, number: int) -> None:
    scene.database.run(lambda c: move_group(c, scene.desk, CHANNEL, "-999", NEW))
    assert column(scene.database, tables.marks, "name") == []
    assert scene.ticket(number).staff_chat == GROUP


def test_who_leaves_gives_their_cases_back(scene: Scene, number: int) -> None:
    other = scene.asks_a_person(chat="200")
    scene.staff_commands(other, "claim", BO)
    gone = make_incoming(kind=IncomingKind.STAFF_LEFT, text="", chat=GROUP, staff=True, sender=ASE.id)
    scene.handle(gone)
    scene.handle(replace(gone, update_id="again"))
    assert (scene.ticket(number).state, scene.ticket(number).owner) == (State.NEW, None)
    assert scene.ticket(other).owner == BO.id
    told = [mail for mail in scene.to(GROUP) if "desk-staff-left" in keys(mail)]
    assert [mail.ticket for mail in told] == [number]


def test_what_they_wrote_before_is_refused_and_after_they_came_back_sent(scene: Scene, number: int) -> None:
    words = make_incoming(
        text="My last words", chat=GROUP, thread=f"t{number}", staff=True, sender=ASE.id, message_id="31"
    )
    gone = make_incoming(kind=IncomingKind.STAFF_LEFT, text="", chat=GROUP, staff=True, sender=ASE.id)
    scene.database.run(lambda c: accept(c, words))
    before = len(scene.to("100"))
    scene.handle(gone)
    assert len(scene.to("100")) == before
    assert "desk-not-sent-left" in [key for mail in scene.to(GROUP) for key in keys(mail)]
    scene.staff_presses(number, f"claim:{number}", ASE)
    assert scene.ticket(number).owner is None
    scene.staff_writes(number, "I am back", ASE, message_id="32")
    assert quotes(scene.to("100")[-1]) == ["I am back"]


def test_who_has_come_back_can_press_again(scene: Scene, number: int) -> None:
    for kind in (IncomingKind.STAFF_LEFT, IncomingKind.STAFF_CAME):
        scene.handle(make_incoming(kind=kind, text="", chat=GROUP, staff=True, sender=ASE.id))
    scene.staff_presses(number, f"claim:{number}", ASE)
    assert scene.ticket(number).owner == ASE.id


def test_a_forwarded_message_is_not_sent(scene: Scene, number: int) -> None:
    before = len(scene.to("100"))
    scene.staff_does(number, text="somebody else's words", forwarded=True)
    assert len(scene.to("100")) == before
    assert keys(scene.mails()[-1]) == ["desk-forwarded"]
