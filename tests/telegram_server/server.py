"""A local Telegram: a Bot API server with people in it, for tests and for trying the bot by hand."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Literal, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from tests.telegram_server.calls import Call, Calls
from tests.telegram_server.endpoint import Endpoint
from tests.telegram_server.faults import Fault, Faults, Mode
from tests.telegram_server.limits import Limits
from tests.telegram_server.resident import User
from tests.telegram_server.staff import Group
from tests.telegram_server.state import ADMIN_RIGHTS, Account, Member, World
from tests.telegram_server.updates import Delay, Duplicate, Updates
from tests.telegram_server.waiting import PATIENCE, wait_for
from tests.telegram_server.webhook import Pusher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from starlette.routing import BaseRoute

    from tests.telegram_server.waiting import Found

BOT_ID = 8_000_000_001
TOKEN = f"{BOT_ID}:local-server-test-token"
START_TIMEOUT = 10.0


class TelegramServer:
    """Serves in a thread of this process on 127.0.0.1; the bot may run in any process.

    `url` is the value for BOT_TELEGRAM_API_URL: methods are at `{url}/bot{token}/…`, files at
    `{url}/file/bot{token}/…`.
    `violations` are breaches of the schema (and mistakes of this server): a test asserts that there are none.
    Use as a context manager, plain or async, or call `start` and `stop`.
    """

    def __init__(
        self, *, token: str = TOKEN, port: int = 0, host: str = "127.0.0.1", routes: Sequence[BaseRoute] = ()
    ) -> None:
        self.token = token
        self.world = World(Account(int(token.partition(":")[0]), "Ballerup", username="ballerup_test_bot", is_bot=True))
        self.updates = Updates(self.world)
        self.faults = Faults(self.world.clock)
        self.calls = Calls(self.world, self.updates, self.faults)
        self._endpoint = Endpoint(self.calls, token)
        self.pusher = Pusher(self.updates, self._endpoint.call_from_webhook)
        self._socket = socket.create_server((host, port))
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self._routes = [*self._bot_routes(), *routes]
        self._server: uvicorn.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def _bot_routes(self) -> list[BaseRoute]:
        verbs = ["GET", "POST"]
        return [
            Route("/bot{token}/{method}", self._endpoint.method, methods=verbs),
            Route("/file/bot{token}/{path:path}", self._endpoint.download, methods=["GET"]),
        ]

    def start(self) -> Self:
        config = uvicorn.Config(
            Starlette(routes=self._routes),
            http=self._endpoint.protocol,
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="telegram", daemon=True)
        self._thread.start()
        end = time.monotonic() + START_TIMEOUT
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise RuntimeError("the Telegram server did not start")
            time.sleep(0.005)
        return self

    def _serve(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        assert self._server is not None
        self._loop = asyncio.get_running_loop()
        self.updates.attach(self._loop)
        pushing = asyncio.create_task(self.pusher.run())
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            self.updates.stop()
            pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pushing

    def stop(self) -> None:
        """Ends waiting calls and the thread; safe to call twice."""
        if self._thread is None or self._server is None or self._loop is None:
            self._socket.close()
            return
        with contextlib.suppress(RuntimeError):  # the loop may have ended already
            self._loop.call_soon_threadsafe(self._endpoint.stopping.set)
        self.updates.stopping = True
        self.updates.wake()
        self._server.should_exit = True
        self._thread.join(START_TIMEOUT)
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def log(self) -> Sequence[Call]:
        """Every call so far, in order of arrival."""
        with self.world.lock:
            return tuple(self.calls.log)

    @property
    def violations(self) -> list[str]:
        return self.calls.violations

    @property
    def early_calls(self) -> list[Call]:
        """Calls made before the `retry_after` of a 429 they had been given was over."""
        return [call for call in self.log if call.early]

    def calls_of(self, method: str, predicate: Callable[[Call], object] | None = None) -> list[Call]:
        """The finished calls of a method for which the predicate holds."""
        return [
            call
            for call in self.log
            if call.done and call.method.lower() == method.lower() and (predicate is None or predicate(call))
        ]

    def wait_call(
        self,
        method: str,
        predicate: Callable[[Call], object] | None = None,
        timeout: float = PATIENCE,
        *,
        after: Call | None = None,
    ) -> Call:
        """The first finished call that fits (later than `after`), waiting for it if need be."""

        def look() -> Call | None:
            found = self.calls_of(method, predicate)
            return next((call for call in found if after is None or call.number > after.number), None)

        return wait_for(self.world, look, timeout, lambda: f"no such {method}; {self._called()}")

    def _called(self) -> str:
        lines = [f"  {call.method} {call.params} {call.error or 'ok'}" for call in self.log[-12:]]
        return "the last calls are\n" + ("\n".join(lines) or "  (none)")

    def wait_until(self, look: Callable[[], Found | None], timeout: float = PATIENCE) -> Found:
        """Waits until `look` gives something true, looking at every change of the world."""
        return wait_for(self.world, lambda: look() or None, timeout, self._called)

    def user(self, first_name: str, language_code: str = "en") -> User:
        """A new person, who has not yet met the bot."""
        with self.world.lock:
            return User(self.world, self.world.add_account(first_name, language_code))

    def group(self, title: str, *, forum: bool = True, bot_rights: Iterable[str] | None = ADMIN_RIGHTS) -> Group:
        """A new supergroup with the bot in it: an administrator with these rights, or with None a plain member."""
        standing = Member("member") if bot_rights is None else Member("administrator", frozenset(bot_rights))
        return self._group(title, standing, forum=forum)

    def strange_group(self, title: str, kind: Literal["group", "supergroup", "channel"] = "supergroup") -> Group:
        """A new group without the bot in it: `set_bot("member", by=…)` is how somebody adds it."""
        return self._group(title, Member("left"), kind=kind)

    def _group(self, title: str, bot: Member, *, forum: bool = False, kind: str = "supergroup") -> Group:
        with self.world.lock:
            chat = self.world.add_group(title, forum=forum, bot=bot, kind=kind)
            return Group(self.world, chat, self.world.add_account("Owner", "da"))

    def fail(
        self,
        method: str,
        *,
        times: int | None = 1,
        status: int = 429,
        retry_after: float = 1,
        chat: int | None = None,
        thread: int | None = None,
        after: int = 0,
        mode: Mode = "error",
        seconds: float | None = None,
        spread: float = 0,
        description: str = "",
        parameters: dict[str, Any] | None = None,
    ) -> Fault:
        """Orders a fault; the answer's `hits` counts the calls it met. See `Fault` for the modes.

        `method` may be "*"; `times` None means for ever; the first `after` matching calls pass.
        """
        fault = Fault(
            method,
            times,
            mode,
            status,
            retry_after,
            chat,
            thread,
            after,
            seconds,
            spread,
            description,
            parameters or {},
        )
        with self.world.lock:
            return self.faults.add(fault)

    def duplicate_updates(self, times: int = 1, kind: str = "*") -> None:
        """Delivers the next `times` updates (of a kind such as "message") twice, with the same update_id."""
        with self.world.lock:
            self.updates.duplicates.append(Duplicate(kind, times))

    def delay_updates(self, seconds: float, times: int = 1, kind: str = "*") -> None:
        """Holds up the next `times` updates (of a kind), and what comes behind them in their queues; other queues go
        on, so that a button press overtakes a message.
        """
        with self.world.lock:
            self.updates.delays.append(Delay(kind, times, seconds))

    def lose_acknowledgements(self, times: int = 1, kind: str = "*") -> None:
        """Loses the webhook's next `times` answers that accept an update (of a kind): it comes again."""
        with self.world.lock:
            self.pusher.unheard.append(Duplicate(kind, times))

    def limit(self, overall: int = 30, private: int = 3, group: int = 20) -> None:
        """Refuses what is over Telegram's own limits from now on. See `Limits`."""
        with self.world.lock:
            self.faults.limits = Limits(overall, private, group)

    def expire_file(self, file_id: str) -> None:
        """Makes a file unavailable, as old files become."""
        with self.world.lock:
            self.world.files[file_id].expired = True

    def host(self, url: str, content: bytes, mime: str) -> None:
        """Lets the server find this at an http address the bot gives for a file."""
        with self.world.lock:
            self.world.web[url] = (mime, content)
