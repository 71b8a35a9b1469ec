"""Leading a person through a guide: one question after the other, left and resumed at any point. Pure.

A guide is `grants` (the grant finder), or a checklist of the knowledge: a list of steps or a company's intake. Buttons
name their question, so that an old one changes that answer; what a changed definition no longer knows is let go of.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core import guide_replies as say
from bot.core import reading, replies
from bot.core.answer import Kind
from bot.core.checklist import deadline, holds, question
from bot.core.conversation import Draft, Progress
from bot.core.effects import Remind, language_of
from bot.core.effects import say as said
from bot.core.entry_replies import entry
from bot.core.grants import Fit, best_question, judged
from bot.core.guides import AskType, Typed
from bot.core.model import Ref, Sentence
from bot.core.progress import fits, keep, progress_of
from bot.core.reading import UNKNOWN, Misread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.core.answer import Decision
    from bot.core.conversation import Conversation
    from bot.core.effects import Step, World
    from bot.core.guides import Ask
    from bot.core.model import Content, Part

_FEWEST = 2  # answers in one message that surely belong to the guide
_FEW_WORDS = 3
_COVERED = 0.5  # share of a message's words that name the option, from which it is an answer and not a question
_REMIND_BEFORE, _REMIND_LATER = timedelta(days=14), timedelta(days=7)


# ---- beginning, leaving, coming back ---------------------------------------------------------------------


def begin(state: Conversation, name: str, world: World, text: str = "") -> Step:
    """Begins the guide `name`, or goes on where it was left; `text` is what the person said before, which may answer
    some of it."""
    progress = progress_of(state, name, world)
    if progress.answers or not text:
        return _advance(state, progress, world)
    return _take(state, progress, _spoken(state, progress, text, world), world)


def _next(progress: Progress, world: World) -> str | None:
    knowledge = world.knowledge
    if progress.guide != say.GRANTS:
        return question(knowledge.guides.checklists[progress.guide], progress.answers)
    return best_question(
        knowledge.guides.questions, list(knowledge.guides.grants.values()), progress.answers, knowledge.facts
    )


def _advance(state: Conversation, progress: Progress, world: World, notes: Sequence[Part] = ()) -> Step:
    """Asks what is best asked next; where nothing is left to ask, shows what came of it."""
    name = _next(progress, world)
    asked = progress.asked if name is None or name in progress.asked else (*progress.asked, name)
    progress = replace(progress, at=name, asked=asked)
    state = keep(state, progress)
    content = _result(progress, world, notes) if name is None else say.question(world.knowledge, progress, notes)
    return state, (said(state, content),)


def _result(progress: Progress, world: World, notes: Sequence[Part] = (), *, whole: bool = False) -> Content:
    knowledge = world.knowledge
    if progress.guide == say.GRANTS:
        return say.grant_results(knowledge, progress, notes)
    if knowledge.guides.checklists[progress.guide].kind == "intake":
        return say.intake_result(knowledge, progress, notes)
    return say.checklist_result(knowledge, progress, world.today, notes, whole=whole)


# ---- buttons ---------------------------------------------------------------------------------------------


def button(state: Conversation, argument: str, world: World) -> Step | None:
    """Carries out a guide's button (`<guide>`, or `<guide>:<verb>:…`); None for a guide that there is not."""
    name, _, rest = argument.partition(":")
    if name not in say.guides_of(world.knowledge):
        return None
    progress = progress_of(state, name, world)
    verb, _, value = rest.partition(":")
    if not verb:
        text = state.recent[-1].text if state.recent else ""
        return begin(state, name, world, text)
    act = _VERBS.get(verb)
    done = act(state, progress, value, world) if act else None
    return done or _advance(state, progress, world, (Sentence("guide-stale"),))


