"""What people write inside a guide: answers in their own words, words that steer it, or something else. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core import guide_replies as say
from bot.core import reading
from bot.core.answer import Kind
from bot.core.effects import say as said
from bot.core.guide import VERBS, advance, again, begin, language_for, skip, spoken, take
from bot.core.guides import AskType
from bot.core.model import Ref, Sentence
from bot.core.progress import progress_of
from bot.core.reading import Misread
from bot.core.text import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.core.answer import Decision
    from bot.core.conversation import Conversation, Progress
    from bot.core.effects import Step, World
    from bot.core.guides import Ask
    from bot.core.model import Part

_FEWEST = 2  # answers in one message that surely belong to the guide
_FEW_WORDS = 5  # a message that is not longer is no wish of its own
_COVERED = 0.5  # share of a message's words that name the option, from which it is an answer and not a question
_CONTROLS = {"back": "b", "change": "c", "skip": "s", "stop": "x", "next": "f", "restart": "r"}


def text(state: Conversation, words: str, decision: Decision, world: World) -> Step | None:
    """What follows from `words` inside a guide; None if they are about something else, of which `decision` was made."""
    if state.guide is None or state.guide not in say.guides_of(world.knowledge):
        return None
    progress, language = progress_of(state, state.guide, world), language_for(state, world)
    asks = say.asks_of(world.knowledge, progress.guide)
    ask = asks.get(progress.at or "")
    found = dict(spoken(state, progress, words, world))
    direct = _direct(words, ask, progress, asks, language)
    read = isinstance(direct, str)
    steered = _steered(state, progress, words, world, whole=read or bool(found))
    if steered is not None:
        return steered
    if ask is not None and not found and _says_nothing(words, ask, direct, language):
        return skip(state, progress, "", world)
    if _is_elsewhere(words, decision, (ask, progress.guide, language), direct, asks.values(), aside=state.aside):
        return None
    if isinstance(direct, str) and ask is not None:
        others = {} if ask.type is AskType.TEXT else found
        quiet = ask.type is not AskType.DATE and not others.keys() - {ask.id}
        return take(state, progress, {**others, ask.id: direct}, world, quiet=quiet)
    if found or ask is None:
        return take(state, progress, found, world) if found else None
    return state, (said(state, say.question(world.knowledge, progress, (_misread(direct, world),))),)


def whats_next(state: Conversation, words: str, world: World) -> Step | None:
    """Shows, outside a guide, the next steps of the person's checklist to "what's next?"; None for other words."""
    if reading.control(words, language_for(state, world).typed, whole=True) != "next":
        return None
    lists = world.knowledge.guides.checklists
    kept = [one.guide for one in state.progress if one.guide in lists and lists[one.guide].kind == "checklist"]
    return begin(state, kept[-1], world) if kept else None


def _direct(
    words: str, ask: Ask | None, progress: Progress, asks: Mapping[str, Ask], language: reading.Language
) -> str | Misread:
    if ask is None:
        return Misread("choice")
    read = reading.answer(words, ask, progress.guide, language, asks.values())
    return read or Misread("choice")


def _says_nothing(words: str, ask: Ask, direct: str | Misread, language: reading.Language) -> bool:
    """True if the person does not know, or has no CVR number."""
    if ask.type is AskType.CVR and isinstance(direct, Misread) and reading.says_no(words, language.typed):
        return True
    return (isinstance(direct, Misread) or ask.type is AskType.TEXT) and reading.says_unknown(words, language.typed)


def _steered(state: Conversation, progress: Progress, words: str, world: World, *, whole: bool) -> Step | None:
    """What follows from words that steer the guide itself: back, stop, "change the ages". `whole`: the words can be
    read as an answer too, so they must say nothing else."""
    language, asks = language_for(state, world), say.asks_of(world.knowledge, progress.guide)
    ask = asks.get(progress.at or "")
    if ask is not None and reading.coverage(words, ask, progress.guide, language) == 1.0:
        return None  # "later" can be an answer
    verb = world.labels.get(reading.folded(words)) or _CONTROLS.get(
        reading.control(words, language.typed, whole=whole) or ""
    )
    if not whole and reading.wants_change(words, language.typed):
        known = [asks[name] for name in say.given(world.knowledge, progress)]
        name = reading.named_question(words, known, progress.guide, language)
        if name is not None:
            return again(state, progress, name, world)
        verb = verb or ("c" if known else None)
    if verb is None:
        return None
    return VERBS[verb](state, progress, "", world) or advance(state, progress, world)


def _is_elsewhere(
    words: str,
    decision: Decision,
    asked: tuple[Ask | None, str, reading.Language],
    direct: str | Misread,
    asks: Iterable[Ask],
    *,
    aside: bool,
) -> bool:
    """True if the words are a question or a wish of their own, and no answer to what was asked.

    `aside`: the person has just asked something else, so what is no answer is not asked for again.
    """
    ask, guide, language = asked
    named = len(reading.answers(words, asks, guide, language))
    is_question = words.rstrip().endswith(("?", "？", "؟"))
    if decision.kind is Kind.SMALLTALK or (aside and isinstance(direct, Misread)):
        return isinstance(direct, Misread) and not named
    if decision.kind not in {Kind.ANSWER, Kind.STAFF} or named >= _FEWEST:
        return False
    long = len(tokens(words)) > _FEW_WORDS
    if isinstance(direct, Misread):
        return is_question or decision.kind is Kind.STAFF or (long and not named)
    if ask is not None and ask.type is AskType.TEXT:
        return is_question and decision.kind is Kind.ANSWER
    if ask is not None and ask.type is AskType.CHOICE:
        return is_question or (long and reading.coverage(words, ask, guide, language) < _COVERED)
    return is_question


def _misread(direct: str | Misread, world: World) -> Part:
    if isinstance(direct, str):
        return Sentence("guide-misread-choice")
    if direct.reason == "number-range":
        return Sentence("guide-misread-number", {"least": direct.least, "most": direct.most})
    if direct.reason == "date":
        return Sentence("guide-misread-date", {"example": Ref("day", world.today.isoformat())})
    return Sentence(f"guide-misread-{direct.reason.replace('_', '-')}")
