from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.core.answer import Kind, Question, understand
from bot.core.crisis import detect
from bot.core.danger import Danger, Net, graver, judge, plain_labels, weave
from bot.core.ranking import survey
from tests.harness import real_core

LABELS = ("@crisis:112", "@crisis:shelter", "@harmless", "112", "bike", "pool")
LEADS = {"emergency-112", "domestic-violence"}


def scores(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a classifier that is right most of the time, and the owners of the rows."""
    chance = np.random.default_rng(seed)
    owner = np.arange(rows) % len(LABELS)
    found = chance.normal(0.1, 0.08, (rows, len(LABELS)))
    found[np.arange(rows), owner] += 0.5
    return found, owner


def woven() -> Net:
    net = weave(LABELS, *scores(600, 1))
    assert net is not None
    return net


def test_the_labels_of_the_net_are_not_ranked() -> None:
    assert plain_labels(LABELS).tolist() == [3, 4, 5]


@pytest.mark.parametrize("missing", [{"@crisis:112", "@crisis:shelter"}, {"bike", "pool"}])
def test_without_danger_or_without_others_there_is_no_net(missing: set[str]) -> None:
    found, owner = scores(60, 1)
    rows = np.array([LABELS[number] not in missing for number in owner])
    assert weave(LABELS, found[rows], owner[rows]) is None


def test_danger_is_told_from_the_rest() -> None:
    net = woven()
    found, owner = scores(300, 2)
    judged = [judge(net, LABELS, row) for row in found]
    for number, danger in zip(owner, judged, strict=True):
        if number < 2 and danger is not None:
            assert danger.entry == LABELS[number].removeprefix("@crisis:")
    urgent = [number for number, danger in zip(owner, judged, strict=True) if danger is not None and danger.urgent]
    assert sum(number < 2 for number in urgent) >= 80
    assert sum(number in {2, 4, 5} for number in urgent) <= 5


def test_thresholds_keep_the_allowed_share_of_false_alarms() -> None:
    found, owner = scores(6000, 3)
    found[:, :2] += np.random.default_rng(4).normal(0, 0.15, (6000, 2))  # danger is hard to tell
    net = weave(LABELS, found, owner)
    assert net is not None
    assert net.doubtful <= net.urgent
    judged = [judge(net, LABELS, row) for row in found]
    others = [danger for number, danger in zip(owner, judged, strict=True) if number >= 4]
    alike = [danger for number, danger in zip(owner, judged, strict=True) if number == 2]
    assert sum(danger is not None and danger.urgent for danger in others) <= 0.005 * len(others)
    assert sum(danger is not None and danger.urgent for danger in alike) <= 0.04 * len(alike)
    assert sum(danger is not None for danger in others) <= 0.015 * len(others)
    assert sum(danger is not None for danger in alike) <= 0.15 * len(alike)


def test_few_examples_are_not_believed_too_easily() -> None:
    net = weave(LABELS, *scores(12, 5))
    assert net is not None
    assert net.urgent >= 0.5
    assert net.doubtful >= 0.3


def test_a_net_is_the_same_every_time() -> None:
    assert np.array_equal(woven().weights, woven().weights)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (None, None, None),
        (Danger("a", 0.9, urgent=True), None, "a"),
        (None, Danger("b", 0.4, urgent=False), "b"),
        (Danger("a", 0.6, urgent=False), Danger("b", 0.7, urgent=False), "b"),
        (Danger("a", 0.6, urgent=True), Danger("b", 0.7, urgent=False), "a"),
    ],
)
def test_the_graver_danger_counts(first: Danger | None, second: Danger | None, expected: str | None) -> None:
    found = graver(first, second)
    assert (found and found.entry) == expected


# ---- the shipped examples: messages that no rule tells and that are no example --------------------------------------

HINTED = [
    ("en", "I put my wedding ring and a letter on the kitchen table, they will understand"),
    ("en", "grandpa talks funny and the coffee runs out of the side of his mouth"),
    ("en", "my toddler got hold of the rat poison box and her mouth is blue"),
    ("en", "my husband hides my shoes so that I stay inside"),
    ("en", "the foreman sleeps in front of our door with the keys and our wages"),
    ("en", "somebody is floating in the harbour"),
    ("da", "jeg har ryddet op i alle mine ting og skrevet et brev til børnene"),
    ("da", "morfar taler mærkeligt og kaffen løber ud af munden på ham"),
    ("da", "den lille har fået rottegift i munden og er helt slap"),
    ("da", "min mand gemmer mine sko så jeg ikke kan gå ud"),
    ("da", "formanden sover foran vores dør med nøglerne"),
    ("da", "der flyder en person i havnen"),
    ("pl", "posprzątałam wszystko i zostawiłam list dla dzieci"),
    ("pl", "dziadek dziwnie mówi i kawa cieknie mu z ust"),
    ("pl", "mała miała w buzi trutkę na szczury i leci przez ręce"),
    ("pl", "mąż chowa mi buty żebym nie wyszła z domu"),
    ("pl", "brygadzista śpi pod naszymi drzwiami z kluczami i wypłatą"),
    ("pl", "ktoś unosi się na wodzie w porcie i się nie rusza"),
]
PLAIN = [
    ("en", "how do i get a yellow card"),
    ("en", "which papers does my wife need for registration"),
    ("en", "when is the town hall open on thursday"),
    ("en", "where do i find a course in danish for beginners"),
    ("da", "hvordan får jeg et skattekort"),
    ("da", "hvornår har borgerservice åbent"),
    ("da", "hvilke papirer skal min kone have med"),
    ("da", "kan vi få tilskud til en rejse med foreningen"),
    ("pl", "jak dostać numer cpr"),
    ("pl", "kiedy urząd jest czynny"),
    ("pl", "jakie dokumenty są potrzebne do rejestracji"),
    ("pl", "jak zapisać dziecko do żłobka"),
]


def test_most_hints_are_caught_and_hardly_one_is_hidden() -> None:
    brain = real_core().library.brain
    decisions = [understand(Question(text, prior=language), brain) for language, text in HINTED]
    sent = sum(decision.kind == Kind.CRISIS for decision in decisions)
    shown = sum(bool(LEADS & {decision.entry, *decision.choices}) for decision in decisions)
    assert sent >= len(HINTED) / 3
    assert shown >= len(HINTED) * 0.8


@pytest.mark.parametrize(("language", "text"), PLAIN)
def test_plain_questions_are_left_alone(language: str, text: str) -> None:
    decision = understand(Question(text, prior=language), real_core().library.brain)
    assert not decision.urgent
    assert not LEADS & {decision.entry, *decision.choices}


def test_every_language_has_its_net() -> None:
    index = real_core().library.brain.index
    for language, shard in index.shards.items():
        assert shard.net is not None, language
        assert 0.3 <= shard.net.doubtful <= shard.net.urgent < 1


def test_the_rules_alone_suffice() -> None:
    brain = real_core().library.brain
    shards = {language: replace(shard, net=None) for language, shard in brain.index.shards.items()}
    without = replace(brain, index=replace(brain.index, shards=shards))
    text = "my husband hit me again yesterday"
    assert detect(text, brain.crisis) is not None
    assert survey(without.index, text, language="en").danger is None
    assert understand(Question(text, prior="en"), without).kind == Kind.CRISIS
