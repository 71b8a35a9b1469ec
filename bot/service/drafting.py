"""Answers that staff read before they are sent: translated phrases, and their own words with a machine translation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.core.answer import guessed
from bot.core.model import Button, Content, Phrase, Quote, Ref, Sentence, Translated
from bot.core.numbers import number_of
from bot.core.phrase_filling import Reader, can_be_said, fill, find, listed, previewed, shown, unknown
from bot.service.days import read_staff_day
from bot.store import staff_drafts
from bot.store.codec import content_from_json, content_to_json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.core.model import Part
    from bot.core.ticket import Ticket
    from bot.service.desk import Desk, Staff
    from bot.service.ports import Clock, Library, Renders
    from bot.store.staff_drafts import StaffDraft

_PHRASE, _TRANSLATION = "phrase", "translation"
_IN_A_ROW = 2


class Drafts:
    """Makes previews of answers, and sends one once staff have read it."""

    def __init__(self, library: Library, renderer: Renders, desk: Desk, clock: Clock) -> None:
        """Takes what the assistant knows, what renders it for staff, the desk that sends, and the time."""
        self._library = library
        self._renderer = renderer
        self._desk = desk
        self._clock = clock

    # ---- phrases ---------------------------------------------------------------------------------------

    def phrase(self, connection: Connection, ticket: Ticket, staff: Staff, words: str) -> Content:
        """Returns the list of phrases, the blanks of the one that `words` name, or its preview once they are filled."""
        phrases = self._library.knowledge.staff_phrases
        name, _, blanks = words.strip().partition(" ")
        if not name:
            return self._list(ticket)
        chosen = find(phrases, name)
        if chosen is None:
            return Content((unknown(name),))
        reader = Reader(self._library.knowledge, self._desk.language, self._desk.today, read_staff_day)
        if chosen.blanks and not blanks.strip():
            return shown(chosen, reader)
        filled = fill(chosen, blanks, reader)
        if not isinstance(filled, Phrase):
            return Content((filled,))
        payload = content_to_json(Content((filled,)))
        draft = staff_drafts.add(connection, ticket.id, staff.id, _PHRASE, payload, self._clock.now())
        preview = previewed(filled, ticket.language, self._desk.language)
        return Content(preview.parts, ((_send(ticket, draft),),))

    def _list(self, ticket: Ticket) -> Content:
        """The phrases as a list, and a button for each."""
        names = list(self._library.knowledge.staff_phrases.phrases)
        buttons = [
            Button(Sentence("button-phrase-name", {"name": name}), f"phrase:{ticket.id}:{name}") for name in names
        ]
        rows = tuple(tuple(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW))
        return Content(listed(self._library.knowledge.staff_phrases).parts, rows)

    # ---- own words, with a translation -----------------------------------------------------------------

    def needs_translation(self, ticket: Ticket, text: str) -> bool:
        """True for words of staff that the resident may not understand, where a translator can help."""
        if not self._desk.translates or ticket.language == self._desk.language:
            return False
        return guessed(text, self._desk.language, self._library.brain).language != ticket.language

    def translation(
        self, connection: Connection, ticket: Ticket, staff: Staff, text: str, source: tuple[str, str, str | None]
    ) -> None:
        """Shows staff their words with the translation that the resident would get; nothing is sent yet."""
        payload = json.dumps({"text": text, "source": source, "translation": None})
        draft = staff_drafts.add(connection, ticket.id, staff.id, _TRANSLATION, payload, self._clock.now())
        intro = Sentence("translation-preview", {"language": Ref("language", ticket.language)})
        part = Translated(text, self._desk.language, ticket.language)
        both = Button(Sentence("button-send-translation"), f"draft:{ticket.id}:{draft}")
        own = Button(Sentence("button-send-own-words"), f"draft:{ticket.id}:{draft}:own")
        content = Content((intro, part), ((both,), (own,)))
        self._desk.posts.to_topic(connection, ticket, kind="preview", content=content, target=str(draft))

    def translated(self, connection: Connection, ticket: int, draft: int, translation: str | None) -> str | None:
        """Keeps the translation that is shown first in a preview, so that the resident gets the same; returns it."""
        found = staff_drafts.find(connection, ticket, draft)
        if found is None:
            return translation
        payload = json.loads(found.payload)
        if payload["translation"] is None and translation is not None:
            payload["translation"] = translation
            staff_drafts.change(connection, draft, json.dumps(payload))
        kept: str | None = payload["translation"]
        return kept

    # ---- sending ---------------------------------------------------------------------------------------

    def send(self, connection: Connection, ticket: Ticket, staff: Staff, digits: str, form: str) -> Content:
        """Sends a draft, if nothing was sent since it was shown; tells staff. `form` "own": without translation.

        Raises TransitionError when the ticket is closed or somebody else's.
        """
        draft = staff_drafts.find(connection, ticket.id, number_of(digits))
        if draft is None or draft.answers != staff_drafts.answers(connection, ticket.id):
            return Content((Sentence("suggest-stale"),))
        if draft.kind == _PHRASE:
            return self._send_phrase(connection, ticket, staff, draft)
        payload = json.loads(draft.payload)
        said: Part | None = None
        if form != "own" and payload["translation"] is not None:
            said = Translated(payload["text"], self._desk.language, ticket.language, payload["translation"])
        channel, chat, message = payload["source"]
        source = (channel, chat, message)
        self._desk.reply(connection, ticket.id, staff, payload["text"], said=said, source=source)
        staff_drafts.drop(connection, ticket.id)
        key = "translation-not-sent" if said is None and form != "own" else "translation-sent"
        return Content((Sentence(key, {"language": Ref("language", ticket.language)}),))

    def _send_phrase(self, connection: Connection, ticket: Ticket, staff: Staff, draft: StaffDraft) -> Content:
        """The resident gets the phrase in their language, staff see it in theirs."""
        (filled,) = content_from_json(draft.payload).parts
        knowledge = self._library.knowledge
        if not isinstance(filled, Phrase) or not can_be_said(filled, knowledge):
            return Content((Sentence("suggest-stale"),))
        text = self._renderer.render(Content((filled,)), self._desk.language).text
        self._desk.reply(connection, ticket.id, staff, text, said=filled)
        if knowledge.staff_phrases.phrases[filled.phrase].waits:
            self._desk.wait(connection, ticket.id, staff)
        staff_drafts.drop(connection, ticket.id)
        sent = Sentence("phrase-sent", {"language": Ref("language", ticket.language)})
        return Content((sent, Quote(text)))


def _send(ticket: Ticket, draft: int) -> Button:
    return Button(Sentence("button-give"), f"draft:{ticket.id}:{draft}")
