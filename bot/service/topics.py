"""What a channel needs to know about tickets to show them to staff: topic, card, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core.model import Translated
from bot.service.moving import move_group
from bot.store import tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.model import Part, Rendered
    from bot.service.desk import Desk
    from bot.service.drafting import Drafts
    from bot.service.ports import Renders
    from bot.service.receipts import Receipts
    from bot.store.database import Database

_LONGEST_NAME = 128
_URGENT = "❗"


@dataclass(frozen=True, slots=True)
class TopicView:
    """A ticket's staff topic as it should be now; `thread` and `card_message` are None until they exist.

    `chat` is where it belongs; what is meant for another group was written before a hand-over.
    """

    chat: str | None
    thread: str | None
    card_message: str | None
    name: str
    closed: bool
    card: Rendered


class TopicBook:
    """Reads and notes the staff topics of tickets, off the event loop."""

    def __init__(self, database: Database, desk: Desk, receipts: Receipts, drafts: Drafts, renderer: Renders) -> None:
        """Takes the database, the desk (for the card), what notes topics, what keeps drafts, and the renderer."""
        self._database = database
        self._desk = desk
        self._receipts = receipts
        self._drafts = drafts
        self._renderer = renderer

    async def view(self, number: int) -> TopicView:
        """Returns the topic of ticket `number`."""
        return await self._database.run_async(lambda connection: self._view(connection, number))

    def _view(self, connection: Connection, number: int) -> TopicView:
        ticket, language = self._desk.about_known(tickets.get(connection, number)), self._desk.language
        words = [ticket.number, *([_URGENT] if ticket.urgent else ()), ticket.language.upper()]
        if ticket.entry is not None:
            words.append(self._renderer.title(ticket.entry, language))
        card = self._renderer.render(self._desk.card(connection, number), language)
        name = " · ".join(words)[:_LONGEST_NAME]
        return TopicView(ticket.staff_chat, ticket.staff_thread, ticket.card_message, name, not ticket.open, card)

    async def created(self, number: int, chat: str, thread: str) -> bool:
        """The topic exists now; False if the ticket has gone to another group meanwhile."""

        def note(connection: Connection) -> bool:
            self._receipts.topic_created(connection, number, thread, chat)
            found = tickets.find(connection, number)
            return found is not None and found.staff_thread == thread and found.staff_chat == chat

        return await self._database.run_async(note)

    async def card_posted(self, number: int, thread: str, message: str) -> None:
        """The card stands in the topic now."""
        await self._database.run_async(lambda c: self._receipts.card_posted(c, number, thread, message))

    async def lost(self, number: int, thread: str) -> None:
        """The topic was deleted: a new one is on its way, with the card and all that was said."""

        def renew(connection: Connection) -> None:
            self._desk.posts.lock(connection, number)
            if self._receipts.topic_lost(connection, number, thread):
                self._desk.contents.renew(connection, number)

        await self._database.run_async(renew)

    async def group_moved(self, old: str, new: str) -> None:
        """A staff group has the address `new` now."""
        await self._database.run_async(lambda c: move_group(c, self._desk, self._desk.posts.groups.channel, old, new))

    async def kept(self, number: int, draft: int, part: Part) -> Part:
        """Returns a part of a draft's preview with the translation that was shown first, and keeps it as that."""
        if not isinstance(part, Translated):
            return part
        shown = await self._database.run_async(lambda c: self._drafts.translated(c, number, draft, part.translation))
        return replace(part, translation=shown)

    async def counterpart(self, message: int) -> str | None:
        """Returns what the channel calls the copy of a ticket's message on the other side, once it is there."""
        found = await self._database.run_async(lambda c: tickets.message(c, message))
        return found.counterpart if found is not None else None
