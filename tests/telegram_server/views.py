"""Messages as a person sees them: snapshots that a test may keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.telegram_server import render

if TYPE_CHECKING:
    from tests.telegram_server.state import Stored, World

Json = dict[str, Any]

_KINDS = (
    *("text", "live_photo", "photo", "animation", "document", "voice", "video", "sticker", "venue", "location"),
    "contact",
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` is given to the bot when it is pressed, `url` is opened."""

    label: str
    data: str = ""
    url: str = ""

    @property
    def target(self) -> str:
        return self.data or self.url


@dataclass(frozen=True, slots=True)
class Message:
    """A message at one moment. `text` is the text or the caption; `versions` are the earlier texts, oldest first.

    `kind`: text, photo, document, voice, video, sticker, location, contact, or a service message's field name
    (forum_topic_created …). `stamp` orders changes across all chats. `raw` is the Bot API's object.
    """

    message_id: int
    chat_id: int
    thread_id: int | None
    sender_id: int
    from_bot: bool
    reply_to: int | None
    kind: str
    text: str
    entities: tuple[Json, ...]
    buttons: tuple[tuple[Button, ...], ...]
    keyboard: tuple[tuple[str, ...], ...]
    versions: tuple[str, ...]
    reactions: tuple[str, ...]
    deleted: bool
    protected: bool
    stamp: int
    raw: Json

    @property
    def edited(self) -> bool:
        return bool(self.versions)

    @property
    def labels(self) -> list[str]:
        """The labels of the inline buttons, row by row."""
        return [button.label for row in self.buttons for button in row]

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """The inline buttons as (label, data or address), row by row."""
        return [[(button.label, button.target) for button in row] for row in self.buttons]

    @property
    def album(self) -> str:
        return str(self.raw.get("media_group_id", ""))

    def button(self, label: str) -> Button:
        """The button with this label, or the only one that contains it. Raises LookupError with what is there."""
        every = [button for row in self.buttons for button in row]
        exact = [button for button in every if button.label == label]
        found = exact or [button for button in every if label.casefold() in button.label.casefold()]
        if len(found) != 1:
            raise LookupError(f"{len(found)} buttons match {label!r} among {self.labels}")
        return found[0]

    def entity_texts(self, kind: str) -> list[str]:
        """The parts of the text that carry an entity of this kind, e.g. every `bold` one."""
        units = self.text.encode("utf-16-le")
        return [
            units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
            for entity in self.entities
            if entity["type"] == kind
        ]

    def __str__(self) -> str:
        buttons = f" {self.labels}" if self.buttons else ""
        return f"#{self.message_id} {'bot' if self.from_bot else self.sender_id} [{self.kind}] {self.text!r}{buttons}"


def snapshot(world: World, stored: Stored) -> Message:
    """Call with the world's lock held."""
    raw = render.message(world, stored)
    content = stored.content
    markup = stored.markup or {}
    return Message(
        message_id=stored.id,
        chat_id=stored.chat_id,
        thread_id=stored.thread_id,
        sender_id=stored.sender_id,
        from_bot=stored.sender_id == world.bot.id,
        reply_to=stored.reply_to,
        kind=next((kind for kind in _KINDS if kind in content), next(iter(content), "")),
        text=_text(content),
        entities=tuple(content.get("entities") or content.get("caption_entities") or ()),
        buttons=tuple(tuple(_button(button) for button in row) for row in markup.get("inline_keyboard", [])),
        keyboard=tuple(tuple(button["text"] for button in row) for row in markup.get("keyboard", [])),
        versions=tuple(_text(version) for version in stored.versions),
        reactions=tuple(item["emoji"] for items in stored.reactions.values() for item in items),
        deleted=stored.deleted,
        protected=stored.protected,
        stamp=stored.stamp,
        raw=raw,
    )


def _text(content: Json) -> str:
    return str(content.get("text") or content.get("caption") or "")


def _button(button: Json) -> Button:
    address = button.get("url") or button.get("web_app", {}).get("url") or ""
    return Button(button["text"], button.get("callback_data", ""), address)
