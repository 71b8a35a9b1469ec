"""What the guides say: questions, results, checklists, briefs; as keys and ids. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core import checklist as steps
from bot.core.entry_rules import BASIS_KEYS, weakest
from bot.core.grants import Fit, judge, judged, options_for
from bot.core.guides import AskType
from bot.core.model import Button, Content, Line, Part, Ref, Sentence
from bot.core.reading import OTHER, UNKNOWN
from bot.core.ways_out import WAYS_OUT, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from bot.core.checklist import Item
    from bot.core.conversation import Progress
    from bot.core.grants import Judged
    from bot.core.guides import Ask, Checklist
    from bot.core.model import Knowledge

GRANTS = "grants"

_MARKS = {Fit.YES: "✓", Fit.NO: "✗", Fit.UNKNOWN: "?"}
_DONE, _OPEN = "✓", "▢"
_NEXT = 3  # steps shown as the next ones
_MOST_LISTED = 6  # grants or offers named in one message


def asks_of(knowledge: Knowledge, guide: str) -> Mapping[str, Ask]:
    """Returns the questions of a guide. Raises KeyError for an unknown one."""
    return knowledge.guides.questions if guide == GRANTS else knowledge.guides.checklists[guide].questions


def guides_of(knowledge: Knowledge) -> tuple[str, ...]:
    """Returns the ids of the guides that there are, in the order in which they are offered."""
    grants = (GRANTS,) if knowledge.guides.grants else ()
    return (*knowledge.guides.checklists, *grants)


def open_button(guide: str) -> Button:
    """Opens or resumes a guide."""
    return Button(Sentence("button-begin", {"guide": Ref("guide", guide)}), f"g:{guide}")


def resume_row(guide: str) -> tuple[Button, ...]:
    """The way back into a guide that was left for something else."""
    return (Button(Sentence("button-continue", {"guide": Ref("guide", guide)}), f"g:{guide}"),)


def _act(guide: str, verb: str, label: str, **args: Ref) -> Button:
    return Button(Sentence(label, args), f"g:{guide}:{verb}")


# ---- a question ------------------------------------------------------------------------------------------


def question(knowledge: Knowledge, progress: Progress, notes: Iterable[Part] = ()) -> Content:
    """The question a guide is at, with what may be answered as buttons; `notes` stand before it."""
    guide, name = progress.guide, progress.at or ""
    ask = asks_of(knowledge, guide)[name]
    parts: list[Part] = [*notes, Line(Ref("ask", f"{guide}/{name}"), bold=True)]
    if ask.type is AskType.DATE:
        parts.append(Sentence("guide-date-hint"))
    elif not progress.answers and ask.type is AskType.CHOICE:
        parts.append(Sentence("guide-words-hint"))
    unknown = _act(guide, f"s:{name}", "button-unknown")
    rows = _options(knowledge, progress, ask)
    steer = (*((_act(guide, "b", "button-back"),) if len(progress.asked) > 1 else ()), _act(guide, "x", "button-stop"))
    return Content(tuple(parts), (*rows, (unknown,), steer, *WAYS_OUT))


def _options(knowledge: Knowledge, progress: Progress, ask: Ask) -> Rows:
    guide = progress.guide
    if ask.type is AskType.YES_NO:
        return (tuple(_option(guide, ask.id, answer) for answer in ("yes", "no")),)
    if ask.type is not AskType.CHOICE:
        return ()
    options = list(ask.options)
    if guide == GRANTS:
        others = {name: value for name, value in progress.answers.items() if name != ask.id}
        grants = list(knowledge.guides.grants.values())
        options = [*options_for(ask, grants, others, knowledge.facts), OTHER]
    return tuple((_option(guide, ask.id, option),) for option in options)


def _option(guide: str, name: str, answer: str) -> Button:
    return Button(Ref("given", f"{guide}/{name}/{answer}"), f"g:{guide}:a:{name}:{answer}")


def noted(progress: Progress, names: Iterable[str]) -> list[Part]:
    """What was understood of a message that answered several questions."""
    lines = [_given(progress, name, mark="•") for name in names]
    return [Sentence("guide-noted"), *lines] if lines else []


def _given(progress: Progress, name: str, mark: str = "") -> Part:
    args = {
        "question": Ref("asked", f"{progress.guide}/{name}"),
        "answer": Ref("given", f"{progress.guide}/{name}/{progress.answers[name]}"),
    }
    return Sentence("guide-given-listed" if mark else "guide-given", args, tight=True)


def changes(knowledge: Knowledge, progress: Progress) -> Content:
    """All answers, each a button to give another one."""
    guide = progress.guide
    names = given(knowledge, progress)
    rows = tuple((Button(Ref("asked", f"{guide}/{name}"), f"g:{guide}:q:{name}"),) for name in names)
    parts: tuple[Part, ...] = (Sentence("guide-changes"), *(_given(progress, name, mark="•") for name in names))
    steer = (_act(guide, "f", "button-result"), _act(guide, "r", "button-restart"))
    return Content(parts, (*rows, steer, *WAYS_OUT))


def given(knowledge: Knowledge, progress: Progress) -> tuple[str, ...]:
    """Returns the questions of which the person gave an answer that counts, in their order."""
    if progress.guide == GRANTS:
        return tuple(name for name in progress.asked if name in progress.answers)
    return steps.asked(knowledge.guides.checklists[progress.guide], progress.answers)


# ---- grants ----------------------------------------------------------------------------------------------


def grant_results(knowledge: Knowledge, progress: Progress, notes: Iterable[Part] = ()) -> Content:
    """Which grants fit, which may, and how many do not; each a button to its reasons."""
    found = judged(knowledge.guides.grants.values(), progress.answers, knowledge.facts)
    open_ones = [one for one in found if one.grant.status != "closed"]
    fitting = [one for one in open_ones if one.fit is Fit.YES][:_MOST_LISTED]
    possible = [one for one in open_ones if one.fit is Fit.UNKNOWN][: _MOST_LISTED - len(fitting)]
    closed = [one for one in found if one.grant.status == "closed" and one.fit is Fit.YES]
    parts: list[Part] = list(notes)
    for key, ones in (("grants-fit", fitting), ("grants-maybe", possible), ("grants-closed", closed)):
        if ones:
            mark = _MARKS[ones[0].fit] if ones is not closed else "✗"
            parts.append(Sentence(key, bold=True))
            parts += [Line(Ref("grant", one.grant.id), mark, tight=True) for one in ones]
    if not fitting and not possible:
        parts.append(Sentence("grants-none"))
    failing = sum(1 for one in open_ones if one.fit is Fit.NO)
    if failing:
        parts.append(Sentence("grants-others", {"count": failing}))
    shown = [*fitting, *possible, *closed]
    rows = tuple(_why(one.grant.id) for one in shown)
    return Content(tuple(parts), (*rows, *_after_result(GRANTS, failing > 0)))


def _why(grant: str) -> tuple[Button, ...]:
    return (Button(Sentence("button-why", {"grant": Ref("grant", grant)}), f"g:{GRANTS}:d:{grant}"),)


def _after_result(guide: str, others: bool) -> Rows:
    more = ((_act(guide, "n", "button-others"),),) if others else ()
    last = (_act(guide, "c", "button-change"), _act(guide, "h", "button-to-adviser"))
    return (*more, last, *WAYS_OUT)


def grant_others(knowledge: Knowledge, progress: Progress) -> Content:
    """The grants that do not fit, each with the first reason."""
    found = judged(knowledge.guides.grants.values(), progress.answers, knowledge.facts)
    names = [one.grant.id for one in found if one.fit is Fit.NO and one.grant.status != "closed"]
    lines = (Line(Ref("grant", name), _MARKS[Fit.NO], tight=True) for name in names)
    back = (_act(GRANTS, "f", "button-result"), _act(GRANTS, "c", "button-change"))
    rows = tuple(_why(name) for name in names)
    return Content((Sentence("grants-not", bold=True), *lines), (*rows, back, *WAYS_OUT))


def grant_detail(knowledge: Knowledge, progress: Progress, name: str) -> Content:
    """One grant: rule by rule why it fits or not, the amount, the deadline, how to apply and how sure all that is."""
    grant = knowledge.guides.grants[name]
    one = judge(grant, progress.answers, knowledge.facts)
    parts: list[Part] = [Line(Ref("grant", name), bold=True)]
    for fit, key in ((Fit.NO, "grant-no"), (Fit.YES, "grant-yes"), (Fit.UNKNOWN, "grant-unknown")):
        rules = [rule for rule, how in one.rules if how is fit]
        if rules:
            parts.append(Sentence(key))
            parts += [Line(Ref("rule", f"{name}/{rule.id}"), _MARKS[fit], tight=True) for rule in rules]
    parts += _terms(one)
    apply = knowledge.facts[grant.apply] if grant.apply else None
    way = (
        (Button(Sentence("button-open", {"name": Ref("fact", apply.id)}), url=str(apply.value)),)
        if (apply is not None and apply.type == "url")
        else ()
    )
    whole = (Button(Ref("entry", grant.entry), f"e:{grant.entry}"),)
    back = (_act(GRANTS, "f", "button-result"), _act(GRANTS, "c", "button-change"))
    return Content(tuple(parts), (*((way,) if way else ()), whole, back, *WAYS_OUT))


def _terms(one: Judged) -> list[Part]:
    grant = one.grant
    parts: list[Part] = [Sentence(f"grant-{grant.status}")]
    if len(grant.amounts) == 1:
        parts.append(Sentence("grant-amount", {"amount": Ref("fact", grant.amounts[0])}, tight=True))
    elif grant.amounts:  # unlike figures need the words around them
        parts.append(Sentence("grant-amounts", tight=True))
    if grant.deadlines:
        parts.append(Sentence("grant-deadline", {"deadline": Ref("facts", ",".join(grant.deadlines))}, tight=True))
    else:
        parts.append(Sentence("grant-no-deadline", tight=True))
    if grant.apply:
        parts.append(Sentence("grant-apply", {"way": Ref("fact", grant.apply)}, tight=True))
    parts.append(Sentence(BASIS_KEYS[weakest(rule.basis for rule, _ in one.rules)], tight=True))
    return parts


# ---- checklists and intakes ------------------------------------------------------------------------------


def checklist_result(
    knowledge: Knowledge, progress: Progress, today: date, notes: Iterable[Part] = (), *, whole: bool = False
) -> Content:
    """How far the person has come and what comes next; `whole`: every step, to tick or untick."""
    known = knowledge.guides.checklists[progress.guide]
    found = steps.items(known, progress.answers, progress.done, knowledge.facts)
    ready = steps.upcoming(found)
    counts = {"done": sum(1 for item in found if item.done), "count": len(found)}
    parts: list[Part] = [*notes, Line(Ref("guide", known.id), bold=True), Sentence("checklist-progress", counts)]
    if whole:
        parts += [_step_line(known, item, today, tight=True) for item in found]
        rows = tuple((_tick(known, item),) for item in found)
        steer = (_act(known.id, "f", "button-next-steps"), _act(known.id, "c", "button-change"))
        return Content(tuple(parts), (*rows, steer, *WAYS_OUT))
    if ready:
        parts.append(Sentence("checklist-next"))
        parts += [_step_line(known, item, today, tight=True) for item in ready[:_NEXT]]
    else:
        waiting = any(not item.done for item in found)
        parts.append(Sentence("checklist-maybe" if waiting else "checklist-finished"))
    rows = tuple(
        (Button(Ref("step", f"{known.id}/{item.step.id}"), f"g:{known.id}:i:{item.step.id}"),) for item in ready[:_NEXT]
    )
    steer = (_act(known.id, "l", "button-all-steps"), _act(known.id, "c", "button-change"))
    return Content(tuple(parts), (*rows, steer, *WAYS_OUT))


def _step_line(known: Checklist, item: Item, today: date, *, tight: bool) -> Part:
    words = Ref("step", f"{known.id}/{item.step.id}")
    if item.done:
        return Line(words, _DONE, tight=tight)
    if item.due is not None:
        key = "checklist-due" if item.due >= today else "checklist-late"
        return Sentence(key, {"step": words, "day": Ref("day", item.due.isoformat())}, tight=tight)
    return Line(words, "?" if item.maybe else _OPEN, tight=tight)


def _tick(known: Checklist, item: Item) -> Button:
    label = "button-untick" if item.done else "button-tick"
    return _act(known.id, f"t:{item.step.id}", label, step=Ref("step", f"{known.id}/{item.step.id}"))


def step_rows(knowledge: Knowledge, progress: Progress, name: str) -> Rows:
    """What can be done with one step beside reading about it: tick it, be reminded of it, go back to the list."""
    known = knowledge.guides.checklists[progress.guide]
    label = "button-not-done" if name in progress.done else "button-done"
    remind = _act(known.id, f"m:{name}", "button-remind")
    return ((_act(known.id, f"t:{name}", label), remind), resume_row(known.id))


def reminder_set(guide: str, name: str, day: date) -> Content:
    """A reminder was asked for."""
    args = {"day": Ref("day", day.isoformat()), "step": Ref("step", f"{guide}/{name}")}
    return Content(
        (Sentence("reminder-set", args),), ((_act(guide, f"u:{name}", "button-no-reminder"),), resume_row(guide))
    )


def reminder_off(guide: str) -> Content:
    """A reminder was taken back."""
    return Content((Sentence("reminder-off"),), (resume_row(guide), *WAYS_OUT))


def reminder(knowledge: Knowledge, progress: Progress, name: str, today: date) -> Content:
    """What the person wanted to be reminded of."""
    known = knowledge.guides.checklists[progress.guide]
    found = steps.items(known, progress.answers, progress.done, knowledge.facts)
    lines = [_step_line(known, item, today, tight=True) for item in found if item.step.id == name]
    step = next(step for step in known.steps if step.id == name)
    rows = ((Button(Ref("entry", step.entry), f"g:{known.id}:i:{name}"),), *step_rows(knowledge, progress, name))
    return Content((Sentence("reminder-now"), *lines), (*rows, *WAYS_OUT))


def intake_result(knowledge: Knowledge, progress: Progress, notes: Iterable[Part] = ()) -> Content:
    """The offers that fit, each with what makes it fit, and the way to the department."""
    known = knowledge.guides.checklists[progress.guide]
    found = steps.items(known, progress.answers, (), knowledge.facts)
    fitting = [item for item in found if not item.maybe][:_MOST_LISTED]
    possible = [item for item in found if item.maybe and _began(item, progress)][: _MOST_LISTED - len(fitting)]
    parts: list[Part] = list(notes)
    for key, ones in (("offers-fit", fitting), ("offers-maybe", possible)):
        if ones:
            parts.append(Sentence(key, bold=True))
            parts += [_offer_line(known, item, progress) for item in ones]
    if not fitting and not possible:
        parts.append(Sentence("offers-none"))
    parts.append(Sentence("offers-person", {"department": Ref("department", known.department or "")}))
    rows = tuple((Button(Ref("entry", item.step.entry), f"e:{item.step.entry}"),) for item in (*fitting, *possible))
    send = (_act(known.id, "h", "button-to-adviser"), _act(known.id, "c", "button-change"))
    return Content(tuple(parts), (*rows, send, *WAYS_OUT))


def _began(item: Item, progress: Progress) -> bool:
    """An offer may fit only if something the person said speaks for it."""
    return any(progress.answers.get(name, UNKNOWN) in allowed for name, allowed in item.step.when.items())


def _offer_line(known: Checklist, item: Item, progress: Progress) -> Part:
    reasons = [
        f"{known.id}/{name}/{progress.answers[name]}"
        for name in item.step.when
        if progress.answers.get(name, UNKNOWN) != UNKNOWN
    ]
    args = {"offer": Ref("step", f"{known.id}/{item.step.id}"), "reasons": Ref("givens", ",".join(reasons))}
    return Sentence("offer-because", args, tight=True)


def brief(knowledge: Knowledge, guide: str, answers: Mapping[str, str]) -> tuple[Part, ...]:
    """What a guide's answers say to staff: question by question, and what fits by the rules."""
    asks = asks_of(knowledge, guide)
    parts: list[Part] = [Line(Ref("guide", guide), bold=True)]
    for name, ask in asks.items():
        if name in answers and ask.type is not AskType.TEXT:
            args = {
                "question": Ref("asked", f"{guide}/{name}"),
                "answer": Ref("given", f"{guide}/{name}/{answers[name]}"),
            }
            parts.append(Sentence("guide-given-listed", args, tight=True))
    if guide == GRANTS:
        found = judged(knowledge.guides.grants.values(), answers, knowledge.facts)
        fitting = [one.grant.id for one in found if one.fit is Fit.YES and one.grant.status != "closed"]
        if fitting:
            parts.append(Sentence("brief-fits", {"names": Ref("grants", ",".join(fitting))}))
        return tuple(parts)
    known = knowledge.guides.checklists[guide]
    fits = [item.step.id for item in steps.items(known, answers, (), knowledge.facts) if not item.maybe]
    if known.kind == "intake" and fits:
        parts.append(Sentence("brief-offers"))
        parts += [Line(Ref("step", f"{guide}/{name}"), "•", tight=True) for name in fits[:_MOST_LISTED]]
    return tuple(parts)
