"""Which department takes a question, and in which chat its staff are."""

from __future__ import annotations

import pytest

from bot.core.routing import department_for, staff_chat
from tests.factories import make_knowledge

KNOWLEDGE = make_knowledge()


@pytest.mark.parametrize(
    ("entry", "department"),
    [
        pytest.param("business", "trade", id="the department of the entry"),
        pytest.param("cpr", "citizens", id="another one"),
        pytest.param(None, "citizens", id="about nothing we know: the default"),
        pytest.param("", "citizens", id="an empty id"),
        pytest.param("gone", "citizens", id="an entry that has been withdrawn"),
    ],
)
def test_the_department_of_a_question(entry: str | None, department: str) -> None:
    assert department_for(entry, KNOWLEDGE) == department


def test_every_entry_leads_to_a_known_department() -> None:
    assert {department_for(entry, KNOWLEDGE) for entry in KNOWLEDGE.entries} <= set(KNOWLEDGE.departments)


@pytest.mark.parametrize(
    ("chats", "chat"),
    [
        pytest.param({"citizens": "-1", "trade": "-2"}, "-2", id="its own chat"),
        pytest.param({"culture": "-3", "citizens": "-1"}, "-1", id="the default department's chat"),
        pytest.param({"culture": "-3", "schools": "-4"}, "-3", id="the first there is"),
        pytest.param({}, None, id="no chat at all"),
    ],
)
def test_the_chat_of_a_department(chats: dict[str, str], chat: str | None) -> None:
    assert staff_chat("trade", "citizens", chats) == chat
