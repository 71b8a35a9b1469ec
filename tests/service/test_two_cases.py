"""A resident with two cases always reads to which of them their next words go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.model import Sentence
from tests.service.scene import BO, Scene, actions, keys, quotes

if TYPE_CHECKING:
    from bot.core.mail import Mail


@pytest.fixture
def both(scene: Scene) -> tuple[int, int]:
    """Two cases of one resident, who is writing to the staff of the first."""
    first, second = scene.asks_a_person(), scene.asks_a_person()
    scene.staff_presses(first, f"claim:{first}")
    assert keys(scene.to("100")[-1]) == ["claimed-notice"]
    return first, second


def goes_to(mail: Mail) -> str:
    """The number of the case to which, as this says, the next words go."""
    parts = mail.content.parts if mail.content else ()
    said = next(part for part in parts if isinstance(part, Sentence) and part.key == "staff-again")
    return str(said.args["number"])


def test_a_claim_of_the_other_case_promises_nothing_untrue(scene: Scene, both: tuple[int, int]) -> None:
    first, second = both
    scene.staff_presses(second, f"claim:{second}", BO)
    told = scene.to("100")[-1]
    assert keys(told) == ["claimed-elsewhere", "staff-again"]
    assert (goes_to(told), f"p:staff:{second}" in actions(told)) == (f"#{first}", True)
    scene.says("to whom does this go?")
    assert ("resident", "to whom does this go?") in scene.messages(first)


def test_an_answer_in_the_other_case_says_where_the_next_words_go(scene: Scene, both: tuple[int, int]) -> None:
    first, second = both
    scene.staff_writes(second, "Please come on Monday.", BO)
    told = scene.to("100")[-1]
    assert keys(told) == ["staff-reply", "staff-again"]
    assert (quotes(told), goes_to(told)) == (["Please come on Monday."], f"#{first}")


def test_a_reopening_of_the_other_case_promises_nothing_untrue(scene: Scene, both: tuple[int, int]) -> None:
    first, second = both
    scene.staff_presses(second, f"close:{second}", BO)
    scene.staff_presses(second, f"reopen:{second}", BO)
    told = scene.to("100")[-1]
    assert keys(told) == ["reopened-by-you-notice", "staff-again"]
    assert (goes_to(told), f"p:staff:{second}" in actions(told)) == (f"#{first}", True)


def test_in_the_case_they_write_to_nothing_is_added(scene: Scene, both: tuple[int, int]) -> None:
    first, _ = both
    scene.staff_writes(first, "Please come on Monday.")
    assert keys(scene.to("100")[-1]) == ["staff-reply"]


@pytest.mark.parametrize("step", ["compose", "consent"])
def test_words_meant_for_a_new_case_do_not_go_to_the_staff_of_another(scene: Scene, step: str) -> None:
    first = scene.asks_a_person()
    if step == "consent":
        scene.says("How do I get a CPR number?")
    scene.presses("p:ask")
    assert scene.state().step == step
    scene.staff_presses(first, f"claim:{first}")
    told = scene.to("100")[-1]
    assert (keys(told), f"p:staff:{first}" in actions(told)) == (["claimed-elsewhere"], True)
    scene.staff_writes(first, "Please come on Monday.")
    assert keys(scene.to("100")[-1]) == ["staff-reply"]
    scene.says("only for the others")
    assert ("resident", "only for the others") not in scene.messages(first)
    scene.presses(scene.button("p:send"))
    second = first + 1
    assert "only for the others" in [text for _, text in scene.messages(second)]


def test_after_the_draft_their_words_go_where_they_say(scene: Scene) -> None:
    first = scene.asks_a_person()
    scene.presses("p:ask")
    scene.staff_presses(first, f"claim:{first}")
    scene.presses(f"p:staff:{first}")
    scene.says("now for you")
    assert ("resident", "now for you") in scene.messages(first)
