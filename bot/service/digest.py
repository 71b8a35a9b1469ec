"""The digest: on every working day each staff group reads in its general topic how its cases stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.model import Content, IncomingKind, Ref, Sentence
from bot.service.calendar import is_public_holiday
from bot.service.days import danish_day, danish_midnight, danish_time
from bot.service.mails import staff_mail
from bot.service.statistics import share
from bot.store import figures, marks, moving, outbox, promises, timers
from bot.store.figures import Span

if TYPE_CHECKING:
    from datetime import date, time

    from sqlalchemy import Connection

    from bot.core.mail import InboxItem, Mail
    from bot.core.model import Argument, Part
    from bot.service.ports import Clock
    from bot.service.posting import StaffGroups
    from bot.store.figures import Standing

_KIND = IncomingKind.DIGEST.value
_DAY = timedelta(days=1)
_SATURDAY = 5


class Digests:
    """Sets the timers of the digests, and makes one when its timer goes off.

    The timer of a group is set again when it goes off. Its row is the only one of its kind, and a group gets one digest
    a day, however many processes there are and however often they start.
    """

    def __init__(self, groups: StaffGroups, clock: Clock, at: time | None) -> None:
        """Takes where staff are, the time, and when they get the digest (Danish time); None: never."""
        self._groups = groups
        self._clock = clock
        self._at = at

    def arrange(self, connection: Connection) -> None:
        """At start: sets the timers that are missing, and takes back those of other groups and other times."""
        channel, chats = self._groups.channel, set(self._chats(connection).values())
        about = "" if self._at is None else self._at.isoformat("minutes")
        timers.remove_others(connection, channel, _KIND, chats if self._at else (), about)
        if self._at is None:
            return
        for chat in sorted(chats):
            timers.put_first(connection, channel, chat, _KIND, about, self._next(self._at))

    def handle(self, connection: Connection, item: InboxItem) -> None:
        """Sends the digest of one group, unless it has had one today or nobody is at work, and sets the next timer."""
        channel, chat = item.incoming.channel, item.incoming.chat
        if self._at is None or chat not in self._chats(connection).values():
            return
        about = self._at.isoformat("minutes")
        timers.put_first(connection, channel, chat, _KIND, about, self._next(self._at))
        now, today, name = self._clock.now(), self._clock.today(), f"digest:{channel}:{chat}"
        last = marks.get(connection, name)
        if not is_working_day(today) or (last is not None and danish_day(int(last)) >= today):
            return
        since = danish_midnight(_working_day_before(today)) if last is None else int(last)
        outbox.add(connection, self._mail(channel, chat, self._content(connection, chat, since), today), now)
        marks.put(connection, name, str(now))

    def _chats(self, connection: Connection) -> dict[str, str]:
        """The groups by department where they are now: another process may have seen one move."""
        channel, chats = self._groups.channel, self._groups.chats
        return {department: moving.address(connection, channel, chat) for department, chat in chats.items()}

    def _next(self, at: time) -> int:
        """The next moment for a digest, in ms."""
        day, now = self._clock.today(), self._clock.now()
        while not is_working_day(day) or danish_time(day, at) <= now:
            day += _DAY
        return danish_time(day, at)

    def _mail(self, channel: str, chat: str, content: Content, today: date) -> Mail:
        mail = staff_mail(channel, chat, content, self._groups.language)
        return replace(mail, dedupe=f"digest:{channel}:{chat}:{today.isoformat()}")

    # ---- what it says ----------------------------------------------------------------------------------

    def _content(self, connection: Connection, chat: str, since: int) -> Content:
        """`since` (ms): when the last digest was made."""
        now, today = self._clock.now(), self._clock.today()
        place = (self._groups.channel, chat)
        stands = figures.standing(connection, Span(since, now, place), danish_midnight(today + _DAY))
        parts: list[Part] = [Sentence("digest-title", {"day": Ref("day", today.isoformat())}, bold=True)]
        parts += _standing(stands)
        before = _working_day_before(today)
        parts.append(_since(connection, before, Span(danish_midnight(before), danish_midnight(today), place)))
        if today.isocalendar().week != before.isocalendar().week:
            parts += self._week(connection, chat, today)
        return Content(tuple(parts))

    def _week(self, connection: Connection, chat: str, today: date) -> list[Part]:
        """What was kept in the week before, of what the departments of the group promised."""
        monday = today - timedelta(days=today.weekday())
        span = (danish_midnight(monday - 7 * _DAY), danish_midnight(monday))
        ours = {department for department, group in self._chats(connection).items() if group == chat}
        found = promises.share(connection, *span)
        kept = share([one for department, one in found.items() if department in ours])
        return [Sentence("digest-week", kept, tight=True)] if kept else []


def is_working_day(day: date) -> bool:
    """Returns whether `day` is no Saturday, no Sunday and no public holiday in Denmark."""
    return day.weekday() < _SATURDAY and not is_public_holiday(day)


def _working_day_before(day: date) -> date:
    before = day - _DAY
    while not is_working_day(before):
        before -= _DAY
    return before


def _standing(stands: Standing) -> list[Part]:
    counts = {
        "digest-new": stands.new,
        "digest-unclaimed": stands.unclaimed,
        "digest-today": stands.today,
        "digest-late": stands.late,
    }
    parts: list[Part] = [
        Sentence(key, {"count": count}, bold=key == "digest-late", tight=True) for key, count in counts.items() if count
    ]
    return [*parts, Sentence("digest-how", tight=True)] if parts else [Sentence("digest-calm", tight=True)]


def _since(connection: Connection, day: date, span: Span) -> Sentence:
    """The figures of the last working day and of the days off after it."""
    answered = figures.first_answers(connection, span)
    counts = {
        "opened": sum(one.count for one in figures.opened(connection, span)),
        "answered": answered.count if answered else 0,
        "closed": sum(one.count for one in figures.closed(connection, span)),
    }
    args: dict[str, Argument] = {name: Ref("number", str(count)) for name, count in counts.items()}
    return Sentence("digest-since", args | {"day": Ref("day", day.isoformat())})
