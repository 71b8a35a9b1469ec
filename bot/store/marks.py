"""Small durable values by name, such as a poller's offset."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from bot.store.inbox import insert_once
from bot.store.tables import marks


def get(connection: Connection, name: str) -> str | None:
    """Returns the value of `name`; None when it was never set."""
    return connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar_one_or_none()


def lock(connection: Connection, name: str) -> str:
    """Returns the value of `name`, "" when it was never set, and keeps others from setting it in this transaction."""
    statement = insert_once(connection)(marks).values(name=name, value="")
    connection.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
    known: str = connection.execute(select(marks.c.value).where(marks.c.name == name).with_for_update()).scalar_one()
    return known


def put(connection: Connection, name: str, value: str) -> None:
    """Sets `name` to `value`."""
    statement = insert_once(connection)(marks).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def remove(connection: Connection, name: str) -> None:
    """Forgets `name`."""
    connection.execute(delete(marks).where(marks.c.name == name))
