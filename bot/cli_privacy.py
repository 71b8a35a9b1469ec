"""The commands about personal data: one person's, how long it is kept, and its encryption."""

from __future__ import annotations

import base64
import os
import sys
from typing import TYPE_CHECKING

from bot.core.retention import KINDS
from bot.editions import SystemClock, build_core
from bot.errors import SettingsError
from bot.service import personal, purging
from bot.service.personal_file import as_json, as_text
from bot.settings import EXAMPLES
from bot.store import resealing, retention
from bot.store.database import Database
from handlers.terminal.screen import harmless

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from sqlalchemy import Column

    from bot.settings import Settings
    from bot.store.sealing import Keyring

_BATCH = 200


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `privacy` with its subcommands."""
    top = commands.add_parser("privacy", help="personal data: of one person, how long it is kept, its encryption")
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
    purge = parts.add_parser("purge", help="erase what is older than BOT_RETENTION_DAYS says, and prove it")
    purge.add_argument("--dry-run", action="store_true", help="only count what would go")
    purge.set_defaults(work=_purge)
    key = parts.add_parser("key", help="print a new key for BOT_SECRET_KEY")
    key.set_defaults(work=_key)
    rotate = parts.add_parser("rotate", help="encrypt everything with the newest key, while the assistant runs")
    rotate.set_defaults(work=_rotate)


def _talk(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _export(chosen: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url, settings.secret_keys)
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
        sys.stdout.write(harmless(as_text(record, core.renderer, known, now, notes=True)))
    return 0


def _erase(chosen: argparse.Namespace, settings: Settings) -> int:
    channel, chat, now = chosen.channel, chosen.chat, SystemClock().now()
    database = Database(settings.database_url, settings.secret_keys)
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


# ---- how long it is kept ---------------------------------------------------------------------------------


def _purge(chosen: argparse.Namespace, settings: Settings) -> int:
    periods, now = settings.retention_days, SystemClock().now()
    database = Database(settings.database_url, settings.secret_keys)
    gone = dict.fromkeys(KINDS, 0)
    try:
        database.require_current()
        if chosen.dry_run:
            would = database.run(lambda connection: retention.overdue(connection, periods, now))
            _print_kinds(would, settings, "would go")
            return 0
        while (purged := database.run(lambda connection: purging.purge(connection, periods, now))).total:
            gone = {kind: gone[kind] + purged.counts[kind] for kind in KINDS}
        database.overwrite()
        left = database.run(lambda connection: retention.overdue(connection, periods, now))
    finally:
        database.close()
    _print_kinds(gone, settings, "gone")
    if any(left.values()):
        words = ", ".join(f"{kind} {count}" for kind, count in left.items() if count)
        _talk(f"Older than that and still there: {words}. Somebody had them in hand: run it again")
        return 1
    _talk("Nothing older is left; a running assistant deletes the staff topics")
    return 0


def _print_kinds(counts: Mapping[str, int], settings: Settings, word: str) -> None:
    for kind, count in counts.items():
        sys.stdout.write(f"{kind}: {count} {word} (kept {settings.retention_days.days(kind)} days)\n")


# ---- its encryption --------------------------------------------------------------------------------------


def _key(_: argparse.Namespace, _settings: Settings) -> int:
    sys.stdout.write(base64.urlsafe_b64encode(os.urandom(32)).decode() + "\n")
    return 0


def _rotate(_: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url, settings.secret_keys)
    try:
        database.require_current()
        keyring = database.keyring
        if keyring is None:
            raise SettingsError(name="BOT_SECRET_KEY", reason="there is no key", example=EXAMPLES["secret_key"])
        unreadable = 0
        for column in resealing.COLUMNS:
            changed, bad = _reseal(database, column, keyring)
            unreadable += bad
            sys.stdout.write(f"{column}: {changed} encrypted with the newest key\n")
        database.overwrite()
        finished = database.run(lambda connection: resealing.forget_old(connection, keyring))
    finally:
        database.close()
    if unreadable:
        _talk(f"{unreadable} values cannot be read: they were changed or moved. The old keys are still needed")
    elif not finished:
        _talk("Some values were in use and still have an old key: run it again")
    else:
        _talk("Everything has the newest key; older ones can go from BOT_SECRET_KEY")
    return 0 if finished else 1


def _reseal(database: Database, column: Column[str], keyring: Keyring) -> tuple[int, int]:
    """Returns how many rows of a column were encrypted anew, and how many could not be read."""
    after, changed, unreadable = 0, 0, 0
    while True:
        start = after
        batch = database.run(lambda c, start=start: resealing.reseal(c, column, keyring, start, _BATCH))  # type: ignore[misc]
        if batch.last is None:
            return changed, unreadable
        after, changed, unreadable = batch.last, changed + batch.changed, unreadable + batch.unreadable
