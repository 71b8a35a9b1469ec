from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.conversation import Attachment
from bot.core.mail import Copy, Priority
from bot.core.model import Quote, Ref, Sentence
from bot.errors import TransitionError
from bot.store import tables
from tests.service.scene import ASE, BO, GROUP, Scene, actions, keys, quotes
from tests.store.rows import rows, sizes

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.mail import Mail
    from bot.service.desk import Staff


def reply(scene: Scene, number: int, text: str = "Come on Wednesday", staff: Staff = ASE) -> int:
    return scene.database.run(lambda c: scene.desk.reply(c, number, staff, text))


def claim(scene: Scene, number: int, staff: Staff = ASE) -> None:
    scene.database.run(lambda c: scene.desk.claim(c, number, staff))


def close(scene: Scene, number: int, staff: Staff = ASE) -> None:
    scene.database.run(lambda c: scene.desk.close(c, number, staff))


def reopen(scene: Scene, number: int, staff: Staff = ASE) -> None:
    scene.database.run(lambda c: scene.desk.reopen(c, number, staff))


def last(scene: Scene, chat: str = "100") -> Mail:
    return scene.to(chat)[-1]


# ---- claiming --------------------------------------------------------------------------------------------


def test_the_first_to_claim_owns_the_ticket_and_the_resident_hears_it(scene: Scene) -> None:
    number = scene.asks_a_person("Jak dostać numer CPR?")
    claim(scene, number)
    ticket = scene.ticket(number)
    assert (ticket.state, ticket.owner, ticket.owner_name) == ("claimed", "7", "Åse")
    assert (keys(last(scene)), last(scene).language) == (["claimed-notice"], "pl")
    assert scene.state().ticket == number


def test_the_second_to_claim_is_told_who_has_it(scene: Scene) -> None:
    number = scene.asks_a_person()
    claim(scene, number)
    before = sizes(scene.database)
    with pytest.raises(TransitionError) as caught:
        claim(scene, number, BO)
    assert caught.value.fields == {"ticket": number, "state": "claimed", "event": "claim", "owner": "Åse"}
    assert scene.ticket(number).owner_name == "Åse"
    assert sizes(scene.database) == before


def test_every_move_is_in_the_history(scene: Scene) -> None:
    number = scene.asks_a_person()
    claim(scene, number)
    reply(scene, number)
    scene.says("thank you, and when?")
    close(scene, number)
    reopen(scene, number, BO)
    history = [(row["event"], row["state"], row["actor"]) for row in rows(scene.database, tables.ticket_events)]
    assert history == [
        ("open", "new", "resident"),
        ("claim", "claimed", "7"),
        ("reply", "answered", "7"),
        ("resident", "claimed", "resident"),
        ("close", "closed", "7"),
        ("reopen", "claimed", "8"),
    ]


# ---- answering -------------------------------------------------------------------------------------------


def test_an_answer_reaches_exactly_the_one_who_asked(scene: Scene) -> None:
    first = scene.asks_a_person("Hvordan får jeg et CPR-nummer?", chat="1")
    second = scene.asks_a_person("Jak dostać numer CPR?", chat="2")
    before = len(scene.to("2"))
    identity = reply(scene, first, "Kom på onsdag <b>{x}</b>")
    mail = last(scene, "1")
    assert mail.content is not None
    intro, quote = mail.content.parts
    assert intro == Sentence("staff-reply", {"department": Ref("department", "citizens"), "number": f"#{first}"})
    assert quote == Quote("Kom på onsdag <b>{x}</b>")
    assert (mail.language, mail.ticket_message, mail.staff, mail.priority) == ("da", identity, False, Priority.REPLY)
    assert len(scene.to("2")) == before
    assert scene.state("1").ticket == first
    assert scene.state("2").ticket is None
    assert ("staff", "Kom på onsdag <b>{x}</b>") not in scene.messages(second)


def test_an_answer_to_a_new_ticket_claims_it(scene: Scene) -> None:
    number = scene.asks_a_person()
    reply(scene, number)
    ticket = scene.ticket(number)
    assert (ticket.state, ticket.owner_name) == ("answered", "Åse")
    with pytest.raises(TransitionError):
        reply(scene, number, "me too", BO)


