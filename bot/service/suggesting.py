"""Staff answer with an entry: they choose and read it in their language, the resident gets it in theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.answer import guessed
from bot.core.entry_rules import is_current
from bot.core.model import Answer, Button, Content, Ref, Sentence
from bot.core.pausing import pause_of
from bot.core.ranking import rank
from bot.store import pauses, staff_drafts, tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from bot.core.model import Part
    from bot.core.ticket import Ticket
    from bot.service.desk import Desk, Staff
    from bot.service.ports import Library

_MOST, _LOOKED_AT = 3, 12


class Suggestions:
    """Finds entries for a ticket, shows one, and sends it once staff have read it."""

    def __init__(self, library: Library, desk: Desk) -> None:
        """Takes what the assistant knows, and the desk that sends."""
        self._library = library
        self._desk = desk

    def suggest(self, connection: Connection, ticket: Ticket, words: str) -> Content:
        """Returns the entries that fit best: `words` to search for, in any language, else the resident's own."""
        said = [message.text for message in tickets.messages(connection, ticket.id) if message.side == "resident"]
        found = (
            self._best(words, self._desk.language) if words else self._best(" ".join(said[-_MOST:]), ticket.language)
        )
        if not found:
            return Content((Sentence("suggest-none"),))
        sure: list[Part] = [
            Sentence("suggest-line", {"entry": Ref("entry", name), "score": Ref("percent", str(score))}, tight=True)
            for name, score in found
        ]
        rows = tuple((Button(Ref("entry", name), f"show:{ticket.id}:{name}"),) for name, _ in found)
        return Content((Sentence("suggest-intro"), *sure), rows)

    def _best(self, text: str, language: str) -> Sequence[tuple[str, int]]:
        """Returns the ids of the entries that may be given now, with how likely each is, in percent."""
        brain = self._library.now().brain
        written_in = guessed(text, language, brain).language
        ranked = rank(brain.index, text, language=written_in, limit=_LOOKED_AT)
        entries = [(one.label, round(100 * one.score)) for one in ranked if self._may_give(one.label)]
        return entries[:_MOST]

    def show(self, connection: Connection, ticket: Ticket, entry: str) -> Content | None:
        """Returns an entry as staff read it, with the button that sends it; None for one that may not be given now.

        The button counts the answers there are: once anything was sent in between, it sends nothing.
        """
        if not self._may_give(entry):
            return None
        paused = self._paused(connection, ticket, entry)
        if paused is not None:
            return paused
        parts: tuple[Part, ...] = (
            Sentence("suggest-preview", {"language": Ref("language", ticket.language)}),
            Answer(entry, "full"),
        )
        give = Button(
            Sentence("button-give"), f"give:{ticket.id}:{entry}:{staff_drafts.answers(connection, ticket.id)}"
        )
        again = Button(Sentence("button-suggest"), f"suggest:{ticket.id}")
        return Content(parts, ((give,), (again,)))

    def give(self, connection: Connection, ticket: Ticket, staff: Staff, entry: str, count: str) -> Content:
        """Sends the entry to the resident in their language, if nothing was sent since it was shown; tells staff.

        Raises TransitionError when the ticket is closed or somebody else's.
        """
        if not self._may_give(entry) or count != str(staff_drafts.answers(connection, ticket.id)):
            return Content((Sentence("suggest-stale"),))
        paused = self._paused(connection, ticket, entry)
        if paused is not None:
            return paused
        title = self._library.knowledge.entries[entry].texts[self._desk.language].title
        self._desk.reply(connection, ticket.id, staff, title, said=Answer(entry))
        args = {"language": Ref("language", ticket.language), "entry": Ref("entry", entry)}
        return Content((Sentence("suggest-sent", args),))

    def _paused(self, connection: Connection, ticket: Ticket, entry: str) -> Content | None:
        """Says why the resident is not given an entry just now; None if it is not paused."""
        pause = pause_of(pauses.current(connection), self._library.knowledge, entry, ticket.language)
        if pause is None:
            return None
        return Content((Sentence("suggest-paused", {"reason": Ref("sentence", f"pause-label-{pause.reason}")}),))

    def _may_give(self, entry: str) -> bool:
        knowledge = self._library.knowledge
        known = knowledge.entries.get(entry)
        return known is not None and is_current(known, knowledge, self._desk.today)
