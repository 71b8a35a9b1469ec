"""Staff choose an entry, read it in their language, and the resident gets it in theirs; once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.model import Answer, Ref, Sentence
from tests.core.talk import actions, answers, keys
from tests.service.scene import ASE, BO, GROUP, Scene

if TYPE_CHECKING:
    from bot.core.model import Content


def last(scene: Scene) -> Content:
    """What was said last in the topic."""
    content = [mail.content for mail in scene.to(GROUP) if mail.kind == "say"][-1]
    assert content is not None
    return content


@pytest.fixture
def number(scene: Scene) -> int:
    return scene.asks_a_person()


def shown(scene: Scene, number: int) -> str:
    """Suggests, shows the first entry, and returns the button that sends it."""
    scene.staff_presses(number, f"suggest:{number}")
    scene.staff_presses(number, actions(last(scene))[0])
    return next(action for action in actions(last(scene)) if action.startswith("give:"))


def test_the_entries_that_fit_are_suggested_with_how_likely_each_is(scene: Scene, number: int) -> None:
    scene.staff_presses(number, f"suggest:{number}")
    assert keys(last(scene))[:2] == ("suggest-intro", "suggest-line")
    assert actions(last(scene))[0] == f"show:{number}:cpr"
    before = scene.to("100")
    scene.staff_presses(number, f"show:{number}:cpr")
    assert answers(last(scene)) == ("cpr",)
    assert scene.to("100") == before, "nothing is sent before it was read"


def test_words_are_searched_for(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "suggest", text="start a company")
    assert f"show:{number}:business" in actions(last(scene))
    scene.staff_commands(number, "suggest", text="????")
    assert keys(last(scene)) == ("suggest-none",)


def test_the_resident_gets_the_entry_in_their_language_once(scene: Scene, number: int) -> None:
    give = shown(scene, number)
    scene.staff_presses(number, give)
    mail = scene.to("100")[-1]
    assert mail.content is not None
    assert (answers(mail.content), mail.language) == (("cpr",), scene.ticket(number).language)
    assert keys(last(scene)) == ("suggest-sent",)
    assert scene.ticket(number).state == "answered"
    assert scene.messages(number)[-1][0] == "staff"
    sent = scene.to("100")
    scene.staff_presses(number, give)
    assert scene.to("100") == sent, "the second press sends nothing"
    assert keys(last(scene)) == ("suggest-stale",)


def test_an_answer_written_in_between_makes_the_button_stale(scene: Scene, number: int) -> None:
    give = shown(scene, number)
    scene.staff_writes(number, "Come on Wednesday")
    sent = scene.to("100")
    scene.staff_presses(number, give)
    assert scene.to("100") == sent


def test_somebody_elses_case_is_not_answered(scene: Scene, number: int) -> None:
    scene.staff_presses(number, f"claim:{number}", ASE)
    give = shown(scene, number)
    sent = scene.to("100")
    scene.staff_presses(number, give, BO)
    assert scene.to("100") == sent
    assert keys(last(scene)) == ("desk-not-sent-owner",)


@pytest.mark.parametrize("action", ["show:{}:gone", "give:{}:gone:0", "give:{}:cpr:9", "give:{}:cpr:", "show:{}:"])
def test_what_is_not_there_is_not_sent(scene: Scene, number: int, action: str) -> None:
    sent = scene.to("100")
    scene.staff_presses(number, action.format(number))
    assert scene.to("100") == sent
    assert last(scene).parts == (Sentence("suggest-stale"),)


def test_staff_are_told_in_which_language_the_resident_reads_it(scene: Scene, number: int) -> None:
    scene.staff_presses(number, f"show:{number}:cpr")
    intro, text = last(scene).parts
    assert isinstance(intro, Sentence)
    assert intro.args == {"language": Ref("language", scene.ticket(number).language)}
    assert text == Answer("cpr", "full")
