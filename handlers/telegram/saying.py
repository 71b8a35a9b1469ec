"""Sends a text. Nearly all that is sent is one, and the client library's own way costs several times the CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from telegram import Bot

    from handlers.telegram.text import Piece
    from handlers.telegram.transport import AiohttpRequest

_NO_PREVIEW = {"is_disabled": True}


async def say(
    bot: Bot, chat: str, piece: Piece, thread: int | None = None, rows: list[list[dict[str, str]]] | None = None
) -> str:
    """Sends `piece` into a chat, or into the topic `thread` of it, with `rows` of buttons; returns the message's id.

    Raises what `Bot.send_message` raises. Only the id is read from the answer.
    """
    wanted: dict[str, Any] = {"chat_id": int(chat), "text": piece.text, "link_preview_options": _NO_PREVIEW}
    if piece.marks:
        wanted["entities"] = [mark.as_json() for mark in piece.marks]
    if thread is not None:
        wanted["message_thread_id"] = thread
    if rows:
        wanted["reply_markup"] = {"inline_keyboard": rows}
    answer = await cast("AiohttpRequest", bot.request).call(f"{bot.base_url}/sendMessage", wanted)
    return str(answer["message_id"])
