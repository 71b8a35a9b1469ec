"""An answer that has changed: who was given the old one, and telling them once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import Delivered, Failed, Priority
from bot.core.model import Answer, IncomingKind, Ref, Sentence
from bot.service.personal_file import as_json, as_text
from bot.service.roles import StaffRoles
from bot.store import audit, outbox, personal, tables
from tests.factories import CHANNEL, DAY, START, make_incoming, make_knowledge, make_mail
from tests.sentences import make_renderer
from tests.service.scene import ASE, BO, GROUP, Scene, actions, keys, make_scene
from tests.service.test_learning import commands, presses, sentence
from tests.store.rows import column, rows, size

if TYPE_CHECKING:
    from typing import Any

    from bot.core.mail import Mail
    from bot.core.model import Incoming
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock

ROLES = StaffRoles(admins=frozenset({BO.id}))
CPR = "How do I get a CPR number?"


@pytest.fixture
def scene(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    """Bo is an administrator."""
    return make_scene(database, library, clock, roles=ROLES)


def after(scene: Scene, **facts: Any) -> Scene:
    """The same town once facts have got other values."""
    knowledge = make_knowledge()
    changed = {name: replace(knowledge.facts[name], **fields) for name, fields in facts.items()}
    library = replace(scene.library, knowledge=replace(knowledge, facts={**knowledge.facts, **changed}))
    return make_scene(scene.database, library, scene.clock, roles=ROLES)


def given_to(scene: Scene, *chats: str, text: str = CPR) -> None:
    for chat in chats:
        scene.says(text, chat=chat)
    scene.settles()


def bulk(scene: Scene) -> list[Mail]:
    return [mail for mail in scene.mails() if mail.priority == Priority.BULK]


@pytest.fixture
def later(scene: Scene) -> Scene:
    """Three people were given the old answer, one of them in Polish; a day later the limit is another."""
    given_to(scene, "100", "101")
    given_to(scene, "102", text="Jak dostać numer CPR?")
    scene.clock.advance(DAY)
    return after(scene, limit={"value": 8})


# ---- what is noted ---------------------------------------------------------------------------------------


def test_an_answer_is_noted_once_it_has_arrived(scene: Scene) -> None:
    scene.says(CPR)
    assert size(scene.database, tables.given) == 0
    scene.settles()
    (row,) = rows(scene.database, tables.given)
    assert (row["entry"], row["language"], row["at"]) == ("cpr", "en", START)


def test_an_answer_that_never_arrived_is_not_noted(scene: Scene) -> None:
    scene.says(CPR)
    scene.settles(Failed("blocked"))
    assert size(scene.database, tables.given) == 0


def test_every_way_of_giving_an_answer_is_noted(scene: Scene) -> None:
    scene.presses("e:business")
    scene.presses("d:cpr")
    scene.says("kill myself")
    scene.settles()
    assert set(column(scene.database, tables.given, "entry")) == {"business", "cpr", "emergency-112"}


def test_an_entry_that_staff_choose_is_noted(scene: Scene) -> None:
    number = scene.asks_a_person("jak dostać numer CPR?")
    scene.staff_presses(number, f"suggest:{number}")
    scene.staff_presses(number, f"show:{number}:business")
    give = [action for mail in scene.to(GROUP) for action in actions(mail) if action.startswith("give:")][-1]
    scene.staff_presses(number, give)
    scene.settles()
    given = [(row["entry"], row["language"]) for row in rows(scene.database, tables.given)]
    assert given.count(("business", "pl")) == 1


def test_what_staff_are_shown_is_given_to_nobody(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.settles()
    before = size(scene.database, tables.given)
    scene.staff_presses(number, f"show:{number}:business")
    scene.settles()
    assert size(scene.database, tables.given) == before


def test_nothing_is_noted_of_somebody_who_was_erased_meanwhile(scene: Scene) -> None:
    scene.says(CPR)
    (item,) = scene.database.run(scene._claim)
    scene.database.run(lambda c: personal.erase(c, CHANNEL, "100"))
    scene._note(item, Delivered("1"))
    assert size(scene.database, tables.given) == size(scene.database, tables.conversations) == 0


def test_what_was_given_stands_in_the_persons_file(scene: Scene) -> None:
    given_to(scene, "100")
    record = scene.database.run(lambda c: personal.read(c, CHANNEL, "100"))
    renderer = make_renderer(scene.library.knowledge)
    assert '"entry": "cpr"' in as_json(record, renderer, START)
    text = as_text(record, renderer, "en", START)
    assert "== Answers I gave you, in case they change ==" in text
    assert "About: How do I get a CPR number?" in text.partition("Answers I gave you")[2]


# ---- who was given an old one ----------------------------------------------------------------------------


def test_nobody_was_given_another_version(scene: Scene) -> None:
    given_to(scene, "100")
    assert sentence(commands(scene, "recall", "cpr")) == Sentence(
        "recall-none", {"entry": Ref("entry", "cpr"), "days": Ref("days", "30")}
    )


def test_who_was_given_another_version_by_language(later: Scene) -> None:
    listing = commands(later, "recall", "CPR")
    assert keys(listing) == ["recall-list", "recall-line", "recall-line"]
    assert [sentence(listing, place).args for place in (1, 2)] == [
        {"language": Ref("language", "en"), "count": 2},
        {"language": Ref("language", "pl"), "count": 1},
    ]
    assert actions(listing) == []
    assert keys(commands(later, "recall", "business")) == ["recall-none"]


def test_who_has_read_the_new_one_is_not_counted(later: Scene) -> None:
    given_to(later, "100")
    assert sentence(commands(later, "recall", "cpr"), 1).args["count"] == 1


def test_only_the_last_days_are_looked_at(later: Scene) -> None:
    later.clock.advance(2 * DAY)
    assert keys(commands(later, "recall", "cpr 2")) == ["recall-none"]
    assert keys(commands(later, "recall", "cpr 4"))[0] == "recall-list"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "recall-howto"),
        ("notify", "recall-howto"),
        ("nonsense", "notice-bad-entry"),
        ("cpr soon", "recall-howto"),
        ("cpr 0", "recall-howto"),
        ("cpr 999", "recall-howto"),
        ("cpr " + "9" * 5000, "recall-howto"),
        ("cpr 3 4", "recall-howto"),
        ("cpr -3", "recall-howto"),
    ],
)
def test_what_is_wrong_is_said(scene: Scene, words: str, key: str) -> None:
    assert keys(commands(scene, "recall", words, BO)) == [key]


# ---- telling them ----------------------------------------------------------------------------------------


def preview(scene: Scene, words: str = "cpr 30 notify") -> Mail:
    return commands(scene, "recall", words, BO)


def test_staff_read_what_people_will_read_before_anything_is_sent(later: Scene) -> None:
    shown = preview(later)
    assert keys(shown) == ["recall-preview", "recall-notice"]
    assert sentence(shown).args == {"count": 3}
    assert shown.content is not None
    assert Answer("cpr") in shown.content.parts
    (tell,) = actions(shown)
    assert len(tell.encode()) <= 64
    assert bulk(later) == []


def test_everybody_is_told_once_behind_all_that_is_live(later: Scene) -> None:
    (tell,) = actions(preview(later))
    assert sentence(presses(later, tell, BO)) == Sentence("recall-sent", {"count": 3})
    assert keys(presses(later, tell, BO)) == keys(presses(later, tell, BO)) == ["recall-sent-already"]
    told = bulk(later)
    assert sorted((mail.chat, mail.language) for mail in told) == [("100", "en"), ("101", "en"), ("102", "pl")]
    for mail in told:
        assert mail.content is not None
        assert mail.content.parts == (Sentence("recall-notice", {"day": Ref("day", "2026-11-24")}), Answer("cpr"))
    (row,) = later.database.run(audit.read)
    assert (row.actor, row.action) == (BO.id, "recall")


def test_a_live_reply_overtakes_what_is_told_to_many(later: Scene) -> None:
    (tell,) = actions(preview(later))
    presses(later, tell, BO)
    later.says("menu please", chat="100")
    order = [(item.mail.chat, item.mail.priority) for item in later.settles() if not item.mail.staff]
    assert order[0] == ("100", Priority.REPLY)
    assert [priority for _, priority in order[1:]] == [Priority.BULK] * 3


def test_who_was_told_has_the_new_version(later: Scene) -> None:
    (tell,) = actions(preview(later))
    presses(later, tell, BO)
    later.settles()
    assert keys(commands(later, "recall", "cpr")) == ["recall-none"]
    assert keys(presses(later, tell, BO)) == ["recall-sent-already"]
    assert len(bulk(later)) == 3


def test_the_next_change_is_told_again(later: Scene) -> None:
    (tell,) = actions(preview(later))
    presses(later, tell, BO)
    later.settles()
    later.clock.advance(1)
    back = after(later)  # the limit is the old one again
    (again,) = actions(preview(back))
    assert sentence(presses(back, again, BO)).args == {"count": 3}
    back.settles()
    back.clock.advance(1)
    forth = after(back, limit={"value": 8})
    (third,) = actions(preview(forth))
    assert sentence(presses(forth, third, BO)).args == {"count": 3}


def test_a_crash_between_two_presses_tells_nobody_twice(later: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    (tell,) = actions(preview(later))

    def crash(*_: object) -> None:
        raise RuntimeError("the plug was pulled")

    with monkeypatch.context() as patched:
        patched.setattr("bot.service.recalling.audit.append", crash)
        with pytest.raises(RuntimeError):
            presses(later, tell, BO)
    assert bulk(later) == []
    before = len(later.mails())
    later.handle(make_again(tell))  # the press that was not decided comes again before the new one
    assert len(bulk(later)) == 3
    assert [keys(mail) for mail in later.mails()[before:] if mail.staff] == [["recall-sent"], ["recall-sent-already"]]


def make_again(action: str) -> Incoming:
    return make_incoming(kind=IncomingKind.BUTTON, argument=action, text="", chat=GROUP, staff=True, sender=BO.id)


def test_two_who_press_at_once_tell_everybody_once(later: Scene) -> None:
    (tell,) = actions(preview(later))
    room = later.topics._rooms[-1]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: later.database.run(lambda c: room.answer(c, make_again(tell), BO, None)), range(6)))
    assert len(bulk(later)) == 3
    assert len(later.database.run(audit.read)) == 1


def test_who_cannot_be_reached_is_left_out(later: Scene) -> None:
    later.change(1, reachable=False)
    assert sentence(preview(later)).args == {"count": 2}
    later.database.run(lambda c: personal.erase(c, CHANNEL, "101"))
    (tell,) = actions(preview(later))
    presses(later, tell, BO)
    assert [mail.chat for mail in bulk(later)] == ["102"]


def test_people_read_it_in_the_language_they_have_chosen_since(later: Scene) -> None:
    later.change(1, language="da")
    (tell,) = actions(preview(later))
    presses(later, tell, BO)
    assert {mail.chat: mail.language for mail in bulk(later)}["100"] == "da"


def test_an_answer_that_changed_once_more_is_not_sent(later: Scene) -> None:
    (tell,) = actions(preview(later))
    newer = after(later, limit={"value": 9})
    assert sentence(presses(newer, tell, BO)) == Sentence("recall-stale", {"command": "/recall cpr 30 notify"})
    assert bulk(newer) == []


def test_only_administrators_tell_people(later: Scene) -> None:
    (tell,) = actions(preview(later))
    assert keys(commands(later, "recall", "cpr 30 notify", ASE)) == ["learning-admins-only"]
    assert keys(presses(later, tell, ASE)) == ["learning-admins-only"]
    assert keys(later.presses(tell)[0]) == ["stale-button"]
    assert bulk(later) == []


def test_nobody_is_told_about_danger(scene: Scene) -> None:
    scene.says("kill myself")
    scene.settles()
    newer = after(scene, **{"emergency-number": {"value": "113"}})
    assert keys(commands(newer, "recall", "emergency-112"))[0] == "recall-list"
    assert keys(preview(newer, "emergency-112 30 notify")) == ["recall-urgent"]


def test_what_has_expired_cannot_be_sent(later: Scene) -> None:
    expired = after(later, limit={"value": 8, "valid_until": later.clock.today().replace(year=2025)})
    assert keys(preview(expired)) == ["recall-expired"]


def test_nobody_is_left_to_tell(scene: Scene) -> None:
    assert keys(preview(scene)) == ["recall-none"]


@pytest.mark.parametrize("action", ["recall:", "recall:cpr", "recall:cpr:30", "recall:x:30:1", "recall:cpr:30:1:2"])
def test_buttons_that_never_were(later: Scene, action: str) -> None:
    assert keys(presses(later, action, BO))[0] in {"recall-howto", "recall-stale", "notice-bad-entry"}
    assert bulk(later) == []


def test_a_message_that_was_there_before_is_left_out(scene: Scene) -> None:
    mail = make_mail(dedupe="once")
    assert [scene.database.run(lambda c: outbox.add(c, mail, START)) for _ in range(2)] == [True, False]
