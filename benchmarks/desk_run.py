"""The desk under load: `python -m benchmarks.desk_run [--tickets 1000] [--residents 200] [--staff 20] [--kills 10]`.

Plays residents and staff at the real bot process on a local Telegram, kills and restarts it meanwhile, and prints as
JSON what became of every message by the server's own log. Exits with 1 where anything was lost, crossed, doubled (but
by a kill), leaked or out of order.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.desk_run import Size, run

if TYPE_CHECKING:
    from tests.desk_run import Result

_SHOWN = 20


def figures(result: Result) -> dict[str, object]:
    """Returns the figures of a run: counts, seconds, CPU seconds of all bot processes with their starts."""
    report = result.report
    return {
        "tickets": report.cases,
        "messages_from_residents": report.from_residents,
        "answers_of_staff": report.answers,
        "entries_sent": report.entries,
        "answers_refused_and_told": report.refused,
        "notes": report.notes,
        "calls_of_the_bot": result.calls,
        "restarts": result.starts - 1,
        "resent_after_a_kill": len(report.resent),
        "lost": len(report.lost),
        "crossed": len(report.crossed),
        "doubled": len(report.doubled),
        "leaked": len(report.leaked),
        "disordered": len(report.disordered),
        "violations": len(result.violations),
        "early_calls": result.early_calls,
        "wall_s": round(result.wall_s, 1),
        "bot_cpu_s": round(result.cpu_s, 1),
        "bot_cpu_s_a_ticket": round(result.cpu_s / max(1, report.cases), 3),
    }


def main() -> int:
    usual = Size()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk_run", description="The desk under load.")
    for name in ("tickets", "residents", "staff", "seed", "kills"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name), help="default: %(default)s")
    parser.add_argument("--folder", type=Path, help="where the database lies meanwhile (default: a new folder)")
    wanted = vars(parser.parse_args())
    with tempfile.TemporaryDirectory(dir=wanted.pop("folder")) as folder:
        result = run(Path(folder), Size(**wanted))
    print(json.dumps(figures(result), indent=2))
    for fault in result.faults[:_SHOWN]:
        print(fault, file=sys.stderr)
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
