"""Looks at everything the assistant needs, changes nothing, and says how to mend what is not well."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from sqlalchemy.engine import make_url

from bot import content
from bot.core.findings import fail, ok, warn
from bot.errors import BotError, DatabaseError
from bot.i18n import check_catalogues
from bot.service.moving import staff_chats
from bot.store.database import HEAD, Database
from bot.store.resealing import require_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.findings import Finding
    from bot.settings import Settings

_TELEGRAM = "telegram"
_LITTLE, _FEW = 200_000_000, 1_000_000_000  # bytes
_PATIENCE_S = 10.0
_SHOWN = 3
_MENDING = "run: ballerup-bot knowledge check"


async def examine(
    settings: Settings, now: Callable[[], int], free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
) -> list[Finding]:
    """Returns every condition that was looked at. `now` gives ms; `free` the bytes that are free on a path's disk."""
    found = [*_database(settings), *_disk(settings, free), *_knowledge(settings)]
    found += await _of_telegram(settings, now)
    if settings.translator_url is not None:
        found.append(await _translator(settings.translator_url))
    return found


def _file(settings: Settings) -> Path | None:
    """Where the SQLite file lies; None for PostgreSQL."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _database(settings: Settings) -> list[Finding]:
    """A database that is not there yet is not made here."""
    file = _file(settings)
    if file is not None and not file.exists():
        return [ok("database", "there is none yet; `run` makes it")]
    try:
        database = Database(settings.database_url, settings.secret_keys)
        try:
            empty, version = database.is_empty(), database.version()
            if version == HEAD:
                database.run(lambda connection: require_keys(connection, database.keyring))
        finally:
            database.close()
    except DatabaseError as error:
        reason, remedy = str(error.fields["reason"]), str(error.fields["remedy"])
        return [fail("database", f"it cannot be used: {reason}", remedy)]
    if empty:
        return [ok("database", "it is empty; `run` prepares it")]
    if version != HEAD:
        older = version is None or version < HEAD
        remedy = "make a backup, then run: ballerup-bot migrate" if older else "install the program that made it"
        return [fail("database", f"it is of version {version}, this program needs {HEAD}", remedy)]
    return [ok("database", f"it answers and is of version {version}")]


def _disk(settings: Settings, free: Callable[[Path], int]) -> list[Finding]:
    places = {"disk of the cache": settings.cache}
    if (file := _file(settings)) is not None:
        places["disk of the database"] = file.parent
    return [_space(name, path, free) for name, path in sorted(places.items())]


def _space(name: str, path: Path, free: Callable[[Path], int]) -> Finding:
    there = next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())
    try:
        left = free(there)
    except OSError as error:
        return fail(name, f"it cannot be looked at: {error.strerror}", f"check the folder {path}")
    seen = f"{left / 1e9:.1f} GB free"
    if left < _LITTLE:
        return fail(name, seen, f"make room on the disk of {there}: the assistant cannot write soon")
    if left < _FEW:
        return warn(name, seen, f"make room on the disk of {there}")
    return ok(name, seen)


def _knowledge(settings: Settings) -> list[Finding]:
    knowledge, faults = content.examine(settings.knowledge)
    shown = "; ".join(str(fault) for fault in faults[:_SHOWN])
    if knowledge is None or faults:
        return [fail("knowledge", f"{len(faults)} faults: {shown}", _MENDING)]
    offered = [language for language in knowledge.languages.values() if language.offered]
    found = [ok("knowledge", f"{len(knowledge.entries)} entries in {len(offered)} languages")]
    unknown = sorted(set(settings.telegram_staff_chats) - set(knowledge.departments))
    if unknown:
        remedy = f"name one of {', '.join(knowledge.departments)}"
        found.append(fail("departments", f"BOT_TELEGRAM_STAFF_CHATS names {', '.join(unknown)}", remedy))
    faults = check_catalogues(settings.locales, offered)
    shown = "; ".join(str(fault) for fault in faults[:_SHOWN])
    found.append(
        fail("catalogues", f"{len(faults)} faults: {shown}", _MENDING) if faults else ok("catalogues", "complete")
    )
    return found


async def _of_telegram(settings: Settings, now: Callable[[], int]) -> list[Finding]:
    if settings.telegram_token is None:
        return [ok("token", "none is set: `run` opens the chat in the terminal")]
    # The client library costs a quarter of a second and is not needed by the other commands.
    from handlers.telegram.client import make_bot
    from handlers.telegram.examination import examine as examine_telegram
    from handlers.telegram.examination import examine_clock
    from handlers.telegram.webhook import address

    token, secret = settings.telegram_token.get_secret_value(), settings.webhook_secret
    bot = make_bot(token, settings.telegram_api_url)
    wanted = None
    if settings.public_url is not None:
        wanted = settings.public_url + address(token, secret.get_secret_value() if secret else None).path
    try:
        found = await examine_telegram(bot, _chats(settings), wanted, now())
    finally:
        await bot.request.shutdown()  # `bot.shutdown` does nothing for a bot that was not initialised
    return [*found, await examine_clock(settings.telegram_api_url, now())]


def _chats(settings: Settings) -> dict[str, str]:
    """The staff groups where they are now, as far as the database can tell."""
    named, file = settings.telegram_staff_chats, _file(settings)
    if file is not None and not file.exists():
        return dict(named)
    try:
        database = Database(settings.database_url)
        try:
            return database.run(lambda connection: staff_chats(connection, _TELEGRAM, named))
        finally:
            database.close()
    except BotError:
        return dict(named)


async def _translator(url: str) -> Finding:
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_S) as client:
            answer = await client.get(f"{url}/languages")
            offered = len(answer.raise_for_status().json())
    except (httpx.HTTPError, ValueError, TypeError) as error:
        seen = f"its server did not answer as it should ({type(error).__name__})"
        return fail("translator", seen, "start it, or correct BOT_TRANSLATOR_URL; without it nothing is translated")
    return ok("translator", f"it offers {offered} languages")
