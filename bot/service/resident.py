"""One resident's message: from the inbox to the conversation's new state, tickets and outbox."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.core import gaps
from bot.core.answer import Kind
from bot.core.conversation import Conversation
from bot.core.dialogue import step
from bot.core.effects import (
    Case,
    CaseDone,
    CaseNeeded,
    Count,
    Erase,
    Export,
    Gap,
    Leave,
    OpenTicket,
    Rate,
    RateCase,
    Relay,
    Remind,
    Reopen,
    Say,
    Withdraw,
    World,
)
from bot.core.mail import Priority
from bot.core.model import IncomingKind
from bot.core.privacy import redact
from bot.core.reading import folded
from bot.core.text import clean
from bot.i18n import language_names, read_day
from bot.service import departures, personal, reactions
from bot.service.days import danish_day, danish_morning
from bot.service.mails import document_mail, leave_mail, resident_mail
from bot.service.moving import is_staff
from bot.service.pacing import Pacing
from bot.store import answered, conversations, daily, feedback, inbox, notices, outbox, pauses, tickets, timers
from bot.store import gaps as gap_counts
from bot.store import moving as moved_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from bot.core.effects import Effect
    from bot.core.flood import Limits
    from bot.core.mail import InboxItem
    from bot.core.model import Incoming, Knowledge
    from bot.core.ticket import Ticket
    from bot.service.brain import Loaded
    from bot.service.desk import Desk
    from bot.service.ports import Clock, Library, Renders

_BOT = "bot"
_LONGEST = 12_000
_LONGEST_ARGUMENT = 512
_LONGEST_NAME = 128
_LONGEST_HINT = 35  # of a language's tag (RFC 5646)
_CASES = 50


def accept(connection: Connection, incoming: Incoming) -> bool:
    """Puts what arrived into the inbox, without CPR numbers, bank accounts and cards; False for a duplicate.

    The name of a resident is not kept. One of staff is kept on one line and without signs that nobody sees: it stands
    beside the assistant's own words.

    This is the only door: nothing of what people write is stored before it went through here.
    """
    redacted = redact(_storable(incoming.text[: 2 * _LONGEST]))
    kinds = tuple(sorted({finding.kind for finding in redacted.findings}))
    argument = redact(_storable(incoming.argument[:_LONGEST_ARGUMENT])).text
    kept = redacted.text[:_LONGEST]  # cut after redacting: half a number would not be recognised
    name = _staff_name(incoming.sender_name) if incoming.staff else ""
    hint = None if incoming.language_hint is None else _storable(incoming.language_hint[:_LONGEST_HINT])
    arrived = replace(incoming, text=kept, argument=argument, sender_name=name, language_hint=hint, redacted=kinds)
    new = inbox.add(connection, arrived)
    if new and incoming.kind == IncomingKind.STAFF_LEFT:
        departures.note(connection, arrived)
    if new and incoming.kind == IncomingKind.GROUP_MOVED:  # from now on every replica knows the new group
        moved_groups.note(connection, arrived.channel, arrived.chat, arrived.argument)
    return new


def _staff_name(name: str) -> str:
    return redact(" ".join(clean(name[: 2 * _LONGEST_NAME]).split())).text[:_LONGEST_NAME]


def _storable(text: str) -> str:
    """Without what no database takes: NUL, and halves of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Residents:
    """Decides what follows from a resident's message and writes it, in one transaction."""

    def __init__(
        self,
        library: Library,
        sentences: Renders,
        desk: Desk,
        clock: Clock,
        *,
        limits: Mapping[str, Limits] | None = None,
        most_open: int = 5,
    ) -> None:
        """Takes what the assistant knows and says, the desk for hand-overs, and the time.

        `limits`: how much a person may write, by channel; none in other channels. `most_open`: cases that one person
        may have open at once.
        """
        self._library = library
        self._sentences = sentences
        self._labelled: tuple[Loaded, tuple[Mapping[str, str], frozenset[str]]] | None = None
        self._desk = desk
        self._clock = clock
        self._pacing = Pacing(library, limits or {}, clock)
        self._most_open = most_open

    def handle(self, connection: Connection, item: InboxItem) -> None:
        """Handles one message on `connection`: all of it is written, or nothing."""
        incoming, now = item.incoming, self._clock.now()
        if incoming.kind == IncomingKind.GROUP and is_staff(connection, self._desk.posts.groups, incoming.chat):
            return
        if incoming.kind == IncomingKind.REACTION:
            reactions.by_resident(connection, self._desk.posts, incoming)
            return
        identity, state, had_cases = conversations.load_known(
            connection, incoming.channel, incoming.chat, Conversation(), now
        )
        heard = self._pacing.heard(connection, identity, state, incoming)
        if heard is None:
            return
        state = heard
        cases = tickets.of_conversation(connection, identity, _CASES) if had_cases else []
        open_numbers = [ticket.id for ticket in tickets.open_ones(connection, identity)] if cases else []
        if state.ticket is not None and state.ticket not in open_numbers:
            state = replace(state, ticket=None)
        known = self._library.now()
        labels, to_bot = self._spoken(known)
        world = World(
            knowledge=known.knowledge,
            brain=known.brain,
            today=self._clock.today(),
            open_tickets=frozenset(open_numbers),
            served=self._desk.served,
            cases=_cases(cases),
            read_day=read_day,
            known_words=lambda text, language: gaps.key(text, language, known.brain.index),
            languages=_names(known.knowledge),
            labels=labels,
            notices=notices.current(connection, now),
            pauses=pauses.current(connection),
            to_bot=to_bot,
            most_open=self._most_open,
        )
        after, effects = step(state, incoming, world)
        conversations.save(connection, identity, after, now)
        for effect in effects:
            self._carry_out(connection, identity, incoming, effect)
            if isinstance(effect, Erase):
                self._pacing.keep(incoming, after.pace)
        if incoming.kind == IncomingKind.UNREACHABLE:
            self._desk.resident_left(connection, open_numbers)
        elif after.reachable and not state.reachable:
            self._desk.resident_back(connection, open_numbers)

    def _spoken(self, known: Loaded) -> tuple[Mapping[str, str], frozenset[str]]:
        """What stands on a guide's buttons, and how people turn to the assistant, in every language.

        Read once an edition, not for every message.
        """
        if self._labelled is None or self._labelled[0] is not known:
            offered = known.brain.offered
            to_bot = (folded(self._sentences.sentence("button-to-bot", code)) for code in offered)
            self._labelled = known, (_labels(self._sentences, offered), frozenset({_BOT, *to_bot}))
        return self._labelled[1]

    def _carry_out(self, connection: Connection, identity: int, incoming: Incoming, effect: Effect) -> None:
        now = self._clock.now()
        match effect:
            case Say():
                priority = Priority.URGENT if effect.urgent else Priority.REPLY
                mail = resident_mail(
                    incoming.channel, incoming.chat, effect.content, effect.language, priority=priority
                )
                outbox.add(connection, mail, now)
            case OpenTicket():
                ticket = self._desk.open(connection, identity, effect.draft, effect.language, incoming)
                topic = _topic(self._library.knowledge, ticket.entry)
                daily.count(connection, self._clock.today(), ticket.language, topic, daily.HANDED_OVER)
            case Relay():
                self._desk.relay(connection, effect, incoming)
            case Withdraw() | Reopen() | RateCase() | CaseDone() | CaseNeeded() | Export() | Erase():
                self._carry_out_own(connection, identity, incoming, effect)
            case Leave():
                outbox.add(connection, leave_mail(incoming.channel, incoming.chat), now)
            case Count() | Rate():
                _count(connection, effect, self._clock.today(), self._library.knowledge)
            case Gap():
                gap_counts.count(connection, effect.language, effect.words, effect.entry, effect.reason, now)
            case Remind():
                _remind(connection, incoming, effect)

    def _carry_out_own(
        self,
        connection: Connection,
        identity: int,
        incoming: Incoming,
        effect: Withdraw | Reopen | RateCase | CaseDone | CaseNeeded | Export | Erase,
    ) -> None:
        """What a person does with their own cases and with what is kept of them."""
        channel, chat, now = incoming.channel, incoming.chat, self._clock.now()
        match effect:
            case Withdraw():
                self._desk.withdraw(connection, effect.ticket, identity)
            case Reopen():
                self._desk.reopen_by_resident(connection, effect.ticket, identity)
            case RateCase():
                self._desk.rated(connection, effect.ticket, good=effect.good)
            case CaseDone():
                self._desk.close_by_resident(connection, effect.ticket, identity)
            case CaseNeeded():
                self._desk.still_needed(connection, effect.ticket)
            case Export():
                outbox.add(connection, document_mail(channel, chat, effect.form, effect.language), now)
            case Erase():
                until, language = incoming.update_id, effect.language
                personal.erase(connection, channel, chat, now, until=until, language=language)


