"""The notice board: staff propose a notice, see it as residents will, and publish or withdraw it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.model import Button, Content, IncomingKind, Ref, Sentence
from bot.core.notices import KINDS, Notice, can_be_said, reference, sentence
from bot.core.numbers import number_of
from bot.service.days import danish_midnight, read_staff_day
from bot.store import notices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from bot.core.model import Incoming
    from bot.core.notices import NoticeKind
    from bot.core.ticket import Ticket
    from bot.service.desk import Staff
    from bot.service.ports import Clock, Library
    from bot.service.posting import StaffGroups

COMMANDS = ("notice", "notices")
"""The commands of the notice board."""

_BUTTON = "notice"
_LISTED = 8
_ENGLISH = "en"
_LASTS = timedelta(days=30)  # what changed is told so long, unless staff say otherwise
_LONGEST_NAME = 64

_BETWEEN = re.compile(r"[\s,;–—-]+(?=\d{1,2}[./]\d{1,2}[./]\d{4})|\s+(?:til|to|-|–|—)\s+|\s*[,;]\s*")


class NoticeBoard:
    """What staff do about notices, whichever surface it comes from.

    Publishing writes to nobody: a message to every resident at once would take hours within Telegram's limits, and
    concern few. A notice is told with the next reply to those it concerns, and on top of the answers it is about.
    """

    commands = COMMANDS

    def __init__(self, library: Library, groups: StaffGroups, clock: Clock) -> None:
        """Takes what the assistant knows, where staff are, and the time."""
        self._library = library
        self._groups = groups
        self._clock = clock

    def answer(self, connection: Connection, incoming: Incoming, staff: Staff, here: Ticket | None) -> Content | None:
        """Does what staff want of the board and returns what is said to it; None if it is about something else."""
        del here
        name = incoming.argument.lower()
        if incoming.kind == IncomingKind.COMMAND and name in COMMANDS:
            return self.command(connection, name, incoming.text, staff.id, incoming.chat)
        if incoming.kind == IncomingKind.BUTTON and name.startswith(f"{_BUTTON}:"):
            return self.press(connection, name)
        return None

    def command(self, connection: Connection, name: str, words: str, author: str, chat: str = "") -> Content:
        """Returns what is said to a command of the board; `chat` is the staff group in which it was given."""
        if name == "notices":
            return self._list(connection)
        read = self._read(words, chat)
        if isinstance(read, Sentence):
            return Content((read,))
        until = danish_midnight(read.last + timedelta(days=1))
        return self._preview(read, notices.add(connection, read, until, author, self._clock.now()))

    def press(self, connection: Connection, action: str) -> Content:
        """Returns what is said to a button of the board. Who comes second learns how it stands."""
        _, verb, digits = (*action.split(":"), "", "")[:3]
        number, now = number_of(digits), self._clock.now()
        if verb == "publish":
            notices.publish(connection, number, now)
        elif verb == "drop" and notices.drop(connection, number):
            return Content((Sentence("notice-dropped"),))
        elif verb == "withdraw" and notices.withdraw(connection, number, now):
            return Content((Sentence("notice-withdrawn"),))
        shown = [notice for notice in self._shown(connection) if notice.id == number]
        if not shown:
            return Content((Sentence("notice-gone"),))
        return Content((Sentence("notice-published"),), _withdraw_rows(shown))

    # ---- what is shown to staff ------------------------------------------------------------------------

    def _shown(self, connection: Connection) -> list[Notice]:
        knowledge = self._library.knowledge
        found = notices.current(connection, self._clock.now())
        return [notice for notice in found if can_be_said(notice, knowledge)]

    def _list(self, connection: Connection) -> Content:
        shown = self._shown(connection)
        if not shown:
            return Content((Sentence("notice-none"),))
        lines = (sentence(notice, self._library.knowledge) for notice in shown)
        return Content((Sentence("notice-list"), *lines), _withdraw_rows(shown))

    def _preview(self, notice: Notice, number: int) -> Content:
        """The notice as residents will read it: in the language of staff, and in English."""
        said = sentence(notice, self._library.knowledge)
        languages = dict.fromkeys((self._groups.language, _ENGLISH))
        words = (Sentence(said.key, said.args, bold=True, language=language) for language in languages)
        intro = Sentence("notice-preview", {"last": Ref("day", notice.last.isoformat())})
        publish = Button(Sentence("button-publish"), f"{_BUTTON}:publish:{number}")
        return Content((intro, *words), ((publish, Button(Sentence("button-cancel"), f"{_BUTTON}:drop:{number}")),))

    # ---- what staff wrote ------------------------------------------------------------------------------

    def _read(self, text: str, chat: str) -> Notice | Sentence:
        """Returns the notice that `text` describes, or what is wrong with it."""
        first, *words = text.split() or [""]
        kind = next((kind for kind in KINDS if kind == first.lower()), None)
        if kind is None:
            return self._howto()
        department, entry = None, None
        if kind == "changed":
            entry = words.pop(0) if words else ""
            if entry and entry.lower() not in self._library.knowledge.entries:
                return Sentence("notice-bad-entry", {"entry": entry[:_LONGEST_NAME]})
            entry = entry.lower()
        elif kind != "storm":
            named = [word for word in words if word in self._library.knowledge.departments]
            department = named[0] if named else self._department(chat)
            words = [word for word in words if word not in named[:1]]
        if not words:
            return self._howto()
        return self._dated(kind, " ".join(words), department, entry)

    def _dated(self, kind: NoticeKind, words: str, department: str | None, entry: str | None) -> Notice | Sentence:
        today, days = self._clock.today(), self._days(words)
        if not days:
            return Sentence("notice-bad-day", {"example": _written(today + timedelta(days=30))})
        first, last = days[0], days[-1]
        if len(days) == 1:
            first = min(today, last) if kind in {"delay", "storm"} else first
            last = first + _LASTS if kind == "changed" else last
        if last < max(today, first):
            return Sentence("notice-past")
        return Notice(0, kind, first, last, department, entry)

    def _department(self, chat: str) -> str:
        """The department whose group `chat` is."""
        served = (department for department, group in self._groups.chats.items() if group == chat)
        return next(served, self._library.knowledge.default_department)

    def _days(self, words: str) -> list[date]:
        """The one or two days that `words` name; none if any of it cannot be read."""
        pieces = [piece for piece in _BETWEEN.split(words) if piece]
        read = (read_staff_day(piece, self._groups.language, self._clock.today()) for piece in pieces)
        days = [day for day in read if day is not None]
        return days if len(days) == len(pieces) <= 2 else []

    def _howto(self) -> Sentence:
        today, entry = self._clock.today(), next(iter(self._library.knowledge.entries), "")
        soon, later, after = (_written(today + timedelta(days=days)) for days in (14, 30, 32))
        examples = (
            f"/notice closed {later} {after}",
            f"/notice delay {soon}",
            f"/notice storm {soon}",
            f"/notice changed {entry} {later}",
        )
        return Sentence("notice-howto", {"examples": "\n" + "\n".join(examples)})


def _written(day: date) -> str:
    """A day as staff can write it, whatever their language."""
    return f"{day.day}.{day.month}.{day.year}"


def _withdraw_rows(shown: Sequence[Notice]) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        (Button(Sentence("button-withdraw-notice", {"notice": reference(notice)}), f"{_BUTTON}:withdraw:{notice.id}"),)
        for notice in shown[:_LISTED]
    )
