"""Judges a chaos run: by the log of the Telegram server alone, and then by what lies in the assistant's database."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.store import tables
from bot.store.database import Database
from tests.chaos.askers import TOKEN, begins
from tests.desk_check import check, marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.chaos.askers import Asker
    from tests.desk_check import Mark, Post, Record, Report


def by_people(update: dict[str, Any]) -> bool:
    """Whether somebody wrote or pressed something; the others tell of what the bot itself did."""
    said = update.get("message")
    return "callback_query" in update or (said is not None and not said["from"]["is_bot"])


@dataclass
class Verdict:
    """What was found; the lists name what went wrong. `resent`: repeated, where the outcome was unknown."""

    desk: Report
    answers: int = 0
    reordered: int = 0
    tickets: int = 0
    resent: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        kinds = ("lost", "crossed", "doubled", "disordered", "leaked", "damaged", "left")
        return [f"{kind}: {what}" for kind in kinds for what in getattr(self, kind)]


def judge(record: Record, askers: Sequence[Asker], updates: Sequence[dict[str, Any]], url: str) -> Verdict:
    """`updates`: everything that Telegram told the assistant; `url`: that of its database, which nobody uses now."""
    asking = {asker.user.id for asker in askers}
    desk = check(replace(record, bot=[post for post in record.bot if post.place[0] not in asking]))
    verdict = Verdict(desk, answers=desk.answers + desk.entries)
    for kind in ("lost", "crossed", "doubled", "disordered", "leaked", "resent"):
        getattr(verdict, kind).extend(getattr(desk, kind))
    _Chats(record, verdict).judge(askers)
    _order_of_travel(askers, updates, verdict)
    _Tables(url, record, verdict).judge(updates)
    return verdict


class _Chats:
    """The chats of those who ask: as many replies as messages, the answers in the order of the questions."""

    def __init__(self, record: Record, verdict: Verdict) -> None:
        self.record = record
        self.verdict = verdict

    def judge(self, askers: Sequence[Asker]) -> None:
        asked: dict[int, list[str]] = defaultdict(list)
        for post in self.record.people:
            if TOKEN.search(post.text):
                asked[post.place[0]].append(post.text.partition("?")[0])
        came: dict[int, list[Post]] = defaultdict(list)
        for post in self.record.bot:
            came[post.place[0]].append(post)
        for asker in askers:
            chat = asker.user.id
            posts = self._once(sorted(came[chat], key=lambda post: post.message))
            self._count(asker, posts)
            self._answers(asker, asked[chat], [found for post in posts if (found := begins(post.text)) is not None])

    def _once(self, posts: Iterable[Post]) -> list[Post]:
        """Leaves out what came twice in a row: nothing overtakes what is tried again."""
        kept: list[Post] = []
        for post in posts:
            if not kept or kept[-1].text != post.text:
                kept.append(post)
            elif self.record.in_doubt(kept[-1], post) is not None:
                self.verdict.resent.append(f"{post.place}: {post.text[:60]!r}")
            else:
                self.verdict.doubled.append(f"{post.place}: {post.text[:60]!r}")
        return kept

    def _count(self, asker: Asker, posts: Sequence[Post]) -> None:
        if len(posts) < asker.wrote:
            self.verdict.lost.append(f"asker {asker.index} wrote {asker.wrote} times and has {len(posts)} replies")
        elif len(posts) > asker.wrote:
            self.verdict.crossed.append(f"asker {asker.index} wrote {asker.wrote} times and has {len(posts)} replies")

    def _answers(self, asker: Asker, asked: list[str], answered: list[str]) -> None:
        self.verdict.answers += len(answered)
        missing, more = Counter(asked) - Counter(answered), Counter(answered) - Counter(asked)
        for question in missing:
            self.verdict.lost.append(f"asker {asker.index} has no answer to {question!r}")
        for question in more:
            self.verdict.crossed.append(f"asker {asker.index} has an answer more to {question!r}")
        if asked != answered and not missing and not more:
            self.verdict.disordered.append(f"asker {asker.index} asked {asked} and reads {answered}")


def _order_of_travel(askers: Sequence[Asker], updates: Sequence[dict[str, Any]], verdict: Verdict) -> None:
    """Counts how often a press overtook a message of the same person that was written before it."""
    presses = {one["callback_query"]["id"]: at for at, one in enumerate(updates) if "callback_query" in one}
    messages = {
        (one["message"]["chat"]["id"], one["message"]["message_id"]): at
        for at, one in enumerate(updates)
        if "message" in one
    }
    for asker in askers:
        for message, press in asker.races:
            verdict.reordered += presses[press] < messages[asker.user.id, message]


class _Tables:
    """What lies in the database: every ticket whole, and nothing left to do."""

    def __init__(self, url: str, record: Record, verdict: Verdict) -> None:
        self.record = record
        self.verdict = verdict
        database = Database(url)
        try:
            read = {
                table.name: database.run(lambda c, table=table: c.execute(select(table)).mappings().all())  # type: ignore[misc]
                for table in (tables.inbox, tables.outbox, tables.tickets, tables.ticket_messages)
            }
        finally:
            database.close()
        self.inbox, self.outbox = read["inbox"], read["outbox"]
        self.tickets = [row["id"] for row in read["tickets"]]
        self.words: dict[int, list[str]] = defaultdict(list)
        for row in sorted(read["ticket_messages"], key=lambda row: row["id"]):
            self.words[row["ticket_id"]].append(row["text"])

    def judge(self, updates: Sequence[dict[str, Any]]) -> None:
        self._decided(updates)
        for row in self.outbox:
            if row["settled_at"] is None:
                self.verdict.left.append(f"outbox {row['seq']} ({row['kind']}) is {row['state']}: {row['error']}")
            elif row["state"] == "dead":
                self.verdict.left.append(f"outbox {row['seq']} ({row['kind']}) was given up: {row['error']}")
        self._whole()

    def _decided(self, updates: Sequence[dict[str, Any]]) -> None:
        """Everything that people did was taken in, and decided once."""
        outcomes = {row["update_id"].rpartition(":")[2]: row["outcome"] for row in self.inbox}
        for update in updates:
            if not by_people(update):
                continue
            outcome = outcomes.get(str(update["update_id"]), "not there") or "not decided"
            if outcome != "done":
                self.verdict.lost.append(f"update {update['update_id']} is {outcome}")
        for row in self.inbox:
            if row["done_at"] is None:
                self.verdict.left.append(f"inbox {row['seq']} is not decided: {row['error']}")

    def _whole(self) -> None:
        """Each ticket has all the words that belong to it, once, and those of one place in the order of writing."""
        self.verdict.tickets = len(self.tickets)
        numbers = {(mark.resident, mark.case): number for number in self.tickets for mark in self._found(number)}
        written: dict[int | None, list[tuple[Mark, Post]]] = defaultdict(list)
        for post in self.record.people:
            for mark in marks(post.text):
                written[numbers.get((mark.resident, mark.case))].append((mark, post))
        for number in self.tickets:
            self._check(number, written[number])
        for mark, _ in written[None]:
            self.verdict.damaged.append(f"{mark} is in no ticket")

    def _found(self, number: int) -> list[Mark]:
        return [mark for text in self.words[number] for mark in marks(text)]

    def _check(self, number: int, written: Sequence[tuple[Mark, Post]]) -> None:
        found = self._found(number)
        refused = [mark for mark, post in written if mark.kind == "a" and not post.received]
        missing = {mark for mark, _ in written} - set(found) - set(refused)
        strange = set(found) - {mark for mark, _ in written}
        twice = [mark for mark, times in Counter(found).items() if times > 1]
        for what, marked in (("lacks", missing), ("has of another", strange), ("has twice", twice)):
            if marked:
                self.verdict.damaged.append(f"ticket {number} {what} {', '.join(map(str, marked))}")
        for place in {post.place for _, post in written}:
            here = [mark for mark, post in written if post.place == place and mark in set(found)]
            if [mark for mark in found if mark in set(here)] != here:
                self.verdict.damaged.append(f"ticket {number} has the words from {place} out of order")
