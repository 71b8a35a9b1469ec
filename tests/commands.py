"""The commands, run in this process or in one of their own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from bot.cli import main
from bot.settings import ROOT, Settings
from tests.process import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

Ended = tuple[int, str, str]
"""Exit code, what was printed, and what was said."""

SECRET = "hemmelig"


def commander(
    monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """A function that runs a command in `folder` with nothing set but what it is given."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"BOT_{name.upper()}", raising=False)
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{folder / 'bot.db'}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(folder)
    monkeypatch.setattr("bot.cli.set_up_logs", lambda _: None)  # it would keep the captured stream for good

    def run(*arguments: str, **settings: str) -> Ended:
        for name, value in settings.items():
            monkeypatch.setenv(f"BOT_{name.upper()}", value)
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(str(end.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def start(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    """Starts a command in a process of its own, to be typed into and read from."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "bot", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment(folder / "bot.db") | {"PYTHONPATH": str(ROOT)} | variables,
    )


def change(path: Path, old: str, new: str) -> None:
    """Replaces the first `old` in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
