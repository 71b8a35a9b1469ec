"""What a resident agreed to pass on, as the messages of their new case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core import guide_replies
from bot.core.conversation import Attachment
from bot.core.model import Content, Quote, Sentence
from bot.store.codec import content_to_json
from bot.store.tickets import TicketMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.core.conversation import Draft
    from bot.core.model import Incoming, Knowledge, Part


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


_AT_ONCE = 6  # of the history, so that a message is not cut apart
_LONGEST = 600


def history(messages: Iterable[TicketMessage]) -> Iterator[Content]:
    """Yields what was said and noted in a case, a few messages at once, for staff who see it for the first time."""
    said = [message for message in messages if message.text]
    for start in range(0, len(said), _AT_ONCE):
        parts: list[Part] = []
        for message in said[start : start + _AT_ONCE]:
            parts += [Sentence(f"history-{message.side}"), *_whole(message.text)]
        yield Content(tuple(parts))


def _whole(text: str) -> Iterator[Quote]:
    for start in range(0, len(text), _LONGEST):
        yield Quote(text[start : start + _LONGEST])


def attachment(message: TicketMessage) -> Attachment | None:
    """Returns the file of a message, if it is one."""
    if message.attachment is None or message.source_message is None:
        return None
    return Attachment(message.attachment, message.source_message)