def test_two_tickets_of_one_resident_are_answered_in_the_same_chat(scene: Scene) -> None:
    first, second = scene.asks_a_person(), scene.asks_a_person("open a restaurant")
    reply(scene, second, "about the company")
    reply(scene, first, "about the number", BO)
    assert [quotes(mail) for mail in scene.to("100")[-2:]] == [["about the company"], ["about the number"]]
    assert scene.state().ticket == second, "private words do not change hands"
    assert scene.to("100")[-1].content is not None


@pytest.mark.parametrize(
    ("prepare", "state", "owner"),
    [(lambda s, n: claim(s, n), "claimed", "Åse"), (lambda s, n: close(s, n), "closed", "")],
)
def test_an_answer_that_is_refused_is_not_sent(
    scene: Scene, prepare: Callable[[Scene, int], None], state: str, owner: str
) -> None:
    number = scene.asks_a_person()
    prepare(scene, number)
    before = sizes(scene.database)
    with pytest.raises(TransitionError) as caught:
        reply(scene, number, "mine", BO)
    assert (caught.value.fields["state"], caught.value.fields["owner"]) == (state, owner)
    assert sizes(scene.database) == before
    assert "mine" not in [text for _, text in scene.messages(number)]


def test_the_residents_next_words_go_to_staff(scene: Scene) -> None:
    number = scene.asks_a_person()
    reply(scene, number)
    scene.settles()
    mails = scene.says("which Wednesday?")
    assert mails == []
    assert scene.messages(number)[-1] == ("resident", "which Wednesday?")
    relayed, card = scene.to(GROUP)[-2:]
    assert (keys(relayed), quotes(relayed), relayed.ticket) == (["relay-intro"], ["which Wednesday?"], number)
    assert card.kind == "card"
    assert scene.ticket(number).state == "claimed"


def test_the_assistant_and_staff_take_turns(scene: Scene) -> None:
    number = scene.asks_a_person()
    reply(scene, number)
    (mail,) = scene.presses("p:bot")
    assert keys(mail) == ["bot-again"]
    assert len(scene.says("open a restaurant")) == 1
    assert "open a restaurant" not in [text for _, text in scene.messages(number)]
    scene.presses(f"p:staff:{number}")
    assert scene.says("still there?") == []
    assert scene.messages(number)[-1] == ("resident", "still there?")


def test_a_file_of_staff_is_copied_after_a_word_about_it(scene: Scene) -> None:
    number = scene.asks_a_person()
    file, source = Attachment("document", "77"), ("telegram", GROUP, "77")
    identity = scene.database.run(lambda c: scene.desk.reply(c, number, ASE, "", file=file, source=source))
    intro, copied = scene.to("100")[-2:]
    assert keys(intro) == ["staff-file"]
    assert intro.ticket_message is None
    assert (copied.kind, copied.copy, copied.ticket_message) == ("copy", Copy(GROUP, "77", "document"), identity)


def test_the_words_under_a_file_of_staff_are_kept_with_the_ticket(scene: Scene) -> None:
    """To the resident they travel with the copied file."""
    number = scene.asks_a_person()
    file, source = Attachment("document", "77"), ("telegram", GROUP, "77")
    scene.database.run(lambda c: scene.desk.reply(c, number, ASE, "fill this in", file=file, source=source))
    assert ("staff", "fill this in") in scene.messages(number)


def test_a_file_that_cannot_cross_channels_is_shown_as_failed(scene: Scene) -> None:
    number = scene.asks_a_person()
    file, source = Attachment("document", "77"), ("terminal", "staff", "77")
    before = len(scene.to("100"))
    scene.database.run(lambda c: scene.desk.reply(c, number, ASE, "", file=file, source=source))
    assert "copy" not in {mail.kind for mail in scene.to("100")}
    assert keys(scene.to(GROUP)[-1]) == ["desk-failed"]
    assert [row["delivery"] for row in rows(scene.database, tables.ticket_messages)][-1] == "failed"
    assert len(scene.to("100")) == before, "a file is announced that never comes"


# ---- notes, closing, reopening ---------------------------------------------------------------------------


