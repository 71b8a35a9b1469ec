"""Holds what a Telegram server saw against who may see what: nothing lost, crossed, doubled, leaked or out of order.

Every text of a run carries a `Mark`. The judgement rests on the server's log and world alone, never on the assistant's
own tables. Telegram knows no key that would make a second try harmless, so a message whose answer a killed process
never noted may come twice: such doubles are counted apart, and only where they can be nothing else.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.state import Topic

Place = tuple[int, int | None]
"""A chat, and in a group the topic; private chats have positive ids and no topics."""

LATE = 2.0
"""Seconds before a kill within which a call may have been answered but not noted yet."""
IN_FLIGHT = 16
"""The most calls that the assistant has under way at once."""

_MARK = re.compile(r"\b([aonw])-r(\d+)-c(\d+)-n(\d+)\b")
_NUMBER = re.compile(r"#(\d+)\b")
_PASSED_ON = re.compile(r"Your case number is #(\d+)\.")
_CARD = re.compile(r"Case #(\d+) · ")
_ANSWER = re.compile(r"Answer from staff \(.*\), case #(\d+):")
_RELAY, _REFUSED, _STALE, _GIVEN = "From the resident:", "Not sent: ", "Not sent: something", "Sent to the resident in "


class Mark(NamedTuple):
    """Whose words these are. `kind`: o (opens a case), w (further words of the resident), a (answer), n (note).

    `case` counts the cases of a resident from 1; `serial` is in the order of writing.
    """

    kind: str
    resident: int
    case: int
    serial: int

    def __str__(self) -> str:
        return f"{self.kind}-r{self.resident}-c{self.case}-n{self.serial}"


def marks(text: str) -> list[Mark]:
    """The marks in a text, in their order."""
    return [Mark(kind, int(who), int(case), int(serial)) for kind, who, case, serial in _MARK.findall(text)]


@dataclass(frozen=True, slots=True)
class Post:
    """A message in the server's world. `at`: when the bot's call arrived; `earlier`: its texts before it was edited.

    `received`: it carries the bot's sign that it arrived.
    """

    place: Place
    message: int
    text: str
    bot: bool
    at: float = 0.0
    earlier: tuple[str, ...] = ()
    received: bool = False

    @property
    def private(self) -> bool:
        return self.place[0] > 0

    @property
    def all_text(self) -> str:
        return "\n".join((self.text, *self.earlier))


@dataclass(frozen=True, slots=True)
class Record:
    """What the server saw: messages (people's in the order in which they were written, each chat's in its own order),
    the case number of each topic in the order of creation, deleted ones left out of `standing`, and when the plug was
    pulled. `doubts`: from when to when else a call may have been answered and not noted; `unheard`: the chat and the
    number of messages whose answer never reached the bot.
    """

    people: Sequence[Post]
    bot: Sequence[Post]
    topics: Mapping[Place, int]
    standing: frozenset[Place]
    kills: Sequence[float] = ()
    doubts: Sequence[tuple[float, float]] = ()
    unheard: frozenset[tuple[int, int]] = frozenset()

    def in_doubt(self, first: Post, again: Post) -> tuple[float, float] | None:
        """Why the bot could not know that `first` had arrived when it sent `again`: from when to when it was in doubt;
        None if it knew.
        """
        if (first.place[0], first.message) in self.unheard:
            return first.at, first.at
        doubts = (*((kill - LATE, kill) for kill in self.kills), *self.doubts)
        return next(((begin, end) for begin, end in doubts if begin <= first.at <= end < again.at), None)


@dataclass
class Report:
    """What was found; the lists name what went wrong. `resent`: doubles that a kill explains."""

    cases: int = 0
    from_residents: int = 0
    answers: int = 0
    entries: int = 0
    refused: int = 0
    notes: int = 0
    resent: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        kinds = ("lost", "crossed", "doubled", "leaked", "disordered")
        return [f"{kind}: {what}" for kind in kinds for what in getattr(self, kind)]


def read(server: TelegramServer, kills: Sequence[float]) -> Record:
    """Reads the log and the world of a server at rest. `kills`: the server's time at each kill."""
    world, made, at = server.world, list[Place](), dict[tuple[int, int], float]()
    for call in server.log:
        if call.ok and call.chat is not None and isinstance(call.result, dict):
            if call.method == "createForumTopic":
                made.append((call.chat, call.result["message_thread_id"]))
            elif call.method.startswith(("send", "copy")):
                at[call.chat, call.result["message_id"]] = call.time
    posts: dict[tuple[int, int], Post] = {}
    with world.lock:
        topics: dict[Place, Topic] = {
            (chat.id, number): topic for chat in world.chats.values() for number, topic in chat.topics.items()
        }
        for chat in world.chats.values():
            for stored in chat.messages.values():
                texts = [str(content.get("text", "")) for content in (stored.content, *stored.versions)]
                place, mine = (chat.id, stored.thread_id), stored.sender_id == world.bot.id
                signs = [item["emoji"] for item in stored.reactions.get(world.bot.id, ())]
                key = (chat.id, stored.id)
                posts[key] = Post(place, stored.id, texts[0], mine, at.get(key, 0.0), tuple(texts[1:]), "👍" in signs)
    written = (update["message"] for update in server.updates.published if "message" in update)
    keys = dict.fromkeys((message["chat"]["id"], message["message_id"]) for message in written)
    numbers = {place: _NUMBER.match(topics[place].name) for place in made}
    return Record(
        people=[posts[key] for key in keys if not posts[key].bot],
        bot=[post for post in posts.values() if post.bot],
        topics={place: int(found[1]) for place, found in numbers.items() if found},
        standing=frozenset(place for place in made if not topics[place].deleted),
        kills=tuple(kills),
    )


