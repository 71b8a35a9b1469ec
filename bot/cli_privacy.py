"""The commands about one person's data: export and erase."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.editions import SystemClock, build_core
from bot.service import personal
from bot.service.personal_file import as_json, as_text
from bot.store.database import Database

if TYPE_CHECKING:
    import argparse

    from bot.settings import Settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `privacy` with its subcommands."""
    top = commands.add_parser("privacy", help="what is kept of one person")
    parts = top.add_subparsers(dest="part", required=True, metavar="part")
    export = parts.add_parser("export", help="everything that is kept of a person, with the notes of staff")
    export.add_argument("--json", action="store_true", help="as JSON")
    export.set_defaults(work=_export)
    erase = parts.add_parser("erase", help="erase everything that is kept of a person")
    erase.add_argument("--yes", action="store_true", help="really do it")
    erase.set_defaults(work=_erase)
    for part in (export, erase):
        part.add_argument("channel", metavar="CHANNEL", help="where they write: telegram, terminal")
        part.add_argument("chat", metavar="CHAT", help="the id of their chat there")


def _talk(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _export(chosen: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url)
    try:
        database.require_current()
        record = database.run(lambda connection: personal.export(connection, chosen.channel, chosen.chat))
    finally:
        database.close()
    if record.empty:
        return _nothing(chosen)
    core = build_core(settings)
    now, language = core.clock.now(), record.conversation.language
    if chosen.json:
        sys.stdout.write(as_json(record, core.renderer, now, notes=True))
    else:
        known = language if language in core.library.brain.offered else settings.staff_language
        sys.stdout.write(as_text(record, core.renderer, known, now, notes=True))
    return 0


def _erase(chosen: argparse.Namespace, settings: Settings) -> int:
    channel, chat, now = chosen.channel, chosen.chat, SystemClock().now()
    database = Database(settings.database_url)
    try:
        database.require_current()
        record = database.run(lambda connection: personal.export(connection, channel, chat))
        if record.empty:
            return _nothing(chosen)
        if not chosen.yes:
            cases = len(record.cases)
            _talk(f"This erases the conversation and {cases} cases of {channel} {chat} for good; add --yes to do it")
            return 2
        rows = database.run(lambda connection: personal.erase(connection, channel, chat, now))
        database.overwrite()
    finally:
        database.close()
    _talk(f"{rows} rows are erased; the person is not told, and a running assistant deletes the staff topics")
    return 0


def _nothing(chosen: argparse.Namespace) -> int:
    _talk(f"nothing is kept of {chosen.channel} {chosen.chat}")
    return 1
