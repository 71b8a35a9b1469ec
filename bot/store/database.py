"""The database itself: opening, one transaction at a time, versions."""

from __future__ import annotations

import asyncio
import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import DatabaseError
from bot.store import resealing, sealing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")

HEAD = "0005"
"""The newest migration this program has; a test compares it with `migrations/`."""

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 10_000
_CONNECT_S = 5
_ABANDONED_S = 60.0  # far longer than a transaction of ours ever does nothing
_SILENT_S = 30  # a machine that does not even acknowledge
_PEOPLE = ("conversations", "inbox", "tickets")
_MIGRATING = 0x62616C6C  # the advisory lock of migrations; any number that nobody else uses


class Database:
    """Runs transaction functions `fn(connection) -> result`, synchronously or off the event loop.

    SQLite: write-ahead log, `synchronous=FULL` (a commit survives a power cut), `BEGIN IMMEDIATE`, one writer
    thread. PostgreSQL: the same functions in a small pool of threads.
    """

    def __init__(self, url: str, keys: Sequence[bytes] = ()) -> None:
        """Takes a SQLAlchemy URL, and the keys of what people wrote, newest first; none: it is not encrypted.

        Opens nothing until first used. Raises DatabaseError for a bad URL.
        """
        try:
            self._url, self._synchronous = _synchronous(make_url(url))
            self.is_sqlite = _is_sqlite(self._url)
            if self.is_sqlite and self._url.database:
                _make_folder(Path(self._url.database).parent)
            self.engine = self._engine()
        except (SQLAlchemyError, OSError, ValueError) as error:
            raise DatabaseError(
                database=_without_secrets(url),
                reason=_cause(error),
                remedy="set BOT_DATABASE_URL, for example sqlite:///var/bot.db",
            ) from error
        self.keyring = sealing.Keyring(keys) if keys else None
        sealing.attach(self.engine, self.keyring)
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else 4, thread_name_prefix="database")

    def _engine(self) -> Engine:
        if not self.is_sqlite:
            engine = create_engine(
                self._url.set(drivername="postgresql+psycopg"),
                pool_size=8,
                pool_pre_ping=True,
                connect_args={"connect_timeout": _CONNECT_S},
            )
            event.listen(engine, "connect", _prepare_postgresql)
            return engine
        engine = create_engine(self._url, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})
        event.listen(engine, "do_connect", self._make_file)
        event.listen(engine, "connect", self._prepare_sqlite)
        event.listen(engine, "begin", _begin)
        return engine

    def _make_file(self, *_: object) -> None:
        """Makes a missing SQLite file for its owner alone: it holds people's words; its journal takes its rights."""
        path = self._url.database
        if path and not path.startswith("file:"):
            # One that is there keeps its rights; one that cannot be made is reported when SQLite opens it.
            with contextlib.suppress(OSError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def _prepare_sqlite(self, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={self._synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, see `overwrite`
        cursor.close()

    @property
    def name(self) -> str:
        """The database's URL without its password, for messages."""
        return self._url.set(query={}).render_as_string(hide_password=True)

    def run(self, fn: Callable[[Connection], T]) -> T:
        """Runs `fn` in one transaction: committed when it returns, rolled back when it raises.

        Raises DatabaseError when the database itself is away, full, locked or not writable.
        """
        try:
            with self.engine.begin() as connection:
                return fn(connection)
        except (DBAPIError, PoolTimeoutError) as error:
            raise self._away(error) from error

    def _away(self, error: Exception) -> DatabaseError:
        return DatabaseError(
            database=self.name,
            reason=_cause(error),
            remedy="check that it runs, its rights and the free space",
        )

    def snapshot(self, fn: Callable[[Connection], T]) -> T:
        """Runs `fn`, which only reads, on the database as it is at one moment, however long it takes. Nobody waits.

        Raises DatabaseError as `run` does.
        """
        try:
            with self.engine.connect() as opened:
                # On SQLite a transaction that reads before it writes sees one moment: see `_begin`.
                connection = opened.execution_options(
                    **{"snapshot": True}
                    if self.is_sqlite
                    else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                )
                with connection.begin():
                    return fn(connection)
        except (DBAPIError, PoolTimeoutError) as error:
            raise self._away(error) from error

    async def run_async(self, fn: Callable[[Connection], T]) -> T:
        """Like `run`, off the event loop, in the database's own thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run, fn)

    def overwrite(self) -> None:
        """Brings SQLite's write-ahead log into the file and empties it: until then it still holds what was erased.

        SQLite does the same by itself every thousand pages and when the last connection closes. A log that somebody
        still reads is left to that. PostgreSQL frees the space in its own time (autovacuum).
        """
        if self.is_sqlite:
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        """Waits for transactions in hand and closes all connections."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()

    # ---- versions --------------------------------------------------------------------------------------

    def version(self) -> str | None:
        """The migration the database is at; None for one that was never migrated."""

        def read(connection: Connection) -> str | None:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found

        return self.run(read)

    def is_empty(self) -> bool:
        """True when the database has no tables yet."""
        return self.run(lambda connection: not inspect(connection).get_table_names())

    def holds_conversations(self) -> bool:
        """True when there is anything that people wrote, decided or not."""

        def look(connection: Connection) -> bool:
            there = set(inspect(connection).get_table_names())
            counts = (f"SELECT 1 FROM {table} LIMIT 1" for table in _PEOPLE if table in there)  # noqa: S608  # our names
            return any(connection.execute(text(count)).scalar() for count in counts)

        return self.run(look)

    def migrate(self, revision: str = "head") -> None:
        """Brings the database to `revision`, forward or back. Idempotent."""
        # Alembic is only needed here, and costs memory and a tenth of a second.
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        current = self.version()
        back = revision == "base" or (revision != "head" and current is not None and revision < current)

        def change(connection: Connection) -> None:
            if not self.is_sqlite:  # replicas that start together migrate one after the other
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
            config.attributes["connection"] = connection
            (command.downgrade if back else command.upgrade)(config, revision)

        try:
            self.run(change)
        except CommandError as error:
            raise DatabaseError(
                database=self.name,
                reason=f"it is of version {current}, which this program does not know: {error}",
                remedy="install the program version that made it",
            ) from error

    def require_current(self) -> None:
        """Prepares an empty database.

        Raises DatabaseError when an existing one is of another version, or encrypted with a key that is not here.
        """
        if self.is_empty():
            self.migrate()
        found = self.version()
        if found != HEAD:
            raise DatabaseError(
                database=self.name,
                reason=f"it is of version {found}, this program needs {HEAD}",
                remedy="run: ballerup-bot migrate"
                if found is None or found < HEAD
                else "install the program version that made it",
            )
        self.run(lambda connection: resealing.admit(connection, self.keyring))


def revisions() -> tuple[str, ...]:
    """Returns the names of all migrations, oldest first."""
    return tuple(sorted(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def _make_folder(folder: Path) -> None:
    """Makes the folders that are missing, for their owner alone. Raises OSError."""
    for missing in reversed([path for path in folder.parents if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def _synchronous(url: URL) -> tuple[URL, str]:
    """Takes `?synchronous=off`, which is for measuring alone, out of a URL. Raises ValueError for another word."""
    wanted = url.query.get("synchronous", "full")
    if wanted not in {"full", "off"}:
        raise ValueError("synchronous must be full, or off for measuring")
    return url.difference_update_query(["synchronous"]), str(wanted)


def _is_sqlite(url: URL) -> bool:
    """Raises ValueError for a database that is neither a SQLite file nor PostgreSQL."""
    backend = url.get_backend_name()
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("a database in memory would be lost; name a file")
    if backend not in {"sqlite", "postgresql", "postgres"}:
        raise ValueError(f"{backend} is not supported, only sqlite and postgresql")
    return backend == "sqlite"


def _prepare_postgresql(connection: Any, _record: ConnectionPoolEntry) -> None:
    """Lets the server give up a process that hangs, or whose machine is gone: its locks would stop all others.

    By itself a server waits for two hours.
    """
    connection.autocommit = True  # else the first rollback would take it back
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {int(_ABANDONED_S * 1000)}")
    for name, value in {"idle": _SILENT_S // 3, "interval": _SILENT_S // 3, "count": 2}.items():
        cursor.execute(f"SET tcp_keepalives_{name} = {value}")
    cursor.close()
    connection.autocommit = False


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("snapshot", False):
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _cause(error: BaseException) -> str:
    """The driver's own words, never the statement or its parameters (they hold people's texts)."""
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return str(origin).splitlines()[0] if str(origin) else type(origin).__name__


def _without_secrets(url: str) -> str:
    before, at, after = url.partition("?")[0].rpartition("@")
    return f"{before.partition(':')[0]}:…@{after}" if at else after