def test_a_note_stays_inside(scene: Scene) -> None:
    number = scene.asks_a_person()
    before = scene.mails()
    scene.database.run(lambda c: scene.desk.note(c, number, BO, "he sounds worried"))
    assert scene.mails() == before
    assert scene.messages(number)[-1] == ("note", "he sounds worried")
    assert scene.ticket(number).owner is None


def test_closing_ends_the_conversation_with_staff(scene: Scene) -> None:
    number = scene.asks_a_person()
    reply(scene, number)
    close(scene, number)
    assert scene.ticket(number).state == "closed"
    assert keys(last(scene)) == ["closed-notice", "rate-case-ask"]
    assert actions(last(scene))[:3] == [f"k:good:{number}", f"k:bad:{number}", f"o:reopen:{number}"]
    assert [mail.kind for mail in scene.to(GROUP)][-2:] == ["card", "close"]
    assert scene.state().ticket is None
    assert len(scene.says("How do I get a CPR number?")) == 1
    with pytest.raises(TransitionError):
        close(scene, number)


def test_closing_one_ticket_leaves_the_other_conversation_open(scene: Scene) -> None:
    first, second = scene.asks_a_person(), scene.asks_a_person("open a restaurant")
    reply(scene, second)
    close(scene, first)
    assert scene.state().ticket == second


def test_reopening_gives_the_ticket_to_who_did_it(scene: Scene) -> None:
    number = scene.asks_a_person()
    claim(scene, number)
    close(scene, number)
    scene.settles()
    reopen(scene, number, BO)
    ticket = scene.ticket(number)
    assert (ticket.state, ticket.owner_name) == ("claimed", "Bo")
    assert keys(last(scene)) == ["reopened-notice"]
    assert [mail.kind for mail in scene.to(GROUP)][-2:] == ["card", "reopen"]
    assert scene.state().ticket == number
    with pytest.raises(TransitionError):
        reopen(scene, number)


@pytest.mark.parametrize("move", [claim, reply, close, reopen])
def test_an_unknown_number_is_refused(scene: Scene, move: Callable[[Scene, int], object]) -> None:
    with pytest.raises(TransitionError) as caught:
        move(scene, 99)
    assert caught.value.fields["state"] == "unknown"


# ---- the card --------------------------------------------------------------------------------------------


def test_the_card_shows_the_ticket_as_it_is_now(scene: Scene) -> None:
    scene.says("open a restaurant")
    number = scene.asks_a_person("Jak dostać numer CPR?")
    card = scene.database.run(lambda c: scene.desk.card(c, number))
    assert [part.text for part in card.parts if isinstance(part, Quote)] == [
        "Jak dostać numer CPR?",
        "open a restaurant",
    ]
    new = ("claim", "suggest", "phrase", "note", "handover", "close")
    assert [button.action for row in card.rows for button in row] == [f"{verb}:{number}" for verb in new]
    claim(scene, number)
    card = scene.database.run(lambda c: scene.desk.card(c, number))
    assert ("card-owner", {"name": "Åse"}) in [(p.key, p.args) for p in card.parts if isinstance(p, Sentence)]
    owned = ("suggest", "phrase", "note", "handover", "wait", "release", "close")
    assert [button.action for row in card.rows for button in row] == [f"{verb}:{number}" for verb in owned]
    close(scene, number)
    card = scene.database.run(lambda c: scene.desk.card(c, number))
    assert [button.action for row in card.rows for button in row] == [f"reopen:{number}", f"entry:{number}"]


def test_a_card_that_waits_stays_the_first_in_the_topic_and_shows_the_newest_state(scene: Scene) -> None:
    number = scene.asks_a_person()
    claim(scene, number)
    reply(scene, number)
    scene.says("thanks")
    cards = [row["state"] for row in rows(scene.database, tables.outbox) if row["kind"] == "card"]
    assert cards == ["pending"]
    assert [mail.kind for mail in scene.to(GROUP) if mail.ticket == number][:2] == ["topic", "card"]


def test_buttons_of_the_card_fit_into_telegrams_64_bytes(scene: Scene) -> None:
    scene.asks_a_person()
    assert all(len(action.encode()) <= 64 for mail in scene.mails() for action in actions(mail))
