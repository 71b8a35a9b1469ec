"""The digest of each staff group: when it comes, that it comes once, and what it says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.model import IncomingKind
from bot.delivery.timers import Alarm
from bot.service.days import DENMARK, danish, danish_time
from bot.service.digest import Digests, is_working_day
from bot.service.posting import StaffGroups
from bot.store import inbox, moving, promises, tables, tickets, timers
from tests.factories import CHANNEL, DAY, MINUTE
from tests.sentences import make_renderer
from tests.service.scene import CHATS, GROUP, TRADE, Scene, keys
from tests.store.rows import rows, size

if TYPE_CHECKING:
    from bot.core.mail import Mail

EIGHT = time(8)
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


def starts(scene: Scene, digests: Digests | None = None) -> None:
    """A process starts: the timers are arranged."""
    scene.database.run((digests or scene.digests).arrange)


def at(scene: Scene, day: date, clock: time = EIGHT) -> None:
    """It is `clock` on `day` in Denmark."""
    scene.clock.at = danish_time(day, clock)


def passes(scene: Scene) -> list[Mail]:
    """What is due goes off and is decided; returns what is said in staff groups."""
    before = len(scene.mails())
    goes_off(scene)
    decides(scene)
    return scene.mails()[before:]


def goes_off(scene: Scene) -> None:
    alarm = Alarm(scene.database, timers, inbox, scene.clock.now, lambda: None)
    while scene.database.run(lambda c: alarm.once(c, (CHANNEL,))):
        pass


def decides(scene: Scene) -> None:
    while scene.database.run(scene._decide):
        pass


def due(scene: Scene) -> list[tuple[str, datetime]]:
    """The digests that are to come: group and moment in Denmark."""
    found = [row for row in rows(scene.database, tables.timers) if row["kind"] == IncomingKind.DIGEST.value]
    return sorted((row["chat"], danish(row["due_at"])) for row in found)


def moment(day: date, clock: time = EIGHT) -> datetime:
    return datetime.combine(day, clock, DENMARK)


def text(scene: Scene, mail: Mail) -> str:
    assert mail.content is not None
    return make_renderer(scene.library.knowledge).render(mail.content, "en").text.replace("\u00a0", " ")


# ---- when it comes ---------------------------------------------------------------------------------------


def test_each_group_gets_one_in_its_general_topic(scene: Scene) -> None:
    at(scene, TUESDAY, time(7, 59))
    starts(scene)
    assert due(scene) == [(GROUP, moment(TUESDAY)), (TRADE, moment(TUESDAY))]
    assert passes(scene) == []
    at(scene, TUESDAY)
    said = passes(scene)
    assert sorted(mail.chat for mail in said) == [GROUP, TRADE]
    assert all((mail.staff, mail.ticket, mail.target, mail.language) == (True, None, "", "da") for mail in said)
    assert due(scene) == [(GROUP, moment(WEDNESDAY)), (TRADE, moment(WEDNESDAY))]
    assert passes(scene) == []


def test_groups_of_several_departments_get_one(scene: Scene) -> None:
    groups = StaffGroups(CHANNEL, {"citizens": GROUP, "trade": GROUP}, "da")
    starts(scene, Digests(groups, scene.clock, EIGHT))
    assert [chat for chat, _ in due(scene)] == [GROUP]


@pytest.mark.parametrize(
    ("day", "hour", "following"),
    [
        pytest.param(FRIDAY, time(8), MONDAY, id="over the weekend"),
        pytest.param(date(2026, 11, 28), time(7), MONDAY, id="from a Saturday"),
        pytest.param(date(2026, 12, 24), time(8), date(2026, 12, 28), id="Christmas"),
        pytest.param(date(2026, 12, 31), time(8), date(2027, 1, 4), id="New Year"),
        pytest.param(date(2027, 3, 24), time(8), date(2027, 3, 30), id="Easter"),
        pytest.param(date(2027, 5, 5), time(9), date(2027, 5, 7), id="Ascension Day"),
        pytest.param(TUESDAY, time(8), WEDNESDAY, id="at the very moment"),
        pytest.param(TUESDAY, time(7, 59), TUESDAY, id="a minute before"),
    ],
)
def test_the_next_one_comes_on_a_working_day(scene: Scene, day: date, hour: time, following: date) -> None:
    at(scene, day, hour)
    starts(scene)
    assert due(scene)[0] == (GROUP, moment(following))


@pytest.mark.parametrize("day", [date(2026, 3, 27), date(2026, 10, 23)])
def test_it_is_eight_o_clock_in_summer_and_winter(scene: Scene, day: date) -> None:
    """The clocks change on the Sunday between."""
    at(scene, day)
    starts(scene)
    (_, following), _ = due(scene)
    assert (following.hour, following.weekday(), (following.date() - day).days) == (8, 0, 3)


def test_working_days() -> None:
    assert is_working_day(date(2026, 6, 5))  # Constitution Day is none by law
    assert not is_working_day(date(2026, 5, 14))
    assert not is_working_day(date(2026, 11, 28))
    assert not is_working_day(date(2026, 11, 29))


# ---- that it comes once ----------------------------------------------------------------------------------


def test_a_start_keeps_what_is_due(scene: Scene) -> None:
    """The process was away at eight o'clock: the digest comes when it is back."""
    at(scene, TUESDAY, time(7))
    starts(scene)
    at(scene, TUESDAY, time(10))
    starts(scene)
    assert len(passes(scene)) == 2
    assert passes(scene) == []


