"""What the bot writes, read once as it comes, and what people do, a step at a time, all of them in one thread."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.desk_check import Place
    from tests.telegram_server.state import Stored
    from tests.telegram_server.state import World as Telegram

Wait = Callable[[], Any]
"""Gives something once what is waited for has come."""
Doing = Generator[Wait, Any, None]
"""What somebody does: it acts, yields what it waits for, and goes on with what came."""

_PATIENCE_S = 120.0
_NUMBER = re.compile(r"#(\d+)")


class Doings:
    """Everything that somebody is just doing. `patience`: seconds after which somebody has waited in vain."""

    def __init__(self, patience: float = _PATIENCE_S) -> None:
        self._patience = patience
        self._waiting: list[tuple[Doing, Wait, float, Callable[[], None]]] = []

    @property
    def under_way(self) -> int:
        return len(self._waiting)

    def start(self, doing: Doing, done: Callable[[], None] = lambda: None) -> None:
        """Begins something; `done` is called when it is over."""
        self._resume(doing, None, done)

    def go_on(self) -> None:
        """Goes on with what has not to wait any more. Raises AssertionError for what has waited too long."""
        waiting, self._waiting = self._waiting, []
        now = time.monotonic()
        for doing, wait, end, done in waiting:
            value = wait()
            if value:
                self._resume(doing, value, done)
            elif now > end:
                raise AssertionError(f"waited {self._patience:g} s in vain in {_described(doing)}")
            else:
                self._waiting.append((doing, wait, end, done))

    def _resume(self, doing: Doing, value: object, done: Callable[[], None]) -> None:
        try:
            wait = doing.send(value)
        except StopIteration:
            done()
        else:
            self._waiting.append((doing, wait, time.monotonic() + self._patience, done))


def _described(doing: Doing) -> str:
    """Where somebody has come to, with what they know there."""
    frame: Any = doing
    while hasattr(frame.gi_yieldfrom, "gi_frame"):
        frame = frame.gi_yieldfrom
    names = {name: value for name, value in frame.gi_frame.f_locals.items() if name != "self"}
    return f"{frame.__name__}: {names}"


class Eyes:
    """What the bot has written, by chat and topic, read once each as it comes."""

    def __init__(self, world: Telegram) -> None:
        self.world = world
        self.places: dict[Place, list[Stored]] = defaultdict(list)
        self.topics: dict[int, list[Place]] = defaultdict(list)
        self._read: dict[int, int] = {}

    def look(self) -> None:
        with self.world.lock:
            for chat in self.world.chats.values():
                begin, self._read[chat.id] = self._read.get(chat.id, 0) + 1, chat.last_message_id
                for number in range(begin, chat.last_message_id + 1):
                    stored = chat.messages.get(number)
                    if stored is not None and stored.sender_id == self.world.bot.id:
                        self._take((chat.id, stored.thread_id), stored)

    def _take(self, place: Place, stored: Stored) -> None:
        created = stored.content.get("forum_topic_created")
        if created is None:
            self.places[place].append(stored)
        elif found := _NUMBER.match(created["name"]):
            self.topics[int(found[1])].append(place)

    def since_now(self, place: Place, *wanted: str) -> Wait:
        """Waits for a message there, later than those read so far, that holds one of the texts."""
        begin = len(self.places[place])

        def look() -> Stored | None:
            later = self.places[place][begin:]
            return next((one for one in later if any(text in text_of(one) for text in wanted)), None)

        return look

    def button(self, place: Place, action: str) -> tuple[Stored, str] | None:
        """The latest message there with a button that does `action`, and the button's label."""
        for stored in reversed(self.places[place]):
            for row in (stored.markup or {}).get("inline_keyboard", ()):
                for button in row:
                    if not stored.deleted and button.get("callback_data") == action:
                        return stored, button["text"]
        return None

    def standing(self, number: int) -> Place | None:
        """The latest topic of a case that still stands."""
        alive = [place for place in self.topics[number] if not self.world.chats[place[0]].topics[place[1] or 0].deleted]
        return alive[-1] if alive else None

    def card(self, number: int) -> Stored | None:
        """The latest card of a case."""
        place = self.standing(number)
        posts = self.places[place] if place is not None else ()
        return next((one for one in reversed(posts) if f"Case #{number} · " in text_of(one)), None)


def text_of(stored: Stored) -> str:
    return str(stored.content.get("text", ""))
