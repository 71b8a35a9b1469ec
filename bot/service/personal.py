"""What is kept of one person: shown to them as a file, or erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core import own
from bot.service.mails import delete_topic_mail, last_word
from bot.service.personal_file import as_json, as_text
from bot.store import outbox
from bot.store import personal as store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.service.ports import Clock, Renders
    from bot.store.database import Database
    from bot.store.personal import Record


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file for the person: its name, its content, and the words beside it."""

    name: str
    content: str
    caption: str


def export(connection: Connection, channel: str, chat: str) -> Record:
    """Returns everything that is kept of a person, as a frozen value."""
    return store.read(connection, channel, chat)


def erase(
    connection: Connection,
    channel: str,
    chat: str,
    now: int,
    *,
    until: str | None = None,
    language: str | None = None,
) -> int:
    """Erases everything that is kept of a person and returns how many rows that were. Idempotent.

    The staff topics of their cases are deleted by the channel. `until`: see `bot.store.personal.erase`. With a
    `language` one last word follows, of which nothing is kept either once it is settled.
    """
    erased = store.erase(connection, channel, chat, until=until)
    for staff_channel, staff_chat, thread in erased.topics:
        outbox.add(connection, delete_topic_mail(staff_channel, staff_chat, thread), now)
    if language is not None:
        outbox.add(connection, last_word(channel, chat, own.erased(), language), now)
    return erased.rows


class PersonalFiles:
    """Makes the files with what is kept of a person when they are sent; satisfies `bot.service.ports.Files`."""

    def __init__(self, database: Database, renderer: Renders, clock: Clock) -> None:
        """Takes the database, what turns content into words, and the time."""
        self._database = database
        self._renderer = renderer
        self._clock = clock

    async def own_file(self, channel: str, chat: str, form: str, language: str) -> OwnFile:
        """Returns everything that is kept of a person, as text in `language` or as JSON. Notes of staff are counted.

        A member of staff decides about the notes: others may be spoken of in them.
        """
        record = await self._database.run_async(lambda connection: export(connection, channel, chat))
        caption = self._renderer.sentence("own-caption", language)
        if form == "json":
            return OwnFile("mydata.json", as_json(record, self._renderer, self._clock.now()), caption)
        return OwnFile("mydata.txt", as_text(record, self._renderer, language, self._clock.now()), caption)
