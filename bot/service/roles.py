"""Who may act as staff, and who may do what changes the assistant for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.core.model import Incoming


@dataclass(frozen=True, slots=True)
class StaffRoles:
    """Who writes in a staff group is its member. `staff`: those of them who may act (empty: all); `admins`: those who
    may also pause the assistant, approve and call back. Ids are the channel's.
    """

    staff: Collection[str] = ()
    admins: Collection[str] = ()

    def refusal(self, incoming: Incoming) -> str | None:
        """Returns the key of what is said to somebody who may not act as staff; None for those who may."""
        if not self.staff or incoming.sender in self.staff or incoming.sender in self.admins:
            return None
        return "staff-not-allowed"

    def is_admin(self, person: str) -> bool:
        """Returns whether `person` may do what changes the assistant for everybody."""
        return person in self.admins
