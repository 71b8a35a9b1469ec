"""Somebody writes without end: what is answered, what is said, what is kept, and that danger is always answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.flood import Limits
from bot.core.model import IncomingKind
from bot.store import tables
from tests.factories import make_incoming
from tests.service.scene import GROUP, Scene, keys, make_scene, quotes
from tests.store.rows import all_text, rows

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock

DANGER = "I want to kill myself"
BURST = 5


@pytest.fixture
def scene(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    return make_scene(database, library, clock, limits=Limits(burst=BURST, seconds=3), most_open=2)


def spam(scene: Scene, count: int, text: str = "again and again") -> list[Mail]:
    return [mail for _ in range(count) for mail in scene.says(text)]


def is_danger(mail: Mail) -> bool:
    return mail.content is not None and any(getattr(p, "entry", "") == "emergency-112" for p in mail.content.parts)


def test_what_is_too_much_is_not_answered_and_is_said_once_a_minute(scene: Scene) -> None:
    assert len(spam(scene, BURST)) >= BURST
    assert [keys(mail) for mail in spam(scene, 8)] == [["flood-not-read"]]
    scene.clock.advance(60_000)
    assert "flood-not-read" not in [key for mail in spam(scene, BURST) for key in keys(mail)]
    assert [keys(mail) for mail in spam(scene, 30)] == [["flood-not-read"]]


def test_nothing_is_kept_of_what_was_not_read(scene: Scene) -> None:
    spam(scene, BURST)
    spam(scene, 3, "zebracorn")
    assert "zebracorn" not in all_text(scene.database)
    assert all(row["done_at"] is not None and row["payload"] == "" for row in rows(scene.database, tables.inbox))


def test_others_are_answered_meanwhile(scene: Scene) -> None:
    spam(scene, 3 * BURST)
    assert scene.says("How do I get a CPR number?", chat="200", sender="200")


def test_danger_is_answered_beyond_every_limit(scene: Scene) -> None:
    spam(scene, BURST + 1)
    assert any(map(is_danger, scene.says(DANGER)))
    scene.clock.advance(10_000)
    spam(scene, 5 * BURST)
    assert any(map(is_danger, scene.says(DANGER)))
    assert not any(map(is_danger, spam(scene, 20, DANGER))), "the same text again and again is no help"


def test_danger_under_a_file_is_answered_too(scene: Scene) -> None:
    spam(scene, 5 * BURST)
    scene.clock.advance(900)
    assert any(map(is_danger, scene.sends_file(caption=DANGER)))


def test_buttons_and_commands_are_counted(scene: Scene) -> None:
    for _ in range(BURST):
        scene.presses("menu")
    assert [keys(mail) for mail in scene.presses("menu")] == [["flood-not-read"]]
    scene.handle(make_incoming(kind=IncomingKind.COMMAND, argument="help", text=""))
    assert keys(scene.to("100")[-1]) == ["flood-not-read"]


def test_words_to_staff_are_passed_on_until_it_is_far_too_much(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_presses(number, f"claim:{number}")
    before = len(scene.messages(number))
    told = [key for n in range(40) for mail in scene.says(f"word {n}") for key in keys(mail)]
    assert told == ["flood-not-passed-on"]
    passed_on = len(scene.messages(number)) - before
    assert BURST < passed_on <= 3 * BURST
    shown = [mail for mail in scene.to(GROUP) if mail.kind == "say" and keys(mail)[:1] == ["relay-intro"]]
    assert sum(len(quotes(mail)) for mail in shown) == passed_on
    assert len(shown) < passed_on, "what waits is shown together"


def test_danger_reaches_staff_too(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_presses(number, f"claim:{number}")
    spam(scene, 40)
    assert any(map(is_danger, scene.says(DANGER)))
    assert scene.messages(number)[-1] == ("resident", DANGER)


def test_erasing_everything_does_not_lift_the_limit(scene: Scene) -> None:
    day = scene.clock.today().isoformat()
    answered = 0
    for _ in range(10):
        answered += any("flood" not in key for mail in spam(scene, 1) for key in keys(mail))
        scene.presses(f"o:erase-yes:{day}")
    assert answered <= BURST


def test_a_group_full_of_talk_costs_little(scene: Scene) -> None:
    for _ in range(50):
        scene.handle(make_incoming(kind=IncomingKind.GROUP, chat="-5", text="", sender=""))
    assert len(scene.to("-5")) <= 2 * BURST


def test_so_many_open_cases_and_no_more(scene: Scene) -> None:
    for number in (1, 2):
        assert scene.asks_a_person() == number
        scene.clock.advance(60_000)
    scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    send = scene.button("p:send")
    (refused,) = scene.presses(send)
    assert keys(refused) == ["cases-full"]
    assert refused.content is not None
    assert [button.action for row in refused.content.rows for button in row] == [
        *("p:staff:2", "o:withdraw:2", "p:staff:1", "o:withdraw:1")
    ]
    assert len(rows(scene.database, tables.tickets)) == 2
    scene.clock.advance(60_000)
    scene.presses("o:withdraw-yes:1")
    assert keys(scene.presses(send)[-1])[:1] != ["cases-full"], "the draft stood, and there is room now"
    assert len(rows(scene.database, tables.tickets)) == 3
    (refused,) = scene.presses("o:reopen:1")
    assert keys(refused) == ["cases-full"]


def test_other_channels_have_no_limit(scene: Scene) -> None:
    """Whoever sits at the terminal has the machine."""
    for n in range(3 * BURST):
        scene.handle(make_incoming(channel="terminal", text=f"again {n}"))
    assert "flood-not-read" not in [key for mail in scene.mails() for key in keys(mail)]
