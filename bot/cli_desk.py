"""The commands about the desk: its figures, pauses and the audit log."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.core.audit import FIRST, Head, faults, head_of
from bot.core.pausing import REASONS, SCOPES
from bot.editions import SystemClock, read_knowledge
from bot.service import admin
from bot.service.days import danish_midnight, iso
from bot.store import audit, daily, figures, pauses
from bot.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from bot.core.audit import AuditFault, AuditRow
    from bot.settings import Settings
    from bot.store.figures import CaseRow

T = TypeVar("T")

_USUAL_DAYS, _MOST_DAYS = 7, 3660
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

_DAILY = ("day", "language", "topic", "outcome", "count")
_TICKETS = (
    *("number", "opened", "department", "language", "audience", "urgent"),
    *("first_answer_s", "closed_s", "promised", "kept", "rating"),
)

_ACTOR = "cli"
_FAULTS = {
    "gap": "numbers are missing before it",
    "previous": "it does not follow from the one before",
    "hash": "it was changed",
    "head": "the log once ended here, and does not hold this entry any more",
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `desk` with its subcommands."""
    top = commands.add_parser("desk", help="what the desk did, pauses, and the audit log")
    parts = top.add_subparsers(dest="part", required=True, metavar="part")
    _add_stats(parts)
    _add_audit(parts)
    _add_pause(parts)
    _add_resume(parts)


