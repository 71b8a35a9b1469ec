"""Messages of every kind, forwarded ones, and groups into which somebody puts the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from telegram.error import BadRequest, Forbidden

from tests.telegram_server.kinds import KINDS

if TYPE_CHECKING:
    from telegram import Bot, Message, Update

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer


async def last(bot: Bot) -> Update:
    return (await bot.get_updates())[-1]


async def last_message(bot: Bot) -> Message:
    message = (await last(bot)).message
    assert message is not None
    return message


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_is_what_the_schema_says(bot: Bot, mona: User, kind: str) -> None:
    sent = mona.send_kind(kind)
    message = await last_message(bot)
    assert getattr(message, kind)
    assert message.message_id == sent.message_id


@pytest.mark.parametrize("by", ["user", "hidden_user", "channel"])
async def test_forwarded_texts(bot: Bot, mona: User, by: str) -> None:
    mona.forward("Have you seen this? /start", by)
    message = await last_message(bot)
    assert message.forward_origin is not None
    assert (message.forward_origin.type, message.text) == (by, "Have you seen this? /start")


async def test_an_edited_caption(bot: Bot, mona: User) -> None:
    sent = mona.send_kind("animation", "look")
    mona.edit(sent, "look here")
    edited = (await last(bot)).edited_message
    assert edited is not None
    assert edited.caption == "look here"


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_tells_twice_who_is_new(
    server: TelegramServer, bot: Bot, mona: User, kind: Literal["group", "supergroup"]
) -> None:
    group = server.strange_group("Neighbours", kind)
    group.member(mona)
    with pytest.raises(Forbidden, match=f"not a member of the {kind} chat"):
        await bot.send_message(group.id, "x")
    group.set_bot("member", by=mona)
    *_, change, news = await bot.get_updates()
    assert change.my_chat_member is not None
    assert (change.my_chat_member.chat.type, change.my_chat_member.from_user.id) == (kind, mona.id)
    assert change.my_chat_member.new_chat_member.status == "member"
    assert news.message is not None
    assert [member.id for member in news.message.new_chat_members] == [bot.id]
    await bot.send_message(group.id, "goodbye")
    await bot.leave_chat(group.id)
    assert group.bot_status == "left"
    with pytest.raises(Forbidden):
        await bot.leave_chat(group.id)
    group.general.say(mona, "it has gone")
    assert (await last(bot)).my_chat_member is not None


async def test_in_a_channel_only_administrators_write(server: TelegramServer, bot: Bot, mona: User) -> None:
    channel = server.strange_group("News", "channel")
    channel.set_bot("member")
    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await bot.send_message(channel.id, "x")
    channel.set_bot("administrator")
    sent = await bot.send_message(channel.id, "hello")
    assert (sent.from_user, sent.sender_chat) == (None, sent.chat)
    channel.general.say(channel.owner, "a post")
    post = (await last(bot)).channel_post
    assert post is not None
    assert post.text == "a post"
