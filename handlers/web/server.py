"""The web server inside the assistant's own process and loop. It leaves the signals to the assistant."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.errors import BotError, SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from starlette.applications import Starlette

_log = structlog.get_logger("web")
_IN_HAND_S = 2
_KEEP_ALIVE_S = 75
_REQUEST_S = 10.0
_AT_ONCE = 256
_BACKLOG = 128
_PORT_FAULTS = (errno.EADDRINUSE, errno.EACCES)


class _Patient(H11Protocol):
    """Closes a connection on which no request comes, or none is finished: idle ones would keep others out."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait_no_more()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(_REQUEST_S, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM stops the assistant, and that stops this server when it is its turn."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Returns a socket that listens there; port 0 is any that is free. Raises SettingsError where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise SettingsError(
            name="BOT_PORT" if error.errno in _PORT_FAULTS else "BOT_HOST",
            reason=f"cannot listen on {host} port {port}: {error.strerror or type(error).__name__}",
            example="another port, such as 8081, or 0 for any that is free",
        ) from None


@asynccontextmanager
async def serving(application: Starlette, where: socket.socket, ended: Callable[[], None]) -> AsyncIterator[None]:
    """Serves until the block is left, which takes no new requests and finishes those in hand, for at most 2 seconds.

    `ended` is called when the server ends; had it done so by itself, leaving raises BotError.
    """
    config = uvicorn.Config(
        application,
        http=_Patient,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",  # it logs addresses, and Telegram's is a secret
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_AT_ONCE,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_IN_HAND_S,
    )
    server = _Server(config)
    address, port = where.getsockname()[:2]
    task = asyncio.create_task(server.serve(sockets=[where]), name="web")
    task.add_done_callback(lambda _: ended())
    _log.info("listening", host=address, port=port)
    try:
        yield
        by_itself = task.done()
    finally:
        server.should_exit = True
        await asyncio.wait([task], timeout=_IN_HAND_S + 1)
        where.close()
    if by_itself:
        reason = type(task.exception()).__name__ if task.exception() else "it ended by itself"
        raise BotError("web server", reason=reason, remedy="start again; nothing that arrived is lost")
