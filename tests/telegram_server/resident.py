"""A person with a private chat with the bot: a resident, or one of the staff."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, overload

from tests.telegram_server import render
from tests.telegram_server.methods_profile import shown_commands
from tests.telegram_server.speaking import Speaker, origin_of, picture, text_content
from tests.telegram_server.state import Account, Member, World
from tests.telegram_server.updates import LIFETIME
from tests.telegram_server.views import Message, snapshot
from tests.telegram_server.waiting import PATIENCE, Conversation, Press, Wanted, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.telegram_server.state import Stored

Json = dict[str, Any]

QUERY_LIMIT = 256
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
PDF = b"%PDF-1.4\n%%EOF\n"


class User:
    """A person with a private chat with the bot. The bot's messages to them are the `inbox`.

    `wait` returns each version of a message once: the oldest that fits and was not returned before, so the order in
    which a test waits for several messages does not matter.
    """

    def __init__(self, world: World, account: Account) -> None:
        self.world = world
        self.account = account
        self.id = account.id
        self.chat = world.chats[account.id]
        self._speaker = Speaker(world, account.id, self.chat)
        self._conversation = Conversation(world, lambda: world.visible(self.chat))

    @property
    def history(self) -> list[Message]:
        """Both sides of the chat, without what is deleted."""
        return self._conversation.messages()

    @property
    def inbox(self) -> list[Message]:
        return self._conversation.inbox()

    @property
    def last(self) -> Message:
        """The bot's latest message. Raises IndexError where there is none."""
        return self.inbox[-1]

    @property
    def commands(self) -> list[Json]:
        """The bot's commands as this person sees them, in their language."""
        with self.world.lock:
            return shown_commands(self.world, self.account, self.chat)

    @property
    def toasts(self) -> list[str]:
        """The texts shown after button presses."""
        with self.world.lock:
            answers = [
                answer for query in self.world.queries.values() if query.user_id == self.id for answer in query.answers
            ]
        return [answer["text"] for answer in answers if answer.get("text")]

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the reply keyboard now shown."""
        with self.world.lock:
            marked = [stored.markup for stored in self.world.visible(self.chat) if stored.markup]
        latest = next((item for item in reversed(marked) if "inline_keyboard" not in item), {})
        return [[button["text"] for button in row] for row in latest.get("keyboard", [])]

    def wait(self, wanted: Wanted, timeout: float = PATIENCE, *, after: Message | None = None) -> Message:
        """Waits for a message of the bot, new or edited, with this substring or for which the predicate holds."""
        return self._conversation.wait(wanted, timeout, after)

    def wait_until(self, holds: Callable[[User], object], timeout: float = PATIENCE) -> None:
        """Waits for anything else about this person's chat."""
        wait_for(self.world, lambda: holds(self) or None, timeout, lambda: self._conversation.explain("it"))

    def mark_read(self) -> None:
        self._conversation.mark_read()

    def message(self, message: Message | int) -> Message:
        """How a message stands now, deleted ones too."""
        number = message if isinstance(message, int) else message.message_id
        with self.world.lock:
            return snapshot(self.world, self.chat.messages[number])

    def start(self, payload: str = "") -> Message:
        """Opens the chat (and lifts a block) with `/start`, or by a deep link with its payload."""
        if not _PAYLOAD.fullmatch(payload):
            raise AssertionError(f"Telegram opens no deep link with {payload!r}")
        if self.account.blocked:
            self.unblock()
        return self.send(f"/start {payload}".strip())

    def send(self, text: str, *, reply_to: Message | None = None, entities: list[Json] | None = None) -> Message:
        reply = reply_to.message_id if reply_to else None
        return self._did(lambda: self._speaker.text(text, reply_to=reply, entities=entities))

    def send_photo(self, caption: str = "", content: bytes = b"", *, size: int = 0) -> Message:
        return self._file("photo", content or picture(), "photo.png", "image/png", caption, size)

    def send_document(
        self, caption: str = "", content: bytes = PDF, name: str = "letter.pdf", *, size: int = 0
    ) -> Message:
        return self._file("document", content, name, "application/pdf", caption, size)

    def send_voice(self, content: bytes = b"OggS", *, size: int = 0) -> Message:
        return self._file("voice", content, "voice.ogg", "audio/ogg", "", size)

    def send_video(self, caption: str = "", content: bytes = b"\0\0\0 ftyp", *, size: int = 0) -> Message:
        return self._file("video", content, "video.mp4", "video/mp4", caption, size)

    def _file(self, kind: str, content: bytes, name: str, mime: str, caption: str, size: int) -> Message:
        return self._did(lambda: self._speaker.file(kind, content, name, mime, caption, size=size))

    def send_album(self, count: int = 2, caption: str = "") -> list[Message]:
        """Photos sent together: one message each, the caption on the first, all with one `media_group_id`."""
        with self.world.lock:
            self._begin()
            return [snapshot(self.world, stored) for stored in self._speaker.album(count, [caption])]

    def send_kind(self, kind: str, caption: str = "") -> Message:
        """A message of a kind that has no helper of its own: one of `kinds.KINDS` (dice, poll, venue, story …)."""
        return self._did(lambda: self._speaker.kind(kind, caption))

    def forward(self, text: str, by: str = "hidden_user") -> Message:
        """Passes on a text of somebody else: of a "user", of a "hidden_user" or from a "channel"."""
        return self._did(lambda: self._speaker.forward(text_content(text, None), origin_of(by)))

    def send_sticker(self, emoji: str = "👍") -> Message:
        return self._did(lambda: self._speaker.sticker(emoji))

    def send_location(self, latitude: float = 55.73, longitude: float = 12.36) -> Message:
        place = {"latitude": latitude, "longitude": longitude}
        return self._did(lambda: self._speaker.put({"location": place}))

    def send_contact(self, phone_number: str = "+4500000000") -> Message:
        """One's own contact, as the button «share my number» sends it."""
        contact = {"phone_number": phone_number, "first_name": self.account.first_name, "user_id": self.id}
        return self._did(lambda: self._speaker.put({"contact": contact}))

    def edit(self, message: Message, text: str) -> Message:
        return self._did(lambda: self._speaker.edit(message.message_id, text))

    def delete(self, message: Message) -> None:
        self._speaker.delete(message.message_id)

    def react(self, message: Message, *emoji: str) -> None:
        self._speaker.react(message.message_id, *emoji)

    @overload
    def press(self, on: str, *, timeout: float = PATIENCE) -> Press: ...
    @overload
    def press(self, on: Message, label: str) -> Press: ...
    def press(self, on: str | Message, label: str = "", *, timeout: float = PATIENCE) -> Press:
        """Presses a button by its label: on the given message, or on the latest that has it, once it is there."""
        if isinstance(on, str):
            label, on = on, self._conversation.with_button(on, timeout)
        return Press(self.world, self._speaker.press(on, label))

    def choose(self, label: str) -> Message:
        """Taps a button of the reply keyboard, which sends its label."""
        if label not in [name for row in self.keyboard for name in row]:
            raise LookupError(f"{label!r} is not on the keyboard {self.keyboard}")
        return self.send(label)

    def inline(self, text: str, chat_type: str = "private") -> Press:
        """Types `@bot text` in a chat with somebody; the answer holds `results`. `pick` sends one of them."""
        if len(text) > QUERY_LIMIT:
            raise AssertionError(f"a query has at most {QUERY_LIMIT} characters")
        if not self.world.inline_mode:
            raise AssertionError("the bot has no inline mode: BotFather was not told /setinline")
        with self.world.lock:
            query = self.world.add_query(self.id, LIFETIME["inline_query"], data=text)
            update = {
                "id": query.id,
                "from": render.user(self.account),
                "query": text,
                "offset": "",
                "chat_type": chat_type,
            }
            self.world.publish("inline_query", update, f"inline:{self.id}")
            return Press(self.world, query)

    def pick(self, asked: Press, number: int = 0) -> Message:
        """Sends a result of an inline query in the chat with the bot, which is told as of any message there."""
        content = asked.wait()["results"][number]["input_message_content"]
        sent = text_content(content["message_text"], content.get("entities"))
        return self._did(lambda: self._speaker.put(sent, via_bot=True))

    def block(self) -> None:
        self._standing("kicked")

    def unblock(self) -> None:
        self._standing("member")

    def deactivate(self) -> None:
        """The account is gone; writing to it is refused."""
        self.account.deactivated = True

    def _standing(self, status: str) -> None:
        with self.world.lock:
            old = Member("kicked" if self.account.blocked else "member")
            self.account.blocked = status == "kicked"
            change = render.member_change(self.world, self.chat, self.account, old, Member(status))
            self.world.publish("my_chat_member", change, f"my:{self.id}")
            self.world.touch()

    def _did(self, act: Callable[[], Stored]) -> Message:
        with self.world.lock:
            self._begin()
            return snapshot(self.world, act())

    def _begin(self) -> None:
        if self.account.blocked or self.account.deactivated:
            raise AssertionError(f"{self.account.first_name} cannot write: blocked or deactivated")
        self.account.started = True
