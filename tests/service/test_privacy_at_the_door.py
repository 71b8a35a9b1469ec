"""Whatever people write, and wherever they write it: no CPR number, bank account or card is in any table."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.model import IncomingKind
from bot.delivery.worker import Worker
from bot.service.resident import accept
from bot.store import inbox, tables
from tests.factories import make_incoming
from tests.service.scene import GROUP
from tests.store.rows import all_text, rows

if TYPE_CHECKING:
    from tests.service.scene import Scene

# Invented numbers; the texts hold one each, and these digits are looked for.
_NUMBERS = [
    ("My CPR number is 010170-1234, what now?", "010170-1234"),
    ("moje cpr 0101701234", "0101701234"),
    ("cpr 010170 1234 tak", "010170 1234"),
    ("konto DK50 0040 0440 1162 43", "0440 1162"),
    ("card 4111 1111 1111 1111", "4111 1111"),
]


def assert_nowhere(scene: Scene, number: str) -> None:
    assert number not in all_text(scene.database)


@pytest.mark.parametrize(("text", "number"), _NUMBERS)
def test_a_question(scene: Scene, text: str, number: str) -> None:
    mails = scene.says(text)
    assert mails
    assert_nowhere(scene, number)


@pytest.mark.parametrize(("text", "number"), _NUMBERS)
def test_a_whole_hand_over(scene: Scene, text: str, number: str) -> None:
    """The question, a line added to the draft, an edit, words under a file, and what follows in the ticket."""
    scene.says(text)
    scene.presses("p:ask")
    scene.says(f"once more: {text}")
    scene.handle(make_incoming(kind=IncomingKind.EDIT, text=text))
    scene.sends_file(caption=text)
    scene.presses(scene.button("p:send"))
    scene.database.run(lambda c: scene.receipts.topic_created(c, 1, "t1", GROUP))
    scene.staff_writes(1, "hello")
    scene.says(text)
    scene.sends_file(caption=text)
    assert_nowhere(scene, number)
    assert len(scene.messages(1)) >= 5


@pytest.mark.parametrize(("text", "number"), _NUMBERS)
def test_what_staff_write(scene: Scene, text: str, number: str) -> None:
    ticket = scene.asks_a_person()
    scene.staff_writes(ticket, text)
    scene.staff_writes(ticket, f"// {text}")
    scene.staff_commands(ticket, "note", text=text)
    scene.staff_does(ticket, kind=IncomingKind.ATTACHMENT, attachment="document", text=text)
    assert_nowhere(scene, number)


@pytest.mark.parametrize("fields", [{"argument": "0101701234"}, {"argument": "menu", "text": "010170-1234"}])
@pytest.mark.parametrize("staff", [False, True])
def test_commands(scene: Scene, fields: dict[str, Any], *, staff: bool) -> None:
    """Telegram takes "/0101701234" for a command, and repeats nothing of it to anybody."""
    ticket = scene.asks_a_person()
    if staff:
        scene.staff_does(ticket, kind=IncomingKind.COMMAND, **{"text": ""} | fields)
    else:
        scene.handle(make_incoming(kind=IncomingKind.COMMAND, **{"text": ""} | fields))
    assert_nowhere(scene, "0101701234")
    assert_nowhere(scene, "010170-1234")


def test_a_name_is_not_kept_of_a_resident(scene: Scene) -> None:
    """People put all kinds of things into their profile; staff get a number, not a name."""
    scene.says("How do I get a CPR number?", sender_name="Ewa Nowak 010170-1234")
    scene.presses("p:ask", sender_name="Ewa Nowak 010170-1234")
    scene.presses("p:send:1", sender_name="Ewa Nowak 010170-1234")
    assert_nowhere(scene, "Nowak")


async def test_a_message_whose_decision_failed(scene: Scene) -> None:
    """It waits in the inbox for its next try, and lies there for good when it is put aside."""

    def fail(*_args: object) -> None:
        raise ValueError("010170-1234")

    worker = Worker(scene.database, inbox, fail, scene.clock.now)
    scene.database.run(lambda c: accept(c, make_incoming(text="I am 010170-1234")))
    async with asyncio.timeout(20):
        while rows(scene.database, tables.inbox)[0]["outcome"] is None:
            await worker.once()
            scene.clock.advance(60_000)
            assert_nowhere(scene, "010170-1234")


def test_the_resident_and_staff_see_what_was_removed(scene: Scene) -> None:
    ticket = scene.asks_a_person("How do I get a CPR number? I am 010170-1234")
    assert scene.messages(ticket) == [("resident", "How do I get a CPR number? I am [CPR]")]
    assert "[CPR]" in str(scene.to("100"))
    assert "[CPR]" not in str(scene.to(GROUP)), "the card is made when it is sent"


@pytest.mark.parametrize("kind", [IncomingKind.TEXT, IncomingKind.BUTTON, IncomingKind.REACTION])
def test_a_name_does_not_even_wait_in_the_inbox(scene: Scene, kind: IncomingKind) -> None:
    """What could not be decided lies there for a month."""
    scene.database.run(lambda c: accept(c, make_incoming(kind=kind, text="hello", sender_name="Ewa Nowak")))
    assert_nowhere(scene, "Nowak")


def test_a_number_at_the_end_of_a_long_name_is_not_cut_in_two(scene: Scene) -> None:
    """A name has up to 129 letters: first and last name, and the space between."""
    name = f"{'a' * 64} {'b' * 52} 010170-1234"
    scene.database.run(lambda c: accept(c, make_incoming(chat=GROUP, thread="1", staff=True, sender_name=name)))
    assert_nowhere(scene, "010170")


@pytest.mark.parametrize(("text", "number"), _NUMBERS)
def test_a_name(scene: Scene, text: str, number: str) -> None:
    """Who calls themselves by a number, as a resident or among staff."""
    scene.says("hello", sender_name=text)
    scene.handle(make_incoming(chat=GROUP, thread="1", staff=True, sender="7", sender_name=text))
    assert_nowhere(scene, number)
