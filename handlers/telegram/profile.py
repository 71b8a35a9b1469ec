"""The bot's commands and descriptions in every language, set at start and only when they changed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import structlog
from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, MenuButtonCommands
from telegram.error import TelegramError

from bot.core.replies import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from telegram import Bot

    from bot.service.ports import Renders

_log = structlog.get_logger("telegram")
_DEFAULT = "en"

MENU = MenuButtonCommands()
"""The button beside the text field opens the list of commands."""


class Profile:
    """What people see of the bot before they write: commands and descriptions."""

    def __init__(
        self,
        renderer: Renders,
        languages: Sequence[str],
        staff_chats: Collection[str],
        staff_language: str,
        staff_commands: Sequence[str],
    ) -> None:
        """Takes the sentences, the offered languages, where staff are, and what they can command."""
        self._chats = sorted(set(staff_chats))
        self._resident = {
            language: {name: renderer.sentence(f"command-{name}", language) for name in COMMANDS}
            for language in languages
        }
        self._staff = {name: renderer.sentence(f"staff-command-{name}", staff_language) for name in staff_commands}
        self._words = {
            language: {key: renderer.sentence(key, language) for key in ("bot-description", "bot-short-description")}
            for language in languages
        }

    @property
    def fingerprint(self) -> str:
        """A hash of everything that is set; the same profile is not set twice."""
        whole = [self._resident, self._staff, self._words, self._chats, MENU.to_dict()]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    async def apply(self, bot: Bot) -> bool:
        """Sets everything; False when Telegram refused a part of it (tried again at the next start)."""
        try:
            for language, commands in self._resident.items():
                code = "" if language == _DEFAULT else language
                await bot.set_my_commands(_commands(commands), BotCommandScopeAllPrivateChats(), language_code=code)
                await bot.set_my_description(self._words[language]["bot-description"], language_code=code)
                await bot.set_my_short_description(self._words[language]["bot-short-description"], language_code=code)
            await bot.set_chat_menu_button(menu_button=MENU)
            for chat in self._chats:
                await bot.set_my_commands(_commands(self._staff), BotCommandScopeChat(int(chat)))
        except TelegramError as error:
            _log.warning("profile not set", error=type(error).__name__)
            return False
        return True


def _commands(names: Mapping[str, str]) -> list[BotCommand]:
    return [BotCommand(name, text) for name, text in names.items()]
