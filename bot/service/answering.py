"""What staff write in a ticket's topic beside plain answers: files and albums, notes, and edits of all of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core import desk_replies
from bot.core.conversation import Attachment
from bot.core.mail import Copy
from bot.core.model import Quote
from bot.core.ticket import Event, after
from bot.service.mails import edit_mail
from bot.store import outbox, tickets
from bot.store.tickets import TicketMessage

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.model import Incoming
    from bot.core.ticket import Ticket
    from bot.service.desk import Desk, Staff

NOTE = "//"
"""How a note among staff begins."""


class Answers:
    """Sends what staff write to the resident, keeps notes, and corrects what was sent."""

    def __init__(self, desk: Desk) -> None:
        """Takes the desk."""
        self._desk = desk
        self._posts = desk.posts

    # ---- files and notes -------------------------------------------------------------------------------

    def file(self, connection: Connection, ticket: Ticket, incoming: Incoming, staff: Staff) -> bool:
        """Sends a file; False for one of an album in which there is a note: that stays among staff.

        Raises TransitionError when the ticket is closed or somebody else's.
        """
        if self._is_note(connection, ticket, incoming):
            self._keep(connection, ticket, incoming, staff, incoming.text)
            return False
        file = Attachment(incoming.attachment or "other", incoming.message_id or "", incoming.album)
        source = (incoming.channel, incoming.chat, incoming.message_id)
        bare = bool(incoming.redacted)  # the words under the file would be copied as they were written
        self._desk.reply(connection, ticket.id, staff, incoming.text, file=file, source=source, bare=bare)
        return True

    def note(self, connection: Connection, ticket: Ticket, incoming: Incoming, staff: Staff) -> None:
        """Keeps a note; under a file it keeps the file, with its whole album, among staff."""
        text = incoming.text.removeprefix(NOTE).strip()
        if incoming.attachment is None:
            self._desk.note(connection, ticket.id, staff, text)
            return
        if incoming.album is not None:
            channel, chat = self._posts.point(connection, ticket, owned=None)
            if self._posts.drop_album(connection, f"{channel}:{chat}", incoming.album):
                tickets.make_notes(connection, ticket.id, incoming.album)
        self._keep(connection, ticket, incoming, staff, text)

    def _is_note(self, connection: Connection, ticket: Ticket, incoming: Incoming) -> bool:
        if incoming.album is None:
            return False
        return any(one.side == "note" for one in tickets.of_album(connection, ticket.id, incoming.album))

    def _keep(self, connection: Connection, ticket: Ticket, incoming: Incoming, staff: Staff, text: str) -> None:
        kept = TicketMessage(
            side="note",
            author=staff.id,
            text=text,
            attachment=incoming.attachment,
            source_channel=incoming.channel,
            source_chat=incoming.chat,
            source_message=incoming.message_id,
            album=incoming.album,
        )
        tickets.add_message(connection, ticket.id, kept, self._posts.now)

    # ---- edits -----------------------------------------------------------------------------------------

    def edited(self, connection: Connection, ticket: Ticket, incoming: Incoming) -> TicketMessage | None:
        """Returns the answer that was edited; None for a note, for what was never sent, and where no word changed."""
        said = tickets.by_source(connection, incoming.channel, incoming.chat, incoming.message_id or "")
        if said is None or said.side != "staff" or said.ticket != ticket.id or said.text == incoming.text:
            return None
        return said

    def correct(
        self, connection: Connection, number: int, said: TicketMessage, incoming: Incoming, staff: Staff
    ) -> bool:
        """Corrects an answer for the resident; False if the new words begin a note: then it stays as it was.

        Raises TransitionError when the ticket is closed or somebody else's.
        """
        self._posts.lock(connection, number)
        ticket = tickets.get(connection, number)
        after(ticket, Event.REPLY, staff.id)
        if incoming.text.startswith(NOTE):
            self._desk.say(connection, ticket, "desk-edit-note")
            return False
        tickets.rewrite(connection, said.id, incoming.text)
        tickets.log(connection, ticket.id, "edit", ticket.state.value, staff.id, self._posts.now)
        channel, chat = self._posts.point(connection, ticket, owned=None)
        content = desk_replies.staff_reply(ticket.id, ticket.department, Quote(incoming.text), corrected=True)
        file = None
        if said.attachment is not None:
            file = Copy(said.source_chat or "", said.source_message or "", said.attachment)
        mail = edit_mail(channel, chat, content, ticket.language, said.id, file)
        outbox.add(connection, mail, self._posts.now)
        self._posts.refresh(connection, ticket)
        return True
