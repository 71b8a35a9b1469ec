"""A backup: everything of one moment in one file that fits SQLite and PostgreSQL alike.

A zip file with one `<table>.jsonl` for each table, a row a line as a JSON array, and a `manifest.json` with the
version, the columns, and for each table how many rows there are, their SHA-256, and the last number it gave away.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, MetaData, Table, Text, func, insert, select, text, update

from bot.errors import ArchiveError
from bot.store.database import HEAD
from bot.store.sealing import Sealed
from bot.store.tables import metadata, outbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from tempfile import _TemporaryFileWrapper

    from bot.store.database import Database

_FORMAT = "ballerup-bot backup 1"
_MANIFEST = "manifest.json"
_BATCH = 500
_LONGEST = 16_000_000  # bytes of a row or of the manifest; the longest row has a hundredth of that
_SEQUENCE = text("SELECT pg_get_serial_sequence(:table, :key)")


def _as_stored(table: Table) -> Table:
    """The same table, whose encrypted columns are copied as they are: no key is needed, and no word is in a backup."""
    columns = (
        Column(column.name, Text() if isinstance(column.type, Sealed) else column.type, primary_key=column.primary_key)
        for column in table.columns
    )
    return Table(table.name, MetaData(), *columns)


@dataclass(frozen=True, slots=True)
class Part:
    """What a backup holds of one table. `last`: the last number the table gave away; None where it gives none."""

    columns: tuple[str, ...]
    rows: int
    sha256: str
    last: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the database's version, the moment (ms), and each table's part."""

    format: str
    version: str
    at: int
    tables: Mapping[str, Part]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(part.rows for part in self.tables.values())


# ---- writing ---------------------------------------------------------------------------------------------


def write(database: Database, path: Path, now: int) -> Manifest:
    """Copies everything at one moment into the new file `path`, reads it again, and returns what it holds.

    Nobody has to wait for it: it reads a snapshot. The file appears under its name when it is whole and on the disk.
    Raises ArchiveError when it is there already or cannot be written, DatabaseError when the database is away.
    """
    with _told(path), _unfinished(path) as file:
        _refuse_to_replace(path)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            tables = database.snapshot(lambda connection: _copy(connection, archive))
            manifest = Manifest(_FORMAT, HEAD, now, tables)
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
        file.flush()
        os.fsync(file.fileno())
        check(Path(file.name))
        _refuse_to_replace(path)
        Path(file.name).rename(path)
        _sync_folder(path.parent)
    return manifest


@contextmanager
def _unfinished(path: Path) -> Iterator[_TemporaryFileWrapper[bytes]]:
    """A new file beside `path` for its owner alone; gone at the end, unless it got another name."""
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", suffix=".part", delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def _refuse_to_replace(path: Path) -> None:
    if path.exists():
        raise FileExistsError(errno.EEXIST, "it is there already; a backup replaces nothing")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(connection: Connection, archive: zipfile.ZipFile) -> dict[str, Part]:
    return {table.name: _copy_table(connection, archive, table) for table in metadata.sorted_tables}


def _copy_table(connection: Connection, archive: zipfile.ZipFile, table: Table) -> Part:
    digest, count = hashlib.sha256(), 0
    stored = _as_stored(table)
    statement = select(stored).order_by(*stored.primary_key)
    found = connection.execute(statement, execution_options={"yield_per": _BATCH})
    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as lines:
        for row in found:
            line = json.dumps(list(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            lines.write(line)
            count += 1
    return Part(tuple(table.columns.keys()), count, digest.hexdigest(), _last_number(connection, table))


# ---- numbers ---------------------------------------------------------------------------------------------


def _numbered(table: Table) -> bool:
    key = list(table.primary_key)
    return len(key) == 1 and key[0].autoincrement is True


def _last_number(connection: Connection, table: Table) -> int | None:
    """The last number the table gave away, also to a row that is gone: no case gets the number of another."""
    if not _numbered(table):
        return None
    if connection.dialect.name == "sqlite":
        statement = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return connection.execute(statement, {"table": table.name}).scalar() or 0
    name = connection.execute(_SEQUENCE, {"table": table.name, "key": _key(table)}).scalar_one()
    last = text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}")  # noqa: S608  # our own names
    number: int = connection.execute(last).scalar_one()
    return number


def _key(table: Table) -> str:
    return next(iter(table.primary_key)).name


def _set_number(connection: Connection, table: Table, last: int) -> None:
    if not last:
        return
    if connection.dialect.name == "sqlite":
        row = {"table": table.name, "last": last}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), row)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), row)
    else:
        name = connection.execute(_SEQUENCE, {"table": table.name, "key": _key(table)}).scalar_one()
        connection.execute(text("SELECT setval(CAST(:name AS regclass), :last)"), {"name": name, "last": last})


