from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.mail import GROUP_UNUSABLE, Retry
from bot.service.topics import TopicBook
from tests.factories import make_entry, make_knowledge
from tests.sentences import make_renderer
from tests.service.scene import GROUP, TRADE

if TYPE_CHECKING:
    from tests.service.scene import Scene


@pytest.fixture
def book(scene: Scene) -> TopicBook:
    renderer = make_renderer(scene.library.knowledge)
    return TopicBook(scene.database, scene.desk, scene.receipts, scene.drafts, renderer)


async def test_a_new_ticket_has_a_name_and_a_card_for_staff(scene: Scene, book: TopicBook) -> None:
    scene.says("Jak dostać numer CPR?")
    scene.presses("p:ask")
    scene.presses("p:send:1")
    view = await book.view(1)
    assert view.name == "#1 · PL · Hvordan får jeg et CPR-nummer?"
    assert (view.thread, view.card_message, view.closed) == (None, None, False)
    assert view.card.language == "da"
    assert "Jak dostać numer CPR?" in view.card.text
    assert [button.action for row in view.card.rows for button in row] == [
        *("claim:1", "suggest:1", "phrase:1", "note:1", "handover:1", "close:1")
    ]


async def test_a_ticket_about_nothing_known_has_a_short_name(scene: Scene, book: TopicBook) -> None:
    scene.presses("p:ask")
    scene.says("xyzzy")
    scene.presses(scene.button("p:send"))
    assert (await book.view(1)).name == "#1 · EN"


async def test_what_the_channel_made_is_noted(scene: Scene, book: TopicBook) -> None:
    number = scene.asks_a_person()
    await book.lost(number, f"t{number}")
    assert await book.created(number, GROUP, "88")
    assert (await book.view(number)).thread == "88"
    await book.card_posted(number, "88", "99")
    view = await book.view(number)
    assert (view.thread, view.card_message) == ("88", "99")
    assert not await book.created(number, GROUP, "other")
    assert not await book.created(number, TRADE, "elsewhere")
    assert (await book.view(number)).thread == "88"


async def test_a_lost_topic_is_made_anew_with_a_new_card(scene: Scene, book: TopicBook) -> None:
    number = scene.asks_a_person()
    await book.card_posted(number, f"t{number}", "99")
    assert (await book.view(number)).card_message == "99"
    await book.lost(number, f"t{number}")
    view = await book.view(number)
    assert (view.thread, view.card_message) == (None, None)


async def test_the_view_follows_the_ticket(scene: Scene, book: TopicBook) -> None:
    number = scene.asks_a_person()
    scene.staff_commands(number, "claim")
    assert "Åse" in (await book.view(number)).card.text
    scene.staff_commands(number, "close")
    view = await book.view(number)
    assert view.closed
    assert [button.action for row in view.card.rows for button in row] == [
        f"reopen:{number}",
        f"entry:{number}",
    ]


async def test_a_long_title_is_cut_to_what_telegram_takes(scene: Scene) -> None:
    number = scene.asks_a_person()
    known = make_knowledge()
    texts = {
        code: type(text)("ż" * 300, text.short, text.answer, text.phrases, None, outdated=False)
        for code, text in known.entries["cpr"].texts.items()
    }
    long = make_knowledge(entries={**known.entries, "cpr": make_entry("cpr", texts=texts)})
    renderer = make_renderer(long)
    view = await TopicBook(scene.database, scene.desk, scene.receipts, scene.drafts, renderer).view(number)
    assert len(view.name) == 128
    assert view.name.startswith(f"#{number} · EN · ż")


def test_where_one_topic_could_be_made_the_others_are_tried_at_once(scene: Scene) -> None:
    """One that is refused just before the group can be used comes too late to be hurried with those that waited."""
    for chat in ("100", "200"):
        scene.asks_a_person(chat=chat, sender=chat)
    scene.settles(Retry(GROUP_UNUSABLE, 300_000), chat=GROUP)
    scene.asks_a_person(chat="300", sender="300")
    made = {item.mail.ticket for item in scene.settles() if item.mail.kind == "topic"}
    assert made == {1, 2, 3}
