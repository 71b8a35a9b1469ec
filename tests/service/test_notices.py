from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.model import IncomingKind, Ref, Sentence
from bot.service.days import danish_midnight
from bot.service.notices import NoticeBoard
from bot.store import notices, tables
from tests.factories import DAY, make_incoming
from tests.sentences import make_renderer
from tests.service.scene import ASE, BO, GROUP, TRADE, Scene, actions, keys
from tests.store.rows import rows, size

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from bot.core.notices import Notice
    from bot.service.desk import Staff

# Today is 24 November 2026.


def commands(scene: Scene, words: str, name: str = "notice", *, chat: str = GROUP, **fields: Any) -> Mail:
    """A member of staff writes a command in the group; returns what is said there."""
    usual: dict[str, Any] = {"chat": chat, "staff": True, "sender": ASE.id, "sender_name": ASE.name, "text": words}
    before = len(scene.mails())
    scene.handle(make_incoming(kind=IncomingKind.COMMAND, argument=name, **usual | fields))
    (said,) = scene.mails()[before:]
    return said


def presses(scene: Scene, action: str, staff: Staff = ASE, *, chat: str = GROUP, **fields: Any) -> Mail:
    before = len(scene.mails())
    button = make_incoming(kind=IncomingKind.BUTTON, argument=action, text="", chat=chat, staff=True, sender=staff.id)
    scene.handle(button)
    (said,) = scene.mails()[before:]
    return said


def publishes(scene: Scene, words: str, **fields: Any) -> int:
    """A notice goes all the way; returns its number."""
    publish, _ = actions(commands(scene, words, **fields))
    assert "notice-published" in keys(presses(scene, publish))
    return int(publish.rpartition(":")[2])


def shown(scene: Scene) -> tuple[Notice, ...]:
    return scene.database.run(lambda c: notices.current(c, scene.clock.now()))


def said(mail: Mail) -> list[Sentence]:
    return [part for part in mail.content.parts if isinstance(part, Sentence)] if mail.content else []


# ---- what can be written ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind", "days", "about"),
    [
        ("closed 24.12.2026 26.12.2026", "closed", ("2026-12-24", "2026-12-26"), "citizens"),
        ("CLOSED 24.12.2026", "closed", ("2026-12-24", "2026-12-24"), "citizens"),
        ("closed 24/12/2026 - 26/12/2026", "closed", ("2026-12-24", "2026-12-26"), "citizens"),
        ("closed 24.12.2026-26.12.2026 trade", "closed", ("2026-12-24", "2026-12-26"), "trade"),
        ("closed trade 24.12.2026 til 26.12.2026", "closed", ("2026-12-24", "2026-12-26"), "trade"),
        ("closed 24. december 2026 til 2. januar 2027", "closed", ("2026-12-24", "2027-01-02"), "citizens"),
        ("closed 24. december 2026, 26.12.2026", "closed", ("2026-12-24", "2026-12-26"), "citizens"),
        ("closed i morgen", "closed", ("2026-11-25", "2026-11-25"), "citizens"),
        ("closed 2026-12-05", "closed", ("2026-12-05", "2026-12-05"), "citizens"),
        ("delay 15.12.2026", "delay", ("2026-11-24", "2026-12-15"), "citizens"),
        ("delay 1.12.2026 15.12.2026", "delay", ("2026-12-01", "2026-12-15"), "citizens"),
        ("storm 5.12.2026", "storm", ("2026-11-24", "2026-12-05"), None),
        ("storm\n24.11.2026", "storm", ("2026-11-24", "2026-11-24"), None),
        ("changed cpr 1.1.2027", "changed", ("2027-01-01", "2027-01-31"), "cpr"),
        ("changed CPR 1.11.2026 24.11.2026", "changed", ("2026-11-01", "2026-11-24"), "cpr"),
    ],
)
def test_what_is_written_becomes_a_notice(
    scene: Scene, words: str, kind: str, days: tuple[str, str], about: str | None
) -> None:
    publishes(scene, words)
    (notice,) = shown(scene)
    assert (notice.kind, notice.first.isoformat(), notice.last.isoformat()) == (kind, *days)
    assert (notice.department or notice.entry) == about


