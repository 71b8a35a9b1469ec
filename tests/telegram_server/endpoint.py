"""The HTTP side of the Bot API: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import socket
import struct
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.telegram_server import wire
from tests.telegram_server.errors import MALFORMED_TOKEN, UNAUTHORIZED, ApiError
from tests.telegram_server.faults import BAD_GATEWAY_PAGE, Fault
from tests.telegram_server.methods_media import file_at
from tests.telegram_server.wire import Arguments

if TYPE_CHECKING:
    from starlette.requests import Request

    from tests.telegram_server.calls import Call, Calls

_NOT_IN_ANSWERS = ("get", "setwebhook", "deletewebhook", "close", "logout")


class ResettableProtocol(H11Protocol):
    """HTTP/1.1 whose open connections can be found by their peer's address, to break one off."""

    by_peer: dict[tuple[str, int], asyncio.Transport]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.by_peer[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        for peer in [peer for peer, held in self.by_peer.items() if held is self.transport]:
            del self.by_peer[peer]
        super().connection_lost(exc)


class Endpoint:
    """Answers requests in the server's loop."""

    def __init__(self, calls: Calls, token: str) -> None:
        self.calls = calls
        self.token = token
        self.connections: dict[tuple[str, int], asyncio.Transport] = {}
        self.protocol = type("Protocol", (ResettableProtocol,), {"by_peer": self.connections})
        self.stopping = asyncio.Event()

    async def method(self, request: Request) -> Response:
        """One call of the Bot API."""
        try:
            self._check_token(request.path_params["token"])
            arguments = await wire.read(request)
        except ApiError as refusal:
            return _answer(refusal.body())
        call = self.calls.arrive(request.path_params["method"], arguments)
        if call.error is None:
            if call.fault is not None:
                return await self._with_fault(request, call, call.fault)
            await self.calls.execute(call)
        return _answer(call.error or {"ok": True, "result": call.result})

    async def download(self, request: Request) -> Response:
        """A file's bytes."""
        try:
            self._check_token(request.path_params["token"])
        except ApiError as refusal:
            return _answer(refusal.body())
        with self.calls.world.lock:
            file = file_at(self.calls.world, request.path_params["path"])
        if file is None:
            return _answer(ApiError(404, "Not Found").body())
        return Response(file.content, media_type="application/octet-stream")

    async def call_from_webhook(self, name: str, values: dict[str, Any]) -> None:
        """A method call in a webhook's answer: executed, its result discarded."""
        if not name.lower().startswith(_NOT_IN_ANSWERS):
            call = self.calls.arrive(name, Arguments(values, {}))
            if call.error is None:
                await self.calls.execute(call)

    def _check_token(self, token: str) -> None:
        if not token.partition(":")[0].isdigit():
            raise MALFORMED_TOKEN
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise UNAUTHORIZED

    async def _with_fault(self, request: Request, call: Call, fault: Fault) -> Response:
        if fault.mode == "error":
            self.calls.finish(call, error=fault.error())
            if fault.status == 502:
                return HTMLResponse(BAD_GATEWAY_PAGE, 502)
            return _answer(call.error or {})
        if fault.mode == "slow":
            await self._pause(fault.pause())
        if fault.mode.startswith(("accept", "slow")):
            await self.calls.execute(call)
        else:
            self.calls.finish(call)
        if fault.mode == "slow":
            return _answer(call.error or {"ok": True, "result": call.result})
        if fault.mode.endswith("hang"):
            await self._until_gone(request, fault.seconds)
        return self._reset(request)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    async def _until_gone(self, request: Request, seconds: float | None) -> None:
        """Waits for the client to give up, for `seconds` at most, or for the server's end."""
        gone = asyncio.ensure_future(request.receive())
        stopping = asyncio.create_task(self.stopping.wait())
        waiting: set[asyncio.Future[Any]] = {gone, stopping}
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def _reset(self, request: Request) -> Response:
        """Breaks the connection off with a TCP reset; the response returned goes nowhere."""
        client = request.client
        transport = self.connections.get((client.host, client.port)) if client else None
        if transport is not None:
            connection: socket.socket | None = transport.get_extra_info("socket")
            if connection is not None and connection.fileno() >= 0:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        return Response(status_code=500)


def _answer(body: dict[str, Any]) -> Response:
    """A JSON answer; a refusal's HTTP status is its `error_code`."""
    return JSONResponse(body, status_code=body.get("error_code", 200))
