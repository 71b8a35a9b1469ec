"""A file with one's own data, and the deletion of a staff topic, on a local Telegram."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Delivered, OutboxItem, Retry
from bot.service.mails import delete_topic_mail, document_mail
from bot.service.personal import OwnFile
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.client import make_bot
from tests.handlers.telegram.desk import hand_over

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.core.mail import Mail, Outcome
    from tests.process import BotProcess
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group


class Files:
    """Makes a file that tells what was asked for."""

    async def own_file(self, channel: str, chat: str, form: str, language: str) -> OwnFile:
        return OwnFile(f"mydata.{form}", f"{channel} {chat} {language} żółć 🙂", "Everything I keep about you.")


@asynccontextmanager
async def channel(server: TelegramServer) -> AsyncIterator[TelegramChannel]:
    bot = make_bot(server.token, server.url)
    async with bot:
        yield TelegramChannel(bot, None, None, Files())  # type: ignore[arg-type]


def make_item(mail: Mail) -> OutboxItem:
    return OutboxItem(1, mail, attempts=1, unknown=False, progress=0, created_at=0)


async def delivered(server: TelegramServer, mail: Mail) -> Outcome:
    async with channel(server) as way_out:
        return await way_out.deliver(make_item(mail))


async def test_the_file_arrives_with_its_name_and_content(server: TelegramServer) -> None:
    ann = server.user("Ann")
    ann.start()
    outcome = await delivered(server, document_mail("telegram", str(ann.id), "json", "pl"))
    assert isinstance(outcome, Delivered)
    (call,) = server.calls_of("sendDocument")
    upload = call.params["document"]
    assert (upload.name, upload.content.decode()) == ("mydata.json", f"telegram {ann.id} pl żółć 🙂")
    assert call.params["caption"] == "Everything I keep about you."
    assert call.ok
    assert outcome.reference == str(call.result["message_id"])


async def test_a_topic_is_deleted_once_and_gone_is_gone(server: TelegramServer, group: Group) -> None:
    async with channel(server) as way_out:
        topic = await way_out._bot.create_forum_topic(group.id, "#1 · EN")
        mail = delete_topic_mail("telegram", str(group.id), str(topic.message_thread_id))
        for _ in range(2):
            assert await way_out.deliver(make_item(mail)) == Delivered(str(topic.message_thread_id))
    assert [call.ok for call in server.calls_of("deleteForumTopic")] == [True, False]
    assert topic.message_thread_id not in [left.thread_id for left in group.topics]


async def test_a_topic_that_never_was_is_no_fault(server: TelegramServer, group: Group) -> None:
    assert isinstance(await delivered(server, delete_topic_mail("telegram", str(group.id), "4711")), Delivered)


@pytest.mark.parametrize("status", [429, 502])
async def test_a_server_that_is_away_is_tried_again(server: TelegramServer, group: Group, status: int) -> None:
    server.fail("deleteForumTopic", times=1, status=status, retry_after=1)
    assert isinstance(await delivered(server, delete_topic_mail("telegram", str(group.id), "4711")), Retry)


async def test_without_the_right_to_delete_it_waits_for_the_right(server: TelegramServer, group: Group) -> None:
    async with channel(server) as way_out:
        topic = await way_out._bot.create_forum_topic(group.id, "#1 · EN")
        group.set_bot(rights=["can_manage_topics"])
        mail = delete_topic_mail("telegram", str(group.id), str(topic.message_thread_id))
        assert await way_out.deliver(make_item(mail)) == Retry("staff group", 60_000)


@pytest.mark.process
def test_a_person_takes_their_file_and_is_then_forgotten(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, "I want to talk to a person about Kartoffelmel please")
    topic.say(mette, "Please come on Wednesday.")
    ann.wait("Please come on Wednesday.")
    ann.send("/mydata")
    ann.press("File for computers (JSON)")
    server.wait_until(lambda: bool(server.calls_of("sendDocument")))
    value = json.loads(server.calls_of("sendDocument")[0].params["document"].content)
    assert [message["side"] for message in value["cases"][0]["messages"]] == ["resident", "staff"]
    ann.press("Erase everything")
    ann.press("Yes, erase everything")
    ann.wait("is erased")
    topic.wait_until(lambda seen: seen.deleted)
    bot.stop()
    kept = bot.database.read_bytes()
    assert [word for word in (b"Kartoffelmel", b"Wednesday", str(ann.id).encode()) if word in kept] == []