# ---- checking --------------------------------------------------------------------------------------------


def check(path: Path) -> Manifest:
    """Reads a whole backup and returns what it holds.

    Raises ArchiveError for a file that is no backup, is damaged, or is of another version.
    """
    with _told(path), zipfile.ZipFile(path) as archive:
        manifest = _manifest(archive, path)
        for table in metadata.sorted_tables:
            part, digest, count = manifest.tables[table.name], hashlib.sha256(), 0
            with archive.open(f"{table.name}.jsonl") as member:
                for line in _lines(member, path):
                    digest.update(line)
                    count += 1
            if (count, digest.hexdigest()) != (part.rows, part.sha256):
                raise _damaged(path, f"the rows of {table.name} are not those that were written")
    return manifest


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    with archive.open(_MANIFEST) as member:
        value = json.loads(_limited(member.read(_LONGEST + 1), path))
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise _damaged(path, "it is no backup of this program")
    if value["version"] != HEAD:
        raise ArchiveError(
            path=str(path),
            reason=f"it is of version {value['version']}, this program needs {HEAD}",
            remedy="restore it with the program version that made it, then run: ballerup-bot migrate",
        )
    tables = {
        name: Part(tuple(part["columns"]), part["rows"], part["sha256"], part["last"])
        for name, part in value["tables"].items()
    }
    for table in metadata.sorted_tables:
        if table.name not in tables or tables[table.name].columns != tuple(table.columns.keys()):
            raise _damaged(path, f"{table.name} is not as this program knows it")
    return Manifest(value["format"], value["version"], value["at"], tables)


def _lines(member: IO[bytes], path: Path) -> Iterator[bytes]:
    """Yields the lines of a member of the archive, which may be packed so well that one fills the memory."""
    while line := member.readline(_LONGEST + 1):
        yield _limited(line, path)


def _limited(data: bytes, path: Path) -> bytes:
    if len(data) > _LONGEST:
        raise _damaged(path, f"it holds something longer than {_LONGEST // 1_000_000} MB")
    return data


def _damaged(path: Path, reason: str) -> ArchiveError:
    return ArchiveError(path=str(path), reason=reason, remedy="take another backup")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Says what is wrong with the file `path`, never what is in it."""
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            path=str(path),
            reason=error.strerror or type(error).__name__,
            remedy="check the folder, its rights and the free space",
        ) from error
    except (zipfile.BadZipFile, RuntimeError, KeyError, ValueError, TypeError, EOFError, zlib.error) as error:
        raise _damaged(path, f"it cannot be read ({type(error).__name__})") from error


# ---- reading ---------------------------------------------------------------------------------------------


def is_blank(connection: Connection) -> bool:
    """True when no table holds a row."""
    return not any(
        connection.execute(select(func.count()).select_from(select(table).limit(1).subquery())).scalar_one()
        for table in metadata.sorted_tables
    )


def restore(database: Database, path: Path, manifest: Manifest) -> None:
    """Fills the empty tables of `database` from the checked backup `path`, in one transaction.

    What was still to be delivered may have arrived after the backup was made: it is marked as `unknown`. Raises
    ArchiveError when the database is not empty, or the file has changed.
    """
    with _told(path), zipfile.ZipFile(path) as archive:

        def fill(connection: Connection) -> None:
            _keep_others_out(connection)
            if not is_blank(connection):
                raise ArchiveError(
                    path=str(path),
                    reason=f"{database.name} is not empty, and a backup only goes into an empty database",
                    remedy="set BOT_DATABASE_URL to a new one",
                )
            for table in metadata.sorted_tables:
                _fill_table(connection, archive, table, path, manifest.tables[table.name])
            waiting = update(outbox).where(outbox.c.settled_at.is_(None))
            connection.execute(waiting.values(state="pending", unknown=True, lease_until=None))

        database.run(fill)


def _keep_others_out(connection: Connection) -> None:
    """SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def _fill_table(connection: Connection, archive: zipfile.ZipFile, table: Table, path: Path, part: Part) -> None:
    digest, stored = hashlib.sha256(), _as_stored(table)
    with archive.open(f"{table.name}.jsonl") as member:
        lines = _lines(member, path)
        while batch := list(islice(lines, _BATCH)):
            for line in batch:
                digest.update(line)
            connection.execute(insert(stored), [_row(part, line) for line in batch])
    if digest.hexdigest() != part.sha256:
        raise _damaged(path, "it changed while it was read")
    if part.last is not None:
        _set_number(connection, table, part.last)


def _row(part: Part, line: bytes) -> dict[str, Any]:
    return dict(zip(part.columns, json.loads(line), strict=True))
