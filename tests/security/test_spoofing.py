"""Somebody presses what was never shown to them, or commands where they may not: nothing changes, nothing is told."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.model import IncomingKind
from bot.store import tables
from tests.factories import make_incoming
from tests.service.scene import GROUP, TRADE, Scene, keys
from tests.store.rows import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

SECRET = "my very own worry"
OTHER = {"chat": "666", "sender": "666"}
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STAFF_VERBS = (
    *("claim", "close", "wait", "release", "reopen", "suggest", "phrase", "note", "handover", "entry"),
    *("give", "draft", "show", "to", "notice", "proposal", "pause", "recall"),
)


def case(scene: Scene) -> int:
    """A case of the resident 100, taken by Åse, with a private word in it."""
    number = scene.asks_a_person(f"How do I get a CPR number? {SECRET}")
    scene.staff_presses(number, f"claim:{number}")
    return number


def state_of(scene: Scene, number: int) -> tuple[Any, ...]:
    """All that could be changed, and all that could be told."""
    ticket = scene.ticket(number)
    kept = (tables.tickets, tables.ticket_messages, tables.proposals)
    written = [row for table in kept for row in rows(scene.database, table)]
    return ticket, written, scene.to("100"), scene.to(GROUP), scene.to(TRADE)


@sqlite
def test_a_resident_presses_a_button_of_staff(scene: Scene) -> None:
    number = case(scene)
    for verb, more in product(STAFF_VERBS, ("", ":cpr:0", ":trade")):
        before, messages = state_of(scene, number), scene.messages(number)
        told = scene.presses(f"{verb}:{number}{more}", **OTHER)
        assert SECRET not in str(told), verb
        assert state_of(scene, number) == before, verb
        scene.presses(f"{verb}:{number}{more}")  # the resident of the case is no staff either
        assert (scene.ticket(number), scene.messages(number)) == (before[0], messages), verb


OWN_BUTTONS = (
    *("k:good:{}", "k:bad:{}", "k:keep:{}", "k:done:{}"),
    *("o:withdraw:{}", "o:withdraw-yes:{}", "o:reopen:{}"),
    *("p:staff:{}", "p:send:{}", "p:edit:{}", "p:cancel:{}"),
)


@sqlite
def test_a_resident_names_the_case_of_somebody_else(scene: Scene) -> None:
    number = case(scene)
    before = state_of(scene, number)
    for action in OWN_BUTTONS:
        told = scene.presses(action.format(number), **OTHER)
        assert SECRET not in str(told), action
        assert scene.state("666").ticket is None, action
        scene.says("this must not reach them", **OTHER)
        assert state_of(scene, number) == before, action


@sqlite
@pytest.mark.parametrize("action", ["o:export:text", "o:export:json", "o:erase"])
def test_what_is_kept_goes_to_the_chat_that_asked(scene: Scene, action: str) -> None:
    case(scene)
    before = len(scene.to("100"))
    scene.presses(action, **OTHER)
    assert len(scene.to("100")) == before
    assert {mail.chat for mail in scene.mails()[-1:]} == {"666"}


@sqlite
def test_erasing_erases_the_chat_that_asked_alone(scene: Scene) -> None:
    number = case(scene)
    before = state_of(scene, number)
    scene.presses(f"o:erase-yes:{scene.clock.today().isoformat()}", **OTHER)
    assert state_of(scene, number) == before


@sqlite
def test_staff_of_another_group_press_the_button_of_a_case(scene: Scene) -> None:
    number = case(scene)
    before = scene.ticket(number)
    for thread in (None, "t999", scene.ticket(number).staff_thread):
        for verb in ("release", "close", "to", "give"):
            action = f"{verb}:{number}:trade"
            press = make_incoming(
                chat=TRADE, thread=thread, staff=True, sender="9", kind=IncomingKind.BUTTON, argument=action, text=""
            )
            scene.handle(press)
    assert scene.ticket(number) == before


@sqlite
def test_a_button_of_another_case_pressed_in_this_topic(scene: Scene) -> None:
    first, second = case(scene), scene.asks_a_person(chat="200", sender="200")
    before = scene.ticket(first)
    scene.staff_presses(second, f"close:{first}")
    assert scene.ticket(first) == before


@sqlite
def test_a_command_of_staff_in_a_private_chat(scene: Scene) -> None:
    number = case(scene)
    before = state_of(scene, number)
    for command in scene.topics.commands:
        scene.handle(make_incoming(kind=IncomingKind.COMMAND, argument=command, text=str(number), **OTHER))
        assert state_of(scene, number) == before, command
        assert keys(scene.to("666")[-1]) == ["unknown-command"], command


# ---- whatever a button carries ---------------------------------------------------------------------------

_NUMBERS = ["0", "-1", "1e9", "9" * 17, "9" * 18, "9" * 60, "٣", "1 OR 1=1", "1;DROP TABLE tickets", "", "None"]


@pytest.mark.parametrize("side", ["resident", "staff"])
def test_a_number_that_no_case_has(scene: Scene, side: str) -> None:
    """Longer than any database counts, negative, in other digits, or a piece of SQL."""
    taken = case(scene)
    before = scene.ticket(taken)
    for number in _NUMBERS:
        for action in (f"claim:{number}", f"give:{number}:cpr:0", *(button.format(number) for button in OWN_BUTTONS)):
            if side == "resident":
                scene.presses(action, **OTHER)
            else:
                press = {"kind": IncomingKind.BUTTON, "argument": action, "text": ""}
                scene.handle(make_incoming(chat=GROUP, staff=True, sender="7", **press))
    assert scene.ticket(taken) == before


_garbage = st.one_of(
    st.binary(max_size=64).map(lambda data: data.decode("utf-8", "replace")),
    st.text(max_size=64),
    st.tuples(st.sampled_from([*"gchkomsdptel", "none", "menu", "lang", *STAFF_VERBS]), st.text(max_size=40)).map(
        ":".join
    ),
    st.tuples(st.sampled_from(["g:arrival", "g:grants", "k:good", "o:export", "c:x", "h:y"]), st.text(max_size=30)).map(
        ":".join
    ),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses=st.lists(st.tuples(_garbage, st.booleans()), min_size=1, max_size=4))
def test_sixty_four_bytes_of_anything(scene: Scene, presses: Sequence[tuple[str, bool]]) -> None:
    """Every press is decided; none fails, on either side."""
    for argument, staff in presses:
        place = {"chat": GROUP, "staff": True, "sender": "7"} if staff else OTHER
        scene.handle(make_incoming(kind=IncomingKind.BUTTON, argument=argument, text="", **place))
    assert all(row["outcome"] == "done" for row in rows(scene.database, tables.inbox))


# ---- updates that come again -----------------------------------------------------------------------------


@sqlite
def test_an_update_that_is_replayed_changes_nothing(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    press = make_incoming(kind=IncomingKind.BUTTON, argument=scene.button("p:send"), text="")
    for _ in range(3):
        scene.handle(press)
    assert len(rows(scene.database, tables.tickets)) == 1


@sqlite
def test_a_consent_that_is_pressed_twice_opens_one_case(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    action = scene.button("p:send")
    for _ in range(3):
        scene.presses(action)
    assert len(rows(scene.database, tables.tickets)) == 1


@sqlite
def test_a_forged_album_takes_no_file_of_somebody_else(scene: Scene) -> None:
    """The same album number in two cases: each staff topic gets the files of its own resident."""
    first = scene.asks_a_person()
    second = scene.asks_a_person(chat="200", sender="200")
    for number in (first, second):
        scene.staff_presses(number, f"claim:{number}")
    scene.sends_file(album="same", message_id="11")
    scene.sends_file(album="same", message_id="12", chat="200", sender="200")
    copies = [mail for mail in scene.mails() if mail.kind == "copy" and mail.copy is not None]
    assert {(mail.ticket, mail.copy.chat, mail.copy.album) for mail in copies if mail.copy} == {
        (first, "100", ()),
        (second, "200", ()),
    }
