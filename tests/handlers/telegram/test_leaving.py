"""A group that is no staff group: a polite word, then the bot leaves, whatever has happened meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

import pytest

from bot.core.mail import Delivered, Failed, OutboxItem, Outcome, Retry
from bot.service.mails import leave_mail, resident_mail
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.client import make_bot
from tests.factories import START, make_knowledge, make_mail
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

Kind = Literal["group", "supergroup", "channel"]


async def deliver(server: TelegramServer, mail: Mail) -> Outcome:
    bot = make_bot(server.token, server.url)
    channel = TelegramChannel(bot, make_renderer(make_knowledge()), None, None)  # type: ignore[arg-type]
    async with bot:
        return await channel.deliver(OutboxItem(1, mail, 1, unknown=False, progress=0, created_at=START))


def leaving(group: Group) -> Mail:
    return leave_mail("telegram", str(group.id))


def test_the_leaving_comes_after_the_word() -> None:
    content = make_mail("goodbye").content
    assert content is not None
    word, leave = resident_mail("telegram", "-5", content, "en"), leave_mail("telegram", "-5")
    assert (word.lane, word.priority, leave.kind) == (leave.lane, leave.priority, "leave")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_the_bot_leaves_once(server: TelegramServer, kind: Kind) -> None:
    group = server.strange_group("Neighbours", kind)
    group.set_bot("administrator")
    assert await deliver(server, leaving(group)) == Delivered()
    assert group.bot_status == "left"
    assert await deliver(server, leaving(group)) == Delivered()
    group.set_bot("kicked")
    assert await deliver(server, leaving(group)) == Delivered()
    word = await deliver(server, make_mail("goodbye", chat=str(group.id)))
    assert word == Failed("unreachable")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_where_the_bot_may_not_write_it_leaves_all_the_same(server: TelegramServer, kind: Kind) -> None:
    group = server.strange_group("Neighbours", kind)
    group.set_bot("restricted" if kind == "supergroup" else "member")
    group.chat.permissions = frozenset()
    assert await deliver(server, make_mail("goodbye", chat=str(group.id))) == Failed("unreachable")
    assert await deliver(server, leaving(group)) == Delivered()


async def test_a_group_that_is_no_more_is_left(server: TelegramServer) -> None:
    assert await deliver(server, leave_mail("telegram", "-100999")) == Delivered()


async def test_a_group_that_became_another_is_left_there(server: TelegramServer) -> None:
    old, new = server.strange_group("Neighbours", "group"), server.strange_group("Neighbours")
    new.set_bot("member")
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    moved = {"migrate_to_chat_id": new.id}
    server.fail("leaveChat", status=400, chat=old.id, description=description, parameters=moved)
    assert await deliver(server, leaving(old)) == Delivered()
    assert new.bot_status == "left"


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"status": 500}, {"mode": "accept_then_reset"}])
async def test_a_fault_on_the_way_is_tried_again(server: TelegramServer, fault: dict[str, Any]) -> None:
    group = server.strange_group("Neighbours")
    group.set_bot("member")
    server.fail("leaveChat", **fault)
    assert isinstance(await deliver(server, leaving(group)), Retry)
    await asyncio.sleep(1.1 if fault.get("status") == 429 else 0)
    assert await deliver(server, leaving(group)) == Delivered()
    assert group.bot_status == "left"
