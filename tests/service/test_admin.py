"""Administrators pause and resume, everybody else is refused, and all of it stands in the audit log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from bot.core.model import IncomingKind, Ref, Sentence
from bot.core.pausing import REASONS, Pause
from bot.service.admin import ALL, COMMANDS, pausable, read_pause, resume
from bot.service.roles import StaffRoles
from bot.store import audit, pauses, tables
from tests.factories import START, make_incoming, make_knowledge
from tests.sentences import make_renderer
from tests.service.scene import ASE, BO, GROUP, Scene, actions, keys, make_scene
from tests.store.rows import all_text, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.mail import Mail
    from bot.core.pausing import PauseReason
    from bot.service.brain import Loaded
    from bot.service.desk import Staff
    from bot.store.database import Database
    from tests.factories import FakeClock

KNOWLEDGE = make_knowledge()
ARRIVAL = Pause("topic", "arrival", "checking-texts")
QUESTION = "How do I get a CPR number?"


@pytest.fixture
def scene(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    """Åse is an administrator; Bo is staff, and Carl is not."""
    return make_scene(database, library, clock, roles=StaffRoles(staff=("8",), admins=("7",)))


def commands(scene: Scene, name: str, words: str = "", staff: Staff = ASE, **fields: Any) -> Mail:
    return _does(scene, staff, kind=IncomingKind.COMMAND, argument=name, text=words, **fields)


def presses(scene: Scene, action: str, staff: Staff = ASE) -> Mail:
    return _does(scene, staff, kind=IncomingKind.BUTTON, argument=action, text="")


def _does(scene: Scene, staff: Staff, **fields: Any) -> Mail:
    """A member of staff does something in the group; returns what is said there."""
    usual: dict[str, Any] = {"chat": GROUP, "staff": True, "sender": staff.id, "sender_name": staff.name}
    before = len(scene.mails())
    scene.handle(make_incoming(**usual | fields))
    (said,) = scene.mails()[before:]
    assert said.content is not None
    make_renderer(KNOWLEDGE).render(said.content, said.language)
    return said


def paused(scene: Scene) -> tuple[Pause, ...]:
    return scene.database.run(pauses.current)


def noted(scene: Scene) -> list[tuple[str, str, Mapping[str, str]]]:
    """(actor, action, details) of the audit log."""
    found = scene.database.run(audit.read)
    return [(row.actor, row.action, json.loads(row.details)) for row in found]


def rendered(mail: Mail) -> str:
    assert mail.content is not None
    return make_renderer(KNOWLEDGE).render(mail.content, "en").text


# ---- what can be written ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "pause"),
    [
        ("all outage", Pause("all", "", "outage")),
        ("ALL Maintenance", Pause("all", "", "maintenance")),
        ("topic arrival checking-texts", ARRIVAL),
        ("Topic ARRIVAL checking-texts", ARRIVAL),
        ("language pl staff-only", Pause("language", "pl", "staff-only")),
        *((words, None) for words in ("", "all", "all because", "all x outage", "topic arrival", "topic gone outage")),
        *((words, None) for words in ("language de outage", "pl outage", "topic arrival outage now", "outage")),
    ],
)
def test_what_is_written_becomes_a_pause(words: str, pause: Pause | None) -> None:
    assert read_pause(words.split(), pausable(KNOWLEDGE)) == pause


def test_all_can_be_paused_without_any_knowledge() -> None:
    assert read_pause(("all", "outage"), ALL) == Pause("all", "", "outage")
    assert read_pause(("topic", "arrival", "outage"), ALL) is None


# ---- pausing and resuming --------------------------------------------------------------------------------


def test_a_topic_is_paused_told_and_resumed(scene: Scene) -> None:
    said = commands(scene, "pause", "topic arrival checking-texts")
    assert (keys(said), actions(said)) == (["pause-set"], ["resume:topic:arrival"])
    (told,) = scene.says(QUESTION)
    assert keys(told)[:2] == ["paused-topic", "pause-reason-checking-texts"]
    assert "p:ask" in actions(told)
    assert keys(presses(scene, "resume:topic:arrival")) == ["pause-lifted"]
    (told,) = scene.says(QUESTION)
    assert "paused-topic" not in keys(told)
    assert noted(scene) == [
        ("7", "pause", {"scope": "topic", "name": "arrival", "reason": "checking-texts"}),
        ("7", "resume", {"scope": "topic", "name": "arrival"}),
    ]


def test_everything_is_chosen_with_buttons(scene: Scene) -> None:
    first = commands(scene, "pause")
    assert keys(first) == ["pause-howto", "pause-reasons", "pause-topics", "pause-languages"]
    assert actions(first) == ["pause:all", "pause:topic", "pause:language"]
    assert all(word in rendered(first) for word in (*REASONS, "arrival", "business", "en, da, pl"))
    assert actions(presses(scene, "pause:topic")) == ["pause:topic:arrival", "pause:topic:business"]
    assert actions(presses(scene, "pause:language")) == [f"pause:language:{code}" for code in ("en", "da", "pl")]
    why = presses(scene, "pause:topic:arrival")
    assert keys(why) == ["pause-why", "pause-reasons"]
    assert paused(scene) == ()
    assert keys(presses(scene, actions(why)[1])) == ["pause-set"]
    assert paused(scene) == (ARRIVAL,)
    everything = presses(scene, "pause:all")
    presses(scene, actions(everything)[0])
    assert paused(scene)[0] == Pause("all", "", "maintenance")


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("what", ["all", "topic arrival", "language pl"])
def test_each_pause_can_be_said_in_every_language(scene: Scene, what: str, reason: PauseReason) -> None:
    commands(scene, "pause", f"{what} {reason}")
    assert f"pause-reason-{reason}" in keys(scene.says("jak dostać numer CPR?", language_hint="pl")[0])
    for name in ("pauses", "audit"):
        commands(scene, name)


@pytest.mark.parametrize("words", ["topic gone outage", "topic arrival nonsense", "all because I say so", "language"])
def test_what_is_wrong_is_answered_with_how_it_goes(scene: Scene, words: str) -> None:
    assert set(keys(commands(scene, "pause", words))) & {"pause-howto", "pause-why"}
    assert (paused(scene), noted(scene)) == ((), [])


def test_the_list_of_pauses(scene: Scene) -> None:
    assert keys(commands(scene, "pauses")) == ["pause-none"]
    assert keys(commands(scene, "resume")) == ["pause-none"]
    commands(scene, "pause", "all outage")
    commands(scene, "pause", "language pl staff-only")
    said = commands(scene, "pauses")
    assert keys(said) == ["pause-list", "pause-line", "pause-line"]
    assert actions(said) == ["resume:all:", "resume:language:pl"]
    assert keys(commands(scene, "resume", "topic arrival"))[0] == "pause-not-there"
    assert keys(commands(scene, "resume", "ALL")) == ["pause-lifted"]
    assert keys(presses(scene, "resume:all:"))[0] == "pause-not-there"
    assert len(noted(scene)) == 3


def test_what_the_knowledge_no_longer_has_can_be_resumed(scene: Scene) -> None:
    scene.database.run(lambda c: pauses.put(c, Pause("topic", "gone", "outage"), START))
    assert "gone" in rendered(commands(scene, "pauses"))
    assert keys(presses(scene, "resume:topic:gone")) == ["pause-lifted"]
    assert "gone" in rendered(commands(scene, "audit"))


def test_resuming_what_is_not_paused_is_not_noted(scene: Scene) -> None:
    assert not scene.database.run(lambda c: resume(c, START, "cli", "all", ""))
    assert noted(scene) == []


# ---- who may ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_staff_who_are_no_administrators_are_refused_and_it_is_noted(scene: Scene, name: str) -> None:
    said = commands(scene, name, "all outage", BO)
    assert keys(said) == ["admin-only"]
    assert paused(scene) == ()
    assert noted(scene) == [("8", "refused", {"command": name})]


def test_a_button_of_somebody_else_is_refused_too(scene: Scene) -> None:
    commands(scene, "pause", "topic arrival checking-texts")
    for action in ("resume:topic:arrival", "pause:all:outage"):
        assert keys(presses(scene, action, BO)) == ["admin-only"]
    assert paused(scene) == (ARRIVAL,)
    assert [action for _, action, _ in noted(scene)] == ["pause", "refused", "refused"]


def test_without_administrators_nobody_pauses(database: Database, library: Loaded, clock: FakeClock) -> None:
    scene = make_scene(database, library, clock)
    assert keys(commands(scene, "pause", "all outage")) == ["admin-only"]


def test_in_a_tickets_topic_the_answer_stays_there(scene: Scene) -> None:
    number = scene.asks_a_person()
    before = len(scene.to("100"))
    said = commands(scene, "pause", "all outage", thread=f"t{number}")
    assert (said.ticket, said.chat) == (number, GROUP)
    assert len(scene.to("100")) == before


# ---- the audit log ---------------------------------------------------------------------------------------


def test_the_log_is_read_in_words_and_verified(scene: Scene) -> None:
    assert keys(commands(scene, "audit")) == ["audit-none"]
    commands(scene, "pause", "topic arrival checking-texts")
    commands(scene, "resume", "topic arrival")
    commands(scene, "audit", staff=BO)
    for action, details in (("approve", {"proposal": 3}), ("recall", {"entry": "cpr"}), ("recall", {"entry": "gone"})):
        scene.database.run(lambda c, done=(action, details): audit.append(c, START, "7", *done))  # type: ignore[misc]
    said = commands(scene, "audit")
    done = ("pause", "resume", "refused", "approve", "recall", "other")
    assert keys(said) == ["audit-intro", *(f"audit-{word}" for word in done), "audit-whole"]
    words = rendered(said)
    assert "7 · paused: arrival en (The texts are being checked)" in words
    assert "8 · refused: /audit" in words
    assert scene.database.run(audit.head).hash in words


def test_the_last_ten_rows_are_shown(scene: Scene) -> None:
    for _ in range(7):
        commands(scene, "pause", "all outage")
        commands(scene, "resume", "all")
    assert len(keys(commands(scene, "audit"))) == 1 + 10 + 1
    assert "14" in rendered(commands(scene, "audit"))


@pytest.mark.parametrize(
    "change", ["actor = 'x'", "details = 'no json'", "details = '[]'", "at = 9000000000000000", "action = 'resume'"]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_log_that_was_changed_is_shown_as_such(scene: Scene, change: str) -> None:
    commands(scene, "pause", "topic arrival checking-texts")
    for statement in ("DROP TRIGGER audit_no_update", f"UPDATE audit SET {change}"):  # noqa: S608 - words of this test
        scene.database.run(lambda c, statement=statement: c.execute(text(statement)))  # type: ignore[misc]
    said = commands(scene, "audit")
    assert "audit-broken" in keys(said)
    assert said.content is not None
    assert said.content.parts[-1] == Sentence("audit-broken", {"numbers": "1"})


def test_the_log_knows_no_names_and_no_words(scene: Scene) -> None:
    scene.says("Kartoffelmel")
    commands(scene, "pause", "all Kartoffelmel")
    commands(scene, "pause", "all outage")
    commands(scene, "pause", "Kartoffelmel", BO)
    log = "\n".join(str(row) for row in rows(scene.database, tables.audit))
    assert not any(word in log for word in (ASE.name, BO.name, "Kartoffelmel", "100"))
    assert "Kartoffelmel" in all_text(scene.database)


# ---- entries that staff send -----------------------------------------------------------------------------


@pytest.mark.parametrize("pause", ["topic arrival", "all", "language en"])
def test_staff_cannot_send_an_entry_that_is_paused(scene: Scene, pause: str) -> None:
    number = scene.asks_a_person()
    scene.staff_presses(number, f"show:{number}:cpr")
    give = [action for mail in scene.to(GROUP) for action in actions(mail) if action.startswith("give:")][-1]
    commands(scene, "pause", f"{pause} checking-texts")
    before = len(scene.to("100"))
    for action in (give, f"show:{number}:cpr"):
        scene.staff_presses(number, action)
        said = scene.to(GROUP)[-1]
        assert keys(said) == ["suggest-paused"]
        assert said.content is not None
        assert said.content.parts[0] == Sentence(
            "suggest-paused", {"reason": Ref("sentence", "pause-label-checking-texts")}
        )
    assert len(scene.to("100")) == before
    commands(scene, "resume", pause)
    scene.staff_presses(number, give)
    assert any(keys(mail)[:1] == ["staff-reply"] for mail in scene.to("100")[before:])
