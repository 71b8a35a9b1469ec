"""A message that could not be decided: the resident and the staff of the case are told, and nothing of it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.mail import MAX_DECISIONS, Failed
from bot.core.model import IncomingKind
from bot.delivery.worker import Worker
from bot.service.dead_letters import DeadLetters
from bot.service.resident import accept
from bot.store import inbox, tables
from tests.factories import CHANNEL, MINUTE, START, make_incoming
from tests.service.scene import ASE, GROUP, Scene, keys
from tests.store.rows import column

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.core.model import Incoming

SECRET = "kartoffelmel"


def fail(connection: Connection, item: InboxItem) -> None:
    raise ValueError(item.incoming.text)


async def buried(scene: Scene, incoming: Incoming) -> list[list[str]]:
    """A message that no try can decide; returns what is said then."""
    before = len(scene.mails())
    letters = DeadLetters(scene.desk.posts, scene.library, scene.clock)
    worker = Worker(scene.database, inbox, fail, scene.clock.now, letters.undecided)
    scene.database.run(lambda c: accept(c, incoming))
    for _ in range(MAX_DECISIONS):
        assert len(scene.mails()) == before
        assert await worker.once()
        scene.clock.advance(MINUTE)
    assert column(scene.database, tables.inbox, "outcome")[-1] == "dead"
    said = scene.mails()[before:]
    assert SECRET not in str(said)
    return [keys(mail) for mail in said]


async def test_a_resident_is_asked_to_write_again(scene: Scene) -> None:
    assert await buried(scene, make_incoming(text=SECRET)) == [["dead-to-resident"]]
    assert scene.mails()[-1].language in scene.library.brain.offered


async def test_in_their_own_language(scene: Scene) -> None:
    scene.says("hvordan får jeg et cpr-nummer")
    assert await buried(scene, make_incoming(text=SECRET)) == [["dead-to-resident"]]
    assert scene.mails()[-1].language == "da"


async def test_the_staff_of_the_case_are_told_as_well(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_commands(number, "claim")
    assert await buried(scene, make_incoming(text=SECRET)) == [["dead-to-resident"], ["dead-from-resident"]]
    assert (scene.mails()[-1].chat, scene.mails()[-1].ticket) == (GROUP, number)


async def test_staff_are_told_in_the_topic_where_they_wrote(scene: Scene) -> None:
    number = scene.asks_a_person()
    incoming = make_incoming(text=SECRET, chat=GROUP, thread=f"t{number}", staff=True, sender=ASE.id)
    assert await buried(scene, incoming) == [["dead-from-staff"]]
    assert scene.mails()[-1].ticket == number


async def test_staff_are_told_outside_of_topics_too(scene: Scene) -> None:
    incoming = make_incoming(kind=IncomingKind.COMMAND, argument="stats", chat=GROUP, staff=True, sender=ASE.id)
    assert await buried(scene, incoming) == [["dead-from-staff"]]
    assert (scene.mails()[-1].chat, scene.mails()[-1].ticket) == (GROUP, None)


async def test_a_timer_of_a_case_is_told_in_its_topic(scene: Scene) -> None:
    number = scene.asks_a_person()
    timer = make_incoming(kind=IncomingKind.IDLE, argument=f"{number}:ask", text="")
    assert await buried(scene, timer) == [["dead-timer"]]


@pytest.mark.parametrize("kind", [IncomingKind.UNREACHABLE, IncomingKind.TOPIC_CREATED, IncomingKind.DIGEST])
async def test_nobody_waits_for_what_the_channel_says(scene: Scene, kind: IncomingKind) -> None:
    assert await buried(scene, make_incoming(kind=kind, text="", chat=GROUP, staff=True)) == []


async def test_if_even_telling_fails_the_lane_goes_on(scene: Scene) -> None:
    def tell(connection: Connection, item: InboxItem) -> None:
        raise LookupError(item.incoming.text)

    worker = Worker(scene.database, inbox, fail, scene.clock.now, tell)
    scene.database.run(lambda c: accept(c, make_incoming(text=SECRET)))
    for _ in range(MAX_DECISIONS):
        assert await worker.once()
        scene.clock.advance(MINUTE)
    assert not await worker.once()
    assert column(scene.database, tables.inbox, "outcome") == ["dead"]
    assert column(scene.database, tables.inbox, "error") == ["ValueError"]


def test_words_of_the_resident_that_could_not_be_shown_are_told_in_the_topic(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_commands(number, "claim")
    scene.settles()
    scene.says("one more thing")
    scene.settles(Failed("refused"), chat=GROUP)
    told = [mail for mail in scene.to(GROUP) if keys(mail) == ["desk-failed"]]
    assert [(mail.ticket, mail.channel) for mail in told] == [(number, CHANNEL)]


def test_a_failed_telling_is_not_told_for_ever(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.settles(Failed("refused"), chat=GROUP)
    count = len(scene.mails())
    scene.settles(Failed("refused"), chat=GROUP)
    assert len(scene.mails()) == count
    assert scene.ticket(number).open
    assert scene.clock.now() == START
