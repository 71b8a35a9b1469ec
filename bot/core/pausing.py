"""What is paused is withheld from what the dialogue decided to say, and the reason said in its place. Pure.

Danger always gets its text. What a person needs to reach staff, and what is their own (their cases, their data, the
reminders they asked for), is never paused either.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from bot.core.effects import Count, Say
from bot.core.model import Answer, Button, Content, Line, Part, Ref, Sentence
from bot.core.replies import emergency_number, languages, still_with_staff
from bot.core.ways_out import ASK, WAYS_OUT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from bot.core.conversation import Conversation
    from bot.core.effects import Effect, Step, World
    from bot.core.model import Argument, Knowledge
    from bot.core.ways_out import Rows

PauseScope = Literal["all", "topic", "language"]
SCOPES: tuple[PauseScope, ...] = ("all", "topic", "language")
"""What can be paused, as staff write it."""

PauseReason = Literal["maintenance", "checking-texts", "outage", "staff-only"]
REASONS: tuple[PauseReason, ...] = ("maintenance", "checking-texts", "outage", "staff-only")
"""Why something can be paused, as staff write it; residents read the sentence `pause-reason-<reason>`."""

_LANGUAGE = Button(Sentence("button-language"), "lang")
_DANISH = "da"
_ALWAYS = frozenset(
    {
        *("for-staff", "compose-ask", "preview-intro", "handover-cancelled", "staff-again", "bot-again"),
        *("cases-intro", "cases-none", "cases-full", "withdraw-ask", "rate-case-thanks", "rate-case-sorry"),
        *("data-kept", "erase-ask", "kept-notice", "privacy", "redacted-notice", "language-ask"),
    }
)
"""With these begins what is said whatever is paused: handing over, a person's own things, the choice of language."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Something the assistant does not answer now. `name`: a topic's id or a language's code; "" for all."""

    scope: PauseScope
    name: str
    reason: PauseReason


# ---- what is paused --------------------------------------------------------------------------------------


def all_paused(pauses: Iterable[Pause]) -> bool:
    """Returns whether everything is paused."""
    return any(pause.scope == "all" for pause in pauses)


def pause_of(pauses: Collection[Pause], knowledge: Knowledge, entry: str, language: str) -> Pause | None:
    """Returns the pause that keeps `entry` from being given in `language`; None if it may be given."""
    known = knowledge.entries.get(entry)
    if known is None or known.urgent:
        return None
    by_topic = (pause for pause in pauses if (pause.scope, pause.name) == ("topic", known.topic))
    return _whole(pauses, {language}) or next(by_topic, None)


def _whole(pauses: Collection[Pause], codes: Collection[str]) -> Pause | None:
    """The pause of everything or of one of the languages `codes`, if there is one."""
    everything = (pause for pause in pauses if pause.scope == "all")
    spoken = (pause for pause in pauses if pause.scope == "language" and pause.name in codes)
    return next(everything, None) or next(spoken, None)


# ---- in what is said -------------------------------------------------------------------------------------


def withheld(state: Conversation, effects: tuple[Effect, ...], world: World) -> Step:
    """Returns what is left to do of `effects`, with the reason, once, in the place of what is paused.

    What is not given counts as no answer, and cannot be rated.
    """
    if not world.pauses:
        return state, effects
    kept: list[Effect] = []
    for effect in effects:
        left = _allowed(state, effect, world) if isinstance(effect, Say) else effect
        if left not in kept:
            kept.append(left)
    if tuple(kept) == effects:
        return state, effects
    answered = state.answered
    if answered and pause_of(world.pauses, world.knowledge, answered.entry, answered.language):
        state = replace(state, answered=None)
    given = any(isinstance(part, Answer) for effect in kept if isinstance(effect, Say) for part in effect.content.parts)
    return state, tuple(effect for effect in kept if given or not isinstance(effect, Count))


