from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answer import Kind, Question, Thresholds, Understanding, _decide, choose_thresholds, understand
from bot.core.crisis import compile_rules
from bot.core.danger import Danger
from bot.core.index import Document, Example, build
from bot.core.language import Vocabulary
from bot.core.ranking import Candidate, HeldOut

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGLISH = {
    "bike-theft": [
        "my bicycle was stolen",
        "somebody took my bike",
        "report a stolen bike",
        "bike gone from the station",
    ],
    "bike-hire": ["where can i rent a bicycle", "hire a bike for a day", "bike rental price", "city bikes to borrow"],
    "library": ["when does the library open", "borrow a book", "the book is late", "library card for my child"],
    "pool": ["how much is the swimming pool", "swim with my baby", "is the pool heated", "swimming lessons"],
    "@staff": ["i want to talk to a person", "connect me with a human", "i want to complain", "call me back please"],
    "@smalltalk:greeting": ["hello", "hi there", "good morning", "hey"],
    "@smalltalk:thanks": ["thank you", "thanks a lot", "many thanks", "thx"],
    "@out_of_scope": [
        *("will it rain tomorrow", "who won the football match", "a recipe for soup", "tell me a joke"),
        *("what is seven times eight", "buy cheap shoes", "write my homework", "capital of france"),
    ],
}
DANISH = {
    "bike-theft": ["min cykel er stjålet", "nogen har taget min cykel", "anmelde cykeltyveri", "cyklen er væk"],
    "bike-hire": ["hvor kan jeg leje en cykel", "leje cykel en dag", "hvad koster en lejecykel", "låne bycykel"],
    "library": ["hvornår åbner biblioteket", "låne en bog", "bogen er forsinket", "lånerkort til mit barn"],
    "pool": ["hvad koster svømmehallen", "svømme med min baby", "er vandet varmt", "svømmeundervisning"],
    "@staff": ["jeg vil tale med et menneske", "ring til mig", "jeg vil klage", "en medarbejder tak"],
    "@smalltalk:greeting": ["hej", "goddag", "godmorgen", "halløj"],
}
RULES = {"en": {"categories": {"fire": {"entry": "emergency", "rules": ["(house|flat|kitchen) .. fire"]}}}}
LIMITS = Thresholds(answer=0.6, choices=0.3, margin=0.05, scope=0.45)


def no_opinion(_: str) -> Mapping[str, float]:
    return {}


def make_brain(**changes: object) -> Understanding:
    rows = [("en", ENGLISH), ("da", DANISH)]
    brain = Understanding(
        index=build(
            [Example(text, label, code) for code, texts in rows for label, group in texts.items() for text in group],
            [Document("pool", "en", "Towels can be hired at the entrance. Children pay half.")],
        ),
        thresholds={None: LIMITS},
        offered=("en", "da"),
        vocabulary=Vocabulary.learned({code: [t for g in texts.values() for t in g] for code, texts in rows}),
        identify=no_opinion,
        crisis=compile_rules(RULES),
        entries=frozenset({"bike-theft", "bike-hire", "library", "pool", "emergency"}),
    )
    return replace(brain, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def brain() -> Understanding:
    return make_brain()


@pytest.mark.parametrize(
    ("text", "entry", "language"),
    [
        ("somebody stole my bicycle at the station", "bike-theft", "en"),
        ("Hello! where can I rent a bicycle?", "bike-hire", "en"),
        ("thanks, and when does the library open", "library", "en"),
        ("hi how much is the swiming pool", "pool", "en"),
        ("Hej, hvor kan jeg leje en cykel?", "bike-hire", "da"),
        ("min cykel er stjalet", "bike-theft", "da"),
    ],
)
def test_questions_are_answered_also_with_a_greeting(
    brain: Understanding, text: str, entry: str, language: str
) -> None:
    decision = understand(Question(text), brain)
    assert (decision.kind, decision.entry, decision.language) == (Kind.ANSWER, entry, language)
    assert decision.confidence >= LIMITS.answer
    assert not decision.urgent


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        ("hello", Kind.SMALLTALK, "greeting"),
        ("Hej!", Kind.SMALLTALK, "greeting"),
        ("thanks a lot", Kind.SMALLTALK, "thanks"),
        ("i want to talk to a human", Kind.STAFF, None),
        ("jeg vil tale med en medarbejder", Kind.STAFF, None),
        ("will it rain tomorrow", Kind.OUT_OF_SCOPE, None),
    ],
)
def test_what_is_not_for_an_entry(brain: Understanding, text: str, kind: Kind, topic: str | None) -> None:
    decision = understand(Question(text), brain)
    assert (decision.kind, decision.topic, decision.entry, decision.choices) == (kind, topic, None, ())