def check(record: Record) -> Report:
    """Judges a run that has come to rest."""
    return _Judge(record).judge()


class _Judge:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.report = Report()
        self.written = {mark: post for post in record.people for mark in marks(post.text)}
        self.chats = {mark.resident: post.place[0] for mark, post in self.written.items() if post.private}
        self.owners = {chat: resident for resident, chat in self.chats.items()}
        self.bot = self._without_resent(record.bot)
        self.numbers = self._case_numbers()
        self.whose = {number: resident for (resident, _), number in self.numbers.items()}
        self.last = {number: place for place, number in record.topics.items() if place in record.standing}
        self.shown: dict[Mark, list[Post]] = defaultdict(list)
        for post in self.bot:
            for mark in dict.fromkeys(marks(post.all_text)):
                self.shown[mark].append(post)

    def judge(self) -> Report:
        self.report.cases = len(self.numbers)
        for mark in self.written:
            self._may_stand(mark)
            if mark.kind in "ow":
                self._passed_on(mark)
        self._answers()
        self._entries()
        self._numbers_named()
        self._order()
        counted = [mark.kind for mark in self.written]
        self.report.from_residents = counted.count("o") + counted.count("w")
        self.report.notes = counted.count("n")
        return self.report

    # ---- resent after a kill ---------------------------------------------------------------------------

    def _without_resent(self, posts: Sequence[Post]) -> list[Post]:
        """Leaves out what a kill explains: the same words in the same place, the first time just before the kill, the
        second time after it; no more a kill than can be under way at once.
        """
        kept, known = list[Post](), dict[tuple[Place, str], Post]()
        explained: dict[tuple[float, float], int] = defaultdict(int)
        for post in sorted(posts, key=lambda post: (post.at, post.place[0], post.message)):
            first = known.get((post.place, post.text))
            judged = not post.private or post.place[0] in self.owners  # others say what has a judge of its own
            doubt = self.record.in_doubt(first, post) if first is not None and post.text and judged else None
            if doubt is not None and explained[doubt] < IN_FLIGHT:
                explained[doubt] += 1
                known[post.place, post.text] = post  # once more, and this time must be in doubt as well
                self.report.resent.append(f"{post.place}: {post.text[:60]!r}")
                continue
            known[post.place, post.text] = post
            kept.append(post)
        return sorted(kept, key=lambda post: (post.place[0], post.message))

    # ---- where words stand -----------------------------------------------------------------------------

    def _case_numbers(self) -> dict[tuple[int, int], int]:
        """(resident, their n-th case) -> its number, as the residents were told."""
        told: dict[int, list[int]] = defaultdict(list)
        for post in self.bot:
            for number in _PASSED_ON.findall(post.text) if post.private else ():
                if post.place[0] in self.owners and int(number) not in told[self.owners[post.place[0]]]:
                    told[self.owners[post.place[0]]].append(int(number))
        return {(who, case): number for who, numbers in told.items() for case, number in enumerate(numbers, start=1)}

    def _number(self, mark: Mark) -> int | None:
        return self.numbers.get((mark.resident, mark.case))

    def _may_stand(self, mark: Mark) -> None:
        """Words stand in the topics of their case and, but for notes, in their resident's chat; nowhere else."""
        number = self._number(mark)
        for post in self.shown[mark]:
            if post.private and mark.kind == "n":
                self.report.leaked.append(f"{mark} in a private chat {post.place}")
            elif post.private and post.place[0] != self.chats.get(mark.resident):
                self.report.crossed.append(f"{mark} in the chat of another resident {post.place}")
            elif not post.private and self.record.topics.get(post.place) != number:
                kind = self.report.leaked if mark.kind == "n" else self.report.crossed
                kind.append(f"{mark} of case {number} in {post.place}, case {self.record.topics.get(post.place)}")

    def _passed_on(self, mark: Mark) -> None:
        """What a resident passed on stands in the topic that their case has now, and was relayed once a topic."""
        number = self._number(mark)
        here = self.last.get(number) if number is not None else None
        if here is None or all(post.place != here for post in self.shown[mark]):
            self.report.lost.append(f"{mark} of case {number} does not stand in its topic {here}")
        relays = [post for post in self.shown[mark] if not post.private and post.text.startswith(_RELAY)]
        if len(relays) > len({post.place for post in relays}):
            self.report.doubled.append(f"{mark} relayed {len(relays)} times")

    # ---- answers ---------------------------------------------------------------------------------------

    def _answers(self) -> None:
        """Every answer arrives once, or staff are told that it was not sent; two may be refused by the same words."""
        refused: dict[int | None, int] = defaultdict(int)
        for post in self.record.bot:
            if not post.private and post.text.startswith(_REFUSED) and not post.text.startswith(_STALE):
                refused[self.record.topics.get(post.place)] += 1
        for mark, post in self.written.items():
            if mark.kind != "a":
                continue
            times = sum(one.place[0] == self.chats.get(mark.resident) for one in self.shown[mark])
            number = self._number(mark)
            if times > 1:
                self.report.doubled.append(f"{mark} arrived {times} times")
            elif times == 1:
                self.report.answers += 1
            elif refused[number] > 0 and not post.received:
                refused[number] -= 1
                self.report.refused += 1
            else:
                self.report.lost.append(f"{mark} of case {number} never arrived")

    def _entries(self) -> None:
        """Of the answers without anybody's own words there are as many as staff were told of. The same one may be given
        twice, which cannot be told from one that was resent: then there are between so many and so many.
        """
        (told, arrived), (most_told, most_arrived) = self._given(self.bot), self._given(self.record.bot)
        for number in {*most_told, *most_arrived}:
            few, many = arrived[number] < told[number], arrived[number] > told[number]
            if (few and most_arrived[number] < told[number]) or (many and most_told[number] < arrived[number]):
                kind = self.report.doubled if many else self.report.lost
                kind.append(f"case {number}: {told[number]} entries sent, {arrived[number]} arrived")
        self.report.entries = sum(arrived.values())

    def _given(self, posts: Sequence[Post]) -> tuple[Counter[int | None], Counter[int | None]]:
        """How many answers without words of their own staff were told of, and how many arrived, by case."""
        told = Counter(
            self.record.topics.get(post.place) for post in posts if not post.private and post.text.startswith(_GIVEN)
        )
        answers = (_ANSWER.match(post.text) for post in posts if post.private and not marks(post.text))
        return told, Counter(int(found[1]) for found in answers if found)

    def _numbers_named(self) -> None:
        """Nobody reads of somebody else's case, and every card stands in its own topic."""
        for post in self.bot:
            if post.private and post.place[0] in self.owners:
                others = [n for n in _NUMBER.findall(post.text) if self.whose.get(int(n)) != self.owners[post.place[0]]]
                if others:
                    self.report.crossed.append(f"{post.place} reads of case {others}")
            card = None if post.private else _CARD.match(post.text.removeprefix("URGENT\n"))
            if card and self.record.topics.get(post.place) != int(card[1]):
                self.report.crossed.append(f"card {card[1]} in {post.place}")

    # ---- order -----------------------------------------------------------------------------------------

    def _order(self) -> None:
        """What was written first arrives first: answers in a resident's chat, a resident's words in a topic."""
        place_in_time = {mark: order for order, mark in enumerate(self.written)}
        answers: dict[tuple[Place, int | None], list[Mark]] = defaultdict(list)
        relays: dict[tuple[Place, int | None], list[Mark]] = defaultdict(list)
        for post in self.bot:
            found = [mark for mark in marks(post.text) if mark in place_in_time]
            if post.private and _ANSWER.match(post.text):
                answers[post.place, self._number(found[0]) if found else None].extend(found)
            elif not post.private and post.text.startswith(_RELAY):
                relays[post.place, None].extend(mark for mark in found if mark.kind == "w")
        for (place, _), came in [*answers.items(), *relays.items()]:
            if came != sorted(came, key=place_in_time.__getitem__):
                self.report.disordered.append(f"{place}: {_names(came)}")


def _names(found: Iterable[Mark]) -> str:
    return ", ".join(map(str, found))
