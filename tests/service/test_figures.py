"""What staff look up: /queue, /mine, /ticket and /stats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.core.effects import Count, Rate
from bot.core.model import IncomingKind
from bot.service import queues
from bot.service.figures import COMMANDS
from bot.service.posting import StaffGroups
from bot.store import promises, tables, tickets
from tests.core.talk import links
from tests.factories import CHANNEL, DAY, MINUTE, START, make_incoming
from tests.sentences import make_renderer
from tests.service.doing import does
from tests.service.scene import ASE, BO, CHATS, GROUP, TRADE, Scene, actions, keys, quotes
from tests.store.rows import rows

if TYPE_CHECKING:
    from bot.core.mail import Mail
    from bot.service.desk import Staff

HOUR = 60 * MINUTE
WORDS = "How do I get a CPR number?"

# Today is 24 November 2026.


def looks_up(scene: Scene, name: str, words: str = "", staff: Staff = ASE, *, chat: str = GROUP, **fields: Any) -> Mail:
    """A member of staff gives a command in a group; returns what is said there."""
    usual: dict[str, Any] = {"chat": chat, "staff": True, "sender": staff.id, "sender_name": staff.name, "text": words}
    before = len(scene.mails())
    scene.handle(make_incoming(kind=IncomingKind.COMMAND, argument=name, **usual | fields))
    (said,) = scene.mails()[before:]
    assert (said.chat, said.staff) == (chat, True)
    return said


def text(scene: Scene, mail: Mail, language: str = "en") -> str:
    """A mail as it is read."""
    assert mail.content is not None
    return make_renderer(scene.library.knowledge).render(mail.content, language).text.replace("\u00a0", " ")


def change(scene: Scene, number: int, **values: object) -> None:
    scene.database.run(lambda c: tickets.change(c, number, values))


def order(scene: Scene, mail: Mail) -> list[str]:
    """The numbers of the cases in a list, as they stand there."""
    return [line.split(" ")[0] for line in text(scene, mail).splitlines() if line.startswith("#")]


def asks(scene: Scene, chat: str = "100", question: str = WORDS) -> int:
    return scene.asks_a_person(question, chat=chat, sender=chat)


# ---- the queue -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("thread", [None, "9"])
def test_everything_can_be_asked_outside_the_topic_of_a_case(scene: Scene, name: str, thread: str | None) -> None:
    said = looks_up(scene, name.upper(), thread=thread)
    assert (said.ticket, said.target) == (None, thread or "")
    assert text(scene, said, "da")


def test_an_empty_queue(scene: Scene) -> None:
    assert keys(looks_up(scene, "queue")) == ["queue-none"]
    assert keys(looks_up(scene, "mine")) == ["mine-none"]


def test_the_queue_shows_how_each_case_stands(scene: Scene) -> None:
    number = asks(scene)
    change(scene, number, promised_at=START + HOUR)
    said = text(scene, looks_up(scene, "queue"))
    assert "This group has 1 open case:" in said
    assert f"#{number} · new · English · How do I get a CPR number?" in said
    assert "Answer promised by: Tuesday" in said
    scene.staff_commands(number, "claim")
    scene.clock.advance(2 * HOUR)
    said = text(scene, looks_up(scene, "queue"))
    assert f"#{number} · taken ·" in said
    assert "With: Åse" in said
    assert "Late: the answer was promised by Tuesday" in said


def test_a_case_without_a_topic_is_listed_too(scene: Scene) -> None:
    number = asks(scene, question="I want to talk to a person")
    assert "queue-case-plain" in keys(looks_up(scene, "queue"))
    assert order(scene, looks_up(scene, "queue")) == [f"#{number}"]


def test_the_most_pressing_case_comes_first(scene: Scene) -> None:
    one, two, three, four, five, six = (asks(scene, str(chat)) for chat in range(100, 106))
    scene.staff_commands(one, "claim")  # it is staff's turn
    change(scene, one, urgent=True)
    scene.staff_writes(two, "Hello")  # it is the resident's turn
    change(scene, four, promised_at=START + DAY)
    change(scene, five, promised_at=START + HOUR)
    change(scene, six, urgent=True)
    said = looks_up(scene, "queue")
    assert order(scene, said) == [f"#{number}" for number in (six, five, four, three, one, two)]
    assert "URGENT" in text(scene, said)


def test_a_queue_holds_what_this_group_has_and_what_is_open(scene: Scene) -> None:
    ours, closed = asks(scene), asks(scene, "101")
    theirs = asks(scene, "102", "Opening a company")
    scene.staff_commands(closed, "close")
    assert order(scene, looks_up(scene, "queue")) == [f"#{ours}"]
    assert order(scene, looks_up(scene, "queue", chat=TRADE)) == [f"#{theirs}"]


def test_of_a_long_queue_ten_are_listed(scene: Scene) -> None:
    for chat in range(100, 112):
        asks(scene, str(chat))
    said = looks_up(scene, "queue")
    assert len(order(scene, said)) == 10
    assert "This group has 12 open cases:" in text(scene, said)
    assert text(scene, said).endswith("And 2 more cases.")


def test_a_withdrawn_entry_does_not_stop_the_queue(scene: Scene) -> None:
    number = asks(scene)
    change(scene, number, entry="gone")
    for said in (looks_up(scene, "queue"), looks_up(scene, "ticket", str(number), chat=TRADE)):
        assert order(scene, said) == [f"#{number}"]


def test_each_listed_case_can_be_opened(scene: Scene) -> None:
    numbers = [asks(scene, str(chat)) for chat in range(100, 103)]
    change(scene, numbers[1], staff_thread=None)  # its topic is not there yet
    groups = StaffGroups(CHANNEL, dict(CHATS), "da", lambda chat, thread: f"https://t.me/c/{chat}/{thread}")
    found = [scene.ticket(number) for number in numbers]
    for content in (queues.queue(found, groups, START), queues.mine(found, groups, START)):
        assert links(content) == tuple(f"https://t.me/c/{GROUP}/t{number}" for number in (numbers[0], numbers[2]))


# ---- my cases --------------------------------------------------------------------------------------------


def test_mine_says_whose_turn_it_is(scene: Scene) -> None:
    mine, waits, theirs, _ = (asks(scene, str(chat)) for chat in range(100, 104))
    scene.staff_commands(mine, "claim")
    scene.staff_commands(waits, "claim")
    scene.staff_commands(waits, "wait")
    scene.staff_commands(theirs, "claim", BO)
    said = looks_up(scene, "mine")
    assert order(scene, said) == [f"#{mine}", f"#{waits}"]
    lines = text(scene, said).split("\n\n")
    assert lines[0] == "It is your turn in 1 case:"
    assert lines[2] == "You wait for the resident in 1 case:"
    assert keys(looks_up(scene, "mine", staff=BO))[0] == "mine-yours"
    scene.staff_commands(theirs, "close", BO)
    assert keys(looks_up(scene, "mine", staff=BO)) == ["mine-none"]


def test_of_many_cases_of_mine_ten_are_listed(scene: Scene) -> None:
    for chat in range(100, 112):
        scene.staff_commands(asks(scene, str(chat)), "claim")
    said = looks_up(scene, "mine")
    assert len(order(scene, said)) == 10
    assert "It is your turn in 12 cases:" in text(scene, said)


# ---- one case --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["1", "#1", " #1 "])
def test_a_case_is_shown_with_its_history(scene: Scene, words: str) -> None:
    number = asks(scene)
    scene.staff_commands(number, "claim", BO)
    scene.staff_writes(number, "Come on Monday", BO)
    scene.staff_commands(number, "close", BO)
    scene.presses(f"k:good:{number}")
    said = looks_up(scene, "ticket", words)
    assert WORDS in quotes(said)
    assert not {"card-howto", "card-available"} & set(keys(said))
    assert actions(said) == []
    steps = [line for line in text(scene, said).splitlines() if line.startswith("Tuesday")]
    assert [step.partition(": ")[2] for step in steps] == [
        "passed on to staff (the resident)",
        "taken by staff (Bo)",
        "the resident got an answer (Bo)",
        "case closed (Bo)",
        "rated: content with the help (the resident)",
    ]


def test_the_name_of_who_had_a_case_before_is_not_known(scene: Scene) -> None:
    number = asks(scene)
    scene.staff_commands(number, "claim", BO)
    scene.staff_commands(number, "release", BO)
    scene.staff_commands(number, "claim", ASE)
    said = text(scene, looks_up(scene, "ticket", str(number)))
    assert "taken by staff (staff)" in said
    assert "taken by staff (Åse)" in said
    assert "Bo" not in said


def test_a_long_history_is_cut(scene: Scene) -> None:
    number = asks(scene)
    for _ in range(15):
        scene.staff_commands(number, "claim")
        scene.staff_commands(number, "release")
    said = looks_up(scene, "ticket", str(number))
    assert keys(said).count("ticket-step") == 20
    assert "11 earlier steps are left out." in text(scene, said)


def test_in_its_own_topic_a_case_needs_no_number(scene: Scene) -> None:
    number = asks(scene)
    said = looks_up(scene, "ticket", thread=f"t{number}")
    assert said.ticket == number
    assert WORDS in quotes(said)


def test_another_group_learns_how_a_case_stands_and_reads_no_word_of_it(scene: Scene) -> None:
    number = asks(scene)
    scene.staff_commands(number, "claim")
    said = looks_up(scene, "ticket", str(number), chat=TRADE)
    assert quotes(said) == []
    read = text(scene, said)
    assert f"#{number} · taken · English" in read
    assert "With: Åse" in read
    assert "citizens en" in read
    assert "Only the group that has a case can read" in read


def test_after_a_hand_over_the_words_are_with_the_new_group(scene: Scene) -> None:
    number = asks(scene)
    scene.staff_commands(number, "handover", text="trade")
    assert quotes(looks_up(scene, "ticket", str(number))) == []
    assert WORDS in quotes(looks_up(scene, "ticket", str(number), chat=TRADE))


@pytest.mark.parametrize("words", ["", "first", "1 2", "-1", "#", "9" * 19, "١"])
def test_a_case_is_asked_for_by_its_number(scene: Scene, words: str) -> None:
    asks(scene)
    assert keys(looks_up(scene, "ticket", words)) == ["ticket-howto"]


@pytest.mark.parametrize("words", ["99", "0", "#" + "9" * 18])
def test_a_number_that_no_case_has(scene: Scene, words: str) -> None:
    assert keys(looks_up(scene, "ticket", words)) == ["ticket-unknown"]


def test_looking_up_changes_nothing(scene: Scene) -> None:
    number = asks(scene)
    before = scene.ticket(number), scene.messages(number), len(rows(scene.database, tables.ticket_events))
    for name in COMMANDS:
        looks_up(scene, name, str(number))
    assert (scene.ticket(number), scene.messages(number), len(rows(scene.database, tables.ticket_events))) == before


# ---- what is counted -------------------------------------------------------------------------------------


def counted(scene: Scene) -> list[tuple[str, str, str, str, int]]:
    found = rows(scene.database, tables.daily)
    return sorted((row["day"], row["language"], row["topic"], row["outcome"], row["count"]) for row in found)


def test_an_answer_and_a_hand_over_are_counted_with_their_topic(scene: Scene) -> None:
    asks(scene)
    assert counted(scene) == [
        ("2026-11-24", "en", "arrival", "answer", 1),
        ("2026-11-24", "en", "arrival", "handed_over", 1),
    ]


def test_the_day_is_that_of_denmark(scene: Scene) -> None:
    scene.clock.at = START - START % DAY + 23 * HOUR + 30 * MINUTE  # half past twelve at night in Denmark
    does(scene, Count("pl", 0.0, "none"))
    assert counted(scene) == [("2026-11-25", "pl", "", "none", 1)]


@pytest.mark.parametrize(
    ("helpful", "missing", "outcomes"), [(True, "", ["helped"]), (False, "", ["not_helped"]), (False, "steps", [])]
)
def test_a_rating_is_counted_once(scene: Scene, helpful: bool, missing: str, outcomes: list[str]) -> None:
    does(scene, Rate("business", "da", helpful, None, missing))
    assert [(topic, outcome) for _, _, topic, outcome, _ in counted(scene)] == [("business", one) for one in outcomes]


def test_no_word_and_no_person_is_counted(scene: Scene) -> None:
    scene.says("Kartoffelmel 123", chat="700100200", sender="700100200")
    assert "Kartoffelmel" not in str(counted(scene))
    assert "700100200" not in str(counted(scene))


# ---- the figures -----------------------------------------------------------------------------------------


def test_figures_of_nothing(scene: Scene) -> None:
    assert keys(looks_up(scene, "stats")) == ["stats-title", "stats-none"]
    said = text(scene, looks_up(scene, "stats"))
    assert said.startswith("Figures from 18 November 2026 to 24 November 2026")


@pytest.mark.parametrize("words", ["0", "367", "week", "-1", "7 8", "#7", "1.5", "9" * 18])
def test_a_number_of_days_that_makes_no_sense(scene: Scene, words: str) -> None:
    said = looks_up(scene, "stats", words)
    assert keys(said) == ["stats-howto"]
    assert "from 1 to 366" in text(scene, said)


def test_the_figures_of_a_day(scene: Scene) -> None:
    for outcome, topic, language, times in (
        ("answer", "arrival", "pl", 1200),
        ("answer", "business", "en", 2),
        ("choices", "arrival", "pl", 1),
        ("none", "", "xx", 1),
        ("smalltalk", "", "pl", 50),
    ):
        for _ in range(min(times, 3)):
            does(scene, Count(language, 0.5, outcome, topic))
    does(scene, Rate("cpr", "pl", True, None))
    does(scene, Rate("cpr", "pl", False, None))
    said = text(scene, looks_up(scene, "stats", "1"))
    assert said.splitlines()[0] == "Figures of 24 November 2026"
    for line in (
        "Questions asked: 7",
        "Answered by the assistant alone: 5 (71%)",
        "A choice of answers offered: 1",
        "No answer found: 1",
        "Handed over to staff: 0",
        "Answers rated as helpful: 1 of 2",
        "• Polski: asked 4, answered 3, handed over 0",
        "• English: asked 2, answered 2, handed over 0",
        "• xx: asked 1, answered 0, handed over 0",
        "• arrival en: asked 4, answered 3, handed over 0",
        "• no topic: asked 1, answered 0, handed over 0",
    ):
        assert line in said.splitlines()
    assert "Cases" not in said


def test_the_figures_of_the_cases(scene: Scene) -> None:
    one, two = asks(scene), asks(scene, "101", "Opening a company")
    scene.clock.advance(45 * MINUTE)
    scene.staff_writes(one, "Come on Monday")
    scene.clock.advance(3 * HOUR)
    scene.staff_writes(two, "Here it is")
    scene.staff_commands(one, "close")
    scene.presses(f"k:bad:{one}")
    said = text(scene, looks_up(scene, "stats")).splitlines()
    for line in (
        "Handed over to staff: 2",
        "Cases: opened 2, closed 1",
        "• citizens en: opened 1, closed 1",
        "• trade en: opened 1, closed 0",
        "First answer: half of the residents had it within 3 hours, nine in ten within 4 hours.",
        "Closed: half of the cases within 4 hours, nine in ten within 4 hours.",
        "Residents content with the help: 0 of 1",
    ):
        assert line in said


def test_the_promises_that_were_kept(scene: Scene) -> None:
    number = asks(scene)

    def promise(connection: Any) -> None:
        for outcome in ("kept", "kept", "late", "void"):
            promises.make(connection, number, "citizens", START - 2, START - 1)
            promises.settle(connection, number, START, outcome)
        promises.make(connection, number, "citizens", START, START + DAY)  # not due yet

    scene.database.run(promise)
    assert "Promises kept: 2 of 3 (67%)" in text(scene, looks_up(scene, "stats")).splitlines()


def test_figures_end_where_the_days_begin(scene: Scene) -> None:
    asks(scene)
    scene.clock.advance(7 * DAY)
    assert "stats-none" in keys(looks_up(scene, "stats"))
    assert "stats-asked" in keys(looks_up(scene, "stats", "8"))
    assert "stats-asked" in keys(looks_up(scene, "stats", "366"))


@pytest.mark.parametrize("language", ["en", "da", "pl"])
def test_everything_can_be_read_in_the_language_of_staff(scene: Scene, language: str) -> None:
    for chat in range(100, 112):
        asks(scene, str(chat))
    scene.staff_commands(1, "claim")
    for name in COMMANDS:
        said = text(scene, looks_up(scene, name, "1" if name == "ticket" else ""), language)
        assert "{" not in said