def test_a_flow_is_started_by_its_label() -> None:
    extra = [Example(text, "@flow:checklist", "en") for text in ("start my checklist", "make me a list of steps")]
    plain = [Example(text, label, "en") for label, group in ENGLISH.items() for text in group]
    brain = make_brain(index=build([*plain, *extra]))
    decision = understand(Question("start my checklist"), brain)
    assert (decision.kind, decision.topic) == (Kind.FLOW, "checklist")


@pytest.mark.parametrize("text", ["", "  ", "😀😀", "\u200b\u202e", "?!...", "\x00"])
@pytest.mark.parametrize(("prior", "language"), [(None, "en"), ("da", "da")])
def test_nothing_to_read_is_none(brain: Understanding, text: str, prior: str | None, language: str) -> None:
    decision = understand(Question(text, prior=prior), brain)
    assert (decision.kind, decision.confidence, decision.language) == (Kind.NONE, 0.0, language)


def test_nothing_known_is_none(brain: Understanding) -> None:
    assert understand(Question("qwertz uiopü"), brain).kind == Kind.NONE


@pytest.mark.parametrize(
    "text", ["the kitchen is on fire", "Hi! thanks. THE KITCHEN IS ON FIRE!!! call me back please"]
)
@pytest.mark.parametrize("language", [None, "da"])
def test_danger_comes_first(brain: Understanding, text: str, language: str | None) -> None:
    decision = understand(Question(text, language=language), brain)
    assert (decision.kind, decision.entry, decision.topic) == (Kind.CRISIS, "emergency", "fire")
    assert decision.urgent
    assert decision.confidence == 1.0


def test_danger_without_its_entry_is_still_danger() -> None:
    decision = understand(Question("the kitchen is on fire"), make_brain(entries=frozenset({"pool"})))
    assert (decision.kind, decision.entry, decision.urgent) == (Kind.CRISIS, None, True)


def test_between_two_entries_there_is_a_choice(brain: Understanding) -> None:
    decision = understand(Question("bike"), replace(brain, thresholds={None: Thresholds(0.95, 0.1, 0.05)}))
    assert decision.kind == Kind.CHOICES
    assert set(decision.choices) >= {"bike-theft", "bike-hire"}
    assert decision.entry is None


@pytest.mark.parametrize("limits", [Thresholds(0.99, 0.0, 0.0), Thresholds(0.0, 0.0, 1.0)])
@pytest.mark.parametrize("text", ["swim", "book", "bike", "baby", "late", "heated library"])
def test_choices_are_two_to_four_entries(brain: Understanding, limits: Thresholds, text: str) -> None:
    decision = understand(Question(text), replace(brain, thresholds={None: limits}))
    if decision.kind == Kind.CHOICES:
        assert 2 <= len(set(decision.choices)) == len(decision.choices) <= 4
        assert set(decision.choices) <= brain.entries


def test_an_entry_that_may_not_be_given_now_is_passed_over() -> None:
    brain = make_brain(entries=frozenset({"bike-hire", "library", "emergency"}))
    decision = understand(Question("is the pool heated"), brain)
    assert decision.entry != "pool"
    assert "pool" not in decision.choices


def test_a_follow_up_is_read_with_the_message_before(brain: Understanding) -> None:
    alone = understand(Question("and for children?"), brain)
    context = ("when does the library open", "how much is the swimming pool")
    assert understand(Question("and for children?", context=context), brain).entry == "pool"
    assert alone.confidence < 0.6


@pytest.mark.parametrize(
    ("text", "kind"),
    [("thank you", Kind.SMALLTALK), ("qwertz", Kind.NONE), ("will it rain tomorrow", Kind.OUT_OF_SCOPE)],
)
def test_the_context_does_not_answer_what_was_not_asked(brain: Understanding, text: str, kind: Kind) -> None:
    assert understand(Question(text, context=("how much is the swimming pool",)), brain).kind == kind


def test_the_question_in_a_long_story_is_found(brain: Understanding) -> None:
    story = (
        "Good evening. We came from the north last spring and like it very much. My wife works in a bakery, "
        "I drive a van. Our daughter is nine. When does the library open? Greetings from all of us."
    )
    decision = understand(Question(story), brain)
    assert (decision.entry or decision.choices[0]) == "library"


def test_the_language_can_be_forced(brain: Understanding) -> None:
    assert understand(Question("hello", language="da"), brain).language == "da"


