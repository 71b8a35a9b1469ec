"""Copying messages, and changing what stands: answers that were corrected, and reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from telegram import LinkPreviewOptions, ReactionTypeEmoji
from telegram.error import BadRequest

from handlers.telegram.refusals import PartlyCopiedError, says
from handlers.telegram.text import CAPTION, keyboard, pieces

if TYPE_CHECKING:
    from telegram import Bot

    from bot.core.mail import Copy, Mail
    from bot.core.model import Rendered

_log = structlog.get_logger("telegram")
_THE_SAME = ("message is not modified",)
_CANNOT_CHANGE = (
    "message to edit not found",
    "message can't be edited",
    "message identifier is not specified",
    "message_id_invalid",
    "there is no text in the message",
    "there is no caption in the message",
    "message caption is too long",
)


async def copied(bot: Bot, chat: str, copy: Copy, thread: int | None, *, bare: bool) -> str:
    """Copies a message or an album into `chat`, without the words under it if `bare`.

    Returns the ids of the copies with commas between. Raises PartlyCopiedError when some of an album are gone.
    """
    to, source = int(chat), int(copy.chat)
    if not copy.album:
        caption = "" if bare else None
        sent = await bot.copy_message(to, source, int(copy.message_id), caption=caption, message_thread_id=thread)
        return str(sent.message_id)
    wanted = (copy.message_id, *copy.album)
    ordered = sorted(wanted, key=int)
    copies = await bot.copy_messages(
        to, source, [int(one) for one in ordered], message_thread_id=thread, remove_caption=bare
    )
    if len(copies) < len(wanted):
        raise PartlyCopiedError
    places = dict(zip(ordered, (str(one.message_id) for one in copies), strict=True))
    return ",".join(places[one] for one in wanted)


async def reacted(bot: Bot, mail: Mail) -> str:
    """Puts a reaction on a message, or takes it back. Where that cannot be done nothing is lost."""
    marks = [ReactionTypeEmoji(mail.mark)] if mail.mark else []
    try:
        await bot.set_message_reaction(int(mail.chat), int(mail.target), marks)
    except BadRequest as error:
        _log.info("no reaction set", error=str(error)[:200])
    return mail.target


async def text_changed(bot: Bot, chat: str, message: int, rendered: Rendered) -> bool:
    """Changes a message's text and buttons; False where it cannot be changed, or takes several messages."""
    parts = pieces(rendered)
    if len(parts) > 1:
        return False
    try:
        await bot.edit_message_text(
            parts[0].text,
            chat_id=int(chat),
            message_id=message,
            entities=parts[0].entities,
            reply_markup=keyboard(rendered),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
    except BadRequest as error:
        return _as_wanted(error)
    return True


async def caption_changed(bot: Bot, chat: str, message: int, rendered: Rendered) -> bool:
    """Changes the words under a file; False where they cannot be changed."""
    parts = pieces(rendered, CAPTION)
    if len(parts) > 1:
        return False
    try:
        await bot.edit_message_caption(int(chat), message, caption=parts[0].text, caption_entities=parts[0].entities)
    except BadRequest as error:
        return _as_wanted(error)
    return True


def _as_wanted(error: BadRequest) -> bool:
    """Whether a message stands as it should all the same. Raises what has another reason."""
    if says(error, _THE_SAME):
        return True
    if not says(error, _CANNOT_CHANGE):
        raise error
    return False
