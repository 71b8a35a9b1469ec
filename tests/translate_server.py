"""A local LibreTranslate: its paths, checks and words of refusal, with a translation that tests can read."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.telegram_server.endpoint import ResettableProtocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request

Fault = Literal["refuse", "hang", "reset", "page", "cut", "nothing", "empty", "list", "flood", "redirect"]
START_TIMEOUT = 10.0
TRANSLATE, LANGUAGES = "/translate", "/languages"
CODES = ("ar", "cs", "da", "de", "en", "pl", "ro", "tr", "uk", "zh-Hans", "zh-Hant")
EVERY_PAIR: Mapping[str, tuple[str, ...]] = dict.fromkeys(CODES, CODES)

_FIELDS = {"q", "source", "target", "format", "api_key"}
_REFUSALS = {
    403: "Too many request limits violations",
    429: "Slowdown: 20 per 1 minute",
    500: "Cannot translate text: out of memory",
}
_ANSWERS: Mapping[Fault, str] = {
    "page": "<html><body>Sign in to the Wi-Fi</body></html>",
    "cut": '{"translatedText": "Hel',
    "nothing": "{}",
    "empty": '{"translatedText": ""}',
    "list": '{"translatedText": ["Hello"]}',
}
"""Answers with the status 200 that are none."""


@dataclass(slots=True)
class Order:
    """What goes wrong at `path` for `times` requests, once `after` have passed; `status` is for `refuse`."""

    path: str
    fault: Fault
    times: int
    after: int
    status: int


class RefusalError(Exception):
    """The server refuses a request with `status` and these words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(status, words)
        self.status = status
        self.words = words


class TranslateServer:
    """Serves in a thread of this process on 127.0.0.1; `url` is the value for BOT_TRANSLATOR_URL.

    Translates "words" into "[da] words", without the space around them, as LibreTranslate does. Unlike it, refuses
    fields it does not know. `asked` is every request so far: its path and what was sent.
    """

    def __init__(
        self,
        *,
        key: str | None = None,
        pairs: Mapping[str, tuple[str, ...]] = EVERY_PAIR,
        char_limit: int = 2_000,
        prefix: str = "",
    ) -> None:
        self.key = key
        self.pairs = pairs
        self.char_limit = char_limit
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._orders: list[Order] = []
        self._connections: dict[tuple[str, int], asyncio.Transport] = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}{prefix}"
        app = Starlette(
            routes=[
                Route(prefix + LANGUAGES, self._languages, methods=["GET"]),
                Route(prefix + TRANSLATE, self._translate, methods=["POST"]),
            ]
        )
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=type("Protocol", (ResettableProtocol,), {"by_peer": self._connections}),
                log_config=None,
                log_level="critical",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._serve, name="translate", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        end = time.monotonic() + START_TIMEOUT
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise RuntimeError("the translation server did not start")
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(START_TIMEOUT)

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def fail(self, fault: Fault, path: str = TRANSLATE, *, status: int = 500, times: int = 1, after: int = 0) -> None:
        """Orders a fault for the next requests of `path`; the first `after` of them pass."""
        self._orders.append(Order(path, fault, times, after, status))

    def forget(self) -> None:
        """Forgets what was asked, ordered and changed, for another test."""
        self.asked.clear()
        self._orders.clear()
        self.pairs = EVERY_PAIR

    def asked_of(self, path: str) -> list[dict[str, Any]]:
        """What was sent to `path`, in order."""
        return [body for at, body in self.asked if at == path]

    # ---- answers ---------------------------------------------------------------------------------------

    async def _languages(self, request: Request) -> Response:
        self.asked.append((LANGUAGES, {}))
        if order := self._met(LANGUAGES):
            return await self._broken(request, order)
        return JSONResponse([{"code": code, "name": code, "targets": list(to)} for code, to in self.pairs.items()])

    async def _translate(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            self.asked.append((TRANSLATE, body))
            if order := self._met(TRANSLATE):
                return await self._broken(request, order)
            self._check(request, body)
        except RefusalError as refusal:
            return JSONResponse({"error": refusal.words}, refusal.status)
        return JSONResponse({"translatedText": f"[{body['target']}] {body['q'].strip()}"})

    def _check(self, request: Request, body: dict[str, Any]) -> None:
        if request.headers["content-type"] != "application/json" or body.keys() - _FIELDS:
            raise RefusalError(400, "Invalid JSON format")
        self._check_key(body.get("api_key"))
        for name in ("q", "source", "target"):
            if not body.get(name) or not isinstance(body[name], str):
                raise RefusalError(400, f"Invalid request: missing {name} parameter")
        if len(body["q"]) > self.char_limit:
            words = f"request ({len(body['q'])}) exceeds text limit ({self.char_limit})"
            raise RefusalError(400, f"Invalid request: {words}")
        source, target = body["source"], body["target"]
        for code in (source, target):
            if code not in self.pairs:
                raise RefusalError(400, f"{code} is not supported")
        if body.get("format", "text") not in {"text", "html"}:
            raise RefusalError(400, f"{body['format']} format is not supported")
        if target not in self.pairs[source]:
            raise RefusalError(400, f"{target} ({target}) is not available as a target language from {source}")

    def _check_key(self, key: str | None) -> None:
        if self.key is None or key == self.key:
            return
        if key:
            raise RefusalError(403, "Invalid API key")
        raise RefusalError(400, "Please contact the server operator to get an API key")

    # ---- faults ----------------------------------------------------------------------------------------

    def _met(self, path: str) -> Order | None:
        order = next((order for order in self._orders if order.path == path and order.times), None)
        if order is None:
            return None
        if order.after:
            order.after -= 1
            return None
        order.times -= 1
        return order

    async def _broken(self, request: Request, order: Order) -> Response:
        match order.fault:
            case "refuse":
                return JSONResponse({"error": _REFUSALS.get(order.status, "Refused")}, order.status)
            case "hang":
                while (await request.receive())["type"] != "http.disconnect":
                    pass  # the rest of the request
                return Response()
            case "reset":
                return self._reset(request)
            case "flood":
                return StreamingResponse(_flood(), media_type="application/json")
            case "redirect":
                return Response(status_code=307, headers={"Location": f"{self.url}{order.path}"})
            case _:
                return Response(_ANSWERS[order.fault])

    def _reset(self, request: Request) -> Response:
        """Breaks the connection off with a TCP reset; the response returned goes nowhere."""
        assert request.client is not None
        transport = self._connections[request.client.host, request.client.port]
        connection: socket.socket = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        return Response(status_code=500)


async def _flood() -> AsyncIterator[bytes]:
    """An answer that does not end: a word, and then again and again."""
    yield b'{"translatedText": "'
    while True:
        yield b"salad " * 10_000
        await asyncio.sleep(0)