def _add_stats(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    stats = parts.add_parser(
        "stats",
        help="figures of a span of days, without words and people",
        description="One row a day, language, topic and outcome; with --tickets one row for each ticket that was "
        "opened: seconds to its first answer and to its closing, how many answers were promised and how many came in "
        "time. Days are those of Denmark.",
    )
    stats.add_argument("--tickets", action="store_true", help="a row a ticket instead")
    stats.add_argument("--days", type=_days, metavar="N", help=f"the last N days ({_USUAL_DAYS} if not told)")
    stats.add_argument("--from", dest="first", type=_day, metavar="DAY", help="the first day, YYYY-MM-DD")
    stats.add_argument("--to", dest="last", type=_day, metavar="DAY", help="the last day, today if not told")
    form = stats.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as CSV (so it is if nothing is told)")
    form.add_argument("--json", action="store_true", help="as JSON")
    stats.set_defaults(work=_stats)


def _add_audit(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    log = parts.add_parser("audit", help="the audit log, and whether it is unbroken; note its last line elsewhere")
    log.add_argument("--json", action="store_true", help="as JSON")
    log.add_argument(
        "--noted", type=_head, metavar="COUNT:HASH", help="the end of the log as you noted it: is it still there?"
    )
    log.set_defaults(work=_audit)


def _add_pause(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    stop = parts.add_parser(
        "pause",
        help="pause the assistant, a topic or a language",
        usage="ballerup-bot desk pause [-h] (all | topic NAME | language NAME) REASON",
        epilog="Examples: desk pause all outage; desk pause topic housing checking-texts; desk pause language pl "
        "staff-only.",
    )
    stop.add_argument("scope", choices=SCOPES, help="what is paused")
    stop.add_argument(
        "words",
        nargs="+",
        metavar="[NAME] REASON",
        help=f"the topic or the language, unless it is all; then the reason: {', '.join(REASONS)}",
    )
    stop.set_defaults(work=_pause)


def _add_resume(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    again = parts.add_parser("resume", help="end a pause")
    again.add_argument("scope", choices=SCOPES, help="what was paused")
    again.add_argument("name", nargs="?", default="", metavar="NAME", help="the topic or the language")
    again.set_defaults(work=_resume)


def _talk(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"must be a number of days from 1 to {_MOST_DAYS}")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day such as 2026-11-24") from None


def _head(text: str) -> Head:
    count, _, digits = text.partition(":")
    if not count.isdecimal() or len(digits) != len(FIRST):
        raise argparse.ArgumentTypeError("must be the count and the hash that `desk audit` printed last")
    return Head(int(count), digits)


def _in_database(settings: Settings, work: Callable[[Connection], T]) -> T:
    """Runs `work` in one transaction. Raises DatabaseError for a database that is away or of another version."""
    database = Database(settings.database_url, settings.secret_keys)
    try:
        database.require_current()
        return database.run(work)
    finally:
        database.close()


# ---- figures ---------------------------------------------------------------------------------------------


def _stats(chosen: argparse.Namespace, settings: Settings) -> int:
    today = SystemClock().today()
    if chosen.days is not None and (chosen.first is not None or chosen.last is not None):
        _talk("desk stats: give either --days or --from and --to")
        return 2
    if chosen.last is not None and chosen.first is None:
        _talk("desk stats: --to needs --from")
        return 2
    last = chosen.last or today
    first = chosen.first or last - timedelta(days=(chosen.days or _USUAL_DAYS) - 1)
    if last < first:
        _talk(f"desk stats: the first day ({first}) is after the last ({last})")
        return 2
    read, columns = (_ticket_rows, _TICKETS) if chosen.tickets else (_daily_rows, _DAILY)
    rows = _in_database(settings, lambda connection: read(connection, first, last + timedelta(days=1)))
    if chosen.json:
        sys.stdout.write(json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=2) + "\n")
    else:
        _write_csv(columns, rows)
    return 0


def _daily_rows(connection: Connection, first: date, until: date) -> Sequence[Mapping[str, object]]:
    found = daily.read(connection, first, until)
    return [
        dict(zip(_DAILY, (one.day.isoformat(), one.language, one.topic, one.outcome, one.count), strict=True))
        for one in found
    ]


def _ticket_rows(connection: Connection, first: date, until: date) -> Sequence[Mapping[str, object]]:
    span = figures.Span(danish_midnight(first), danish_midnight(until))
    return [dict(zip(_TICKETS, _cells(row), strict=True)) for row in figures.cases(connection, span)]


def _cells(row: CaseRow) -> tuple[object, ...]:
    answered, closed = (None if ms is None else ms // 1000 for ms in (row.answered, row.closed))
    what = (row.number, iso(row.opened), row.department, row.language, row.audience, row.urgent)
    return (*what, answered, closed, row.promised, row.kept, row.rating)


def _write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[_safe(row[column]) for column in columns] for row in rows])


def _safe(value: object) -> object:
    """Returns what a spreadsheet shows as it is and never reads as a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


# ---- the audit log ---------------------------------------------------------------------------------------


def _audit(chosen: argparse.Namespace, settings: Settings) -> int:
    rows = _in_database(settings, audit.read)
    wrong, head = faults(rows, chosen.noted), head_of(rows)
    if chosen.json:
        value = {name: [asdict(one) for one in found] for name, found in (("rows", rows), ("faults", wrong))}
        sys.stdout.write(json.dumps({**value, "head": asdict(head)}, indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in (*map(_log_line, rows), *map(_fault_line, wrong))))
        sys.stdout.write(f"{head.count}:{head.hash}\n")
    if wrong:
        _talk(f"the log has been tampered with; faults: {len(wrong)}")
    return 1 if wrong else 0


def _log_line(row: AuditRow) -> str:
    return f"{row.seq}  {_moment(row.at)}  {row.actor}  {row.action}  {row.details}"


def _fault_line(fault: AuditFault) -> str:
    return f"entry {fault.seq}: {_FAULTS[fault.kind]}"


def _moment(at: int) -> str:
    """A moment (ms) in UTC; the bare number where somebody has put one that is none."""
    try:
        return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, OSError, ValueError):
        return str(at)


# ---- pauses ----------------------------------------------------------------------------------------------


def _pause(chosen: argparse.Namespace, settings: Settings) -> int:
    scope = chosen.scope  # nothing that is wrong in the knowledge keeps all of it from being paused
    names = admin.ALL if scope == "all" else admin.pausable(read_knowledge(settings))
    wanted = admin.read_pause((scope, *chosen.words), names)
    if wanted is None:
        _talk(f"desk pause: write {_usage(scope, names[scope])}; the reasons are {', '.join(REASONS)}")
        return 2
    now = SystemClock().now()
    _in_database(settings, lambda connection: admin.pause(connection, now, _ACTOR, wanted))
    _talk(f"paused: {_described(wanted.scope, wanted.name)} ({wanted.reason}); a running assistant heeds it at once")
    return 0


def _usage(scope: str, names: Sequence[str]) -> str:
    return "all REASON" if scope == "all" else f"{scope} NAME REASON, where NAME is one of {', '.join(names)}"


def _resume(chosen: argparse.Namespace, settings: Settings) -> int:
    now, scope, name = SystemClock().now(), chosen.scope, chosen.name
    if _in_database(settings, lambda connection: admin.resume(connection, now, _ACTOR, scope, name)):
        _talk(f"no longer paused: {_described(scope, name)}")
        return 0
    left = [_described(each.scope, each.name) for each in _in_database(settings, pauses.current)]
    _talk(f"{_described(scope, name)} is not paused; paused now: {', '.join(left) or 'nothing'}")
    return 1


def _described(scope: str, name: str) -> str:
    return f"{scope} {name}".strip()
