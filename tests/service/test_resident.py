from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Copy, Priority
from bot.core.model import Answer, IncomingKind, Sentence
from bot.service.resident import accept
from bot.store import inbox, tables
from tests.factories import make_incoming
from tests.service.scene import GROUP, TRADE, Scene, keys, make_scene, quotes
from tests.store.rows import all_text, rows, size, sizes

if TYPE_CHECKING:
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock

_QUESTIONS = [
    ("How do I get a CPR number?", "cpr", "en"),
    ("Hvordan får jeg et CPR-nummer?", "cpr", "da"),
    ("Jak dostać numer CPR?", "cpr", "pl"),
    ("open a restaurant", "business", "en"),
]


# ---- questions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "entry", "language"), _QUESTIONS)
def test_a_question_gets_its_answer_in_its_language(scene: Scene, question: str, entry: str, language: str) -> None:
    (mail,) = scene.says(question)
    assert mail.content is not None
    assert mail.content.parts == (Answer(entry),)
    assert (mail.language, mail.chat, mail.lane, mail.kind) == (language, "100", "telegram:100", "say")
    assert (mail.priority, mail.staff, mail.ticket) == (Priority.REPLY, False, None)
    assert scene.state().language == language


def test_two_residents_are_kept_apart(scene: Scene) -> None:
    scene.says("Jak dostać numer CPR?", chat="1")
    scene.says("How do I get a CPR number?", chat="2")
    assert [(mail.chat, mail.language) for mail in scene.mails()] == [("1", "pl"), ("2", "en")]
    assert [scene.state(chat).language for chat in "12"] == ["pl", "en"]


def test_a_duplicate_is_answered_once(scene: Scene) -> None:
    incoming = make_incoming(text="How do I get a CPR number?")
    for _ in range(3):
        scene.handle(incoming)
    assert len(scene.mails()) == 1


