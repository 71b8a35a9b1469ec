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
from bot.core.checklist import deadline, holds, question
from bot.core.conversation import Draft, Progress
from bot.core.effects import Remind, language_of
from bot.core.effects import say as said
from bot.core.entry_replies import entry
from bot.core.grants import Fit, best_question, judged
from bot.core.guides import AskType, Typed
from bot.core.model import Sentence
from bot.core.progress import fits, keep, progress_of
from bot.core.reading import UNKNOWN
from bot.core.ways_out import WAYS_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.core.conversation import Conversation
    from bot.core.effects import Step, World
    from bot.core.model import Content, Part

_REMIND_BEFORE, _REMIND_LATER = timedelta(days=14), timedelta(days=7)


# ---- beginning, leaving, coming back ---------------------------------------------------------------------


def begin(state: Conversation, name: str, world: World, text: str = "") -> Step:
    """Begins the guide `name`, or goes on where it was left; `text` is what the person said before, which may answer
    some of it."""
    progress = progress_of(state, name, world)
    if progress.answers or not text:
        return advance(state, progress, world)
    return take(state, progress, spoken(state, progress, text, world), world)


def _next(progress: Progress, world: World) -> str | None:
    knowledge = world.knowledge
    if progress.guide != say.GRANTS:
        return question(knowledge.guides.checklists[progress.guide], progress.answers)
    return best_question(
        knowledge.guides.questions, list(knowledge.guides.grants.values()), progress.answers, knowledge.facts
    )


def advance(state: Conversation, progress: Progress, world: World, notes: Sequence[Part] = ()) -> Step:
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
    act = VERBS.get(verb)
    done = act(state, progress, value, world) if act else None
    return done or advance(state, progress, world, (Sentence("guide-stale"),))


def _answer_button(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    name, _, given = value.partition(":")
    ask = say.asks_of(world.knowledge, progress.guide).get(name)
    if ask is None or not fits(ask, given):
        return None
    return take(state, progress, {name: given}, world, quiet=True)


def skip(state: Conversation, progress: Progress, value: str, world: World) -> Step | None:
    """Takes "I do not know" for the question `value`, "" for the one that is asked; None if there is none."""
    name = value or progress.at
    if name is None or name not in say.asks_of(world.knowledge, progress.guide):
        return None
    return take(state, progress, {name: UNKNOWN}, world, quiet=True)


def _back(state: Conversation, progress: Progress, _: str, world: World) -> Step | None:
    """Asks the question before again; its answer is taken back."""
    earlier = [name for name in progress.asked if name != progress.at]
    if not earlier:
        return advance(state, progress, world)
    return again(state, progress, earlier[-1], world)


def again(state: Conversation, progress: Progress, name: str, world: World) -> Step | None:
    """Asks the question `name` again and takes its answer back; None if there is no such question."""
    if name not in say.asks_of(world.knowledge, progress.guide):
        return None
    answers = {key: value for key, value in progress.answers.items() if key != name}
    asked = tuple(each for each in progress.asked if each != name and each in answers)
    progress = replace(progress, answers=answers, at=name, asked=(*asked, name))
    state = keep(state, progress)
    return state, (said(state, say.question(world.knowledge, progress)),)


def _leave(state: Conversation, progress: Progress, _: str, __: World) -> Step:
    state = keep(state, progress, active=False)
    content = replies.plain("guide-stopped", (say.resume_row(progress.guide), *WAYS_OUT))
    return state, (said(state, content),)


def _show_changes(state: Conversation, progress: Progress, _: str, world: World) -> Step:
    if not say.given(world.knowledge, progress):
        return advance(state, progress, world)
    state = keep(state, progress)
    return state, (said(state, say.changes(world.knowledge, progress)),)


def _restart(state: Conversation, progress: Progress, _: str, world: World) -> Step:
    return advance(state, Progress(progress.guide), world)


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
    """The entry of what fits best, for routing: what fits, else what lacks the fewest answers."""
    knowledge = world.knowledge
    if progress.guide != say.GRANTS:
        return None
    found = judged(knowledge.guides.grants.values(), progress.answers, knowledge.facts)
    possible = [one for one in found if one.fit is not Fit.NO and one.grant.status != "closed"]
    best = min(possible, key=lambda one: sum(fit is Fit.UNKNOWN for _, fit in one.rules), default=None)
    return best.grant.entry if best is not None else None


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
    others = (row for row in content.rows if row != (say.open_button(progress.guide),))
    return state, (said(state, replace(content, rows=(*rows, *others))),)


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


VERBS: Mapping[str, Callable[[Conversation, Progress, str, World], Step | None]] = {
    "a": _answer_button,
    "s": skip,
    "b": _back,
    "x": _leave,
    "c": _show_changes,
    "q": again,
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


# ---- taking answers --------------------------------------------------------------------------------------


def spoken(state: Conversation, progress: Progress, words: str, world: World) -> Mapping[str, str]:
    """All answers that `words` give by themselves to questions that are asked now or still open: what was answered
    before is only changed on purpose."""
    asks = say.asks_of(world.knowledge, progress.guide)
    waiting = [ask for name, ask in asks.items() if name == progress.at or name not in progress.answers]
    found = reading.answers(words, waiting, progress.guide, language_for(state, world), progress.answers)
    known = {**progress.answers, **found}
    return {name: value for name, value in found.items() if holds(asks[name].when, known) is Fit.YES}


def language_for(state: Conversation, world: World) -> reading.Language:
    """Returns what reading needs of the conversation's language."""
    code = language_of(state)
    return reading.Language(code, world.knowledge.guides.typed.get(code, Typed()), world.read_day, world.today)


def take(
    state: Conversation, progress: Progress, found: Mapping[str, str], world: World, *, quiet: bool = False
) -> Step:
    """Takes the answers `found`; unless `quiet`, says which were understood."""
    asked = (*progress.asked, *(name for name in found if name not in progress.asked))
    progress = replace(progress, answers={**progress.answers, **found}, asked=asked)
    notes: Iterable[Part] = () if quiet else say.noted(progress, found)
    return advance(state, progress, world, tuple(notes))
