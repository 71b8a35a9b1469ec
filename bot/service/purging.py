"""Erases every night what is not kept any more."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.core.model import IncomingKind
from bot.core.retention import KINDS
from bot.service.days import danish_time
from bot.service.mails import delete_topic_mail
from bot.store import marks, outbox, retention, timers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.core.retention import Retention
    from bot.service.ports import Clock
    from bot.store.retention import Purged

BATCH = 200
"""How many of each kind go in one transaction, so that nobody waits long for the database."""

_KIND = IncomingKind.PURGE.value
_AT = time(3, 30)  # Danish time, when few write
_log = structlog.get_logger("retention")


def purge(connection: Connection, periods: Retention, now: int, kinds: Collection[str] = KINDS) -> Purged:
    """Erases one batch of those of `kinds` that are older than their period; the staff topics of the cases among them
    are deleted by the channel.
    """
    purged = retention.purge(connection, periods, now, BATCH, kinds)
    for channel, chat, thread in purged.topics:
        outbox.add(connection, delete_topic_mail(channel, chat, thread), now)
    return purged


class Purges:
    """Sets the timer of the nightly purge, and purges when it goes off: one batch a time, until nothing is left.

    The timer is a row, one for each channel that is served, and set again when it goes off. Of which kinds there may
    be more is noted for the next batch: to find that nothing is left of one is to read all of it, once a night.
    """

    def __init__(self, periods: Retention, clock: Clock) -> None:
        """Takes how long each kind of data is kept, and the time."""
        self._periods = periods
        self._clock = clock

    def arrange(self, connection: Connection, channels: Iterable[str]) -> None:
        """At start: sets the timers that are missing."""
        for channel in channels:
            timers.put_first(connection, channel, "", _KIND, "", self._next())

    def handle(self, connection: Connection, item: InboxItem) -> None:
        """Erases one batch; the next one follows at once while there is anything left, else the next night."""
        now, channel = self._clock.now(), item.incoming.channel
        noted = marks.get(connection, _mark(channel))
        purged = purge(connection, self._periods, now, noted.split(",") if noted else KINDS)
        left = purged.unfinished(BATCH)
        if left:
            marks.put(connection, _mark(channel), ",".join(left))
        else:
            marks.remove(connection, _mark(channel))
        timers.put(connection, channel, "", _KIND, "", now if left else self._next())
        if purged.total:
            _log.info("purged", **purged.counts)

    def _next(self) -> int:
        """The next night, in ms."""
        today = self._clock.today()
        tonight = danish_time(today, _AT)
        return tonight if tonight > self._clock.now() else danish_time(today + timedelta(days=1), _AT)


def _mark(channel: str) -> str:
    return f"purging:{channel}"
