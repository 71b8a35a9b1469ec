"""The server's own life: where it listens, and how it ends."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.errors import BotError, SettingsError
from handlers.web.server import listen, serving
from tests.handlers.web.working import web


def test_a_port_that_is_taken_is_said() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as refused:
            listen("127.0.0.1", port)
    assert refused.value.fields["name"] == "BOT_PORT"
    assert str(port) in str(refused.value.fields["reason"])


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_said(host: str) -> None:
    with pytest.raises(SettingsError) as refused:
        listen(host, 0)
    assert refused.value.fields["name"] == "BOT_HOST"


async def test_signals_are_left_to_the_assistant() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    async with web() as running:
        await running.client.get("/healthz")
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


async def test_one_that_ends_by_itself_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumble(*_: object, **__: object) -> None:
        raise OSError("no more files")

    monkeypatch.setattr("handlers.web.server._Server.serve", stumble)
    ended = asyncio.Event()
    with pytest.raises(BotError) as fault:
        async with serving(Starlette(), listen("127.0.0.1", 0), ended.set):
            await asyncio.wait_for(ended.wait(), 10)
    assert fault.value.fields["reason"] == "OSError"


@pytest.mark.parametrize("said", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: b"])
async def test_who_says_nothing_is_shown_out(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr("handlers.web.server._REQUEST_S", 0.2)
    async with web() as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(said)
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("rest", [b"G", b"GET /healthz HT"])
async def test_who_says_nothing_more_is_shown_out(monkeypatch: pytest.MonkeyPatch, rest: bytes) -> None:
    monkeypatch.setattr("handlers.web.server._REQUEST_S", 0.2)
    async with web() as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"}")
        writer.write(rest)
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()
        await writer.wait_closed()


async def test_a_slow_answer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.web.server._REQUEST_S", 0.05)

    async def slowly(_: dict[str, Any]) -> None:
        await asyncio.sleep(0.3)

    async with web(slowly) as running:
        assert (await running.push()).status_code == 200


async def test_what_is_in_hand_is_finished_when_it_ends() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_: dict[str, Any]) -> None:
        begun.set()
        await go_on.wait()

    async with web(slowly) as running:
        pushing = asyncio.create_task(running.push())
        await begun.wait()
        asyncio.get_running_loop().call_later(0.3, go_on.set)
    # The server has ended here; the client was still waiting for its answer when that began.
    assert (await pushing).status_code == 200


async def test_what_takes_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.web.server._IN_HAND_S", 0.1)
    begun = asyncio.Event()

    async def hang(_: dict[str, Any]) -> None:
        begun.set()
        await asyncio.Event().wait()

    loop = asyncio.get_running_loop()
    async with web(hang) as running:
        pushing = asyncio.create_task(running.push())
        await begun.wait()
        left = loop.time()
    assert loop.time() - left < 5
    answer = (await asyncio.gather(pushing, return_exceptions=True))[0]
    assert isinstance(answer, httpx.HTTPError) or answer.status_code >= 500  # type: ignore[union-attr]
