"""How long each kind of data is kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

_DAY_MS = 24 * 3600 * 1000
_FEWEST, _MOST = 2, 36_500  # what is delivered twice comes within a day and is known by its row


@dataclass(frozen=True, slots=True)
class Retention:
    """Days for which each kind is kept. The defaults are proposals: see docs/privacy.md.

    `conversations`: from the last message, without an open case; `tickets`: from the end of a case, with its messages
    and its staff topic; `inbox`, `outbox`: from when something was decided or delivered; `staff_drafts`, `proposals`:
    from when they were made; `given`: who was given which answer; `gaps`: from the last like question; `notices`: from
    their end; `figures`: the counts of a day.
    """

    conversations: int = 180
    tickets: int = 365
    inbox: int = 30
    outbox: int = 30
    staff_drafts: int = 14
    proposals: int = 180
    given: int = 365
    gaps: int = 180
    notices: int = 365
    figures: int = 1095

    @staticmethod
    def read(text: str) -> Retention:
        """Reads `kind=days` pairs, separated by commas; what is not named stays. Raises ValueError."""
        given: dict[str, int] = {}
        for pair in filter(None, (part.strip() for part in text.split(","))):
            kind, _, days = (part.strip() for part in pair.partition("="))
            if kind not in KINDS:
                raise ValueError(f"must be kind=days, separated by commas; the kinds are {', '.join(KINDS)}")
            if kind in given:
                raise ValueError(f"names {kind} twice")
            if not (days.isascii() and days.isdecimal() and _FEWEST <= int(days[:9]) <= _MOST):
                raise ValueError(f"the days of {kind} must be a number from {_FEWEST} to {_MOST}")
            given[kind] = int(days)
        return replace(Retention(), **given)

    def days(self, kind: str) -> int:
        """Returns for how many days `kind` is kept."""
        return int(getattr(self, kind))

    def before(self, kind: str, now: int) -> int:
        """Returns the moment (ms) before which `kind` is not kept any more."""
        return now - self.days(kind) * _DAY_MS


KINDS = tuple(field.name for field in fields(Retention))
"""The kinds of data that are not kept for ever."""
