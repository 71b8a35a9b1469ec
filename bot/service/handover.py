"""What a resident agreed to pass on, as the messages of their new case."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from bot.core import guide_replies
from bot.core.mail import MOST_IN_ALBUM, Copy
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
            album=file.album,
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


def at_resident(message: TicketMessage, channel: str, chat: str) -> TicketMessage:
    """Returns a file of staff as it lies in the resident's chat, where it has arrived there; others as they are."""
    if message.side != "staff" or not message.counterpart or "," in message.counterpart:
        return message
    return replace(message, source_channel=channel, source_chat=chat, source_message=message.counterpart)


def copies(messages: Iterable[TicketMessage]) -> Iterator[tuple[TicketMessage, Copy]]:
    """Yields the copies that show the files of a case, each with its first message; an album stays one."""
    files = [one for one in messages if one.attachment and one.source_chat and one.source_message]
    for _, group in groupby(enumerate(files), lambda place: (place[1].source_chat, place[1].album or place[0])):
        together = [message for _, message in group]
        for start in range(0, len(together), MOST_IN_ALBUM):
            first, *rest = together[start : start + MOST_IN_ALBUM]
            album = tuple(one.source_message or "" for one in rest)
            yield first, Copy(first.source_chat or "", first.source_message or "", first.attachment or "", album)