def test_a_message_in_another_language_names_it() -> None:
    brain = make_brain(identify=lambda _: {"de": 0.97})
    assert understand(Question("wo kann ich bitte ein buch ausleihen und wann"), brain).language == "de"


@pytest.mark.parametrize("text", ["library " * 1250, "x" * 10_000, "a. " * 3_333, "\u202e" * 10_000, "汉" * 10_000])
def test_very_long_messages_are_handled(brain: Understanding, text: str) -> None:
    assert understand(Question(text), brain).kind in set(Kind)


@given(text=st.text(max_size=300), context=st.lists(st.text(max_size=50), max_size=2))
def test_any_text_gets_a_whole_decision(brain: Understanding, text: str, context: list[str]) -> None:
    decision = understand(Question(text, context=tuple(context)), brain)
    assert (decision.kind == Kind.ANSWER) <= (decision.entry in brain.entries)
    assert (decision.kind == Kind.CHOICES) == bool(decision.choices)
    assert 0 <= decision.confidence <= 1
    assert understand(Question(text, context=tuple(context)), brain) == decision


# ---- danger that no rule tells

PLIGHT = {
    "@crisis:emergency": [
        *("she is lying on the floor and does not answer", "he went under and i cannot see him", "grandma is cold"),
        *("a man lies in the road", "he turned grey and slid off the chair", "i have written my goodbye letters"),
        *("the baby is floppy", "her lips are blue", "his arm hangs down and he talks nonsense"),
    ],
    "@harmless": ["my phone is dead", "i am dying to know", "the book is killing me", "he left me a cold dinner"],
}


def endangered(danger: Danger | None, **changes: object) -> Understanding:
    """A brain with a net of its own; with `danger`, one that finds just this in every text."""
    extra = [Example(text, label, "en") for label, group in PLIGHT.items() for text in group]
    plain = [Example(text, label, "en") for label, group in ENGLISH.items() for text in group]
    index = build([*plain, *extra])
    net = index.shards["en"].net
    assert net is not None
    if danger is not None:  # a net that is as sure as the test wants it
        odds = np.log(danger.chance / (1 - danger.chance))
        weights = np.array([odds, *[0.0] * (len(net.weights) - 1)])
        urgent = 0.0 if danger.urgent else 1.0
        net = replace(net, weights=weights, doubtful=0.0, urgent=urgent)
    shard = replace(index.shards["en"], net=net)
    return make_brain(index=replace(index, shards={"en": shard}), **changes)


def test_danger_told_without_a_rules_words_is_urgent() -> None:
    decision = understand(Question("my wife is cold and does not answer, her lips turned blue"), endangered(None))
    assert (decision.kind, decision.entry, decision.urgent) == (Kind.CRISIS, "emergency", True)
    assert decision.topic is None
    assert decision.confidence < 1


@pytest.mark.parametrize("text", ["my phone died", "how much is the swimming pool", "hello", "will it rain tomorrow"])
def test_what_only_looks_like_danger_is_not(text: str) -> None:
    decision = understand(Question(text), endangered(None))
    assert not decision.urgent
    assert "emergency" not in {decision.entry, *decision.choices}


def test_a_known_saying_is_not_urgent() -> None:
    brain = endangered(Danger("emergency", 0.99999, urgent=True))
    text = "my wife turned blue with envy"
    assert understand(Question(text), brain).kind == Kind.CRISIS
    sayings = compile_rules({"en": {**RULES["en"], "idioms": ["blue with envy"]}})
    decision = understand(Question(text), replace(brain, crisis=sayings))
    assert (decision.kind, decision.urgent) == (Kind.CHOICES, False)
    assert decision.choices[0] == "emergency"


def test_danger_in_doubt_is_offered_first() -> None:
    brain = endangered(Danger("emergency", 0.55, urgent=False), thresholds={None: Thresholds(0.95, 0.1, 0.05)})
    decision = understand(Question("something about a bike"), brain)
    assert (decision.kind, decision.entry, decision.urgent) == (Kind.CHOICES, None, False)
    assert decision.choices[0] == "emergency"
    assert {"bike-theft", "bike-hire"} & set(decision.choices)
    assert 2 <= len(set(decision.choices)) == len(decision.choices) <= 4


def test_danger_in_doubt_is_left_out_where_an_answer_is_surer() -> None:
    text = "how much is the swimming pool"
    assert understand(Question(text), endangered(Danger("emergency", 0.4, urgent=False))).entry == "pool"
    doubted = understand(Question(text), endangered(Danger("emergency", 0.6, urgent=True)))
    assert (doubted.kind, doubted.choices[:2]) == (Kind.CHOICES, ("emergency", "pool"))


