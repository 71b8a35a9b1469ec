"""Schemathesis at the web side of the real bot process, led by `description` of `tests.fuzz.http`: extra `fuzz`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.http import description
from tests.handlers.telegram.hooked import HookedBot
from tests.telegram_server.server import TelegramServer

_FAULTS = ("Traceback", '"event": "not answered"', '"event": "update not taken"')


def run(minutes: float) -> bool:
    """Runs for a while and prints what schemathesis says; False when it, or the bot's own log, shows a fault."""
    with tempfile.TemporaryDirectory() as name, TelegramServer() as server:
        folder, group = Path(name), server.group("Staff")
        bot = HookedBot(folder / "bot.db", server, f"citizen-service={group.id}")
        bot.start()
        try:
            at = bot.at
            described = folder / "openapi.json"
            described.write_text(json.dumps(description(at.key, at.secret)), encoding="utf-8")
            asked = subprocess.run(
                [
                    Path(sys.executable).with_name("schemathesis"),
                    *("run", described, "--url", bot.url, "--max-time", str(int(60 * minutes))),
                    # 503 is documented; any other 5xx is no status that is.
                    *("--continue-on-failure", "--checks", "all", "--exclude-checks", "not_a_server_error"),
                ],
                cwd=folder,
                check=False,
            )
            alive = bot.get("/healthz").status_code == 200
        finally:
            bot.kill()
        told = [
            *(fault for fault in _FAULTS if fault in bot.log),
            *(one for one in (at.key, at.secret) if one in bot.log),
        ]
        sys.stdout.write(f"http: the bot's log tells of {', '.join(told)}\n" if told else "")
        return asked.returncode == 0 and alive and not told