def test_the_department_is_that_of_the_group(scene: Scene) -> None:
    publishes(scene, "closed 24.12.2026", chat=TRADE)
    assert shown(scene)[0].department == "trade"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "notice-howto"),
        ("   ", "notice-howto"),
        ("flood 24.12.2026", "notice-howto"),
        ("24.12.2026", "notice-howto"),
        ("closed", "notice-howto"),
        ("closed trade", "notice-howto"),
        ("storm", "notice-howto"),
        ("changed", "notice-howto"),
        ("changed cpr", "notice-howto"),
        ("changed nonsense 1.1.2027", "notice-bad-entry"),
        ("changed 1.1.2027", "notice-bad-entry"),
        ("closed soonish", "notice-bad-day"),
        ("closed 32.12.2026", "notice-bad-day"),
        ("closed 31.2.2027", "notice-bad-day"),
        ("closed 32. december", "notice-bad-day"),
        ("closed 24.12.2026 parking", "notice-bad-day"),
        ("closed trade citizens 24.12.2026", "notice-bad-day"),
        ("closed 24.12.2026 25.12.2026 26.12.2026", "notice-bad-day"),
        ("closed 24.12.9999", "notice-bad-day"),
        ("closed 24.12.0001", "notice-bad-day"),
        ("closed [CPR]", "notice-bad-day"),
        ("closed " + "1" * 5000, "notice-bad-day"),
        ("closed 23.11.2026", "notice-past"),
        ("closed 26.12.2026 24.12.2026", "notice-past"),
        ("delay 1.11.2026", "notice-past"),
        ("storm 23.11.2026", "notice-past"),
        ("changed cpr 1.10.2026", "notice-past"),
    ],
)
def test_what_is_wrong_is_said(scene: Scene, words: str, key: str) -> None:
    answer = commands(scene, words)
    assert keys(answer) == [key]
    assert actions(answer) == []
    assert size(scene.database, tables.notices) == 0


def test_the_examples_work_as_they_stand(scene: Scene) -> None:
    (howto,) = said(commands(scene, "help"))
    examples = [line for line in str(howto.args["examples"]).split("\n") if line]
    assert len(examples) == 4
    for example in examples:
        publishes(scene, example.removeprefix("/notice "))
    (bad,) = said(commands(scene, "closed soonish"))
    publishes(scene, f"closed {bad.args['example']}")
    assert len(shown(scene)) == 5


# ---- preview, publish, withdraw --------------------------------------------------------------------------


def test_a_preview_is_in_danish_and_english(scene: Scene) -> None:
    preview = commands(scene, "closed 24.12.2026 26.12.2026")
    intro, danish, english = said(preview)
    assert intro == Sentence("notice-preview", {"last": Ref("day", "2026-12-26")})
    assert (preview.language, danish.language, english.language) == ("da", "da", "en")
    assert danish.key == english.key == "notice-closed"
    assert [len(action.encode()) <= 64 for action in actions(preview)] == [True, True]
    assert shown(scene) == ()


def test_what_is_over_ends_at_midnight_in_denmark(scene: Scene) -> None:
    publishes(scene, "closed 24.12.2026")
    (notice,) = shown(scene)
    assert rows(scene.database, tables.notices)[0]["until"] == danish_midnight(notice.last + timedelta(days=1))


def test_a_second_press_publishes_nothing_more(scene: Scene) -> None:
    publish, drop = actions(commands(scene, "storm 5.12.2026"))
    first, second = presses(scene, publish), presses(scene, publish, BO)
    assert keys(first) == keys(second) == keys(presses(scene, drop, BO)) == ["notice-published"]
    assert len(shown(scene)) == 1


def test_two_people_who_press_at_once_publish_once(scene: Scene) -> None:
    publish, drop = actions(commands(scene, "storm 5.12.2026"))
    board = NoticeBoard(scene.library, scene.desk.posts.groups, scene.clock)
    with ThreadPoolExecutor(4) as pool:
        contents = list(
            pool.map(lambda action: scene.database.run(lambda c: board.press(c, action)), [publish, drop] * 4)
        )
    found = [part.key for content in contents for part in content.parts if isinstance(part, Sentence)]
    assert (found.count("notice-dropped"), len(shown(scene))) in {(0, 1), (1, 0)}


def test_a_dropped_notice_is_gone(scene: Scene) -> None:
    publish, drop = actions(commands(scene, "storm 5.12.2026"))
    assert keys(presses(scene, drop)) == ["notice-dropped"]
    assert keys(presses(scene, publish)) == keys(presses(scene, drop)) == ["notice-gone"]
    assert size(scene.database, tables.notices) == 0


