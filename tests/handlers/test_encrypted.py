"""The real process with a key: a whole case, and nothing that anybody said is readable in the files."""

from __future__ import annotations

import base64
import subprocess
import sys
from typing import TYPE_CHECKING

from bot.core.model import IncomingKind
from bot.settings import ROOT
from bot.store import tables
from bot.store.database import Database
from tests.handlers.test_terminal import HAND_OVER, chat
from tests.process import environment
from tests.store.rows import all_text, rows

if TYPE_CHECKING:
    from pathlib import Path

KEY = b"k" * 32
SECRET = base64.urlsafe_b64encode(KEY).decode()
WORD = "Kartoffelmel"


def test_a_case_is_held_in_secret(tmp_path: Path) -> None:
    shown = chat(tmp_path, "How do I get a tax card?", f"{WORD} please", *HAND_OVER, secret_key=SECRET)
    assert WORD in shown
    files = b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*"))
    assert WORD.encode() not in files
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}", (KEY,))
    assert WORD in all_text(database)
    assert IncomingKind.PURGE.value in [row["kind"] for row in rows(database, tables.timers)]
    database.close()


def test_without_its_key_the_process_does_not_start_and_says_why(tmp_path: Path) -> None:
    chat(tmp_path, "hello", secret_key=SECRET)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        input=b"hello\n",
        capture_output=True,
        cwd=tmp_path,
        env=environment(tmp_path / "bot.db") | {"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("BOT_SECRET_KEY: messages are encrypted with the key")
    assert "put that key back" in line
