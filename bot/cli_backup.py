"""The commands that copy the whole database into a file, and a file into an empty database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.editions import SystemClock
from bot.store import archive
from bot.store.database import Database

if TYPE_CHECKING:
    import argparse

    from bot.settings import Settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `backup` and `restore`."""
    save = commands.add_parser(
        "backup",
        help="copy the whole database into a new file, while the assistant runs",
        description="Writes everything at one moment into a new file, for its owner alone. It holds people's words: "
        "keep it as safe as the database itself.",
    )
    save.add_argument("file", type=Path, metavar="FILE", help="the file to write; it must not be there yet")
    save.set_defaults(work=_backup)
    back = commands.add_parser(
        "restore",
        help="fill an empty database from a backup",
        description="Fills an empty database, SQLite or PostgreSQL, from a backup of either. All of it or nothing.",
    )
    back.add_argument("file", type=Path, metavar="FILE", help="a file that `backup` wrote")
    back.set_defaults(work=_restore)


def _talk(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _backup(chosen: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url, settings.secret_keys)
    try:
        if database.is_empty():
            _talk(f"{database.name} is empty: there is nothing to back up. Is BOT_DATABASE_URL right?")
            return 1
        database.require_current()
        manifest = archive.write(database, chosen.file, SystemClock().now())
    finally:
        database.close()
    _talk(f"{chosen.file}: {manifest.rows} rows of version {manifest.version}, read again and found right")
    return 0


def _restore(chosen: argparse.Namespace, settings: Settings) -> int:
    manifest = archive.check(chosen.file)
    database = Database(settings.database_url)  # without keys: what is encrypted comes back as it is
    try:
        database.require_current()
        archive.restore(database, chosen.file, manifest)
    finally:
        database.close()
    _talk(f"{database.name}: {manifest.rows} rows of version {manifest.version}; start the assistant on it now")
    return 0
