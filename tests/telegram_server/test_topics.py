"""Forum topics: their life, the rights they need, and what the bot is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest

if TYPE_CHECKING:
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group


async def test_the_bot_hears_of_its_own_topic_and_nothing_else_of_its_own(bot: Bot, staff: Group) -> None:
    topic = await bot.create_forum_topic(staff.id, "Ticket 7")
    await bot.send_message(staff.id, "card", message_thread_id=topic.message_thread_id)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.forum_topic_created is not None
    assert update.message.forum_topic_created.name == "Ticket 7"
    assert update.message.message_id == update.message.message_thread_id == topic.message_thread_id
    assert update.message.is_topic_message
    assert staff.wait_topic("Ticket 7").wait("card").text == "card"


async def test_staff_write_and_press_in_a_topic(bot: Bot, staff: Group, mona: User) -> None:
    clerk = staff.member(mona)
    topic = await bot.create_forum_topic(staff.id, "T")
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Take it", callback_data="claim:1")]])
    await bot.send_message(staff.id, "card", message_thread_id=topic.message_thread_id, reply_markup=markup)
    room = staff.topic("T")
    press = room.press(clerk, "take")
    room.say(clerk, "We will look at it", reply_to=room.inbox[0])
    updates = (await bot.get_updates())[-2:]
    query, message = updates[0].callback_query, updates[1].message
    assert query is not None
    assert message is not None
    assert (query.data, query.from_user.id) == ("claim:1", clerk.id)
    assert message.message_thread_id == topic.message_thread_id
    assert message.reply_to_message is not None
    assert message.reply_to_message.message_id == room.inbox[0].message_id
    await query.answer("Yours", show_alert=True)
    assert press.wait() == {"text": "Yours", "show_alert": True}
    assert clerk.toasts == ["Yours"]


async def test_threads_that_are_none(bot: Bot, staff: Group) -> None:
    room = staff.open_topic("T")
    room.say(staff.owner, "in the topic")
    first = staff.general.say(staff.owner, "in general")
    staff.general.say(staff.owner, "a reply in general", reply_to=first)
    plain, general, reply = [update.message for update in await bot.get_updates()][1:]
    assert plain is not None
    assert plain.reply_to_message is not None
    assert plain.reply_to_message.forum_topic_created is not None
    assert general is not None
    assert general.message_thread_id is None
    assert reply is not None
    assert (reply.message_thread_id, reply.is_topic_message) == (first.message_id, None)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(staff.id, "x", message_thread_id=reply.message_thread_id)


async def test_members_do_not_write_in_a_closed_topic_but_press(bot: Bot, staff: Group, mona: User) -> None:
    clerk = staff.member(mona)
    thread = (await bot.create_forum_topic(staff.id, "T")).message_thread_id
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Reopen", callback_data="r")]])
    await bot.send_message(staff.id, "card", message_thread_id=thread, reply_markup=markup)
    room = staff.topic("T")
    room.close()
    with pytest.raises(AssertionError, match="cannot write in T"):
        room.say(clerk, "x")
    room.say(staff.owner, "the owner may")
    room.press(clerk, "Reopen")
    with pytest.raises(AssertionError, match="not a member"):
        room.say(staff.member(mona, "left"), "x")


async def test_closed_and_deleted_topics(bot: Bot, staff: Group) -> None:
    thread = (await bot.create_forum_topic(staff.id, "T")).message_thread_id
    card = await bot.send_message(staff.id, "card", message_thread_id=thread)
    room = staff.topic("T")
    room.close()
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(staff.id, "x", message_thread_id=thread)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(staff.id, "x", reply_parameters=ReplyParameters(card.message_id))
    staff.chat.admins_write_in_closed_topics = True
    await bot.send_message(staff.id, "as an administrator", message_thread_id=thread)
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await bot.close_forum_topic(staff.id, thread)
    await bot.reopen_forum_topic(staff.id, thread)
    room.delete()
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(staff.id, "x", message_thread_id=thread)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", staff.id, card.message_id)
    with pytest.raises(BadRequest, match="Topic_deleted"):
        await bot.edit_forum_topic(staff.id, thread, name="x")
    with pytest.raises(BadRequest, match="Topic_id_invalid"):
        await bot.close_forum_topic(staff.id, 999)
    # created, closed by staff, reopened by the bot; no word of the deletion
    assert len(await bot.get_updates()) == 3


@pytest.mark.parametrize("thread", [1, 999])
async def test_the_general_topic_has_no_thread_id(bot: Bot, staff: Group, thread: int) -> None:
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(staff.id, "x", message_thread_id=thread)
    sent = await bot.send_message(staff.id, "x")
    assert sent.message_thread_id is None
    assert [message.text for message in staff.general.inbox] == ["x"]


async def test_rights(server: TelegramServer, bot: Bot) -> None:
    plain = server.group("Plain", forum=False)
    with pytest.raises(BadRequest, match="The chat is not a forum"):
        await bot.create_forum_topic(plain.id, "x")
    member = server.group("Member", bot_rights=None)
    with pytest.raises(BadRequest, match="Not enough rights to create a topic"):
        await bot.create_forum_topic(member.id, "x")
    theirs = member.open_topic("theirs")
    with pytest.raises(BadRequest, match="Not enough rights to edit the topic"):
        await bot.edit_forum_topic(member.id, theirs.thread_id or 0, name="y")
    with pytest.raises(BadRequest, match="Not enough rights to delete the topic"):
        await bot.delete_forum_topic(member.id, theirs.thread_id or 0)
    member.chat.permissions -= {"can_pin_messages"}
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
        await bot.pin_chat_message(member.id, 3)
    member.chat.permissions = frozenset()
    with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
        await bot.send_message(member.id, "x")
    with pytest.raises(BadRequest, match="Not enough rights to send documents to the chat"):
        await bot.send_document(member.id, b"%PDF")
    member.set_bot("administrator", rights={"can_manage_topics"})
    await bot.edit_forum_topic(member.id, theirs.thread_id or 0, name="y")
    assert member.topics[0].name == "y"
    message = theirs.say(member.owner, "not the bot's")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(member.id, message.message_id)


async def test_topic_names_are_cut_and_must_not_be_empty(bot: Bot, staff: Group) -> None:
    with pytest.raises(BadRequest, match="Name must be non-empty"):
        await bot.create_forum_topic(staff.id, "  ")
    topic = await bot.create_forum_topic(staff.id, "x" * 200)
    assert topic.name == "x" * 128
    with pytest.raises(BadRequest, match="Invalid icon color"):
        await bot.create_forum_topic(staff.id, "x", icon_color=1)


async def test_pinning_tells_the_bot(bot: Bot, staff: Group) -> None:
    thread = (await bot.create_forum_topic(staff.id, "T")).message_thread_id
    card = await bot.send_message(staff.id, "card", message_thread_id=thread)
    await bot.pin_chat_message(staff.id, card.message_id)
    updates = await bot.get_updates()
    assert updates[-1].message is not None
    assert updates[-1].message.pinned_message is not None
    pinned = (await bot.get_chat(staff.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == card.message_id
    await bot.unpin_all_forum_topic_messages(staff.id, thread)
    with pytest.raises(BadRequest, match="Message to unpin not found"):
        await bot.unpin_chat_message(staff.id)


async def test_reactions_of_people_arrive_only_when_asked_for(bot: Bot, staff: Group, mona: User) -> None:
    staff.member(mona)
    sent = await bot.send_message(staff.id, "x")
    seen = staff.wait("x")
    staff.react(mona, seen, "👍")
    assert [update.message_reaction for update in await bot.get_updates()][-1] is None
    await bot.get_updates(allowed_updates=["message_reaction"])
    staff.react(mona, seen, "🎉")
    (update,) = await bot.get_updates(offset=-1)
    assert update.message_reaction is not None
    assert update.message_reaction.message_id == sent.message_id
    assert update.message_reaction.new_reaction[0].emoji == "🎉"  # type: ignore[attr-defined]
    staff.set_bot("member")
    staff.react(mona, seen, "👎")
    assert (await bot.get_updates(offset=update.update_id + 1)) == ()
