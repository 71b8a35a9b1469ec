"""Which department takes a question, and in which chat its staff are."""

from __future__ import annotations

import pytest

from bot.core.conversation import Draft
from bot.core.model import Route
from bot.core.routing import audience_of, department_for, department_of, recipient, staff_chat
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


@pytest.mark.parametrize(
    ("draft", "language", "department"),
    [
        pytest.param(Draft(1, entry="cpr"), "en", "citizens", id="no route fits: that of the entry"),
        pytest.param(Draft(1, entry="cpr", urgent=True), "en", "urgent", id="urgency"),
        pytest.param(Draft(1, entry="business"), "en", "business-topic", id="topic"),
        pytest.param(Draft(1, entry="business", urgent=True), "en", "urgent", id="the first that fits counts"),
        pytest.param(Draft(1, entry="cpr"), "pl", "polish", id="language"),
        pytest.param(Draft(1), "pl", "polish", id="language, about nothing we know"),
        pytest.param(Draft(1, guide="company"), "en", "companies", id="audience by the guide that was answered"),
        pytest.param(Draft(1), "en", "citizens", id="about nothing we know: the default"),
    ],
)
def test_routes_by_topic_audience_language_and_urgency(draft: Draft, language: str, department: str) -> None:
    routes = (
        Route("urgent", urgent=True),
        Route("business-topic", topic="business"),
        Route("companies", audience="company", urgent=False),
        Route("polish", language="pl"),
    )
    assert department_of(draft, make_knowledge(routes=routes), language) == department


def test_for_whom_a_case_is() -> None:
    assert audience_of(Draft(1), KNOWLEDGE) is None
    assert audience_of(Draft(1, guide="company", entry="cpr"), KNOWLEDGE) == "company"
    assert audience_of(Draft(1, guide="arrival"), KNOWLEDGE) == "newcomer"
    assert audience_of(Draft(1, entry="cpr"), KNOWLEDGE) == KNOWLEDGE.entries["cpr"].audience


@pytest.mark.parametrize(
    ("served", "who"),
    [((), "trade"), (("trade",), "trade"), (("culture", "citizens"), "citizens"), (("culture", "schools"), "culture")],
)
def test_who_really_receives_a_question(served: tuple[str, ...], who: str) -> None:
    assert recipient("trade", KNOWLEDGE, served) == who
