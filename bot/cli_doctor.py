"""The command that looks at the installation: one line a condition, and how to mend what is not well."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.core.findings import Mark
from bot.doctor import examine
from bot.editions import SystemClock

if TYPE_CHECKING:
    import argparse

    from bot.settings import Settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `doctor`."""
    doctor = commands.add_parser(
        "doctor",
        help="look at the installation, and how to mend what is wrong",
        description="Looks at the database, the disks, the knowledge, the token, the rights in the staff groups, the "
        "webhook, the clock and the translator. It changes nothing, and may run beside the assistant.",
    )
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(work=_doctor)


def _doctor(chosen: argparse.Namespace, settings: Settings) -> int:
    found = asyncio.run(examine(settings, SystemClock().now))
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2) + "\n")
    else:
        for one in found:
            sys.stdout.write(f"{one.mark:<4}  {one.name}: {one.seen}\n")
            if one.remedy:
                sys.stdout.write(f"      To mend it: {one.remedy}\n")
    return 0 if all(one.mark == Mark.OK for one in found) else 1
