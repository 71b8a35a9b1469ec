"""Lists of cases, and one case with its history, as staff read them outside its topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.desk_replies import moment
from bot.core.model import Button, Content, Ref, Sentence
from bot.core.ticket import IDLE, SYSTEM, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.core.model import Argument, Part
    from bot.core.ticket import Ticket
    from bot.service.posting import StaffGroups

LISTED = 10
"""How many tickets a list shows."""

_STEPS = 20  # the latest ones of a history
_IN_A_ROW = 2
_EVENTS = frozenset({*(event.value for event in Event), "open", "edit", "rated_yes", "rated_no"})


def queue(listed: Sequence[Ticket], count: int, groups: StaffGroups, now: int) -> Content:
    """Returns the open tickets of a group, the most pressing first; `now` in ms tells which are late.

    `listed`: the first of the `count` there are, in this order, up to `LISTED`.
    """
    if not listed:
        return Content((Sentence("queue-none"),))
    intro = Sentence("queue-intro", {"count": count})
    return Content((intro, *_list(listed, now), *_more(count)), open_rows(listed, groups))


def mine(found: Sequence[Ticket], groups: StaffGroups, now: int) -> Content:
    """Returns the open tickets of one member of staff, the most pressing first: where it is their turn, and where it
    is the resident's.
    """
    if not found:
        return Content((Sentence("mine-none"),))
    listed = found[:LISTED]
    parts: list[Part] = []
    for key, theirs in (("mine-yours", False), ("mine-theirs", True)):
        count = sum((ticket.state in IDLE) == theirs for ticket in found)
        shown = [ticket for ticket in listed if (ticket.state in IDLE) == theirs]
        if shown:
            parts += [Sentence(key, {"count": count}, bold=True), *_list(shown, now)]
    return Content((*parts, *_more(len(found))), open_rows(listed, groups))


def state_lines(ticket: Ticket, now: int) -> list[Part]:
    """Returns how a ticket stands, without a word of anybody: number, state, language, topic, owner, promise."""
    parts: list[Part] = [Sentence("card-urgent", bold=True)] if ticket.urgent else []
    args: dict[str, Argument] = {
        "number": ticket.number,
        "state": Ref("sentence", f"state-{ticket.state.value}"),
        "language": Ref("language", ticket.language),
    }
    if ticket.entry is not None:
        parts.append(Sentence("queue-case", args | {"entry": Ref("entry", ticket.entry)}, tight=ticket.urgent))
    else:
        parts.append(Sentence("queue-case-plain", args, tight=ticket.urgent))
    if ticket.owner_name:
        parts.append(Sentence("card-owner", {"name": ticket.owner_name}, tight=True))
    if ticket.promised_at is not None:
        late = ticket.promised_at < now
        key = "queue-late" if late else "card-promised"
        parts.append(Sentence(key, {"moment": moment(ticket.promised_at)}, bold=late, tight=True))
    return parts


def history(ticket: Ticket, steps: Sequence[tuple[int, str, str]]) -> list[Part]:
    """Returns the latest of `steps` (time in ms, event, actor), oldest first; people of staff by name only where they
    own the ticket, for no other name is known."""
    known = [step for step in steps if step[1] in _EVENTS]
    if not known:
        return []
    parts: list[Part] = [Sentence("ticket-history", bold=True)]
    if len(known) > _STEPS:
        parts.append(Sentence("ticket-earlier", {"count": len(known) - _STEPS}, tight=True))
    for at, event, actor in known[-_STEPS:]:
        what = Ref("sentence", f"event-{event}")
        args: dict[str, Argument] = {"moment": moment(at), "event": what, "who": _who(ticket, actor)}
        parts.append(Sentence("ticket-step", args, tight=True))
    return parts


def open_rows(listed: Iterable[Ticket], groups: StaffGroups) -> tuple[tuple[Button, ...], ...]:
    """Returns buttons that open the topics of tickets, where there are links."""
    buttons = [
        Button(Sentence("button-open-case", {"number": ticket.number}), url=link)
        for ticket in listed
        if ticket.staff_chat and ticket.staff_thread and (link := groups.link(ticket.staff_chat, ticket.staff_thread))
    ]
    return tuple(tuple(buttons[first : first + _IN_A_ROW]) for first in range(0, len(buttons), _IN_A_ROW))


def _who(ticket: Ticket, actor: str) -> Argument:
    if actor in {"resident", SYSTEM}:
        return Ref("sentence", "actor-resident" if actor == "resident" else "actor-system")
    return ticket.owner_name if actor == ticket.owner and ticket.owner_name else Ref("sentence", "actor-staff")


def _list(listed: Iterable[Ticket], now: int) -> list[Part]:
    return [part for ticket in listed for part in state_lines(ticket, now)]


def _more(count: int) -> list[Part]:
    more = count - LISTED
    return [Sentence("queue-more", {"count": more})] if more > 0 else []
