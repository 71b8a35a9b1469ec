"""Every error the project raises on purpose, in one small tree.

    BotError
     ├─ SettingsError         a setting is missing or wrong; the operator must mend it
     ├─ KnowledgeError        knowledge/ or locales/ has faults; carries the whole list
     ├─ DatabaseError         the database cannot be used: path, rights, version
     ├─ ArchiveError          a backup cannot be written, read or restored
     ├─ TrainingDataError     a labelled file for `evaluate` or a question file has a bad line
     ├─ ChannelError          a channel cannot start: wrong token, unreachable server
     └─ TransitionError       a ticket cannot make this move now

An error carries a code and fields, never a person's text. The wording for people lives in `locales/`.
"""

from __future__ import annotations

from dataclasses import dataclass


class BotError(Exception):
    """The root: `code` names the fault, `fields` say what, where and how to mend it."""

    code: str = "error"

    def __init__(self, code: str | None = None, **fields: object) -> None:
        """Takes the fault's code (default: the class's) and its fields."""
        self.code = code or type(self).code
        self.fields = fields
        super().__init__(self.code, fields)

    def __str__(self) -> str:
        return "; ".join([self.code, *(f"{name}: {value}" for name, value in self.fields.items())])


class SettingsError(BotError):
    """A setting is missing or wrong. Fields: `name`, `reason`, `example`."""

    code = "wrong setting"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault in a data file: where (`path`, `entry`, `line` where known) and why (`reason`)."""

    path: str
    entry: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.entry}: {self.reason}" if self.entry else f"{place}: {self.reason}"


class KnowledgeError(BotError):
    """The knowledge base has faults; `faults` holds all of them, sorted."""

    code = "faulty knowledge"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Takes every fault that was found, in any order."""
        super().__init__(count=len(faults))
        self.faults = tuple(sorted(faults))


class DatabaseError(BotError):
    """The database cannot be used. Fields: `database` (without secrets), `reason`, `remedy`."""

    code = "database"


class ArchiveError(BotError):
    """A backup cannot be written, read or restored. Fields: `path`, `reason`, `remedy`."""

    code = "backup"


class TrainingDataError(BotError):
    """A labelled or question file has a bad line. Fields: `path`, `line`, `reason`."""

    code = "bad training data"


class ChannelError(BotError):
    """A channel cannot start. Fields: `channel`, `reason`, `remedy`."""

    code = "channel"


class TransitionError(BotError):
    """A ticket cannot make this move. Fields: `ticket` (number), `state`, `event`, `owner` where it matters."""

    code = "refused transition"
