"""Two replicas on one database, in turn: what one of them was told holds in the other at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.flood import Limits
from bot.core.model import IncomingKind
from bot.service.moving import is_staff
from bot.service.resident import accept
from bot.service.roles import StaffRoles
from tests.factories import make_incoming
from tests.service.scene import ASE, GROUP, TRADE, keys, make_scene

if TYPE_CHECKING:
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock
    from tests.service.scene import Scene

NEW, STRANGE = "-1001234567890", "-5"
MOVED = make_incoming(chat=GROUP, staff=True, sender="", text="", kind=IncomingKind.GROUP_MOVED, argument=NEW)


LIMITS = Limits(burst=5, seconds=3)
ADMINS = StaffRoles(admins=(ASE.id,))


@pytest.fixture
def scene(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    return make_scene(database, library, clock, limits=LIMITS, roles=ADMINS)


@pytest.fixture
def other(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    """Another replica, with the same settings."""
    return make_scene(database, library, clock, limits=LIMITS, roles=ADMINS)


def commands(scene: Scene, name: str, words: str = "", chat: str = GROUP) -> None:
    place = {"chat": chat, "staff": True, "sender": ASE.id, "sender_name": ASE.name}
    scene.handle(make_incoming(kind=IncomingKind.COMMAND, argument=name, text=words, **place))


# ---- pauses and limits -------------------------------------------------------------------------------------------


def test_a_pause_holds_everywhere_until_it_is_lifted_anywhere(scene: Scene, other: Scene) -> None:
    question = "How do I get a CPR number?"
    usual = [keys(mail) for mail in other.says(question)]
    commands(scene, "pause", "topic arrival checking-texts")
    assert [keys(mail) for mail in other.says(question)] != usual
    commands(other, "resume", "topic arrival")
    assert [keys(mail) for mail in scene.says(question)] == usual


def test_a_person_has_one_limit_not_one_a_replica(scene: Scene, other: Scene) -> None:
    for number in range(LIMITS.burst):
        assert (scene if number % 2 else other).says("again and again")
    assert [keys(mail) for mail in scene.says("again and again")] == [["flood-not-read"]]
    assert other.says("again and again") == []


# ---- a staff group that moves ------------------------------------------------------------------------------------


def groups(scene: Scene) -> set[str]:
    return set(scene.desk.posts.groups.chats.values())


def test_what_was_only_taken_is_known_to_the_others(scene: Scene, other: Scene) -> None:
    scene.database.run(lambda c: accept(c, MOVED))
    assert other.database.run(lambda c: is_staff(c, other.desk.posts.groups, NEW))
    assert groups(other) == {NEW, TRADE}
    assert not other.database.run(lambda c: is_staff(c, other.desk.posts.groups, STRANGE))


def test_another_replica_does_not_leave_the_new_group(scene: Scene, other: Scene) -> None:
    scene.database.run(lambda c: accept(c, MOVED))
    other.handle(make_incoming(chat=NEW, sender="", text="", kind=IncomingKind.GROUP))
    assert "leave" not in [mail.kind for mail in other.to(NEW)]
    other.handle(make_incoming(chat=STRANGE, sender="", text="", kind=IncomingKind.GROUP))
    assert "leave" in [mail.kind for mail in other.to(STRANGE)]


def test_staff_of_the_new_group_are_served_by_another_replica(scene: Scene, other: Scene) -> None:
    number = scene.asks_a_person()
    scene.handle(MOVED)
    assert groups(scene) == {NEW, TRADE}
    assert groups(other) == {GROUP, TRADE}
    commands(other, "queue", chat=NEW)
    assert groups(other) == {NEW, TRADE}
    assert other.ticket(number).staff_chat == NEW
    assert other.ticket(other.asks_a_person(chat="200")).staff_chat == NEW
