"""Sixty new cases within a minute in one staff group, for real: `python -m benchmarks.desk_burst [--cases 60]`.

Takes about seven minutes, because Telegram allows twenty messages a minute into a group. Prints when each case arrived
and when staff saw its first card, and as JSON the most in any minute and how long residents waited for their number.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.desk_burst import ALLOWED, confirmations, first_cards, into, most_in_a_window, quantile
from tests.desk_eyes import Doings, Eyes
from tests.process import BotProcess
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.views import snapshot

if TYPE_CHECKING:
    from tests.desk_eyes import Doing
    from tests.telegram_server.resident import User

_URGENT = 6
_TICK_S = 0.02
_READING_S = 1.0
_LATE = 5 / 6
"""The urgent cases come in the last part of the burst."""


class Burst:
    """Residents who all want a person within a minute, and one staff group."""

    def __init__(self, folder: Path, cases: int, seconds: float) -> None:
        self.cases, self.seconds = cases, seconds
        self.server = TelegramServer()
        self.group = self.server.group("Staff")
        self.bot = BotProcess(folder / "bot.db", self.server, f"citizen-service={self.group.id}")
        self.eyes, self.doings = Eyes(self.server.world), Doings()
        self.agreed: dict[int, float] = {}
        self.urgent: set[int] = set()

    def play(self) -> None:
        """Everybody asks and agrees; ends when staff have seen every card."""
        self.bot.start()
        begin, asked = time.monotonic(), 0
        first_urgent = int(self.cases * _LATE)
        while asked < self.cases or self.doings.under_way or len(self._cards()) < self.cases:
            self.eyes.look()
            self.doings.go_on()
            if asked < self.cases and time.monotonic() - begin >= asked * self.seconds / self.cases:
                self.doings.start(self._asks(asked, urgent=first_urgent <= asked < first_urgent + _URGENT))
                asked += 1
            time.sleep(_TICK_S if self.doings.under_way or asked < self.cases else 1)

    def _cards(self) -> dict[int, float]:
        return first_cards(into(self.server, self.group.id))

    def _asks(self, number: int, *, urgent: bool) -> Doing:
        who = self.server.user(f"Resident{number:02}")
        if urgent:  # what is in danger is answered at once; who then asks for a person is urgent
            yield from self._says(who, "help, my kitchen is on fire", "112")
            yield from self._says(who, "/staff", "What should I pass on")
            yield from self._says(who, "Please call me", "Do you agree")
        else:
            yield from self._says(who, "I want to talk to a person please", "Do you agree")
        told = self.eyes.since_now((who.id, None), "Your case number is #")
        preview = self.eyes.places[who.id, None][-1]
        agreed = self.server.world.clock.now()
        with self.server.world.lock:
            who.press(snapshot(self.server.world, preview), "Yes, pass it on")
        case = int(str((yield told).content["text"]).partition("#")[2].partition(".")[0])
        self.agreed[case] = agreed
        if urgent:
            self.urgent.add(case)

    def _says(self, who: User, text: str, answer: str) -> Doing:
        answered = self.eyes.since_now((who.id, None), answer)
        who.send(text)
        yield answered
        read = time.monotonic() + _READING_S
        yield lambda: time.monotonic() >= read

    def figures(self) -> dict[str, object]:
        """Returns the figures; times in seconds."""
        calls = into(self.server, self.group.id)
        cards, told = first_cards(calls), confirmations(self.server)
        waits = {case: cards[case] - at for case, at in self.agreed.items()}
        confirmed = [told[case] - at for case, at in self.agreed.items()]
        usual = [wait for case, wait in waits.items() if case not in self.urgent]
        return {
            "cases": len(cards),
            "most_in_a_minute": most_in_a_window([call.time for call in calls]),
            "to_first_card_p50_s": round(quantile(usual, 0.5), 1),
            "to_first_card_longest_s": round(max(usual), 1),
            "urgent_to_first_card_longest_s": round(max(waits[case] for case in self.urgent), 1),
            "confirmation_p50_s": round(quantile(confirmed, 0.5), 2),
            "confirmation_p99_s": round(quantile(confirmed, 0.99), 2),
            "violations": len(self.server.violations),
            "early_calls": len(self.server.early_calls),
        }

    def table(self) -> list[str]:
        """A line a case, in the order of arrival: when it came and when its card was there, from the first on."""
        cards, begin = self._cards(), min(self.agreed.values())
        rows = sorted((at - begin, cards[case] - begin, case) for case, at in self.agreed.items())
        return [f"#{case:<4}{'urgent' * (case in self.urgent):8}{at:8.1f}{card:8.1f}" for at, card, case in rows]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk_burst", description="A burst of new cases.")
    parser.add_argument("--cases", type=int, default=60, help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=55, help="within how many they come (default: %(default)s)")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        burst = Burst(Path(folder), wanted.cases, wanted.seconds)
        with burst.server:
            try:
                burst.play()
            finally:
                burst.bot.kill()
            print("case        arrived    card", *burst.table(), sep="\n")
            figures = burst.figures()
    print(json.dumps(figures, indent=2))
    return 0 if figures["cases"] == wanted.cases and int(str(figures["most_in_a_minute"])) <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
