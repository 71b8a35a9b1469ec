"""A desk under load: many residents and staff at the real bot process on a local Telegram, with restarts in between."""

from __future__ import annotations

import random
import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.desk_check import Report, check, read
from tests.desk_eyes import Doings, Eyes
from tests.desk_people import People
from tests.process import BotProcess
from tests.telegram_server.server import TelegramServer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.desk_eyes import Doing
    from tests.desk_people import Case
    from tests.telegram_server.resident import User

DEPARTMENTS = ("citizen-service", "business", "children-schools", "jobs-integration")
_TICK_S = 0.02
_QUIET_S = 4.0  # longer than a message of unknown outcome waits to be tried again
_LOOKED_AT = 12
_REFUSED_EVERY = 20  # opened cases: then Telegram wants a resident's chat to be left alone for a second
_AT_ONCE = 3  # topics in which a member of staff does something at the same time
FREE = {"telegram_group_rate": "100000", "telegram_overall_rate": "10000"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large a run is. `kills`: how often the plug is pulled; there are as many graceful restarts."""

    tickets: int = 1000
    residents: int = 200
    staff: int = 20
    seed: int = 6
    kills: int = 10


@dataclass(slots=True)
class Result:
    """What came of a run. `cpu_s` is that of all bot processes, starts included; `starts` how many there were."""

    report: Report
    violations: list[str]
    early_calls: int
    calls: int
    starts: int
    wall_s: float
    cpu_s: float

    @property
    def faults(self) -> list[str]:
        early = [f"{self.early_calls} calls came before a 429 allowed them"] if self.early_calls else []
        return [*self.report.faults, *self.violations, *early]


@dataclass
class Restarts:
    """Kills one of the bots, or asks one after the other to stop, and starts it again before the next.

    In a thread of its own: people go on meanwhile. `starts` counts those of all bots.
    """

    bots: Sequence[BotProcess]
    kills: list[float] = field(default_factory=list)
    starts: int = 0
    _thread: threading.Thread | None = None
    _error: BaseException | None = None

    @property
    def busy(self) -> bool:
        if self._error is not None:
            raise self._error
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Starts all of them at once."""
        with ThreadPoolExecutor(len(self.bots)) as pool:
            list(pool.map(lambda bot: bot.start(), self.bots))
        self.starts += len(self.bots)

    def begin(self, *, kill: bool) -> None:
        self._thread = threading.Thread(target=self._restart, args=(kill,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Ends the bots for good; a restart under way is waited for, so that no process is left."""
        if self._thread is not None:
            self._thread.join()
        for bot in self.bots:
            bot.kill()

    def _restart(self, kill: bool) -> None:
        try:
            for bot in self.bots[:1] if kill else self.bots:
                if kill:
                    bot.kill()
                    self.kills.append(bot.server.world.clock.now())
                else:
                    code = bot.stop()
                    assert code == 0, f"the bot ended with {code}:\n{bot.log[-2000:]}"
                bot.start()
                self.starts += 1
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that looks
            self._error = error


def one_bot(folder: Path, server: TelegramServer, chats: str) -> Restarts:
    """The bot as it runs on one machine."""
    return Restarts([BotProcess(folder / "bot.db", server, chats, FREE, forked=False)])


class Run:
    """One run: `go` plays it to its end and judges it. `beside` is what others do meanwhile.

    `machines(folder, server, staff chats)` gives the bots.
    """

    def __init__(
        self, folder: Path, size: Size, machines: Callable[[Path, TelegramServer, str], Restarts] = one_bot
    ) -> None:
        self.size = size
        self.rng = random.Random(size.seed)
        self.server = TelegramServer()
        self.groups = {name: self.server.group(name) for name in DEPARTMENTS}
        staff = [self._colleague(number) for number in range(size.staff)]
        residents = [self.server.user(f"Resident{number:03}") for number in range(size.residents)]
        self.eyes = Eyes(self.server.world)
        self.people = People(self.eyes, self.rng, residents, staff, self.groups, size.tickets)
        chats = ",".join(f"{name}={group.id}" for name, group in self.groups.items())
        self.restarts = machines(folder, self.server, chats)
        self.beside: list[Doing] = []
        self._doings = Doings()
        self._idle_staff = staff * _AT_ONCE
        self._live: list[Case] = []
        self._refused = 0

    def _colleague(self, number: int) -> User:
        user = self.server.user(f"Staff{number:02}", "da")
        for group in self.groups.values():
            group.member(user)
        return user

    def go(self) -> Result:
        begin, before = time.monotonic(), _children_cpu()
        with self.server:
            try:
                self.restarts.start()
                self._play()
                self._come_to_rest()
            finally:
                self.restarts.end()
            wall = time.monotonic() - begin
            report = check(read(self.server, self.restarts.kills))
            calls = sum(call.method != "getUpdates" for call in self.server.log)
            early = len(self.server.early_calls)
        cpu = _children_cpu() - before
        return Result(report, list(self.server.violations), early, calls, self.restarts.starts, wall, cpu)

    # ---- the play --------------------------------------------------------------------------------------

    def _play(self) -> None:
        due = self._restarts_due()
        for doing in self.beside:
            self._doings.start(doing)
        while due or not self._over():
            self.eyes.look()
            self._doings.go_on()
            self._begin()
            if due and self.people.opened >= due[0][0] and not self.restarts.busy:
                self.restarts.begin(kill=due.pop(0)[1])
            if self.people.opened // _REFUSED_EVERY > self._refused:
                self._refused += 1
                chat = self.rng.choice(self.people.residents).user.id
                self.server.fail("sendMessage", status=429, retry_after=1, chat=chat)
            time.sleep(_TICK_S)

    def _restarts_due(self) -> list[tuple[int, bool]]:
        """After how many opened tickets the bot is restarted, and whether by a kill."""
        many = 2 * self.size.kills
        return [(1 + self.size.tickets * number // (many + 1), number % 2 == 1) for number in range(1, many + 1)]

    def _over(self) -> bool:
        return not (self.people.to_open or self._doings.under_way or self._live or self.restarts.busy)

    def _begin(self) -> None:
        """Some of those who have nothing to do begin something."""
        idle = [resident for resident in self.people.residents if not resident.busy]
        for resident in self.rng.sample(idle, min(len(idle), _LOOKED_AT)):
            doing = self.people.resident_does(resident)
            if doing is not None:
                self._doings.start(doing)
        self._live = [case for resident in self.people.residents for case in resident.cases if not case.over]
        self.rng.shuffle(self._idle_staff)
        for case in self.rng.sample(self._live, min(len(self._live), 2 * _LOOKED_AT)):
            if not self._idle_staff:
                break
            member = self._idle_staff[-1]
            doing = self.people.staff_does(member, case)
            if doing is not None:
                self._idle_staff.pop()
                self._doings.start(doing, lambda member=member: self._idle_staff.append(member))  # type: ignore[misc]

    def _come_to_rest(self) -> None:
        """Waits until the bot has called nothing but getUpdates for a while."""
        calls, since = -1, time.monotonic()
        while time.monotonic() - since < _QUIET_S:
            now = sum(call.method != "getUpdates" for call in self.server.log)
            if now != calls:
                calls, since = now, time.monotonic()
            time.sleep(0.25)


def run(folder: Path, size: Size) -> Result:
    """Plays a run with its database in `folder`. Raises AssertionError where somebody waits in vain."""
    return Run(folder, size).go()


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
