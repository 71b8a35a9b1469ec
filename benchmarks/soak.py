"""Steady traffic for long: `python -m benchmarks.soak [--minutes 60] [--rate 20]`.

Plays residents and staff at the real bot process on a local Telegram, who ask golden questions of all languages and
have a case now and then; before it begins, each question is asked once. Prints a line of JSON a minute (sixty lines
where the run is shorter), and at last a verdict. Exits with 1 where the memory of the bot has grown by more than 5 %
between the second and the last tenth, what waits has grown, or something is left undone.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot import golden
from bot.settings import ROOT
from tests.soak import Soak

if TYPE_CHECKING:
    from tests.soak import Sample

_GROWTH = 0.05
_SLACK = 10  # rows
_LINES = 60
_QUESTIONS = 1500


def _print(sample: Sample) -> None:
    print(json.dumps(asdict(sample)), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description="Steady traffic for long.")
    parser.add_argument("--minutes", type=float, default=60, help="default: %(default)s")
    parser.add_argument("--rate", type=float, default=20, help="updates a second (default: %(default)s)")
    wanted = parser.parse_args()
    questions = [one.text for one in golden.read(ROOT / "tests" / "questions")]
    questions = random.Random(1).sample(questions, _QUESTIONS)  # noqa: S311
    seconds = wanted.minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), wanted.rate, questions)
        verdict = soak.play(seconds, seconds / _LINES, _print)
    faults = [*verdict.faults(_GROWTH, _SLACK), *soak.server.violations]
    print(json.dumps({**asdict(verdict), "growth": round(verdict.growth, 4), "faults": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
