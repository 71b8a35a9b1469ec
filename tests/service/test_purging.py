"""The nightly purge: a timer of its own, one batch a time, until nothing is left; and the staff topics go too."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from bot.core.model import IncomingKind
from bot.core.retention import Retention
from bot.delivery.timers import Alarm
from bot.service import purging
from bot.service.days import DENMARK, danish, danish_time
from bot.service.purging import Purges
from bot.store import inbox, retention, tables, timers
from tests.factories import CHANNEL, DAY
from tests.service.scene import GROUP
from tests.store.rows import rows, size

if TYPE_CHECKING:
    import pytest

    from tests.service.scene import Scene

PERIODS = Retention()
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


def starts(scene: Scene, *channels: str) -> Purges:
    purges = Purges(PERIODS, scene.clock)
    scene.database.run(lambda c: purges.arrange(c, channels or (CHANNEL,)))
    return purges


def passes(scene: Scene, purges: Purges) -> int:
    """What is due goes off and is decided, one after the other; returns how often there was a purge."""
    alarm = Alarm(scene.database, timers, inbox, scene.clock.now, lambda: None)
    count = 0
    while scene.database.run(lambda c: alarm.once(c, (CHANNEL,))):
        item = scene.database.run(lambda c: decide(c, scene, purges))
        count += item
    return count


def decide(connection: Any, scene: Scene, purges: Purges) -> int:
    item = inbox.head(connection, scene.clock.now())
    assert item is not None
    assert item.incoming.kind == IncomingKind.PURGE
    purges.handle(connection, item)
    inbox.done(connection, item.seq, scene.clock.now())
    return 1


def due(scene: Scene) -> list[tuple[str, datetime]]:
    found = [row for row in rows(scene.database, tables.timers) if row["kind"] == "purge"]
    return [(row["channel"], danish(row["due_at"])) for row in found]


def night(day: date) -> datetime:
    return datetime.combine(day, time(3, 30), DENMARK)


def test_it_is_due_every_night_however_often_a_process_starts(scene: Scene) -> None:
    for _ in range(3):
        purges = starts(scene)
    assert due(scene) == [(CHANNEL, night(WEDNESDAY))]
    scene.clock.at = danish_time(WEDNESDAY, time(3, 30))
    assert passes(scene, purges) == 1
    assert due(scene) == [(CHANNEL, night(date(2026, 11, 26)))]


def test_before_half_past_three_it_is_due_tonight(scene: Scene) -> None:
    scene.clock.at = danish_time(TUESDAY, time(2))
    starts(scene, CHANNEL, "terminal")
    assert due(scene) == [(CHANNEL, night(TUESDAY)), ("terminal", night(TUESDAY))]


def test_one_batch_follows_the_other_until_nothing_is_left(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    for n in range(5):
        scene.says("hello", chat=str(1000 + n))
    scene.settles()
    purges = starts(scene)
    scene.clock.advance(181 * DAY)
    assert passes(scene, purges) == 3  # five people in batches of two
    assert size(scene.database, tables.marks) == 0
    assert size(scene.database, tables.conversations) == size(scene.database, tables.outbox) == 0
    now = scene.clock.now()
    assert not any(scene.database.run(lambda c: retention.overdue(c, PERIODS, now)).values())


def test_the_staff_topic_of_a_case_goes_with_it(scene: Scene) -> None:
    number = scene.asks_a_person(chat="700100200")
    scene.settles()
    scene.staff_writes(number, "Come by")
    scene.staff_commands(number, "close")
    scene.settles()
    purges = starts(scene)
    scene.clock.advance(366 * DAY)
    passes(scene, purges)
    assert size(scene.database, tables.tickets) == 0
    assert [(mail.kind, mail.chat, mail.target) for mail in scene.mails()] == [
        ("delete_topic", GROUP, f"t{number}"),
    ]
