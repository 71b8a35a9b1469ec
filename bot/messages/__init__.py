"""Every interface sentence: key -> literal English msgid. The catalogues in `locales/` translate the msgids.

Placeholders are named and stand in braces. A message with `plural` is chosen by its argument `count`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.messages.admin import ADMIN, PAUSED
from bot.messages.dead_letters import DEAD_LETTERS
from bot.messages.desk import COMMANDS, DESK, TERMINAL
from bot.messages.figures import DIGEST, QUEUE, STATS
from bot.messages.flood import FLOOD
from bot.messages.guides import ANSWERS, CITIES, GUIDE_BUTTONS, GUIDES
from bot.messages.learning import LEARNING
from bot.messages.message import Message
from bot.messages.notices import NOTICES
from bot.messages.own import OWN
from bot.messages.phrases import PHRASES
from bot.messages.resident import ANSWER, BUTTONS, HANDOVER, RESIDENT
from bot.messages.translation import TRANSLATION

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MESSAGES", "Message"]

MESSAGES: Mapping[str, Message] = MappingProxyType(
    {
        **RESIDENT,
        **HANDOVER,
        **BUTTONS,
        **ANSWER,
        **ANSWERS,
        **GUIDES,
        **GUIDE_BUTTONS,
        **CITIES,
        **OWN,
        **FLOOD,
        **NOTICES,
        **LEARNING,
        **PAUSED,
        **ADMIN,
        **PHRASES,
        **TRANSLATION,
        **DEAD_LETTERS,
        **DESK,
        **TERMINAL,
        **COMMANDS,
        **QUEUE,
        **STATS,
        **DIGEST,
    }
)
