"""What it means when Telegram refuses something: an outcome, with the remedy for the operator where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from telegram.error import ChatMigrated, Forbidden, TelegramError

from bot.core.mail import GROUP_UNUSABLE, Failed, Retry

if TYPE_CHECKING:
    from bot.core.mail import OutboxItem

_log = structlog.get_logger("telegram")

_GROUP_FAULTS = ("not enough rights", "not a forum", "chat not found", "have no write access", "need administrator")
_GROUP_WAIT = 60_000
_REASONS = {
    "bot was blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "chat not found": "unreachable",
    "bot was kicked": "unreachable",
    "bot is not a member": "unreachable",
    "not enough rights": "unreachable",
    "need administrator rights": "unreachable",
    "message is too long": "too-long",
    "message caption is too long": "too-long",
    "to copy not found": "file",
    "wrong file": "file",
    "file is too big": "file",
}


class PartlyCopiedError(Exception):
    """Some of an album's files are gone; the others have arrived."""


def says(error: TelegramError, texts: tuple[str, ...]) -> bool:
    """Compares in lower case: the client library changes the capitals of Telegram's texts."""
    return any(text in str(error).lower() for text in texts)


def refused(item: OutboxItem, error: TelegramError) -> Failed | Retry:
    """Returns what becomes of a mail that Telegram refused: a staff group that cannot be used just now waits."""
    text = str(error).lower()
    if isinstance(error, ChatMigrated) and item.mail.copy is not None:  # the place the file was in is no more
        return Failed("file")
    if item.mail.staff and (isinstance(error, Forbidden) or any(part in text for part in _GROUP_FAULTS)):
        _log.error(
            "the staff group cannot be used",
            chat=item.mail.chat,
            error=text[:200],
            remedy="make the bot an administrator that may manage topics and delete messages; all waits meanwhile",
        )
        return Retry(GROUP_UNUSABLE, _GROUP_WAIT)
    reason = next((reason for part, reason in _REASONS.items() if part in text), None)
    if reason is None:
        reason = "unreachable" if isinstance(error, Forbidden | ChatMigrated) else "refused"
        _log.error("refused", kind=item.mail.kind, error=text[:200])
    return Failed(reason)
