"""What people do in any chat: write, send files, press, edit, react; the bot is told as Telegram would."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

from tests.telegram_server import render
from tests.telegram_server.formatting import TEXT_LIMIT, cleaned
from tests.telegram_server.kinds import content_of
from tests.telegram_server.methods_media import file_content
from tests.telegram_server.posting import tell
from tests.telegram_server.updates import LIFETIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.telegram_server.state import Chat, Query, Stored, World
    from tests.telegram_server.views import Message

Json = dict[str, Any]

NEWS = {"id": -1_003_000_000_001, "type": "channel", "title": "News"}


def picture(red: int = 90, green: int = 140, blue: int = 190, side: int = 64) -> bytes:
    """A small valid PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes((red, green, blue)) * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Speaker:
    """One person in one chat, and in a forum in one topic."""

    def __init__(self, world: World, account_id: int, chat: Chat, thread_id: int | None = None) -> None:
        self.world = world
        self.account = world.accounts[account_id]
        self.chat = chat
        self.thread_id = thread_id

    def text(self, text: str, *, reply_to: int | None = None, entities: list[Json] | None = None) -> Stored:
        """A text message; longer ones arrive in parts of 4096 characters, as clients split them."""
        parts = [text[start : start + TEXT_LIMIT] for start in range(0, len(text), TEXT_LIMIT)]
        sent = [self.put(text_content(part, entities), reply_to=reply_to) for part in parts or [""]]
        return sent[-1]

    def put(self, content: Json, *, reply_to: int | None = None, album: str = "", **details: Any) -> Stored:
        """Any message; `details` are further fields of `Stored`."""
        with self.world.lock:
            stored = self.world.add_message(
                self.chat,
                self.account.id,
                content,
                thread_id=self.thread_id,
                reply_to=reply_to,
                media_group_id=album,
                **details,
            )
            tell(self.world, stored)
            return stored

    def file(
        self, kind: str, content: bytes, name: str, mime: str, caption: str, *, album: str = "", size: int = 0
    ) -> Stored:
        """A photo, document, voice or video. `size` claims more bytes than there are, to test limits."""
        with self.world.lock:
            file = self.world.add_file(kind, name, mime, content, size or None)
            fields = file_content(self.world, kind, file, {}) | _caption(caption)
            return self.put(fields, album=album)

    def album(self, count: int, captions: Sequence[str] = ()) -> list[Stored]:
        """Photos sent together: one message each, with one `media_group_id`; `captions` belong to the first ones."""
        album = str(14_000_000_000 + self.world.serial())
        texts = [*captions, *[""] * (count - len(captions))]
        return [self.file("photo", picture(), "photo.png", "image/png", text, album=album) for text in texts]

    def sticker(self, emoji: str) -> Stored:
        with self.world.lock:
            file = self.world.add_file("sticker", "sticker.webp", "image/webp", b"RIFF....WEBP")
            shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
            identity = {
                "file_id": file.file_id,
                "file_unique_id": file.unique_id,
                "file_size": file.size,
            }
            return self.put({"sticker": identity | shape | {"emoji": emoji}})

    def kind(self, kind: str, caption: str = "") -> Stored:
        """A message of one of `kinds.KINDS`."""
        with self.world.lock:
            return self.put(content_of(kind, self.world, self.account, self.chat) | _caption(caption))

    def forward(self, content: Json, origin: Json) -> Stored:
        """Somebody else's message; `origin` is a MessageOrigin without its date."""
        with self.world.lock:
            return self.put(content, forward_origin={"date": self.world.clock.date(), **origin})

    def edit(self, message_id: int, text: str) -> Stored:
        """Changes one's own text or caption; the bot gets `edited_message`."""
        with self.world.lock:
            stored = self.found(message_id)
            if stored.sender_id != self.account.id:
                raise AssertionError("people edit only their own messages")
            if "text" in stored.content:
                content = text_content(text, None)
            else:
                content = {
                    key: value for key, value in stored.content.items() if not key.startswith("caption")
                } | _caption(text)
            self.world.change_message(stored, content, stored.markup)
            tell(self.world, stored, "edited_message")
            return stored

    def delete(self, message_id: int) -> None:
        """The bot is not told, as in Telegram."""
        with self.world.lock:
            self.world.delete_message(self.found(message_id))

    def react(self, message_id: int, *emoji: str) -> None:
        """Puts these reactions in place of one's earlier ones."""
        with self.world.lock:
            stored = self.found(message_id)
            old = stored.reactions.get(self.account.id, [])
            new = [{"type": "emoji", "emoji": item} for item in emoji]
            stored.reactions[self.account.id] = new
            self.world.touch(stored)
            standing = self.chat.members.get(self.world.bot.id)
            if standing is None or standing.status == "administrator":
                change = render.reaction_change(self.world, stored, self.account, old, new)
                self.world.publish("message_reaction", change, f"reaction:{self.chat.id}")

    def press(self, message: Message, label: str) -> Query:
        """Presses an inline button that carries data. Raises LookupError where there is no such button."""
        button = message.button(label)
        if not button.data:
            raise LookupError(f"{button.label!r} opens {button.url}; it sends nothing to the bot")
        with self.world.lock:
            stored = self.found(message.message_id)
            query = self.world.add_query(
                self.account.id,
                LIFETIME["callback_query"],
                data=button.data,
                chat_id=stored.chat_id,
                message_id=stored.id,
            )
            update = render.callback_query(self.world, query, stored)
            self.world.publish("callback_query", update, f"callback:{self.account.id}")
            return query

    def found(self, message_id: int) -> Stored:
        stored = self.world.message(self.chat.id, message_id)
        if stored is None:
            raise LookupError(f"there is no message {message_id} in this chat")
        return stored


def origin_of(by: str) -> Json:
    """Where a forwarded message comes from: a "user", a "hidden_user" or a "channel". Without its date."""
    origins: dict[str, Json] = {
        "user": {"sender_user": {"id": 699_999_999, "is_bot": False, "first_name": "Friend"}},
        "hidden_user": {"sender_user_name": "Somebody"},
        "channel": {"chat": NEWS, "message_id": 17},
    }
    return {"type": by, **origins[by]}


def text_content(text: str, entities: list[Json] | None) -> Json:
    shown = cleaned(text, entities or [])
    if not shown.text:
        raise AssertionError("a client sends no empty text")
    return {"text": shown.text} | ({"entities": shown.entities} if shown.entities else {})


def _caption(caption: str) -> Json:
    if not caption:
        return {}
    shown = cleaned(caption, [])
    return {"caption": shown.text} | ({"caption_entities": shown.entities} if shown.entities else {})
