"""Faults on order: matched by method, chat, topic and call number; counted; the same every time."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.telegram_server.errors import (
    POLL_TAKEN_OVER,
    RESTARTING,
    TOO_LARGE,
    UNAUTHORIZED,
    ApiError,
    bad,
    forbidden,
    too_many,
)

if TYPE_CHECKING:
    from tests.telegram_server.clock import Clock
    from tests.telegram_server.limits import Limits

Mode = Literal["error", "accept_then_hang", "accept_then_reset", "hang", "reset", "slow"]
BAD_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(slots=True, eq=False)
class Fault:
    """One order: what goes wrong, for which calls, how often. `hits` counts the calls it met.

    Modes: `error` answers `status` without executing; `accept_then_hang` and `accept_then_reset` execute, and the
    answer is lost; `hang` and `reset` do not execute; `slow` executes `seconds` later, where `spread` is given at a
    time spread around that as networks do it (log-normal: half of the calls are quicker, a few take several times as
    long). A hang ends with the client's patience, or after `seconds` where they are given, with the connection closed.
    """

    method: str
    times: int | None = 1
    mode: Mode = "error"
    status: int = 429
    retry_after: float = 1
    chat: int | None = None
    thread: int | None = None
    after: int = 0
    seconds: float | None = None
    spread: float = 0
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    hits: int = 0
    passed: int = 0
    until: float = 0
    rng: random.Random = field(default_factory=lambda: random.Random(1))

    def pause(self) -> float:
        """How long this time a slow call is kept waiting, in seconds."""
        return (self.seconds or 0) * math.exp(self.rng.gauss(0, self.spread))

    @property
    def spent(self) -> bool:
        return self.times is not None and self.hits >= self.times

    def matches(self, method: str, params: dict[str, Any]) -> bool:
        return (
            self.method.lower() in ("*", method.lower())
            and (self.chat is None or params.get("chat_id") == self.chat)
            and (self.thread is None or params.get("message_thread_id") == self.thread)
        )

    def error(self) -> ApiError:
        """The refusal of an `error` fault; `description` stands in for the usual words."""
        usual = {
            400: bad("BOT_INVALID"),
            401: UNAUTHORIZED,
            403: forbidden("bot was blocked by the user"),
            409: POLL_TAKEN_OVER,
            413: TOO_LARGE,
            429: too_many(self.retry_after),
            500: RESTARTING,
        }.get(self.status, ApiError(self.status, "Internal Server Error"))
        return ApiError(usual.code, self.description or usual.description, self.parameters or usual.parameters)


class Faults:
    """The orders in force, in the order they were given; the first that matches is used. `limits`: Telegram's own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._orders: list[Fault] = []
        self.limits: Limits | None = None

    def add(self, fault: Fault) -> Fault:
        now = self._clock.now()
        self._orders = [order for order in self._orders if not order.spent or now < order.until]
        self._orders.append(fault)
        return fault

    def clear(self) -> None:
        self._orders.clear()

    def meet(self, method: str, params: dict[str, Any]) -> tuple[Fault | None, bool]:
        """The fault this call meets, if any, and whether it comes before an earlier 429 allowed it."""
        matching = [fault for fault in self._orders if fault.matches(method, params)]
        early = any(self._clock.now() < fault.until for fault in matching)
        for fault in matching:
            if fault.spent:
                continue
            if fault.passed < fault.after:
                fault.passed += 1
                continue
            fault.hits += 1
            if fault.mode == "error" and fault.status == 429:
                fault.until = self._clock.now() + fault.retry_after
            return fault, early
        if self.limits is None:
            return None, early
        wait, too_soon = self.limits.take(method, params, self._clock.now())
        return Fault(method, retry_after=wait, hits=1) if wait else None, early or too_soon
