"""What the web server answers to whom: Telegram's pushes, and whoever else knocks."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import DatabaseError
from handlers.web.health import Check
from tests.handlers.web.working import HEADERS, KEY, SECRET, UPDATE, Web, web


async def test_an_update_is_taken_and_acknowledged_without_a_word() -> None:
    async with web() as running:
        answer = await running.push()
    assert (answer.status_code, answer.content) == (200, b"")
    assert running.taken == [UPDATE]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"key": "x" * 40}, 404),
        ({"key": KEY[:-1]}, 404),
        ({"key": "ø" * 40}, 404),
        ({"key": f"{KEY}/"}, 404),
        ({"X_Telegram_Bot_Api_Secret_Token": "wrong"}, 403),
        ({"X_Telegram_Bot_Api_Secret_Token": ""}, 403),
        ({"X_Telegram_Bot_Api_Secret_Token": SECRET + "s"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content_Type": ""}, 415),
        ({"body": b""}, 400),
        ({"body": b"{"}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b"null"}, 400),
        ({"body": b"{}"}, 400),
        ({"body": b'{"update_id": "7"}'}, 400),
        ({"body": b'{"update_id": true}'}, 400),
        ({"body": b'{"update_id": -1}'}, 400),
        ({"body": b'{"update_id": 9223372036854775808}'}, 400),
        ({"body": b'{"update_id": NaN}'}, 400),
        ({"body": b'{"update_id": 1, "x": Infinity}'}, 400),
        ({"body": b'{"update_id": ' + b"9" * 10_000 + b"}"}, 400),
        ({"body": b'{"update_id": 1, "x": ' + b"[" * 400_000 + b"]" * 400_000 + b"}"}, 400),
        ({"body": b'{"update_id": 1, "x": ' + b'{"x":' * 100_000 + b"1" + b"}" * 100_000 + b"}"}, 400),
        ({"body": '{"update_id": 1}'.encode("utf-16")}, 400),
        ({"body": b'{"update_id": 1, "x": "\xff"}'}, 400),
        ({"body": b" " * 1_000_001}, 413),
    ],
)
async def test_what_is_not_telegrams_is_refused_without_a_word(changed: dict[str, Any], status: int) -> None:
    async with web() as running:
        answer = await running.push(**changed)
        assert (answer.status_code, answer.content) == (status, b"")
        assert running.taken == []
        assert (await running.push()).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("key", [KEY, "x" * 40])
async def test_only_post_is_allowed_and_the_right_path_cannot_be_told(method: str, key: str) -> None:
    async with web() as running:
        answer = await running.push(b"", key=key, method=method)
    assert answer.status_code == 405
    assert running.taken == []


@pytest.mark.parametrize("path", ["/", "/telegram", "/telegram/", "/docs", "/healthz/", "/metrics/x"])
async def test_there_is_nothing_else(path: str) -> None:
    async with web() as running:
        answer = await running.client.get(path)
    assert answer.status_code == 404
    assert answer.content == b""


async def test_without_a_webhook_there_is_no_such_address() -> None:
    async with web(pushed=False) as running:
        assert (await running.push()).status_code == 404
        assert (await running.client.get("/healthz")).status_code == 200


async def test_a_body_of_a_million_bytes_is_taken() -> None:
    body = json.dumps({"update_id": 1, "x": "y" * (1_000_000 - 26)}).encode()
    async with web() as running:
        assert (await running.push(body)).status_code == 200
    assert len(running.taken) == 1


# ---- bodies that lie ---------------------------------------------------------------------------------------------


async def _raw(running: Web, head: dict[str, str], *pieces: bytes, close: bool = False) -> bytes:
    """Writes a request letter by letter and returns what comes back until the server has nothing more to say."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    lines = [f"POST /telegram/{KEY} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in head.items())]
    answer = b""
    try:
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if close:
            writer.write_eof()
        answer = await asyncio.wait_for(reader.read(65536), 15)
    except ConnectionError:
        pass
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return answer


async def test_a_body_in_pieces_is_counted() -> None:
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    async with web() as running:
        answer = await _raw(running, {**HEADERS, "Transfer-Encoding": "chunked"}, *([piece] * 40))
        assert answer.startswith(b"HTTP/1.1 413") or not answer
        assert running.taken == []
        assert (await running.push()).status_code == 200


