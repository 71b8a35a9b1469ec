"""What a resident agreed to pass on, as the messages of their new case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core import guide_replies
from bot.core.model import Content
from bot.store.codec import content_to_json
from bot.store.tickets import TicketMessage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.conversation import Draft
    from bot.core.model import Incoming, Knowledge


def brief(draft: Draft, knowledge: Knowledge) -> str | None:
    """Returns what a guide's answers say to staff, as JSON; None where the draft comes from no guide."""
    if draft.guide is None:
        return None
    return content_to_json(Content(guide_replies.brief(knowledge, draft.guide, draft.answers)))


def messages(draft: Draft, incoming: Incoming) -> Iterable[TicketMessage]:
    """Yields what was asked before, then the words, then the files."""
    for exchange in draft.earlier:
        yield TicketMessage(side="earlier", author="resident", text=exchange.text)
    for line in draft.lines:
        yield TicketMessage(side="resident", author="resident", text=line)
    for file in draft.files:
        yield TicketMessage(
            side="resident",
            author="resident",
            text="",
            attachment=file.kind,
            source_channel=incoming.channel,
            source_chat=incoming.chat,
            source_message=file.message_id,
        )
