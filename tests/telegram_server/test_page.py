"""The page for trying the bot by hand, and the command that starts it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from tests.telegram_server.page import RESIDENTS, Page
from tests.telegram_server.server import TelegramServer

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def server(page: Page) -> Iterator[TelegramServer]:
    server = TelegramServer(routes=page.routes())
    page.join(server)
    with server:
        yield server


async def test_both_sides_can_be_played(server: TelegramServer, page: Page, bot: Bot) -> None:
    resident, clerk = next(iter(page.residents)), next(iter(page.staff))
    async with httpx.AsyncClient(base_url=server.url) as browser:
        assert (await browser.post("/demo/act", json={"who": resident, "do": "start"})).json() == {"ok": True}
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Help", callback_data="h")]])
        sent = await bot.send_message(resident, "<b>Hi</b>", parse_mode="HTML", reply_markup=markup)
        topic = await bot.create_forum_topic(page.group.id, "Ticket 1")
        thread = topic.message_thread_id
        for wish in (
            {"who": resident, "do": "press", "message": sent.message_id, "label": "Help"},
            {"who": resident, "do": "photo"},
            {"who": clerk, "topic": thread, "do": "send", "text": "hello"},
            {"who": clerk, "topic": thread, "do": "close"},
        ):
            assert (await browser.post("/demo/act", json=wish)).json() == {"ok": True}
        refused = await browser.post("/demo/act", json={"who": clerk, "topic": thread, "do": "close"})
        assert refused.json() == {"error": "Bad Request: TOPIC_NOT_MODIFIED"}
        state = (await browser.get("/demo/state")).json()
        photo = state["resident"]["messages"][-1]["photo"]
        assert (await browser.get(f"/demo/file/{photo}")).headers["content-type"] == "image/png"
        unchanged = (await browser.get("/demo/state", params={"stamp": state["stamp"]})).json()
    assert unchanged == {"stamp": state["stamp"]}
    assert state["resident"]["messages"][1]["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert [(one["name"], one["closed"]) for one in state["group"]["topics"]] == [
        ("General", False),
        ("Ticket 1", True),
    ]
    assert len(state["residents"]) == len(RESIDENTS)
    assert len(await bot.get_updates()) == 6


async def test_other_messages_inline_results_and_a_group(server: TelegramServer, page: Page, bot: Bot) -> None:
    resident = next(iter(page.residents))
    async with httpx.AsyncClient(base_url=server.url) as browser:

        async def act(do: str, **wish: object) -> object:
            return (await browser.post("/demo/act", json={"who": resident, "do": do, **wish})).json()

        for do in ("sticker", "album", "add"):
            assert await act(do) == {"ok": True}
        assert await act("forward", text="news") == {"ok": True}
        assert await act("kind", kind="dice") == {"ok": True}
        assert await act("inline", text="tax") == {"ok": True}
        (*_, update) = await bot.get_updates()
        assert update.inline_query is not None
        article = InlineQueryResultArticle("1", "Tax card", InputTextMessageContent("Log in."), description="short")
        await update.inline_query.answer([article], button=InlineQueryResultsButton("Open", start_parameter="tax"))
        await bot.send_message(page.neighbours.id, "I only work in private")
        state = (await browser.get("/demo/state")).json()
        assert await act("pick", number=0) == {"ok": True}
        after = (await browser.get("/demo/state")).json()
    assert state["resident"]["inline"]["results"] == [{"title": "Tax card", "text": "short"}]
    assert state["resident"]["inline"]["button"]["start_parameter"] == "tax"
    assert state["neighbours"] == {"bot": "member", "said": ["I only work in private"]}
    assert after["resident"]["inline"] == {"results": [], "button": None}
    assert [message["text"] for message in after["resident"]["messages"][-2:]] == ["[dice]", "Log in."]


async def test_the_page_asks_nobody_else(server: TelegramServer) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        answer = await browser.get("/")
    assert answer.headers["content-type"].startswith("text/html")
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", answer.text) == []
    assert 'lang="en"' in answer.text


async def test_only_json_acts(server: TelegramServer) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        assert (await browser.post("/demo/act", data={"do": "start"})).status_code == 415


def test_the_command_prints_how_to_start_the_bot() -> None:
    command = [sys.executable, "-m", "tests.telegram_server", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            printed = "".join(process.stdout.readline() for _ in range(10))
        finally:
            process.terminate()
    assert process.returncode == 0
    url = re.search(r"BOT_TELEGRAM_API_URL=(http://127\.0\.0\.1:\d+)\n", printed)
    assert url is not None
    assert re.search(r"BOT_TELEGRAM_TOKEN=\d+:\S+\nBOT_TELEGRAM_API_URL", printed)
    assert re.search(r"BOT_TELEGRAM_STAFF_CHATS=citizen-service=-100\d+\n", printed)