def _count(connection: Connection, effect: Count | Rate, day: date, knowledge: Knowledge) -> None:
    """Counts what was decided and how it was rated: numbers without a word or a person."""
    language = effect.language
    if isinstance(effect, Count):
        answered.count(connection, language, effect.confidence, effect.outcome)
        daily.count(connection, day, language, effect.topic, effect.outcome)
        return
    feedback.count(connection, effect.entry, language, helpful=effect.helpful, missing=effect.missing)
    if effect.missing:  # its rating was counted before
        return
    outcome = daily.HELPED if effect.helpful else daily.NOT_HELPED
    daily.count(connection, day, language, _topic(knowledge, effect.entry), outcome)
    if effect.confidence is not None:
        rating = "yes" if effect.helpful else "no"
        answered.count(connection, language, effect.confidence, Kind.ANSWER.value, rating)


def _topic(knowledge: Knowledge, entry: str | None) -> str:
    known = knowledge.entries.get(entry or "")
    return known.topic if known else ""


def _remind(connection: Connection, incoming: Incoming, effect: Remind) -> None:
    kind = IncomingKind.REMINDER.value
    if effect.day is None:
        timers.remove(connection, incoming.channel, incoming.chat, kind, effect.about)
    else:
        due = danish_morning(effect.day)
        timers.put(connection, incoming.channel, incoming.chat, kind, effect.about, due)


def _names(knowledge: Knowledge) -> Mapping[str, str]:
    return language_names(tuple(language.locale for language in knowledge.languages.values()))


_LABELS = {
    "button-back": "b",
    "button-unknown": "s",
    "button-stop": "x",
    "button-result": "f",
    "button-next-steps": "f",
    "button-restart": "r",
    "button-change": "c",
    "button-to-adviser": "h",
    "button-all-steps": "l",
}  # what stands on a guide's buttons -> what they do, see `bot.core.guide.VERBS`


def _labels(sentences: Renders, offered: tuple[str, ...]) -> Mapping[str, str]:
    """Returns the folded words of the buttons in every language -> what they do."""
    return MappingProxyType(
        {folded(sentences.sentence(key, code)): verb for code in offered for key, verb in _LABELS.items()}
    )


def _cases(found: Sequence[tuple[Ticket, int]]) -> tuple[Case, ...]:
    """The person's cases, in the same order, each with the time (ms) when it was opened."""
    return tuple(
        Case(
            ticket.id,
            ticket.state.value,
            ticket.department,
            ticket.entry,
            danish_day(opened),
            None if ticket.promised_at is None else danish_day(ticket.promised_at),
        )
        for ticket, opened in found
    )
