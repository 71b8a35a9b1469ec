from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import Quote, Ref, Sentence
from bot.core.ticket import State, Ticket
from bot.service import card
from bot.store.tickets import TicketMessage

_TICKET = Ticket(
    id=12,
    conversation=1,
    department="citizens",
    entry="cpr",
    language="pl",
    urgent=False,
    state=State.NEW,
    owner=None,
    owner_name=None,
    staff_channel="telegram",
    staff_chat="-100",
    staff_thread="5",
    card_message=None,
)


def resident(text: str, attachment: str | None = None) -> TicketMessage:
    return TicketMessage("resident", "resident", text, attachment)


def keys(*messages: TicketMessage, ticket: Ticket = _TICKET) -> list[str]:
    return [part.key for part in card.content(ticket, messages).parts if isinstance(part, Sentence)]


def quotes(*messages: TicketMessage) -> list[str]:
    return [part.text for part in card.content(_TICKET, messages).parts if isinstance(part, Quote)]


def test_number_state_language_department_and_subject_are_shown() -> None:
    parts = card.content(_TICKET, [resident("question")]).parts
    assert [(part.key, part.args) for part in parts[:3] if isinstance(part, Sentence)] == [
        ("card-title", {"number": "#12", "state": Ref("sentence", "state-new")}),
        ("card-facts", {"language": Ref("language", "pl"), "department": Ref("department", "citizens")}),
        ("card-topic", {"entry": Ref("entry", "cpr")}),
    ]
    assert keys(resident("x")) == ["card-title", "card-facts", "card-topic", "card-howto"]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"urgent": True}, ["card-urgent", "card-title", "card-facts", "card-topic", "card-howto"]),
        ({"entry": None}, ["card-title", "card-facts", "card-howto"]),
        ({"owner": "7", "owner_name": "Åse"}, ["card-title", "card-facts", "card-topic", "card-owner", "card-howto"]),
        ({"state": State.CLOSED}, ["card-title", "card-facts", "card-topic"]),
    ],
)
def test_what_a_ticket_is_decides_what_is_shown(fields: dict[str, object], shown: list[str]) -> None:
    assert keys(resident("x"), ticket=replace(_TICKET, **fields)) == shown  # type: ignore[arg-type]


def test_the_question_is_what_came_before_the_first_answer_and_the_last_words_follow() -> None:
    said = [resident("one"), resident("two"), TicketMessage("staff", "7", "answer"), resident("three")]
    assert quotes(*said) == ["one\ntwo", "answer", "three"]
    assert quotes(*said, resident("x" * 500)) == ["one\ntwo", "three", "x" * 200]


def test_notes_are_not_on_the_card() -> None:
    said = [resident("one"), TicketMessage("note", "7", "note"), TicketMessage("staff", "7", "answer")]
    assert quotes(*said) == ["one", "answer"]


def test_earlier_questions_are_shown_apart_and_cut() -> None:
    assert quotes(TicketMessage("earlier", "resident", "e" * 400), resident("now")) == ["now", "e" * 300]
    assert "card-earlier" in keys(TicketMessage("earlier", "resident", "e"), resident("now"))


def test_files_are_counted() -> None:
    parts = card.content(_TICKET, [resident("", "photo"), resident("words", "voice")]).parts
    assert Sentence("card-files", {"count": 2}) in parts
    assert Quote("words") in parts


def test_a_long_question_is_cut() -> None:
    assert quotes(resident("x" * 5000)) == ["x" * card.LONGEST_QUOTE]


def test_a_card_without_any_words_is_still_a_card() -> None:
    assert quotes(resident("", "photo")) == []
    assert quotes() == []


@pytest.mark.parametrize("urgent", [False, True])
def test_the_facts_stand_close_together_under_the_title(*, urgent: bool) -> None:
    ticket = replace(_TICKET, urgent=urgent, owner="7", owner_name="Åse")
    parts = [part for part in card.content(ticket, []).parts if isinstance(part, Sentence)]
    assert [part.key for part in parts if part.bold] == (["card-urgent"] if urgent else []) + ["card-title"]
    assert not parts[0].tight
    assert [part.key for part in parts[1:] if not part.tight] == ["card-howto"]


OWNED = [f"{verb}:12" for verb in ("suggest", "phrase", "note", "handover", "wait", "release", "close")]


@pytest.mark.parametrize(
    ("state", "owner", "actions"),
    [
        (State.NEW, None, ["claim:12", "suggest:12", "phrase:12", "note:12", "handover:12", "close:12"]),
        (State.CLAIMED, "7", OWNED),
        (State.ANSWERED, "7", OWNED),
        (State.WAITING, "7", OWNED),
        (State.CLOSED, "7", ["reopen:12", "entry:12"]),
        (State.CLOSED, None, ["reopen:12", "entry:12"]),
    ],
)
def test_the_buttons_are_what_can_be_done_now(state: State, owner: str | None, actions: list[str]) -> None:
    rows = card.content(replace(_TICKET, state=state, owner=owner), []).rows
    assert [button.action for row in rows for button in row] == actions