def test_urgent_danger_beats_what_is_less_sure() -> None:
    brain = endangered(Danger("emergency", 0.99999, urgent=True))
    decision = understand(Question("how much is the swimming pool"), brain)
    assert (decision.kind, decision.entry, decision.choices) == (Kind.CRISIS, "emergency", ())
    assert understand(Question("how much is the swimming pool", language="da"), brain).kind == Kind.CRISIS


def test_who_wants_a_person_and_may_be_in_danger_gets_one_soon() -> None:
    brain = endangered(Danger("emergency", 0.99999, urgent=False))
    decision = understand(Question("i want to talk to a person"), brain)
    assert (decision.kind, decision.urgent) == (Kind.STAFF, True)


def test_a_sentence_of_a_long_message_may_raise_doubt_alone() -> None:
    story = "We like this town a lot. " + PLIGHT["@crisis:emergency"][0] + ". Greetings from all of us at the lake."
    decision = understand(Question(story), endangered(None))
    assert decision.kind in {Kind.CRISIS, Kind.CHOICES}
    assert "emergency" in {decision.entry, *decision.choices}


@pytest.mark.parametrize("urgent", [True, False])
def test_danger_whose_entry_is_not_known(urgent: bool) -> None:
    brain = endangered(Danger("emergency", 0.99999, urgent=urgent), entries=frozenset({"pool", "library"}))
    decision = understand(Question("how much is the swimming pool"), brain)
    assert (decision.kind, decision.entry) == ((Kind.CRISIS, None) if urgent else (Kind.ANSWER, "pool"))


def test_doubt_with_nothing_beside_it_is_answered() -> None:
    brain = endangered(Danger("emergency", 0.7, urgent=False), entries=frozenset({"emergency"}))
    decision = understand(Question("qwertz asdf yxcv"), brain)
    assert (decision.kind, decision.entry, decision.urgent) == (Kind.ANSWER, "emergency", False)


@pytest.mark.parametrize(("text", "urgent"), [("no", None), ("not sure", None), ("not sure at all", False)])
def test_a_few_words_are_no_urgent_danger_unless_a_rule_says_so(text: str, urgent: bool | None) -> None:
    brain = endangered(Danger("emergency", 0.99, urgent=True), entries=frozenset({"emergency"}))
    decision = understand(Question(text), brain)
    assert (decision.urgent if decision.entry else None) is urgent
    assert decision.kind != Kind.CRISIS


def test_the_index_and_rules_can_be_stored(brain: Understanding) -> None:
    stored = pickle.loads(pickle.dumps((brain.index, brain.vocabulary, brain.crisis)))  # noqa: S301 - our own bytes
    again = replace(brain, index=stored[0], vocabulary=stored[1], crisis=stored[2])
    question = Question("where can i rent a bicycle")
    assert understand(question, again) == understand(question, brain)


def _held_out(right: float, wrong: float, outside: float, count: int = 60) -> HeldOut:
    """Predictions of which two thirds are right with confidence about `right`, one third wrong about `wrong`."""
    spread = np.linspace(-0.05, 0.05, count)
    good = np.arange(count) % 3 > 0
    top = np.where(good, right, wrong) + spread
    return HeldOut(top, top * 0.9, np.where(good, 0, 6), outside + spread)


def test_thresholds_part_right_from_wrong_and_outside() -> None:
    limits = choose_thresholds(_held_out(right=0.8, wrong=0.5, outside=0.2))
    assert 0.45 < limits.answer <= 0.75
    assert limits.choices <= limits.answer
    assert limits.choices > 0.2


def test_too_few_predictions_leave_the_usual_thresholds() -> None:
    assert choose_thresholds(_held_out(0.8, 0.5, 0.2, count=9)) == Thresholds()
    assert choose_thresholds(replace(_held_out(0.8, 0.5, 0.2), outside=np.zeros(0))) == Thresholds()


@pytest.mark.parametrize(
    ("person", "entry", "kind"),
    [
        (0.25, 0.4, Kind.STAFF),  # the entry's words, in a case of one's own
        (0.3, 0.2, Kind.STAFF),
        (0.15, 0.4, Kind.CHOICES),  # much likelier a question
        (0.09, 0.1, Kind.CHOICES),  # too doubtful to be anybody's case
    ],
)
def test_a_case_of_ones_own_is_for_staff(person: float, entry: float, kind: Kind) -> None:
    scores = {"pool": entry, "library": entry / 2, "@staff": person}
    ranked = tuple(Candidate(label, score, {}, "") for label, score in scores.items())
    assert _decide(ranked, "en", Thresholds(answer=0.6, choices=0.05)).kind == kind
