"""Asking about chats and their members, and leaving them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.telegram_server import render
from tests.telegram_server.access import bot_standing, readable
from tests.telegram_server.errors import bad
from tests.telegram_server.posting import service
from tests.telegram_server.state import Member

if TYPE_CHECKING:
    from tests.telegram_server.state import Account, Chat, Json, World

Params = dict[str, Any]

_OUT = ("left", "kicked")


def get_chat(world: World, params: Params) -> Json:
    return render.full_chat(world, readable(world, params))


def get_chat_member(world: World, params: Params) -> Json:
    chat = readable(world, params)
    account = world.accounts.get(params["user_id"])
    if account is None:
        raise bad("PARTICIPANT_ID_INVALID" if chat.type == "supergroup" else "member not found")
    if chat.type == "private":
        if account.id not in (chat.id, world.bot.id):
            raise bad("member not found")
        return {"status": "member", "user": render.user(account)}
    standing = chat.members.get(account.id)
    if standing is None:
        return {"status": "left", "user": render.user(account)}
    return render.member(account, standing)


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = readable(world, params)
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    return [
        render.member(world.accounts[number], standing)
        for number, standing in chat.members.items()
        if standing.status in ("creator", "administrator")
    ]


def leave_chat(world: World, params: Params) -> bool:
    chat = readable(world, params)
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    set_bot_status(world, chat, "left", by=world.bot.id)
    return True


def set_bot_status(world: World, chat: Chat, status: str, *, by: int, rights: frozenset[str] = frozenset()) -> None:
    """Changes how the bot stands in a group and tells it so, as whoever did it would.

    Who is new in a group is told of twice: the group's service message says so as well.
    """
    old = chat.members[world.bot.id]
    new = Member(status, rights)
    chat.members[world.bot.id] = new
    change = render.member_change(world, chat, world.accounts[by], old, new)
    world.publish("my_chat_member", change, f"my:{chat.id}")
    if chat.type != "channel" and old.status in _OUT and status not in _OUT:
        service(world, chat, by, {"new_chat_members": [render.user(world.bot)]}, None)
    world.touch()


def remove_member(world: World, chat: Chat, account: Account, *, by: int) -> None:
    """Somebody leaves a group or is removed by another: its service message tells of it, and to administrators an
    update of its own that they ask for.
    """
    old, new = chat.members[account.id], Member("left" if by == account.id else "kicked")
    chat.members[account.id] = new
    if bot_standing(world, chat).status == "administrator":
        change = render.member_change(world, chat, world.accounts[by], old, new, account)
        world.publish("chat_member", change, f"member:{chat.id}")
    service(world, chat, by, {"left_chat_member": render.user(account)}, None)
    world.touch()


def upgrade(world: World, chat: Chat, *, by: int, forum: bool) -> Chat:
    """A basic group becomes a supergroup with another id and message numbers of its own; both say so."""
    if chat.type != "group":
        raise AssertionError("only basic groups become supergroups")
    new = world.add_group(chat.title, forum=forum, bot=chat.members[world.bot.id])
    new.members |= chat.members
    service(world, chat, by, {"migrate_to_chat_id": new.id}, None)
    chat.migrated_to = new.id
    service(world, new, by, {"migrate_from_chat_id": chat.id}, None)
    world.touch()
    return new


def get_me(world: World, _params: Params) -> Json:
    return render.me(world)
