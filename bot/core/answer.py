"""What is done with a message: an answer, choices, small talk, a person, or the honest word that nothing fits. Pure.

Danger is looked for first, on every message, by rules. Then the language is guessed, the labels are ranked, and
thresholds set from held-out predictions decide. The same ranking says how likely there is danger that no rule told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from bot.core.crisis import detect, is_saying, undrawn
from bot.core.danger import graver
from bot.core.language import guess_language, usual_language
from bot.core.questions import questions
from bot.core.ranking import OUT_OF_SCOPE, HeldOut, Survey, alarm, best_of_each, rank, survey
from bot.core.text import clean, is_unspaced, sentences, shortened, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bot.core.crisis import CrisisRules
    from bot.core.danger import Danger
    from bot.core.index import Index
    from bot.core.language import Identify, LanguageGuess, Vocabulary
    from bot.core.ranking import Candidate

    Floats = NDArray[np.float64]

STAFF = "@staff"
SMALLTALK = "@smalltalk:"
FLOW = "@flow:"
FOLLOW_UP = SMALLTALK + "followup"
"""What cannot be understood without what was said before."""

_LIMIT = 8
_FEWEST_CHOICES, _MOST_CHOICES = 2, 4
_WORTH_A_CHOICE = 0.05  # of the first choice's confidence
_LEAST_PERSON, _PERSON_SHARE = 0.2, 0.6  # see `_person`
_FEWEST_HELD_OUT = 30
_OUTSIDE = 0.2  # weight of a phrase whose label was left out: those are harder to refuse than what people ask
_SURE = 0.74  # of the held-out phrases, which are harder than what most people ask, see `choose_thresholds`
_CHOICES, _BOTHER = 0.4, 0.25
_MARGIN = 0.1  # lead over the second label; less is a near tie
_STEPS = tuple(step / 100 for step in range(2, 99))
_LONG = 12  # words from which the sentences of a message are looked at one by one
_SENTENCES, _LONGEST_SENTENCE = 3, 300  # looked at, the questions and the longest ones first; letters of each
_BEYOND_DOUBT = 0.92  # chance of danger from which an entry about something else does not hold it back
_RIVAL = 0.15  # least confidence of an entry about something else that makes it one
_TORN_OUT = 0.5  # of its chance of danger is left to a sentence torn out of its text
_NUMBERS_TO_CALL = (3, 4)  # digits of the short numbers that people ask about: 112, 1813
_FEWEST_OF_DANGER, _FEW_OF_DANGER = 2, 4  # words; a Chinese character counts for half a one
_FOLLOW_UP = 16  # words a follow-up has at most
_ALONE, _TOGETHER = 0.8, 0.8  # how far a follow-up is believed alone, and with the message before


class Kind(StrEnum):
    """What a message gets."""

    ANSWER = "answer"
    CHOICES = "choices"
    NONE = "none"
    OUT_OF_SCOPE = "out_of_scope"
    STAFF = "staff"
    CRISIS = "crisis"
    SMALLTALK = "smalltalk"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Question:
    """A person's message `text`.

    `language` forces a language code, `prior` is the language of the conversation so far; `context` holds the
    person's earlier messages, oldest first.
    """

    text: str
    language: str | None = None
    prior: str | None = None
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a message.

    `entry` is the entry to send (ANSWER, and CRISIS where it is known), `also` that of a second question in the same
    message, `choices` two to four entries (CHOICES),
    `confidence` 0 to 1, `language` the message's language (not an offered one when the message is surely in
    another), `urgent` true in danger and where the entry, or one of the first two
    choices, cannot wait, `topic` the kind of small talk, the flow's name or the category of the rule that
    told the danger. `nearest` is the likeliest entry, also where it is not likely enough to be given.
    """

    kind: Kind
    entry: str | None
    choices: tuple[str, ...]
    confidence: float
    language: str
    urgent: bool = False
    topic: str | None = None
    also: str | None = None
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences (0 to 1) of the best label.

    `answer`: it is given at once, if it leads the second label by `margin`; `choices`: entries are offered to choose
    from; `scope`: it is likelier that the label is right than that the message is about something else.
    """

    answer: float = 0.5
    choices: float = 0.15
    margin: float = 0.05
    scope: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Understanding:
    """All that `understand` needs: built once from the knowledge, shared by every message.

    `offered` are the codes answered in; `identify` is a library's view of a text's language; `entries` are the ids
    that may be given as an answer now, `urgent` those of them that cannot wait.
    """

    index: Index
    thresholds: Mapping[str | None, Thresholds]
    offered: tuple[str, ...]
    vocabulary: Vocabulary
    identify: Identify
    crisis: CrisisRules
    entries: frozenset[str]
    urgent: frozenset[str] = frozenset()

    def limits(self, language: str | None) -> Thresholds:
        """Returns the thresholds of `language`, usual ones where it has none of its own."""
        return self.thresholds.get(language) or self.thresholds.get(None) or Thresholds()


def all_thresholds(held_out: Mapping[str | None, HeldOut]) -> dict[str | None, Thresholds]:
    """Returns the thresholds of each language, and under None those of all together."""
    found = {language: choose_thresholds(seen) for language, seen in held_out.items()}
    return {None: choose_thresholds(HeldOut.joined(list(held_out.values()))), **found}


def choose_thresholds(held_out: HeldOut) -> Thresholds:
    """Returns the thresholds that serve best on held-out predictions, usual ones where there are too few.

    `answer` is the least from which _SURE of the answers would be right. `choices` is worth most where a right entry
    among the choices is worth _CHOICES, and needless ones cost _BOTHER. `scope` gives the most right labels and
    rightly refused messages.
    """
    if len(held_out.top) < _FEWEST_HELD_OUT or not len(held_out.outside):
        return Thresholds()
    first, offered = held_out.place == 0, held_out.place < _MOST_CHOICES
    nothing = np.full(len(held_out.outside), -1.0)
    choices = _best_step(held_out, np.where(offered, _CHOICES, 0.0), _BOTHER * nothing)
    scope = _best_step(held_out, first.astype(np.float64), nothing)
    return Thresholds(answer=max(choices, _sure_step(held_out, first)), choices=choices, margin=_MARGIN, scope=scope)


def _best_step(held_out: HeldOut, inside: Floats, outside: Floats) -> float:
    """Returns the confidence from which the worth of the predictions, in all, is greatest."""
    worth = [inside[held_out.top >= step].sum() + _OUTSIDE * outside[held_out.outside >= step].sum() for step in _STEPS]
    return _STEPS[int(np.argmax(worth))]


def _sure_step(held_out: HeldOut, right: NDArray[np.bool_]) -> float:
    """Returns the least confidence from which _SURE of the predictions are right; the surest one where none is."""
    for step in _STEPS:
        given = float((held_out.top >= step).sum() + _OUTSIDE * (held_out.outside >= step).sum())
        if (right & (held_out.top >= step)).sum() >= _SURE * given:
            return step
    return _STEPS[-1]


def understand(question: Question, brain: Understanding) -> Decision:
    """Returns what to do with `question`; never raises on any text."""
    text = undrawn(shortened(clean(question.text)))
    danger = detect(question.text, brain.crisis, question.language or question.prior)
    language = _language(question, text, brain)
    if danger is not None:
        entry = danger.entry if danger.entry in brain.entries else None
        return Decision(Kind.CRISIS, entry, (), 1.0, language, urgent=True, topic=danger.category)
    if not tokens(text) or _only_digits(text):
        return Decision(Kind.NONE, None, (), 0.0, language)
    seen = _surveyed(text, language, brain)
    seen = replace(seen, danger=_told(seen.danger, text))
    if seen.danger is not None and seen.danger.urgent and is_saying(question.text, brain.crisis):
        seen = replace(seen, danger=replace(seen.danger, urgent=False))
    seen = replace(seen, candidates=_without_courtesy(seen.candidates, text, language, brain))
    seen = _with_context(seen, question, language, brain)
    usable = tuple(c for c in seen.candidates if c.label in brain.entries or c.label.startswith("@"))
    decision = _decide(usable, language, brain.limits(language))
    if seen.danger is not None:
        decision = _with_danger(decision, seen.danger, usable, brain)
    else:
        decision = _with_second(decision, text, language, brain)
    if decision.kind == Kind.OUT_OF_SCOPE and not _known(tokens(text), brain):
        decision = replace(decision, kind=Kind.NONE)
    pressing = not brain.urgent.isdisjoint({decision.entry, *decision.choices[:_FEWEST_CHOICES]})
    nearest = next((c.label for c in usable if c.label in brain.entries), None)
    return replace(decision, urgent=decision.urgent or pressing, nearest=nearest)


def _told(danger: Danger | None, text: str) -> Danger | None:
    """Danger that was learned needs words to stand on: of a word or two ("no", "not sure") nothing is told, and of a
    few it is in doubt. What short messages of danger say, the rules know."""
    words = sum(0.5 if is_unspaced(word) else 1.0 for word in tokens(text))
    if danger is None or words <= _FEWEST_OF_DANGER:
        return None
    return replace(danger, urgent=danger.urgent and words > _FEW_OF_DANGER)


def _only_digits(text: str) -> bool:
    """True for a bare number that is not as long as those people call for help: it tells nothing."""
    said = "".join(tokens(text))
    return said.isdigit() and len(said) not in _NUMBERS_TO_CALL


def _language(question: Question, text: str, brain: Understanding) -> str:
    if question.language is not None:
        return question.language
    if not text:
        return usual_language(brain.offered, question.prior)
    return guessed(text, question.prior, brain).language


def guessed(text: str, prior: str | None, brain: Understanding) -> LanguageGuess:
    """Returns the language of `text` as `bot.core.language` guesses it with what `brain` knows."""
    return guess_language(
        text, offered=brain.offered, prior=prior, vocabulary=brain.vocabulary, identify=brain.identify
    )


def _surveyed(text: str, language: str, brain: Understanding) -> Survey:
    """Returns the candidates for the whole text; of its single sentences the danger, and where the whole tells nothing
    also the entries."""
    whole = survey(brain.index, text, language=language, limit=_LIMIT)
    parts = sentences(text)
    if len(parts) < 2 or len(tokens(text)) < _LONG:
        return whole
    asked = sorted(parts, key=lambda part: (not part.endswith(("?", "？", "؟")), -len(part)))[:_SENTENCES]
    unclear = not whole.candidates or whole.candidates[0].score < brain.limits(language).choices
    found, danger = list(whole.candidates), whole.danger
    for part in asked:
        if unclear:
            seen = rank(brain.index, part[:_LONGEST_SENTENCE], language=language, limit=_LIMIT)
            found += [c for c in seen if not c.label.startswith("@")]
        told = alarm(brain.index, part[:_LONGEST_SENTENCE], language=language)
        if told is not None and told.urgent:
            danger = graver(danger, replace(told, chance=_TORN_OUT * told.chance, urgent=False))
    return Survey(best_of_each(found), danger)


def _without_courtesy(
    ranked: tuple[Candidate, ...], text: str, language: str, brain: Understanding
) -> tuple[Candidate, ...]:
    """A greeting or thanks with a question is a question: what is left without the polite words is ranked again."""
    if not ranked or not ranked[0].label.startswith(SMALLTALK) or ranked[0].label == FOLLOW_UP:
        return ranked
    polite = set(tokens(ranked[0].nearest))
    rest = [word for word in tokens(text) if word not in polite]
    if len(rest) < 2:
        return ranked
    again = rank(brain.index, " ".join(rest), language=language, limit=_LIMIT)
    meant = bool(again) and not again[0].label.startswith("@") and again[0].score >= brain.limits(language).scope
    return again if meant else ranked


def _with_context(seen: Survey, question: Question, language: str, brain: Understanding) -> Survey:
    """A short message that says little alone is read together with the person's last one, if that is clearly better."""
    if not question.context:
        return seen
    seen = replace(seen, candidates=tuple(c for c in seen.candidates if c.label != FOLLOW_UP))
    words = tokens(question.text)
    if _is_clear(seen, words, brain.limits(language), brain) or not _known(words, brain) or len(words) > _FOLLOW_UP:
        return seen
    together = survey(brain.index, f"{question.context[-1]} {question.text}", language=language, limit=_LIMIT)
    about = tuple(c for c in together.candidates if c.label != FOLLOW_UP)
    return Survey(_either(seen.candidates, about), seen.danger)


