"""HTTP for python-telegram-bot, on aiohttp: its own costs several times the CPU a call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput
    from telegram.request import RequestData

_JSON = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}
_FILES = {"User-Agent": BaseRequest.USER_AGENT}
_IDLE_S = 60  # connections are kept open for the next call; a new one costs Telegram and us a handshake


class AiohttpRequest(BaseRequest):
    """Calls the Bot API. Faults become the errors that `telegram.request.HTTPXRequest` raises for them."""

    def __init__(self, server: str, *, pool: int, read: float, connect: float = 10, write: float = 20) -> None:
        """`server` is the Bot API server's address; `pool`: most calls at once; the rest are seconds.

        A proxy named in the environment is used. Opens nothing until it is initialised, or first used.
        """
        self._server = server
        self._pool = pool
        self._read, self._connect, self._write = read, connect, write
        self._usual = self._timeout(read, connect)
        self._proxy = _proxy(server)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """How long an answer may take, in seconds."""
        return self._read

    async def initialize(self) -> None:
        """Opens the pool of connections."""
        if self._session is None or self._session.closed:
            # The same trusted certificates as python-telegram-bot uses.
            secure = httpx.create_ssl_context() if self._server.startswith("https:") else True
            connector = aiohttp.TCPConnector(limit=self._pool, keepalive_timeout=_IDLE_S, ssl=secure)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Closes all connections."""
        if self._session is not None:
            await self._session.close()

    async def call(self, url: str, fields: dict[str, Any], read: float | None = None) -> Any:
        """Posts `fields` as they are and returns the result, which may take `read` seconds (None: as usual).

        Raises what calls through the client library raise.
        """
        body = cast("RequestData", json.dumps(fields).encode())
        payload = await self._request_wrapper(url, "POST", body, read_timeout=read or self._read)
        return self.parse_json_payload(payload)["result"]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Returns the status and the body of the answer. Raises TimedOut and NetworkError.

        Waiting for a free connection is part of connecting; `pool_timeout` is not looked at.
        """
        del pool_timeout
        if self._session is None:
            await self.initialize()
        if self._session is None or self._session.closed:
            raise RuntimeError("the connections are closed")
        read, connect = _or(read_timeout, self._read), _or(connect_timeout, self._connect)
        body, headers = _body(request_data)
        if isinstance(body, aiohttp.FormData) and read is not None:
            read = max(read, _or(write_timeout, self._write) or 0)
        timeout = self._usual if (read, connect) == (self._read, self._connect) else self._timeout(read, connect)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            _refuse(error)

    @staticmethod
    def _timeout(read: float | None, connect: float | None) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=None, connect=connect, sock_connect=connect, sock_read=read)


def never_left(error: NetworkError) -> bool:
    """Returns whether a call that failed was certainly not sent: there was no connection to send it over."""
    return isinstance(error.__cause__, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)


def _refuse(error: Exception) -> NoReturn:
    """Raises what python-telegram-bot raises for such a fault. Its words name no address, which holds the token."""
    if isinstance(error, TimeoutError):
        raise TimedOut from error
    if isinstance(error, aiohttp.ClientResponseError):  # it holds the address
        raise NetworkError(f"aiohttp.{type(error).__name__}") from None
    raise NetworkError(f"aiohttp.{type(error).__name__}") from error


def _body(data: RequestData | bytes | None) -> tuple[Any, dict[str, str]]:
    """What is sent, and the headers that say how. What has files goes in parts, everything else as JSON."""
    if data is None:
        return None, _FILES
    if isinstance(data, bytes):
        return data, _JSON
    if not data.contains_files:
        return data.json_payload, _JSON
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, _FILES


def _or(given: ODVInput[float], usual: float) -> float | None:
    return usual if given is BaseRequest.DEFAULT_NONE else given  # type: ignore[return-value]


def _proxy(server: str) -> str | None:
    """The proxy that the environment names for `server`; None where it names none."""
    address = urlsplit(server)
    if proxy_bypass(address.netloc):
        return None
    proxies = getproxies()
    return proxies.get(address.scheme) or proxies.get("all")
