"""Learning from what was not answered: what is asked for, and what staff propose for the knowledge.

Nothing publishes itself: an approved proposal is a file for an editor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.proposing import NEW_ENTRY, entry_file, phrase_file
from bot.core.model import Button, Content, IncomingKind, Quote, Ref, Sentence
from bot.core.numbers import number_of
from bot.core.scrubbing import scrub, with_facts
from bot.core.text import fold
from bot.core.ticket import State
from bot.service import card
from bot.store import audit, gaps, proposals, tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from bot.core.model import Argument, Incoming, Part
    from bot.core.ticket import Ticket
    from bot.service.desk import Staff
    from bot.service.ports import Clock, Library
    from bot.service.roles import StaffRoles
    from bot.store.gaps import GapGroup
    from bot.store.proposals import Proposal
    from bot.store.tickets import TicketMessage

COMMANDS = ("gaps", "entry", "addphrase", "proposals", "approve", "reject")

_BUTTON, _ENTRY = "proposal", "entry"
_MOST = 10  # groups of questions, and proposals, in a list
_LONGEST_NAME = 64
_LONGEST_PHRASE, _LONGEST_ANSWER = 300, 2000


class Learning:
    """What staff do about questions without an answer; a room of the staff groups."""

    commands = COMMANDS

    def __init__(self, library: Library, roles: StaffRoles, clock: Clock) -> None:
        """Takes what the assistant knows, who may approve, and the time."""
        self._library = library
        self._roles = roles
        self._clock = clock

    def answer(self, connection: Connection, incoming: Incoming, staff: Staff, here: Ticket | None) -> Content | None:
        """Does what staff want of it and returns what is said to them; None if it is about something else."""
        name, colon, rest = incoming.argument.lower().partition(":")
        if incoming.kind == IncomingKind.COMMAND and name in COMMANDS and not colon:
            return self._command(connection, name, incoming.text, here, staff)
        if incoming.kind == IncomingKind.BUTTON and name == _ENTRY:
            return self._entry(connection, here, staff)
        if incoming.kind == IncomingKind.BUTTON and name == _BUTTON:
            return self._press(connection, rest, staff)
        return None

    def _command(self, connection: Connection, name: str, words: str, ticket: Ticket | None, staff: Staff) -> Content:
        match name:
            case "gaps":
                return self._gaps(connection, words)
            case "entry":
                return self._entry(connection, ticket, staff)
            case "addphrase":
                return self._phrase(connection, ticket, staff, words)
            case "proposals":
                return self._list(connection)
            case _:
                return self._decided(connection, name, words, staff) if words.strip() else _said("proposal-howto")

    def _press(self, connection: Connection, action: str, staff: Staff) -> Content:
        verb, _, number = action.partition(":")
        return self._decided(connection, verb, number, staff)

    # ---- what was not answered -------------------------------------------------------------------------

    def _gaps(self, connection: Connection, words: str) -> Content:
        """The largest groups of questions without an answer, of one language if it is named."""
        languages, code = self._library.knowledge.languages, words.strip().lower()
        if code and code not in languages:
            return _said("gaps-bad-language", codes=" ".join(languages))
        found = gaps.largest(connection, _MOST, code or None)
        if not found:
            return _said("gaps-none")
        return Content((Sentence("gaps-list"), *(part for group in found for part in self._group(group))))

    def _group(self, group: GapGroup) -> tuple[Part, ...]:
        knowledge = self._library.knowledge
        words: Argument = " ".join(group.words) or Ref("sentence", "gap-no-words")
        known = group.language in knowledge.languages
        about: dict[str, Argument] = {
            "language": Ref("language", group.language) if known else group.language,
            "reason": Ref("sentence", f"gap-reason-{group.reason}"),
        }
        if group.entry in knowledge.entries:
            nearest = Sentence("gap-near", about | {"entry": Ref("entry", group.entry)}, tight=True)
        else:
            nearest = Sentence("gap-far", about, tight=True)
        return Sentence("gap-line", {"count": group.count, "words": words}), nearest

    # ---- proposing -------------------------------------------------------------------------------------

    def _entry(self, connection: Connection, ticket: Ticket | None, staff: Staff) -> Content:
        """Proposes an entry made from a closed case; a case makes one at a time."""
        if ticket is None or ticket.state != State.CLOSED:
            return _said("learning-no-case" if ticket is None else "learning-not-closed")
        proposal = proposals.of_ticket(connection, ticket.id, proposals.ENTRY)
        if proposal is None:
            now, text = self._clock.now(), self._entry_text(connection, ticket)
            number = proposals.add(
                connection,
                proposals.ENTRY,
                NEW_ENTRY,
                ticket.language,
                text,
                author=staff.id,
                ticket=ticket.id,
                now=now,
            )
            proposals.propose(connection, number, staff.id, now)
        else:
            number, text = proposal.id, proposal.text
        reject = Button(Sentence("button-reject"), f"{_BUTTON}:reject:{number}")
        return Content((Sentence("entry-proposed", {"number": str(number)}), Quote(text)), ((reject,),))

    def _entry_text(self, connection: Connection, ticket: Ticket) -> str:
        messages, knowledge = tickets.messages(connection, ticket.id), self._library.knowledge
        names = (ticket.owner_name,) if ticket.owner_name else ()
        entry = knowledge.entries.get(ticket.entry or "")
        fitting = (one.topic for one in knowledge.entries.values() if one.department == ticket.department)
        topic = entry.topic if entry is not None else next(fitting, next(iter(knowledge.topics)))
        return entry_file(
            topic=topic,
            department=ticket.department,
            audience=ticket.audience,
            language=ticket.language,
            day=self._clock.today(),
            phrases=[_scrubbed(message, names) for message in card.first(messages) if message.text],
            answers=[
                with_facts(_scrubbed(message, names))
                for message in messages
                if message.side == "staff" and message.text
            ],
        )

    def _phrase(self, connection: Connection, ticket: Ticket | None, staff: Staff, words: str) -> Content:
        """Shows a phrase for an entry as it would be proposed."""
        if ticket is None or ticket.state != State.CLOSED:
            return _said("learning-no-case" if ticket is None else "learning-not-closed")
        name, _, written = words.strip().partition(" ")
        entry = self._library.knowledge.entries.get(name.lower())
        if entry is None and name:
            return _said("notice-bad-entry", entry=name[:_LONGEST_NAME])
        whole = written.strip() or card.question(card.first(tickets.messages(connection, ticket.id)))
        phrase = " ".join(scrub(whole[:_LONGEST_ANSWER], (ticket.owner_name,) if ticket.owner_name else ()).split())[
            :_LONGEST_PHRASE
        ]
        if entry is None or not phrase:
            example = next(iter(self._library.knowledge.entries))
            return _said("addphrase-howto", example=f"/addphrase {example} …")
        text = entry.texts.get(ticket.language)
        if text is not None and fold(phrase) in map(fold, text.phrases):
            return _said("addphrase-known", entry=Ref("entry", entry.id))
        file = phrase_file(entry.id, ticket.language, phrase)
        number = proposals.add(
            connection, proposals.PHRASE, entry.id, ticket.language, file, author=staff.id, ticket=ticket.id,
            now=self._clock.now(),
        )  # fmt: skip
        about: Mapping[str, Argument] = {"entry": Ref("entry", entry.id), "language": Ref("language", ticket.language)}
        propose = Button(Sentence("button-propose"), f"{_BUTTON}:add:{number}")
        cancel = Button(Sentence("button-cancel"), f"{_BUTTON}:reject:{number}")
        return Content((Sentence("addphrase-preview", about), Quote(file)), ((propose, cancel),))

    # ---- deciding --------------------------------------------------------------------------------------

    def _list(self, connection: Connection) -> Content:
        found = proposals.open_ones(connection)[:_MOST]
        if not found:
            return _said("proposal-list-none")
        rows = tuple(
            (Button(Sentence("button-read-proposal", {"number": str(one.id)}), f"{_BUTTON}:show:{one.id}"),)
            for one in found
        )
        return Content((Sentence("proposal-list"), *(self._line(one) for one in found)), rows)

    def _line(self, proposal: Proposal) -> Sentence:
        known = proposal.language in self._library.knowledge.languages
        language = Ref("language", proposal.language) if known else proposal.language
        about: dict[str, Argument] = {"number": str(proposal.id), "language": language}
        if proposal.kind == proposals.ENTRY:
            return Sentence("proposal-line-entry", about, tight=True)
        return Sentence("proposal-line-phrase", about | {"entry": proposal.name}, tight=True)

    def _decided(self, connection: Connection, verb: str, digits: str, staff: Staff) -> Content:
        number = number_of(digits.strip())
        ways: Mapping[str, Callable[[Connection, int, Staff], Content]] = {
            "show": self._show,
            "add": self._add,
            "approve": self._approve,
            "reject": self._reject,
        }
        return ways[verb](connection, number, staff) if verb in ways else _said("proposal-gone")

    def _show(self, connection: Connection, number: int, _: Staff) -> Content:
        proposal = proposals.find(connection, number)
        if proposal is None:
            return _said("proposal-gone")
        row = tuple(
            Button(Sentence(key), f"{_BUTTON}:{verb}:{number}")
            for key, verb in (("button-approve", "approve"), ("button-reject", "reject"))
        )
        return Content((Sentence("proposal-shown", {"number": str(number)}), Quote(proposal.text)), (row,))

    def _add(self, connection: Connection, number: int, staff: Staff) -> Content:
        added = proposals.propose(connection, number, staff.id, self._clock.now())
        return _said("proposal-added", number=str(number)) if added else _said("proposal-gone")

    def _approve(self, connection: Connection, number: int, staff: Staff) -> Content:
        """Approves what somebody else has proposed."""
        proposal = proposals.find(connection, number)
        if not self._roles.is_admin(staff.id):
            return _said("learning-admins-only")
        if proposal is not None and proposal.author == staff.id:
            return _said("proposal-own")
        now = self._clock.now()
        if not proposals.approve(connection, number, staff.id, now):
            return _said("proposal-gone")
        audit.append(connection, now, staff.id, "approve", {"proposal": number})
        return _said("proposal-approved", number=str(number))

    def _reject(self, connection: Connection, number: int, _: Staff) -> Content:
        return _said("proposal-rejected" if proposals.reject(connection, number) else "proposal-gone")


def _scrubbed(message: TicketMessage, names: Sequence[str]) -> str:
    return scrub(message.text[:_LONGEST_ANSWER], names)


def _said(key: str, **args: Argument) -> Content:
    return Content((Sentence(key, args),))
