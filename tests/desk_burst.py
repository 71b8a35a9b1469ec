"""What a burst of new cases does to one staff group, read from the server's log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.telegram_server.calls import Call
    from tests.telegram_server.server import TelegramServer

WINDOW = 60.0
"""Seconds within which Telegram counts what a bot writes into a group."""
ALLOWED = 20
"""How much of it Telegram allows."""

_CARD = re.compile(r"(?:URGENT\n)?Case #(\d+) · ")
_PASSED_ON = re.compile(r"Your case number is #(\d+)\.")


def into(server: TelegramServer, group: int) -> list[Call]:
    """Everything the bot did in a group: messages, edits, topics, reactions."""
    return [call for call in server.log if call.chat == group and call.executed]


def most_in_a_window(times: Sequence[float]) -> int:
    """The most of `times` (in seconds, in order) in any window of a minute."""
    most = begin = 0
    for end, time in enumerate(times):
        while time - times[begin] >= WINDOW:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def first_cards(calls: Sequence[Call]) -> dict[int, float]:
    """When the first card of each case was sent, by its number."""
    found: dict[int, float] = {}
    for call in calls:
        card = _CARD.match(str(call.params.get("text", ""))) if call.method == "sendMessage" else None
        if card and call.ok:
            found.setdefault(int(card[1]), call.time)
    return found


def topics(calls: Sequence[Call]) -> dict[int, float]:
    """When the topic of each case was made, by its number."""
    made = [call for call in calls if call.method == "createForumTopic" and call.ok]
    return {int(str(call.params["name"]).split()[0].removeprefix("#")): call.time for call in made}


def confirmations(server: TelegramServer) -> dict[int, float]:
    """When each resident was told the number of their case, by that number."""
    said = ((call, _PASSED_ON.search(str(call.params.get("text", "")))) for call in server.log)
    return {int(found[1]): call.time for call, found in said if found and call.ok}


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
