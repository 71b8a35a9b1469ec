"""Everything that is kept of a person: in a file for them, and gone when they want it gone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from bot.core.conversation import Draft, Exchange, Progress
from bot.core.effects import Erase, Export
from bot.core.mail import Delivered, Failed, OutboxItem, Retry
from bot.core.model import Content, IncomingKind, Quote, Sentence
from bot.service import personal
from bot.service.personal import PersonalFiles
from bot.service.personal_file import as_json, as_text
from bot.service.resident import accept
from bot.store import answered, inbox, outbox, tables, tickets
from bot.store.codec import content_to_json
from tests.factories import CHANNEL, DAY, START, make_incoming
from tests.sentences import make_renderer
from tests.service.doing import does
from tests.service.scene import ASE, GROUP, Scene, keys
from tests.service.test_races import together
from tests.store.rows import all_text, rows, sizes

if TYPE_CHECKING:
    from pathlib import Path

    from bot.service.brain import Loaded
    from bot.service.render import Renderer
    from bot.store.database import Database
    from bot.store.personal import Record

CHAT = "700100200"
QUESTION = "How do I get a CPR number, says Wielkopolska"
WORDS = ("Wielkopolska", "zapomniany", "Kartoffelmel", "Rugbrødsvej", "hviskede", "Sommerfugl")


@pytest.fixture
def renderer(library: Loaded) -> Renderer:
    return make_renderer(library.knowledge)


def lives(scene: Scene, chat: str = CHAT) -> int:
    """A person with something in every table; returns the number of their case."""
    number = scene.asks_a_person(QUESTION, chat=chat)
    scene.settles()
    scene.staff_writes(number, "Come to Rugbrødsvej", message_id="31")
    scene.says("thank you, Kartoffelmel", chat=chat)
    scene.sends_file(caption="Kartoffelmel again", chat=chat)
    scene.staff_writes(number, "// hviskede among us")
    scene.settles()
    scene.staff_writes(number, "Rugbrødsvej is on its way", message_id="32")
    scene.staff_commands(number, "close")
    scene.says("and zapomniany", chat=chat)
    remembers(scene, chat)
    timer = {"channel": CHANNEL, "chat": chat, "kind": "reminder", "about": "arrival/register"}
    scene.database.run(lambda c: c.execute(insert(tables.timers).values(**timer, due_at=START + DAY)))
    scene.database.run(lambda c: answered.count(c, "en", 0.5, "answer"))
    dead = make_incoming(text="Sommerfugl", chat=chat)
    scene.database.run(lambda c: accept(c, dead))
    bury(scene, dead.update_id)
    return number


def remembers(scene: Scene, chat: str) -> None:
    """What a conversation can hold besides questions."""
    (row,) = [row for row in rows(scene.database, tables.conversations) if row["chat"] == chat]
    draft = Draft(3, lines=("zapomniany draft",), earlier=(Exchange("Wielkopolska before"),))
    progress = Progress("arrival", answers={"job": "Sommerfugl"}, done=("register",))
    scene.change(row["id"], draft=draft, progress=(progress,))


def bury(scene: Scene, update: str) -> None:
    (row,) = [row for row in rows(scene.database, tables.inbox) if row["update_id"] == update]
    scene.database.run(lambda c: inbox.bury(c, row["seq"], "fault", scene.clock.now()))


def record(scene: Scene, chat: str = CHAT) -> Record:
    return scene.database.run(lambda c: personal.export(c, CHANNEL, chat))


def erase(scene: Scene, chat: str = CHAT, **fields: Any) -> int:
    return scene.database.run(lambda c: personal.erase(c, CHANNEL, chat, scene.clock.now(), **fields))


def assert_gone(scene: Scene, chat: str = CHAT) -> None:
    found = all_text(scene.database)
    assert [word for word in (*WORDS, chat) if word in found] == []


# ---- a file ----------------------------------------------------------------------------------------------


def test_the_file_for_people_holds_everything_that_was_written(scene: Scene, renderer: Renderer) -> None:
    number = lives(scene)
    text = as_text(record(scene), renderer, "en", START)
    for words in (*WORDS[:4], "Sommerfugl", CHAT, f"#{number}", "November 2026", "[photo]", "arrival/register"):
        assert words in text
    assert "hviskede" not in text
    assert "{" not in text.partition("==")[0]


def test_notes_of_staff_are_counted_for_the_person_and_shown_to_operators(scene: Scene, renderer: Renderer) -> None:
    lives(scene)
    kept = record(scene)
    assert renderer.sentence("own-notes", "en", count=1) in as_text(kept, renderer, "en", START)
    assert "hviskede" in as_text(kept, renderer, "en", START, notes=True)
    assert "hviskede" not in as_json(kept, renderer, START)
    assert "hviskede" in as_json(kept, renderer, START, notes=True)


def test_the_file_for_programs_has_stable_keys_and_times(scene: Scene, renderer: Renderer) -> None:
    number = lives(scene)
    value = json.loads(as_json(record(scene), renderer, START))
    assert list(value) == [
        "format", "made_at", "channel", "chat", "since", "conversation", "cases", "waiting", "sent", "reminders",
        "given",
    ]  # fmt: skip
    assert value["made_at"] == "2026-11-24T06:00:00+00:00"
    (case,) = value["cases"]
    assert (case["number"], case["state"], case["department"], case["entry"]) == (number, "closed", "citizens", "cpr")
    sides = [(message["side"], message["text"], message["file"]) for message in case["messages"]]
    assert ("staff", "Come to Rugbrødsvej", None) in sides
    assert ("resident", "Kartoffelmel again", "photo") in sides
    assert case["notes_of_staff"] == 1
    assert {event["by"] for event in case["history"]} == {"resident", "staff"}
    assert value["waiting"] == [{"at": value["made_at"], "kind": "text", "text": "Sommerfugl"}]
    assert value["reminders"] == [{"about": "arrival/register", "due_at": "2026-11-25T06:00:00+00:00"}]
    assert value["conversation"]["progress"][0]["answers"] == {"job": "Sommerfugl"}
    assert all(datetime.fromisoformat(sent["at"]).tzinfo for sent in value["sent"])
    assert any("Rugbrødsvej" in sent["text"] for sent in value["sent"])


@pytest.mark.parametrize("language", ["da", "pl"])
def test_the_file_is_made_in_every_language(scene: Scene, renderer: Renderer, language: str) -> None:
    lives(scene)
    assert "Kartoffelmel" in as_text(record(scene), renderer, language, START)


def test_the_file_holds_nothing_of_anybody_else(scene: Scene, renderer: Renderer) -> None:
    lives(scene)
    scene.asks_a_person("Jak dostać numer CPR? Gdynia", chat="55")
    kept, other = record(scene), record(scene, "55")
    assert "Gdynia" not in as_text(kept, renderer, "en", START) + as_json(kept, renderer, START)
    foreign = as_text(other, renderer, "en", START, notes=True) + as_json(other, renderer, START, notes=True)
    assert [word for word in (*WORDS, CHAT) if word in foreign] == []


def test_a_brief_is_part_of_the_file(scene: Scene, renderer: Renderer) -> None:
    number = lives(scene)
    for words, known in ((Quote("a bakery"), "a bakery"), (Sentence("brief-of-yore"), "brief-of-yore")):
        brief = content_to_json(Content((words,)))
        change = tables.tickets.update().where(tables.tickets.c.id == number).values(brief=brief)
        scene.database.run(lambda c, change=change: c.execute(change))  # type: ignore[misc]
        kept = record(scene)
        assert known in as_text(kept, renderer, "en", START)
        assert known in as_json(kept, renderer, START)


def test_nothing_is_kept_of_a_stranger(scene: Scene, renderer: Renderer) -> None:
    kept = record(scene, "1")
    assert kept.empty
    assert renderer.sentence("own-nothing", "en") in as_text(kept, renderer, "en", START)
    assert json.loads(as_json(kept, renderer, START))["since"] is None


def test_what_another_version_wrote_does_not_stop_the_file(scene: Scene) -> None:
    lives(scene)
    for table in (tables.inbox, tables.outbox):
        key = rows(scene.database, table)[-1]["seq"]
        broken = table.update().where(table.c.seq == key).values(payload='{"of": "another version"}')
        scene.database.run(lambda c, broken=broken: c.execute(broken))  # type: ignore[misc]
    kept = record(scene)
    assert kept.waiting == ()
    assert kept.sent


async def test_the_wish_for_a_file_holds_no_copy_of_the_data(scene: Scene, renderer: Renderer) -> None:
    lives(scene)
    (mail,) = does(scene, Export("json", "da"), CHAT)
    assert (mail.kind, mail.target, mail.language, mail.content) == ("document", "json", "da", None)
    files = PersonalFiles(scene.database, renderer, scene.clock)
    made = await files.own_file(mail.channel, mail.chat, mail.target, mail.language)
    assert (made.name, json.loads(made.content)["chat"]) == ("mydata.json", CHAT)
    assert (await files.own_file(CHANNEL, CHAT, "text", "da")).name == "mydata.txt"


# ---- erasing ---------------------------------------------------------------------------------------------


def test_after_the_last_word_no_table_knows_the_person(scene: Scene) -> None:
    number = lives(scene)
    kept = rows(scene.database, tables.answered)
    does(scene, Erase("da"), CHAT)
    (word,) = scene.to(CHAT)
    assert (word.kind, keys(word), word.language) == ("last_word", ["erased-notice"], "da")
    assert {item.mail.kind for item in scene.settles()} == {"last_word", "delete_topic"}
    assert_gone(scene)
    assert rows(scene.database, tables.answered) == kept
    left = {name: count for name, count in sizes(scene.database).items() if count}
    assert set(left) <= {"answered", "daily", "gaps", "outbox", "inbox"}
    assert [mail.kind for mail in scene.mails()] == ["delete_topic"]
    (topic,) = scene.mails()
    assert (topic.chat, topic.target, topic.staff, topic.ticket) == (GROUP, f"t{number}", True, None)


@pytest.mark.parametrize("outcome", [Delivered("1"), Failed("blocked")])
def test_the_last_word_is_forgotten_whatever_becomes_of_it(scene: Scene, outcome: Any) -> None:
    does(scene, Erase("en"), CHAT)
    scene.settles(outcome, chat=CHAT)
    assert_gone(scene)


def test_the_last_word_is_tried_again(scene: Scene) -> None:
    does(scene, Erase("en"), CHAT)
    (item,) = scene.database.run(lambda c: scene._claim(c))
    scene.database.run(lambda c: outbox.settle(c, item, Retry("away"), scene.clock.now()))
    assert [mail.kind for mail in scene.to(CHAT)] == ["last_word"]
    scene.clock.advance(DAY)
    scene.settles()
    assert_gone(scene)


def test_others_keep_everything(scene: Scene, renderer: Renderer) -> None:
    scene.asks_a_person("Jak dostać numer CPR?", chat="55")
    scene.settles()
    before = json.loads(as_json(record(scene, "55"), renderer, START))
    lives(scene)
    erase(scene)
    assert json.loads(as_json(record(scene, "55"), renderer, START)) == before


def test_erasing_twice_finds_nothing_more(scene: Scene) -> None:
    lives(scene)
    assert erase(scene) > 10
    assert erase(scene) == 0
    assert_gone(scene)


def test_a_person_who_writes_again_begins_anew(scene: Scene) -> None:
    lives(scene)
    does(scene, Erase("en"), CHAT)
    scene.settles()
    assert scene.says("How do I get a CPR number?", chat=CHAT)
    assert scene.state(CHAT).progress == ()
    assert not any(scene.database.run(tickets.open_ones))


def test_what_is_written_after_the_wish_is_still_answered(scene: Scene) -> None:
    lives(scene)
    late = make_incoming(text="i want to kill myself", chat=CHAT)
    wish = make_incoming(kind=IncomingKind.BUTTON, argument="menu", text="", chat=CHAT)
    scene.database.run(lambda c: [accept(c, wish), accept(c, late)])
    erase(scene, until=wish.update_id, language="en")
    assert [row["update_id"] for row in rows(scene.database, tables.inbox) if CHAT in row["lane"]] == [late.update_id]


def test_the_operators_erasure_takes_what_waits_too_and_says_nothing(scene: Scene) -> None:
    lives(scene)
    scene.database.run(lambda c: accept(c, make_incoming(text="Sommerfugl", chat=CHAT)))
    erase(scene)
    assert_gone(scene)
    assert scene.to(CHAT) == []


def test_what_staff_wrote_and_nobody_decided_yet_goes_too(scene: Scene) -> None:
    number = lives(scene)
    said = make_incoming(chat=GROUP, staff=True, thread=f"t{number}", sender=ASE.id, text="// hviskede")
    scene.database.run(lambda c: accept(c, said))
    erase(scene)
    assert_gone(scene)


def test_messages_in_hand_when_the_person_was_erased_end_quietly(scene: Scene) -> None:
    number = lives(scene)
    scene.staff_commands(number, "reopen")
    scene.staff_writes(number, "Rugbrødsvej once more", message_id="33")
    in_hand = claim_all(scene)
    assert any(item.mail.ticket_message for item in in_hand)
    erase(scene)
    for item in in_hand:
        scene._note(item, Failed("blocked"))
    assert_gone(scene)


def claim_all(scene: Scene) -> list[OutboxItem]:
    found: list[OutboxItem] = []
    while more := scene.database.run(scene._claim):
        found += more
        for item in more:
            if item.mail.staff:
                scene._note(item, Delivered("1"))
    return [item for item in found if not item.mail.staff]


def test_a_topic_that_was_being_made_meanwhile_is_deleted_when_it_is_there(scene: Scene) -> None:
    scene.says(QUESTION, chat=CHAT)
    scene.presses("p:ask", chat=CHAT)
    scene.presses(scene.button("p:send", chat=CHAT), chat=CHAT)
    assert [item.mail.kind for item in scene.database.run(scene._claim)]
    while scene.database.run(scene._claim):
        pass
    erase(scene)
    created = make_incoming(
        kind=IncomingKind.TOPIC_CREATED, chat=GROUP, staff=True, thread="88", text="#1 · EN", sender="bot"
    )
    for _ in range(2):
        scene.handle(created)
    assert [(mail.kind, mail.target) for mail in scene.mails()] == [("delete_topic", "88")]
    assert rows(scene.database, tables.marks) == []
    assert_gone(scene)


def test_erasing_and_everything_else_at_once(scene: Scene) -> None:
    """Whoever comes first: nobody waits for ever, and nothing of the person is left."""
    for n in range(4):
        chat = f"{CHAT}{n}"
        number = lives(scene, chat)
        scene.staff_commands(number, "reopen")
        scene.staff_writes(number, "Rugbrødsvej at once", message_id="77")
        in_hand = claim_all(scene)

        def gone(chat: str = chat) -> object:
            return erase(scene, chat)

        def settled(in_hand: list[OutboxItem] = in_hand) -> None:
            for item in in_hand:
                scene._note(item, Delivered("1"))

        together([gone, settled])
        erase(scene, chat)
        assert_gone(scene, chat)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_of_the_database_is_overwritten(scene: Scene, database: Database, tmp_path: Path) -> None:
    lives(scene)
    database.overwrite()
    assert b"Kartoffelmel" in (tmp_path / "bot.db").read_bytes()
    erase(scene)
    database.overwrite()
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [word for word in (*WORDS, CHAT) if word.encode() in left] == []
