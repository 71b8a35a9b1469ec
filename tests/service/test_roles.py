"""Who is not on the list of staff reaches nobody and changes nothing, and is told so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.core.model import IncomingKind
from bot.core.ticket import State
from bot.delivery.observing import Unobserved
from bot.service.roles import StaffRoles
from bot.store import tables
from tests.factories import make_incoming
from tests.service.scene import ASE, BO, GROUP, Scene, keys, make_scene
from tests.store.rows import rows

if TYPE_CHECKING:
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock


@pytest.fixture
def scene(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    """Åse may act as staff; Bo is only a member of the group."""
    return make_scene(database, library, clock, roles=StaffRoles(staff=("7",)))


@pytest.mark.parametrize(
    ("sender", "staff", "admins", "allowed"),
    [
        ("8", (), (), True),
        ("8", (), ("7",), True),
        ("8", ("7",), (), False),
        ("8", ("7", "8"), (), True),
        ("8", ("7",), ("8",), True),
    ],
)
def test_who_may_act_as_staff(sender: str, staff: tuple[str, ...], admins: tuple[str, ...], allowed: bool) -> None:
    refusal = StaffRoles(staff, admins).refusal(make_incoming(sender=sender, staff=True))
    assert (refusal is None) == allowed
    assert StaffRoles(staff, admins).is_admin(sender) == (sender in admins)


def test_words_of_somebody_else_in_a_topic_reach_nobody(scene: Scene) -> None:
    number = scene.asks_a_person()
    told, said = len(scene.to("100")), scene.messages(number)
    for fields in ({"text": "You owe us money"}, {"text": "// a note"}, {"kind": IncomingKind.EDIT, "text": "again"}):
        scene.staff_does(number, BO, **fields)
        assert keys(scene.to(GROUP)[-1]) == ["staff-not-allowed"]
    scene.staff_does(number, BO, kind=IncomingKind.ATTACHMENT, attachment="photo", text="")
    assert keys(scene.to(GROUP)[-1]) == ["staff-not-allowed"]
    assert (len(scene.to("100")), scene.messages(number)) == (told, said)
    assert scene.ticket(number).state is State.NEW


class Counts(Unobserved):
    """Keeps which limits held somebody back."""

    def __init__(self) -> None:
        self.limits: list[str] = []

    def held_back(self, limit: str) -> None:
        self.limits.append(limit)


def test_what_somebody_else_tries_is_counted_and_what_is_for_administrators_noted(scene: Scene) -> None:
    number, counts = scene.asks_a_person(), Counts()
    scene.topics.observe(counts)
    scene.staff_writes(number, "You owe us money", BO)
    scene.staff_commands(number, "claim", BO)
    scene.staff_commands(number, "pause", BO, text="all Some words")
    scene.staff_presses(number, "resume:all:", BO)
    scene.staff_commands(number, "claim", ASE)
    assert counts.limits == ["not-staff"] * 4
    noted = [(row["actor"], row["action"], json.loads(row["details"])) for row in rows(scene.database, tables.audit)]
    assert noted == [("8", "refused", {"command": name}) for name in ("pause", "resume")]


@pytest.mark.parametrize("verb", ["claim", "close", "wait", "release", "suggest", "note", "handover"])
def test_buttons_and_commands_of_somebody_else_change_nothing(scene: Scene, verb: str) -> None:
    number = scene.asks_a_person()
    told = len(scene.to("100"))
    scene.staff_presses(number, f"{verb}:{number}", BO)
    scene.staff_commands(number, verb, BO, text="words")
    assert [keys(mail) for mail in scene.to(GROUP)[-2:]] == [["staff-not-allowed"]] * 2
    assert len(scene.to("100")) == told
    assert (scene.ticket(number).state, scene.ticket(number).owner) == (State.NEW, None)


def test_an_entry_is_not_sent_by_somebody_else(scene: Scene) -> None:
    number = scene.asks_a_person()
    told = len(scene.to("100"))
    scene.staff_presses(number, f"show:{number}:cpr", ASE)
    scene.staff_presses(number, f"give:{number}:cpr:0", BO)
    assert keys(scene.to(GROUP)[-1]) == ["staff-not-allowed"]
    assert len(scene.to("100")) == told


def test_who_is_on_the_list_goes_on(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_presses(number, f"claim:{number}")
    scene.staff_writes(number, "Here is how.")
    assert scene.ticket(number).owner == ASE.id
    assert keys(scene.to("100")[-1]) == ["staff-reply"]


def test_talk_among_members_outside_a_topic_is_left_alone(scene: Scene) -> None:
    before = len(scene.mails())
    scene.handle(make_incoming(chat=GROUP, staff=True, sender=BO.id, text="Lunch?"))
    assert len(scene.mails()) == before
