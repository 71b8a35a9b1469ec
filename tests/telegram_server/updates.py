"""Updates on their way to the bot: kept until acknowledged, fetched by getUpdates or pushed to a webhook."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.telegram_server.errors import POLL_ENDED_BY_WEBHOOK, POLL_TAKEN_OVER, POLL_WHILE_WEBHOOK, ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.telegram_server.state import World

Json = dict[str, Any]

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LIFETIME = {"callback_query": 150.0, "inline_query": 30.0}
MESSAGE_LIFETIME = 24 * 3600.0
FIRST_UPDATE_ID = 100_000_001
REPEATED_CONFLICT = 3.0


@dataclass(slots=True, eq=False)
class Pending:
    """One update not yet acknowledged; `queue` names those that must arrive one after another."""

    update: Json
    kind: str
    queue: str
    created: float

    def expired(self, now: float) -> bool:
        return now - self.created > LIFETIME.get(self.kind, MESSAGE_LIFETIME)


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed to, and how the last pushes went."""

    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str = ""
    last_error_date: int = 0
    last_error_message: str = ""


@dataclass(slots=True)
class Duplicate:
    """How many of the coming updates of a kind (or of any) are delivered twice."""

    kind: str
    times: int


@dataclass(slots=True)
class Delay:
    """How many of the coming updates of a kind (or of any) are held up for `seconds`."""

    kind: str
    times: int
    seconds: float


def use(orders: Iterable[Duplicate | Delay], kind: str) -> Duplicate | Delay | None:
    """Uses up one of the orders that are for this kind; None where there is none."""
    order = next((order for order in orders if order.times > 0 and order.kind in ("*", kind)), None)
    if order is not None:
        order.times -= 1
    return order


@dataclass(slots=True)
class _Poll:
    """A getUpdates call that waits; `refusal` ends it."""

    refused: asyncio.Event = field(default_factory=asyncio.Event)
    refusal: ApiError | None = None


class Updates:
    """The bot's updates. Publishing happens under the world's lock in any thread; the rest in the server's loop."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pending: list[Pending] = []
        self.published: list[Json] = []
        self.allowed: frozenset[str] | None = None
        self.webhook: Webhook | None = None
        self.duplicates: list[Duplicate] = []
        self.delays: list[Delay] = []
        self.held: dict[str, list[tuple[str, Json]]] = {}
        self.stopping = False
        self._next_id = FIRST_UPDATE_ID
        self._poll: _Poll | None = None
        self._last_conflict = -REPEATED_CONFLICT
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: set[asyncio.Event] = set()
        world.publish = self.publish

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def publish(self, kind: str, payload: Json, queue: str) -> None:
        """Adds an update, unless the bot has not asked for its kind. One that is held up, and what comes behind it in
        its queue, gets its number only when it goes on: other queues overtake it.
        """
        with self.world.lock:
            if not self._wanted(kind):
                return
            if queue in self.held:
                self.held[queue].append((kind, payload))
                return
            delay = use(self.delays, kind)
            if isinstance(delay, Delay) and self._loop is not None:
                self.held[queue] = [(kind, payload)]
                self._loop.call_soon_threadsafe(self._loop.call_later, delay.seconds, self._let_go, queue)
                return
            self._add(kind, payload, queue)
        self.wake()

    def _let_go(self, queue: str) -> None:
        with self.world.lock:
            for kind, payload in self.held.pop(queue, ()):
                self._add(kind, payload, queue)
        self.wake()

    def _add(self, kind: str, payload: Json, queue: str) -> None:
        update = {"update_id": self._next_id, kind: payload}
        self._next_id += 1
        self.published.append(update)
        for _ in range(2 if use(self.duplicates, kind) else 1):
            self.pending.append(Pending(update, kind, queue, self.world.clock.now()))

    def wake(self) -> None:
        """Lets every waiter in the server's loop look again; callable from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._set_news)

    def _set_news(self) -> None:
        for event in self._news:
            event.set()

    def subscribe(self) -> asyncio.Event:
        """An event set at every change; give it back with `unsubscribe`."""
        event = asyncio.Event()
        self._news.add(event)
        return event

    def unsubscribe(self, event: asyncio.Event) -> None:
        self._news.discard(event)

    def _wanted(self, kind: str) -> bool:
        return kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed

    def allow(self, kinds: list[str] | None) -> None:
        """`allowed_updates`: None keeps what holds, an empty list means all but the kinds to be asked for."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def redeliver(self, update_id: int) -> None:
        """Puts an update that was already published (and perhaps acknowledged) in front once more."""
        with self.world.lock:
            update = next(update for update in self.published if update["update_id"] == update_id)
            kind = next(name for name in update if name != "update_id")
            self.pending.insert(0, Pending(update, kind, f"again:{update_id}", self.world.clock.now()))
        self.wake()

    def drop_expired(self) -> None:
        now = self.world.clock.now()
        self.pending = [item for item in self.pending if not item.expired(now)]

    def acknowledge(self, offset: int) -> None:
        """Forgets updates before `offset`; a negative one keeps only that many of the last."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [item for item in self.pending if item.update["update_id"] >= offset]

    async def fetch(self, offset: int, limit: int, timeout: float, kinds: list[str] | None) -> list[Json]:  # noqa: ASYNC109
        """getUpdates: at most `limit` updates, waiting up to `timeout` seconds for the first."""
        if self.webhook is not None:
            raise POLL_WHILE_WEBHOOK
        self._end_poll(POLL_TAKEN_OVER)
        with self.world.lock:
            self.allow(kinds)
            self.acknowledge(offset)
        poll = self._poll = _Poll()
        self.world.notify()
        news = self.subscribe()
        try:
            return await self._wait(poll, news, limit, timeout)
        finally:
            self.unsubscribe(news)
            if self._poll is poll:
                self._poll = None

    async def _wait(self, poll: _Poll, news: asyncio.Event, limit: int, seconds: float) -> list[Json]:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            news.clear()
            if poll.refusal is not None:
                await self._refuse(poll.refusal)
            with self.world.lock:
                self.drop_expired()
                ready = [item.update for item in self.pending[:limit]]
            left = end - loop.time()
            if ready or left <= 0 or self.stopping:
                return ready
            try:
                await asyncio.wait_for(news.wait(), left)
            except TimeoutError:
                continue

    async def _refuse(self, refusal: ApiError) -> None:
        """A conflict that repeats within 3 s is answered 3 s late, as Telegram slows quarrelling pollers."""
        loop = asyncio.get_running_loop()
        repeated = loop.time() - self._last_conflict < REPEATED_CONFLICT
        self._last_conflict = loop.time()
        if repeated:
            await asyncio.sleep(REPEATED_CONFLICT)
        raise refusal

    def _end_poll(self, refusal: ApiError) -> None:
        if self._poll is not None:
            self._poll.refusal = refusal
            self._poll = None
            self._set_news()

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Turns pushing on or off; a waiting getUpdates is ended by a new webhook."""
        if webhook is not None:
            self._end_poll(POLL_ENDED_BY_WEBHOOK)
        self.webhook = webhook
        self.wake()

    def stop(self) -> None:
        self.stopping = True
        self.wake()
