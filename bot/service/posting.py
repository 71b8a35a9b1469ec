"""What the desk says: to a ticket's staff topic, and to its resident. Everything goes through the outbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core import desk_replies
from bot.core.mail import Mail, Priority
from bot.core.model import Content, Quote, Sentence
from bot.service.mails import resident_copy, resident_mail, staff_mail, ticket_lane
from bot.store import conversations, outbox, tickets, waiting

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from sqlalchemy import Connection

    from bot.core.conversation import Attachment, Conversation
    from bot.core.mail import Copy
    from bot.core.model import Argument, Part
    from bot.core.ticket import Ticket
    from bot.service.ports import Clock
    from bot.store.tickets import TicketMessage

_ALBUM_WAIT = 1_500  # ms in which the other files of an album have come


def _no_link(chat: str, thread: str) -> str:
    del chat, thread
    return ""


@dataclass(frozen=True, slots=True)
class StaffGroups:
    """Where staff see tickets: the channel, its chats by department, and the language they read.

    A chat whose group has moved is changed here, so that everybody who holds them follows at once. `link(chat, thread)`
    is the address that opens a staff topic; empty where the channel has none.
    """

    channel: str
    chats: MutableMapping[str, str]
    language: str
    link: Callable[[str, str], str] = _no_link

    def follow(self, old: str, new: str) -> None:
        """The group `old` has the address `new` now."""
        for department in [name for name, chat in self.chats.items() if chat == old]:
            self.chats[department] = new


class Posts:
    """Puts messages for staff and residents into the outbox, in the transaction that decides them."""

    def __init__(self, groups: StaffGroups, clock: Clock) -> None:
        """Takes where staff are, and the time."""
        self.groups = groups
        self._clock = clock

    @property
    def now(self) -> int:
        """The time in ms."""
        return self._clock.now()

    # ---- locks -----------------------------------------------------------------------------------------

    def lock(self, connection: Connection, number: int) -> None:
        """Conversation before ticket, as a resident's message locks them; the other way round both could wait."""
        conversation = tickets.conversation_of(connection, number)
        if conversation is not None:
            conversations.lock(connection, conversation)

    # ---- to staff --------------------------------------------------------------------------------------

    def say(self, connection: Connection, ticket: Ticket, key: str, quote: str = "", **args: Argument) -> None:
        """Says something to staff in the ticket's topic, with a `quote` of somebody's words below it."""
        parts = (Sentence(key, args), Quote(quote)) if quote else (Sentence(key, args),)
        self.to_topic(connection, ticket, content=Content(parts))

    def to_topic(
        self,
        connection: Connection,
        ticket: Ticket,
        *,
        kind: str = "say",
        content: Content | None = None,
        copy: Copy | None = None,
        target: str = "",
        mark: str = "",
        message: int | None = None,
        priority: Priority = Priority.RELAY,
        album: str | None = None,
    ) -> None:
        """Puts a message for the ticket's staff topic into the outbox; without staff groups the desk is read.

        `message`: the ticket's message that it carries; `album`: more files of it may follow.
        """
        if ticket.staff_channel is None or ticket.staff_chat is None:
            return
        mail = Mail(
            channel=ticket.staff_channel,
            chat=ticket.staff_chat,
            lane=lane(ticket),
            kind=kind,
            language=self.groups.language,
            priority=priority,
            content=content,
            copy=copy,
            target=target,
            ticket=ticket.id,
            ticket_message=message,
            staff=True,
            mark=mark,
        )
        self._add(connection, mail, album)

    def _add(self, connection: Connection, mail: Mail, album: str | None) -> None:
        """Files of one album come apart, a moment after each other: the first waits for the others."""
        now = self._clock.now()
        if album is None:
            outbox.add(connection, mail, now)
        elif not outbox.add(connection, replace(mail, dedupe=album_key(mail.lane, album)), now, now + _ALBUM_WAIT):
            outbox.add(connection, mail, now)  # a part that came late

    def join_album(self, connection: Connection, lane: str, file: Attachment) -> bool:
        """Adds a file to the rest of its album, if that still waits in `lane`."""
        return file.album is not None and waiting.join_album(connection, album_key(lane, file.album), file.message_id)

    def drop_album(self, connection: Connection, lane: str, album: str) -> bool:
        """Drops an album that still waits in `lane`, with the words before it; False if none does."""
        key = album_key(lane, album)
        return waiting.withdraw(connection, (key, f"{key}:intro"), self._clock.now())

    def react(self, connection: Connection, mail: Mail) -> None:
        """Puts a mark on a message; the newest one counts. Marks wait for nothing else, and nothing for them."""
        lane = f"{mail.lane}:react:{mail.target}"
        outbox.supersede(connection, lane, "react", self._clock.now())
        outbox.add(connection, replace(mail, lane=lane, kind="react", priority=Priority.CARD), self._clock.now())

    def relay(self, connection: Connection, ticket: Ticket, intro: str, parts: tuple[Part, ...], message: int) -> None:
        """Shows staff what the resident wrote, together with what still waits to be shown: a group is soon flooded."""
        grown = ticket.staff_chat is not None and outbox.extend(connection, lane(ticket), intro, parts, message)
        if not grown:
            self.to_topic(connection, ticket, content=Content((Sentence(intro), *parts)), message=message)

    def copy_to_topic(
        self, connection: Connection, ticket: Ticket, copy: Copy, message: TicketMessage, *, growing: bool = False
    ) -> None:
        """Copies files into the topic, where they lie in its channel. `growing`: more of their album may follow."""
        if message.source_channel == ticket.staff_channel:
            album = message.album if growing else None
            self.to_topic(connection, ticket, kind="copy", copy=copy, message=message.id, album=album)

    def refresh(self, connection: Connection, ticket: Ticket) -> None:
        """The newest state wins: a card is rendered when it is sent, so one that still waits will show it."""
        if ticket.staff_chat is not None and not outbox.waits(connection, lane(ticket), "card"):
            self.to_topic(connection, ticket, kind="card", priority=Priority.CARD)

    def leave_topic(self, connection: Connection, ticket: Ticket, content: Content) -> None:
        """Says the last word in the topic a ticket has now, and closes it: the ticket goes elsewhere."""
        if ticket.staff_channel is None or ticket.staff_chat is None or ticket.staff_thread is None:
            return
        last = staff_mail(ticket.staff_channel, ticket.staff_chat, content, self.groups.language, ticket.staff_thread)
        outbox.add(connection, last, self._clock.now())
        outbox.add(connection, replace(last, kind="close_topic", content=None), self._clock.now())

    def to_department(self, connection: Connection, ticket: Ticket, content: Content) -> None:
        """Says something to the whole group of a ticket, outside its topic."""
        if ticket.staff_channel is None or ticket.staff_chat is None:
            return
        mail = staff_mail(ticket.staff_channel, ticket.staff_chat, content, self.groups.language)
        outbox.add(connection, mail, self._clock.now())

    # ---- to the resident -------------------------------------------------------------------------------

    def tell(
        self,
        connection: Connection,
        ticket: Ticket,
        content: Content,
        *,
        owned: bool | None = None,
        message: int | None = None,
        priority: Priority = Priority.REPLY,
    ) -> None:
        """Says `content` to the resident; while `owned`, what they write goes to this ticket (None: as it was).

        Somebody who is writing to another case, or is about to open one, is told that their words still go there.
        """
        channel, chat, state = self.pointed(connection, ticket, owned=owned)
        if owned and state.ticket != ticket.id:
            content = desk_replies.elsewhere(content, ticket.id, state.ticket)
        mail = resident_mail(channel, chat, content, ticket.language, ticket_message=message, priority=priority)
        outbox.add(connection, mail, self._clock.now())

    def copy_to_resident(
        self,
        connection: Connection,
        ticket: Ticket,
        place: tuple[str, str],
        said: Content,
        copy: Copy,
        message: int,
        album: str | None,
    ) -> None:
        """Copies a file of staff into the resident's chat (`place`), with the words `said` before it or its album."""
        intro = resident_mail(*place, said, ticket.language)
        mail = resident_copy(*place, copy, ticket.language, message)
        if album is None:
            outbox.add(connection, intro, self._clock.now())
            outbox.add(connection, mail, self._clock.now())
        elif not waiting.join_album(connection, album_key(mail.lane, album), copy.message_id):
            now = self._clock.now()
            intro = replace(intro, dedupe=f"{album_key(mail.lane, album)}:intro")
            outbox.add(connection, intro, now, now + _ALBUM_WAIT)
            self._add(connection, mail, album)

    def point(self, connection: Connection, ticket: Ticket, *, owned: bool | None) -> tuple[str, str]:
        """Returns the resident's channel and chat; sets to whom their next words go, unless `owned` is None."""
        channel, chat, _ = self.pointed(connection, ticket, owned=owned)
        return channel, chat

    def pointed(self, connection: Connection, ticket: Ticket, *, owned: bool | None) -> tuple[str, str, Conversation]:
        """As `point`, with the conversation as it is then."""
        channel, chat, state = conversations.get(connection, ticket.conversation)
        if owned is None:
            return channel, chat, state
        # Who is writing to the staff of one case, or a draft for others, goes on doing so: private words must not
        # change hands.
        if owned:
            free = state.ticket is None and state.step == "idle"
            changed = replace(state, ticket=ticket.id if free else state.ticket)
        else:
            changed = replace(state, ticket=None if state.ticket == ticket.id else state.ticket)
        conversations.save(connection, ticket.conversation, changed, self._clock.now())
        return channel, chat, changed


def lane(ticket: Ticket) -> str:
    """The ordering key of what goes into a ticket's staff topic."""
    return ticket_lane(ticket.staff_channel, ticket.staff_chat, ticket.id)


def album_key(lane: str, album: str) -> str:
    """The dedupe key of the copy of an album in a lane."""
    return f"album:{lane}:{album}"
