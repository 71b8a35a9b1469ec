"""What a channel needs to know about tickets to show them to staff: topic, card, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.ticket import OPEN
from bot.store import tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.model import Rendered
    from bot.service.desk import Desk
    from bot.service.ports import Renders
    from bot.store.database import Database

_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class TopicView:
    """A ticket's staff topic as it should be now; `thread` and `card_message` are None until they exist."""

    thread: str | None
    card_message: str | None
    name: str
    closed: bool
    card: Rendered


class TopicBook:
    """Reads and notes the staff topics of tickets, off the event loop."""

    def __init__(self, database: Database, desk: Desk, renderer: Renders) -> None:
        """Takes the database, the desk (for the card) and the renderer."""
        self._database = database
        self._desk = desk
        self._renderer = renderer

    async def view(self, number: int) -> TopicView:
        """Returns the topic of ticket `number`."""
        return await self._database.run_async(lambda connection: self._view(connection, number))

    def _view(self, connection: Connection, number: int) -> TopicView:
        ticket, language = self._desk.about_known(tickets.get(connection, number)), self._desk.language
        words = [ticket.number, ticket.language.upper()]
        if ticket.entry is not None:
            words.append(self._renderer.title(ticket.entry, language))
        card = self._renderer.render(self._desk.card(connection, number), language)
        name = " · ".join(words)[:_LONGEST_NAME]
        return TopicView(ticket.staff_thread, ticket.card_message, name, ticket.state not in OPEN, card)

    async def created(self, number: int, thread: str) -> None:
        """The topic exists now."""
        await self._database.run_async(lambda connection: self._desk.topic_created(connection, number, thread))

    async def card_posted(self, number: int, thread: str, message: str) -> None:
        """The card stands in the topic now."""
        await self._database.run_async(lambda connection: tickets.set_topic(connection, number, thread, message))

    async def lost(self, number: int) -> None:
        """The topic was deleted."""
        await self._database.run_async(lambda connection: self._desk.topic_lost(connection, number))
