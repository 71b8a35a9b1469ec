"""Telegram's own limits: how much a bot may write in all, into a chat and into a group."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

_COUNTED = ("send", "copy", "forward", "edit", "createforumtopic")
_FREE = frozenset({"sendchataction", "editforumtopic"})


@dataclass(slots=True)
class Bucket:
    """At most `size` at once, and one more every `interval` seconds. `full_at`: when it is full again."""

    size: int
    interval: float
    full_at: float = 0

    def wait(self, now: float, count: int) -> float:
        """Seconds until `count` fit in; more than it ever holds need all of it."""
        return max(0.0, self.full_at + min(count, self.size) * self.interval - now - self.size * self.interval)

    def take(self, now: float, count: int) -> None:
        self.full_at = max(self.full_at, now) + count * self.interval


class Limits:
    """Token buckets: `overall` calls a second, `private` at once in a chat and one a second, `group` a minute.

    What is written, edited or copied counts, and so does a new topic; an album counts as its messages. Refused calls
    do not count.
    """

    def __init__(self, overall: int = 30, private: int = 3, group: int = 20) -> None:
        self._overall = Bucket(overall, 1 / overall)
        self._private, self._group = private, group
        self._chats: dict[object, Bucket] = {}
        self._until: dict[object, float] = {}

    def take(self, method: str, params: dict[str, Any], now: float) -> tuple[int, bool]:
        """Counts a call. Returns after how many seconds it may come again (0: it may now), and whether it came before
        an earlier refusal allowed it.
        """
        if not method.lower().startswith(_COUNTED) or method.lower() in _FREE:
            return 0, False
        chat, count = params.get("chat_id"), max(1, len(params.get("media") or params.get("message_ids") or ()))
        too_soon = now < self._until.get(chat, 0)
        buckets = (self._overall, self._of(chat))
        wait = math.ceil(max(bucket.wait(now, count) for bucket in buckets))
        if wait:
            self._until[chat] = now + wait
        else:
            for bucket in buckets:
                bucket.take(now, count)
        return wait, too_soon

    def _of(self, chat: object) -> Bucket:
        group = isinstance(chat, int) and chat < 0
        fresh = Bucket(self._group, 60 / self._group) if group else Bucket(self._private, 1)
        return self._chats.setdefault(chat, fresh)
