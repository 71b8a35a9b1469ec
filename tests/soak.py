"""The real bot process under steady traffic: questions, cases and answers of staff, a given number of updates a second.

What is looked at are its memory, what waits in its tables, and how long a question waits for its answer.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.desk_burst import quantile
from tests.desk_eyes import Doings, Eyes, text_of
from tests.process import BotProcess
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.speaking import Speaker
from tests.telegram_server.views import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.desk_check import Place
    from tests.desk_eyes import Doing
    from tests.telegram_server.resident import User

_TICK_S = 0.01
_A_CASE_IN = 24  # things that residents begin
_ASKERS_A_RATE = 4  # so that nobody asks again within a few seconds
_CALLERS = 20  # who have cases, and ask nothing in other languages meanwhile
_STAFF = 4
_QUIET_S = 60.0
_KB_A_MB = 1024
_FREE = {"telegram_group_rate": "100000", "telegram_overall_rate": "10000"}


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen in one span: at its end, in s from the start, the memory in MB (`anonymous`: without files that
    are mapped) and the rows that wait; over the span the updates sent, and ms from questions to answers.
    """

    at: float
    memory: float
    anonymous: float
    inbox: int
    outbox: int
    updates: int
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Medians over the second and over the last tenth of a run: of the memory in MB (see `Sample`), and of the rows
    that waited; `left`: what is undone after it, though nobody began anything more.
    """

    memory: tuple[float, float]
    anonymous: tuple[float, float]
    waiting: tuple[float, float]
    left: int

    @property
    def growth(self) -> float:
        """By which part the memory has grown."""
        early, late = self.memory
        return late / early - 1

    def faults(self, most: float, slack: float) -> list[str]:
        """What is wrong with a run whose memory may grow by the part `most`, and whose waiting rows by `slack`."""
        early, late = self.waiting
        found = [f"{self.left} things are not done"] if self.left else []
        found += [f"memory has grown by {self.growth:.1%}"] if self.growth > most else []
        return found + ([f"{late:g} rows wait, there were {early:g}"] if late > early + slack else [])


def judge(samples: Sequence[Sample], left: int) -> Verdict:
    """Judges a run by its samples, of which there are at least ten."""
    tenth = len(samples) // 10
    early, late = samples[tenth : 2 * tenth], samples[-tenth:]

    def medians(value: Callable[[Sample], float]) -> tuple[float, float]:
        return statistics.median(map(value, early)), statistics.median(map(value, late))

    memory, anonymous = medians(lambda one: one.memory), medians(lambda one: one.anonymous)
    return Verdict(memory, anonymous, medians(lambda one: one.inbox + one.outbox), left)


@dataclass
class Soak:
    """Plays for a while in `folder`. `rate`: updates a second; `questions`: what people ask, over and over."""

    folder: Path
    rate: float
    questions: Sequence[str]
    server: TelegramServer = field(default_factory=TelegramServer)
    sent: int = 0

    def __post_init__(self) -> None:
        self._rng = random.Random(1)
        self._group = self.server.group("Staff")
        self._staff = [self._group.member(self.server.user(f"Staff{number}", "da")) for number in range(_STAFF)]
        self._askers = deque(self.server.user(f"Asker{number}") for number in range(int(self.rate * _ASKERS_A_RATE)))
        self._callers = deque(self.server.user(f"Caller{number}") for number in range(_CALLERS))
        self._bot = BotProcess(self.folder / "bot.db", self.server, f"citizen-service={self._group.id}", _FREE)
        self._eyes, self._doings = Eyes(self.server.world), Doings()
        self._begun = 0
        self._asked: dict[int, float] = {}
        self._waited: list[float] = []

    def play(self, seconds: float, every: float, told: Callable[[Sample], None] = lambda _: None) -> Verdict:
        """Plays for `seconds`, looking `every` so many, and judges. Raises AssertionError where somebody waits in vain.

        `told` gets each sample as it comes. Before, each question is asked once.
        """
        with self.server:
            try:
                self._bot.start()
                self._warm()
                samples = self._play(seconds, every, told)
                left = self._come_to_rest()
                assert self._bot.stop() == 0, "the bot did not end well"
            except AssertionError as error:
                lives = self._bot.process is not None and self._bot.process.poll() is None
                state = f"the bot {'lives' if lives else 'has ended'}, {self._bot.open_rows()} rows wait"
                raise AssertionError(f"{error}; {state}:\n{self._bot.log[-2000:]}") from error
            finally:
                self._bot.kill()
        return judge(samples, left)

    def _warm(self) -> None:
        """Asks each question once: an answer may take a first look at some part of the knowledge."""
        for words in self.questions:
            while not self._askers:
                self._go_on()
                time.sleep(_TICK_S)
            who = self._askers.popleft()
            self._doings.start(self._says(who, words, ""), partial(self._askers.append, who))
        self._come_to_rest()
        self.sent, self._waited = 0, []

    def _play(self, seconds: float, every: float, told: Callable[[Sample], None]) -> list[Sample]:
        samples: list[Sample] = []
        begin = time.monotonic()
        while (now := time.monotonic() - begin) < seconds:
            self._go_on()
            while self.sent < self.rate * now and self._begin():
                pass
            if now >= every * (len(samples) + 1):
                samples.append(self._sample(now, sum(one.updates for one in samples)))
                told(samples[-1])
            time.sleep(_TICK_S)
        return samples

    # ---- what is seen ----------------------------------------------------------------------------------

    def _go_on(self) -> None:
        self._eyes.look()
        self._read_calls()
        self._doings.go_on()

    def _read_calls(self) -> None:
        """How long questions waited for the first message into their chat. The log is not kept: it would be long."""
        with self.server.world.lock:
            for call in self.server.calls.log:
                if call.method == "sendMessage" and call.chat in self._asked:
                    self._waited.append(1000 * (call.time - self._asked.pop(call.chat)))
            self.server.calls.log.clear()
            self.server.updates.published.clear()

    def _sample(self, now: float, before: int) -> Sample:
        """`before`: the updates of the samples so far."""
        waited, self._waited = self._waited or [0.0], []
        memory, anonymous = self._memory()
        inbox, outbox = self._bot.open_rows()
        p50, p99 = (round(quantile(waited, share), 1) for share in (0.5, 0.99))
        return Sample(round(now, 1), memory, anonymous, inbox, outbox, self.sent - before, p50, p99)

    def _memory(self) -> tuple[float, float]:
        assert self._bot.process is not None
        lines = Path(f"/proc/{self._bot.process.pid}/status").read_text(encoding="ascii").splitlines()
        found = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        whole, anonymous = (round(int(found[name].split()[0]) / _KB_A_MB, 1) for name in ("VmRSS", "RssAnon"))
        return whole, anonymous

    def _come_to_rest(self) -> int:
        """Lets everybody finish; returns how many rows are not settled then."""
        end = time.monotonic() + _QUIET_S
        while (left := self._doings.under_way + sum(self._bot.open_rows())) and time.monotonic() < end:
            self._go_on()
            time.sleep(0.1)
        return left

    # ---- what people do --------------------------------------------------------------------------------

    def _begin(self) -> bool:
        """Lets somebody begin something; False where everybody still waits."""
        for_case = self._begun % _A_CASE_IN == 0 and bool(self._callers)
        free, what = (self._callers, self._case) if for_case else (self._askers, self._question)
        if not free:
            return False
        who = free.popleft()
        self._begun += 1
        self._doings.start(what(who), partial(free.append, who))
        return True

    def _says(self, who: User, text: str, answer: str) -> Doing:
        answered = self._eyes.since_now((who.id, None), answer)
        self._asked[who.id] = self.server.world.clock.now()
        who.send(text)
        self.sent += 1
        yield answered

    def _question(self, who: User) -> Doing:
        yield from self._says(who, self._rng.choice(self.questions), "")

    def _press(self, place: Place, who: User, action: str) -> None:
        found = self._eyes.button(place, action)
        assert found is not None, f"no button {action}"
        with self.server.world.lock:
            speaker = Speaker(self.server.world, who.id, self.server.world.chats[place[0]], place[1])
            speaker.press(snapshot(self.server.world, found[0]), found[1])
        self.sent += 1

    def _case(self, who: User) -> Doing:
        """Somebody wants a person, gets one, writes once more, is answered twice, and the case is closed."""
        place, staff = (who.id, None), self._rng.choice(self._staff)
        yield from self._says(who, "I want to talk to a person please", "Do you agree")
        told = self._eyes.since_now(place, "Your case number is #")
        preview = self._eyes.places[place][-1]
        with self.server.world.lock:
            who.press(snapshot(self.server.world, preview), "Yes, pass it on")
        self.sent += 1
        number = int(text_of((yield told)).partition("#")[2].partition(".")[0])
        yield lambda: self._has_button(number, "claim")
        yield from self._moves(number, staff, "claim", who, "taken your case")
        yield from self._answers(number, staff, who)
        told = self._eyes.since_now(self._topic(number), f"One more thing about #{number}")
        who.send(f"One more thing about #{number}")
        self.sent += 1
        yield told
        yield from self._answers(number, staff, who)
        yield from self._moves(number, staff, "close", who, f"case #{number} is closed")

    def _topic(self, number: int) -> Place:
        place = self._eyes.standing(number)
        assert place is not None, f"case {number} has no topic"
        return place

    def _has_button(self, number: int, verb: str) -> bool:
        place = self._eyes.standing(number)
        return place is not None and self._eyes.button(place, f"{verb}:{number}") is not None

    def _moves(self, number: int, staff: User, verb: str, who: User, told: str) -> Doing:
        heard = self._eyes.since_now((who.id, None), told)
        yield lambda: self._has_button(number, verb)
        self._press(self._topic(number), staff, f"{verb}:{number}")
        yield heard

    def _answers(self, number: int, staff: User, who: User) -> Doing:
        words = f"Please come to the counter on Tuesday ({self.sent})."
        heard = self._eyes.since_now((who.id, None), words)
        chat, thread = self._topic(number)
        Speaker(self.server.world, staff.id, self.server.world.chats[chat], thread).text(words)
        self.sent += 1
        yield heard
