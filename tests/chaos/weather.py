"""What goes wrong between Telegram and the assistant in a chaos run: with calls, and with updates on their way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from tests.telegram_server.faults import Fault, Mode
    from tests.telegram_server.server import TelegramServer

_EVERY = 8
"""After how many messages something more goes wrong."""

_METHODS = (
    *("sendMessage", "sendMessage", "sendMessage", "editMessageText", "createForumTopic"),
    *("answerCallbackQuery", "getUpdates", "setMessageReaction", "closeForumTopic", "setWebhook", "getMe"),
)
_MODES: tuple[Mode, ...] = ("error", "error", "error", "hang", "reset", "slow", "accept_then_hang", "accept_then_reset")
_STATUSES = (500, 500, 502, 502, 429)
_HELD = ("sendMessage", "getUpdates")
"""Which of them can be asked to wait, so that nobody else is meant by it."""

_DOUBLES_SENT = 1500
"""A sent message whose answer is lost comes twice, as Telegram knows no key that would prevent it: so rare are those,
in messages of people."""

_HANG_S = 0.3
_SLOW_S, _SPREAD = 0.15, 0.8
_DELAY_S = (0.05, 1.5)
_LONG_AGO = 400


class Weather:
    """Orders faults as people write."""

    def __init__(self, server: TelegramServer, rng: Random) -> None:
        self.server = server
        self.ordered: Counter[str] = Counter()
        self._rng = rng
        self._orders: list[Fault] = []
        self._newest: dict[str, Fault] = {}
        self._faults = 0
        self._lost_answers = 0

    def follow(self, messages: int) -> None:
        """People have written so many messages."""
        while self._faults < messages // _EVERY:
            self._faults += 1
            self._something()
        while self._lost_answers < messages // _DOUBLES_SENT:
            self._lost_answers += 1
            self._order("sendMessage", self._rng.choice(("accept_then_hang", "accept_then_reset")))

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        with self.server.world.lock:
            self.server.faults.clear()
            self.server.updates.delays.clear()
            self.server.updates.duplicates.clear()
            self.server.pusher.unheard.clear()

    @property
    def met(self) -> Counter[str]:
        """How many calls met each kind of fault."""
        found: Counter[str] = Counter()
        for order in self._orders:
            found[f"{order.status}" if order.mode == "error" else order.mode] += order.hits
        return found

    def _something(self) -> None:
        chance = self._rng.random()
        if chance < 0.5:
            method, mode = self._rng.choice(_METHODS), self._rng.choice(_MODES)
            if method != "sendMessage" or not mode.startswith("accept"):
                self._order(method, mode)
        elif chance < 0.65:
            self.server.duplicate_updates()
            self.ordered["duplicated"] += 1
        elif chance < 0.8:
            self.server.delay_updates(self._rng.uniform(*_DELAY_S))
            self.ordered["delayed"] += 1
        elif chance < 0.9:
            self.server.lose_acknowledgements()
            self.ordered["acknowledgements_lost"] += 1
        else:
            self._again()

    def _order(self, method: str, mode: Mode) -> None:
        """One fault of a method after the other: else all those of a rare one would meet one process at its start."""
        if method in self._newest and not self._newest[method].spent:
            return
        status = self._rng.choice(_STATUSES)
        if status == 429 and method not in _HELD:
            status = 500
        chat = None
        if mode == "error" and status == 429 and method == "sendMessage":
            chat = self._rng.choice(list(self.server.world.chats))
        seconds = _SLOW_S if mode == "slow" else _HANG_S
        order = self.server.fail(
            method, mode=mode, status=status, retry_after=1, chat=chat, seconds=seconds, spread=_SPREAD
        )
        self._orders.append(order)
        self._newest[method] = order

    def _again(self) -> None:
        """An update of a while ago comes once more; not one that waits still, which would overtake those before it."""
        updates = self.server.updates
        with self.server.world.lock:
            waiting = {item.update["update_id"] for item in updates.pending}
            recent = [one["update_id"] for one in updates.published[-_LONG_AGO:] if one["update_id"] not in waiting]
            if recent:
                updates.redeliver(self._rng.choice(recent))
                self.ordered["redelivered"] += 1
