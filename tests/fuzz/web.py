"""Requests to the web server as anybody may send them, and what must hold of the answers."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from hypothesis import strategies as st

from handlers.web.application import Hook, application
from tests.handlers.web.working import HEADERS, KEY, SECRET, UPDATE, PlayedHealth

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Message, Scope

    from handlers.web.health import Health

_BODIES = st.one_of(
    st.sampled_from([b"{}", b"[]", b'{"update_id": true}', b'{"update_id": 1e400}', b'{"update_id": NaN}', b""]),
    st.sampled_from([b'{"update_id": ' + b"9" * 5000 + b"}", b"[" * 50_000, b'{"a":' * 50_000, b" " * 1_000_001]),
    st.just(json.dumps(UPDATE).encode()),
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    ).map(lambda value: json.dumps(value).encode()),
)
_PATHS = st.one_of(
    st.sampled_from([f"/telegram/{KEY}", "/healthz", "/readyz", "/metrics", f"/telegram/{KEY}/", "//", ""]),
    st.text(max_size=30).map(lambda text: f"/telegram/{text}"),
    st.text(max_size=30).map(lambda text: f"/{text}"),
)
_VALUES = st.one_of(
    st.sampled_from([b"application/json", SECRET.encode(), b"0", b"-1", b"1" * 5000, b"chunked", b"\xb2"]),
    st.binary(max_size=30),
)
_NAMES = st.sampled_from(
    [*(name.lower().encode() for name in HEADERS), b"content-length", b"x-forwarded-for", b"content-encoding", b"x"]
)
USUAL_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


@dataclass(frozen=True)
class Asked:
    """A request: its headers in order, some perhaps twice, and its body in pieces."""

    method: str
    path: str
    headers: list[tuple[bytes, bytes]]
    body: list[bytes]


REQUESTS = st.builds(
    Asked,
    st.sampled_from(["POST", "POST", "GET", "HEAD", "PUT", "OPTIONS", "TRACE", "NONE"]),
    _PATHS,
    st.one_of(
        st.just(USUAL_HEADERS),
        st.lists(st.tuples(_NAMES, _VALUES), max_size=4).map(lambda more: [*more, *USUAL_HEADERS]),
    ),
    st.lists(_BODIES, min_size=1, max_size=2),
)


@dataclass
class _Answered:
    taken: list[dict[str, Any]] = field(default_factory=list)
    sent: list[MutableMapping[str, Any]] = field(default_factory=list)


async def _ask(asked: Asked) -> _Answered:
    answered = _Answered()
    pieces = list(asked.body)

    async def take(update: dict[str, Any]) -> None:
        answered.taken.append(update)

    async def figures() -> bytes:
        return b"ballerup_updates_total 1.0\n"

    async def receive() -> Message:
        body = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": body, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        answered.sent.append(message)

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": asked.path,
        "raw_path": asked.path.encode("utf-8", "replace"),
        "root_path": "",
        "query_string": b"",
        "headers": asked.headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
    }
    await application(cast("Health", PlayedHealth()), figures, Hook(KEY, SECRET, take))(scope, receive, send)
    return answered


def check_request(asked: Asked) -> None:
    """Every request gets one answer; what is not Telegram's is refused without a word; nothing else is taken."""
    answered = asyncio.run(_ask(asked))
    (start,) = [message for message in answered.sent if message["type"] == "http.response.start"]
    said = b"".join(message.get("body", b"") for message in answered.sent if message["type"] == "http.response.body")
    status = start["status"]
    assert status in {200, 400, 403, 404, 405, 413, 415}
    if asked.path in {"/healthz", "/readyz", "/metrics"}:
        assert bool(said) == (status == 200 and asked.method in {"GET", "HEAD"})  # the server cuts off HEAD
    else:
        assert said == b""
    if answered.taken:
        (update,) = answered.taken
        assert (asked.method, asked.path, status) == ("POST", f"/telegram/{KEY}", 200)
        assert dict(reversed(asked.headers))[b"x-telegram-bot-api-secret-token"] == SECRET.encode()
        assert type(update["update_id"]) is int
