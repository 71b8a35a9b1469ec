"""What became of messages, shown to staff where they wrote them; and where a ticket's staff topic is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.mail import GROUP_UNUSABLE, Delivered, Failed, Retry
from bot.core.model import Content, Ref, Sentence
from bot.core.versions import given_in, version
from bot.service.mails import delete_topic_mail, reaction_mail, staff_mail
from bot.service.posting import lane
from bot.store import conversations, given, outbox, personal, tickets, waiting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.mail import Mail, OutboxItem, Outcome
    from bot.core.ticket import Ticket
    from bot.service.ports import Clock, Library
    from bot.service.posting import Posts
    from bot.store.tickets import TicketMessage

ARRIVED, FAILED = "👍", "👎"
"""The receipt on a message of staff."""

_UNREACHABLE = frozenset({"blocked", "deactivated", "unreachable"})


class Receipts:
    """Notes outcomes, in the transaction that settles a message."""

    def __init__(self, posts: Posts, clock: Clock, library: Library) -> None:
        """Takes what speaks to staff, the time, and what the assistant knows."""
        self._posts = posts
        self._clock = clock
        self._library = library

    def settled(self, connection: Connection, item: OutboxItem, outcome: Outcome) -> None:
        """Notes whether a message of a ticket arrived, and shows staff where they wrote it."""
        mail = item.mail
        if isinstance(outcome, Retry):
            if mail.staff and outcome.reason == GROUP_UNUSABLE:
                self._group_unusable(connection, mail)
            return
        if mail.staff:
            self._at_staff(connection, item, outcome)
            return
        if isinstance(outcome, Delivered):
            self._given(connection, mail)
        if mail.ticket_message is not None:
            self._at_resident(connection, mail, mail.ticket_message, outcome)

    def _given(self, connection: Connection, mail: Mail) -> None:
        """Notes the answers that have reached a person, and in which version: every message to people passes here."""
        entries = given_in(mail.content) if mail.content is not None else ()
        if entries:
            knowledge = self._library.knowledge
            versions = [(entry, version(knowledge, entry, mail.language)) for entry in entries]
            given.note(connection, mail.channel, mail.chat, versions, mail.language, self._clock.now())

    def _at_staff(self, connection: Connection, item: OutboxItem, outcome: Delivered | Failed) -> None:
        mail = item.mail
        if isinstance(outcome, Delivered):
            if mail.kind == "topic":  # the group can be used, whoever was refused just before it could
                waiting.hurry(connection, mail.channel, mail.chat, self._clock.now())
            if outcome.reference and mail.kind in {"say", "copy"}:
                _note_copies(connection, mail, outcome.reference, "resident")
        elif mail.ticket is not None and (mail.kind == "copy" or mail.ticket_message is not None):
            ticket = tickets.find(connection, mail.ticket)
            if ticket is not None:
                self._posts.say(connection, ticket, "desk-failed", reason=Ref("sentence", f"reason-{outcome.reason}"))

    def _at_resident(self, connection: Connection, mail: Mail, identity: int, outcome: Delivered | Failed) -> None:
        message = tickets.message(connection, identity)
        if message is not None:
            self._posts.lock(connection, message.ticket)
        ticket = tickets.find(connection, message.ticket) if message is not None else None
        if message is None or ticket is None:  # erased while it was on its way
            return
        arrived = isinstance(outcome, Delivered)
        for one in _carried(connection, mail):
            if one is not None:
                tickets.mark_delivery(connection, one.id, "delivered" if arrived else "failed")
        if message.source_message and message.source_channel == ticket.staff_channel and self._is_there(message):
            self._mark(connection, ticket, message, ARRIVED if arrived else FAILED)
        if isinstance(outcome, Delivered):
            if outcome.reference:
                _note_copies(connection, mail, outcome.reference, "staff")
            return
        self._failed(connection, ticket, outcome.reason)

    def _is_there(self, message: TicketMessage) -> bool:
        """Whether the group in which a message was written is still one of staff's: it may have a new address."""
        return message.source_chat in self._posts.groups.chats.values()

    def _mark(self, connection: Connection, ticket: Ticket, message: TicketMessage, mark: str) -> None:
        receipt = reaction_mail(
            message.source_channel or "", message.source_chat or "", message.source_message or "", mark
        )
        receipt = replace(receipt, lane=lane(ticket), staff=True, ticket=ticket.id)
        self._posts.react(connection, receipt)

    def _failed(self, connection: Connection, ticket: Ticket, reason: str) -> None:
        """Says why, and what can be done."""
        why = Sentence("desk-failed", {"reason": Ref("sentence", f"reason-{reason}")}, bold=True)
        gone = reason in _UNREACHABLE
        remedy = Sentence("remedy-unreachable" if gone else "remedy-again", tight=True)
        self._posts.to_topic(connection, ticket, content=Content((why, remedy)))
        if gone:
            _, _, state = conversations.get(connection, ticket.conversation)
            unreachable = replace(state, reachable=False)
            conversations.save(connection, ticket.conversation, unreachable, self._clock.now())

    # ---- groups ----------------------------------------------------------------------------------------

    def _group_unusable(self, connection: Connection, mail: Mail) -> None:
        """Staff are told once what is missing, as far as the assistant may write in their group at all."""
        content, language = Content((Sentence("desk-group-rights"),)), self._posts.groups.language
        told = staff_mail(mail.channel, mail.chat, content, language)
        told = replace(told, dedupe=_rights(mail.channel, mail.chat))
        outbox.add(connection, told, self._clock.now())

    def group_ready(self, connection: Connection, channel: str, chat: str) -> None:
        """The assistant may do in a staff group what it needs to: what waited goes out."""
        now = self._clock.now()
        waiting.withdraw(connection, (_rights(channel, chat),), now)
        waiting.hurry(connection, channel, chat, now)

    # ---- topics ----------------------------------------------------------------------------------------

    def topic_created(self, connection: Connection, number: int, thread: str, chat: str) -> None:
        """Notes the staff topic `thread` in `chat` of a ticket.

        One that nobody needs is deleted: its case was erased, or went to another group, while it was being made; or
        a try whose answer was lost had made one before.
        """
        ticket = tickets.find(connection, number)
        if ticket is None:
            needless = personal.was_erased(connection, number)
        elif ticket.staff_thread is None and chat == ticket.staff_chat:
            tickets.set_topic(connection, number, thread, None)
            return
        else:
            channel = self._posts.groups.channel
            needless = tickets.once_in_topic(connection, channel, chat, thread) is None
        if needless:
            mail = delete_topic_mail(self._posts.groups.channel, chat, thread)
            outbox.add(connection, mail, self._clock.now())

    def topic_lost(self, connection: Connection, number: int, thread: str) -> bool:
        """The staff topic `thread` was deleted; False if it was not the one the ticket has now."""
        ticket = tickets.find(connection, number)
        if ticket is None or ticket.staff_thread != thread:
            return False
        tickets.set_topic(connection, number, None, None)
        return True

    def card_posted(self, connection: Connection, number: int, thread: str, message: str) -> None:
        """The card stands in the ticket's topic `thread` now, unless the ticket has gone elsewhere meanwhile."""
        ticket = tickets.find(connection, number)
        if ticket is not None and ticket.staff_thread == thread:
            tickets.set_topic(connection, number, thread, message)


def receipt_of(message: TicketMessage) -> str:
    """The receipt that stands on a message of staff; empty while it is on its way."""
    return {"delivered": ARRIVED, "failed": FAILED}.get(message.delivery, "")


def _carried(connection: Connection, mail: Mail) -> list[TicketMessage | None]:
    """The messages of a ticket that a mail carries: for an album one a file, None for what is not known."""
    if mail.copy is None or not mail.copy.album:
        return [tickets.message(connection, mail.ticket_message) if mail.ticket_message is not None else None]
    sources = (mail.copy.message_id, *mail.copy.album)
    return [tickets.by_source(connection, mail.channel, mail.copy.chat, source) for source in sources]


def _note_copies(connection: Connection, mail: Mail, reference: str, side: str) -> None:
    """Notes what the channel calls the copies of what `side` has written: what staff see again has its own already."""
    carried = _carried(connection, mail)
    references = reference.split(",") if len(carried) > 1 else [reference]
    for message, copied in zip(carried, references, strict=False):
        if message is not None and message.side == side:
            tickets.set_counterpart(connection, message.id, copied)


def _rights(channel: str, chat: str) -> str:
    return f"rights:{channel}:{chat}"
