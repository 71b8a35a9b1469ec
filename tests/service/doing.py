"""A resident does one thing, whatever brought it about: the decision is given, everything after it is real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bot.core import dialogue

if TYPE_CHECKING:
    import pytest

    from bot.core.conversation import Conversation
    from bot.core.effects import Effect, Step, World
    from bot.core.mail import Mail
    from bot.core.model import Incoming
    from tests.service.scene import Scene


def does(scene: Scene, effect: Effect, chat: str = "100", **fields: Any) -> list[Mail]:
    """A resident of `chat` brings `effect` about; returns what is said to them."""
    with patch("bot.service.resident.step", lambda state, *_: (state, (effect,))):
        return scene.presses("menu", chat=chat, **fields)


def worlds(monkeypatch: pytest.MonkeyPatch) -> list[World]:
    """What each decision from now on may look at, in the order of the decisions."""
    seen: list[World] = []

    def step(state: Conversation, incoming: Incoming, world: World) -> Step:
        seen.append(world)
        return dialogue.step(state, incoming, world)

    monkeypatch.setattr("bot.service.resident.step", step)
    return seen
