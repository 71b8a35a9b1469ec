"""What Telegram sends -> plain `Incoming` values. Nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from telegram import ChatMemberAdministrator, ChatMemberRestricted, MessageEntity, ReactionTypeEmoji
from telegram.constants import ReactionEmoji

from bot.core.model import Incoming, IncomingKind
from handlers.telegram import CHANNEL
from handlers.telegram.kinds import ATTACHMENTS, PAYLOAD, SERVICE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, MessageReactionUpdated, Update, User

ALLOWED = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
    "inline_query",
)

_GROUPS = ("group", "supergroup")

_EMOJI = frozenset(emoji.value for emoji in ReactionEmoji)
"""The reactions that bots may set themselves."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads updates for one bot: its own id, and the chats in which staff work.

    `moved` holds the new addresses of staff groups until `staff_chats` names them itself.
    """

    bot: int
    staff_chats: Collection[str]
    moved: set[str] = field(default_factory=set)

    def foresee(self, updates: Iterable[Update]) -> None:
        """Takes note of staff groups that move in these updates: what comes of the new ones may stand before that."""
        for update in updates:
            message = update.message
            if message is not None and (move := self._move(message)) is not None:
                self.moved.add(move[1])

    def strange(self, updates: Iterable[Update]) -> set[str]:
        """Returns the groups in these updates that are no staff groups, as far as is known here."""
        chats = (update.effective_chat for update in updates)
        groups = {str(chat.id) for chat in chats if chat is not None and chat.type in _GROUPS}
        return {chat for chat in groups if not self._is_staff(chat)}

    def _is_staff(self, chat: str) -> bool:
        return chat in self.staff_chats or chat in self.moved

    def _move(self, message: Message) -> tuple[str, str] | None:
        """The old and the new address, where a message says that a staff group has moved."""
        here, to, origin = str(message.chat.id), message.migrate_to_chat_id, message.migrate_from_chat_id
        if to is not None and self._is_staff(here):
            return here, str(to)
        if origin is not None and self._is_staff(str(origin)):
            return str(origin), here
        return None

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
            return self._membership(update.my_chat_member, base)
        if update.chat_member is not None:
            return self._staff_change(update.chat_member, base)
        if update.message_reaction is not None:
            return self._reaction(update.message_reaction, base)
        return None

    def _message(self, message: Message, base: Incoming, *, edited: bool) -> Incoming | None:
        if (move := self._move(message)) is not None:
            return replace(base, kind=IncomingKind.GROUP_MOVED, chat=move[0], staff=True, argument=move[1])
        chat, staff = str(message.chat.id), self._is_staff(str(message.chat.id))
        sender = message.from_user
        if not staff and message.chat.type != "private":
            return self._in_a_group(message, base, edited=edited)
        thread = str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else None
        base = replace(
            _from(base, sender),
            chat=chat,
            staff=staff,
            thread=thread,
            message_id=str(message.message_id),
            album=message.media_group_id,
            forwarded=_is_forwarded(message),
        )
        if message.forum_topic_created is not None and sender is not None and sender.id == self.bot:
            name = message.forum_topic_created.name
            return replace(base, kind=IncomingKind.TOPIC_CREATED, text=name, thread=str(message.message_id))
        if not self._by_a_person(message):
            return None
        if staff and (happened := self._happened_to_staff(message, base)) is not None:
            return happened
        return _content(message, base, edited=edited)

    def _happened_to_staff(self, message: Message, base: Incoming) -> Incoming | None:
        """What somebody did with a topic by hand, or who has left."""
        if message.forum_topic_closed is not None:
            return replace(base, kind=IncomingKind.TOPIC_CLOSED)
        if message.forum_topic_reopened is not None:
            return replace(base, kind=IncomingKind.TOPIC_REOPENED)
        gone = message.left_chat_member
        return None if gone is None or gone.is_bot else _left(base, gone)

    def _by_a_person(self, message: Message) -> bool:
        """Anonymous administrators write through a bot of Telegram's, in the name of a chat.

        What a channel's posts bring into its group by themselves nobody has written there.
        """
        sender = message.from_user
        if sender is None or sender.id == self.bot or message.is_automatic_forward:
            return False
        return not sender.is_bot or message.sender_chat is not None

    def _in_a_group(self, message: Message, base: Incoming, *, edited: bool) -> Incoming | None:
        """Somebody speaks in a group in which the assistant has no business; what they say is not kept.

        Neither what happened there nor other bots count: an answer to those could go on for ever.
        """
        if edited or _happened(message) or not self._by_a_person(message):
            return None
        return _group(base, message.chat.id, message.from_user)

    def _membership(self, change: ChatMemberUpdated, base: Incoming) -> Incoming | None:
        """A person blocked the assistant, or somebody put it into a group that is not a staff group."""
        chat, new = str(change.chat.id), change.new_chat_member
        if change.chat.type == "private":
            gone = new.status == "kicked"
            return replace(_from(base, change.from_user), kind=IncomingKind.UNREACHABLE, chat=chat) if gone else None
        if self._is_staff(chat):
            return replace(base, kind=IncomingKind.GROUP_READY, chat=chat, staff=True) if _is_ready(new) else None
        if _is_in(change.old_chat_member) or not _is_in(new):
            return None
        return _group(base, change.chat.id, change.from_user)

    def _staff_change(self, change: ChatMemberUpdated, base: Incoming) -> Incoming | None:
        """Somebody has left a staff group or was removed from it, or has come."""
        chat, member = str(change.chat.id), change.new_chat_member
        was, is_in = _is_in(change.old_chat_member), _is_in(member)
        if not self._is_staff(chat) or member.user.is_bot or was == is_in:
            return None
        base = replace(base, chat=chat, staff=True)
        return replace(_from(base, member.user), kind=IncomingKind.STAFF_CAME) if is_in else _left(base, member.user)

    def _reaction(self, change: MessageReactionUpdated, base: Incoming) -> Incoming | None:
        """Only what a bot may set itself can be shown on the other side; of several the last counts."""
        chat, staff = str(change.chat.id), self._is_staff(str(change.chat.id))
        if change.user is None or not (staff or change.chat.type == "private"):
            return None
        shown = [one.emoji for one in change.new_reaction if isinstance(one, ReactionTypeEmoji) and one.emoji in _EMOJI]
        if change.new_reaction and not shown:
            return None
        return replace(
            _from(base, change.user),
            kind=IncomingKind.REACTION,
            chat=chat,
            staff=staff,
            argument=shown[-1] if shown else "",
            message_id=str(change.message_id),
        )

    def _pressed(self, query: CallbackQuery, base: Incoming) -> Incoming | None:
        message = query.message
        if message is None or not query.data:
            return None
        chat = str(message.chat.id)
        staff = self._is_staff(chat)
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
    return replace(base, sender=str(sender.id), sender_name=sender.full_name or "", language_hint=sender.language_code)


def _group(base: Incoming, chat: int, sender: User | None) -> Incoming:
    """A group's people and words are none of the assistant's business: only which language to say so in."""
    hint = sender.language_code if sender is not None else None
    return replace(base, kind=IncomingKind.GROUP, chat=str(chat), language_hint=hint)


def _left(base: Incoming, person: User) -> Incoming:
    """Lies in the general lane of the group: it is about no single topic."""
    return replace(_from(base, person), kind=IncomingKind.STAFF_LEFT, thread=None)


def _is_forwarded(message: Message) -> bool:
    """Somebody else's words, or a channel's: a person who writes in the name of a channel cannot be known."""
    as_channel = message.sender_chat is not None and message.sender_chat.type == "channel"
    return message.forward_origin is not None or as_channel


def _is_ready(member: ChatMember) -> bool:
    """Whether the assistant may open topics in a group."""
    return isinstance(member, ChatMemberAdministrator) and bool(member.can_manage_topics)


def _is_in(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in {"creator", "administrator", "member"}


def _happened(message: Message) -> bool:
    return any(getattr(message, name) for name in SERVICE)


def _content(message: Message, base: Incoming, *, edited: bool) -> Incoming | None:
    """What a person said or sent. What is neither words nor a file staff can be given is told to be unreadable."""
    if _happened(message):
        return None
    words = message.text or message.caption or ""
    if edited:  # a place that moves or a poll that ends is nothing new: only other words are
        return replace(base, kind=IncomingKind.EDIT, text=words) if words else None
    attachment = next((kind for name, kind in ATTACHMENTS.items() if getattr(message, name)), None)
    if attachment is not None:
        return replace(base, kind=IncomingKind.ATTACHMENT, text=words, attachment=attachment)
    if not words:
        return None if base.staff else base
    return _command(message, base) or replace(base, kind=IncomingKind.TEXT, text=words)


def _command(message: Message, base: Incoming) -> Incoming | None:
    first = message.entities[0] if message.entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    if message.forward_origin is not None:  # words of somebody else, perhaps to another bot
        return None
    return commanded(replace(base, text=message.text or ""), first.length)


def commanded(base: Incoming, length: int) -> Incoming:
    """Returns the command that the words of `base` begin with; it is `length` long, with its slash."""
    text = base.text
    name = text[1:length].partition("@")[0]
    rest = text[length:].strip()
    if name != "start" or base.staff:
        return replace(base, kind=IncomingKind.COMMAND, argument=name, text=rest)
    if rest and not PAYLOAD.fullmatch(rest):  # no link brought them here: they wrote words, which must be read
        return replace(base, kind=IncomingKind.TEXT, text=rest)
    return replace(base, kind=IncomingKind.START, argument=name, text=rest)
