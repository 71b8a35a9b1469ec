"""A changed file is taken over while people write; a faulty one changes nothing."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.core.model import IncomingKind
from bot.editions import Watch, build_core
from bot.settings import ROOT
from tests.content.factory import Folder
from tests.harness import make_settings, stage

if TYPE_CHECKING:
    from pathlib import Path

    from bot.editions import Core
    from bot.settings import Settings

EN = "en/health.yaml"
KEYS = ("entries", "doctor", "title")
LOOK = 0.02  # seconds
QUESTION = "doctor en questionaaa"  # a phrase of the entry


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Folder().write(tmp_path)
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    return make_settings(
        tmp_path / "unused.db",
        knowledge=tmp_path / "knowledge",
        locales=tmp_path / "locales",
        cache=tmp_path / "cache",
    )


def title(core: Core) -> str:
    return core.renderer.title("doctor", "en")


async def until(core: Core, words: str) -> None:
    async with asyncio.timeout(60):
        while title(core) != words:  # noqa: ASYNC110  # the watch tells nobody
            await asyncio.sleep(LOOK)


async def test_a_changed_file_is_taken_over(settings: Settings, tmp_path: Path) -> None:
    core = build_core(settings)
    before, stop = core.library.now(), asyncio.Event()
    watching = asyncio.create_task(Watch(settings, core.library, look=LOOK).run(stop))
    Folder().put(EN, *KEYS, value="Another doctor").write(tmp_path)
    await until(core, "Another doctor")
    assert before.knowledge.entries["doctor"].texts["en"].title != "Another doctor"
    assert core.library.now().brain is not before.brain
    stop.set()
    await watching


async def test_every_message_is_answered_while_the_files_change(settings: Settings, tmp_path: Path) -> None:
    core = build_core(settings)
    stop, asked = asyncio.Event(), 0
    async with stage(tmp_path, core) as scene:
        watching = asyncio.create_task(Watch(settings, core.library, look=LOOK).run(stop))
        Folder().put(EN, *KEYS, value="Another doctor").write(tmp_path)
        async with asyncio.timeout(60):
            while title(core) != "Another doctor":
                heard = await scene.arrive(f"{asked % 5}", IncomingKind.TEXT, text=QUESTION)
                assert [one.entries for one in heard] == [["doctor"]]
                asked += 1
        (last,) = await scene.arrive("0", IncomingKind.TEXT, text=QUESTION)
        stop.set()
        await watching
    assert asked > 10
    assert "Another doctor" in last.rendered.text


def test_a_faulty_file_changes_nothing_and_is_told(settings: Settings, tmp_path: Path) -> None:
    core = build_core(settings)
    watch, before = Watch(settings, core.library), core.library.now()
    Folder().put(EN, *KEYS, value="Doctor 24").write(tmp_path)
    with structlog.testing.capture_logs() as told:
        assert not watch.refresh()
    assert core.library.now() is before
    (line,) = told
    assert (line["log_level"], line["faults"]) == ("error", 1)
    assert "knowledge/en/health.yaml" in line["first"][0]
    assert "doctor" in line["first"][0]


def test_a_catalogue_is_taken_over_too(settings: Settings, tmp_path: Path) -> None:
    core = build_core(settings)
    path = tmp_path / "locales" / "da" / "LC_MESSAGES" / "bot.po"
    old = core.renderer.sentence("command-help", "da")
    path.write_text(path.read_text(encoding="utf-8").replace(f'"{old}"', '"Hjælp her"'), encoding="utf-8")
    assert Watch(settings, core.library).refresh()
    assert core.renderer.sentence("command-help", "da") == "Hjælp her"


def test_what_cannot_be_read_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    core = build_core(settings)
    before = core.library.now()
    shutil.rmtree(tmp_path / "knowledge")
    assert not Watch(settings, core.library).refresh()
    assert core.library.now() is before
