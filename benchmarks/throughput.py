"""Our bot beside two bare echo bots, in one run: `python -m benchmarks.throughput`.

The bot has one core to itself; residents and a lean Bot API server have the other. Printed as JSON, for each bot and
each kind of message:

- `updates_per_s`: as many as it answers while `--at-once` are always unanswered;
- `cpu_ms`: CPU time of the bot's process an update (user and system), the steadier figure on a busy machine;
- `p50_ms`, `p99_ms`: from the question to its answer at `--rate` updates a second.

The kinds: `command` (an answer that needs no understanding), `question` (in four languages, answered from the
knowledge; ranking it costs CPU of its own, see `ranking`), and `mix`, half and half. Ours runs twice: with
`synchronous=off`, which is as little durable as the echo bots, for the ratios; and as it always runs, for `durable`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.lean_telegram import TOKEN, LeanTelegram
from benchmarks.residents import KINDS, Residents, questions
from bot.core.answer import Question, understand
from bot.editions import build_core
from bot.settings import ROOT, Settings
from tests.desk_burst import quantile
from tests.process import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.residents import Kind

_READY_S = 90.0
_REST_S = 0.5
_WARM = 200
_TICKS = os.sysconf("SC_CLK_TCK")
_ECHOES = {"python-telegram-bot": "benchmarks.echo_ptb", "aiogram": "benchmarks.echo_aiogram"}
_OURS = {"ours, synchronous=off": "off", "ours": "full"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: messages, unanswered at once, people, and those asked steadily at so many a second."""

    count: int
    at_once: int
    people: int
    steady: int
    rate: float
    kinds: tuple[Kind, ...] = KINDS


def echo(name: str, url: str) -> tuple[list[str], Mapping[str, str]]:
    return [sys.executable, "-m", _ECHOES[name], url, TOKEN], environment(Path("unused"))


def ours(synchronous: str, url: str, folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """What keeps one resident from writing too much, and all from hearing too much, is out of the way."""
    settings = {
        "database_url": f"sqlite:///{folder}/bot.db?synchronous={synchronous}",
        "telegram_token": TOKEN,
        "telegram_api_url": url,
        "telegram_overall_rate": "100000",
        "flood_burst": "100000",
        "digest_at": "",
        "log_level": "warning",
    }
    return [sys.executable, "-m", "bot", "run"], environment(folder / "bot.db", **settings)


async def measure(name: str, plan: Plan, cores: tuple[int, int]) -> dict[str, Any]:
    """Returns the figures of one bot by kind of message. Raises TimeoutError for one that does not answer."""
    people = Residents(plan.people)
    with tempfile.TemporaryDirectory() as folder:
        async with LeanTelegram(people.heard) as telegram:
            command, variables = (
                ours(_OURS[name], telegram.url, Path(folder)) if name in _OURS else echo(name, telegram.url)
            )
            process = subprocess.Popen(  # noqa: ASYNC220  # it only starts here
                command,
                cwd=ROOT,
                env=dict(variables),
                preexec_fn=lambda: os.sched_setaffinity(0, {cores[0]}),
            )
            try:
                async with asyncio.timeout(_READY_S):
                    await telegram.polled.wait()
                for kind in plan.kinds:  # everybody has written before
                    await people.keep_asking(telegram, kind, plan.people, plan.at_once)
                return {kind: await _kind(kind, plan, telegram, people, process.pid) for kind in plan.kinds}
            finally:
                process.kill()
                process.wait()


async def _kind(kind: Kind, plan: Plan, telegram: LeanTelegram, people: Residents, pid: int) -> dict[str, float]:
    await asyncio.sleep(_REST_S)
    cpu, said, own, begin = _cpu_s(pid), telegram.messages, time.process_time(), time.perf_counter()
    await people.keep_asking(telegram, kind, plan.count, plan.at_once)
    seconds, own = time.perf_counter() - begin, time.process_time() - own
    await asyncio.sleep(_REST_S)  # what is noted after the last answer belongs to it
    cpu = _cpu_s(pid) - cpu
    said = telegram.messages - said
    await people.ask_steadily(telegram, kind, plan.steady, plan.rate)
    return {
        "updates_per_s": round(plan.count / seconds, 1),
        "cpu_ms": round(1000 * cpu / plan.count, 3),
        "messages_per_update": round(said / plan.count, 2),
        "load_core_busy": round(own / seconds, 2),
        "p50_ms": round(1000 * quantile(people.waits, 0.5), 1),
        "p99_ms": round(1000 * quantile(people.waits, 0.99), 1),
    }


def _cpu_s(pid: int) -> float:
    """User and system time of all threads of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def ranking(most: int = 400) -> dict[str, float]:
    """Returns what understanding a question costs by itself, in ms of CPU."""
    brain = build_core(Settings(_env_file=None)).library.brain
    asked = questions()[:most]
    for code, text in asked[:_WARM]:
        understand(Question(text, prior=code), brain)
    begin = time.process_time()
    for code, text in asked:
        understand(Question(text, prior=code), brain)
    return {"cpu_ms": round(1000 * (time.process_time() - begin) / len(asked), 3)}


def ratios(figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Returns CPU an update of ours with `synchronous=off`, as so many times that of each echo bot, by kind."""
    mine = next(iter(_OURS))
    return {
        f"cpu of ours / {other}": {
            kind: round(figures[mine][kind]["cpu_ms"] / figures[other][kind]["cpu_ms"], 2) for kind in figures[mine]
        }
        for other in _ECHOES
        if mine in figures and other in figures
    }


def run(plan: Plan, names: Sequence[str]) -> dict[str, Any]:
    """Measures the named bots one after the other and returns all figures."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("two cores are needed: one for the bot, one for who writes to it")
    found: dict[str, Any] = {}
    for name in names:
        os.sched_setaffinity(0, {cores[1]})
        found[name] = asyncio.run(measure(name, plan, (cores[0], cores[1])))
        os.sched_setaffinity(0, cores)
    return {"bots": found, "ratios": ratios(found)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=4000, help="messages of a kind (default: %(default)s)")
    parser.add_argument("--at-once", type=int, default=64, help="of them unanswered at a time (default: %(default)s)")
    parser.add_argument("--people", type=int, default=1000, help="who write them (default: %(default)s)")
    parser.add_argument("--steady", type=int, default=1000, help="messages for the waits (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=50, help="of them a second (default: %(default)s)")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this kind; may be given several times")
    parser.add_argument("--bot", choices=[*_ECHOES, *_OURS], action="append", help="only this bot; as above")
    wanted = parser.parse_args()
    kinds = tuple(wanted.kind or KINDS)
    plan = Plan(wanted.count, wanted.at_once, wanted.people, wanted.steady, wanted.rate, kinds)
    figures = run(plan, wanted.bot or [*_ECHOES, *_OURS])
    if "question" in kinds or "mix" in kinds:
        figures["ranking"] = ranking()
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