def _answer_button(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    name, _, given = value.partition(":")
    ask = say.asks_of(world.knowledge, progress.guide).get(name)
    if ask is None or not fits(ask, given):
        return None
    return _take(state, progress, {name: given}, world, quiet=True)


def _skip(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    name = value or progress.at
    if name is None or name not in say.asks_of(world.knowledge, progress.guide):
        return None
    return _take(state, progress, {name: UNKNOWN}, world, quiet=True)


def _back(state: Conversation, progress: Progress, _: str, world: World) -> Step | None:
    """Asks the question before again; its answer is taken back."""
    earlier = [name for name in progress.asked if name != progress.at]
    if not earlier:
        return _advance(state, progress, world)
    return _again(state, progress, earlier[-1], world)


def _again(state: Conversation, progress: Progress, name: str, world: World) -> Step | None:
    if name not in say.asks_of(world.knowledge, progress.guide):
        return None
    answers = {key: value for key, value in progress.answers.items() if key != name}
    asked = tuple(each for each in progress.asked if each != name and each in answers)
    progress = replace(progress, answers=answers, at=name, asked=(*asked, name))
    state = keep(state, progress)
    return state, (said(state, say.question(world.knowledge, progress)),)


def _leave(state: Conversation, progress: Progress, _: str, __: World) -> Step:
    state = keep(state, progress, active=False)
    content = replies.plain("guide-stopped", (say.resume_row(progress.guide), *replies.WAYS_OUT))
    return state, (said(state, content),)


def _show_changes(state: Conversation, progress: Progress, _: str, world: World) -> Step:
    if not say.given(world.knowledge, progress):
        return _advance(state, progress, world)
    state = keep(state, progress)
    return state, (said(state, say.changes(world.knowledge, progress)),)


def _restart(state: Conversation, progress: Progress, _: str, world: World) -> Step:
    return _advance(state, Progress(progress.guide), world)


def _finish(state: Conversation, progress: Progress, value: str, world: World) -> Step:
    """Shows what the answers so far come to; `value` "whole": every step of a checklist."""
    state = keep(state, progress)
    return state, (said(state, _result(progress, world, whole=value == "whole")),)


def _others(state: Conversation, progress: Progress, _: str, world: World) -> Step | None:
    if progress.guide != say.GRANTS:
        return None
    state = keep(state, progress)
    return state, (said(state, say.grant_others(world.knowledge, progress)),)


def _detail(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    if progress.guide != say.GRANTS or value not in world.knowledge.guides.grants:
        return None
    state = keep(state, progress)
    return state, (said(state, say.grant_detail(world.knowledge, progress, value)),)


def _hand_over(state: Conversation, progress: Progress, _: str, world: World) -> Step:
    """Shows what staff would see: the answers as a brief, in the person's own words where they wrote any."""
    asks = say.asks_of(world.knowledge, progress.guide)
    answers = {name: progress.answers[name] for name in say.given(world.knowledge, progress)}
    words = tuple(value for name, value in answers.items() if asks[name].type is AskType.TEXT and value != UNKNOWN)
    draft = Draft(
        number=state.drafts + 1,
        lines=words,
        files=state.files,
        entry=_about(progress, world),
        guide=progress.guide,
        answers=answers,
    )
    state = replace(keep(state, progress, active=False), step="consent", draft=draft, drafts=draft.number)
    content = replies.preview(world.knowledge, draft, language_of(state), served=world.served)
    return state, (said(state, content),)


def _about(progress: Progress, world: World) -> str | None:
    """The entry of what fits best, for routing."""
    knowledge = world.knowledge
    if progress.guide != say.GRANTS:
        return None
    found = judged(knowledge.guides.grants.values(), progress.answers, knowledge.facts)
    order = [one.grant.entry for fit in (Fit.YES, Fit.UNKNOWN) for one in found if one.fit is fit]
    return order[0] if order else None


# ---- the steps of a checklist ----------------------------------------------------------------------------


def _has_step(progress: Progress, name: str, world: World) -> bool:
    known = world.knowledge.guides.checklists.get(progress.guide)
    return known is not None and any(step.id == name for step in known.steps)


def _tick(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    if not _has_step(progress, value, world):
        return None
    done = set(progress.done) ^ {value}
    known = world.knowledge.guides.checklists[progress.guide]
    progress = replace(progress, done=tuple(step.id for step in known.steps if step.id in done))
    state = keep(state, progress)
    return state, (said(state, _result(progress, world)),)


def _open_step(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    if not _has_step(progress, value, world):
        return None
    known = world.knowledge.guides.checklists[progress.guide]
    step = next(step for step in known.steps if step.id == value)
    state = keep(state, progress)
    content = entry(world.knowledge, step.entry, world.today, language_of(state))
    rows = say.step_rows(world.knowledge, progress, value)
    return state, (said(state, replace(content, rows=(*rows, *content.rows))),)


def _remind(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    if not _has_step(progress, value, world):
        return None
    known = world.knowledge.guides.checklists[progress.guide]
    step = next(step for step in known.steps if step.id == value)
    due = deadline(step, progress.answers, world.knowledge.facts)
    earliest = world.today + timedelta(days=1)
    day = max(due - _REMIND_BEFORE, earliest) if due is not None else world.today + _REMIND_LATER
    state = keep(state, progress)
    told = said(state, say.reminder_set(progress.guide, value, day))
    return state, (Remind(f"{progress.guide}:{value}", day), told)


def _forget(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    if not _has_step(progress, value, world):
        return None
    return state, (Remind(f"{progress.guide}:{value}", None), said(state, say.reminder_off(progress.guide)))


def remind(state: Conversation, about: str, world: World) -> Step:
    """The day came of which the person wanted to be reminded; a step that is done or gone is passed over."""
    guide, _, name = about.partition(":")
    if guide not in world.knowledge.guides.checklists:
        return state, ()
    progress = progress_of(state, guide, world)
    if name in progress.done or not _has_step(progress, name, world):
        return state, ()
    return state, (said(state, say.reminder(world.knowledge, progress, name, world.today)),)


_VERBS: Mapping[str, Callable[[Conversation, Progress, str, World], Step | None]] = {
    "a": _answer_button,
    "s": _skip,
    "b": _back,
    "x": _leave,
    "c": _show_changes,
    "q": _again,
    "r": _restart,
    "f": _finish,
    "l": lambda state, progress, _, world: _finish(state, progress, "whole", world),
    "n": _others,
    "d": _detail,
    "h": _hand_over,
    "t": _tick,
    "i": _open_step,
    "m": _remind,
    "u": _forget,
}
_CONTROLS = {"back": "b", "change": "c", "skip": "s", "stop": "x", "next": "f", "restart": "r"}


# ---- words -----------------------------------------------------------------------------------------------


def text(state: Conversation, words: str, decision: Decision, world: World) -> Step | None:
    """What follows from `words` inside a guide; None if they are about something else, of which `decision` was made."""
    if state.guide is None or state.guide not in say.guides_of(world.knowledge):
        return None
    progress = progress_of(state, state.guide, world)
    language = _language(state, world)
    asks = say.asks_of(world.knowledge, progress.guide)
    ask = asks.get(progress.at or "")
    steered = _steered(state, progress, words, world)
    if steered is not None:
        return steered
    found = dict(_spoken(state, progress, words, world))
    if ask is None:
        elsewhere = not found or (decision.kind in {Kind.ANSWER, Kind.STAFF} and len(found) < _FEWEST)
        return None if elsewhere else _take(state, progress, found, world)
    if reading.says_unknown(words, language.typed) and not found:
        return _skip(state, progress, "", world)
    direct = reading.answer(words, ask, progress.guide, language)
    if _is_elsewhere(words, decision, (ask, progress.guide, language), direct, found):
        return None
    if isinstance(direct, str) and direct:
        others = {} if ask.type is AskType.TEXT else found
        return _take(state, progress, {**others, ask.id: direct}, world, quiet=not others.keys() - {ask.id})
    if found:
        return _take(state, progress, found, world)
    return state, (said(state, say.question(world.knowledge, progress, (_misread(direct, world),))),)


def _steered(state: Conversation, progress: Progress, words: str, world: World) -> Step | None:
    """What follows from words that steer the guide itself: back, stop, "change the ages"."""
    language, asks = _language(state, world), say.asks_of(world.knowledge, progress.guide)
    ask = asks.get(progress.at or "")
    if ask is not None and reading.coverage(words, ask, progress.guide, language) == 1.0:
        return None  # "later" can be an answer
    if reading.wants_change(words, language.typed):
        known = (asks[name] for name in say.given(world.knowledge, progress))
        name = reading.named_question(words, known, progress.guide, language)
        if name is not None:
            return _again(state, progress, name, world)
    wish = reading.control(words, language.typed)
    if wish is None:
        return None
    return _VERBS[_CONTROLS[wish]](state, progress, "", world) or _advance(state, progress, world)


def _is_elsewhere(
    words: str,
    decision: Decision,
    asked: tuple[Ask, str, reading.Language],
    direct: str | Misread,
    found: Mapping[str, str],
) -> bool:
    """True if the words are a question or a wish of their own, and no answer to what was asked."""
    ask, guide, language = asked
    is_question = words.rstrip().endswith(("?", "？", "؟"))
    if decision.kind is Kind.SMALLTALK:
        return isinstance(direct, Misread) and not found
    if decision.kind not in {Kind.ANSWER, Kind.STAFF} or len(found) >= _FEWEST:
        return False
    if isinstance(direct, Misread):
        return not found or is_question
    if ask.type is AskType.TEXT:
        return is_question and decision.kind is Kind.ANSWER
    if ask.type is AskType.CHOICE:
        short = len(words.split()) <= _FEW_WORDS
        return is_question or not (short or reading.coverage(words, ask, guide, language) >= _COVERED)
    return is_question


def _spoken(state: Conversation, progress: Progress, words: str, world: World) -> Mapping[str, str]:
    """All answers that `words` give by themselves to questions that are asked now or still open: what was answered
    before is only changed on purpose."""
    asks = say.asks_of(world.knowledge, progress.guide)
    waiting = [ask for name, ask in asks.items() if name == progress.at or name not in progress.answers]
    found = reading.answers(words, waiting, progress.guide, _language(state, world))
    known = {**progress.answers, **found}
    return {name: value for name, value in found.items() if holds(asks[name].when, known) is Fit.YES}


def _language(state: Conversation, world: World) -> reading.Language:
    code = language_of(state)
    return reading.Language(code, world.knowledge.guides.typed.get(code, Typed()), world.read_day, world.today)


def _misread(direct: str | Misread, world: World) -> Part:
    if isinstance(direct, str):
        return Sentence("guide-misread-choice")
    if direct.reason == "number-range":
        return Sentence("guide-misread-number", {"least": direct.least, "most": direct.most})
    if direct.reason == "date":
        return Sentence("guide-misread-date", {"example": Ref("day", world.today.isoformat())})
    return Sentence(f"guide-misread-{direct.reason.replace('_', '-')}")


def _take(
    state: Conversation, progress: Progress, found: Mapping[str, str], world: World, *, quiet: bool = False
) -> Step:
    """Takes the answers `found`; unless `quiet`, says which were understood."""
    asked = (*progress.asked, *(name for name in found if name not in progress.asked))
    progress = replace(progress, answers={**progress.answers, **found}, asked=asked)
    notes: Iterable[Part] = () if quiet else say.noted(progress, found)
    return _advance(state, progress, world, tuple(notes))
