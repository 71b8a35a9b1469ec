"""A chaos run: hundreds of people write while everything fails, and then it is counted what became of it."""

from __future__ import annotations

import random
import resource
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.chaos.askers import Askers
from tests.chaos.judge import Verdict, by_people, judge
from tests.chaos.machine import Machine
from tests.chaos.troubles import Amounts, Troubles, plan
from tests.chaos.weather import Weather
from tests.desk_check import read
from tests.desk_eyes import Doings, Eyes
from tests.desk_people import People
from tests.telegram_server.server import TelegramServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chaos.databases import Store
    from tests.desk_check import Record
    from tests.desk_people import Case
    from tests.telegram_server.resident import User

DEPARTMENTS = ("citizen-service", "business", "children-schools", "jobs-integration")
_TICK_S = 0.02
_PATIENCE_S = 240.0
_REST_S = 120.0
_LOOKED_AT, _ASKERS_AT = 12, 2
_MESSAGES_A_TICKET = 40
_AT_ONCE = 3
_DELAY_SCALE = 0.05  # Telegram waits up to a minute before it pushes an update again
_SKIP_MS, _SKIP_EVERY_S = 240_000, 1.5
_TROUBLED_S = 5.0
_QUIET_S = 2.5  # longer than a message of unknown outcome waits, when time is let pass meanwhile
_LATE_S = 5.0  # before an end, within which a busy machine may have had an answer and not noted it yet


@dataclass(frozen=True, slots=True)
class Size:
    """How large a run is. `rate`: most messages that people write in a second; `busy_ms`: how long SQLite waits for a
    lock.
    """

    messages: int = 20_000
    conversations: int = 300
    seed: int = 7
    amounts: Amounts = field(default_factory=lambda: usual(200))
    rate: float = 40
    busy_ms: int = 10_000


