"""The real bot in a process forked from one that has imported it already: half of a start's time is imports."""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.cli import main
from bot.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        *("tests.forked", "bot.app", "bot.metrics", "alembic.command", "alembic.config", "psycopg"),
        *(f"handlers.telegram.{name}" for name in ("surface", "channel", "inline", "intake", "webhook", "profile")),
        *(f"handlers.web.{name}" for name in ("application", "health", "server")),
    ]
)


@lru_cache
def _make_ready() -> None:
    """Starts the process that imports; it looks for modules where its environment says, not where this process does."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


class Forked:
    """`ballerup-bot` with `arguments`, as `subprocess.Popen` would start it, as far as tests use that.

    It sees the variables of `environment` alone, works in `folder`, and what it says goes to the end of `log`. Any
    warning is an error.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> None:
        _make_ready()
        given = (tuple(arguments), dict(environment), folder, log)
        self._process = _context.Process(target=_run, args=given, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("ballerup-bot", timeout)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> None:
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(written, stream.fileno())
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # they are the process's own
    os.close(written)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    warnings.resetwarnings()
    warnings.simplefilter("error")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(arguments))
