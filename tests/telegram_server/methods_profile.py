"""What people see of the bot before they write: name, descriptions, commands, menu button; by language."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.telegram_server.access import find_chat
from tests.telegram_server.errors import bad

if TYPE_CHECKING:
    from tests.telegram_server.state import Account, Chat, Json, World

Params = dict[str, Any]

COMMANDS_LIMIT = 100
_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_DESCRIPTION_LIMIT = 256
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
DEFAULT_MENU = {"type": "default"}
DEFAULT_SCOPE = {"type": "default"}


def set_my_commands(world: World, params: Params) -> bool:
    key = _key(world, params)
    commands = params["commands"]
    if len(commands) > COMMANDS_LIMIT:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for item in commands:
        if not _COMMAND.fullmatch(item["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(item["description"]) <= _DESCRIPTION_LIMIT:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[key] = commands
    if not commands:
        del world.commands[key]
    world.touch()
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get(_key(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(_key(world, params), None)
    world.touch()
    return True


def shown_commands(world: World, account: Account, chat: Chat) -> list[Json]:
    """The commands a person sees in a chat: the narrowest scope first, their language before the common one."""
    administrator = chat.type != "private" and chat.members[account.id].status in ("creator", "administrator")
    scopes: list[Json] = [
        {"type": "chat_member", "chat_id": chat.id, "user_id": account.id},
        *([{"type": "chat_administrators", "chat_id": chat.id}] if administrator else []),
        {"type": "chat", "chat_id": chat.id},
        *([{"type": "all_chat_administrators"}] if administrator else []),
        {"type": "all_private_chats" if chat.type == "private" else "all_group_chats"},
        DEFAULT_SCOPE,
    ]
    language = account.language_code.partition("-")[0]
    for scope in scopes:
        for code in (language, ""):
            if found := world.commands.get((_scope_key(scope), code)):
                return found
    return []


def _key(world: World, params: Params) -> tuple[str, str]:
    scope = params.get("scope") or DEFAULT_SCOPE
    if "chat_id" in scope:
        find_chat(world, scope["chat_id"])
    return _scope_key(scope), _language(params)


def _scope_key(scope: Json) -> str:
    return json.dumps(scope, sort_keys=True)


def _language(params: Params) -> str:
    """Two-letter codes only (ISO 639-1), as the Bot API has it; empty is for everyone else."""
    code = str(params.get("language_code") or "")
    if not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def set_text(world: World, params: Params, what: str) -> bool:
    """setMyName, setMyDescription, setMyShortDescription; an empty text takes the dedicated one back."""
    text = params.get(what) or ""
    if len(text) > _LIMITS[what]:
        raise bad(f"{what} is too long: {len(text)} characters, at most {_LIMITS[what]}")
    world.profile[what, _language(params)] = text
    world.touch()
    return True


def get_text(world: World, params: Params, what: str) -> Json:
    """The text for a language, or the common one where there is none."""
    fallback = world.bot.first_name if what == "name" else ""
    common = world.profile.get((what, ""), "") or fallback
    return {what: world.profile.get((what, _language(params)), "") or common}


def set_chat_menu_button(world: World, params: Params) -> bool:
    button: Json = params.get("menu_button") or DEFAULT_MENU
    if button["type"] == "web_app" and not button["web_app"]["url"].startswith("https://"):
        raise bad("BUTTON_URL_INVALID")
    world.menus[_menu_chat(world, params)] = button
    world.touch()
    return True


def get_chat_menu_button(world: World, params: Params) -> Json:
    return world.menus.get(_menu_chat(world, params)) or world.menus.get(0) or DEFAULT_MENU


def _menu_chat(world: World, params: Params) -> int:
    if "chat_id" not in params:
        return 0
    chat = find_chat(world, params["chat_id"])
    if chat.type != "private":
        raise bad("chat_id must be of a private chat")
    return chat.id
