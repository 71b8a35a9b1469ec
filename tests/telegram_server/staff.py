"""A group and its topics: what staff see and do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.telegram_server.methods_chats import remove_member, set_bot_status, upgrade
from tests.telegram_server.methods_profile import shown_commands
from tests.telegram_server.methods_topics import erase_topic, open_topic, set_closed
from tests.telegram_server.posting import service
from tests.telegram_server.resident import PDF, User
from tests.telegram_server.speaking import NEWS, Speaker, origin_of, picture, text_content
from tests.telegram_server.state import ADMIN_RIGHTS, Account, Chat, Member, World
from tests.telegram_server.views import Message, snapshot
from tests.telegram_server.waiting import PATIENCE, Conversation, Press, Wanted, fits, has_button, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.telegram_server.state import Stored
    from tests.telegram_server.state import Topic as TopicState


TELEGRAM = 777_000
"""The account that brings a channel's posts into its group."""


class Topic:
    """A topic of a forum (or its general one, or a whole plain group): what staff see and do there."""

    def __init__(self, group: Group, state: TopicState | None) -> None:
        self.group = group
        self.world = group.world
        self._state = state
        self._conversation = Conversation(self.world, self._stored)

    @property
    def thread_id(self) -> int | None:
        return self._state.thread_id if self._state else None

    @property
    def name(self) -> str:
        return self._state.name if self._state else "General"

    @property
    def closed(self) -> bool:
        return bool(self._state and self._state.closed)

    @property
    def deleted(self) -> bool:
        return bool(self._state and self._state.deleted)

    @property
    def messages(self) -> list[Message]:
        """Everything in the topic, service messages too."""
        return self._conversation.messages()

    @property
    def inbox(self) -> list[Message]:
        """What the bot wrote here, without service messages."""
        return [message for message in self._conversation.inbox() if not message.kind.startswith("forum_")]

    def _stored(self) -> Iterable[Stored]:
        visible = self.world.visible(self.group.chat)
        return (stored for stored in visible if stored.thread_id == self.thread_id)

    def wait(self, wanted: Wanted, timeout: float = PATIENCE, *, after: Message | None = None) -> Message:
        """Waits for a message of the bot here, as `User.wait` does."""
        return self._conversation.wait(wanted, timeout, after)

    def wait_until(self, holds: Callable[[Topic], object], timeout: float = PATIENCE) -> None:
        wait_for(self.world, lambda: holds(self) or None, timeout, lambda: self._conversation.explain("it"))

    def message(self, message: Message | int) -> Message:
        """How a message stands now, deleted ones too."""
        number = message if isinstance(message, int) else message.message_id
        with self.world.lock:
            return snapshot(self.world, self.group.chat.messages[number])

    def _speaker(self, user: User) -> Speaker:
        standing = self.group.chat.members.get(user.id)
        if standing is None or standing.status in ("left", "kicked"):
            raise AssertionError(f"{user.account.first_name} is not a member of {self.group.chat.title}")
        return Speaker(self.world, user.id, self.group.chat, self.thread_id)

    def _writer(self, user: User) -> Speaker:
        """For new messages: in a closed topic only administrators write, in a deleted one nobody."""
        speaker = self._speaker(user)
        if self.deleted or (self.closed and self.group.chat.members[user.id].status == "member"):
            raise AssertionError(f"{user.account.first_name} cannot write in {self.name}: closed or deleted")
        return speaker

    def say(self, user: User, text: str, *, reply_to: Message | None = None) -> Message:
        reply = reply_to.message_id if reply_to else None
        with self.world.lock:
            return snapshot(self.world, self._writer(user).text(text, reply_to=reply))

    def send_photo(self, user: User, caption: str = "", content: bytes = b"") -> Message:
        with self.world.lock:
            stored = self._writer(user).file("photo", content or picture(), "photo.png", "image/png", caption)
            return snapshot(self.world, stored)

    def send_document(self, user: User, caption: str = "", content: bytes = PDF) -> Message:
        with self.world.lock:
            stored = self._writer(user).file("document", content, "form.pdf", "application/pdf", caption)
            return snapshot(self.world, stored)

    def send_album(self, user: User, count: int = 2, *captions: str) -> list[Message]:
        """Photos sent together; the captions belong to the first ones."""
        with self.world.lock:
            return [snapshot(self.world, stored) for stored in self._writer(user).album(count, captions)]

    def forward(self, user: User, text: str, by: str = "hidden_user") -> Message:
        """Passes on a text of somebody else, as `User.forward` does."""
        with self.world.lock:
            return snapshot(self.world, self._writer(user).forward(text_content(text, None), origin_of(by)))

    def channel_post(self, text: str) -> Message:
        """A post of the group's linked channel, which Telegram itself brings here."""
        with self.world.lock:
            telegram = self.world.accounts.setdefault(TELEGRAM, Account(TELEGRAM, "Telegram"))
            speaker = Speaker(self.world, telegram.id, self.group.chat, self.thread_id)
            content = {"text": text, "sender_chat": NEWS, "is_automatic_forward": True}
            return snapshot(self.world, speaker.forward(content, origin_of("channel")))

    def edit(self, user: User, message: Message, text: str) -> Message:
        with self.world.lock:
            return snapshot(self.world, self._speaker(user).edit(message.message_id, text))

    def delete_message(self, user: User, message: Message) -> None:
        self._speaker(user).delete(message.message_id)

    def react(self, user: User, message: Message, *emoji: str) -> None:
        self._speaker(user).react(message.message_id, *emoji)

    def press(self, user: User, on: str | Message, label: str = "", *, timeout: float = PATIENCE) -> Press:
        """`press(user, label)` on the latest message that has the button, or `press(user, message, label)`."""
        if isinstance(on, str):
            label, on = on, self._conversation.with_button(on, timeout)
        return Press(self.world, self._speaker(user).press(on, label))

    def can_press(self, label: str) -> bool:
        return any(has_button(message, label) for message in self.inbox)

    def close(self, by: User | None = None) -> None:
        self._set_closed(by, closed=True)

    def reopen(self, by: User | None = None) -> None:
        self._set_closed(by, closed=False)

    def _set_closed(self, by: User | None, *, closed: bool) -> None:
        with self.world.lock:
            set_closed(self.world, self.group.chat, self._forum(), closed=closed, by=self.group.someone(by))

    def delete(self) -> None:
        """The topic and its messages are gone; the bot is not told."""
        with self.world.lock:
            erase_topic(self.world, self.group.chat, self._forum())

    def rename(self, name: str, by: User | None = None) -> None:
        with self.world.lock:
            state = self._forum()
            state.name = name
            changed = {"forum_topic_edited": {"name": name}}
            service(self.world, self.group.chat, self.group.someone(by), changed, state.thread_id)

    def _forum(self) -> TopicState:
        if self._state is None:
            raise AssertionError("the general topic is not managed here")
        return self._state


