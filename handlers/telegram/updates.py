"""What Telegram sends -> plain `Incoming` values. Nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from telegram import MessageEntity

from bot.core.model import Incoming, IncomingKind
from handlers.telegram import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Collection

    from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")

_ATTACHMENTS = {
    "photo": "photo",
    "voice": "voice",
    "audio": "voice",
    "animation": "video",  # before document: an animation comes as both
    "document": "document",
    "video": "video",
    "video_note": "video",
    "location": "location",
    "venue": "location",
    "contact": "contact",
}

_UNREADABLE = ("sticker", "poll", "dice", "story", "game", "checklist", "paid_media", "invoice")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads updates for one bot: its own id, and the chats in which staff work."""

    bot: int
    staff_chats: Collection[str]

    def read(self, update: Update, now: int) -> Incoming | None:
        """Returns what arrived, or None for what is none of the assistant's business. `now` in ms."""
        base = Incoming(
            channel=CHANNEL,
            update_id=f"{self.bot}:{update.update_id}",
            chat="",
            sender="",
            kind=IncomingKind.UNREADABLE,
            at=now,
        )
        if update.callback_query is not None:
            return self._pressed(update.callback_query, base)
        message = update.message or update.edited_message
        if message is not None:
            return self._message(message, base, edited=update.edited_message is not None)
        if update.my_chat_member is not None:
            return _membership(update.my_chat_member, base)
        return None

    def _message(self, message: Message, base: Incoming, *, edited: bool) -> Incoming | None:
        chat, staff = str(message.chat.id), str(message.chat.id) in self.staff_chats
        if not staff and message.chat.type != "private":
            return None
        sender = message.from_user
        thread = str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else None
        base = replace(_from(base, sender), chat=chat, staff=staff, thread=thread, message_id=str(message.message_id))
        if message.forum_topic_created is not None and sender is not None and sender.id == self.bot:
            name = message.forum_topic_created.name
            return replace(base, kind=IncomingKind.TOPIC_CREATED, text=name, thread=str(message.message_id))
        if sender is None or sender.id == self.bot or (sender.is_bot and message.sender_chat is None):
            return None
        return _content(message, base, edited=edited)

    def _pressed(self, query: CallbackQuery, base: Incoming) -> Incoming | None:
        message = query.message
        if message is None or not query.data:
            return None
        chat = str(message.chat.id)
        staff = chat in self.staff_chats
        if not staff and message.chat.type != "private":
            return None
        number = getattr(message, "message_thread_id", None) if getattr(message, "is_topic_message", False) else None
        return replace(
            _from(base, query.from_user),
            kind=IncomingKind.BUTTON,
            chat=chat,
            staff=staff,
            thread=str(number) if number else None,
            argument=query.data,
            message_id=str(message.message_id),
        )


def _from(base: Incoming, sender: User | None) -> Incoming:
    if sender is None:
        return base
    return replace(base, sender=str(sender.id), sender_name=sender.full_name, language_hint=sender.language_code)


def _content(message: Message, base: Incoming, *, edited: bool) -> Incoming | None:
    for name, kind in _ATTACHMENTS.items():
        if getattr(message, name):
            if edited:
                return replace(base, kind=IncomingKind.EDIT, text=message.caption or "") if message.caption else None
            return replace(base, kind=IncomingKind.ATTACHMENT, text=message.caption or "", attachment=kind)
    if message.text is None:
        said = any(getattr(message, name) for name in _UNREADABLE)
        return base if said and not base.staff else None
    if edited:
        return replace(base, kind=IncomingKind.EDIT, text=message.text)
    return _command(message, base) or replace(base, kind=IncomingKind.TEXT, text=message.text)


def _command(message: Message, base: Incoming) -> Incoming | None:
    first = message.entities[0] if message.entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    text = message.text or ""
    name = text[1 : first.length].partition("@")[0]
    kind = IncomingKind.START if name == "start" and not base.staff else IncomingKind.COMMAND
    return replace(base, kind=kind, argument=name, text=text[first.length :].strip())


def _membership(change: ChatMemberUpdated, base: Incoming) -> Incoming | None:
    """A person blocked the assistant, or let it back in; groups are none of the assistant's business yet."""
    if change.chat.type != "private" or change.new_chat_member.status != "kicked":
        return None
    return replace(_from(base, change.from_user), kind=IncomingKind.UNREACHABLE, chat=str(change.chat.id))
