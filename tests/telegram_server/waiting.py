"""Waiting for what the bot does, with a clear word when it does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tests.telegram_server.views import Message, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.telegram_server.state import Query, Stored, World

Wanted = str | Callable[[Message], object]
Found = TypeVar("Found")

PATIENCE = 5.0
_SHOWN = 12


def wait_for(world: World, look: Callable[[], Found | None], timeout: float, explain: Callable[[], str]) -> Found:
    """Calls `look` with the lock held at every change until it gives something.

    Raises AssertionError with `explain()` after `timeout` seconds.
    """
    end = time.monotonic() + timeout
    with world.changed:
        while True:
            found = look()
            if found is not None:
                return found
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited {timeout:g} s in vain: {explain()}")
            world.changed.wait(left)


class Conversation:
    """The messages of a chat or topic, with a memory of which versions a `wait` has already returned."""

    def __init__(self, world: World, stored: Callable[[], Iterable[Stored]]) -> None:
        self._world = world
        self._stored = stored
        self._returned: set[int] = set()

    def messages(self) -> list[Message]:
        with self._world.lock:
            return [snapshot(self._world, stored) for stored in self._stored()]

    def inbox(self) -> list[Message]:
        return [message for message in self.messages() if message.from_bot]

    def mark_read(self) -> None:
        """Whatever is there now is no longer new to `wait`."""
        self._returned.update(message.stamp for message in self.messages())

    def wait(self, wanted: Wanted, timeout: float, after: Message | None) -> Message:
        """The oldest version of a bot's message that fits and was not returned before."""

        def look() -> Message | None:
            for message in sorted(self.inbox(), key=lambda item: item.stamp):
                new = message.stamp not in self._returned and (after is None or message.stamp > after.stamp)
                if new and fits(message, wanted):
                    self._returned.add(message.stamp)
                    return message
            return None

        return wait_for(self._world, look, timeout, lambda: self.explain(wanted))

    def with_button(self, label: str, timeout: float) -> Message:
        """The latest message with an inline button of this label."""

        def look() -> Message | None:
            for message in reversed(self.inbox()):
                if has_button(message, label):
                    return message
            return None

        return wait_for(self._world, look, timeout, lambda: self.explain(f"button {label}"))

    def explain(self, wanted: Wanted) -> str:
        seen = self.messages()[-_SHOWN:]
        lines = "\n".join(
            f"  {message}{' (returned before)' if message.stamp in self._returned else ''}" for message in seen
        )
        sought = repr(wanted) if isinstance(wanted, str) else "a message that fits"
        return f"{sought} did not come; the last messages are\n{lines or '  (none)'}"


def fits(message: Message, wanted: Wanted) -> bool:
    return wanted in message.text if isinstance(wanted, str) else bool(wanted(message))


def has_button(message: Message, label: str) -> bool:
    try:
        message.button(label)
    except LookupError:
        return False
    return True


class Press:
    """A pressed button (or an inline query) and what the bot answered to it."""

    def __init__(self, world: World, query: Query) -> None:
        self._world = world
        self.query_id = query.id
        self.data = query.data
        self._query = query

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The parameters of each answer: text, show_alert, url, results …"""
        with self._world.lock:
            return list(self._query.answers)

    def wait(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """The first answer."""
        return wait_for(
            self._world,
            lambda: self._query.answers[0] if self._query.answers else None,
            timeout,
            lambda: f"the query {self.data!r} was not answered",
        )
