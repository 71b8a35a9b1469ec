"""What goes wrong with the machine in a chaos run: planned beforehand, done one after the other in a thread."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.chaos.machine import Machine

Kind = Literal["kill", "burst", "stop", "away", "full", "jump"]

_ALIVE_S = 0.1
_JUST_STARTED_S = (0.02, 1.2)
_FULL_S = (0.5, 2.0)
_TICK_S = 0.02
_BURST = (2, 4)
_KILLED_MEANWHILE = 0.3
_HOUR = 3_600_000
_JUMPS = (60_000, 3 * _HOUR)
_FURTHEST = 8 * _HOUR
_OVER_LEASE = 200_000
"""More than a message may be in the hands of a process that is no more, in ms."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`times`: how often in a row the plug is pulled; `alive_s`: how long at most the process works before."""

    kind: Kind
    times: int = 1
    alive_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much goes wrong. `kills` are those of processes at work and of bursts right after a start; `alive_s`: how
    long at most a process works before it is ended.
    """

    kills: int
    stops: int
    aways: int
    fulls: int
    jumps: int
    alive_s: float = 2.0


def plan(amounts: Amounts, rng: Random) -> list[Trouble]:
    """Returns what goes wrong, in its order."""
    found: list[Trouble] = []
    left = amounts.kills
    while left:
        burst = left >= _BURST[0] and rng.random() < 0.25
        times = min(left, rng.randint(*_BURST)) if burst else 1
        found.append(Trouble("burst" if burst else "kill", times, amounts.alive_s))
        left -= times
    found += [Trouble("stop", alive_s=amounts.alive_s)] * amounts.stops
    found += [Trouble("away")] * amounts.aways
    found += [Trouble("full")] * amounts.fulls
    found += [Trouble("jump")] * amounts.jumps
    rng.shuffle(found)
    return found


class Troubles:
    """Makes trouble after trouble until all of it is done. `may_begin(number)` says when the next one may."""

    def __init__(self, machine: Machine, planned: list[Trouble], rng: Random, may_begin: Callable[[int], bool]) -> None:
        self.machine = machine
        self.planned = planned
        self.done = 0
        self._rng = rng
        self._may_begin = may_begin
        self._given_up = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self) -> None:
        self._thread.start()

    @property
    def over(self) -> bool:
        """Everything has gone wrong, and the assistant runs. Raises what was raised in the thread."""
        if self._error is not None:
            raise self._error
        return not self._thread.is_alive()

    def end(self) -> None:
        """Ends the thread; what it has begun is finished."""
        self._given_up.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            for trouble in self.planned:
                while not self._may_begin(self.done):
                    if self._given_up.wait(_TICK_S):
                        return
                self._make(trouble)
                self.done += 1
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that looks
            self._error = error

    def _make(self, trouble: Trouble) -> None:
        match trouble.kind:
            case "kill":
                self._pause((_ALIVE_S, trouble.alive_s))
                self.machine.kill()
                self._start()
            case "burst":
                for _ in range(trouble.times):
                    self.machine.kill()
                    self.machine.spawn(hook=self._hook())
                    self._pause(_JUST_STARTED_S)
                self._start_if_dead()
            case "stop":
                self._pause((_ALIVE_S, trouble.alive_s))
                self.machine.stop()
                self._start()
            case "away":
                self._lose_database()
            case "full":
                self.machine.fill_disk()
                self._while_broken(self._rng.uniform(*_FULL_S))
                self.machine.free_disk()
                self._start_if_dead()
            case "jump":
                self._jump()

    def _lose_database(self) -> None:
        began = time.monotonic()
        seconds = self.machine.store.leave(self._rng)
        self.machine.lose_database(time.monotonic() - began)
        self._while_broken(seconds)
        self.machine.find_database()
        self._start_if_dead()

    def _while_broken(self, seconds: float) -> None:
        """Waits; now and then the process is killed or asked to stop meanwhile."""
        end = time.monotonic() + seconds
        fate = self._rng.random()
        if fate < 2 * _KILLED_MEANWHILE:
            time.sleep(self._rng.uniform(0, seconds))
            (self.machine.kill if fate < _KILLED_MEANWHILE else self.machine.stop)()
            if not self.machine.alive:
                self.machine.spawn(hook=self._hook())
        time.sleep(max(0.0, end - time.monotonic()))

    def _jump(self) -> None:
        """Forward or back, by minutes or hours; never a day away from the right time."""
        by = self._rng.randint(*_JUMPS) * self._rng.choice((-1, 1))
        if abs(self.machine.wrong_by + by) > _FURTHEST:
            by = -by
        self.machine.jump(self.machine.wrong_by + by)

    def _start(self) -> None:
        hook = self._hook()
        self.machine.spawn(hook=hook)
        self.machine.wait_ready(hook=hook)

    def _start_if_dead(self) -> None:
        self.machine.wait_ready(hook=self._hook())

    def _hook(self) -> bool:
        """Half of the processes are told by the webhook what arrives; the others ask."""
        return self._rng.random() < 0.5

    def _pause(self, seconds: tuple[float, float]) -> None:
        time.sleep(self._rng.uniform(*seconds))
