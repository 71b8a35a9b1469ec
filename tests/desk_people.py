"""Residents and staff who use the desk at random, each a step at a time, so that all of them act at once in one thread.

What somebody does is a generator: it acts, then yields what it waits for, and goes on with what came. People act on
what they can see. Where two could mean different things by the same words, they wait for each other: a resident says
to which case they write before they write, and nobody takes a case of somebody who is just opening another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.desk_check import Mark
from tests.desk_eyes import text_of
from tests.telegram_server.speaking import Speaker
from tests.telegram_server.views import snapshot

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from random import Random

    from tests.desk_check import Place
    from tests.desk_eyes import Doing, Eyes, Wait
    from tests.telegram_server.resident import User
    from tests.telegram_server.staff import Group
    from tests.telegram_server.state import Stored

UNSURE = -1
"""To whom a resident's next words would go, where that depends on what came first."""

_POINTING = frozenset({"claim", "race_claim", "answer", "answers", "race_answer", "entry", "reopen"})
"""What makes a resident's next words go to a case if they went to the assistant before."""

_ACTS = (
    *("claim", "claim", "race_claim", "answer", "answers", "race_answer", "note", "entry"),
    *("handover", "release", "wait"),
)
_QUESTIONS = ("how do I register a company", "how do I get a tax card", "how do I enrol my child in school")
_NUMBER = re.compile(r"#(\d+)")


@dataclass(eq=False)
class Resident:
    """`mode`: the case their next words go to, None for the assistant; `pointing`: how much staff just do that can
    change it.
    """

    index: int
    user: User
    cases: list[Case] = field(default_factory=list)
    busy: bool = False
    opening: bool = False
    mode: int | None = None
    pointing: int = 0

    @property
    def place(self) -> Place:
        return self.user.id, None


@dataclass(eq=False)
class Case:
    """`plan`: what staff will do, in this order; `words`: how often the resident writes; `held`: they do so now."""

    resident: Resident
    index: int
    plan: list[str]
    words: int
    number: int = 0
    state: str = "opening"
    owner: User | None = None
    working: bool = False
    held: bool = False
    withdraws: bool = False
    reopens: bool = False

    @property
    def over(self) -> bool:
        """Nobody will do anything about it any more."""
        waits_for_resident = self.withdraws or self.reopens or (self.words > 0 and self.state == "open")
        return self.state != "opening" and not (self.plan or waits_for_resident or self.working or self.held)


