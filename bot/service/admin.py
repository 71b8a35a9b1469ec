"""What administrators do: pause the assistant or a part of it, end that, and read the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.core.audit import faults, head_of
from bot.core.model import Button, Content, IncomingKind, Ref, Sentence
from bot.core.pausing import REASONS, SCOPES, Pause
from bot.store import audit, pauses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.core.audit import AuditRow
    from bot.core.model import Argument, Incoming, Knowledge, Part
    from bot.core.ticket import Ticket
    from bot.core.ways_out import Rows
    from bot.service.desk import Staff
    from bot.service.ports import Clock, Library
    from bot.service.roles import StaffRoles

COMMANDS = ("pause", "resume", "pauses", "audit")
"""The commands of administrators."""

_PRESSED = ("pause", "resume")
_SHOWN = 10  # rows of the audit log
_LONGEST_DETAILS = 200
_LAST_MOMENT = 4_000_000_000_000  # ms, in the year 2096: a later one was never the time


def pause(connection: Connection, now: int, actor: str, wanted: Pause) -> None:
    """Pauses something from `now` (ms) on and notes in the audit log that `actor` did."""
    pauses.put(connection, wanted, now)
    details = {"scope": wanted.scope, "name": wanted.name, "reason": wanted.reason}
    audit.append(connection, now, actor, "pause", details)


def resume(connection: Connection, now: int, actor: str, scope: str, name: str) -> bool:
    """Ends a pause and notes that `actor` did; False if there is none."""
    if not pauses.lift(connection, scope, name):
        return False
    audit.append(connection, now, actor, "resume", {"scope": scope, "name": name})
    return True


Names = Mapping[str, Sequence[str]]
"""What can be paused, by scope: ids of topics, codes of languages, "" for all."""

ALL: Names = MappingProxyType({"all": ("",)})
"""What can be paused without knowing anything."""


def pausable(knowledge: Knowledge) -> Names:
    """Returns what can be paused."""
    languages = [language.code for language in knowledge.languages.values() if language.offered]
    return {**ALL, "topic": tuple(knowledge.topics), "language": languages}


def read_pause(words: Sequence[str], names: Names) -> Pause | None:
    """Returns the pause that `words` describe: `all <reason>`, `topic <id> <reason>`, `language <code> <reason>`.

    None for anything else. `names`: what can be paused.
    """
    given = [word.lower() for word in words]
    if len(given) == 2 and given[0] == "all":
        given.insert(1, "")
    if len(given) != 3:
        return None
    scope = next((each for each in SCOPES if each == given[0]), None)
    name = _name(given[0], given[1], names)
    reason = next((each for each in REASONS if each == given[2]), None)
    return None if scope is None or name is None or reason is None else Pause(scope, name, reason)


def _name(scope: str, name: str, names: Names) -> str | None:
    """What can be paused, as it is written here; `name` is in lower case."""
    return next((each for each in names.get(scope, ()) if each.lower() == name), None)


class AdminRoom:
    """What administrators do in a staff group. Nobody else can, and their attempts are noted too."""

    commands = COMMANDS

    def __init__(self, library: Library, roles: StaffRoles, clock: Clock) -> None:
        """Takes what the assistant knows, who is an administrator, and the time."""
        self._library = library
        self._roles = roles
        self._clock = clock

    def answer(self, connection: Connection, incoming: Incoming, staff: Staff, here: Ticket | None) -> Content | None:
        """Does what an administrator wants and returns what is said to it; None if it is about something else."""
        del here
        if incoming.kind == IncomingKind.COMMAND and incoming.argument.lower() in COMMANDS:
            name, words = incoming.argument.lower(), incoming.text.split()
        elif incoming.kind == IncomingKind.BUTTON and incoming.argument.partition(":")[0] in _PRESSED:
            name, *words = incoming.argument.split(":")
        else:
            return None
        return self.command(connection, name, words, staff.id)

    def command(self, connection: Connection, name: str, words: Sequence[str], actor: str) -> Content:
        """Returns what is said to a command, which is one of COMMANDS."""
        if not self._roles.is_admin(actor):
            audit.append(connection, self._clock.now(), actor, "refused", {"command": name})
            return Content((Sentence("admin-only"),))
        match name:
            case "pause":
                return self._pause(connection, words, actor)
            case "resume":
                return self._resume(connection, words, actor)
            case "pauses":
                return self._list(connection)
            case _:
                return self._audit(connection)

    @property
    def _names(self) -> Names:
        return pausable(self._library.knowledge)

    # ---- pausing ---------------------------------------------------------------------------------------

    def _pause(self, connection: Connection, words: Sequence[str], actor: str) -> Content:
        wanted = read_pause(words, self._names)
        if wanted is None:
            return self._choose(words)
        pause(connection, self._clock.now(), actor, wanted)
        return Content((Sentence("pause-set", self._described(wanted)),), (self._resume_row(wanted),))

    def _choose(self, words: Sequence[str]) -> Content:
        """Asks for what is missing: what is to be paused, which of them, or why."""
        scope, name = (*(word.lower() for word in words), "", "")[:2]
        known = _name(scope, "" if scope == "all" else name, self._names)
        if known is not None:
            reasons = tuple((_choice(f"pause-label-{why}", scope, known, why),) for why in REASONS)
            why = Sentence("pause-why", {"what": self._what(scope, known)})
            return Content((why, _listed("pause-reasons", REASONS)), reasons)
        rows: Rows = tuple(
            (Button(Ref(scope, each), f"pause:{scope}:{each}"),) for each in self._names.get(scope, ())
        ) or (tuple(_choice(f"pause-scope-{each}", each) for each in SCOPES),)
        return Content(self._howto(), rows)

    def _howto(self) -> tuple[Part, ...]:
        topics, languages = self._names["topic"], self._names["language"]
        examples = (
            f"/pause all {REASONS[0]}",
            f"/pause topic {topics[0]} {REASONS[1]}",
            f"/pause language {languages[-1]} {REASONS[1]}",
        )
        return (
            Sentence("pause-howto", {"examples": "\n" + "\n".join(examples)}),
            _listed("pause-reasons", REASONS),
            _listed("pause-topics", topics),
            _listed("pause-languages", languages),
        )

    def _resume(self, connection: Connection, words: Sequence[str], actor: str) -> Content:
        if not words:
            return self._list(connection)
        scope, name = (*(word.lower() for word in words), "")[:2]
        known = [each for each in pauses.current(connection) if (each.scope, each.name.lower()) == (scope, name)]
        for each in known:
            resume(connection, self._clock.now(), actor, each.scope, each.name)
            return Content((Sentence("pause-lifted", {"what": self._what(each.scope, each.name)}),))
        left = self._list(connection)
        return Content((Sentence("pause-not-there"), *left.parts), left.rows)

    def _list(self, connection: Connection) -> Content:
        found = pauses.current(connection)
        if not found:
            return Content((Sentence("pause-none"),))
        lines = (Sentence("pause-line", self._described(each), tight=True) for each in found)
        return Content((Sentence("pause-list"), *lines), tuple(self._resume_row(each) for each in found))

    def _described(self, one: Pause) -> Mapping[str, Argument]:
        return {"what": self._what(one.scope, one.name), "reason": Ref("sentence", f"pause-label-{one.reason}")}

    def _resume_row(self, one: Pause) -> tuple[Button, ...]:
        label = Sentence("button-resume", {"what": self._what(one.scope, one.name)})
        return (Button(label, f"resume:{one.scope}:{one.name}"),)

    def _what(self, scope: str, name: str) -> Argument:
        """What is paused, by its name; what the knowledge no longer has, by its id."""
        if scope == "all":
            return Ref("sentence", "pause-scope-all")
        return Ref(scope, name) if name in self._names.get(scope, ()) else name

    # ---- the audit log ---------------------------------------------------------------------------------

    def _audit(self, connection: Connection) -> Content:
        rows = audit.read(connection)
        if not rows:
            return Content((Sentence("audit-none"),))
        head, wrong = head_of(rows), faults(rows)
        state = (
            Sentence("audit-broken", {"numbers": ", ".join(dict.fromkeys(str(fault.seq) for fault in wrong))})
            if wrong
            else Sentence("audit-whole", {"count": head.count, "hash": head.hash})
        )
        lines = (self._line(row) for row in rows[-_SHOWN:])
        return Content((Sentence("audit-intro"), *lines, state))

    def _line(self, row: AuditRow) -> Sentence:
        """One row in words; in its own where it says something that is not known here."""
        moment: Argument = Ref("moment", str(row.at)) if 0 <= row.at < _LAST_MOMENT else str(row.at)
        usual: dict[str, Argument] = {"moment": moment, "actor": row.actor}
        unknown = ("audit-other", {"action": row.action, "details": row.details[:_LONGEST_DETAILS]})
        key, args = self._done(row.action, _details(row)) or unknown
        return Sentence(key, {**usual, **args}, tight=True)

    def _done(self, action: str, details: Mapping[str, str]) -> tuple[str, Mapping[str, Argument]] | None:
        """The words for what was done; None where there are none."""
        scope, name, reason = (details.get(key, "") for key in ("scope", "name", "reason"))
        match action:
            case "pause" if scope in SCOPES and reason in REASONS:
                reason_label = Ref("sentence", f"pause-label-{reason}")
                return "audit-pause", {"what": self._what(scope, name), "reason": reason_label}
            case "resume" if scope in SCOPES:
                return "audit-resume", {"what": self._what(scope, name)}
            case "refused" if "command" in details:
                return "audit-refused", {"command": f"/{details['command']}"}
            case "approve" if "proposal" in details:
                return "audit-approve", {"number": details["proposal"]}
            case "recall" if details.get("entry") in self._library.knowledge.entries:
                return "audit-recall", {"entry": Ref("entry", details["entry"])}
            case _:
                return None


def _details(row: AuditRow) -> Mapping[str, str]:
    """The details of a row; {} for what somebody has made unreadable."""
    try:
        found = json.loads(row.details)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _choice(label: str, *words: str) -> Button:
    return Button(Sentence(label), ":".join(("pause", *words)))


def _listed(key: str, names: Iterable[str]) -> Sentence:
    return Sentence(key, {"names": ", ".join(names)})
