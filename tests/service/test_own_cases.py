"""A resident takes a case back or opens it again: what the desk, the staff and the resident see of it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.effects import Case, Reopen, Withdraw
from bot.core.model import Sentence
from bot.errors import TransitionError
from bot.store import tables
from tests.factories import DAY
from tests.service.doing import does, worlds
from tests.service.scene import ASE, BO, GROUP, Scene, actions, keys
from tests.service.test_races import together
from tests.store.rows import rows, sizes


def withdraw(scene: Scene, number: int, chat: str = "100") -> None:
    does(scene, Withdraw(number), chat)


def reopen(scene: Scene, number: int, chat: str = "100") -> None:
    does(scene, Reopen(number), chat)


def claim(scene: Scene, number: int) -> None:
    scene.database.run(lambda c: scene.desk.claim(c, number, ASE))


def close(scene: Scene, number: int) -> None:
    scene.database.run(lambda c: scene.desk.close(c, number, ASE))


def conversation(scene: Scene, chat: str = "100") -> int:
    (found,) = [row["id"] for row in rows(scene.database, tables.conversations) if row["chat"] == chat]
    return int(found)


# ---- taking back -----------------------------------------------------------------------------------------


def test_a_new_case_is_taken_back_and_everybody_hears_it(scene: Scene) -> None:
    number = scene.asks_a_person("Jak dostać numer CPR?")
    scene.settles()
    before = len(scene.mails())
    withdraw(scene, number)
    assert scene.ticket(number).state == "withdrawn"
    news = scene.mails()[before:]
    assert [(mail.kind, keys(mail)) for mail in news if mail.chat == GROUP] == [
        ("card", []),
        ("say", ["desk-withdrawn"]),
        ("close", []),
    ]
    (told,) = [mail for mail in news if mail.chat == "100"]
    assert (keys(told), told.language) == (["withdrawn-notice"], "pl")
    assert f"o:reopen:{number}" in actions(told)


def test_the_card_of_a_withdrawn_case_has_its_state_and_no_buttons(scene: Scene) -> None:
    number = scene.asks_a_person()
    withdraw(scene, number)
    card = scene.database.run(lambda c: scene.desk.card(c, number))
    title = card.parts[0]
    assert isinstance(title, Sentence)
    assert getattr(title.args["state"], "id", "") == "state-withdrawn"
    assert card.rows == ()
    assert "card-howto" not in [part.key for part in card.parts if isinstance(part, Sentence)]


def test_what_is_written_afterwards_goes_to_the_assistant(scene: Scene) -> None:
    number = scene.asks_a_person()
    claim(scene, number)
    assert scene.state().ticket == number
    withdraw(scene, number)
    assert scene.state().ticket is None
    scene.says("How do I get a CPR number?")
    assert ("resident", "How do I get a CPR number?") in scene.messages(number)[:1]
    assert len(scene.messages(number)) == 1


@pytest.mark.parametrize("before", ["claimed", "answered"])
def test_an_owned_case_is_taken_back_and_keeps_its_owner(scene: Scene, before: str) -> None:
    number = scene.asks_a_person()
    claim(scene, number)
    if before == "answered":
        scene.database.run(lambda c: scene.desk.reply(c, number, ASE, "Hello"))
    assert scene.ticket(number).state == before
    withdraw(scene, number)
    ticket = scene.ticket(number)
    assert (ticket.state, ticket.owner_name) == ("withdrawn", "Åse")


def test_the_confirmation_follows_the_language_of_the_conversation(scene: Scene) -> None:
    number = scene.asks_a_person("Jak dostać numer CPR?")
    scene.presses("l:da")
    withdraw(scene, number)
    assert scene.to("100")[-1].language == "da"


def test_staff_are_told_why_their_words_were_not_sent(scene: Scene) -> None:
    number = scene.asks_a_person()
    withdraw(scene, number)
    before = len(scene.to("100"))
    scene.staff_writes(number, "Hello?")
    assert keys(scene.mails()[-1]) == ["desk-not-sent-withdrawn"]
    for command in ("claim", "close", "reopen"):
        scene.staff_commands(number, command)
        assert keys(scene.mails()[-1]) == ["desk-is-withdrawn"]
    assert scene.ticket(number).state == "withdrawn"
    assert len(scene.to("100")) == before


# ---- opening again ---------------------------------------------------------------------------------------


def test_a_case_nobody_owned_is_new_again(scene: Scene) -> None:
    number = scene.asks_a_person()
    withdraw(scene, number)
    scene.settles()
    before = len(scene.mails())
    reopen(scene, number)
    ticket = scene.ticket(number)
    assert (ticket.state, ticket.owner) == ("new", None)
    news = scene.mails()[before:]
    assert [(mail.kind, keys(mail)) for mail in news if mail.chat == GROUP] == [
        ("card", []),
        ("reopen", []),
        ("say", ["desk-reopened-by-resident"]),
    ]
    (told,) = [mail for mail in news if mail.chat == "100"]
    assert keys(told) == ["reopened-by-you-notice"]
    assert f"p:staff:{number}" in actions(told)
    scene.presses(f"p:staff:{number}")
    scene.says("one thing more")
    assert ("resident", "one thing more") in scene.messages(number)


def test_an_owned_case_goes_back_to_its_owner(scene: Scene) -> None:
    number = scene.asks_a_person()
    claim(scene, number)
    close(scene, number)
    reopen(scene, number)
    ticket = scene.ticket(number)
    assert (ticket.state, ticket.owner_name) == ("claimed", "Åse")
    with pytest.raises(TransitionError):
        scene.database.run(lambda c: scene.desk.reply(c, number, BO, "me too"))


def test_the_history_tells_who_did_it(scene: Scene) -> None:
    number = scene.asks_a_person()
    withdraw(scene, number)
    reopen(scene, number)
    history = [(row["event"], row["state"], row["actor"]) for row in rows(scene.database, tables.ticket_events)]
    assert history[1:] == [("withdraw", "withdrawn", "resident"), ("resident_reopen", "new", "resident")]


# ---- refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["withdraw", "reopen_by_resident"])
@pytest.mark.parametrize("which", ["somebody else's", "none"])
def test_other_peoples_cases_are_not_theirs_to_move(scene: Scene, move: str, which: str) -> None:
    number = scene.asks_a_person()
    close(scene, number)
    scene.says("hello", chat="200")
    stranger, before = conversation(scene, "200"), sizes(scene.database)
    wanted = number if which != "none" else number + 1
    with pytest.raises(TransitionError) as refused:
        scene.database.run(lambda c: getattr(scene.desk, move)(c, wanted, stranger))
    assert refused.value.fields["state"] == "unknown"
    assert (scene.ticket(number).state, sizes(scene.database)) == ("closed", before)


def test_a_case_is_not_taken_back_twice(scene: Scene) -> None:
    number, mine = scene.asks_a_person(), conversation(scene)
    withdraw(scene, number)
    with pytest.raises(TransitionError):
        scene.database.run(lambda c: scene.desk.withdraw(c, number, mine))
    reopen(scene, number)
    with pytest.raises(TransitionError):
        scene.database.run(lambda c: scene.desk.reopen_by_resident(c, number, mine))


def test_taking_back_and_taking_over_at_once(scene: Scene) -> None:
    """Either order is fine; nobody waits for the other, and a case that was taken back is nobody's to answer."""
    for _ in range(6):
        number = scene.asks_a_person()
        mine = conversation(scene)

        def take_back(number: int = number, mine: int = mine) -> object:
            return scene.database.run(lambda c: scene.desk.withdraw(c, number, mine))

        def take_over(number: int = number) -> object:
            return scene.database.run(lambda c: scene.desk.claim(c, number, ASE))

        results = together([take_back, take_over])
        assert not isinstance(results[0], TransitionError)
        assert scene.ticket(number).state == "withdrawn"
        assert scene.state().ticket is None


# ---- what the dialogue sees ------------------------------------------------------------------------------


def test_the_dialogue_sees_ones_own_cases_newest_first_with_danish_days(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = worlds(monkeypatch)
    first = scene.asks_a_person("How do I get a CPR number?")
    close(scene, first)
    scene.clock.advance(DAY - 7 * 3600 * 1000 + 1)  # 23:00 UTC: in Denmark the next day has begun
    second = scene.asks_a_person("Opening a company")
    scene.asks_a_person("Jak dostać numer CPR?", chat="200")
    scene.presses("menu")
    assert seen[-1].cases == (
        Case(second, "new", "trade", "business", date(2026, 11, 25)),
        Case(first, "closed", "citizens", "cpr", date(2026, 11, 24)),
    )
