"""The addresses this server answers at, and nothing else: Telegram's pushes, health and figures."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.delivery.worker import place
from bot.errors import DatabaseError
from handlers.web.body import read_object

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from handlers.web.health import Health

_log = structlog.get_logger("web")
_PATIENCE_S = 10.0
_AGAIN_S = 5
_NUMBERS = 2**63  # of updates; a longer one fits in no table, and would be tried again for ever
_PLAIN = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105  # the header's name


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram pushes to: the last part of the path, the secret it sends along, and who takes an update.

    `take` returns when the update is committed or can never be taken, and raises DatabaseError where it is to be tried
    again.
    """

    key: str = field(repr=False)
    secret: str = field(repr=False)
    take: Callable[[dict[str, Any]], Awaitable[None]]


def application(health: Health, figures: Callable[[], Awaitable[bytes]], hook: Hook | None) -> Starlette:
    """Returns the ASGI application. `figures` gives the page of metrics; without a `hook` nothing is pushed."""
    answers = _Answers(health, figures)
    routes = [
        Route("/healthz", answers.alive, methods=["GET"]),
        Route("/readyz", answers.ready, methods=["GET"]),
        Route("/readyz/intake", answers.takes, methods=["GET"]),
        Route("/metrics", answers.metrics, methods=["GET"]),
    ]
    if hook is not None:
        routes.append(Route("/telegram/{key}", _Pushes(hook).taken, methods=["POST"]))
    made = Starlette(routes=routes, exception_handlers={HTTPException: _refusal, Exception: _fault})
    made.router.redirect_slashes = False
    return made


async def _refusal(_: Request, error: Exception) -> Response:
    """A status and no words: who knocks here by mistake or malice needs none."""
    if not isinstance(error, HTTPException):
        raise error
    return Response(status_code=error.status_code, headers={**_PLAIN, **(error.headers or {})})


async def _fault(_: Request, error: Exception) -> Response:
    _log.error("not answered", error=type(error).__name__, place=place(error))
    return Response(status_code=500, headers=_PLAIN)


class _Answers:
    """How the assistant is, for the one who runs it."""

    def __init__(self, health: Health, figures: Callable[[], Awaitable[bytes]]) -> None:
        self._health = health
        self._figures = figures

    async def alive(self, _: Request) -> Response:
        return JSONResponse({"alive": True}, headers=_PLAIN)

    async def ready(self, _: Request) -> Response:
        state = await self._health.look()
        return JSONResponse(state.as_json(), 200 if state.ready else 503, headers=_PLAIN)

    async def takes(self, _: Request) -> Response:
        takes = (await self._health.look()).takes
        return JSONResponse({"ready": takes}, 200 if takes else 503, headers=_PLAIN)

    async def metrics(self, request: Request) -> Response:
        """Figures are for who can reach this server itself, not for who comes through the proxy before it."""
        if any(name in request.headers for name in _FORWARDED):
            raise HTTPException(404)
        page = await self._figures()
        return Response(page, headers=_PLAIN, media_type="text/plain; version=0.0.4; charset=utf-8")


class _Pushes:
    """Takes Telegram's updates. A 200 means that the update is committed, whatever happens to this process next."""

    def __init__(self, hook: Hook) -> None:
        self._key = hook.key.encode()
        self._secret = hook.secret.encode()
        self._take = hook.take

    async def taken(self, request: Request) -> Response:
        if not _same(request.path_params["key"], self._key):
            raise HTTPException(404)
        if not _same(request.headers.get(_SECRET, ""), self._secret):
            raise HTTPException(403)
        update = await read_object(request)
        number = update.get("update_id")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _NUMBERS:
            raise HTTPException(400)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._take(update)
        except (DatabaseError, TimeoutError) as error:
            reason = error.fields["reason"] if isinstance(error, DatabaseError) else "no answer in time"
            _log.error("database away", reason=reason)
            raise HTTPException(503, headers={"Retry-After": str(_AGAIN_S)}) from None
        except Exception as error:  # noqa: BLE001  # Telegram shall try again; the words of the error may be a person's
            _log.error("update not taken", error=type(error).__name__, place=place(error))
            raise HTTPException(500) from None
        return Response(status_code=200, headers=_PLAIN)


def _same(given: str, right: bytes) -> bool:
    """Compares in the same time wherever they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), right)
