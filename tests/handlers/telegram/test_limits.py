"""A chat that asks to wait: only it waits, and nothing is sent to it before its time. Both clocks move by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Copy
from bot.store import outbox
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.client import make_bot
from tests.factories import CHANNEL, FakeClock, make_knowledge, make_mail
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import Mail, OutboxItem, Outcome
    from bot.store.database import Database
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

SECOND = 1_000


async def deliver(server: TelegramServer, database: Database, clock: FakeClock) -> list[str]:
    """Sends what may be sent now, as the sender does; returns to which chats."""
    bot = make_bot(server.token, server.url)
    channel = TelegramChannel(bot, make_renderer(make_knowledge()), None, None)  # type: ignore[arg-type]
    chats: list[str] = []
    async with bot:
        while items := database.run(
            lambda c: outbox.claim(c, lambda _, chat: channel.rates(chat), (CHANNEL,), clock.now(), 16)
        ):
            for item in items:
                settle(database, item, await channel.deliver(item), clock.now())
                chats.append(item.mail.chat)
    return chats


def settle(database: Database, item: OutboxItem, outcome: Outcome, now: int) -> None:
    database.run(lambda c: outbox.settle(c, item, outcome, now))


def put(database: Database, clock: FakeClock, *mails: Mail) -> None:
    def work(connection: Connection) -> None:
        for mail in mails:
            outbox.add(connection, mail, clock.now())

    database.run(work)


def to_group(group: Group, text: str, lane: str) -> Mail:
    return make_mail(text, chat=str(group.id), lane=f"telegram:{group.id}:{lane}", staff=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_only_the_group_that_asks_for_a_minute_waits(
    server: TelegramServer, database: Database, group: Group
) -> None:
    clock, ann = FakeClock(), server.user("Ann")
    ann.start()
    server.fail("sendMessage", chat=group.id, retry_after=60)
    put(database, clock, to_group(group, "one", "a"))
    assert await deliver(server, database, clock) == [str(group.id)]
    put(database, clock, to_group(group, "two", "b"), make_mail("to Ann", chat=str(ann.id)))
    assert await deliver(server, database, clock) == [str(ann.id)]
    for seconds in (30, 29):
        clock.advance(seconds * SECOND)
        server.world.clock.advance(seconds)
        assert await deliver(server, database, clock) == []
    clock.advance(2 * SECOND)
    server.world.clock.advance(2)
    await deliver(server, database, clock)
    assert [message.text for message in group.general.inbox] == ["one", "two"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_album_counts_as_its_messages(server: TelegramServer, database: Database, group: Group) -> None:
    clock, ann = FakeClock(), server.user("Ann")
    numbers = [str(message.message_id) for message in ann.send_album(10)]
    copy = Copy(str(ann.id), numbers[0], "photo", tuple(numbers[1:]))
    album = make_mail(chat=str(group.id), lane="a", kind="copy", copy=copy, content=None)
    put(database, clock, album, *(make_mail(f"{number}", chat=str(group.id), lane=f"{number}") for number in range(12)))
    await deliver(server, database, clock)
    assert len(group.general.inbox) == 18
    clock.advance(61 * SECOND)
    await deliver(server, database, clock)
    assert len(group.general.inbox) == 22
