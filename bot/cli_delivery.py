"""The commands about delivery: what was put aside or still waits, and what to do about it."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from bot.editions import SystemClock
from bot.store import audit, dead_letters
from bot.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.settings import Settings
    from bot.store.dead_letters import Letter, LetterName

T = TypeVar("T")

_ACTOR = "cli"
_USUAL_MOST = 500


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `delivery` with its subcommands."""
    top = commands.add_parser("delivery", help="messages that were put aside or still wait")
    parts = top.add_subparsers(dest="part", required=True, metavar="part")
    show = parts.add_parser(
        "list",
        help="which ones there are, without words and people",
        description="One line a message: its name, where it is, what it is, when it came, how often it was tried, its "
        "ticket, and why it is there. `in:…` could not be decided, `out:…` could not be delivered.",
    )
    show.add_argument(
        "--state",
        choices=dead_letters.STATES,
        default="dead",
        help="dead: put aside (so it is if nothing is told); pending: wait; unknown: wait and may have arrived before",
    )
    show.add_argument("--json", action="store_true", help="as JSON")
    show.add_argument("--most", type=_count, default=_USUAL_MOST, metavar="N", help="at most N of each box")
    show.set_defaults(work=_list)
    again = parts.add_parser("retry", help="put dead letters back: they go before all that waits in their lane")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", type=_name, metavar="SEQ", help="its name as `list` shows it: in:12, out:34")
    which.add_argument("--all", action="store_true", help="all of them")
    again.set_defaults(work=_retry)
    away = parts.add_parser("drop", help="settle one that is dead or waits, for good; nobody gets it")
    away.add_argument("name", type=_name, metavar="SEQ", help="its name as `list` shows it: in:12, out:34")
    away.set_defaults(work=_drop)


def _talk(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _name(text: str) -> LetterName:
    name = dead_letters.read_name(text)
    if name is None:
        raise argparse.ArgumentTypeError("must be a name as `delivery list` shows it, such as in:12 or out:34")
    return name


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1_000_000:
        raise argparse.ArgumentTypeError("must be a number from 1 to 999999")
    return int(text)


def _in_database(settings: Settings, work: Callable[[Connection], T]) -> T:
    """Runs `work` in one transaction. Raises DatabaseError for a database that is away or of another version."""
    database = Database(settings.database_url, settings.secret_keys)
    try:
        database.require_current()
        return database.run(work)
    finally:
        database.close()


# ---- looking ---------------------------------------------------------------------------------------------


def _list(chosen: argparse.Namespace, settings: Settings) -> int:
    letters = _in_database(settings, lambda connection: dead_letters.read(connection, chosen.state, chosen.most))
    if chosen.json:
        sys.stdout.write(json.dumps([_as_value(letter) for letter in letters], indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{_as_line(letter)}\n" for letter in letters))
    if not letters:
        _talk(f"none is {chosen.state}")
    return 0


def _as_value(letter: Letter) -> dict[str, object]:
    return {
        "seq": str(letter.name),
        "state": letter.state,
        "channel": letter.channel,
        "kind": letter.kind,
        "at": _moment(letter.at),
        "tried_at": None if letter.tried_at is None else _moment(letter.tried_at),
        "attempts": letter.attempts,
        "ticket": letter.ticket,
        "error": letter.error,
    }


def _as_line(letter: Letter) -> str:
    ticket = "-" if letter.ticket is None else f"#{letter.ticket}"
    tried = f"tried {letter.attempts}"
    what = (str(letter.name), letter.state, letter.channel, letter.kind, _moment(letter.at), tried, ticket)
    return "  ".join((*what, letter.error or "-"))


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


# ---- doing something about them --------------------------------------------------------------------------


def _retry(chosen: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()

    def work(connection: Connection) -> int:
        names = dead_letters.dead(connection) if chosen.all else [chosen.name]
        done = [name for name in names if dead_letters.retry(connection, name, now)]
        if done:
            which = {"count": len(done)} if chosen.all else {"letter": str(chosen.name)}
            audit.append(connection, now, _ACTOR, "delivery-retry", which)
        return len(done)

    count = _in_database(settings, work)
    if not count and not chosen.all:
        _talk(f"{chosen.name} is not dead; `ballerup-bot delivery list` shows what is")
        return 1
    _talk(f"put back: {count}; a running assistant takes them up at once")
    return 0


def _drop(chosen: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()

    def work(connection: Connection) -> bool:
        done = dead_letters.drop(connection, chosen.name, now)
        if done:
            audit.append(connection, now, _ACTOR, "delivery-drop", {"letter": str(chosen.name)})
        return done

    if not _in_database(settings, work):
        _talk(f"{chosen.name} is neither dead nor waits; `ballerup-bot delivery list` shows what does")
        return 1
    _talk(f"dropped: {chosen.name}; nobody gets it any more")
    return 0