class People:
    """Everybody, and what they do next. `tickets` is how many cases are opened in all."""

    def __init__(
        self,
        eyes: Eyes,
        rng: Random,
        residents: Sequence[User],
        staff: Sequence[User],
        groups: dict[str, Group],
        tickets: int,
    ) -> None:
        self.eyes = eyes
        self.world = eyes.world
        self.rng = rng
        self.residents = [Resident(index, user) for index, user in enumerate(residents, start=1)]
        self.staff = list(staff)
        self.names = {user.account.first_name: user for user in staff}
        self.groups = groups
        self.departments = {group.id: name for name, group in groups.items()}
        self.to_open = tickets
        self.opened = 0
        self._serial = 0

    @property
    def cases(self) -> list[Case]:
        return [case for resident in self.residents for case in resident.cases]

    def mark(self, kind: str, case: Case) -> str:
        self._serial += 1
        return str(Mark(kind, case.resident.index, case.index, self._serial))

    # ---- what somebody does next -----------------------------------------------------------------------

    def resident_does(self, who: Resident) -> Doing | None:
        """Starts something, or None where there is nothing for this resident to do now."""
        if self.to_open and not who.pointing and self.rng.random() < 0.5:
            self.to_open -= 1
            return self._open(who)
        mine = [case for case in who.cases if case.number and not case.working and not case.held]
        for case in self.rng.sample(mine, len(mine)):
            if case.reopens and case.state in {"closed", "withdrawn"} and not who.pointing:
                return self._reopen_own(case)
            if case.state == "open" and case.words > 0:
                return self._write(case)
            if case.state == "open" and case.withdraws and not case.plan:
                return self._withdraw(case)
        return None

    def staff_does(self, member: User, case: Case) -> Doing | None:
        """Starts the next step of a case's plan, or None where that cannot be done now."""
        if not case.plan or not case.number or case.working or self.eyes.card(case.number) is None:
            return None
        act = case.plan[0]
        if act in _POINTING and case.resident.opening:
            return None
        if act == "close" and case.held:
            return None
        if (act == "reopen") != (case.state == "closed") or case.state == "withdrawn":
            return None
        case.plan.pop(0)
        case.working = True
        return self._staff(member, case, act)

    def _plan(self) -> list[str]:
        plan = [*self.rng.choices(_ACTS, k=self.rng.randint(0, 3)), "answer"]
        self.rng.shuffle(plan)
        if self.rng.random() < 0.6:
            plan.append("close")
            if self.rng.random() < 0.2:
                plan += ["reopen", "answer", "close"]
        return plan

    # ---- residents -------------------------------------------------------------------------------------

    def _open(self, who: Resident) -> Doing:
        """Turns to the assistant, asks for a person in one of three ways, agrees, and gets a number."""
        case = Case(who, len(who.cases) + 1, self._plan(), self.rng.choice((0, 1, 1, 2)))
        who.busy = who.opening = True
        if who.mode is not None:
            yield from self._to_assistant(who)
        yield from self.rng.choice((self._ask_person, self._ask_person, self._compose, self._ask_and_staff))(case)
        told = self.eyes.since_now(who.place, "Your case number is #")
        self._press(who, who.user, f"p:send:{self._draft(who)}")
        number = _NUMBER.search(text_of((yield told)))
        assert number is not None
        case.number = int(number[1])
        case.state = "open"
        case.withdraws = "close" not in case.plan and self.rng.random() < 0.4
        case.reopens = (case.withdraws or case.plan.count("close") == 1) and self.rng.random() < 0.3
        who.cases.append(case)
        self.opened += 1
        who.busy = who.opening = False

    def _to_assistant(self, who: Resident) -> Doing:
        answered = self.eyes.since_now(who.place, "You are talking to the assistant", "no longer in use", "Hello!")
        if self.eyes.button(who.place, "p:bot") is not None:
            self._press(who, who.user, "p:bot")
        else:
            who.user.start()
        yield answered
        who.mode = None

    def _ask_person(self, case: Case) -> Doing:
        yield from self._say(case, f"I want to talk to a person please {self.mark('o', case)}", "Do you agree to pass")

    def _compose(self, case: Case) -> Doing:
        yield from self._say(case, "/staff", "What should I pass on")
        yield from self._say(case, f"Please look at my papers {self.mark('o', case)}", "Do you agree to pass")

    def _ask_and_staff(self, case: Case) -> Doing:
        yield from self._say(case, f"{self.rng.choice(_QUESTIONS)}? {self.mark('o', case)}", "")
        yield from self._say(case, "/staff", "Do you agree to pass")

    def _say(self, case: Case, text: str, answer: str) -> Doing:
        answered = self.eyes.since_now(case.resident.place, answer)
        case.resident.user.send(text)
        yield answered

    def _draft(self, who: Resident) -> int:
        """The number on the button of the latest preview."""
        for stored in reversed(self.eyes.places[who.place]):
            for row in (stored.markup or {}).get("inline_keyboard", ()):
                if str(row[0].get("callback_data", "")).startswith("p:send:"):
                    return int(row[0]["callback_data"].rpartition(":")[2])
        raise AssertionError("no preview to agree to")

    def _write(self, case: Case) -> Doing:
        """Writes one to three messages to the staff of a case, after making sure that they go there."""
        who = case.resident
        case.words -= 1
        who.busy = case.held = True
        if who.mode == case.number or (yield from self._turn_to(case)):
            written = [self.mark("w", case) for _ in range(self.rng.randint(1, 3))]
            for mark in written:
                who.user.send(f"One more thing: {mark}")
            yield lambda: all(self._shown_to_staff(case, mark) for mark in written)
        who.busy = case.held = False

    def _turn_to(self, case: Case) -> Generator[Wait, Any, bool]:
        who, action = case.resident, f"p:staff:{case.number}"
        if self.eyes.button(who.place, action) is None:
            yield from self._say(case, "/mycases", "Your cases with staff")
        if self.eyes.button(who.place, action) is None:
            return False  # an older case, which is not on the list
        told = self.eyes.since_now(who.place, f"What you write now goes to staff, case #{case.number}.")
        self._press(who, who.user, action)
        yield told
        who.mode = case.number
        return True

    def _shown_to_staff(self, case: Case, mark: str) -> bool:
        posts = (one for place in self.eyes.topics[case.number] for one in reversed(self.eyes.places[place]))
        return any(mark in text_of(one) for one in posts)

    def _withdraw(self, case: Case) -> Doing:
        who, number = case.resident, case.number
        case.withdraws, who.busy, case.working = False, True, True
        yield from self._say(case, "/mycases", "Your cases with staff")
        if self.eyes.button(who.place, f"o:withdraw:{number}") is not None:
            asked = self.eyes.since_now(who.place, f"take back case #{number}?")
            self._press(who, who.user, f"o:withdraw:{number}")
            yield asked
            told = self.eyes.since_now(who.place, f"You have taken back case #{number}.")
            self._press(who, who.user, f"o:withdraw-yes:{number}")
            yield told
            case.state = "withdrawn"
            who.mode = None if who.mode is None else UNSURE
        case.reopens = case.reopens and case.state == "withdrawn"
        who.busy = case.working = False

    def _reopen_own(self, case: Case) -> Doing:
        who, number = case.resident, case.number
        case.reopens, who.busy, case.working = False, True, True
        told = self.eyes.since_now(who.place, f"Case #{number} is open again. Press")
        self._press(who, who.user, f"o:reopen:{number}")
        yield told
        yield lambda: self._topic_open(case)
        case.state, case.plan = "open", [*case.plan, "answer", "close"]
        who.busy = case.working = False

    # ---- staff -----------------------------------------------------------------------------------------

    def _staff(self, member: User, case: Case, act: str) -> Doing:
        """One step of a case; while it lasts, to whom the resident's words go may change."""
        who, actor = case.resident, case.owner or member
        if act in _POINTING:
            who.pointing += 1
            who.mode = UNSURE if who.mode is None else who.mode
        yield from getattr(self, f"_{act}")(actor, case)
        if act in _POINTING:
            who.pointing -= 1
        case.working = False

    def _claim(self, actor: User, case: Case) -> Doing:
        if case.owner is not None:
            return
        told = self.eyes.since_now(case.resident.place, f"taken your case #{case.number}.")
        yield from self._press_in_topic(actor, case, "claim")
        yield told
        case.owner = actor

    def _race_claim(self, actor: User, case: Case) -> Doing:
        """Two press at once: one has the case, the other is told who."""
        if case.owner is not None:
            return
        other = self._other(actor)
        told = self.eyes.since_now(case.resident.place, f"taken your case #{case.number}.")
        refused = self.eyes.since_now(self._place(case), "has already taken this case.")
        yield from self._press_in_topic(actor, case, "claim")
        yield from self._press_in_topic(other, case, "claim")
        yield told
        case.owner = self._named(text_of((yield refused)))

    def _answer(self, actor: User, case: Case, times: int = 1) -> Doing:
        yield lambda: self._topic_open(case)
        written = [self.mark("a", case) for _ in range(times)]
        heard = [self.eyes.since_now(case.resident.place, mark) for mark in written]
        for mark in written:
            self._speaker(actor, case).text(f"Here is what you need: {mark}")
        yield lambda: all(look() for look in heard)
        case.owner = actor

    def _answers(self, actor: User, case: Case) -> Doing:
        yield from self._answer(actor, case, self.rng.randint(2, 3))

    def _race_answer(self, actor: User, case: Case) -> Doing:
        """Two answer at once: the owner's arrives, or the first one's; the other is told that theirs was not sent."""
        yield lambda: self._topic_open(case)
        writers = [actor, self._other(actor)]
        self.rng.shuffle(writers)
        written = [self.mark("a", case) for _ in writers]
        heard = self.eyes.since_now(case.resident.place, *written)
        refused = self.eyes.since_now(self._place(case), "Not sent: ")
        for writer, mark in zip(writers, written, strict=True):
            self._speaker(writer, case).text(f"Let me answer that: {mark}")
        yield heard
        case.owner = self._named(text_of((yield refused)))

    def _note(self, actor: User, case: Case) -> Doing:
        yield lambda: self._topic_open(case)
        begin = self.rng.choice(("//", "/note"))
        self._speaker(actor, case).text(f"{begin} keep this among us: {self.mark('n', case)}")

    def _entry(self, actor: User, case: Case) -> Doing:
        """Answers with an entry, read first; something written in between may have made it stale."""
        yield lambda: self._topic_open(case)
        place = self._place(case)
        offered = self.eyes.since_now(place, "Choose one to read it")
        self._speaker(actor, case).text("/suggest tax card")
        stored = yield offered
        shown = self.eyes.since_now(place, "The resident gets this text in their own language")
        self._press_on(actor, case, stored, stored.markup["inline_keyboard"][0][0]["text"])
        stored = yield shown
        sent = self.eyes.since_now(place, "Sent to the resident in ")
        self._press_on(actor, case, stored, "Send it to the resident")
        yield sent
        case.owner = actor

    def _handover(self, actor: User, case: Case) -> Doing:
        yield lambda: self._topic_open(case)
        others = [name for group, name in self.departments.items() if group != self._place(case)[0]]
        to = self.rng.choice(others)
        told = self.eyes.since_now(case.resident.place, f"Your case #{case.number} is now with")
        self._speaker(actor, case).text(f"/handover {to}")
        yield told
        yield lambda: self._moved(case, self.groups[to].id)
        case.owner = None

    def _release(self, actor: User, case: Case) -> Doing:
        if case.owner is not None:
            yield from self._press_in_topic(actor, case, "release")
            yield lambda: self.eyes.button(self._place(case), f"claim:{case.number}")
            case.owner = None

    def _wait(self, actor: User, case: Case) -> Doing:
        if case.owner is not None:
            yield from self._press_in_topic(actor, case, "wait")

    def _close(self, actor: User, case: Case) -> Doing:
        case.state = "closing"
        told = self.eyes.since_now(case.resident.place, f"Your case #{case.number} is closed.")
        yield from self._press_in_topic(actor, case, "close")
        yield told
        yield lambda: not self._topic_open(case)
        case.state = "closed"
        case.resident.mode = None if case.resident.mode is None else UNSURE

    def _reopen(self, actor: User, case: Case) -> Doing:
        told = self.eyes.since_now(case.resident.place, f"ase #{case.number} is open again.")
        yield from self._press_in_topic(actor, case, "reopen")
        yield told
        yield lambda: self._topic_open(case)
        case.state, case.owner = "open", actor

    # ---- hands and eyes --------------------------------------------------------------------------------

    def _press(self, who: Resident, user: User, action: str) -> None:
        found = self.eyes.button(who.place, action)
        assert found is not None, f"no button {action} for resident {who.index}"
        with self.world.lock:
            user.press(snapshot(self.world, found[0]), found[1])

    def _press_in_topic(self, actor: User, case: Case, verb: str) -> Doing:
        """Presses a button of the card, once the card has it."""
        action = f"{verb}:{case.number}"
        yield lambda: self.eyes.button(self._place(case), action)
        with self.world.lock:
            found = self.eyes.button(self._place(case), action)
            assert found is not None, f"no button {action}"
            self._press_on(actor, case, *found)

    def _press_on(self, actor: User, case: Case, stored: Stored, label: str) -> None:
        with self.world.lock:
            self._speaker(actor, case).press(snapshot(self.world, stored), label)

    def _speaker(self, actor: User, case: Case) -> Speaker:
        chat, thread = self._place(case)
        return Speaker(self.world, actor.id, self.world.chats[chat], thread)

    def _place(self, case: Case) -> Place:
        place = self.eyes.standing(case.number)
        assert place is not None, f"case {case.number} has no topic"
        return place

    def _topic_open(self, case: Case) -> bool:
        place = self.eyes.standing(case.number)
        return place is not None and not self.world.chats[place[0]].topics[place[1] or 0].closed

    def _moved(self, case: Case, group: int) -> bool:
        place = self.eyes.standing(case.number)
        return place is not None and place[0] == group and self.eyes.card(case.number) is not None

    def _other(self, actor: User) -> User:
        return self.rng.choice([user for user in self.staff if user is not actor])

    def _named(self, text: str) -> User:
        return next(user for name, user in self.names.items() if name in text)