def _is_clear(seen: Survey, words: Sequence[str], limits: Thresholds, brain: Understanding) -> bool:
    """True if a message tells enough alone. Words that nobody knows do not make it one about something else."""
    if not seen.candidates:
        return False
    best = seen.candidates[0]
    if best.label == OUT_OF_SCOPE and 2 * _known(words, brain) < len(words):
        return False
    return best.score >= limits.answer or (best.label.startswith("@") and best.score >= limits.scope)


def _known(words: Sequence[str], brain: Understanding) -> int:
    return sum(word in brain.index.known_words for word in words)


def _either(alone: tuple[Candidate, ...], together: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Joins the candidates of a follow-up alone and of it with the message before: what both find is likeliest."""
    by_label = {c.label: c for c in (*together, *alone)}
    scores = dict.fromkeys(by_label, 0.0)
    for share, found in ((_ALONE, alone), (_TOGETHER, together)):
        for candidate in found:
            scores[candidate.label] = 1 - (1 - scores[candidate.label]) * (1 - share * candidate.score)
    joined = [replace(candidate, score=scores[label]) for label, candidate in by_label.items()]
    return tuple(sorted(joined, key=lambda c: (-c.score, c.label)))


def _with_second(decision: Decision, text: str, language: str, brain: Understanding) -> Decision:
    """Two questions in one message are both answered, where each alone has a sure answer of its own."""
    parts = questions(text)
    if len(parts) != 2 or decision.kind not in {Kind.ANSWER, Kind.CHOICES, Kind.NONE}:
        return decision
    limits = brain.limits(language)
    found = []
    for part in parts:
        ranked = rank(brain.index, part, language=language, limit=_LIMIT)
        alone = _decide(tuple(c for c in ranked if c.label in brain.entries or c.label[0] == "@"), language, limits)
        if alone.kind != Kind.ANSWER:
            return decision
        found.append(alone)
    first, second = found
    if first.entry == second.entry:
        return decision
    sure = min(first.confidence, second.confidence)
    return Decision(Kind.ANSWER, first.entry, (), sure, language, also=second.entry)


def _decide(ranked: tuple[Candidate, ...], language: str, limits: Thresholds) -> Decision:
    if (person := _person(ranked)) is not None:
        return Decision(Kind.STAFF, None, (), person.score, language)
    ranked = _without_doubtful_kinds(ranked, limits)
    if not ranked or ranked[0].score < limits.choices:
        return Decision(Kind.NONE, None, (), ranked[0].score if ranked else 0.0, language)
    best = ranked[0]
    if best.label.startswith("@"):
        kind, _, topic = best.label[1:].partition(":")
        return Decision(Kind(kind), None, (), best.score, language, topic=topic or None)
    second = ranked[1].score if len(ranked) > 1 else 0.0
    entries = [candidate for candidate in ranked if not candidate.label.startswith("@")]
    sure = best.score >= limits.answer and best.score - second >= limits.margin
    if sure or len(entries) < _FEWEST_CHOICES:
        return Decision(Kind.ANSWER, best.label, (), best.score, language)
    worth = [c for c in entries[:_MOST_CHOICES] if c.score >= _WORTH_A_CHOICE * best.score]
    shown = worth if len(worth) >= _FEWEST_CHOICES else entries[:_FEWEST_CHOICES]
    return Decision(Kind.CHOICES, None, tuple(c.label for c in shown), best.score, language)


def _with_danger(decision: Decision, danger: Danger, ranked: tuple[Candidate, ...], brain: Understanding) -> Decision:
    """Sends the entry of urgent danger. Danger in doubt is not hidden: its entry is offered before the best others.

    It is in doubt, too, where an entry about something else is likely enough; and where anything else is
    surer than the danger is likely, the doubt is left out.
    """
    leads = brain.crisis.entries | {danger.entry}
    likely = max(_RIVAL, brain.limits(decision.language).choices)
    rival = any(c.score >= likely for c in ranked if c.label in brain.entries and c.label not in leads)
    surer = decision.kind not in {Kind.CHOICES, Kind.NONE} and decision.confidence >= danger.chance
    if danger.urgent and not surer and (not rival or danger.chance >= _BEYOND_DOUBT):
        entry = danger.entry if danger.entry in brain.entries else None
        found = replace(decision, kind=Kind.CRISIS, confidence=danger.chance, urgent=True)
        return replace(found, entry=entry, choices=(), topic=None)
    if danger.entry not in brain.entries or decision.entry == danger.entry or (surer and not danger.urgent):
        return decision
    if decision.kind == Kind.STAFF:
        return replace(decision, urgent=True)  # a person will look at it, and soon
    others = [c.label for c in ranked if c.label in brain.entries and c.label != danger.entry]
    if not others:
        return replace(decision, kind=Kind.ANSWER, entry=danger.entry, choices=(), topic=None)
    choices = (danger.entry, *others)[:_MOST_CHOICES]
    return replace(decision, kind=Kind.CHOICES, entry=None, choices=choices, topic=None)


def _person(ranked: tuple[Candidate, ...]) -> Candidate | None:
    """Returns the candidate for staff where it is likely enough beside the best other one.

    A person's own case uses the words of an entry, so the entry is often likelier; but whoever is asked if the matter
    may go to staff loses nothing, and whoever gets a general text about a case of theirs is not heard.
    """
    found = next((c for c in ranked if c.label == STAFF), None)
    if found is None or found.score < _LEAST_PERSON:
        return None
    others = [c.score for c in ranked if c is not found]
    return found if found.score >= _PERSON_SHARE * max(others, default=0.0) else None


def _without_doubtful_kinds(ranked: tuple[Candidate, ...], limits: Thresholds) -> tuple[Candidate, ...]:
    """Leaves out small talk, staff and flows of little confidence: doing nothing special is the safer choice there."""
    return tuple(c for c in ranked if c.score >= limits.scope or not c.label.startswith("@") or c.label == OUT_OF_SCOPE)