class Group:
    """A group, by default a forum in which the bot is an administrator with every right.

    It has an owner of its own, who does what nobody is named for.
    """

    def __init__(self, world: World, chat: Chat, owner: Account) -> None:
        self.world = world
        self.chat = chat
        self.id = chat.id
        self.owner = User(world, owner)
        chat.members[owner.id] = Member("creator")
        self.general = Topic(self, None)
        self._topics: dict[int, Topic] = {}

    @property
    def topics(self) -> list[Topic]:
        """The topics that are not deleted, oldest first."""
        with self.world.lock:
            return [
                self._topics.setdefault(number, Topic(self, state))
                for number, state in self.chat.topics.items()
                if not state.deleted
            ]

    @property
    def messages(self) -> list[Message]:
        """Everything in the group, in every topic."""
        with self.world.lock:
            return [snapshot(self.world, stored) for stored in self.world.visible(self.chat)]

    @property
    def bot_status(self) -> str:
        """How the bot stands here: administrator, member, left …"""
        with self.world.lock:
            return self.chat.members[self.world.bot.id].status

    def commands(self, user: User) -> list[str]:
        """The names of the bot's commands as a member sees them here, in their language."""
        with self.world.lock:
            return [command["command"] for command in shown_commands(self.world, user.account, self.chat)]

    def someone(self, user: User | None) -> int:
        return (user or self.owner).id

    def member(self, user: User, status: str = "member") -> User:
        """Makes a person a member ("administrator", "left" …); the bot is not told."""
        with self.world.lock:
            rights = ADMIN_RIGHTS if status == "administrator" else frozenset()
            self.chat.members[user.id] = Member(status, rights)
        return user

    def remove(self, user: User, by: User | None = None) -> None:
        """Somebody is removed from the group (by themselves: they leave); the bot is told."""
        with self.world.lock:
            remove_member(self.world, self.chat, user.account, by=self.someone(by))

    def upgrade(self, *, forum: bool = True) -> Group:
        """The basic group becomes a supergroup with another id, as it does when somebody turns on topics."""
        with self.world.lock:
            return Group(self.world, upgrade(self.world, self.chat, by=self.owner.id, forum=forum), self.owner.account)

    def set_bot(
        self, status: str = "administrator", rights: Iterable[str] | None = None, by: User | None = None
    ) -> None:
        """Changes how the bot stands: "administrator", "member", "restricted", "left" or "kicked"."""
        with self.world.lock:
            given = ADMIN_RIGHTS if rights is None and status == "administrator" else frozenset(rights or ())
            set_bot_status(self.world, self.chat, status, by=self.someone(by), rights=given)

    def open_topic(self, name: str, by: User | None = None) -> Topic:
        with self.world.lock:
            state = open_topic(self.world, self.chat, self.someone(by), name)
            return self._topics.setdefault(state.thread_id, Topic(self, state))

    def topic(self, name: str) -> Topic:
        """The only topic with this in its name. Raises LookupError with the names there are."""
        found = [topic for topic in self.topics if name in topic.name]
        if len(found) != 1:
            raise LookupError(f"{len(found)} topics match {name!r} among {[one.name for one in self.topics]}")
        return found[0]

    def wait_topic(self, wanted: str | Callable[[Topic], object] = "", timeout: float = PATIENCE) -> Topic:
        """Waits for a topic with this in its name, or for which the predicate holds."""

        def look() -> Topic | None:
            suits = [
                topic for topic in self.topics if (wanted in topic.name if isinstance(wanted, str) else wanted(topic))
            ]
            return suits[0] if suits else None

        return wait_for(
            self.world, look, timeout, lambda: f"no such topic; there are {[one.name for one in self.topics]}"
        )

    def wait(self, wanted: Wanted, timeout: float = PATIENCE) -> Message:
        """Waits for a message of the bot in any topic; may return the same one again."""

        def look() -> Message | None:
            written = (message for message in self.messages if message.from_bot)
            return next((message for message in written if fits(message, wanted)), None)

        return wait_for(self.world, look, timeout, lambda: "\n".join(map(str, self.messages[-12:])))

    def react(self, user: User, message: Message, *emoji: str) -> None:
        Speaker(self.world, user.id, self.chat).react(message.message_id, *emoji)
