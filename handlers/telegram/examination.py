"""Looks at Telegram's side of the installation: the token, the staff groups, the webhook and the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from telegram import ChatMemberAdministrator
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.core.findings import fail, ok, warn
from handlers.telegram.updates import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from telegram import Bot, WebhookInfo

    from bot.core.findings import Finding

_RIGHTS = {"can_manage_topics": "manage topics", "can_delete_messages": "delete messages"}
_MOST_WAITING = 100
_RECENT_S = 600
_SKEW_S = 30
_PATIENCE_S = 10.0
_CLOCK = "clock"


async def examine(bot: Bot, staff_chats: Mapping[str, str], webhook_url: str | None, now: int) -> list[Finding]:
    """Returns what was found; `webhook_url` is where the settings want updates pushed, None for polling; `now` in ms.

    Nothing is changed. Without a good token nothing else is asked.
    """
    found = [await _token(bot)]
    if found[0].remedy:
        return found
    for department, chat in sorted(staff_chats.items()):
        found.append(await _group(bot, department, chat))
    if not staff_chats:
        remedy = "make a group with topics, add the bot as an administrator, and name it in BOT_TELEGRAM_STAFF_CHATS"
        found.append(warn("staff groups", "there are none: cases wait for /staff in the terminal", remedy))
    found.append(await _webhook(bot, webhook_url, now))
    return found


async def _token(bot: Bot) -> Finding:
    try:
        me = await bot.get_me()
    except InvalidToken:
        return fail("token", "the server refused it", "set BOT_TELEGRAM_TOKEN to the token that BotFather gave")
    except TelegramError as error:
        remedy = "check the network and BOT_TELEGRAM_API_URL"
        return fail("token", f"the Bot API server did not answer ({type(error).__name__})", remedy)
    return ok("token", f"it is that of @{me.username}")


async def _group(bot: Bot, department: str, chat: str) -> Finding:
    name = f"staff group of {department}"
    try:
        group = await bot.get_chat(int(chat))
        member = await bot.get_chat_member(int(chat), int(bot.token.partition(":")[0]))
    except ChatMigrated as error:
        new = f"{department}={error.new_chat_id}"
        return warn(name, f"{chat} has moved; the assistant follows by itself", f"BOT_TELEGRAM_STAFF_CHATS: set {new}")
    except (BadRequest, Forbidden):
        remedy = "add the bot to the group, or correct the id in BOT_TELEGRAM_STAFF_CHATS"
        return fail(name, f"{chat} is not known to the bot", remedy)
    except TelegramError as error:
        return fail(name, f"could not be looked at ({type(error).__name__})", "try again")
    if not group.is_forum:
        return fail(name, "it has no topics", "turn topics on in the group's settings")
    if not isinstance(member, ChatMemberAdministrator):
        return fail(name, "the bot is no administrator there", f"make it one, with the rights: {_rights(_RIGHTS)}")
    missing = [right for right in _RIGHTS if not getattr(member, right)]
    if missing:
        return fail(name, f"the bot may not {_rights(missing)}", "give it that right, as an administrator")
    return ok(name, "it has topics, and the bot its rights")


def _rights(names: Collection[str]) -> str:
    return " and ".join(text for right, text in _RIGHTS.items() if right in names)


async def _webhook(bot: Bot, wanted: str | None, now: int) -> Finding:
    try:
        info = await bot.get_webhook_info()
    except TelegramError as error:
        return fail("webhook", f"could not be looked at ({type(error).__name__})", "try again")
    if wanted is None:
        if not info.url:
            return ok("webhook", "none is set, as it should be without BOT_PUBLIC_URL")
        return warn(
            "webhook",
            f"one is set to {_server(info.url)}, though BOT_PUBLIC_URL is not set",
            "end the other program that uses this token; `run` deletes the webhook",
        )
    if info.url != wanted or set(info.allowed_updates or ()) != set(ALLOWED):
        seen = f"it is set to {_server(info.url)} in another way" if info.url else "it is not set"
        return warn("webhook", seen, "start the assistant: `run` sets it")
    return _pushing(info, now)


def _pushing(info: WebhookInfo, now: int) -> Finding:
    last = info.last_error_date
    if last is not None and now / 1000 - last.timestamp() < _RECENT_S:
        return fail(
            "webhook",
            f"Telegram could not push lately: {(info.last_error_message or '')[:200]}",
            "check that the assistant runs, that the proxy passes /telegram/ on to it, and the certificate",
        )
    if info.pending_update_count > _MOST_WAITING:
        return warn("webhook", f"{info.pending_update_count} updates wait at Telegram", "check that the assistant runs")
    return ok("webhook", f"it is set to {_server(info.url)}")


def _server(url: str) -> str:
    """Never the path: that is a secret."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.hostname or ''}"


async def examine_clock(api_url: str | None, now: int) -> Finding:
    """Compares `now` (ms) with the Bot API server's word for the time, which is in every answer of it."""
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_S) as client:
            answer = await client.head(api_url or "https://api.telegram.org")
        there = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return warn(_CLOCK, "there was nothing to compare it with", "check the network and BOT_TELEGRAM_API_URL")
    off = round((datetime.fromtimestamp(now / 1000, UTC) - there).total_seconds())
    if abs(off) > _SKEW_S:
        side = "ahead of" if off > 0 else "behind"
        remedy = "let the machine set its clock from the network (NTP)"
        return fail(_CLOCK, f"it is {abs(off)} seconds {side} the Bot API server's", remedy)
    return ok(_CLOCK, "it agrees with the Bot API server's")
