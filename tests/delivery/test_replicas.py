"""Three processes share one PostgreSQL, and one of them is killed: order is kept, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.delivery import sender
from bot.store import tables, timers
from tests.delivery.loops import arrive
from tests.delivery.replica import now
from tests.factories import CHANNEL, make_incoming
from tests.store.rows import column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.store.database import Database

_ROOT = Path(__file__).resolve().parents[2]
_REPLICAS = 3
CHATS, EACH, TIMERS = 200, 4, 20
_PATIENCE = 60


@pytest.fixture
def said(tmp_path: Path) -> Path:
    path = tmp_path / "said"
    path.touch()
    return path


@pytest.fixture
def replicas(database: Database, database_url: str, said: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "tests.delivery.replica", database_url, str(said)]
    running = [subprocess.Popen(command, cwd=_ROOT) for _ in range(_REPLICAS)]
    yield running
    for process in running:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def lines(said: Path) -> list[list[str]]:
    return [line.split() for line in said.read_text().splitlines()]


def _fill(database: Database) -> None:
    arrive(database, *[make_incoming(text=str(n), chat=str(chat)) for n in range(EACH) for chat in range(CHATS)])
    ring = partial(timers.put, channel=CHANNEL, kind="reminder", about="ring", due_at=now())
    for number in range(TIMERS):
        database.run(partial(ring, chat=f"t{number}"))


def _all_sent(database: Database) -> bool:
    sent = select(func.count()).select_from(tables.outbox).where(tables.outbox.c.state == "sent")
    return database.run(lambda c: c.execute(sent).scalar_one()) == CHATS * EACH + TIMERS


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_of_three_is_killed(database: Database, said: Path, replicas: list[subprocess.Popen[bytes]]) -> None:
    _fill(database)
    wait_until(lambda: len(lines(said)) > CHATS * EACH // 3, "too little was said")
    victim = str(replicas[0].pid)
    wait_until(lambda: any(line[3] == victim for line in lines(said)), "one of them did nothing")
    replicas[0].kill()
    wait_until(lambda: _all_sent(database), "not everything was said")

    assert Counter(column(database, tables.inbox, "outcome")) == {"done": CHATS * EACH + TIMERS}
    assert set(column(database, tables.inbox, "attempts")) == {0}
    told = lines(said)
    assert {line[3] for line in told} == {str(process.pid) for process in replicas}
    by_chat: dict[str, list[str]] = defaultdict(list)
    for chat, word, _, _ in told:
        by_chat[chat].append(word)
    assert len(by_chat) == CHATS + TIMERS
    for chat, words in by_chat.items():
        assert words == sorted(words), f"{chat} is out of order"
        assert set(words) == ({"ring"} if chat.startswith("t") else {str(n) for n in range(EACH)}), f"{chat} lost some"
    known = Counter((chat, word) for chat, word, doubt, _ in told if doubt == "first")
    assert set(known.values()) == {1}, "repeated without a doubt"
    in_doubt = [line for line in told if line[2] == "again"]
    assert len(told) - CHATS * EACH - TIMERS <= len(in_doubt) <= sender._IN_FLIGHT
