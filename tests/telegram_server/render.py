"""State as the Bot API's JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.telegram_server.state import ADMIN_RIGHTS, Account, Chat, Json, Member, Query, Stored, Topic, World

if TYPE_CHECKING:
    from collections.abc import Iterable

INACCESSIBLE_AFTER = 48 * 3600


def user(account: Account) -> Json:
    shown = {"id": account.id, "is_bot": account.is_bot, "first_name": account.first_name}
    return shown | _given(last_name=account.last_name, username=account.username, language_code=account.language_code)


def me(world: World) -> Json:
    return user(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": world.inline_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat(world: World, place: Chat) -> Json:
    if place.type == "private":
        person = world.accounts[place.id]
        return {"id": place.id, "type": "private", "first_name": person.first_name} | _given(
            last_name=person.last_name, username=person.username
        )
    return {"id": place.id, "type": place.type, "title": place.title} | _given(is_forum=place.is_forum)


def full_chat(world: World, place: Chat) -> Json:
    """`ChatFullInfo`, as getChat answers."""
    full = chat(world, place) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if place.pinned and (pinned := world.message(place.id, place.pinned[-1])):
        full["pinned_message"] = message(world, pinned)
    return full


def member(account: Account, standing: Member) -> Json:
    """`ChatMember`: an administrator's rights are listed one by one."""
    shown: Json = {"status": standing.status, "user": user(account)}
    if standing.status == "creator":
        return shown | {"is_anonymous": False}
    if standing.status == "administrator":
        rights = {right: right in standing.rights for right in sorted(ADMIN_RIGHTS)}
        return shown | {"can_be_edited": False, "is_anonymous": False} | rights
    if standing.status == "kicked":
        return shown | {"until_date": 0}
    return shown


def forum_topic(topic: Topic) -> Json:
    return {
        "message_thread_id": topic.thread_id,
        "name": topic.name,
        "icon_color": topic.icon_color,
    } | _given(icon_custom_emoji_id=topic.icon_custom_emoji_id)


def message(world: World, stored: Stored, *, nested: bool = False) -> Json:
    """`Message`; a nested one (replied to, pinned) does not show what it replies to in its turn."""
    place = world.chats[stored.chat_id]
    shown: Json = {
        "message_id": stored.id,
        "date": stored.date,
        "chat": chat(world, place),
        **_author(world, place, stored),
        **stored.content,
    }
    if stored.thread_id is not None:
        shown |= {"message_thread_id": stored.thread_id, "is_topic_message": True}
    elif stored.reply_to and place.type == "supergroup":
        shown["message_thread_id"] = _root(place, stored)
    if stored.markup and "inline_keyboard" in stored.markup:
        shown["reply_markup"] = stored.markup
    if not nested and (replied := world.message(place.id, _replied(stored))):
        shown["reply_to_message"] = message(world, replied, nested=True)
    return shown | _given(
        edit_date=stored.edit_date,
        media_group_id=stored.media_group_id,
        has_protected_content=stored.protected,
        forward_origin=stored.forward_origin,
        quote=stored.quote,
        via_bot=user(world.bot) if stored.via_bot else None,
    )


def _author(world: World, place: Chat, stored: Stored) -> Json:
    """In a channel nobody writes but the channel itself."""
    if place.type == "channel":
        return {"sender_chat": chat(world, place)}
    return {"from": user(world.accounts[stored.sender_id])}


def _root(place: Chat, stored: Stored) -> int:
    """Outside of topics a reply shows the first message of its chain as thread, which is no topic to write in."""
    while stored.reply_to and stored.reply_to in place.messages:
        stored = place.messages[stored.reply_to]
    return stored.id


def _replied(stored: Stored) -> int:
    """In a topic what replies to nothing else replies to the message that opened the topic."""
    return stored.reply_to or (stored.thread_id if stored.thread_id != stored.id else None) or 0


def pressed_message(world: World, stored: Stored) -> Json:
    """A button's message as its callback query shows it: after 48 hours only where it stood."""
    if world.clock.now() - stored.date > INACCESSIBLE_AFTER:
        return {
            "chat": chat(world, world.chats[stored.chat_id]),
            "message_id": stored.id,
            "date": 0,
        }
    return message(world, stored)


def callback_query(world: World, query: Query, stored: Stored) -> Json:
    return {
        "id": query.id,
        "from": user(world.accounts[query.user_id]),
        "chat_instance": str(abs(stored.chat_id) * 31),
        "message": pressed_message(world, stored),
        "data": query.data,
    }


def member_change(world: World, place: Chat, by: Account, old: Member, new: Member, who: Account | None = None) -> Json:
    """`ChatMemberUpdated`, without `who` for the bot itself."""
    who = who or world.bot
    return {
        "chat": chat(world, place),
        "from": user(by),
        "date": world.clock.date(),
        "old_chat_member": member(who, old),
        "new_chat_member": member(who, new),
    }


def reaction_change(world: World, stored: Stored, by: Account, old: Iterable[Json], new: Iterable[Json]) -> Json:
    """`MessageReactionUpdated`."""
    return {
        "chat": chat(world, world.chats[stored.chat_id]),
        "message_id": stored.id,
        "user": user(by),
        "date": world.clock.date(),
        "old_reaction": list(old),
        "new_reaction": list(new),
    }


def _given(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value}
