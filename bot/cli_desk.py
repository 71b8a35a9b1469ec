"""The commands about the desk: its figures."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.editions import SystemClock
from bot.service.days import danish_midnight, iso
from bot.store import daily, figures
from bot.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from bot.settings import Settings
    from bot.store.figures import CaseRow

_USUAL_DAYS, _MOST_DAYS = 7, 3660
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

_DAILY = ("day", "language", "topic", "outcome", "count")
_TICKETS = (
    *("number", "opened", "department", "language", "audience", "urgent"),
    *("first_answer_s", "closed_s", "promised", "kept", "rating"),
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `desk` with its subcommands."""
    top = commands.add_parser("desk", help="what the desk did")
    parts = top.add_subparsers(dest="part", required=True, metavar="part")
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
    database = Database(settings.database_url)
    try:
        database.require_current()
        rows = database.run(lambda connection: read(connection, first, last + timedelta(days=1)))
    finally:
        database.close()
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
