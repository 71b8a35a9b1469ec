"""A staff group that gets a new address, as Telegram gives one to a group that is made larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.store import moving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.service.desk import Desk
    from bot.service.posting import StaffGroups

_log = structlog.get_logger("desk")
_REMEDY = "name the new id in BOT_TELEGRAM_STAFF_CHATS; until then the assistant follows by itself"


def staff_chats(connection: Connection, channel: str, chats: Mapping[str, str]) -> dict[str, str]:
    """Returns the staff groups by department where they are now; `chats` is what the settings name."""
    now = {department: moving.address(connection, channel, chat) for department, chat in chats.items()}
    for department, chat in chats.items():
        if now[department] != chat:
            _log.warning("a staff group has moved", old=chat, new=now[department], remedy=_REMEDY)
    return now


def is_staff(connection: Connection, groups: StaffGroups, chat: str) -> bool:
    """Whether `chat` is a staff group. One that is not known may have moved, which another replica was told."""
    if chat not in groups.chats.values():
        for old, new in staff_chats(connection, groups.channel, {one: one for one in groups.chats.values()}).items():
            groups.follow(old, new)
    return chat in groups.chats.values()


def move_group(connection: Connection, desk: Desk, channel: str, old: str, new: str) -> None:
    """The group `old` is `new` now: everything follows, and open cases that had a topic get a new one. Idempotent."""
    if old not in desk.posts.groups.chats.values():
        if moving.address(connection, channel, old) == old:  # never a staff group
            return
    else:
        _log.warning("a staff group has moved", old=old, new=new, remedy=_REMEDY)
    numbers = moving.shown(connection, channel, old)
    for number in numbers:
        desk.posts.lock(connection, number)
    moving.move(connection, channel, old, new, desk.posts.now)
    desk.posts.groups.follow(old, new)
    for number in numbers:
        desk.contents.renew(connection, number)
