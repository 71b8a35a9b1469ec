"""What the server knows: accounts, chats, topics, messages, files, queries. One lock guards all of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.telegram_server.clock import Clock
from tests.telegram_server.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Json = dict[str, Any]

FIRST_USER_ID = 700_000_001
FIRST_GROUP_ID = -1_002_000_000_001
FIRST_BASIC_GROUP_ID = -5_000_001
ADMIN_RIGHTS = words(
    """
    can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members can_change_info
    can_invite_users can_post_stories can_edit_stories can_delete_stories can_pin_messages can_manage_topics
    can_send_welcome_messages
    """
)
MEMBER_RIGHTS = words(
    """
    can_send_messages can_send_photos can_send_documents can_send_voice_notes can_send_videos can_pin_messages
    """
)


@dataclass(slots=True)
class Account:
    """A person or the bot. `started`: this person has opened the private chat with the bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(slots=True)
class Member:
    """How an account stands in a group: creator, administrator, member, restricted, left or kicked."""

    status: str
    rights: frozenset[str] = frozenset()


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is that of the service message that tells of its creation."""

    thread_id: int
    name: str
    creator_id: int
    icon_color: int
    icon_custom_emoji_id: str = ""
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Stored:
    """A message. `content` holds the Bot API's own fields (text, entities, photo, …); `versions` its earlier ones.

    `stamp` rises with every change anywhere, so that "what is new since" can be asked.
    """

    id: int
    chat_id: int
    sender_id: int
    date: int
    content: Json
    thread_id: int | None = None
    reply_to: int | None = None
    markup: Json | None = None
    edit_date: int | None = None
    media_group_id: str = ""
    protected: bool = False
    forward_origin: Json | None = None
    via_bot: bool = False
    quote: Json | None = None
    deleted: bool = False
    versions: list[Json] = field(default_factory=list)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    stamp: int = 0


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's), a group, supergroup or channel, with its own counter of message ids."""

    id: int
    type: str
    title: str = ""
    is_forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    permissions: frozenset[str] = MEMBER_RIGHTS
    messages: dict[int, Stored] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    actions: list[tuple[str, int | None]] = field(default_factory=list)
    last_message_id: int = 0
    admins_write_in_closed_topics: bool = False
    migrated_to: int | None = None


@dataclass(slots=True)
class StoredFile:
    """A file's bytes and how it is named; an expired one can no longer be fetched."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    content: bytes
    size: int
    expired: bool = False


@dataclass(slots=True)
class Query:
    """A button press or an inline query that waits for the bot's answer."""

    id: str
    user_id: int
    created: float
    lifetime: float
    data: str = ""
    chat_id: int = 0
    message_id: int = 0
    answers: list[Json] = field(default_factory=list)


class World:
    """All state, behind `lock`; `changed` wakes those who wait for something to happen.

    `web` is what http addresses give: media type and bytes. `commands` are kept by (scope, language), `profile` texts
    by (name, description or short_description; language), `menus` by chat id, 0 for the default. `inline_mode` is what
    was told to BotFather.
    """

    def __init__(self, bot: Account) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.clock = Clock()
        self.bot = bot
        self.accounts: dict[int, Account] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.web: dict[str, tuple[str, bytes]] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menus: dict[int, Json] = {}
        self.inline_mode = True
        self.publish: Callable[[str, Json, str], None] = _nowhere
        self._stamp = 0
        self._serial = 0

    @property
    def stamp(self) -> int:
        """Rises with every change."""
        return self._stamp

    def serial(self) -> int:
        """A number never given before, for ids of files, queries and albums."""
        self._serial += 1
        return self._serial

    def notify(self) -> None:
        """Wakes who waits, although nothing a person sees has changed."""
        with self.lock:
            self.changed.notify_all()

    def touch(self, message: Stored | None = None) -> None:
        """Marks a change (of `message`) and wakes who waits. Call with the lock held."""
        self._stamp += 1
        if message is not None:
            message.stamp = self._stamp
        self.changed.notify_all()

    def add_account(self, first_name: str, language_code: str, last_name: str = "") -> Account:
        number = FIRST_USER_ID + len(self.accounts) - 1
        account = Account(number, first_name, last_name, f"user{number}", language_code)
        self.accounts[number] = account
        self.chats[number] = Chat(number, "private")
        return account

    def add_group(self, title: str, *, forum: bool, bot: Member, kind: str = "supergroup") -> Chat:
        first = FIRST_BASIC_GROUP_ID if kind == "group" else FIRST_GROUP_ID
        number = first - sum(chat.type != "private" for chat in self.chats.values())
        chat = Chat(number, kind, title, forum, {self.bot.id: bot})
        chat.last_message_id = 1  # the group's own creation; the general topic is 1 too
        self.chats[number] = chat
        return chat

    def add_message(self, chat: Chat, sender_id: int, content: Json, **details: Any) -> Stored:
        """Stores a new message under the chat's next id; `details` are fields of `Stored`."""
        chat.last_message_id += 1
        message = Stored(chat.last_message_id, chat.id, sender_id, self.clock.date(), content, **details)
        chat.messages[message.id] = message
        self.touch(message)
        return message

    def change_message(self, message: Stored, content: Json, markup: Json | None) -> None:
        """Puts new content and buttons in place, keeping the old version."""
        message.versions.append({**message.content, "reply_markup": message.markup})
        message.content = content
        message.markup = markup
        message.edit_date = self.clock.date()
        self.touch(message)

    def delete_message(self, message: Stored) -> None:
        chat = self.chats[message.chat_id]
        message.deleted = True
        if message.id in chat.pinned:
            chat.pinned.remove(message.id)
        self.touch(message)

    def add_file(self, kind: str, name: str, mime: str, content: bytes, size: int | None = None) -> StoredFile:
        """Stores a file; `size` may claim more bytes than there are, to test limits."""
        serial = self.serial()
        file = StoredFile(f"{kind}-file-{serial}", f"{kind}-{serial}", kind, name, mime, content, size or len(content))
        self.files[file.file_id] = file
        return file

    def add_query(self, user_id: int, lifetime: float, **details: Any) -> Query:
        query = Query(str(4_000_000_000_000 + self.serial()), user_id, self.clock.now(), lifetime, **details)
        self.queries[query.id] = query
        return query

    def message(self, chat_id: int, message_id: int) -> Stored | None:
        """The message, unless there is none or it is deleted."""
        chat = self.chats.get(chat_id)
        message = chat.messages.get(message_id) if chat else None
        return message if message and not message.deleted else None

    def visible(self, chat: Chat) -> Iterable[Stored]:
        return (message for message in chat.messages.values() if not message.deleted)


def _nowhere(_kind: str, _payload: Json, _queue: str) -> None:
    """Where updates go before a server is joined to the world."""
