"""A Bot API server that costs next to nothing, for measuring bots: right answers, and no checks.

`tests/telegram_server` checks every call, and takes longer for that than the bot that is to be measured.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

TOKEN = "700000001:AAF0-a-token-for-measuring-only"  # noqa: S105  # nobody else's
BOT = {
    "id": 700000001,
    "is_bot": True,
    "first_name": "Measured",
    "username": "measured_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}
_TRUE = b'{"ok":true,"result":true}'
_UNKNOWN = b'{"ok":false,"error_code":404,"description":"Not Found: method not found"}'
_MOST = 100  # updates in one answer, as Telegram gives them
_NOTHING_MUCH = ("set", "delete", "answer", "close", "log")  # how methods begin that answer with true alone


class LeanTelegram:
    """Hands out updates by long polling, and takes what the bot says. Lives in one event loop."""

    def __init__(self, said: Callable[[int], None]) -> None:
        """`said(chat)` is called for every message that the bot sends."""
        self._said = said
        self._pending: deque[tuple[int, str]] = deque()
        self._poll: tuple[_Connection, int] | None = None
        self._timeout: asyncio.TimerHandle | None = None
        self._next_update, self._next_message = 1, 1
        self._server: asyncio.Server | None = None
        self.polled = asyncio.Event()
        self.messages = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._drop_poll()
        self._server.close()

    def publish(self, kind: str, payload: Json) -> None:
        """Adds an update; one that polls gets it at once."""
        update = {"update_id": self._next_update, kind: payload}
        self._pending.append((self._next_update, json.dumps(update)))
        self._next_update += 1
        if self._poll is not None and self._timeout is not None:
            # With what else is published in this turn of the loop.
            self._timeout.cancel()
            self._timeout = None
            asyncio.get_running_loop().call_soon(self._answer_poll)

    def message_id(self) -> int:
        """Returns a new number of a message."""
        self._next_message += 1
        return self._next_message

    def call(self, connection: _Connection, method: str, fields: Json) -> bytes | None:
        """Returns the body of the answer; None for a poll that waits."""
        if method == "sendmessage":
            return self._send(fields)
        if method == "getupdates":
            return self._get_updates(connection, fields)
        if method == "getme":
            return json.dumps({"ok": True, "result": BOT}).encode()
        return _TRUE if method.startswith(_NOTHING_MUCH) else _UNKNOWN

    def _send(self, fields: Json) -> bytes:
        chat = int(fields["chat_id"])
        message: Json = {
            "message_id": self.message_id(),
            "from": BOT,
            "chat": {"id": chat, "type": "private", "first_name": "Resident"},
            "date": 1_764_000_000,
            "text": fields["text"],
        }
        for name in ("entities", "reply_markup"):
            if value := fields.get(name):
                message[name] = json.loads(value) if isinstance(value, str) else value
        self.messages += 1
        self._said(chat)
        return json.dumps({"ok": True, "result": message}).encode()

    def _get_updates(self, connection: _Connection, fields: Json) -> bytes | None:
        offset, limit = int(fields.get("offset") or 0), min(int(fields.get("limit") or _MOST), _MOST)
        while self._pending and self._pending[0][0] < offset:
            self._pending.popleft()
        self.polled.set()
        timeout = float(fields.get("timeout") or 0)
        if self._pending or not timeout:
            return self._batch(limit)
        self._drop_poll()
        self._poll = connection, limit
        self._timeout = asyncio.get_running_loop().call_later(timeout, self._answer_poll)
        return None

    def _batch(self, limit: int) -> bytes:
        some = [self._pending[number][1] for number in range(min(limit, len(self._pending)))]
        return f'{{"ok":true,"result":[{",".join(some)}]}}'.encode()

    def _answer_poll(self) -> None:
        if self._poll is not None:
            connection, limit = self._poll
            self._drop_poll()
            connection.answer(self._batch(limit))

    def _drop_poll(self) -> None:
        self._poll = None
        if self._timeout is not None:
            self._timeout.cancel()
            self._timeout = None


class _Connection(asyncio.Protocol):
    """One kept-alive HTTP connection of a client that sends one request after the other."""

    def __init__(self, telegram: LeanTelegram) -> None:
        self._telegram = telegram
        self._transport: asyncio.Transport | None = None
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, rest = bytes(self._read).partition(b"\r\n\r\n")
        if not end:
            return
        request, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if len(rest) < int(headers.get("content-length", 0)):
            return
        self._read.clear()
        path, _, query = request.split(" ")[1].partition("?")
        fields = dict(parse_qsl(query)) | _fields(headers.get("content-type", ""), rest)
        answer = self._telegram.call(self, path.rpartition("/")[2].lower(), fields)
        if answer is not None:
            self.answer(answer)

    def answer(self, body: bytes) -> None:
        if self._transport is not None:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


def _fields(kind: str, body: bytes) -> Json:
    if not body:
        return {}
    if kind.startswith("application/json"):
        read: Json = json.loads(body)
        return read
    return dict(parse_qsl(body.decode(), keep_blank_values=True))
