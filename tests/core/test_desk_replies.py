from __future__ import annotations

from bot.core.desk_replies import in_place, staff_file, staff_reply, under_a_file
from bot.core.model import Quote, Ref, Sentence


def test_a_corrected_answer_takes_the_place_of_the_first() -> None:
    said = Quote("Come on Thursday")
    assert in_place(staff_reply(4, "citizens", said, corrected=True)) == staff_reply(4, "citizens", said)


def test_under_a_file_the_words_stand_alone() -> None:
    content = under_a_file(staff_reply(4, "citizens", Quote("Sign it"), corrected=True))
    assert (content.parts, content.rows) == ((Quote("Sign it"),), ())


def test_words_stand_above_a_file_only_where_they_cannot_stand_under_it() -> None:
    intro = Sentence("staff-file", {"department": Ref("department", "citizens"), "number": "#4"})
    assert staff_file(4, "citizens").parts == (intro,)
    assert staff_file(4, "citizens", "Sign it").parts == (intro, Quote("Sign it"))
