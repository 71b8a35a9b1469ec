"""Reads what the assistant knows, learns it where that has not been done, and again when the files change."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import structlog
from filelock import FileLock

from bot import content
from bot.core.lexicon import lexicons
from bot.encoder import Encoder
from bot.errors import KnowledgeError
from bot.i18n import Translator
from bot.service import identify, memory
from bot.service.brain import Loaded, build_brain, fingerprint, learn
from bot.service.days import danish_day
from bot.service.live import Live
from bot.service.render import Renderer

if TYPE_CHECKING:
    from datetime import date

    from bot.core.lexicon import Lexicon
    from bot.core.model import Knowledge
    from bot.settings import Settings

_LOOK = 2.0  # seconds between two looks at the files
_SHOWN = 20  # faults in the log
_LOCK = "learning.lock"  # in the cache folder
_MOST_WORKERS = 4

_log = structlog.get_logger("knowledge")


class SystemClock:
    """The machine's time; satisfies `bot.service.ports.Clock`."""

    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def today(self) -> date:
        """The date in Denmark."""
        return danish_day(self.now())


@dataclass(frozen=True, slots=True)
class Core:
    """What needs no database: knowledge, understanding, sentences."""

    library: Live
    clock: SystemClock

    @property
    def renderer(self) -> Live:
        """What turns content into words: the same object as the library, so that both are replaced at once."""
        return self.library


def build_core(settings: Settings) -> Core:
    """Reads the knowledge and the catalogues. Raises KnowledgeError with every fault."""
    gc.disable()  # what is read stays for good: looking for garbage in it takes a third of a start
    try:
        core = _read_core(settings)
        gc.freeze()  # nor need it be looked at later
    finally:
        gc.enable()
    return core


def _read_core(settings: Settings) -> Core:
    return Core(Live(*_read(settings)), SystemClock())


def _read(settings: Settings) -> tuple[Loaded, Renderer]:
    reading = _reading(settings)
    knowledge = reading.knowledge
    offered = [language for language in knowledge.languages.values() if language.offered]
    translator = Translator.load(settings.locales, offered)
    encode = read_encoder(settings)
    name = _learned_name(reading, encode)
    learned, known = memory.recall(settings.cache, name), identify.recall(settings.cache)
    if learned is None or known is None:
        _learn_apart(settings)
        learned, known = memory.recall(settings.cache, name), identify.recall(settings.cache)
    loaded = Loaded(knowledge, build_brain(knowledge, known or identify.make_identify(), learned, encode))
    return loaded, Renderer(knowledge, translator)


def _reading(settings: Settings) -> memory.Reading:
    """Returns the knowledge as it was read without a fault before, if no file has changed since; else reads it now."""
    version = _version(settings)
    kept = memory.recall_reading(settings.cache, memory.reading_key(version)) if version else None
    if kept is not None:
        return kept
    knowledge = content.load(settings.knowledge)
    reading = memory.Reading(knowledge, fingerprint(knowledge))
    if version and version == _version(settings):  # nobody wrote while it was read
        try:
            memory.keep_reading(settings.cache, memory.reading_key(version), reading)
        except OSError as error:
            _log.warning("knowledge not kept", folder=str(settings.cache), reason=error.strerror)
    return reading


def _learned_name(reading: memory.Reading, encode: Encoder | None) -> str:
    return memory.key(reading.fingerprint + (encode.name if encode else ""))


def read_encoder(settings: Settings) -> Encoder | None:
    """Returns the sentence encoder of the settings, None without one. Raises SettingsError."""
    return Encoder(settings.encoder) if settings.encoder else None


def read_knowledge(settings: Settings) -> Knowledge:
    """Returns what the assistant knows, from the cache where no file has changed. Raises KnowledgeError."""
    return _reading(settings).knowledge


def read_lexicons(settings: Settings) -> dict[str, Lexicon]:
    """Returns what words mean, by language. Raises KnowledgeError with every fault."""
    return lexicons(_reading(settings).knowledge.lexicon)


