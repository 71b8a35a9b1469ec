"""The same scene as in tests/service: one database, one desk, the real code; and a local Telegram with the real bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import make_library
from tests.handlers.telegram.conftest import bot, group, mette, server  # noqa: F401  # fixtures
from tests.service.scene import Scene, make_scene

if TYPE_CHECKING:
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock


@pytest.fixture(scope="session")
def library() -> Loaded:
    return make_library()


@pytest.fixture
def scene(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    return make_scene(database, library, clock)
