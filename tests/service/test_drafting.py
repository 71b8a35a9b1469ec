"""Answers that staff read before they are sent: translated phrases, and own words with a machine translation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.model import Phrase, Ref, Sentence, Translated
from bot.core.ticket import State
from bot.service.desk import Desk
from bot.service.drafting import Drafts
from bot.store import tables
from tests.harness import real_core
from tests.service.scene import ASE, BO, GROUP, Scene, actions, keys, make_scene, quotes
from tests.store.rows import rows

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from bot.store.database import Database
    from tests.factories import FakeClock

CHATS = {"citizen-service": GROUP}


@pytest.fixture
def scene(database: Database, clock: FakeClock) -> Scene:
    return make_scene(database, real_core().library.now(), clock, chats=CHATS)


@pytest.fixture
def number(scene: Scene) -> int:
    return scene.asks_a_person("Jak dostać numer CPR?")


def last(scene: Scene) -> Mail:
    return scene.mails()[-1]


def send_button(mail: Mail, place: int = 0) -> str:
    return [action for action in actions(mail) if action.startswith("draft:")][place]


def words(scene: Scene, mail: Mail, language: str) -> str:
    assert mail.content is not None
    return real_core().renderer.render(mail.content, language).text


# ---- phrases ---------------------------------------------------------------------------------------------


def test_the_phrases_are_listed_with_a_button_each(scene: Scene, number: int) -> None:
    scene.staff_presses(number, f"phrase:{number}")
    listed = last(scene)
    assert "phrases-list" in keys(listed)
    assert len(actions(listed)) == len(scene.library.knowledge.staff_phrases.phrases) > 20
    assert all(len(action.encode()) <= 64 for action in actions(listed))


def test_a_phrase_shows_its_blanks_is_previewed_and_sent_once_in_the_residents_language(
    scene: Scene, number: int
) -> None:
    scene.staff_presses(number, f"phrase:{number}:need-by")
    assert "phrase-howto" in keys(last(scene))
    before = len(scene.to("100"))
    scene.staff_commands(number, "phrase", text="need-by 14.12.2026; pas, lejekontrakt")
    preview = last(scene)
    assert "phrase-preview" in keys(preview)
    assert len(scene.to("100")) == before
    scene.staff_presses(number, send_button(preview))
    sent = scene.to("100")[before:]
    assert len(sent) == 1
    assert (keys(sent[0]), sent[0].language) == (["staff-reply"], "pl")
    said = words(scene, sent[0], "pl")
    assert "14 grudnia 2026" in said
    assert "paszport" in said.lower()
    assert scene.ticket(number).state == State.WAITING  # it asks the resident for something
    assert scene.messages(number)[-1][0] == "staff"
    assert "14. december 2026" in scene.messages(number)[-1][1]
    scene.staff_presses(number, send_button(preview), BO)
    assert len(scene.to("100")) == before + 1
    assert keys(last(scene)) == ["suggest-stale"]


def test_a_phrase_without_blanks_is_previewed_at_once(scene: Scene, number: int) -> None:
    plain = next(one.id for one in scene.library.knowledge.staff_phrases.phrases.values() if not one.blanks)
    scene.staff_presses(number, f"phrase:{number}:{plain}")
    assert "phrase-preview" in keys(last(scene))
    assert send_button(last(scene))


def test_what_is_wrong_with_the_blanks_is_said_and_nothing_is_kept(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "phrase", text="need-by pas")
    assert keys(last(scene)) == ["phrase-missing"]
    scene.staff_commands(number, "phrase", text="no-such-phrase")
    assert keys(last(scene)) == ["phrase-unknown"]
    assert rows(scene.database, tables.staff_drafts) == []


def test_after_another_answer_a_preview_sends_nothing(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "phrase", text="need-by 14.12.2026; pas")
    preview = last(scene)
    scene.staff_writes(number, "We need your passport")
    before = len(scene.to("100"))
    scene.staff_presses(number, send_button(preview))
    assert len(scene.to("100")) == before
    assert keys(last(scene)) == ["suggest-stale"]


def test_somebody_elses_case_gets_no_phrase(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "claim", BO)
    scene.staff_commands(number, "phrase", text="need-by 14.12.2026; pas")
    preview, before = last(scene), len(scene.to("100"))
    scene.staff_presses(number, send_button(preview), ASE)
    assert len(scene.to("100")) == before
    assert keys(last(scene)) == ["desk-not-sent-owner"]


def test_a_draft_of_one_case_is_not_sent_in_another(scene: Scene, number: int) -> None:
    other = scene.asks_a_person("Jak dostać numer CPR?", chat="200")
    scene.staff_commands(number, "phrase", text="need-by 14.12.2026; pas")
    draft = send_button(last(scene)).rpartition(":")[2]
    before = len(scene.to("200"))
    scene.staff_presses(other, f"draft:{other}:{draft}")
    assert len(scene.to("200")) == before


def test_a_phrase_that_was_withdrawn_is_not_sent(scene: Scene, number: int) -> None:
    scene.staff_commands(number, "phrase", text="need-by 14.12.2026; pas")
    preview, before = last(scene), len(scene.to("100"))
    known = scene.library.knowledge
    fewer = {name: one for name, one in known.staff_phrases.phrases.items() if name != "need-by"}
    changed = replace(known, staff_phrases=replace(known.staff_phrases, phrases=fewer))
    drafts = Drafts(replace(scene.library, knowledge=changed), real_core().renderer, scene.desk, scene.clock)
    draft = send_button(preview).rpartition(":")[2]
    ticket = scene.ticket(number)
    said = scene.database.run(lambda c: drafts.send(c, ticket, ASE, draft, ""))
    assert said.parts == (Sentence("suggest-stale"),)
    assert len(scene.to("100")) == before


@pytest.mark.parametrize("digits", ["", "x", "0", "-1", "9" * 40, "١"])
def test_forged_drafts_send_nothing(scene: Scene, number: int, digits: str) -> None:
    before = len(scene.to("100"))
    scene.staff_presses(number, f"draft:{number}:{digits}")
    assert len(scene.to("100")) == before


# ---- own words with a translation ------------------------------------------------------------------------


@pytest.fixture
def translating(scene: Scene) -> Scene:
    """The same desk, with a translator."""
    desk = Desk(scene.library, scene.desk.posts.groups, scene.clock, translates=True)
    for owner in (scene, scene.topics, scene.residents, scene.drafts):
        vars(owner)["desk" if owner is scene else "_desk"] = desk
    return scene


def test_words_the_resident_may_not_understand_are_shown_first(translating: Scene, number: int) -> None:
    scene, before = translating, len(translating.to("100"))
    scene.staff_writes(number, "Kom på onsdag med dit pas, så hjælper vi dig", message_id="31")
    preview = last(scene)
    assert (preview.kind, keys(preview)) == ("preview", ["translation-preview"])
    assert Translated("Kom på onsdag med dit pas, så hjælper vi dig", "da", "pl") in preview.content.parts  # type: ignore[union-attr]
    assert len(scene.to("100")) == before
    draft = int(preview.target)
    first = scene.database.run(lambda c: scene.drafts.translated(c, number, draft, "Przyjdź w środę"))
    again = scene.database.run(lambda c: scene.drafts.translated(c, number, draft, "Something else"))
    assert (first, again) == ("Przyjdź w środę", "Przyjdź w środę")
    scene.staff_presses(number, send_button(preview))
    (sent,) = scene.to("100")[before:]
    whole = Translated("Kom på onsdag med dit pas, så hjælper vi dig", "da", "pl", "Przyjdź w środę")
    assert whole in sent.content.parts  # type: ignore[union-attr]
    said = words(scene, sent, "pl")
    assert said.index("Kom på onsdag") < said.index("Przyjdź w środę")
    assert rows(scene.database, tables.ticket_messages)[-1]["source_message"] == "31"


def test_own_words_can_be_sent_without_it(translating: Scene, number: int) -> None:
    scene, before = translating, len(translating.to("100"))
    scene.staff_writes(number, "Kom på onsdag med dit pas, så hjælper vi dig")
    scene.staff_presses(number, send_button(last(scene), 1))
    (sent,) = scene.to("100")[before:]
    assert quotes(sent) == ["Kom på onsdag med dit pas, så hjælper vi dig"]


def test_without_a_translation_the_words_alone_are_sent_and_staff_know(translating: Scene, number: int) -> None:
    scene, before = translating, len(translating.to("100"))
    scene.staff_writes(number, "Kom på onsdag med dit pas, så hjælper vi dig")
    scene.staff_presses(number, send_button(last(scene)))
    (sent,) = scene.to("100")[before:]
    assert quotes(sent) == ["Kom på onsdag med dit pas, så hjælper vi dig"]
    assert keys(last(scene)) == ["translation-not-sent"]


def test_words_in_the_residents_language_go_out_at_once(translating: Scene, number: int) -> None:
    scene, before = translating, len(translating.to("100"))
    scene.staff_writes(number, "Proszę przyjść w środę z paszportem, pomożemy")
    assert len(scene.to("100")) == before + 1


def test_a_residents_words_come_with_a_translation(translating: Scene, number: int) -> None:
    scene = translating
    scene.staff_commands(number, "claim")
    scene.says("Kiedy mogę przyjść?")
    relayed = [mail for mail in scene.to(GROUP) if "relay-intro" in keys(mail)][-1]
    assert Translated("Kiedy mogę przyjść?", "pl", "da") in relayed.content.parts  # type: ignore[union-attr]


def test_without_a_translator_nothing_changes_and_the_card_tells_what_there_is(scene: Scene, number: int) -> None:
    before = len(scene.to("100"))
    scene.staff_writes(number, "Kom på onsdag")
    assert quotes(scene.to("100")[before]) == ["Kom på onsdag"]
    card = scene.database.run(lambda c: scene.desk.card(c, number))
    count = len(scene.library.knowledge.entries)
    phrases = len(scene.library.knowledge.staff_phrases.phrases)
    assert Sentence("card-available", {"entries": count, "phrases": phrases}) in card.parts
    assert Ref("language", "pl") in [part.args.get("language") for part in card.parts if isinstance(part, Sentence)]
    assert not any(isinstance(part, Translated | Phrase) for part in card.parts)
