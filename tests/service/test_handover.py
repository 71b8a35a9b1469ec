"""The files of a case, as they are copied into a topic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.mail import Copy
from bot.service.handover import at_resident, copies
from bot.store.tickets import TicketMessage

_WORDS = TicketMessage(
    "resident", "resident", "hello", source_channel="telegram", source_chat="100", source_message="1"
)


def file(number: str, album: str | None = None, chat: str = "100") -> TicketMessage:
    return replace(_WORDS, text="", attachment="photo", source_chat=chat, source_message=number, album=album)


def test_albums_stay_together_and_files_apart() -> None:
    said = [
        file("2"),
        file("3"),
        file("4", "a"),
        file("5", "a"),
        _WORDS,
        file("6", "b"),
        file("7", "b"),
        file("8", "a"),
    ]
    assert [copy for _, copy in copies(said)] == [
        Copy("100", "2", "photo"),
        Copy("100", "3", "photo"),
        Copy("100", "4", "photo", ("5",)),
        Copy("100", "6", "photo", ("7",)),
        Copy("100", "8", "photo"),
    ]


def test_an_album_is_of_one_chat_and_has_ten_files_at_most() -> None:
    said = [file(str(number), "a") for number in range(11)]
    assert [len(copy.album) for _, copy in copies(said)] == [9, 0]
    assert len(list(copies([file("1", "a"), file("2", "a", chat="-100")]))) == 2


@pytest.mark.parametrize(
    ("side", "counterpart", "moved"),
    [("staff", "55", True), ("staff", None, False), ("staff", ",55", False), ("resident", "55", False)],
)
def test_a_file_of_staff_lies_with_the_resident(side: str, counterpart: str | None, *, moved: bool) -> None:
    message = replace(file("2", chat="-100"), side=side, counterpart=counterpart)
    there = at_resident(message, "telegram", "100")
    expected = replace(message, source_chat="100", source_message="55") if moved else message
    assert there == expected