async def test_a_good_body_in_pieces_is_taken() -> None:
    body = json.dumps(UPDATE).encode()
    pieces = [b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:5], body[5:])]
    async with web() as running:
        answer = await _raw(running, {**HEADERS, "Transfer-Encoding": "chunked"}, *pieces, b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert running.taken == [UPDATE]


async def test_a_length_too_great_is_refused_before_the_body_comes() -> None:
    async with web() as running:
        answer = await _raw(running, {**HEADERS, "Content-Length": "1000001"})
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 400, "9" * 5000])
async def test_a_length_that_is_none_is_refused(length: str) -> None:
    async with web() as running:
        answer = await _raw(running, {**HEADERS, "Content-Length": length}, b"{}")
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))
        assert running.taken == []


async def test_more_than_was_told_is_not_read_as_part_of_it() -> None:
    body = json.dumps(UPDATE).encode()
    async with web() as running:
        answer = await _raw(running, {**HEADERS, "Content-Length": str(len(body))}, body + b"x" * 100_000)
        assert answer.startswith(b"HTTP/1.1 200") or not answer
        assert running.taken in ([UPDATE], [])


async def test_less_than_was_told_is_not_taken() -> None:
    body = json.dumps(UPDATE).encode()
    async with web() as running:
        answer = await _raw(running, {**HEADERS, "Content-Length": str(len(body) + 10)}, body, close=True)
        assert not answer.startswith(b"HTTP/1.1 200")
        assert running.taken == []


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.web.body.read_object.__kwdefaults__", {"longest": 1_000_000, "patience": 0.05})
    async with web() as running:
        answer = await _raw(running, {**HEADERS, "Content-Length": "100"}, b"{")
    assert answer.startswith(b"HTTP/1.1 408")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.binary(max_size=200) | st.text(max_size=60).map(str.encode), min_size=1, max_size=8))
def test_no_body_makes_the_server_stumble(bodies: list[bytes]) -> None:
    async def push_all() -> None:
        async with web() as running:
            statuses = [(await running.push(body)).status_code for body in bodies]
            assert set(statuses) <= {200, 400}
            assert running.logs[1:] == []

    asyncio.run(push_all())


# ---- faults behind it --------------------------------------------------------------------------------------------


async def test_telegram_is_asked_to_come_again_while_the_database_is_away() -> None:
    async def away(_: dict[str, Any]) -> None:
        raise DatabaseError(database="x", reason="it is away", remedy="wait")

    async with web(away) as running:
        answer = await running.push()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert running.logs[-1]["event"] == "database away"


async def test_telegram_is_asked_to_come_again_when_the_database_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang(_: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("handlers.web.application._PATIENCE_S", 0.05)
    async with web(hang) as running:
        assert (await running.push()).status_code == 503


async def test_a_fault_is_told_by_its_place_and_not_by_its_words() -> None:
    async def stumble(_: dict[str, Any]) -> None:
        raise ValueError("words of a resident")

    async with web(stumble) as running:
        answer = await running.push()
    assert (answer.status_code, answer.content) == (500, b"")
    assert "words" not in str(running.logs)
    assert "test_application.py" in running.logs[-1]["place"]


# ---- health and figures ------------------------------------------------------------------------------------------


async def test_it_lives() -> None:
    async with web() as running:
        answer = await running.client.get("/healthz")
    assert answer.json() == {"alive": True}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "server" not in answer.headers


async def test_readiness_shows_each_condition() -> None:
    async with web() as running:
        assert (await running.client.get("/readyz")).status_code == 200
        running.health.checks["outbox"] = Check(ok=False, seen={"oldest_s": 400.0})
        answer = await running.client.get("/readyz")
        assert (await running.client.get("/readyz/intake")).json() == {"ready": True}
        running.health.checks["database"] = Check(ok=False, seen={})
        assert (await running.client.get("/readyz/intake")).status_code == 503
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "checks": {"database": {"ok": True}, "outbox": {"ok": False, "oldest_s": 400.0}},
    }


async def test_figures_are_not_for_who_comes_through_the_proxy() -> None:
    async with web() as running:
        assert b"ballerup_updates_total" in (await running.client.get("/metrics")).content
        for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
            answer = await running.client.get("/metrics", headers={name: "192.0.2.1"})
            assert (answer.status_code, answer.content) == (404, b"")
