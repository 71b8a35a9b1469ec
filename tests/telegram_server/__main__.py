"""`python -m tests.telegram_server [--port 8081]`: a Telegram on this machine, with a page to play both sides."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from tests.telegram_server.page import DEPARTMENT, Page
from tests.telegram_server.server import TelegramServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.telegram_server", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="port on 127.0.0.1 (default: %(default)s)")
    page = Page()
    server = TelegramServer(port=parser.parse_args().port, routes=page.routes())
    group = page.join(server)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with server:
        lines = (
            f"base URL          {server.url}",
            f"token             {server.token}",
            f"staff group       {group.id}",
            "",
            "Start the bot with:",
            f"BOT_TELEGRAM_TOKEN={server.token}",
            f"BOT_TELEGRAM_API_URL={server.url}",
            f"BOT_TELEGRAM_STAFF_CHATS={DEPARTMENT}={group.id}",
            "",
            f"Then open {server.url}/ to be resident and staff. Ctrl+C ends it.",
        )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