def test_a_notice_is_withdrawn_once(scene: Scene) -> None:
    number = publishes(scene, "storm 5.12.2026")
    withdraw = f"notice:withdraw:{number}"
    assert keys(presses(scene, withdraw)) == ["notice-withdrawn"]
    assert keys(presses(scene, withdraw)) == keys(presses(scene, f"notice:publish:{number}")) == ["notice-gone"]
    assert shown(scene) == ()


def test_the_buttons_of_what_is_over_are_old(scene: Scene) -> None:
    number = publishes(scene, "storm 5.12.2026")
    publish, _ = actions(commands(scene, "storm 5.12.2026"))
    scene.clock.advance(12 * DAY)
    assert keys(presses(scene, publish)) == keys(presses(scene, f"notice:withdraw:{number}")) == ["notice-gone"]


@pytest.mark.parametrize("action", ["notice:", "notice:publish", "notice:publish:", "notice:withdraw:x", "notice:eat:1",
                                    "notice:publish:" + "9" * 40, "notice:publish:1:2", "notice:drop:-1"])  # fmt: skip
def test_buttons_that_never_were(scene: Scene, action: str) -> None:
    assert keys(presses(scene, action)) == ["notice-gone"]


def test_the_list_of_notices(scene: Scene) -> None:
    assert keys(commands(scene, "", "notices")) == ["notice-none"]
    commands(scene, "storm 5.12.2026")
    assert keys(commands(scene, "", "notices")) == ["notice-none"]
    numbers = [publishes(scene, f"closed {place}.12.2026") for place in range(1, 11)]
    listing = commands(scene, "", "NOTICES")
    assert keys(listing) == ["notice-list", *["notice-closed-day"] * 10]
    assert actions(listing) == [f"notice:withdraw:{number}" for number in numbers[:8]]
    assert listing.content is not None
    rendered = make_renderer(scene.library.knowledge).render(listing.content, "en")
    assert rendered.rows[0][0].label == "Withdraw: Notice: citizens en is closed on 1 December 2026."


def test_what_is_no_longer_known_is_not_listed(scene: Scene) -> None:
    publishes(scene, "changed cpr 1.1.2027")
    knowledge = scene.library.knowledge
    fewer = replace(knowledge, entries={name: one for name, one in knowledge.entries.items() if name != "cpr"})
    board = NoticeBoard(replace(scene.library, knowledge=fewer), scene.desk.posts.groups, scene.clock)
    content = scene.database.run(lambda c: board.command(c, "notices", "", "7"))
    assert content.parts == (Sentence("notice-none"),)


# ---- where it is said, and to whom -----------------------------------------------------------------------


def test_it_is_said_where_it_was_asked(scene: Scene) -> None:
    number = scene.asks_a_person()
    places = {None: (None, ""), f"t{number}": (number, ""), "88": (None, "88")}
    for thread, (ticket, target) in places.items():
        for name in ("notice", "notices"):
            answer = commands(scene, "", name, thread=thread)
            assert (answer.kind, answer.staff, answer.chat) == ("say", True, GROUP)
            assert (answer.ticket, answer.target) == (ticket, target)


def test_nobody_is_written_to(scene: Scene) -> None:
    scene.says("How do I get a CPR number?")
    before = scene.to("100")
    publishes(scene, "closed 24.12.2026")
    publishes(scene, "storm 5.12.2026")
    assert scene.to("100") == before


def test_a_resident_is_told_with_the_next_reply_in_their_language(scene: Scene) -> None:
    scene.says("jak dostać numer CPR?")
    publishes(scene, "closed 24.12.2026 26.12.2026")
    (reply,) = scene.presses("menu")
    assert (keys(reply)[0], reply.language) == ("notice-closed", "pl")
    assert keys(scene.presses("menu")[0]) == ["menu-ask"]
    assert scene.state().told == (1,)


def test_a_resident_cannot_press_the_boards_buttons(scene: Scene) -> None:
    publish, _ = actions(commands(scene, "storm 5.12.2026"))
    assert keys(scene.presses(publish)[0]) == ["stale-button"]
    assert shown(scene) == ()


def test_the_commands_are_announced(scene: Scene) -> None:
    assert {"notice", "notices"} <= set(scene.topics.commands)
