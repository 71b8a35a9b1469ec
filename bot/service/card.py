"""The card of a ticket: what staff see at its top, always as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import Button, Content, Quote, Ref, Sentence
from bot.core.ticket import OPEN, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.model import Argument, Part
    from bot.core.ticket import Ticket
    from bot.store.tickets import TicketMessage

LONGEST_QUOTE = 1200
"""Characters of the question on the card: also as emoji within Telegram's 4096 units; a longer one follows in full."""


def content(ticket: Ticket, messages: Sequence[TicketMessage]) -> Content:
    """Returns the card: number, state, language, department, owner, the question, what was asked before, buttons."""
    parts: list[Part] = [Sentence("card-urgent", bold=True)] if ticket.urgent else []
    state = Ref("sentence", f"state-{ticket.state.value}")
    title: dict[str, Argument] = {"number": ticket.number, "state": state}
    parts.append(Sentence("card-title", title, bold=True, tight=ticket.urgent))
    language, department = Ref("language", ticket.language), Ref("department", ticket.department)
    parts.append(Sentence("card-facts", {"language": language, "department": department}, tight=True))
    if ticket.entry is not None:
        parts.append(Sentence("card-topic", {"entry": Ref("entry", ticket.entry)}, tight=True))
    if ticket.owner_name:
        parts.append(Sentence("card-owner", {"name": ticket.owner_name}, tight=True))
    if ticket.brief is not None:
        parts.extend(ticket.brief.parts)
    parts.extend(_said(messages))
    if ticket.state in OPEN:
        parts.append(Sentence("card-howto"))
    return Content(tuple(parts), _rows(ticket))


def _said(messages: Sequence[TicketMessage]) -> list[Part]:
    question = "\n".join(message.text for message in _first(messages) if message.text)
    parts: list[Part] = [Quote(question[:LONGEST_QUOTE])] if question else []
    files = sum(1 for message in _first(messages) if message.attachment)
    if files:
        parts.append(Sentence("card-files", {"count": files}))
    earlier = [message.text for message in messages if message.side == "earlier"]
    if earlier:
        parts.append(Sentence("card-earlier"))
        parts.extend(Quote(text[:300]) for text in earlier)
    return parts


def _first(messages: Sequence[TicketMessage]) -> list[TicketMessage]:
    """What the resident passed on: their messages before the first answer of staff."""
    first: list[TicketMessage] = []
    for message in messages:
        if message.side == "staff":
            break
        if message.side == "resident":
            first.append(message)
    return first


def _rows(ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
    number = str(ticket.id)
    if ticket.state == State.WITHDRAWN:  # only the resident opens it again
        return ()
    if ticket.state == State.CLOSED:
        return ((Button(Sentence("button-reopen"), f"reopen:{number}"),),)
    close = Button(Sentence("button-close"), f"close:{number}")
    suggest = Button(Sentence("button-suggest"), f"suggest:{number}")
    if ticket.owner is None:
        return ((Button(Sentence("button-claim"), f"claim:{number}"), suggest), (close,))
    return ((suggest, close),)
