"""The card of a ticket: what staff see at its top, always as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import Button, Content, Quote, Ref, Sentence
from bot.core.ticket import OPEN, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.model import Argument, Knowledge, Part
    from bot.core.ticket import Ticket
    from bot.store.tickets import TicketMessage

_AUDIENCES = frozenset({"newcomer", "resident", "company", "association", "school", "employee", "young-person"})
_LATEST, _LATEST_LENGTH = 2, 200

LONGEST_QUOTE = 1200
"""Characters of the question on the card: also as emoji within Telegram's 4096 units; a longer one follows in full."""


def available(knowledge: Knowledge) -> Sentence:
    """Returns what staff can send to somebody whose language they do not speak."""
    args: dict[str, Argument] = {"entries": len(knowledge.entries), "phrases": len(knowledge.staff_phrases.phrases)}
    return Sentence("card-available", args)


def content(ticket: Ticket, messages: Sequence[TicketMessage], help_there: Sentence | None = None) -> Content:
    """Returns the card: number, state, language, department, for whom, owner, promise, the question, what was asked
    before and said last, buttons. `help_there`: what there is for a language that staff do not speak.
    """
    parts: list[Part] = [Sentence("card-urgent", bold=True)] if ticket.urgent else []
    state = Ref("sentence", f"state-{ticket.state.value}")
    title: dict[str, Argument] = {"number": ticket.number, "state": state}
    parts.append(Sentence("card-title", title, bold=True, tight=ticket.urgent))
    language, department = Ref("language", ticket.language), Ref("department", ticket.department)
    parts.append(Sentence("card-facts", {"language": language, "department": department}, tight=True))
    if ticket.entry is not None:
        parts.append(Sentence("card-topic", {"entry": Ref("entry", ticket.entry)}, tight=True))
    if ticket.audience in _AUDIENCES:
        parts.append(
            Sentence("card-audience", {"audience": Ref("sentence", f"audience-{ticket.audience}")}, tight=True)
        )
    if ticket.owner_name:
        parts.append(Sentence("card-owner", {"name": ticket.owner_name}, tight=True))
    if ticket.promised_at is not None:
        parts.append(Sentence("card-promised", {"moment": Ref("moment", str(ticket.promised_at))}, tight=True))
    if ticket.rating is not None:
        parts.append(Sentence(f"card-rated-{ticket.rating}", tight=True))
    if ticket.brief is not None:
        parts.extend(ticket.brief.parts)
    parts.extend(_said(messages))
    if ticket.state in OPEN:
        parts += [help_there] if help_there is not None else []
        parts.append(Sentence("card-howto"))
    return Content(tuple(parts), _rows(ticket))


def question(messages: Sequence[TicketMessage]) -> str:
    """Returns the words that the resident passed on, a line each."""
    return "\n".join(message.text for message in messages if message.text)


def opening(messages: Sequence[TicketMessage]) -> int:
    """Returns how many messages there were before staff said or noted anything: the card shows them."""
    return next((place for place, message in enumerate(messages) if message.side in {"staff", "note"}), len(messages))


def first(messages: Sequence[TicketMessage]) -> list[TicketMessage]:
    """Returns what the resident passed on: their messages before the first answer of staff."""
    return [message for message in messages[: opening(messages)] if message.side == "resident"]


def _said(messages: Sequence[TicketMessage]) -> list[Part]:
    passed_on = first(messages)
    words = question(passed_on)
    parts: list[Part] = [Quote(words[:LONGEST_QUOTE])] if words else []
    files = sum(1 for message in passed_on if message.attachment)
    if files:
        parts.append(Sentence("card-files", {"count": files}))
    earlier = [message.text for message in messages if message.side == "earlier"]
    if earlier:
        parts.append(Sentence("card-earlier"))
        parts.extend(Quote(text[:300]) for text in earlier)
    parts.extend(_last(messages[opening(messages) :]))
    return parts


def _last(messages: Sequence[TicketMessage]) -> list[Part]:
    """The last words of either side."""
    parts: list[Part] = []
    for message in [one for one in messages if one.text and one.side in {"resident", "staff"}][-_LATEST:]:
        parts += [Sentence(f"history-{message.side}"), Quote(message.text[:_LATEST_LENGTH])]
    return parts


def _rows(ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
    if ticket.state == State.WITHDRAWN:  # only the resident opens it again
        return ()
    if ticket.state == State.CLOSED:
        return ((_button("reopen", ticket), _button("entry", ticket)),)
    suggest, phrases = _button("suggest", ticket), _button("phrase", ticket)
    note, hand_over, close = (_button(verb, ticket) for verb in ("note", "handover", "close"))
    if ticket.owner is None:
        return ((_button("claim", ticket), suggest), (phrases, note), (hand_over, close))
    return ((suggest, phrases), (note, hand_over), (_button("wait", ticket), _button("release", ticket)), (close,))


def _button(verb: str, ticket: Ticket) -> Button:
    return Button(Sentence(f"button-{verb}"), f"{verb}:{ticket.id}")
