"""Calling an answer back: who was given another version of it than today's, and telling them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core.entry_rules import is_current
from bot.core.mail import Priority
from bot.core.model import Button, Content, IncomingKind, Ref, Sentence
from bot.core.versions import changed, version
from bot.service.days import danish_day
from bot.service.mails import resident_mail
from bot.store import audit, given, outbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from bot.core.mail import Mail
    from bot.core.model import Incoming
    from bot.core.ticket import Ticket
    from bot.service.desk import Staff
    from bot.service.ports import Clock, Library
    from bot.service.posting import StaffGroups
    from bot.service.roles import StaffRoles
    from bot.store.given import Given, Place

COMMANDS = ("recall",)

_NOTIFY = "notify"
_BUTTON = "recall"
_DAYS, _MOST_DAYS = 30, 365
_DAY_MS = 24 * 3600 * 1000
_LONGEST_NAME = 64
_SHORT = 8  # characters of a version, in a button
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What staff want to know: an entry, and how many days to look back."""

    entry: str
    days: int


class Recalls:
    """What staff do about answers that have changed; a room of the staff groups."""

    commands = COMMANDS

    def __init__(self, library: Library, groups: StaffGroups, roles: StaffRoles, clock: Clock) -> None:
        """Takes what the assistant knows, where staff are, who may call back, and the time."""
        self._library = library
        self._groups = groups
        self._roles = roles
        self._clock = clock

    def answer(self, connection: Connection, incoming: Incoming, staff: Staff, here: Ticket | None) -> Content | None:
        """Does what staff want of it and returns what is said to them; None if it is about something else."""
        del here
        name = incoming.argument.lower()
        if incoming.kind == IncomingKind.COMMAND and name in COMMANDS:
            return self._command(connection, incoming.text.lower().split(), staff)
        if incoming.kind == IncomingKind.BUTTON and name.startswith(f"{_BUTTON}:"):
            return self._press(connection, name.split(":")[1:], staff)
        return None

    def _command(self, connection: Connection, words: Sequence[str], staff: Staff) -> Content:
        if words[-1:] == [_NOTIFY]:
            return self._preview(connection, words[:-1], staff)
        asked = self._read(words)
        return Content((asked,)) if isinstance(asked, Sentence) else self._list(connection, asked)

    def _read(self, words: Sequence[str]) -> _Asked | Sentence:
        """Returns what `words` ask for, or what is wrong with them."""
        known = self._library.knowledge.entries
        if words and words[0] not in known:
            return Sentence("notice-bad-entry", {"entry": words[0][:_LONGEST_NAME]})
        days = words[1] if len(words) > 1 else str(_DAYS)
        if not words or len(words) > 2 or not days.isdecimal() or not 0 < int(days[:9]) <= _MOST_DAYS:
            return Sentence("recall-howto", {"example": f"/recall {next(iter(known))} {_DAYS}"})
        return _Asked(words[0], int(days))

    # ---- who was given what ----------------------------------------------------------------------------

    def _outdated(self, connection: Connection, asked: _Asked) -> Iterator[Given]:
        """Those whose last version of the entry is not today's."""
        since, knowledge = self._clock.now() - asked.days * _DAY_MS, self._library.knowledge
        for one in given.last(connection, asked.entry, since):
            if one.facts != version(knowledge, asked.entry, one.language):
                yield one

    def _list(self, connection: Connection, asked: _Asked) -> Content:
        counts = Counter(one.language for one in self._outdated(connection, asked))
        args = {"entry": Ref("entry", asked.entry), "days": Ref("days", str(asked.days))}
        if not counts:
            return Content((Sentence("recall-none", args),))
        languages = self._library.knowledge.languages
        lines = (
            Sentence(
                "recall-line",
                {"language": Ref("language", code) if code in languages else code, "count": count},
                tight=True,
            )
            for code, count in counts.most_common()
        )
        return Content((Sentence("recall-list", args), *lines))

    # ---- telling them ----------------------------------------------------------------------------------

    def _allowed(self, words: Sequence[str], staff: Staff) -> _Asked | Sentence:
        """Returns of what people are told, or why they are not."""
        asked, knowledge = self._read(words), self._library.knowledge
        if not self._roles.is_admin(staff.id):
            return Sentence("learning-admins-only")
        if isinstance(asked, Sentence):
            return asked
        known = knowledge.entries[asked.entry]
        if known.urgent:
            return Sentence("recall-urgent")
        if not is_current(known, knowledge, self._clock.today()):
            return Sentence("recall-expired", {"entry": Ref("entry", asked.entry)})
        return asked

    def _preview(self, connection: Connection, words: Sequence[str], staff: Staff) -> Content:
        asked = self._allowed(words, staff)
        if isinstance(asked, Sentence):
            return Content((asked,))
        people = list(self._reachable(connection, asked))
        if not people:
            args = {"entry": Ref("entry", asked.entry), "days": Ref("days", str(asked.days))}
            return Content((Sentence("recall-none", args),))
        told = changed(asked.entry, danish_day(people[0][0].at))
        tell = Button(Sentence("button-recall"), f"{_BUTTON}:{asked.entry}:{asked.days}:{self._shown(asked.entry)}")
        return Content((Sentence("recall-preview", {"count": len(people)}), *told.parts), ((tell,),))

    def _press(self, connection: Connection, pieces: Sequence[str], staff: Staff) -> Content:
        """Writes to everybody who has not been written to about this version yet, however often it is pressed."""
        asked = self._allowed(pieces[:2], staff)
        if isinstance(asked, Sentence):
            return Content((asked,))
        if pieces[2:] != [self._shown(asked.entry)]:
            command = f"/{_BUTTON} {asked.entry} {asked.days} {_NOTIFY}"
            return Content((Sentence("recall-stale", {"command": command}),))
        now = self._clock.now()
        mails = [self._mail(asked.entry, one, place) for one, place in self._reachable(connection, asked)]
        count = sum(outbox.add(connection, mail, now) for mail in mails)
        if not count:
            return Content((Sentence("recall-sent-already"),))
        details: dict[str, str | int] = {"entry": asked.entry, "days": asked.days, "people": count}
        audit.append(connection, now, staff.id, "recall", details)
        return Content((Sentence("recall-sent", {"count": count}),))

    def _reachable(self, connection: Connection, asked: _Asked) -> Iterator[tuple[Given, Place]]:
        """Those who can be written to: not erased, and not gone."""
        for one in self._outdated(connection, asked):
            place = given.place(connection, one.conversation)
            if place is not None and place.state.reachable:
                yield one, place

    def _mail(self, entry: str, one: Given, place: Place) -> Mail:
        """Tells one person, behind everything that is live: in a lane of its own, so that no reply waits for it."""
        offered = self._library.brain.offered
        language = next((code for code in (place.state.language, one.language) if code in offered), None) or _ENGLISH
        content = changed(entry, danish_day(one.at))
        mail = resident_mail(place.channel, place.chat, content, language, priority=Priority.BULK)
        name = version(self._library.knowledge, entry, language)
        return replace(mail, lane=f"{mail.lane}:recall", dedupe=f"recall:{one.conversation}:{entry}:{name}:{one.at}")

    def _shown(self, entry: str) -> str:
        """The version that staff read in the preview."""
        return version(self._library.knowledge, entry, self._groups.language)[:_SHORT]