def _version(settings: Settings) -> str:
    """Returns the version of the files; "" where one cannot be read, which the reading of them will tell."""
    try:
        return content.version(settings.knowledge)
    except OSError:
        return ""


def keep_index(settings: Settings) -> None:
    """Learns the knowledge and keeps the result. Raises KnowledgeError, and OSError for a folder not writable."""
    reading = _reading(settings)
    knowledge, encode = reading.knowledge, read_encoder(settings)
    name = _learned_name(reading, encode)
    settings.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for the workers: several threads each would only fight
    with FileLock(settings.cache / _LOCK):  # one learns, others that start meanwhile wait for it
        if memory.recall(settings.cache, name) is None:
            with ProcessPoolExecutor(_workers(), multiprocessing.get_context("spawn")) as pool:
                shards = memory.Remembering(settings.cache, pool.map)
                memory.keep(settings.cache, name, learn(knowledge, shards, encode), shards.names)
    if identify.recall(settings.cache) is None:
        identify.keep(settings.cache)


def _workers() -> int:
    """Languages learned side by side: each takes a core, and up to a gigabyte for a while."""
    return min(_MOST_WORKERS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _learn_apart(settings: Settings) -> None:
    """Learning takes memory that a process never gives back, so it is done in another one."""
    _log.info("learning what has changed; all of it takes a few minutes", folder=str(settings.cache))
    paths = {"BOT_KNOWLEDGE": str(settings.knowledge), "BOT_CACHE": str(settings.cache)}
    paths["BOT_ENCODER"] = str(settings.encoder or "")
    command = [sys.executable, "-m", "bot", "knowledge", "index"]
    done = subprocess.run(command, env={**os.environ, **paths}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        reason = done.stderr.strip().rpartition("\n")[2]
        _log.warning("index not kept", folder=str(settings.cache), reason=reason)


class Watch:
    """Looks for changes of the knowledge and the catalogues, and brings them into the running assistant.

    While a new edition is read and learned the old one answers. A faulty one changes nothing and is told in the log.
    """

    def __init__(self, settings: Settings, live: Live, *, look: float = _LOOK) -> None:
        """Takes the folders, what is to be replaced, and the seconds between two looks."""
        self._settings = settings
        self._live = live
        self._look = look
        self._seen = _signature(settings)

    async def run(self, stop: asyncio.Event) -> None:
        """Looks until `stop`."""
        pending = self._seen
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), self._look)
            except TimeoutError:
                now = await asyncio.to_thread(_signature, self._settings)
                if now not in {self._seen, pending}:
                    pending = now  # somebody is still writing: wait until two looks see the same
                elif now != self._seen:
                    self._seen = now
                    await asyncio.to_thread(self.refresh)

    def refresh(self) -> bool:
        """Reads everything anew; returns whether it took the old one's place."""
        try:
            loaded, renderer = _read(self._settings)
        except KnowledgeError as error:
            shown = [str(fault) for fault in error.faults[:_SHOWN]]
            _log.error("not taken over; the last good edition goes on", faults=len(error.faults), first=shown)
            return False
        except OSError as error:
            _log.error("not readable; the last good edition goes on", reason=error.strerror or type(error).__name__)
            return False
        self._live.replace(loaded, renderer)
        _log.info("taken over", version=loaded.knowledge.version, entries=len(loaded.knowledge.entries))
        return True


def _signature(settings: Settings) -> frozenset[tuple[str, int, int]]:
    """Returns path, time of change and size of each file that an edition is made of."""
    found = set()
    for folder, ending in ((settings.knowledge, "*.yaml"), (settings.locales, "*.po")):
        for path in folder.rglob(ending):
            try:
                state = path.stat()
            except FileNotFoundError:
                continue  # gone since the folder was listed
            found.add((str(path), state.st_mtime_ns, state.st_size))
    return frozenset(found)
