"""Who is told when a message could not be decided: the resident who wrote it, and the staff of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.conversation import Conversation
from bot.core.mail import Priority
from bot.core.model import Content, IncomingKind, Sentence
from bot.core.replies import emergency_number
from bot.service.case_timers import KINDS as CASE_TIMERS
from bot.service.mails import resident_mail, staff_answer
from bot.store import conversations, outbox, tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import InboxItem
    from bot.core.model import Incoming
    from bot.service.ports import Clock, Library
    from bot.service.posting import Posts

_BY_A_PERSON = frozenset(
    {
        IncomingKind.START,
        IncomingKind.TEXT,
        IncomingKind.COMMAND,
        IncomingKind.BUTTON,
        IncomingKind.ATTACHMENT,
        IncomingKind.EDIT,
        IncomingKind.UNREADABLE,
    }
)
"""What somebody did and waits for; the rest is the channel's own word."""


class DeadLetters:
    """Tells people, in the transaction that puts a message aside. Nothing of the message itself is said."""

    def __init__(self, posts: Posts, library: Library, clock: Clock) -> None:
        """Takes what speaks to staff, what the assistant knows, and the time."""
        self._posts = posts
        self._library = library
        self._clock = clock

    def undecided(self, connection: Connection, item: InboxItem) -> None:
        """Says that a message was put aside, to whom it concerns."""
        incoming = item.incoming
        if incoming.kind in CASE_TIMERS:
            self._tell_case(connection, int(incoming.argument.split(":")[0]), "dead-timer")
        elif incoming.kind in _BY_A_PERSON:
            (self._by_staff if incoming.staff else self._by_resident)(connection, incoming)

    def _by_staff(self, connection: Connection, incoming: Incoming) -> None:
        ticket = tickets.by_topic(connection, incoming.channel, incoming.chat, incoming.thread or "")
        content = Content((Sentence("dead-from-staff", bold=True),))
        number = None if ticket is None else ticket.id
        mail = staff_answer(incoming, number, content, self._posts.groups.language)
        outbox.add(connection, mail, self._clock.now())

    def _by_resident(self, connection: Connection, incoming: Incoming) -> None:
        now = self._clock.now()
        _, state = conversations.load(connection, incoming.channel, incoming.chat, Conversation(), now)
        knowledge = self._library.knowledge
        known = state.language in self._library.brain.offered
        language = state.language if state.language and known else knowledge.source_language
        content = Content((Sentence("dead-to-resident", {"number": emergency_number(knowledge)}),))
        mail = resident_mail(incoming.channel, incoming.chat, content, language, priority=Priority.URGENT)
        outbox.add(connection, mail, now)
        if state.ticket is not None:
            self._tell_case(connection, state.ticket, "dead-from-resident")

    def _tell_case(self, connection: Connection, number: int, key: str) -> None:
        self._posts.lock(connection, number)
        ticket = tickets.find(connection, number)
        if ticket is not None:
            self._posts.to_topic(connection, ticket, content=Content((Sentence(key, bold=True),)))
