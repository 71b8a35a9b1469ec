"""Several of the real bot behind a proxy, on one PostgreSQL; and residents who ask it one question after the other."""

from __future__ import annotations

import time
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Self

import httpx

from tests.desk_eyes import text_of
from tests.desk_run import FREE, Restarts
from tests.handlers.telegram.hooked import HookedBot, free_port
from tests.proxy import READY, Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.desk_eyes import Doing, Eyes
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer

REPLICAS = 3
_START_S = 60.0
_AT_ONCE = 3  # messages without a pause between them; Telegram allows as many into one chat

QUESTIONS = (
    "how do i get a cpr number",
    "how do i get a tax card",
    "how do i enrol my child in school",
    "how do i register a company",
    "where can i learn danish",
    "how do i get a doctor",
    "how do i change my driving licence",
    "how do i get mitid",
    "can i vote in the local election",
    "how do i apply for housing benefit",
    "where can i borrow books",
    "how do i report that i am leaving denmark",
)
"""Each has an answer of its own, so that one which is lost, doubled or in another place shows."""


class Replica(HookedBot):
    """One of several bots that share a database and an address."""

    def __init__(self, number: int, folder: Path, server: TelegramServer, chats: str, **settings: str) -> None:
        super().__init__(folder / f"bot{number}.db", server, chats, **settings)  # no database: its log is beside it
        self.command = ("-m", "tests.impatient", "run")

    def start(self) -> Self:
        """Starts the process and waits until it takes updates and has reached Telegram."""
        with self.database.with_suffix(".log").open("ab") as log:
            self.spawn(log)
        end = time.monotonic() + _START_S
        while not self._is_ready():
            assert self.process is not None
            assert self.process.poll() is None, f"the bot ended with {self.process.returncode}:\n{self.log[-3000:]}"
            assert time.monotonic() < end, f"the bot is not ready:\n{self.log[-3000:]}"
            time.sleep(0.05)
        return self

    def _is_ready(self) -> bool:
        try:
            return all(self.get(path).status_code == 200 for path in (READY, "/readyz"))
        except httpx.TransportError:
            return False


class Fleet:
    """Makes the replicas of a run, see `tests.desk_run.Run`, and the proxy before them."""

    def __init__(self, database_url: str, count: int = REPLICAS, **settings: str) -> None:
        self.proxy = Proxy([free_port() for _ in range(count)])
        self.bots: list[Replica] = []
        self._settings = {**FREE, "public_url": self.proxy.url, "database_url": database_url, **settings}

    def machines(self, folder: Path, server: TelegramServer, chats: str) -> Restarts:
        self.bots = [
            Replica(number, folder, server, chats, port=str(port), **self._settings)
            for number, port in enumerate(self.proxy.ports, start=1)
        ]
        return Restarts(self.bots)


class Talk:
    """Residents who each ask the same questions over and over, some at once without waiting for the answers.

    They go on as long as `going` holds, and ask once at least.
    """

    def __init__(
        self, residents: Sequence[User], going: Callable[[], bool], questions: Sequence[str] = QUESTIONS
    ) -> None:
        self.residents = residents
        self.questions = questions
        self.asked: Counter[int] = Counter()
        self.doubled = 0
        self._going = going

    def doings(self, eyes: Eyes) -> Iterator[Doing]:
        for who in self.residents:
            yield self._asks(who, eyes)

    def _asks(self, who: User, eyes: Eyes) -> Doing:
        while True:
            for _ in range(_AT_ONCE):
                who.send(self.questions[self.asked[who.id] % len(self.questions)])
                self.asked[who.id] += 1
            yield lambda: len(_once(eyes, who)) >= self.asked[who.id]
            if not self._going():
                return

    def faults(self, eyes: Eyes, *, killed: bool) -> list[str]:
        """What anybody heard that the others did not. All asked the same, so all must hear the same in the same order.

        Where a bot was `killed`, an answer may have come twice, one after the other; those are counted in `doubled`.
        """
        found, usual = list[str](), dict[int, str]()
        for who in self.residents:
            once = _once(eyes, who)
            doubled = len(eyes.places[who.id, None]) - len(once)
            self.doubled += doubled
            wrong = [place for place, text in enumerate(once) if usual.setdefault(place, text) != text]
            if wrong or len(once) != self.asked[who.id] or (doubled and not killed):
                found.append(f"{self.asked[who.id]} asked, {len(once)} heard, {doubled} twice, others at {wrong}")
        if len(set(list(usual.values())[: len(self.questions)])) < min(len(usual), len(self.questions)):
            found.append("two questions have the same answer")
        return found


def _once(eyes: Eyes, who: User) -> list[str]:
    """What somebody has heard, without what came again at once."""
    return [text for text, _ in groupby(text_of(stored) for stored in eyes.places[who.id, None])]
