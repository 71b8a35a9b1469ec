"""What the bot is told of albums, members and groups that move, as Telegram tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import ChatMemberBanned, ChatMemberLeft
from telegram.error import BadRequest, ChatMigrated

if TYPE_CHECKING:
    from telegram import Bot

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

ASKED = ["message", "chat_member"]


async def test_an_album_is_copied_as_one(bot: Bot, staff: Group, mona: User) -> None:
    sent = mona.send_album(3, "three pictures")
    copies = await bot.copy_messages(staff.id, mona.id, [one.message_id for one in sent])
    shown = staff.general.inbox
    assert [one.message_id for one in shown] == [one.message_id for one in copies]
    assert len({one.album for one in shown}) == 1
    assert shown[0].album not in {"", sent[0].album}
    assert [one.text for one in shown] == ["three pictures", "", ""]
    await bot.copy_messages(staff.id, mona.id, [one.message_id for one in sent], remove_caption=True)
    assert [one.text for one in staff.general.inbox[3:]] == ["", "", ""]


async def test_what_is_gone_is_left_out_of_an_album(bot: Bot, staff: Group, mona: User) -> None:
    first, second = mona.send_album(2)
    mona.delete(first)
    numbers = [first.message_id, second.message_id]
    assert len(await bot.copy_messages(staff.id, mona.id, numbers)) == 1
    with pytest.raises(BadRequest, match="strictly increasing"):
        await bot.copy_messages(staff.id, mona.id, numbers[::-1])
    mona.delete(second)
    with pytest.raises(BadRequest, match="Messages to copy not found"):
        await bot.copy_messages(staff.id, mona.id, numbers)


async def test_who_leaves_is_told_twice_to_an_administrator_that_asks(bot: Bot, staff: Group, mona: User) -> None:
    await bot.get_updates(allowed_updates=ASKED)
    staff.member(mona)
    staff.remove(mona)
    changed, message = (await bot.get_updates())[-2:]
    assert changed.chat_member is not None
    assert isinstance(changed.chat_member.new_chat_member, ChatMemberBanned)
    assert changed.chat_member.new_chat_member.user.id == mona.id
    assert message.message is not None
    assert message.message.left_chat_member is not None
    staff.member(mona)
    staff.remove(mona, by=mona)
    changed = (await bot.get_updates())[-2]
    assert changed.chat_member is not None
    assert isinstance(changed.chat_member.new_chat_member, ChatMemberLeft)
    with pytest.raises(AssertionError, match="not a member"):
        staff.general.say(mona, "x")


async def test_a_plain_member_hears_of_nobody_leaving(bot: Bot, server: TelegramServer, mona: User) -> None:
    await bot.get_updates(allowed_updates=ASKED)
    group = server.group("Member", bot_rights=None)
    group.member(mona)
    group.remove(mona)
    assert all(update.chat_member is None for update in await bot.get_updates())


async def test_a_group_that_becomes_a_supergroup(bot: Bot, server: TelegramServer, mona: User) -> None:
    old = server.strange_group("Staff", "group")
    old.set_bot("administrator")
    old.member(mona)
    new = old.upgrade()
    told = [update.message for update in await bot.get_updates() if update.message is not None]
    assert (told[-2].chat.id, told[-2].migrate_to_chat_id) == (old.id, new.id)
    assert (told[-1].chat.id, told[-1].migrate_from_chat_id) == (new.id, old.id)
    with pytest.raises(ChatMigrated) as refused:
        await bot.send_message(old.id, "x")
    assert refused.value.new_chat_id == new.id
    await bot.create_forum_topic(new.id, "T")
    new.topic("T").say(mona, "members come along")
    with pytest.raises(AssertionError, match="only basic groups"):
        new.upgrade()


async def test_forwards(bot: Bot, staff: Group) -> None:
    staff.general.forward(staff.owner, "by hand", "channel")
    staff.general.channel_post("news")
    by_hand, by_itself = [update.message for update in (await bot.get_updates())[-2:]]
    assert by_hand is not None
    assert by_hand.forward_origin is not None
    assert (by_hand.is_automatic_forward, by_hand.sender_chat) == (None, None)
    assert by_itself is not None
    assert by_itself.is_automatic_forward
    assert by_itself.sender_chat is not None
    assert by_itself.from_user is not None
    assert (by_itself.sender_chat.type, by_itself.from_user.id) == ("channel", 777_000)
