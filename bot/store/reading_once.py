"""What is the same for every message of a transaction is read once in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.engine import RootTransaction

T = TypeVar("T")


class Once:
    """Remembers one value for as long as a transaction lasts; nothing is kept from one to the next."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[RootTransaction, object] = WeakKeyDictionary()

    def get(self, connection: Connection, read: Callable[[], T]) -> T:
        """Returns what `read` does, or did earlier in this transaction. It must not depend on anything else."""
        transaction = connection.get_transaction()
        if transaction is None:
            return read()
        if transaction not in self._known:
            self._known[transaction] = read()
        return self._known[transaction]  # type: ignore[return-value]  # each value is read in one way only

    def forget(self, connection: Connection) -> None:
        """What was read is being changed in this transaction."""
        transaction = connection.get_transaction()
        if transaction is not None:
            self._known.pop(transaction, None)
