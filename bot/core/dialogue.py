"""Holding a conversation: what a person did, in which state -> the new state and what is to be done. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core import replies
from bot.core.answer import Kind, Question, understand
from bot.core.conversation import Attachment, Draft, Exchange
from bot.core.effects import Count, OpenTicket, Relay, Say
from bot.core.model import IncomingKind
from bot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.answer import Decision
    from bot.core.conversation import Conversation
    from bot.core.effects import Effect, Step, World
    from bot.core.model import Content, Incoming

LONG = 1000
"""A text of more characters than this gets a word about asking one question at a time."""

_REMEMBERED = 3


def step(state: Conversation, incoming: Incoming, world: World) -> Step:
    """Decides what follows from `incoming` in `state`. Never raises for anything a person can send."""
    state = replace(_with_language(state, incoming, world), reachable=True)
    match incoming.kind:
        case IncomingKind.START:
            return _start(state, world)
        case IncomingKind.UNREACHABLE:
            return replace(state, reachable=False), ()
        case IncomingKind.COMMAND:
            return _command(state, incoming, world)
        case IncomingKind.BUTTON:
            return _button(state, incoming.argument, world)
        case IncomingKind.ATTACHMENT:
            return _attachment(state, incoming, world)
        case IncomingKind.UNREADABLE:
            return state, (_say(state, replies.plain("unreadable")),)
        case IncomingKind.TEXT | IncomingKind.EDIT:
            return _text(state, incoming, world)
        case IncomingKind.TOPIC_CREATED | IncomingKind.GROUP | IncomingKind.REMINDER:
            return state, ()


def language_of(state: Conversation) -> str:
    """The language the person is answered in; English before anything is known."""
    return state.language or "en"


def _with_language(state: Conversation, incoming: Incoming, world: World) -> Conversation:
    if state.language in world.brain.offered:
        return state
    hint = (incoming.language_hint or "").split("-")[0].lower()
    hint = {"nb": "da", "nn": "da", "no": "da", "sv": "da"}.get(hint, hint)
    known = hint if hint in world.brain.offered else "en"
    return replace(state, language=known, pinned=False)


def _say(state: Conversation, content: Content, *, urgent: bool = False) -> Say:
    return Say(content, language_of(state), urgent)


def _start(state: Conversation, world: World) -> Step:
    """The greeting says that the assistant answers, so from now on it does, even while a person owns a case."""
    fresh = replace(state, greeted=True, step="idle", draft=None, ticket=None)
    said = [_say(fresh, replies.greeting(world.brain.offered, replies.emergency_number(world.knowledge)))]
    if state.ticket is not None:
        said.append(_say(fresh, replies.bot_again(str(state.ticket))))
    return fresh, tuple(said)


# ---- commands and buttons --------------------------------------------------------------------------------


def _command(state: Conversation, incoming: Incoming, world: World) -> Step:
    name = incoming.argument.lower()
    if name == "start":
        return _start(state, world)
    if name == "staff":
        return ask_person(state, world)
    contents: dict[str, Callable[[], Content]] = {
        "menu": lambda: replies.menu(world.knowledge),
        "language": lambda: replies.languages(world.brain.offered),
        "help": replies.help_text,
        "privacy": lambda: replies.plain("privacy"),
    }
    if name in contents:
        return state, (_say(state, _aside(state, contents[name]())),)
    return state, (_say(state, replies.unknown_command(name)),)


def _aside(state: Conversation, content: Content) -> Content:
    """While a person owns the case, what the assistant shows on demand ends with where the next words will go."""
    return content if state.ticket is None else replies.still_with_staff(content, str(state.ticket))


def _button(state: Conversation, action: str, world: World) -> Step:
    verb, _, argument = action.partition(":")
    if verb == "p":
        return _person_button(state, argument, world)
    if verb == "l" and argument in world.brain.offered:
        chosen = replace(state, language=argument, pinned=True)
        return chosen, (_say(chosen, _aside(chosen, replies.language_set(argument))),)
    if verb == "e" and argument in world.knowledge.entries:
        return _entry(state, argument, world)
    if verb == "t" and argument in world.knowledge.topics:
        return state, (_say(state, _aside(state, replies.topic(world.knowledge, argument))),)
    simple: dict[str, Callable[[], Content]] = {
        "menu": lambda: replies.menu(world.knowledge),
        "lang": lambda: replies.languages(world.brain.offered),
        "none": lambda: replies.plain("none", replies.WAYS_OUT),
    }
    content = simple.get(verb, lambda: replies.plain("stale-button", replies.WAYS_OUT))()
    return state, (_say(state, _aside(state, content)),)


def _person_button(state: Conversation, argument: str, world: World) -> Step:
    verb, _, number = argument.partition(":")
    if verb == "ask":
        return ask_person(state, world)
    if verb == "bot" and state.ticket is not None:
        number = str(state.ticket)
        return replace(state, ticket=None), (_say(state, replies.bot_again(number)),)
    if verb == "staff" and number in {str(ticket) for ticket in world.open_tickets}:
        back = replace(state, ticket=int(number), step="idle", draft=None)
        return back, (_say(back, replies.staff_again(number)),)
    draft = state.draft
    if draft is None or number != str(draft.number):
        return state, (_say(state, replies.plain("stale-button", replies.WAYS_OUT)),)
    return _draft_button(state, draft, verb)


def _draft_button(state: Conversation, draft: Draft, verb: str) -> Step:
    if verb == "send" and state.step == "consent":
        sent = replace(state, step="idle", draft=None, files=(), recent=())
        return sent, (OpenTicket(draft, language_of(state)),)
    if verb == "edit":
        emptied = replace(draft, number=state.drafts + 1, lines=(), earlier=(), files=())
        return replace(state, step="compose", draft=emptied, drafts=emptied.number, files=()), (
            _say(state, replies.compose(emptied.number)),
        )
    if verb == "cancel":
        return replace(state, step="idle", draft=None, files=()), (
            _say(state, replies.plain("handover-cancelled", replies.WAYS_OUT)),
        )
    return state, (_say(state, replies.plain("stale-button", replies.WAYS_OUT)),)


# ---- text and files --------------------------------------------------------------------------------------


def _understood(state: Conversation, text: str, world: World) -> Decision:
    context = tuple(exchange.text for exchange in state.recent if exchange.text)
    return understand(Question(text, prior=state.language, context=context), world.brain)


def _text(state: Conversation, incoming: Incoming, world: World) -> Step:
    return _read(state, incoming, _understood(state, incoming.text, world), world)


def _read(state: Conversation, incoming: Incoming, decision: Decision, world: World) -> Step:
    """What follows from words of which `decision` was made."""
    text = incoming.text
    if decision.kind == Kind.CRISIS:
        return _crisis(state, incoming, decision, world)
    if state.ticket is None and state.step != "idle":
        return _add_to_draft(state, text, world)
    if not clean(text):
        return state, (_say(state, replies.plain("empty", replies.WAYS_OUT)),)
    if state.ticket is not None:
        relay = Relay(state.ticket, text, None, incoming.kind == IncomingKind.EDIT)
        return state, (relay, *_redacted(state, incoming))
    return _question(state, incoming, decision, world)


def _redacted(state: Conversation, incoming: Incoming) -> tuple[Say, ...]:
    """The person is told when something was removed from what goes to staff."""
    return (_say(state, replies.plain("redacted-notice")),) if incoming.redacted else ()


def _crisis(
    state: Conversation, incoming: Incoming, decision: Decision, world: World, file: Attachment | None = None
) -> Step:
    """The fixed text goes out at once, whatever else is going on; an owned ticket's staff see the message too.

    What the person wrote is not kept: only which entry was sent.
    """
    language = _reply_language(state, decision, world)
    entry = decision.entry if decision.entry in world.knowledge.entries else "emergency-112"
    state = replace(state, language=language, recent=_remember(state, Exchange("", entry)))
    effects: list[Effect] = [_say(state, replies.crisis(world.knowledge, entry or ""), urgent=True)]
    if state.ticket is not None:
        edited = incoming.kind == IncomingKind.EDIT
        effects.append(Relay(state.ticket, incoming.text, file, edited))
    elif file is not None:
        state = replace(state, files=(*state.files, file)[-10:])
    return state, tuple(effects)


def _question(state: Conversation, incoming: Incoming, decision: Decision, world: World) -> Step:
    text = incoming.text
    language = _reply_language(state, decision, world)
    state = replace(state, language=language)
    counted = Count(language, decision.confidence, decision.kind.value)
    if decision.kind == Kind.STAFF:
        asked = replace(state, recent=_remember(state, Exchange(text)))
        state, effects = _preview(asked, world, intro="for-staff", urgent=decision.urgent)
        return state, (*effects, counted)
    content = replies.to_decision(world.knowledge, decision, world.today)
    if decision.kind != Kind.SMALLTALK:
        about = decision.entry or (decision.choices[0] if decision.choices else None)
        state = replace(state, recent=_remember(state, Exchange(text, about)))
    noted = replies.with_notes(content, _notes(incoming, decision, language, world))
    return state, (_say(state, noted), counted)


def _notes(incoming: Incoming, decision: Decision, language: str, world: World) -> replies.Notes:
    other = decision.language if decision.language != language else None
    offered = world.brain.offered
    return replies.Notes(
        long=len(incoming.text) > LONG,
        redacted=bool(incoming.redacted),
        written_in=other if other in offered else None,
        unsupported=offered if other is not None and other not in offered else (),
    )


def _reply_language(state: Conversation, decision: Decision, world: World) -> str:
    """A language the person chose by hand stays; otherwise the reply follows the message."""
    if state.pinned and state.language is not None:
        return state.language
    return decision.language if decision.language in world.brain.offered else language_of(state)


def _remember(state: Conversation, exchange: Exchange) -> tuple[Exchange, ...]:
    return (*state.recent, exchange)[-_REMEMBERED:]


def _entry(state: Conversation, entry: str, world: World) -> Step:
    """A chosen entry: the question it was chosen for is remembered with it, for a later hand-over."""
    recent = state.recent
    if recent:
        recent = (*recent[:-1], replace(recent[-1], entry=entry))
    return replace(state, recent=recent), (_say(state, replies.entry(world.knowledge, entry, world.today)),)


def _attachment(state: Conversation, incoming: Incoming, world: World) -> Step:
    file = Attachment(incoming.attachment or "other", incoming.message_id or "")
    decision = _understood(state, incoming.text, world)
    if decision.kind == Kind.CRISIS:
        return _crisis(state, incoming, decision, world, file)
    if state.ticket is not None:
        return state, (Relay(state.ticket, incoming.text, file, edited=False), *_redacted(state, incoming))
    if state.step != "idle" and state.draft is not None:
        grown = replace(state, draft=replace(state.draft, files=(*state.draft.files, file)))
        return _add_to_draft(grown, incoming.text, world)
    state = replace(state, files=(*state.files, file)[-10:])
    notice = _say(state, replies.plain("attachment-unread", replies.WAYS_OUT))
    if not clean(incoming.text):
        return state, (notice,)
    state, effects = _read(state, incoming, decision, world)
    return state, (*effects, notice)


# ---- handing over ----------------------------------------------------------------------------------------


def ask_person(state: Conversation, world: World) -> Step:
    """A person is wanted: preview the last question, or ask what to pass on when there is none."""
    if state.ticket is not None:
        return state, (_say(state, replies.staff_again(str(state.ticket))),)
    if state.draft is not None and state.step == "consent":
        return state, (_say(state, _preview_of(state, state.draft, world)),)
    draft = _draft(state, world, urgent=False)
    if not draft.lines and not draft.files:
        waiting = replace(state, step="compose", draft=draft, drafts=draft.number)
        return waiting, (_say(waiting, replies.compose(draft.number)),)
    return _preview(state, world)


def _draft(state: Conversation, world: World, *, urgent: bool) -> Draft:
    last = state.recent[-1] if state.recent else None
    entries = [exchange.entry for exchange in reversed(state.recent) if exchange.entry]
    return Draft(
        number=state.drafts + 1,
        lines=(last.text,) if last and last.text else (),
        earlier=tuple(exchange for exchange in state.recent[:-1] if exchange.text and exchange.text != last.text)
        if last
        else (),
        files=state.files,
        # Which danger was spoken of stays between the person and the assistant.
        entry=next((entry for entry in entries if not _is_urgent(entry, world)), None),
        urgent=urgent or any(_is_urgent(entry, world) for entry in entries),
    )


def _is_urgent(entry: str, world: World) -> bool:
    known = world.knowledge.entries.get(entry)
    return known is not None and known.urgent


def _preview(state: Conversation, world: World, *, intro: str | None = None, urgent: bool = False) -> Step:
    draft = _draft(state, world, urgent=urgent)
    state = replace(state, step="consent", draft=draft, drafts=draft.number)
    return state, (_say(state, _preview_of(state, draft, world, intro)),)


def _preview_of(state: Conversation, draft: Draft, world: World, intro: str | None = None) -> Content:
    return replies.preview(world.knowledge, draft, language_of(state), served=world.served, intro=intro)


def _add_to_draft(state: Conversation, text: str, world: World) -> Step:
    """Text written while the preview stands is added to it and shown again under a new number."""
    draft = state.draft or _draft(state, world, urgent=False)
    lines = (*draft.lines, text) if clean(text) else draft.lines
    if not lines and not draft.files:
        return state, (_say(state, replies.compose(draft.number)),)
    grown = replace(draft, number=state.drafts + 1, lines=lines)
    state = replace(state, step="consent", draft=grown, drafts=grown.number)
    return state, (_say(state, _preview_of(state, grown, world)),)
