"""Holding a conversation: what a person did, in which state -> the new state and what is to be done. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core import case_buttons, gaps, guide, guide_words, handover, own, replies
from bot.core.answer import Kind, Question, understand
from bot.core.city_replies import audiences_of, cities, city, city_offers
from bot.core.conversation import Answered, Attachment, Exchange
from bot.core.effects import Count, Leave, Rate, Relay, Say, language_of, say
from bot.core.entry_replies import MISSING, missing
from bot.core.entry_replies import entry as entry_content
from bot.core.guide_replies import guides_of, open_button, resume_row
from bot.core.language import served_in
from bot.core.model import IncomingKind
from bot.core.notices import noticed
from bot.core.pausing import all_paused, withheld
from bot.core.reading import folded, is_bare
from bot.core.text import clean
from bot.core.ways_out import WAYS_OUT
from bot.core.wishes import wished_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.core.answer import Decision
    from bot.core.conversation import Conversation
    from bot.core.effects import Effect, Step, World
    from bot.core.model import Content, Form, Incoming

LONG = 1000
"""A text of more characters than this gets a word about asking one question at a time."""

_REMEMBERED = 3
_RATED = 20  # the latest ratings that are remembered, so that none counts twice


def step(state: Conversation, incoming: Incoming, world: World) -> Step:
    """Decides what follows from `incoming` in `state`. Never raises for anything a person can send."""
    state = replace(_with_language(state, incoming, world), reachable=True)
    own_doing = _by_person(state, incoming, world)
    if own_doing is None:
        return _by_channel(state, incoming, world)
    allowed = withheld(*own_doing, world)
    return allowed if all_paused(world.pauses) else noticed(*allowed, world)


def _by_person(state: Conversation, incoming: Incoming, world: World) -> Step | None:
    match incoming.kind:
        case IncomingKind.START:
            return _start(state, incoming.text, world)
        case IncomingKind.COMMAND:
            return _command(state, incoming, world)
        case IncomingKind.BUTTON:
            return _button(state, incoming.argument, world)
        case IncomingKind.ATTACHMENT:
            return _attachment(state, incoming, world)
        case IncomingKind.UNREADABLE:
            return state, (say(state, replies.plain("unreadable")),)
        case IncomingKind.TEXT | IncomingKind.EDIT:
            return _text(state, incoming, world)
        case _:
            return None


def _by_channel(state: Conversation, incoming: Incoming, world: World) -> Step:
    """What follows from what the person did not say or press themselves."""
    match incoming.kind:
        case IncomingKind.UNREACHABLE:
            return replace(state, reachable=False), ()
        case IncomingKind.GROUP:
            return state, (say(state, replies.plain("group-leave")), Leave())
        case IncomingKind.REMINDER:
            return guide.remind(state, incoming.argument, world)
        case _:
            return state, ()


def _with_language(state: Conversation, incoming: Incoming, world: World) -> Conversation:
    if state.language in world.brain.offered:
        return state
    hint = (incoming.language_hint or "").split("-")[0].lower()
    hint = served_in(hint, world.brain.offered)
    known = hint if hint in world.brain.offered else "en"
    return replace(state, language=known, pinned=False)


def _start(state: Conversation, payload: str, world: World) -> Step:
    """The greeting says that the assistant answers, so from now on it does, even while a person owns a case.

    A link into the chat can name an entry or a guide (`payload`): that follows the greeting.
    """
    fresh = replace(state, greeted=True, step="idle", draft=None, ticket=None, guide=None)
    said = [say(fresh, replies.greeting(world.brain.offered, replies.emergency_number(world.knowledge)))]
    if state.ticket is not None:
        said.append(say(fresh, replies.bot_again(str(state.ticket))))
    if payload in world.knowledge.entries:
        after, effects = _entry(fresh, payload, world)
        return after, (*said, *effects)
    if payload in guides_of(world.knowledge):
        after, effects = guide.begin(fresh, payload, world)
        return after, (*said, *effects)
    return fresh, tuple(said)


# ---- commands and buttons --------------------------------------------------------------------------------


def _command(state: Conversation, incoming: Incoming, world: World) -> Step:
    name = incoming.argument.lower()
    if name == "start":
        return _start(state, incoming.text, world)
    if name == "staff":
        return handover.ask(state, world)
    if name in guides_of(world.knowledge):
        return guide.begin(_out_of_draft(state), name, world, incoming.text)
    contents: dict[str, Callable[[], Content]] = {
        "menu": lambda: replies.menu(world.knowledge),
        "language": lambda: replies.languages(world.brain.offered),
        "help": replies.help_text,
        "cities": lambda: cities(world.knowledge),
        "mycases": lambda: own.cases(world),
        "mydata": lambda: own.data(world),
        "privacy": lambda: replies.plain("privacy", WAYS_OUT),
    }
    if name in contents:
        return state, (say(state, _aside(state, contents[name]())),)
    return state, (say(state, replies.unknown_command(name)),)


def _aside(state: Conversation, content: Content) -> Content:
    """While a person owns the case, what the assistant shows on demand ends with where the next words will go."""
    return content if state.ticket is None else replies.still_with_staff(content, str(state.ticket))


def _button(state: Conversation, action: str, world: World) -> Step:
    verb, _, argument = action.partition(":")
    if verb in _LEADING:
        done = _LEADING[verb](state, argument, world)
        if done is not None:
            return done
    if verb == "p":
        return handover.button(state, argument, world)
    if verb == "l" and argument in world.brain.offered:
        chosen = replace(state, language=argument, pinned=True)
        return chosen, (say(chosen, _aside(chosen, replies.language_set(argument))),)
    if verb == "e" and argument in world.knowledge.entries:
        return _entry(state, argument, world)
    if verb == "t" and argument in world.knowledge.topics:
        return state, (say(state, _aside(state, replies.topic(world.knowledge, argument))),)
    simple: dict[str, Callable[[], Content]] = {
        "menu": lambda: replies.menu(world.knowledge),
        "c": lambda: cities(world.knowledge),
        "lang": lambda: replies.languages(world.brain.offered),
    }
    content = simple.get(verb, lambda: replies.plain("stale-button", WAYS_OUT))()
    return state, (say(state, _aside(state, content)),)


def _guide_button(state: Conversation, argument: str, world: World) -> Step | None:
    return guide.button(_out_of_draft(state), argument, world)


def _out_of_draft(state: Conversation) -> Conversation:
    """Who turns to a guide has left the preview; nothing is passed on unseen."""
    return replace(state, step="idle", draft=None)


def _shown_as(form: Form) -> Callable[[Conversation, str, World], Step | None]:
    """Returns the button that shows an entry in another form."""

    def shown(state: Conversation, argument: str, world: World) -> Step | None:
        if argument not in world.knowledge.entries:
            return None
        content = entry_content(world.knowledge, argument, world.today, language_of(state), form)
        return state, (say(state, content),)

    return shown


def _city_button(state: Conversation, argument: str, world: World) -> Step | None:
    name, _, audience = argument.partition(":")
    known = world.knowledge.guides.cities.get(name)
    if known is None or (audience and audience not in audiences_of(known)):
        return None
    content = city_offers(world.knowledge, name, audience) if audience else city(world.knowledge, name)
    return state, (say(state, content),)


def _none_button(state: Conversation, argument: str, world: World) -> Step:
    """None of the choices was right: counted once for the likeliest of them."""
    del argument
    found = gaps.of_choices(state, world)
    mark = f"{found[0].entry}:u" if found else ""
    counted = found if mark not in state.rated else ()
    state = replace(state, rated=(*state.rated, mark)[-_RATED:] if counted else state.rated)
    return state, (say(state, _aside(state, replies.plain("none", WAYS_OUT))), *counted)


def _rate_button(state: Conversation, argument: str, world: World) -> Step | None:
    """Counts once an answer whether it helped; what was missing is asked for, and a person offered."""
    verdict, _, rest = argument.partition(":")
    entry, _, reason = rest.partition(":")
    if entry not in world.knowledge.entries or verdict not in {"y", "n", "m"}:
        return None
    if verdict == "m" and reason not in MISSING:
        return None
    language, answered = language_of(state), state.answered
    confidence = answered.confidence if answered is not None and answered.entry == entry else None
    mark = f"{entry}:{'m' if verdict == 'm' else 'r'}"
    counted = () if mark in state.rated else (Rate(entry, language, verdict == "y", confidence, reason),)
    state = replace(state, rated=(*state.rated, mark)[-_RATED:] if counted else state.rated)
    if verdict == "n":
        unhelpful = gaps.of_rating(state, entry, world) if counted else ()
        return state, (*counted, say(state, missing(entry)), *unhelpful)
    key = "rate-thanks" if verdict == "y" else "rate-noted"
    return state, (*counted, say(state, replies.plain(key, WAYS_OUT)))


_LEADING: Mapping[str, Callable[[Conversation, str, World], Step | None]] = {
    "g": _guide_button,
    "c": _city_button,
    "h": _rate_button,
    "none": _none_button,
    "o": own.button,
    "k": case_buttons.button,
    "m": _shown_as("detail"),
    "s": _shown_as("short"),
    "d": _shown_as("beside"),
}


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
        return handover.add(state, text, world)
    if not clean(text):
        return state, (say(state, replies.plain("empty", WAYS_OUT)),)
    if state.ticket is not None and folded(text) in world.to_bot:
        return handover.button(state, "bot", world)
    if state.ticket is not None:
        relay = Relay(state.ticket, text, None, incoming.kind == IncomingKind.EDIT)
        return state, (relay, *_redacted(state, incoming))
    wish = wished_language(text, world.languages, world.brain.offered)
    if wish is not None:
        return _language_wished(state, wish, world)
    if state.guide is None and is_bare(text, guide.language_for(state, world).typed):
        return state, (say(state, replies.plain("smalltalk-followup", WAYS_OUT)),)
    led = (
        guide_words.text(state, text, decision, world)
        if state.guide is not None
        else guide_words.whats_next(state, text, world)
    )
    if led is not None:
        return led[0], (*led[1], *_redacted(state, incoming))
    return _question(state, incoming, decision, world)


def _language_wished(state: Conversation, code: str, world: World) -> Step:
    """The person asked for a language by its name; one that is not offered is answered with those that are."""
    if code not in world.brain.offered:
        return state, (say(state, replies.unsupported(world.brain.offered)),)
    chosen = replace(state, language=code, pinned=True)
    return chosen, (say(chosen, replies.language_set(code)),)


def _redacted(state: Conversation, incoming: Incoming) -> tuple[Say, ...]:
    """The person is told when something was removed from what goes to staff."""
    return (say(state, replies.plain("redacted-notice")),) if incoming.redacted else ()


def _crisis(
    state: Conversation, incoming: Incoming, decision: Decision, world: World, file: Attachment | None = None
) -> Step:
    """The fixed text goes out at once, whatever else is going on; an owned ticket's staff see the message too.

    What the person wrote is not kept: only which entry was sent.
    """
    language = _reply_language(state, decision, world)
    entry = decision.entry if decision.entry in world.knowledge.entries else "emergency-112"
    state = replace(state, language=language, recent=_remember(state, Exchange("", entry)))
    effects: list[Effect] = [say(state, replies.crisis(world.knowledge, entry or ""), urgent=True)]
    if state.ticket is not None:
        edited = incoming.kind == IncomingKind.EDIT
        effects.append(Relay(state.ticket, incoming.text, file, edited))
    elif file is not None:
        state = replace(state, files=(*state.files, file)[-10:])
    return state, tuple(effects)


def _question(state: Conversation, incoming: Incoming, decision: Decision, world: World) -> Step:
    text = incoming.text
    language, before = _reply_language(state, decision, world), state.language if state.greeted else None
    state = replace(state, language=language, greeted=True)
    about = decision.entry or (decision.choices[0] if decision.choices else None)
    nearest = world.knowledge.entries.get(about or "")
    counted = Count(language, decision.confidence, decision.kind.value, nearest.topic if nearest else "")
    if decision.kind == Kind.STAFF:
        asked = replace(state, recent=_remember(state, Exchange(text)))
        state, effects = handover.preview(asked, world, intro="for-staff", urgent=decision.urgent)
        return state, (*effects, counted)
    content = replies.to_decision(world.knowledge, decision, world.today, language)
    if decision.kind != Kind.SMALLTALK:
        state = replace(state, recent=_remember(state, Exchange(text, about)))
    if decision.kind == Kind.ANSWER and decision.entry is not None:
        state = replace(state, answered=Answered(decision.entry, language, decision.confidence))
    if state.guide is not None:
        begun = (resume_row(state.guide), (open_button(state.guide),))
        content = replace(content, rows=(begun[0], *(row for row in content.rows if row != begun[1])))
        state = replace(state, guide=None if state.aside else state.guide, aside=not state.aside)
    notes = _notes(incoming, decision, language, world)
    noted = replies.with_notes(content, replace(notes, changed=before is not None and before != language))
    return state, (say(state, noted), counted, *gaps.of_decision(text, decision, language, world))


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
    return replace(state, recent=recent), (
        say(state, entry_content(world.knowledge, entry, world.today, language_of(state))),
    )


def _attachment(state: Conversation, incoming: Incoming, world: World) -> Step:
    file = Attachment(incoming.attachment or "other", incoming.message_id or "", incoming.album)
    decision = _understood(state, incoming.text, world)
    if decision.kind == Kind.CRISIS:
        return _crisis(state, incoming, decision, world, file)
    if state.ticket is not None:
        return state, (Relay(state.ticket, incoming.text, file, edited=False), *_redacted(state, incoming))
    if state.step != "idle" and state.draft is not None:
        grown = replace(state, draft=replace(state.draft, files=(*state.draft.files, file)))
        return handover.add(grown, incoming.text, world)
    again = incoming.album is not None and incoming.album == state.album
    state = replace(state, files=(*state.files, file)[-10:], album=incoming.album)
    notice = say(state, replies.plain("attachment-unread", WAYS_OUT))
    if not clean(incoming.text):
        return state, () if again else (notice,)
    state, effects = _read(state, incoming, decision, world)
    return state, (*effects, notice)
