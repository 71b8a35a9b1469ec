"""The judge of a run finds what must not be: words that were lost, crossed, doubled or leaked, or came out of order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from tests.desk_check import IN_FLIGHT, LATE, Post, Record, check

ANN, BOB = 1, 2
STAFF, OTHER = -100, -200
KILL = 1000.0
OPENED, WORD, ANSWER, NOTE = "o-r1-c1-n1", "w-r1-c1-n2", "a-r1-c1-n3", "n-r1-c1-n4"


@dataclass
class Seen:
    """A small run: Ann and Bob open a case each; hers is answered, and hers has a note and one more word."""

    people: list[Post] = field(default_factory=list)
    bot: list[Post] = field(default_factory=list)
    topics: dict[tuple[int, int | None], int] = field(default_factory=lambda: {(STAFF, 10): 1, (OTHER, 10): 2})
    kills: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        self.writes(ANN, None, f"please {OPENED}")
        self.writes(BOB, None, "please o-r2-c1-n9")
        self.says(ANN, None, "Your question is passed on to staff. Your case number is #1.")
        self.says(BOB, None, "Your question is passed on to staff. Your case number is #2.")
        self.says(STAFF, 10, f"Case #1 · new\nplease {OPENED}")
        self.says(OTHER, 10, "Case #2 · new\nplease o-r2-c1-n9")
        self.writes(ANN, None, f"one more {WORD}")
        self.writes(STAFF, 10, f"here {ANSWER}")
        self.writes(STAFF, 10, f"// {NOTE}")
        self.relay = self.says(STAFF, 10, f"From the resident:\none more {WORD}")
        self.answer = self.says(ANN, None, f"Answer from staff (Citizens), case #1:\nhere {ANSWER}")

    def writes(self, chat: int, thread: int | None, text: str) -> None:
        self.people.append(Post((chat, thread), len(self.people) + 1, text, bot=False))

    def says(self, chat: int, thread: int | None, text: str, at: float = 100.0) -> Post:
        post = Post((chat, thread), 100 + len(self.bot), text, bot=True, at=at)
        self.bot.append(post)
        return post

    def faults(self) -> list[str]:
        """The kinds of what was found."""
        record = Record(self.people, self.bot, self.topics, frozenset(self.topics), self.kills)
        return [fault.partition(":")[0] for fault in check(record).faults]


def test_a_good_run_is_good() -> None:
    seen = Seen()
    report = check(Record(seen.people, seen.bot, seen.topics, frozenset(seen.topics)))
    assert report.faults == []
    assert (report.cases, report.from_residents, report.answers, report.notes) == (2, 3, 1, 1)


@pytest.mark.parametrize("words", [OPENED, WORD, ANSWER])
def test_crossed_words_are_found(words: str) -> None:
    to_bob, to_his_topic = Seen(), Seen()
    to_bob.says(BOB, None, f"look: {words}")
    to_his_topic.says(OTHER, 10, f"look: {words}")
    assert to_bob.faults() == to_his_topic.faults() == ["crossed"]


def test_words_in_the_general_topic_or_in_an_earlier_version_are_crossed() -> None:
    aloud, changed = Seen(), Seen()
    aloud.says(STAFF, None, f"look: {WORD}")
    changed.bot.append(Post((OTHER, 10), 300, "Case #2 · taken", bot=True, earlier=(f"Case #2 · new {OPENED}",)))
    assert aloud.faults() == changed.faults() == ["crossed"]


def test_a_number_of_somebody_else_and_a_card_elsewhere_are_crossed() -> None:
    told, card = Seen(), Seen()
    told.says(BOB, None, "Your case #1 is closed.")
    card.says(OTHER, 10, "Case #1 · taken")
    assert told.faults() == card.faults() == ["crossed"]


def test_what_was_lost_is_found() -> None:
    no_answer, no_relay, no_card = Seen(), Seen(), Seen()
    no_answer.bot.remove(no_answer.answer)
    no_relay.bot.remove(no_relay.relay)
    no_card.bot = [post for post in no_card.bot if "#1 · new" not in post.text]
    assert no_answer.faults() == no_relay.faults() == no_card.faults() == ["lost"]


def test_after_a_hand_over_everything_stands_in_the_new_topic() -> None:
    seen = Seen()
    seen.topics[OTHER, 11] = 1
    assert seen.faults() == ["lost", "lost"]
    seen.says(OTHER, 11, f"Case #1 · new\nplease {OPENED}")
    seen.says(OTHER, 11, f"The resident wrote:\none more {WORD}\nNote among staff:\n{NOTE}")
    assert seen.faults() == []


def test_a_refused_answer_is_not_lost_but_one_that_is_marked_as_arrived_is() -> None:
    seen = Seen()
    seen.bot.remove(seen.answer)
    seen.says(STAFF, 10, "Not sent: Mette has this case.")
    assert seen.faults() == []
    seen.people = [replace(post, received=ANSWER in post.text) for post in seen.people]
    assert seen.faults() == ["lost"]


def test_doubles_are_found() -> None:
    answer, relay = Seen(), Seen()
    answer.bot.append(replace(answer.answer, message=300, at=101.0))
    relay.bot.append(replace(relay.relay, message=300, at=101.0))
    assert answer.faults() == relay.faults() == ["doubled"]


@pytest.mark.parametrize(
    ("first", "again", "found"),
    [
        (KILL - 0.1, KILL + 5, []),
        (KILL - LATE - 0.1, KILL + 5, ["doubled"]),  # noted long before the kill
        (KILL - 0.2, KILL - 0.1, ["doubled"]),  # both before it
        (KILL + 1, KILL + 5, ["doubled"]),  # both after it
    ],
)
def test_only_a_kill_explains_a_double(first: float, again: float, found: list[str]) -> None:
    seen = Seen(kills=(KILL,))
    seen.bot.remove(seen.answer)
    seen.bot += [replace(seen.answer, at=first), replace(seen.answer, message=300, at=again)]
    assert seen.faults() == found


def test_a_kill_explains_no_more_than_was_under_way() -> None:
    seen = Seen(kills=(KILL,))
    for number in range(IN_FLIGHT + 1):
        seen.writes(STAFF, 10, f"here a-r1-c1-n{50 + number}")
    for at in (KILL - 0.1, KILL + 5):
        for number in range(IN_FLIGHT + 1):
            seen.says(ANN, None, f"Answer from staff (Citizens), case #1:\nhere a-r1-c1-n{50 + number}", at)
    assert "doubled" in seen.faults()


def test_a_note_outside_its_topic_is_leaked() -> None:
    to_resident, to_other = Seen(), Seen()
    to_resident.says(ANN, None, f"by the way: {NOTE}")
    to_other.says(OTHER, 10, f"by the way: {NOTE}")
    assert to_resident.faults() == to_other.faults() == ["leaked"]


def test_what_came_in_another_order_is_found() -> None:
    answers, words = Seen(), Seen()
    answers.writes(STAFF, 10, "then a-r1-c1-n20")
    answers.bot.insert(0, Post((ANN, None), 50, "Answer from staff (Citizens), case #1:\na-r1-c1-n20", bot=True))
    words.writes(ANN, None, "then w-r1-c1-n20")
    words.bot.insert(0, Post((STAFF, 10), 50, "From the resident:\nw-r1-c1-n20", bot=True))
    assert answers.faults() == words.faults() == ["disordered"]


def test_entries_are_counted() -> None:
    lost, doubled = Seen(), Seen()
    lost.says(STAFF, 10, "Sent to the resident in Polski: Get a tax card")
    doubled.says(ANN, None, "Answer from staff (Citizens), case #1:\nGet a tax card")
    assert (lost.faults(), doubled.faults()) == (["lost"], ["doubled"])