def usual(kills: int, *, fills: bool = True) -> Amounts:
    """What else goes wrong beside so many kills."""
    return Amounts(
        kills, stops=-(-kills // 10), aways=-(-kills // 25), fulls=-(-kills // 25) * fills, jumps=-(-kills // 4)
    )


@dataclass(slots=True)
class Result:
    """What came of a run. `deliveries`: calls that brought somebody something; `stuck`: who waited in vain; `cpu_s`:
    that of all processes of the assistant.
    """

    verdict: Verdict
    machine: Machine
    weather: Weather
    messages: int
    deliveries: int
    stuck: list[str]
    violations: list[str]
    early: list[str]
    wall_s: float
    cpu_s: float

    @property
    def share_resent(self) -> float:
        """Which part of the deliveries was repeated, where the outcome of the first try was unknown."""
        return len(self.verdict.resent) / max(1, self.deliveries)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        return [*self.stuck, *self.verdict.faults, *self.violations, *self.early]


class Run:
    """One run: `go` plays it to its end and judges it."""

    def __init__(self, folder: Path, size: Size, store: Store) -> None:
        self.size = size
        self.rng = random.Random(size.seed)
        self.server = TelegramServer()
        self.server.pusher.delay_scale = _DELAY_SCALE
        self.groups = {name: self.server.group(name) for name in DEPARTMENTS}
        staff = [self._colleague(number) for number in range(max(4, size.conversations // 15))]
        residents = [self.server.user(f"Resident{number:03}") for number in range(max(2, size.conversations // 3))]
        askers = [self.server.user(f"Asker{n:03}") for n in range(max(2, size.conversations - len(residents)))]
        self.eyes = Eyes(self.server.world)
        tickets = max(2, size.messages // _MESSAGES_A_TICKET)
        self.people = People(self.eyes, self.rng, residents, staff, self.groups, tickets)
        self.askers = Askers(self.server, self.eyes, self.rng, askers)
        chats = ",".join(f"{name}={group.id}" for name, group in self.groups.items())
        self.machine = Machine(folder, self.server, store, chats, size.busy_ms)
        self.weather = Weather(self.server, random.Random(size.seed + 1))
        rng = random.Random(size.seed + 2)
        planned = plan(size.amounts, rng)
        self.troubles = Troubles(self.machine, planned, rng, self._is_time)
        self.messages = 0
        self._room = 0.0
        self._counted_at = self._skipped_at = time.monotonic()
        self._read = 0
        self._doings = Doings(_PATIENCE_S)
        self._idle_staff = staff * _AT_ONCE
        self._live: list[Case] = []

    def _colleague(self, number: int) -> User:
        user = self.server.user(f"Staff{number:02}", "da")
        for group in self.groups.values():
            group.member(user)
        return user

    def go(self) -> Result:
        begin, before = time.monotonic(), _children_cpu()
        stuck: list[str] = []
        with self.server:
            try:
                self.machine.spawn(hook=False)
                self.machine.wait_ready(hook=False)
                self.troubles.begin()
                self._play()
                self._come_to_rest()
            except AssertionError as error:
                stuck.append(f"stuck: {error}")
            finally:
                self.troubles.end()
                self.machine.close()
            wall = time.monotonic() - begin
            verdict = judge(self._record(), self.askers.all, self.server.updates.published, self.machine.store.url)
        return Result(
            verdict,
            self.machine,
            self.weather,
            self.messages,
            sum(call.ok and call.chat is not None for call in self.server.log),
            stuck,
            list(self.server.violations),
            self._early(),
            wall,
            _children_cpu() - before,
        )

    # ---- the play --------------------------------------------------------------------------------------

    def _is_time(self, done: int) -> bool:
        """The next trouble comes when people have written their share up to then."""
        return self.messages >= self.size.messages * done // (len(self.troubles.planned) + 1)

    def _may_write(self) -> bool:
        """So that nobody is done before the troubles are: people wait for them as these wait for people."""
        share = (self.troubles.done + 2) / (len(self.troubles.planned) + 1)
        return self._room > 0 and self.messages < self.size.messages * min(1.0, share)

    def _play(self) -> None:
        while not self._over():
            self.eyes.look()
            self._doings.go_on()
            self._count()
            self.weather.follow(self.messages)
            self._begin_residents()
            self._begin_staff()
            self._begin_askers()
            if self.troubles.over:
                self._let_time_pass()
            time.sleep(_TICK_S)

    def _over(self) -> bool:
        written = self.messages >= self.size.messages and not self.people.to_open
        return self.troubles.over and written and not self._doings.under_way and not self._live

    def _count(self) -> None:
        """Counts what people have written and pressed, and how much more they may now."""
        with self.server.world.lock:
            new = self.server.updates.published[self._read :]
        self._read += len(new)
        written = sum(by_people(update) for update in new)
        self.messages += written
        now = time.monotonic()
        gained, self._counted_at = self.size.rate * (now - self._counted_at), now
        self._room = min(self._room + gained, self.size.rate) - written

    def _begin_askers(self) -> None:
        idle = [asker for asker in self.askers.all if not asker.busy]
        for asker in self.rng.sample(idle, min(len(idle), _ASKERS_AT)):
            if self._may_write():
                self._doings.start(self.askers.does(asker))

    def _begin_residents(self) -> None:
        self._live = [case for resident in self.people.residents for case in resident.cases if not case.over]
        idle = [resident for resident in self.people.residents if not resident.busy]
        for resident in self.rng.sample(idle, min(len(idle), _LOOKED_AT)):
            if self._may_write() or self.troubles.over:
                doing = self.people.resident_does(resident)
                if doing is not None:
                    self._doings.start(doing)

    def _begin_staff(self) -> None:
        self.rng.shuffle(self._idle_staff)
        for case in self.rng.sample(self._live, min(len(self._live), 2 * _LOOKED_AT)):
            if not self._idle_staff:
                break
            member = self._idle_staff[-1]
            doing = self.people.staff_does(member, case)
            if doing is not None:
                self._idle_staff.pop()
                self._doings.start(doing, lambda member=member: self._idle_staff.append(member))  # type: ignore[misc]

    # ---- the end ---------------------------------------------------------------------------------------

    def _come_to_rest(self) -> None:
        """Nothing fails any more; waits until all is decided and delivered, which leases and pauses may hold up."""
        self.weather.clear()
        end, calls, since = time.monotonic() + _REST_S, -1, time.monotonic()
        while time.monotonic() - since < _QUIET_S or self.server.updates.pending or self.server.updates.held:
            assert time.monotonic() < end, "the assistant does not come to rest"
            self._let_time_pass()
            now = sum(call.method != "getUpdates" for call in self.server.log)
            if now != calls:
                calls, since = now, time.monotonic()
            time.sleep(0.25)

    def _let_time_pass(self) -> None:
        """What has to wait waits by the assistant's clock: nobody need wait for a lease of three minutes here."""
        if time.monotonic() - self._skipped_at > _SKIP_EVERY_S:
            self._skipped_at = time.monotonic()
            self.machine.skip(_SKIP_MS)

    def _record(self) -> Record:
        past = self.machine.past
        unheard = frozenset(
            (call.chat, call.result["message_id"])
            for call in self.server.log
            if call.ok and call.fault and call.chat is not None and isinstance(call.result, dict)
            if call.fault.mode.startswith(("accept", "slow")) and "message_id" in call.result
        )
        # A clock that jumps over a lease takes what is in hand for lost, as the end of a process does.
        doubts = [(self._known_until(end), end) for end in sorted((*past.ends, *past.jumps, *past.skips))]
        return replace(read(self.server, ()), doubts=doubts, unheard=unheard)

    def _known_until(self, end: float) -> float:
        """Until when the assistant could note what became of its calls, before it was ended: it tries for two minutes
        where the database is away.
        """
        begin = end - _LATE_S
        for since, back in reversed(self.machine.past.outages):
            if since <= end and back >= begin:
                begin = min(begin, since - _LATE_S)
        return begin

    def _early(self) -> list[str]:
        """Calls before a refusal allowed them; a new process, or one whose clock was set, may not know of it."""
        past = self.machine.past
        moments = [*past.ends, *past.jumps, *past.skips, *(end for _, end in past.outages)]
        calls = [call for call in self.server.early_calls if call.fault is None]
        return [
            f"early: {call.method} to {call.chat}"
            for call in calls
            if all(abs(call.time - moment) > _TROUBLED_S for moment in moments)
        ]


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
