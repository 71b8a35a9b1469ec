"""Whatever a server does, our transport says it as python-telegram-bot's own does, and never with the token."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest

from handlers.telegram.transport import AiohttpRequest, never_left

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TOKEN = "42:a-token-for-tests"
_PATIENCE = 0.3


@pytest.fixture(autouse=True)
def _spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # as `make_bot` sets it


class Server:
    """Answers every request with the same bytes; none: it hangs, or hangs up."""

    def __init__(self, answer: bytes | None, *, hangs_up: bool = False) -> None:
        self._answer = answer
        self._hangs_up = hangs_up
        self._ended = asyncio.Event()
        self._talks: set[asyncio.Task[None] | None] = set()
        self.seen = b""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(asyncio.current_task())
        try:
            await self._reply(reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()

    async def _reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        body = await reader.readexactly(int(lengths[0].partition(b":")[2])) if lengths else await self._chunked(reader)
        self.seen += head + body
        if self._answer is not None:
            writer.write(self._answer)
            await writer.drain()
        elif not self._hangs_up:
            await self._ended.wait()

    @staticmethod
    async def _chunked(reader: asyncio.StreamReader) -> bytes:
        return await reader.readuntil(b"\r\n0\r\n\r\n")

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            self._ended.set()
            server.close()
            await asyncio.gather(*filter(None, self._talks), return_exceptions=True)  # it hung up in the middle


def answered(status: str, body: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


def refusal(code: int, description: str, parameters: str = "{}") -> bytes:
    body = f'{{"ok":false,"error_code":{code},"description":"{description}","parameters":{parameters}}}'
    return answered(f"{code} Refused", body)


def ours(url: str) -> BaseRequest:
    return AiohttpRequest(url, pool=2, read=_PATIENCE, connect=_PATIENCE)


def theirs(_: str) -> BaseRequest:
    return HTTPXRequest(read_timeout=_PATIENCE, connect_timeout=_PATIENCE, httpx_kwargs={"trust_env": False})


async def fault(request: BaseRequest, url: str) -> TelegramError:
    bot = Bot(_TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=theirs(url))
    async with request:
        with pytest.raises(TelegramError) as raised:
            await bot.send_message(1, "a")
    return raised.value


@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, "Bad Request: chat not found"),
        refusal(401, "Unauthorized"),
        refusal(403, "Forbidden: bot was blocked by the user"),
        refusal(404, "Not Found: method not found"),
        refusal(409, "Conflict: terminated by other getUpdates request"),
        refusal(429, "Too Many Requests: retry after 7", '{"retry_after":7}'),
        refusal(400, "Bad Request: group chat was upgraded", '{"migrate_to_chat_id":-1005}'),
        refusal(500, "Internal Server Error: restart"),
        answered("502 Bad Gateway", "<html>away</html>"),
        answered("301 Moved Permanently", ""),
        answered("200 OK", "no JSON"),
        b"no HTTP at all\r\n\r\n",
        None,
    ],
)
async def test_a_refusal_is_the_same_error(answer: bytes | None) -> None:
    async with Server(answer).listening() as url:
        mine, original = await fault(ours(url), url), await fault(theirs(url), url)
    assert type(mine) is type(original)
    if not isinstance(mine, NetworkError) or isinstance(mine, BadRequest):
        assert str(mine) == str(original)
    assert _TOKEN not in f"{mine!r} {mine.__cause__!r}"
    assert not (isinstance(mine, NetworkError) and never_left(mine))


async def test_a_connection_that_is_cut_may_have_got_through() -> None:
    async with Server(None, hangs_up=True).listening() as url:
        mine, original = await fault(ours(url), url), await fault(theirs(url), url)
    assert type(mine) is type(original) is NetworkError
    assert isinstance(mine, NetworkError)
    assert not never_left(mine)


async def test_without_a_server_nothing_has_left() -> None:
    async with Server(None).listening() as url:
        pass
    mine, original = await fault(ours(url), url), await fault(theirs(url), url)
    assert type(mine) is type(original) is NetworkError
    assert isinstance(mine, NetworkError)
    assert never_left(mine)
    assert _TOKEN not in f"{mine!r} {mine.__cause__!r}"


async def test_without_a_free_connection_nothing_has_left() -> None:
    async with Server(None).listening() as url:
        request = AiohttpRequest(url, pool=1, read=30, connect=0.05)
        async with request:
            first = asyncio.create_task(request.call(f"{url}/bot{_TOKEN}/getMe", {}))
            await asyncio.sleep(0)
            with pytest.raises(TimedOut) as raised:
                await request.call(f"{url}/bot{_TOKEN}/getMe", {})
            first.cancel()
    assert never_left(raised.value)


async def test_a_file_goes_in_parts() -> None:
    server = Server(answered("200 OK", '{"ok":true,"result":true}'))
    async with server.listening() as url:
        request = ours(url)
        bot = Bot(_TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=theirs(url))
        async with request:
            await bot.set_chat_photo(5, InputFile(b"\x89PNG", filename="blå.png"))
    assert b"multipart/form-data" in server.seen
    assert b"\x89PNG" in server.seen
    assert "blå.png".encode() in server.seen
    assert b'name="chat_id"\r\n\r\n5' in server.seen.replace(b"Content-Type: text/plain; charset=utf-8\r\n", b"")


async def test_it_opens_when_it_is_used_and_stays_closed_when_it_was_closed() -> None:
    async with Server(answered("200 OK", '{"ok":true,"result":true}')).listening() as url:
        request = ours(url)
        assert await request.post(f"{url}/bot/logOut") is True
        await request.shutdown()
        with pytest.raises(NetworkError, match="closed"):
            await request.post(f"{url}/bot/logOut")


def test_a_proxy_that_the_environment_names_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert AiohttpRequest("https://api.telegram.org", pool=1, read=1)._proxy == "http://proxy.example:3128"
    assert AiohttpRequest("https://127.0.0.1", pool=1, read=1)._proxy is None