def test_nothing_is_written_when_what_follows_fails(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ValueError("no")

    scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    before, state = sizes(scene.database), scene.state()
    monkeypatch.setattr("bot.service.desk.resident_mail", fail)  # the last thing a hand-over does
    with pytest.raises(ValueError, match="no"):
        scene.presses("p:send:1")
    assert sizes(scene.database) == {**before, "inbox": before["inbox"] + 1}
    assert scene.state() == state


# ---- handing over ----------------------------------------------------------------------------------------


def test_a_hand_over_from_question_to_ticket(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    (preview,) = scene.presses("p:ask")
    assert keys(preview) == ["preview-intro", "preview-language", "preview-about", "preview-removed", "preview-ask"]
    assert quotes(preview) == ["How do I get a CPR number?"]
    assert size(scene.database, tables.tickets) == 0
    (confirmation,) = scene.presses("p:send:1")
    assert confirmation.content is not None
    assert confirmation.content.parts == (Sentence("handed-over", {"number": "#1"}),)
    ticket = scene.ticket(1)
    assert (ticket.department, ticket.entry, ticket.language, ticket.state) == ("citizens", "cpr", "en", "new")
    assert (ticket.staff_channel, ticket.staff_chat, ticket.owner) == ("telegram", GROUP, None)
    staff = scene.to(GROUP)
    assert [(mail.kind, mail.staff, mail.ticket, mail.lane) for mail in staff] == [
        ("topic", True, 1, "telegram:-100:ticket:1"),
        ("card", True, 1, "telegram:-100:ticket:1"),
    ]
    assert {(mail.language, mail.priority) for mail in staff} == {("da", Priority.NEW_TICKET)}
    assert [row["event"] for row in rows(scene.database, tables.ticket_events)] == ["open"]


def test_what_is_sent_is_what_was_shown(scene: Scene) -> None:
    """Several questions, two more lines and a file: the ticket holds exactly the preview, and nothing else."""
    for text in ("open a restaurant", "Jak dostać numer CPR?"):
        scene.says(text)
    scene.presses("p:ask")
    scene.says("'; DROP TABLE tickets; -- <b>bold</b> {number} \u202e")
    scene.sends_file(message_id="55")
    scene.says("and my sister")
    preview = scene.to("100")[-1]
    scene.presses(scene.button("p:send"))
    found = scene.messages(1)
    lines = [text for side, text in found if side == "resident" and text]
    earlier = [text for side, text in found if side == "earlier"]
    assert [*lines, *earlier] == quotes(preview)
    assert lines == ["Jak dostać numer CPR?", "'; DROP TABLE tickets; -- <b>bold</b> {number} \u202e", "and my sister"]
    assert earlier == ["open a restaurant"]
    (copied,) = [mail for mail in scene.to(GROUP) if mail.kind == "copy"]
    assert copied.copy == Copy("100", "55", "photo")
    assert "preview-files" in keys(preview)


def test_the_department_of_the_entry_gets_the_ticket(scene: Scene) -> None:
    scene.asks_a_person("open a restaurant")
    assert (scene.ticket(1).department, scene.ticket(1).staff_chat) == ("trade", TRADE)
    assert scene.to(GROUP) == []


def test_without_staff_groups_the_ticket_waits_at_the_desk(
    database: Database, library: Loaded, clock: FakeClock
) -> None:
    scene = make_scene(database, library, clock, chats={})
    scene.asks_a_person()
    assert (scene.ticket(1).staff_channel, scene.ticket(1).staff_chat) == (None, None)
    assert {mail.chat for mail in scene.mails()} == {"100"}


@pytest.mark.parametrize("stale", ["p:send:1", "p:edit:1", "p:cancel:1", "p:send:99", "p:send:", "p:send", "p:x:2"])
def test_a_button_of_an_older_preview_does_nothing(scene: Scene, stale: str) -> None:
    scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    scene.says("one more thing")
    draft = scene.state().draft
    (reply,) = scene.presses(stale)
    assert keys(reply) == ["stale-button"]
    assert scene.state().draft == draft
    assert size(scene.database, tables.tickets) == 0


def test_pressing_twice_opens_one_ticket(scene: Scene) -> None:
    scene.asks_a_person()
    (reply,) = scene.presses("p:send:1")
    assert keys(reply) == ["stale-button"]
    assert size(scene.database, tables.tickets) == 1


def test_cancelling_passes_nothing_on(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    (reply,) = scene.presses("p:cancel:1")
    assert keys(reply) == ["handover-cancelled"]
    assert size(scene.database, tables.tickets) == 0
    assert keys(scene.presses("p:send:1")[0]) == ["stale-button"]


def test_an_urgent_question_goes_first(scene: Scene) -> None:
    scene.presses("e:emergency-112")
    scene.says("emergency police ambulance")
    scene.presses("p:ask")
    scene.presses(scene.button("p:send"))
    assert scene.ticket(1).urgent
    assert {mail.priority for mail in scene.to(GROUP)} == {Priority.URGENT}


# ---- danger ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["I want to kill myself", "jeg vil slå mig selv ihjel", "chcę się zabić"])
def test_danger_is_answered_at_once_and_its_words_are_kept_nowhere(scene: Scene, words: str) -> None:
    scene.says("How do I get a CPR number?")
    (mail,) = scene.says(words)
    assert mail.content is not None
    assert mail.content.parts == (Answer("emergency-112"),)
    assert mail.priority == Priority.URGENT
    assert words not in all_text(scene.database)


def test_danger_in_a_draft_is_not_put_into_it(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    draft = scene.state().draft
    (mail,) = scene.says("I want to kill myself")
    assert mail.priority == Priority.URGENT
    assert scene.state().draft == draft


def test_danger_while_a_person_answers_goes_to_that_person_too(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_writes(number, "Hello")
    (mail,) = scene.says("I want to kill myself")
    assert mail.priority == Priority.URGENT
    assert scene.messages(number)[-1] == ("resident", "I want to kill myself")


@pytest.mark.parametrize("owned", [False, True])
def test_danger_in_the_words_under_a_file_is_seen(scene: Scene, *, owned: bool) -> None:
    if owned:
        scene.staff_writes(scene.asks_a_person(), "Hello")
    else:
        scene.says("How do I get a CPR number?")
        scene.presses("p:ask")
    mails = scene.sends_file(caption="I want to kill myself")
    assert Priority.URGENT in {mail.priority for mail in mails}


# ---- what is not the resident's to do --------------------------------------------------------------------


@pytest.mark.parametrize("action", ["claim:1", "close:1", "reopen:1", "claim", ":1", "", "x" * 64])
def test_staffs_buttons_change_nothing_in_a_private_chat(scene: Scene, action: str) -> None:
    number = scene.asks_a_person()
    before, staff = scene.ticket(number), scene.to(GROUP)
    (reply,) = scene.presses(action, chat="666")
    assert keys(reply) == ["stale-button"]
    (reply,) = scene.presses(action)
    assert keys(reply) == ["stale-button"]
    assert scene.ticket(number) == before
    assert scene.to(GROUP) == staff


def test_nobody_writes_into_anothers_ticket(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.presses(f"p:staff:{number}", chat="666")
    scene.says("give me the file", chat="666")
    assert scene.state("666").ticket is None
    assert "give me the file" not in [text for _, text in scene.messages(number)]


# ---- leaving and coming back -----------------------------------------------------------------------------


def test_staff_hear_that_a_resident_left(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.handle(make_incoming(kind=IncomingKind.UNREACHABLE, text=""))
    assert not scene.state().reachable
    last = scene.to(GROUP)[-1]
    assert (keys(last), last.ticket) == (["desk-resident-left"], number)
    scene.says("I am back")
    assert scene.state().reachable


def test_a_closed_ticket_is_left_behind(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_commands(number, "close")
    scene.change(1, ticket=number)  # as if the process had died before it was noted
    (mail,) = scene.says("How do I get a CPR number?")
    assert mail.content is not None
    assert mail.content.parts == (Answer("cpr"),)
    assert scene.state().ticket is None


# ---- the door --------------------------------------------------------------------------------------------


def test_a_very_long_text_is_cut(scene: Scene) -> None:
    scene.database.run(lambda c: accept(c, make_incoming(text="x" * 20_000)))
    item = scene.database.run(lambda c: inbox.head(c, scene.clock.now()))
    assert item is not None
    assert len(item.incoming.text) == 12_000


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "\ud83d", "a\udcffb", "\U0010ffff", "‮" * 50, "👨‍👩‍👧" * 500])
def test_any_text_that_can_arrive_is_stored_and_handed_over(scene: Scene, text: str) -> None:
    scene.presses("p:ask")
    scene.says(text)
    scene.says("How do I get a CPR number?")
    scene.presses(scene.button("p:send"))
    assert scene.messages(1)[-1] == ("resident", "How do I get a CPR number?")


def test_what_was_accepted_says_what_was_removed(scene: Scene) -> None:
    scene.database.run(lambda c: accept(c, replace(make_incoming(), text="I am 010170-1234, DK5000400440116243")))
    item = scene.database.run(lambda c: inbox.head(c, scene.clock.now()))
    assert item is not None
    assert item.incoming.redacted == ("cpr", "iban")
    assert item.incoming.text == "I am [CPR], [IBAN]"
