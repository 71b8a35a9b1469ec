"""Several small transactions as one: a commit costs the same for one of them as for many."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.delivery.ports import Transactions

T = TypeVar("T")

_Waiting = tuple["Callable[[Connection], Any]", "asyncio.Future[Any]"]


class Grouped:
    """Transactions that are asked for while one is under way are committed together after it, in the order in which
    they were asked for. Where one raises, all of them are rolled back and run again one by one.
    """

    def __init__(self, transactions: Transactions, most: int) -> None:
        """`most` of them at once. For a database with one writer: elsewhere they could wait for one another."""
        self._transactions = transactions
        self._most = most
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def run_async(self, fn: Callable[[Connection], T]) -> T:
        """Returns when what `fn` wrote is committed, perhaps with what others wrote; raises what it raises.

        `fn` may be run twice, the first time in vain.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((fn, done))
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="grouping")
        return await done

    async def _work(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._run(some)
        finally:
            self._task = None

    async def _run(self, some: list[_Waiting]) -> None:
        def together(connection: Connection) -> list[Any]:
            return [fn(connection) for fn, _ in some]

        try:
            results = await self._transactions.run_async(together)
        except Exception as error:  # noqa: BLE001  # whoever asked for it gets it
            if len(some) > 1 and not isinstance(error, DatabaseError):
                for one in some:
                    await self._run([one])
                return
            for _, done in some:
                if not done.done():
                    done.set_exception(error)
        else:
            for (_, done), result in zip(some, results, strict=True):
                if not done.done():  # who asked for it may have been cancelled
                    done.set_result(result)
