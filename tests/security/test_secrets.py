"""The token, the keys and the database's password stand in no log, no message, no value and no list of processes."""

from __future__ import annotations

import asyncio
import json
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from bot.errors import DatabaseError, SettingsError
from bot.settings import Settings, load
from bot.store.database import Database
from bot.store.sealing import Keyring
from handlers.telegram.client import make_bot
from handlers.telegram.webhook import address
from handlers.web.application import Hook

if TYPE_CHECKING:
    from tests.process import BotProcess
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

SECRET = "AAH7-nobody-may-ever-read-this-one"
PASSWORD = "kvasten-i-hjørnet"
NASTY = 'x"}\n{"event": "forged"}\r\n\x1b[31m <b>&amp; \u202e zebracorn'


def test_a_secret_is_in_no_value_that_is_shown() -> None:
    settings = Settings(
        _env_file=None,
        telegram_token=f"123456789:{SECRET}",
        translator_key=SECRET,
    )
    for shown in (repr(settings), str(settings), f"{settings.telegram_token}", settings.model_dump_json()):
        assert SECRET not in shown


def test_a_secret_is_not_shown_by_what_uses_it() -> None:
    """The client of the library shows its token, and a dataclass all it holds, unless they are told not to."""
    token = f"123456789:{SECRET}"
    at = address(token, None)
    hook = Hook(at.key, at.secret, lambda _: asyncio.sleep(0))
    shown = f"{make_bot(token, None)!r} {at!r} {hook!r} {Keyring([SECRET[:32].ljust(32, 'x').encode()])!r}"
    for secret in (SECRET, at.key, at.secret, SECRET[:32]):
        assert secret not in shown
    assert "123456789" in shown


@pytest.mark.parametrize("value", [f"x:{SECRET}", f"12 {SECRET}", f":{SECRET}", f"123456789:{SECRET} y"])
def test_a_wrong_token_is_not_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://bot:{PASSWORD}@127.0.0.1:1/bot",
        f"postgresql://127.0.0.1:1/bot?user=bot&password={PASSWORD}",
        f"oracle://bot:{PASSWORD}@nowhere/bot",
        f"postgresql://bot:{PASSWORD}@[nowhere/bot",
    ],
)
def test_a_database_that_cannot_be_used_does_not_name_its_password(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        Database(url).run(lambda connection: connection.execute(text("SELECT 1")))
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(caught.value)
    assert PASSWORD not in str(caught.value.fields)


# ---- the real process ------------------------------------------------------------------------------------


def _shown_of(process: int) -> str:
    """Everything that any user of the machine sees of a process and its children."""
    own = Path(f"/proc/{process}")
    shown = [(own / name).read_text(encoding="utf-8", errors="replace") for name in ("cmdline", "comm", "status")]
    children = (own / "task" / str(process) / "children").read_text(encoding="utf-8").split()
    return "\n".join((*shown, *(_shown_of(int(child)) for child in children)))


@pytest.mark.process
def test_neither_secrets_nor_words_are_seen_from_outside(
    server: TelegramServer, group: Group, mette: User, bot: BotProcess
) -> None:
    """The list of processes and the log of the real bot, while people write what would forge lines of it."""
    resident = server.user(NASTY[-9:], "en")
    resident.send(NASTY)
    resident.wait(lambda message: message.text)
    stranger = server.group("Elsewhere")
    eve = stranger.member(server.user("Eve", "en"))
    stranger.open_topic("Talk").say(eve, f"/claim 1 {NASTY}")
    resident.send(f"I want to talk to a person please {NASTY}")
    resident.wait("Do you agree")
    assert bot.process is not None
    assert server.token not in _shown_of(bot.process.pid)
    bot.stop()
    for line in bot.log.splitlines():
        assert json.loads(line)["event"] != "forged"
        assert line.isascii()
    for secret in (server.token, server.token.partition(":")[2], "zebracorn", "Eve"):
        assert secret not in bot.log


@pytest.mark.process
def test_commands_of_staff_work_in_no_other_chat(
    server: TelegramServer, group: Group, mette: User, bot: BotProcess
) -> None:
    """A private chat and a foreign group: nothing of the case changes, and the foreign group is left."""
    from tests.handlers.telegram.desk import hand_over

    resident, eve = server.user("Ann", "en"), server.user("Eve", "en")
    topic = hand_over(resident, group)
    eve.send("/claim 1")
    eve.wait("/claim")
    stranger = server.group("Elsewhere")
    stranger.open_topic("Talk").say(stranger.member(eve), "/claim 1")
    server.wait_until(lambda: bool(server.calls_of("leaveChat")))
    topic.press(mette, "Take it")
    topic.wait("With: Mette")
    assert server.violations == []
