"""Notices in a staff group: the general topic, any other one, and the real bot from the command to the resident."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Delivered, OutboxItem, Outcome
from bot.core.model import IncomingKind
from bot.service.mails import staff_answer
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.client import make_bot
from tests.factories import START, make_incoming, make_knowledge, make_mail
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from tests.process import BotProcess
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group


async def answer(server: TelegramServer, group: Group, thread: int | None) -> Outcome:
    command = make_incoming(
        kind=IncomingKind.COMMAND, chat=str(group.id), staff=True, thread=None if thread is None else str(thread)
    )
    content = make_mail("here you are").content
    assert content is not None
    mail = staff_answer(command, None, content, "da")
    bot = make_bot(server.token, server.url)
    channel = TelegramChannel(bot, make_renderer(make_knowledge()), None, None)  # type: ignore[arg-type]
    async with bot:
        return await channel.deliver(OutboxItem(1, mail, 1, unknown=False, progress=0, created_at=START))


async def test_an_answer_in_the_general_topic(server: TelegramServer, group: Group) -> None:
    assert isinstance(await answer(server, group, None), Delivered)
    assert [message.text for message in group.general.inbox] == ["here you are"]
    assert "message_thread_id" not in server.calls_of("sendMessage")[-1].params


async def test_an_answer_in_a_topic_of_no_case(server: TelegramServer, group: Group) -> None:
    topic = group.open_topic("Lunch")
    assert isinstance(await answer(server, group, topic.thread_id), Delivered)
    assert [message.text for message in topic.inbox] == ["here you are"]
    assert group.general.inbox == []


@pytest.mark.process
def test_from_the_command_to_the_resident(bot: BotProcess, server: TelegramServer, group: Group, mette: User) -> None:
    day = date.today() + timedelta(days=20)  # noqa: DTZ011 - any day ahead
    ann = server.user("Ann")
    ann.start()
    ann.wait("Hello!")
    group.general.say(mette, f"/notice closed {day.day}.{day.month}.{day.year}")
    preview = group.general.wait(str(day.year))
    publish, _ = preview.labels
    group.general.press(mette, publish)
    group.general.wait_until(lambda topic: len(topic.inbox) == 2)
    quiet = len(ann.inbox)
    ann.send("How do I get a CPR number?")
    told = ann.wait("Notice: Citizen Service is closed on")
    assert told.entities[0]["type"] == "bold"
    assert len(ann.inbox) == quiet + 1
    group.general.say(mette, "/notices")
    group.general.wait_until(lambda topic: len(topic.inbox) == 3)
    listing = group.general.inbox[-1]
    group.general.press(mette, listing, listing.labels[0])
    group.general.wait_until(lambda topic: len(topic.inbox) == 4)
    ann.send("How do I get a CPR number?")
    assert "Notice:" not in ann.wait("Source:", after=told).text
