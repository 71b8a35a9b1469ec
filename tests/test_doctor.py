"""Every condition the doctor looks at, well and not well; and what is said to mend it."""

from __future__ import annotations

import json
import shutil
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.findings import Finding, Mark
from bot.doctor import examine
from bot.settings import ROOT, Settings
from bot.store.database import Database
from handlers.telegram.client import make_bot
from handlers.telegram.updates import ALLOWED
from handlers.telegram.webhook import address
from tests.content.factory import Folder
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.updates import Webhook
from tests.translate_server import TranslateServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.commands import Ended

PUBLIC = "http://127.0.0.1:9"
GIGABYTE = 1_000_000_000


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running


def settings(folder: Path, **fields: Any) -> Settings:
    locales = folder / "locales"
    for code in ("en", "da", "pl"):
        if not (locales / code).exists():
            shutil.copytree(ROOT / "locales" / code, locales / code)
    usual: dict[str, Any] = {
        "telegram_token": None,
        "telegram_api_url": None,
        "database_url": f"sqlite:///{folder / 'bot.db'}",
        "knowledge": folder / "knowledge",
        "locales": locales,
        "cache": folder / "cache",
    }
    return Settings(_env_file=None, **usual | fields)


def on_telegram(folder: Path, server: TelegramServer, **fields: Any) -> Settings:
    chats = {"citizens": str(server.group("Staff").id)} if "telegram_staff_chats" not in fields else {}
    usual = {"telegram_token": server.token, "telegram_api_url": server.url, "telegram_staff_chats": chats}
    return settings(folder, **usual | fields)


async def found(set_to: Settings, **fields: Any) -> dict[str, Finding]:
    usual: dict[str, Any] = {"now": real_time, "free": lambda _: 50 * GIGABYTE}
    return {one.name: one for one in await examine(set_to, **usual | fields)}


def not_well(findings: dict[str, Finding]) -> list[str]:
    return [name for name, finding in findings.items() if finding.mark != Mark.OK]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Folder().write(tmp_path)
    return tmp_path


def real_time() -> int:
    return time.time_ns() // 1_000_000


# ---- all is well -------------------------------------------------------------------------------------------------


async def test_all_is_well(folder: Path, server: TelegramServer) -> None:
    Database(f"sqlite:///{folder / 'bot.db'}").migrate()
    findings = await found(on_telegram(folder, server))
    assert not_well(findings) == []
    assert set(findings) == {
        *("database", "disk of the cache", "disk of the database", "knowledge", "catalogues"),
        *("token", "staff group of citizens", "webhook", "clock"),
    }
    assert all(not finding.remedy for finding in findings.values())


async def test_before_the_first_start_nothing_is_made(folder: Path) -> None:
    set_to = settings(folder, database_url=f"sqlite:///{folder / 'deep' / 'bot.db'}")
    assert not_well(await found(set_to)) == []
    assert not (folder / "deep").exists()
    assert not (folder / "cache").exists()


# ---- this machine ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "mark"), [(100_000_000, Mark.FAIL), (500_000_000, Mark.WARN)])
async def test_a_disk_that_is_nearly_full(folder: Path, left: int, mark: Mark) -> None:
    findings = await found(settings(folder), free=lambda _: left)
    assert findings["disk of the database"].mark == findings["disk of the cache"].mark == mark
    assert "make room" in findings["disk of the database"].remedy


async def test_a_database_of_another_version(folder: Path, database: Database, database_url: str) -> None:
    database.migrate("0002")
    finding = (await found(settings(folder, database_url=database_url)))["database"]
    assert finding.mark == Mark.FAIL
    assert "0002" in finding.seen
    assert "ballerup-bot migrate" in finding.remedy


