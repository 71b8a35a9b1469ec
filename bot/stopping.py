"""How the process comes to its end: on a signal, gracefully, and in any case in time."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Coroutine

_SURFACE_S = 2.5
_AT_LAST_S = 9.0
"""So long a stop waits for the way in, and for all of it: after ten seconds systems kill."""


def stop_on_signals(stopped: asyncio.Event) -> None:
    """SIGTERM and Ctrl-C set `stopped`, which stops the assistant gracefully, and in any case within ten seconds.

    Where even closing hangs, in a database that does not answer, the process ends at once: all that matters is in
    transactions, and what was in hand comes back when its lease runs out.
    """
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if not stopped.is_set():
            stopped.set()
            last = threading.Timer(_AT_LAST_S, _end)
            last.daemon = True
            last.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


def _end() -> None:
    structlog.get_logger("app").error("stopped hard", remedy="none; what was in hand comes back at the next start")
    os._exit(1)


async def until_stopped(work: Coroutine[None, None, None], stop: asyncio.Event) -> None:
    """Runs `work`, which ends after `stop` is set; where it hangs in a call, it is cancelled a little later."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({task}, timeout=_SURFACE_S)
    finally:
        stopped.cancel()
        task.cancel()  # one that is done stays so
    with suppress(asyncio.CancelledError):
        await task