def test_many_starts_double_nothing(scene: Scene) -> None:
    at(scene, TUESDAY, time(7))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: starts(scene), range(8)))
    assert len(due(scene)) == 2
    at(scene, TUESDAY)
    assert len(passes(scene)) == 2
    starts(scene)
    assert passes(scene) == []
    assert len(due(scene)) == 2


def test_a_crash_between_the_timer_and_the_digest(scene: Scene) -> None:
    at(scene, TUESDAY, time(7))
    starts(scene)
    at(scene, TUESDAY)
    goes_off(scene)
    assert due(scene) == []
    starts(scene)
    assert due(scene) == [(GROUP, moment(WEDNESDAY)), (TRADE, moment(WEDNESDAY))]
    before = len(scene.mails())
    decides(scene)
    assert len(scene.mails()) == before + 2
    assert due(scene) == [(GROUP, moment(WEDNESDAY)), (TRADE, moment(WEDNESDAY))]


def test_one_that_is_late_by_a_day_is_not_followed_by_another(scene: Scene) -> None:
    at(scene, TUESDAY, time(7))
    starts(scene)
    at(scene, TUESDAY)
    goes_off(scene)
    at(scene, WEDNESDAY, time(7))
    starts(scene)
    assert len(passes(scene)) == 2
    at(scene, WEDNESDAY)
    assert passes(scene) == []
    assert due(scene)[0] == (GROUP, moment(date(2026, 11, 26)))


def test_one_that_is_late_does_not_come_on_a_weekend(scene: Scene) -> None:
    at(scene, FRIDAY, time(7))
    starts(scene)
    at(scene, date(2026, 11, 28))
    assert passes(scene) == []
    at(scene, MONDAY)
    assert len(passes(scene)) == 2


def test_another_time_replaces_the_old_one_and_brings_no_second_digest(scene: Scene) -> None:
    at(scene, TUESDAY, time(7))
    starts(scene)
    at(scene, TUESDAY)
    assert len(passes(scene)) == 2
    groups = scene.desk.posts.groups
    scene.digests = Digests(groups, scene.clock, time(9, 30))
    starts(scene)
    assert due(scene) == [(GROUP, moment(TUESDAY, time(9, 30))), (TRADE, moment(TUESDAY, time(9, 30)))]
    at(scene, TUESDAY, time(9, 30))
    assert passes(scene) == []
    assert due(scene)[0] == (GROUP, moment(WEDNESDAY, time(9, 30)))
    at(scene, WEDNESDAY, time(9, 30))
    assert len(passes(scene)) == 2


@pytest.mark.parametrize("left", [{}, {"citizens": GROUP}])
def test_a_group_that_is_no_longer_one_gets_none(scene: Scene, left: dict[str, str]) -> None:
    at(scene, TUESDAY, time(7))
    starts(scene)
    scene.digests = Digests(StaffGroups(CHANNEL, left, "da"), scene.clock, EIGHT)
    at(scene, TUESDAY)
    assert [mail.chat for mail in passes(scene)] == list(left.values())
    starts(scene)
    assert [chat for chat, _ in due(scene)] == list(left.values())


def test_it_follows_a_group_that_another_process_saw_move(scene: Scene) -> None:
    at(scene, TUESDAY, time(7))
    starts(scene)
    scene.database.run(lambda c: moving.move(c, CHANNEL, GROUP, "-300", scene.clock.now()))
    at(scene, TUESDAY)
    assert sorted(mail.chat for mail in passes(scene)) == [TRADE, "-300"]
    assert [chat for chat, _ in due(scene)] == [TRADE, "-300"]


