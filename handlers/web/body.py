"""Reads what somebody posts: never more than allowed, never for longer than allowed, and only JSON objects."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from starlette.requests import Request

LONGEST = 1_000_000
"""Bytes of a body; Telegram's updates are a few thousand."""

_PATIENCE_S = 10.0
_MOST_DIGITS = 18  # of a length; Python refuses to read thousands
_CLOSE = {"Connection": "close"}  # the rest of it is not waited for


async def read_object(request: Request, *, longest: int = LONGEST, patience: float = _PATIENCE_S) -> dict[str, Any]:
    """Returns the JSON object in the body. Raises HTTPException with the status that says what is wrong with it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415)
    try:
        async with asyncio.timeout(patience):
            body = await _read(request, longest)
    except TimeoutError:
        raise HTTPException(408, headers=_CLOSE) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):  # no JSON, numbers without end, or nested without end
        raise HTTPException(400) from None
    if not isinstance(found, dict):
        raise HTTPException(400)
    return found


async def _read(request: Request, longest: int) -> bytes:
    """What is told of the length is not relied on: it is counted."""
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told[:_MOST_DIGITS]) > longest:
        raise HTTPException(413, headers=_CLOSE)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > longest:
            raise HTTPException(413, headers=_CLOSE)
    return bytes(body)


def _no_number(name: str) -> NoReturn:
    """Python reads NaN and Infinity, JSON knows neither."""
    raise ValueError(name)
