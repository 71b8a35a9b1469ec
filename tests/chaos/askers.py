"""Residents who ask the assistant: questions, buttons of the menu, guides; each message of theirs has one reply.

In one chat nobody wants the same thing twice in a row, so that the same reply twice in a row is one that was repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.desk_eyes import text_of
from tests.telegram_server.views import snapshot

if TYPE_CHECKING:
    from random import Random

    from tests.desk_check import Place
    from tests.desk_eyes import Doing, Eyes, Wait
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.state import Stored

QUESTIONS = {
    "how do I get a tax card": "Get a tax card",
    "how do I enrol my child in school": "Start school or enrol your child in a school",
    "how do I get a CPR number": "Get a CPR number and register your address",
    "where is the library": "The libraries in Ballerup",
    "what day is my bin collected": "Sort your waste and find your collection days",
    "how do I find a doctor": "Choose or change your family doctor",
    "how can I learn Danish": "Danish lessons for adults",
    "how do I get a MitID": "Get MitID or get back into it",
    "how do I register a change of address": "Report that you have moved",
    "how do I apply for housing benefit": "Housing benefit (help with the rent)",
    "how do I rent a sports hall": "Borrow a room or a sports hall",
    "how do I open a bank account": "Bank account and NemKonto",
    "how do I pay for daycare": "What daycare costs",
    "how do I become a Danish citizen": "Become a Danish citizen",
    "how do I get the yellow health card": "The yellow health card and free health care",
    "how do I apply for child benefit": "Child benefit (børnepenge)",
    "how do I find a job in Denmark": "Find a job in and around Ballerup",
}
"""What is asked, and how the answer begins."""

TOKEN = re.compile(r"\bq-r(\d+)-n(\d+)\b")
_MENU = {
    "/menu": "What is it about?",
    "/help": "Write your question in your own words",
    "/language": "Which language do you want?",
    "/mycases": "You have no cases with staff",
}
_GUIDES = ("arrival", "grants", "company")
_STEPS = 4
_MOST_AT_ONCE = 3
_DELAY_S = (0.05, 0.6)


@dataclass(eq=False)
class Asker:
    """`last`: what the newest message was about; `wrote`: how many messages there were."""

    index: int
    user: User
    busy: bool = False
    met: bool = False
    last: tuple[str, ...] = ()
    wrote: int = 0
    races: list[tuple[int, str]] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return self.user.id, None


class Askers:
    """All of them, and what each does next."""

    def __init__(self, server: TelegramServer, eyes: Eyes, rng: Random, users: list[User]) -> None:
        self.server = server
        self.eyes = eyes
        self.rng = rng
        self.all = [Asker(index, user) for index, user in enumerate(users, start=1)]
        self._serial = 0

    def does(self, who: Asker) -> Doing:
        """Starts what somebody does next."""
        who.busy = True
        if not who.met:
            yield from self._meet(who)
        act = self.rng.choices((self._ask, self._look, self._race, self._guide), (5, 2, 2, 1))[0]
        yield from act(who)
        who.busy = False

    def _meet(self, who: Asker) -> Doing:
        greeted = self.eyes.since_now(who.place, "Hello!")
        who.user.start()
        who.wrote += 1
        yield greeted
        who.met, who.last = True, ("/start",)

    def _ask(self, who: Asker) -> Doing:
        """Asks some questions without waiting for the answers in between."""
        asked = self._fresh(who, list(QUESTIONS), self.rng.randint(1, _MOST_AT_ONCE))
        answers = [self.eyes.since_now(who.place, QUESTIONS[question]) for question in asked]
        for question in asked:
            self._write_question(who, question)
        who.last = (asked[-1],)
        yield lambda: all(answered() for answered in answers)

    def _write_question(self, who: Asker, question: str) -> int:
        self._serial += 1
        who.wrote += 1
        return who.user.send(f"{question}? q-r{who.index}-n{self._serial}").message_id

    def _look(self, who: Asker) -> Doing:
        (command,) = self._fresh(who, list(_MENU), 1)
        shown = self.eyes.since_now(who.place, _MENU[command])
        who.user.send(command)
        who.wrote += 1
        who.last = (command,)
        yield shown

    def _race(self, who: Asker) -> Doing:
        """Asks and presses a button at once: the message and the press travel apart, in any order."""
        found = self.eyes.button(who.place, "menu")
        if found is None or "/menu" in who.last:
            yield from self._ask(who)
            return
        (question,) = self._fresh(who, list(QUESTIONS), 1)
        answered = self.eyes.since_now(who.place, QUESTIONS[question])
        shown = self.eyes.since_now(who.place, _MENU["/menu"])
        if self.rng.random() < 0.5:
            self.server.delay_updates(self.rng.uniform(*_DELAY_S), kind="message")
        message = self._write_question(who, question)
        who.races.append((message, self._press(who, *found)))
        who.last = (question, "/menu")
        yield answered
        yield shown

    def _guide(self, who: Asker) -> Doing:
        """Goes some steps through a guide by its buttons, then leaves it."""
        (name,) = self._fresh(who, list(_GUIDES), 1)
        came = self._another(who, None)
        who.user.send(f"/{name}")
        who.wrote += 1
        question: Stored = yield came
        for _ in range(self.rng.randint(1, _STEPS)):
            choices = _labels(question, f"g:{name}:a:", f"g:{name}:s:")
            if not choices:
                break
            came = self._another(who, question)
            self._press(who, question, self.rng.choice(choices))
            question = yield came
        if leave := _labels(question, f"g:{name}:x"):
            came = self._another(who, question)
            self._press(who, question, leave[0])
            yield came
        who.last = (name,)

    def _another(self, who: Asker, before: Stored | None) -> Wait:
        """Waits for what comes next, which is not the message before once more."""
        begin, known = len(self.eyes.places[who.place]), text_of(before) if before is not None else None

        def look() -> Stored | None:
            return next((one for one in self.eyes.places[who.place][begin:] if text_of(one) != known), None)

        return look

    def _fresh(self, who: Asker, choices: list[str], count: int) -> list[str]:
        """Some of the choices, none of which is what came last."""
        return self.rng.sample([choice for choice in choices if choice not in who.last], count)

    def _press(self, who: Asker, stored: Stored, label: str) -> str:
        who.wrote += 1
        with self.server.world.lock:
            return who.user.press(snapshot(self.server.world, stored), label).query_id


def _labels(stored: Stored, *actions: str) -> list[str]:
    """The buttons under a message that do something of this kind."""
    buttons = (button for row in (stored.markup or {}).get("inline_keyboard", ()) for button in row)
    return [one["text"] for one in buttons if str(one.get("callback_data", "")).startswith(actions)]


def begins(stored_text: str) -> str | None:
    """Which question a reply answers; None where it is no answer."""
    return next((question for question, title in QUESTIONS.items() if stored_text.startswith(title)), None)