def test_it_can_be_turned_off(scene: Scene) -> None:
    at(scene, TUESDAY, time(7))
    starts(scene)
    at(scene, TUESDAY)
    goes_off(scene)
    at(scene, TUESDAY, time(7))
    starts(scene)
    scene.digests = Digests(StaffGroups(CHANNEL, dict(CHATS), "da"), scene.clock, None)
    starts(scene)
    assert size(scene.database, tables.timers) == 0
    assert passes(scene) == []
    assert size(scene.database, tables.timers) == 0


# ---- what it says ----------------------------------------------------------------------------------------


def digest(scene: Scene, day: date, chat: str = GROUP) -> Mail:
    """The digest of a group on `day`."""
    at(scene, day)
    (said,) = [mail for mail in passes(scene) if mail.chat == chat and "digest-title" in keys(mail)]
    return said


def asks(scene: Scene, chat: str, question: str = "How do I get a CPR number?", **values: object) -> int:
    number = scene.asks_a_person(question, chat=chat, sender=chat)
    if values:
        scene.database.run(lambda c: tickets.change(c, number, values))
    return number


def test_a_calm_day(scene: Scene) -> None:
    starts(scene)
    assert keys(digest(scene, TUESDAY)) == ["digest-title", "digest-calm", "digest-since"]


def test_it_says_how_the_cases_of_the_group_stand(scene: Scene) -> None:
    at(scene, date(2026, 11, 23), time(9))
    starts(scene)
    now = danish_time(TUESDAY, EIGHT)
    late = asks(scene, "100", promised_at=now - MINUTE)
    asks(scene, "101", promised_at=now + 60 * MINUTE)
    asks(scene, "102", promised_at=now + DAY)
    asks(scene, "103", "Opening a company", promised_at=now - MINUTE)
    scene.staff_commands(asks(scene, "104"), "claim")
    scene.staff_writes(asks(scene, "105"), "Hello")
    scene.staff_commands(asks(scene, "106"), "close")
    said = text(scene, digest(scene, TUESDAY)).splitlines()
    assert said == [
        "Good morning! The cases of this group on 24 November 2026:",
        "New since the last overview: 6 cases",
        "Nobody has taken them yet: 3 cases",
        "Answer promised today: 1 case",
        "Late: 1 case",
        "/queue shows them all, the most pressing first.",
        "",
        "Since 23 November 2026: opened 6, answered for the first time 1, closed 1",
    ]
    scene.staff_commands(late, "close")
    said = text(scene, digest(scene, WEDNESDAY)).splitlines()
    assert not [line for line in said if line.startswith("New since")]
    assert said[-1] == "Since 24 November 2026: opened 0, answered for the first time 0, closed 1"


def test_after_a_weekend_it_begins_with_the_friday(scene: Scene) -> None:
    at(scene, FRIDAY, time(7))
    starts(scene)
    asks(scene, "100")
    digest(scene, FRIDAY)
    at(scene, date(2026, 11, 28), time(12))
    asks(scene, "101")
    said = text(scene, digest(scene, MONDAY))
    assert "New since the last overview: 1 case\n" in said
    assert "Since 27 November 2026: opened 2," in said


def keeps(scene: Scene, number: int, department: str, day: date, *outcomes: str) -> None:
    """Promises of a case that fell due on `day`."""

    def work(connection: Any) -> None:
        for outcome in outcomes:
            promises.make(connection, number, department, 0, danish_time(day, time(12)))
            promises.settle(connection, number, 0, outcome)

    scene.database.run(work)


def test_the_first_digest_of_a_week_tells_what_was_kept_in_the_last_one(scene: Scene) -> None:
    at(scene, FRIDAY, time(7))
    starts(scene)
    number = asks(scene, "100")
    keeps(scene, number, "citizens", TUESDAY, "kept", "kept", "kept", "late", "void")
    keeps(scene, number, "trade", TUESDAY, "late")  # the other group's
    keeps(scene, number, "citizens", date(2026, 11, 22), "late")  # the week before
    assert "digest-week" not in keys(digest(scene, FRIDAY))
    said = digest(scene, MONDAY)
    assert text(scene, said).splitlines()[-1] == "Promises kept last week: 3 of 4 (75%)"
    assert "digest-week" not in keys(digest(scene, date(2026, 12, 1)))


def test_where_monday_is_a_holiday_the_week_is_told_on_tuesday(scene: Scene) -> None:
    at(scene, date(2027, 3, 24), time(9))
    starts(scene)
    number = asks(scene, "100")
    keeps(scene, number, "citizens", date(2027, 3, 23), "kept")
    assert "digest-week" in keys(digest(scene, date(2027, 3, 30)))
