"""Figures for Prometheus. Every label has few values, all of them ours: no words, no people, no chats."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.core.mail import HELD, Delivered, Failed, Retry
from bot.errors import DatabaseError
from bot.store import backlog

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.core.mail import InboxItem, OutboxItem, Outcome
    from bot.delivery.observing import Fate, Stage
    from bot.service.ports import Clock, Library
    from bot.store.backlog import Backlog
    from bot.store.database import Database

_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
_STATES = ("pending", "sending")
_PROMISES = ("kept", "late", "void", "missed")
_DATABASE_S = 3.0
_OTHER = "other"


class Metrics:
    """Counts what it is told (it satisfies `bot.delivery.observing.Observer`), and reads the rest when it is asked."""

    def __init__(self) -> None:
        """Has a registry of its own: several assistants in one process do not share figures."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # when a figure began is of no use, and as many lines again
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        name = "ballerup_"
        self._updates = Counter(
            f"{name}updates", "Updates received, by kind and what became of them", ["kind", "fate"], registry=registry
        )
        self._decided = Counter(
            f"{name}decisions", "Messages decided, by kind and fate", ["kind", "fate"], registry=registry
        )
        self._delivered = Counter(
            f"{name}deliveries", "Tries to deliver, by kind and outcome", ["kind", "outcome"], registry=registry
        )
        self._failures = Counter(f"{name}failures", "Messages given up, by reason", ["reason"], registry=registry)
        self._retries = Counter(f"{name}retries", "Tries to be repeated, by reason", ["reason"], registry=registry)
        self._limits = Counter(f"{name}limits_hit", "Limits hit, by name", ["limit"], registry=registry)
        self._stages = Histogram(
            f"{name}stage_seconds", "Seconds a message spent in a stage", ["stage"], registry=registry, buckets=_BUCKETS
        )
        self._stored = _Stored(registry)

    # ---- told ------------------------------------------------------------------------------------------

    def received(self, kind: str, fate: Literal["new", "duplicate", "ignored", "unreadable"], count: int = 1) -> None:
        """See `Observer`."""
        self._updates.labels(kind, fate).inc(count)

    def decided(self, item: InboxItem, fate: Fate) -> None:
        """See `Observer`."""
        self._decided.labels(item.incoming.kind.value, fate).inc()

    def delivered(self, item: OutboxItem, outcome: Outcome) -> None:
        """See `Observer`."""
        match outcome:
            case Delivered():
                word = "delivered"
            case Failed(reason):
                word = "failed"
                self._failures.labels(reason).inc()
            case Retry(reason, unknown=unknown):
                word = "unknown" if unknown else "retry"
                self._retries.labels(reason).inc()
                if reason == HELD:
                    self.held_back("telegram-chat")
        self._delivered.labels(item.mail.kind, word).inc()

    def lasted(self, stage: Stage, seconds: float) -> None:
        """See `Observer`. A clock that was set back makes no stage shorter than nothing."""
        self._stages.labels(stage).observe(max(seconds, 0.0))

    def held_back(self, limit: str) -> None:
        """See `Observer`."""
        self._limits.labels(limit).inc()

    # ---- asked -----------------------------------------------------------------------------------------

    async def page(self, database: Database, library: Library, clock: Clock) -> bytes:
        """Returns everything in Prometheus' text format; where the database is away, what needs none of it."""
        try:
            async with asyncio.timeout(_DATABASE_S):
                figures = await database.run_async(lambda c: backlog.read(c, clock.now(), clock.today()))
        except (DatabaseError, TimeoutError):
            self._stored.away()
        else:
            self._stored.put(figures, library.brain.offered)
        return generate_latest(self._registry)


class _Stored:
    """What the database knows: the same in every replica, so take the maximum of them and not the sum."""

    def __init__(self, registry: CollectorRegistry) -> None:
        name = "ballerup_"

        def gauge(of: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"{name}{of}", text, labels, registry=registry)

        self._up = gauge("database_up", "1 when the database answered just now")
        self._inbox = gauge("inbox_messages", "Messages that wait to be decided")
        self._inbox_age = gauge("inbox_age_seconds", "Age of the oldest of them")
        self._outbox = gauge("outbox_messages", "Messages that wait to be delivered, by state", "state")
        self._outbox_age = gauge("outbox_age_seconds", "How long the reply has been due that waits longest")
        self._tickets = gauge("tickets_open", "Open tickets, by state and department", "state", "department")
        self._promises = gauge(
            "promises", "Promises that fell due in the last 30 days; missed: still unanswered", "outcome"
        )
        self._today = gauge(
            "answers_today", "Questions of the day in Denmark, by language and outcome", "language", "outcome"
        )

    def away(self) -> None:
        """Old figures would look like new ones."""
        self._up.set(0)
        for one in (self._inbox, self._inbox_age, self._outbox_age):
            one.set(float("nan"))
        for many in (self._outbox, self._tickets, self._promises, self._today):
            many.clear()

    def put(self, figures: Backlog, languages: Collection[str]) -> None:
        """Shows `figures`; what is not one of the offered `languages` is another one."""
        self._up.set(1)
        self._inbox.set(figures.inbox)
        self._inbox_age.set((figures.inbox_age or 0) / 1000)
        self._outbox_age.set((figures.outbox_age or 0) / 1000)
        for state in _STATES:
            self._outbox.labels(state).set(figures.outbox.get(state, 0))
        for outcome in _PROMISES:
            self._promises.labels(outcome).set(figures.promises.get(outcome, 0))
        self._tickets.clear()
        for (state, department), count in figures.tickets.items():
            self._tickets.labels(state, department).set(count)
        self._today.clear()
        for (language, outcome), count in figures.decided.items():
            self._today.labels(language if language in languages else _OTHER, outcome).inc(count)
