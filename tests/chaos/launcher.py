"""The assistant with a clock that somebody else sets: `python -m tests.chaos.launcher CLOCK BUSY_MS run`.

CLOCK is a file that holds by how many ms the clock is wrong, and may change at any moment. BUSY_MS is how long SQLite
waits for a lock. Everything else is as in `python -m bot`.
"""

from __future__ import annotations

import mmap
import struct
import sys
from pathlib import Path

from bot import cli, editions
from bot.store import database

_WRONG_BY = struct.Struct("q")


def write(path: Path, wrong_by: int) -> None:
    """Sets the clock wrong by so many ms; a running assistant has it from then on."""
    if path.exists():
        with path.open("r+b") as file:
            file.write(_WRONG_BY.pack(wrong_by))
    else:
        path.write_bytes(_WRONG_BY.pack(wrong_by))


class WrongClock(editions.SystemClock):
    """The machine's time, wrong by what the file says."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._shared = mmap.mmap(file.fileno(), _WRONG_BY.size, access=mmap.ACCESS_READ)

    def now(self) -> int:
        wrong_by: int = _WRONG_BY.unpack_from(self._shared)[0]
        return super().now() + wrong_by


def main(clock: str, busy_ms: str, *arguments: str) -> int:
    wrong = WrongClock(Path(clock))
    vars(editions)["SystemClock"] = lambda: wrong
    vars(database)["_BUSY_MS"] = int(busy_ms)
    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
