from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.questions import questions
from bot.core.text import clean


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "how do i get a cpr number and where can i learn danish",
            ("how do i get a cpr number", "and where can i learn danish"),
        ),
        (
            "Jak dostać numer CPR? A gdzie jest szkoła duńskiego?",
            ("Jak dostać numer CPR?", "A gdzie jest szkoła duńskiego?"),
        ),
        (
            "hvad koster en børnehave og hvornår kan jeg søge støtte",
            ("hvad koster en børnehave", "og hvornår kan jeg søge støtte"),
        ),
        ("كيف احصل على رقم وكيف اسجل ابني بالمدرسة", ("كيف احصل على رقم", "وكيف اسجل ابني بالمدرسة")),
        ("怎么申请CPR号码？孩子上学怎么报名？", ("怎么申请CPR号码？", "孩子上学怎么报名？")),
    ],
)
def test_two_questions_are_parted(text: str, parts: tuple[str, ...]) -> None:
    assert questions(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "how do i get a cpr number",
        "my wife and children come too",
        "can you help? thanks",
        "really? why? who says so? and when",
        "bread and how",
        "",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert questions(text) == (text,)


@given(st.text(max_size=300))
def test_any_text_gives_one_or_two_parts_of_itself(text: str) -> None:
    parts = questions(clean(text))
    assert 1 <= len(parts) <= 2
    assert all(part in clean(text) for part in parts)
