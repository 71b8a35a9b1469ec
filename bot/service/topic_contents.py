"""What stands in a ticket's staff topic from the start: the card, what does not fit on it, and what was said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.mail import Priority
from bot.core.model import Content, Quote, Sentence, Translated
from bot.service import card, handover
from bot.service.posting import lane
from bot.store import conversations, outbox, tickets, waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.core.mail import Mail
    from bot.core.model import Part
    from bot.core.ticket import Ticket
    from bot.service.posting import Posts
    from bot.store.tickets import TicketMessage


class TopicContents:
    """Fills new topics, in the transaction that asks for them."""

    def __init__(self, posts: Posts, *, translates: bool) -> None:
        """Takes what speaks to staff; `translates`: whether there is a translator."""
        self._posts = posts
        self._translates = translates

    def new(self, connection: Connection, ticket: Ticket) -> None:
        """A topic with the card, and below it what does not fit on the card: a long question, and files."""
        priority = Priority.URGENT if ticket.urgent else Priority.NEW_TICKET
        for kind in ("topic", "card"):
            self._posts.to_topic(connection, ticket, kind=kind, priority=priority)
        first = card.first(tickets.messages(connection, ticket.id))
        whole = card.question(first)
        said = self.quoted(ticket, whole)
        if len(whole) > card.LONGEST_QUOTE or (whole and not isinstance(said, Quote)):
            content = Content((Sentence("relay-intro"), said))
            self._posts.to_topic(connection, ticket, content=content, priority=priority)
        self._copy_files(connection, ticket, first)

    def _copy_files(self, connection: Connection, ticket: Ticket, messages: Iterable[TicketMessage]) -> None:
        """A file of staff is copied from where the resident has it: their own topic may be gone."""
        channel, chat = conversations.place(connection, ticket.conversation)
        for message, copy in handover.copies(handover.at_resident(message, channel, chat) for message in messages):
            self._posts.copy_to_topic(connection, ticket, copy, message)

    def quoted(self, ticket: Ticket, text: str) -> Part:
        """A resident's words as staff see them."""
        if not self._translates or ticket.language == self._posts.groups.language:
            return Quote(text)
        return Translated(text, ticket.language, self._posts.groups.language)

    def renew(self, connection: Connection, number: int) -> None:
        """Makes a new staff topic for a ticket that has none any more, with its card and all that was said so far.

        What waited for the old one follows, but for what the history has. Over tickets get one only for that.
        """
        self._posts.lock(connection, number)
        ticket, now = tickets.get(connection, number), self._posts.now
        rest = [mail for mail in waiting.take_back(connection, lane(ticket), now) if _is_news(mail)]
        if not ticket.open and not rest:
            return
        self.new(connection, ticket)
        self._posts.say(connection, ticket, "desk-topic-lost")
        self.history(connection, ticket)
        for mail in rest:
            outbox.add(connection, mail, now)
        if not ticket.open:
            self._posts.to_topic(connection, ticket, kind="close", priority=Priority.CARD)

    def history(self, connection: Connection, ticket: Ticket) -> None:
        """What was said so far, in a topic that does not show it."""
        messages = tickets.messages(connection, ticket.id)
        later = messages[card.opening(messages) :]
        for content in handover.history(later):
            self._posts.to_topic(connection, ticket, content=content)
        self._copy_files(connection, ticket, later)


def _is_news(mail: Mail) -> bool:
    """Whether a mail for a topic says something that a new topic does not show anyway."""
    return mail.kind in {"say", "copy", "preview"} and mail.ticket_message is None
