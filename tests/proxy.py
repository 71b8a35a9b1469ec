"""A small reverse proxy before several replicas, as a municipality would have one.

It takes turns among the replicas that are ready. Another one is asked only where a connection was refused, so that
nothing had been sent yet; whatever fails later is answered with 502, and Telegram tries again.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import socket
import threading
from collections import Counter
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

READY = "/readyz/intake"
_HOST = "127.0.0.1"
_LOOK_S = 0.2
_PATIENCE_S = 20.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CONNECTION = re.compile(rb"\r\nconnection:[^\r]*", re.IGNORECASE)
_BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_NOBODY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_BROKEN_OFF = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


class Proxy:
    """Serves in a thread of this process, at `url`, what the replicas on these ports serve. A context manager.

    `answered` counts answers by port; `refused`, `failed` and `nobody` count what did not go smoothly: connections that
    were refused, answers that did not come, and requests when no replica was ready.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = tuple(ports)
        self.answered: Counter[int] = Counter()
        self.refused = self.failed = self.nobody = 0
        self._live: set[int] = set()
        self._turn = itertools.count()
        self._socket = socket.create_server((_HOST, 0))
        self.url = f"http://{_HOST}:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="proxy", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._began = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._began.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def live(self) -> frozenset[int]:
        """The ports whose replica was ready when last asked."""
        return frozenset(self._live)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._taken, sock=self._socket)
        looking = [asyncio.create_task(self._look(port)) for port in self.ports]
        self._began.set()
        await self._stop.wait()
        server.close()
        for task in looking:
            task.cancel()

    async def _look(self, port: int) -> None:
        """Asks a replica again and again whether it is ready."""
        request = f"GET {READY} HTTP/1.1\r\nHost: {_HOST}\r\nConnection: close\r\n\r\n".encode()
        while True:
            answer = b""
            with contextlib.suppress(OSError):
                answer = await _exchange(port, request)
            (self._live.add if answer.startswith(b"HTTP/1.1 200 ") else self._live.discard)(port)
            await asyncio.sleep(_LOOK_S)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        with contextlib.closing(writer), contextlib.suppress(*_BROKEN_OFF):
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1])) if length else b""
            client = writer.get_extra_info("peername")[0].encode()
            marked = b"\r\nConnection: close\r\nX-Forwarded-For: " + client + b"\r\n\r\n"
            writer.write(await self._answer(_CONNECTION.sub(b"", head).removesuffix(b"\r\n\r\n") + marked + body))
            await writer.drain()

    async def _answer(self, request: bytes) -> bytes:
        for port in self._in_turn():
            try:
                answer = await _exchange(port, request)
            except ConnectionRefusedError:
                self.refused += 1
                self._live.discard(port)
                continue
            except OSError:
                answer = b""
            if b"\r\n\r\n" in answer:
                self.answered[port] += 1
                return answer
            self.failed += 1
            return _BAD_GATEWAY
        self.nobody += 1
        return _NOBODY

    def _in_turn(self) -> Iterator[int]:
        first = next(self._turn)
        ready = [port for port in self.ports if port in self._live]
        yield from (ready[(first + step) % len(ready)] for step in range(len(ready)))


async def _exchange(port: int, request: bytes) -> bytes:
    """Returns the whole answer of a replica. Raises ConnectionRefusedError before anything was sent; else OSError."""
    async with asyncio.timeout(_PATIENCE_S):
        reader, writer = await asyncio.open_connection(_HOST, port)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()