async def test_a_database_that_is_away(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    set_to = settings(folder, database_url=f"postgresql://bot:hemmelig@127.0.0.1:{port}/bot")
    finding = (await found(set_to))["database"]
    assert finding.mark == Mark.FAIL
    assert finding.remedy
    assert "hemmelig" not in str(finding)


async def test_a_database_whose_key_is_missing(folder: Path) -> None:
    old, new = ("o" * 43 + "=", "n" * 43 + "=")
    set_to = settings(folder, secret_key=old)
    opened = Database(set_to.database_url, set_to.secret_keys)
    opened.require_current()
    opened.close()
    assert not_well(await found(set_to)) == []
    for key in (None, new):
        finding = (await found(settings(folder, secret_key=key)))["database"]
        assert finding.mark == Mark.FAIL
        assert "put that key back into BOT_SECRET_KEY" in finding.remedy
    assert not_well(await found(settings(folder, secret_key=f"{new},{old}"))) == []


async def test_a_file_that_is_no_database(folder: Path) -> None:
    (folder / "bot.db").write_text("a letter")
    assert not_well(await found(settings(folder))) == ["database"]


async def test_faulty_knowledge(tmp_path: Path) -> None:
    faulty = Folder()
    del faulty.files["departments.yaml"]
    faulty.write(tmp_path)
    finding = (await found(settings(tmp_path)))["knowledge"]
    assert finding.mark == Mark.FAIL
    assert "knowledge check" in finding.remedy


async def test_faulty_catalogues(folder: Path) -> None:
    set_to = settings(folder)
    (folder / "locales" / "pl" / "LC_MESSAGES" / "bot.po").unlink()
    assert not_well(await found(set_to)) == ["catalogues"]


async def test_a_department_that_is_not_there(folder: Path) -> None:
    finding = (await found(settings(folder, telegram_staff_chats={"parking": "-1001"})))["departments"]
    assert "citizens" in finding.remedy


async def test_a_translator_well_and_away(folder: Path) -> None:
    with TranslateServer() as translator:
        assert not_well(await found(settings(folder, translator_url=translator.url))) == []
    assert not_well(await found(settings(folder, translator_url=translator.url))) == ["translator"]


# ---- Telegram ----------------------------------------------------------------------------------------------------


async def test_a_refused_token(folder: Path, server: TelegramServer) -> None:
    findings = await found(on_telegram(folder, server, telegram_token="1:hemmelig"))
    assert not_well(findings) == ["token"]
    assert "BOT_TELEGRAM_TOKEN" in findings["token"].remedy
    assert "hemmelig" not in str(findings)


async def test_a_server_that_is_away(folder: Path) -> None:
    with TelegramServer() as gone:
        set_to = on_telegram(folder, gone)
    assert not_well(await found(set_to)) == ["token", "clock"]


@pytest.mark.parametrize(
    ("rights", "forum", "seen", "remedy"),
    [
        (["can_manage_topics"], True, "may not delete messages", "that right"),
        (["can_delete_messages"], True, "may not manage topics", "that right"),
        ([], True, "may not manage topics and delete messages", "that right"),
        (None, True, "no administrator", "manage topics and delete messages"),
        (["can_manage_topics", "can_delete_messages"], False, "no topics", "turn topics on"),
    ],
)
async def test_a_group_in_which_something_is_missing(
    folder: Path, server: TelegramServer, rights: list[str] | None, forum: bool, seen: str, remedy: str
) -> None:
    group = server.group("Staff", forum=forum, bot_rights=rights)
    set_to = on_telegram(folder, server, telegram_staff_chats={"citizens": str(group.id)})
    findings = await found(set_to)
    assert not_well(findings) == ["staff group of citizens"]
    assert seen in findings["staff group of citizens"].seen
    assert remedy in findings["staff group of citizens"].remedy


async def test_a_group_the_bot_is_not_in(folder: Path, server: TelegramServer) -> None:
    set_to = on_telegram(folder, server, telegram_staff_chats={"citizens": "-1009999999999"})
    assert not_well(await found(set_to)) == ["staff group of citizens"]


async def test_no_group_at_all(folder: Path, server: TelegramServer) -> None:
    findings = await found(on_telegram(folder, server, telegram_staff_chats={}))
    assert not_well(findings) == ["staff groups"]


async def test_a_webhook_that_is_not_set_yet(folder: Path, server: TelegramServer) -> None:
    finding = (await found(on_telegram(folder, server, public_url=PUBLIC)))["webhook"]
    assert (finding.mark, finding.seen) == (Mark.WARN, "it is not set")


async def test_a_webhook_of_another_program(folder: Path, server: TelegramServer) -> None:
    server.updates.set_webhook(Webhook("https://other.example/hook-hemmelig"))
    finding = (await found(on_telegram(folder, server)))["webhook"]
    assert finding.mark == Mark.WARN
    assert "other.example" in finding.seen
    assert "hemmelig" not in str(finding)


async def _set(server: TelegramServer) -> None:
    at = address(server.token, None)
    async with make_bot(server.token, server.url) as bot:
        await bot.set_webhook(PUBLIC + at.path, secret_token=at.secret, allowed_updates=list(ALLOWED))


async def test_a_webhook_that_works(folder: Path, server: TelegramServer) -> None:
    await _set(server)
    assert not_well(await found(on_telegram(folder, server, public_url=PUBLIC))) == []


async def test_a_webhook_that_cannot_be_reached(folder: Path, server: TelegramServer) -> None:
    await _set(server)
    assert server.updates.webhook is not None
    server.updates.webhook.last_error_date = real_time() // 1000 - 5
    server.updates.webhook.last_error_message = "Connection refused"
    findings = await found(on_telegram(folder, server, public_url=PUBLIC))
    assert not_well(findings) == ["webhook"]
    assert "Connection refused" in findings["webhook"].seen


@pytest.mark.parametrize(("off", "word"), [(3_600_000, "ahead of"), (-3_600_000, "behind")])
async def test_a_clock_that_is_wrong(folder: Path, server: TelegramServer, off: int, word: str) -> None:
    finding = (await found(on_telegram(folder, server), now=lambda: real_time() + off))["clock"]
    assert finding.mark == Mark.FAIL
    assert word in finding.seen
    assert "NTP" in finding.remedy


# ---- the command -------------------------------------------------------------------------------------------------


def test_the_command_prints_a_line_a_condition(run: Callable[..., Ended], folder: Path, server: TelegramServer) -> None:
    set_to = settings(folder)
    paths = {name: str(getattr(set_to, name)) for name in ("knowledge", "locales", "cache")}
    code, out, _ = run("doctor", **paths)
    assert code == 0
    assert "ok    knowledge: 2 entries in 3 languages" in out
    code, out, _ = run("doctor", "--json", **paths, telegram_token=server.token, telegram_api_url=server.url)
    assert code == 1
    rows = {row["name"]: row for row in json.loads(out)}
    assert rows["staff groups"]["mark"] == "warn"
    assert rows["staff groups"]["remedy"]
    code, out, _ = run("doctor", **paths)
    assert "      To mend it: make a group" in out
