"""Whole dialogues through the real stack, as `tests/dialogues/*.yaml` tell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue_player import play, read

FOLDER = Path(__file__).parent / "dialogues"
DIALOGUES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
async def test_dialogue(path: Path, tmp_path: Path) -> None:
    await play(read(path), tmp_path)


def test_every_language_is_played_in_many_dialogues() -> None:
    languages = [read(path).get("language", "en") for path in DIALOGUES]
    assert len(DIALOGUES) >= 30
    for language in ("en", "da", "pl"):
        assert languages.count(language) >= 5