def _allowed(state: Conversation, effect: Say, world: World) -> Say:
    content = effect.content
    if effect.urgent:
        return effect
    pause = _whole(world.pauses, {effect.language, *_beside(content)})
    if pause is None:
        return replace(effect, content=_without_topics(state, effect, world))
    danger = tuple(part for part in content.parts if isinstance(part, Answer) and _is_urgent(part.entry, world))
    if danger:
        return replace(effect, content=replace(content, parts=danger))
    if any(isinstance(part, Sentence) and part.key in _ALWAYS for part in content.parts[:1]):
        return effect
    return replace(effect, content=_told(state, [pause], world, content))


def _beside(content: Content) -> frozenset[str]:
    """The language that stands beside the reader's."""
    beside = any(isinstance(part, Answer) and part.form == "beside" for part in content.parts)
    return frozenset({_DANISH}) if beside else frozenset()


def _is_urgent(entry: str, world: World) -> bool:
    known = world.knowledge.entries.get(entry)
    return known is not None and known.urgent


def _without_topics(state: Conversation, effect: Say, world: World) -> Content:
    """What is left of a message without paused topics: all of it, other answers below the reason, or the reason."""
    knowledge, pauses, left = world.knowledge, dict[Pause, None](), list[Part]()
    others = False
    for part in effect.content.parts:
        entries = tuple(_given(part, knowledge))
        paused = [pause_of(world.pauses, knowledge, entry, effect.language) for entry in entries]
        pauses |= dict.fromkeys(pause for pause in paused if pause is not None)
        if not any(paused):
            left.append(part)
            others = others or bool(entries)
    if not pauses:
        return effect.content
    told = _told(state, pauses, world, effect.content)
    return replace(effect.content, parts=(*told.parts, *_headed(left))) if others else told


def _given(part: Part, knowledge: Knowledge) -> Iterator[str]:
    """The entries of which a part says more than the title."""
    if isinstance(part, Answer):
        yield part.entry
        return
    refs = [part.words] if isinstance(part, Line) else part.args.values() if isinstance(part, Sentence) else []
    for ref in refs:
        if not isinstance(ref, Ref):
            continue
        name = ref.id.partition("/")[0]
        if ref.kind in {"grant", "rule"}:
            yield knowledge.guides.grants[name].entry
        elif ref.kind in {"event", "offer"}:
            yield knowledge.guides.cities[name].entry
        elif ref.kind == "entry" and isinstance(part, Line):  # above what is said of a partner city
            yield name


def _headed(parts: list[Part]) -> Iterator[Part]:
    """Leaves out the headings below which nothing stands any more."""
    for part, below in zip(parts, (*parts[1:], None), strict=True):
        alone = not isinstance(below, Sentence | Line) or not below.tight
        if not (isinstance(part, Sentence) and part.bold and alone):
            yield part


# ---- what is said instead --------------------------------------------------------------------------------


def _told(state: Conversation, pauses: Iterable[Pause], world: World, content: Content) -> Content:
    """What is paused and why, and the way to a person; what was removed from the person's words is still told."""
    parts: list[Part] = []
    rows: Rows = WAYS_OUT
    for pause in pauses:
        args: dict[str, Argument] = {} if pause.scope == "all" else {pause.scope: Ref(pause.scope, pause.name)}
        parts += [Sentence(f"paused-{pause.scope}", args), Sentence(f"pause-reason-{pause.reason}", tight=True)]
        if pause.scope == "all":
            rows = ((ASK, _LANGUAGE),)
        elif pause.scope == "language":
            rows = _other_languages(world)
    parts.append(Sentence("paused-person"))
    if all_paused(world.pauses):
        parts.append(Sentence("greeting-privacy", {"number": emergency_number(world.knowledge)}))
    parts += [part for part in content.parts if isinstance(part, Sentence) and part.key == "redacted-notice"]
    told = Content(tuple(parts), rows)
    return told if state.ticket is None else still_with_staff(told, str(state.ticket))


def _other_languages(world: World) -> Rows:
    paused = {pause.name for pause in world.pauses if pause.scope == "language"}
    others = [code for code in world.brain.offered if code not in paused]
    return (*languages(others).rows, (ASK,))
