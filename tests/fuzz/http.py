"""The web side as others see it: what may be asked, in OpenAPI, any kind of request, and what must hold of answers."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from bot.errors import DatabaseError
from handlers.web.application import Hook, application
from handlers.web.body import LONGEST
from tests.fuzz.updates import UPDATES
from tests.handlers.web.working import KEY, SECRET, PlayedHealth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import DrawFn

_PUSHED = f"/telegram/{KEY}"
_REFUSED = frozenset({400, 403, 404, 405, 413, 415})
_JSON = (b"content-type", b"application/json")
_TOKEN = (b"x-telegram-bot-api-secret-token", SECRET.encode())

Headers = tuple[tuple[bytes, bytes], ...]


def description(key: str, secret: str) -> dict[str, Any]:
    """Returns the web side in OpenAPI, for a webhook with this last part of the path and this secret."""
    told = {"content": {"application/json": {"schema": {"type": "object"}}}}
    figures = {"content": {"text/plain": {"schema": {"type": "string"}}}}
    own = {"name": "X-Telegram-Bot-Api-Secret-Token", "in": "header", "required": True, "schema": _only(secret)}
    last = {"name": "key", "in": "path", "required": True, "schema": _only(key)}
    update = {"type": "object", "required": ["update_id"], "properties": {"update_id": _whole_number()}}
    examples = {str(n): {"value": {"update_id": n, **each}} for n, each in enumerate(UPDATES, 1)}
    again = {"headers": {"Retry-After": {"schema": {"type": "string"}}}}
    push = {
        "parameters": [last, own],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": update, "examples": examples}},
        },
        "responses": _responses({200: {}, 503: again}, 408, *_REFUSED),
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "The assistant's web side", "version": "1"},
        "paths": {
            "/healthz": {"get": {"responses": _responses({200: told})}},
            "/readyz": {"get": {"responses": _responses({200: told, 503: told})}},
            "/metrics": {"get": {"responses": _responses({200: figures})}},
            "/telegram/{key}": {"post": push},
        },
    }


def _only(value: str) -> dict[str, Any]:
    return {"type": "string", "enum": [value]}


def _whole_number() -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}


def _responses(known: Mapping[int, dict[str, Any]], *refused: int) -> dict[str, Any]:
    return {str(status): {"description": "", **known.get(status, {})} for status in (*known, *refused)}


# ---- requests of any kind --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as a server hands it to the application."""

    method: str
    path: str
    query: bytes
    headers: Headers
    body: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What came back."""

    status: int
    headers: Headers
    body: bytes


_words = st.text(st.characters(codec="utf-8"), max_size=40)
_bytes = st.binary(max_size=60)
_some = ("POST", "GET", "HEAD", "PUT", "OPTIONS", "TRACE", "CONNECT", "post", "BREW")
_methods = st.sampled_from(_some) | st.text(max_size=12)
_known_paths = st.sampled_from([_PUSHED, _PUSHED, "/healthz", "/readyz", "/metrics", "/", "", "*", "//"])
_paths = _known_paths | st.builds("/telegram/{}".format, _words) | st.builds(str.__add__, _known_paths, _words) | _words
_names = st.sampled_from(
    b"content-type content-length content-encoding transfer-encoding x-telegram-bot-api-secret-token x-forwarded-for"
    b" accept expect host cookie range".split()
)
_told = st.sampled_from([_JSON[1], _TOKEN[1], b"text/html; charset=utf-7", b"-1", b"9" * 500, b"gzip", b"chunked"])
_headers = st.tuples(_names | _bytes, _told | _bytes)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4),
    max_leaves=12,
)
_updates = st.builds(
    lambda number, more: {**more, "update_id": number}, st.integers() | _values, st.dictionaries(_words, _values)
)
_bodies = (
    st.lists(_bytes, max_size=4).map(tuple)
    | _updates.map(lambda update: (json.dumps(update).encode(),))
    | _values.map(lambda value: (json.dumps(value).encode("utf-16" if isinstance(value, str) else "utf-8"),))
    | st.integers(1, 3).map(lambda times: (b" " * (LONGEST // 2),) * times)
    | st.integers(1, 2000).map(lambda deep: (b'{"update_id":' + b"[" * (1000 * deep),))
)


def pushed(body: tuple[bytes, ...], *more: tuple[bytes, bytes]) -> Asked:
    """A request as Telegram's, with `more` headers."""
    return Asked("POST", _PUSHED, b"", (_JSON, _TOKEN, *more), body)


@st.composite
def requests(draw: DrawFn) -> Asked:
    """Requests, half of them as Telegram's but for their body and what else is in their head."""
    strange = tuple(draw(st.lists(_headers, max_size=3)))
    if draw(st.booleans()):
        return pushed(draw(_bodies), *strange)
    known: Headers = (_JSON, _TOKEN) if draw(st.booleans()) else ()
    return Asked(draw(_methods), draw(_paths), draw(_bytes), known + strange, draw(_bodies))


def answered(asked: Asked) -> None:
    """Checks what follows from a request: a documented status, and not a word about what is inside."""
    taken: list[dict[str, Any]] = []

    async def take(update: dict[str, Any]) -> None:
        if update["update_id"] % 3 == 0:
            raise DatabaseError(database="here", reason="it is away", remedy="wait")
        taken.append(update)

    told = asyncio.run(_ask(asked, Hook(KEY, SECRET, take)))
    shown = b" ".join((told.body, *(part for header in told.headers for part in header)))
    assert told.status in _REFUSED | {200, 503}
    assert not [secret for secret in (KEY, SECRET, "Traceback", ".py") if secret.encode() in shown]
    assert told.status != 503 or (b"retry-after", b"5") in told.headers
    assert not (told.body and asked.path == _PUSHED)
    if taken:
        assert told.status == 200
        assert (asked.method, asked.path) == ("POST", _PUSHED)
        assert _TOKEN[1] in {value for _, value in asked.headers}


async def _ask(asked: Asked, hook: Hook) -> Told:
    """Hands a request to the application, without the server in between. Raises what the application raises."""
    pieces = list(asked.body) or [b""]
    got: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        got.append(message)

    async def figures() -> bytes:
        return b""

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "root_path": "",
        "query_string": asked.query,
        "headers": [(name.lower(), value) for name, value in asked.headers],
        "client": ("192.0.2.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await application(PlayedHealth(), figures, hook)(scope, receive, send)  # type: ignore[arg-type]
    body = b"".join(message.get("body", b"") for message in got[1:])
    return Told(got[0]["status"], tuple(got[0]["headers"]), body)
