from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import make_library
from tests.service.scene import Scene, make_scene

if TYPE_CHECKING:
    from bot.service.brain import Loaded
    from bot.store.database import Database
    from tests.factories import FakeClock


@pytest.fixture(scope="session")
def library() -> Loaded:
    """The small knowledge base of `tests.factories`."""
    return make_library()


@pytest.fixture
def scene(database: Database, library: Loaded, clock: FakeClock) -> Scene:
    return make_scene(database, library, clock)
