"""getUpdates and the webhook: order, acknowledgement, conflicts, retries."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, RetryAfter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group


async def texts(bot: Bot, **arguments: Any) -> list[str | None]:
    return [update.message.text for update in await bot.get_updates(**arguments) if update.message]


async def test_updates_stay_until_acknowledged(bot: Bot, mona: User) -> None:
    for text in ("a", "b", "c"):
        mona.send(text)
    first = await bot.get_updates()
    assert [update.update_id for update in first] == list(range(first[0].update_id, first[0].update_id + 4))
    assert await texts(bot) == ["/start", "a", "b", "c"]
    assert await texts(bot, limit=2) == ["/start", "a"]
    assert await texts(bot, offset=first[2].update_id) == ["b", "c"]
    assert await texts(bot, offset=-1) == ["c"]
    assert await texts(bot) == ["c"]
    assert await texts(bot, offset=first[3].update_id + 1) == []


async def test_a_long_poll_ends_when_something_comes(bot: Bot, mona: User) -> None:
    last = (await bot.get_updates())[-1].update_id
    began = time.monotonic()
    waiting = asyncio.create_task(texts(bot, offset=last + 1, timeout=20))
    await asyncio.sleep(0.1)
    mona.send("late")
    assert await waiting == ["late"]
    assert time.monotonic() - began < 5


async def test_a_second_poller_ends_the_first(server: TelegramServer, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.to_thread(server.wait_until, lambda: server.updates._poll)
    second = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    await bot.set_webhook("https://127.0.0.1:1/x")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await second
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()


async def test_old_updates_and_queries_expire(server: TelegramServer, bot: Bot, mona: User) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    await bot.send_message(mona.id, "x", reply_markup=markup)
    press = mona.press("A")
    server.world.clock.advance(151)
    assert [update.callback_query for update in await bot.get_updates()] == [None]
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await bot.answer_callback_query(press.query_id)
    assert press.answers == []
    server.world.clock.advance(24 * 3600)
    assert await bot.get_updates() == ()
    later = mona.press("A")
    server.world.clock.advance(0)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert update.callback_query.message.is_accessible
    await bot.answer_callback_query(later.query_id)
    server.world.clock.advance(48 * 3600)
    mona.press("A")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


async def test_what_people_do_reaches_the_bot(bot: Bot, mona: User) -> None:
    sent = mona.send("first /help me")
    mona.edit(sent, "second")
    mona.send_location()
    mona.send_contact()
    mona.send_sticker("🙂")
    mona.send_voice()
    mona.block()
    updates = (await bot.get_updates())[1:]
    assert updates[0].message is not None
    assert list(updates[0].message.parse_entities(["bot_command"]).values()) == ["/help"]
    assert updates[1].edited_message is not None
    assert updates[1].edited_message.text == "second"
    kinds = ("location", "contact", "sticker", "voice")
    assert all(getattr(update.message, kind) for update, kind in zip(updates[2:6], kinds, strict=True))
    assert updates[6].my_chat_member is not None
    assert updates[6].my_chat_member.new_chat_member.status == "kicked"


@dataclass
class Receiver:
    """A bot's webhook: keeps what it is sent and answers what `answer` says."""

    url: str = ""
    answer: Callable[[dict[str, Any]], Response] = field(default=lambda _update: Response())
    got: list[dict[str, Any]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    secrets: list[str | None] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        update = await request.json()
        self.got.append(update)
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        self.news.set()
        return self.answer(update)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got if "message" in update]

    async def wait(self, holds: Callable[[Receiver], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds(self):
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = Starlette(routes=[Route("/hook", receiver.receive, methods=["POST"])])
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    serving = uvicorn.Server(config)
    task = asyncio.create_task(serving.serve(sockets=[listening]))
    receiver.url = f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        serving.should_exit = True
        await task


async def test_a_webhook_gets_updates_in_order_with_the_secret(server: TelegramServer, bot: Bot, mona: User) -> None:
    async with receiving() as hook:
        await bot.set_webhook(hook.url, secret_token="s3cret", drop_pending_updates=True)
        for number in range(5):
            mona.send(str(number))
        await hook.wait(lambda receiver: len(receiver.got) == 5)
        assert hook.texts == list("01234")
        assert set(hook.secrets) == {"s3cret"}
        await asyncio.to_thread(server.wait_until, lambda: not server.updates.pending)
        assert (await bot.get_webhook_info()).pending_update_count == 0
        await bot.delete_webhook()


async def test_a_refused_update_comes_again_before_the_next(server: TelegramServer, bot: Bot, mona: User) -> None:
    server.pusher.delay_scale = 0.01
    async with receiving() as hook:
        failures = iter([500, 503, 429, 302])
        hook.answer = lambda _update: Response(status_code=next(failures, 200))
        await bot.set_webhook(hook.url, drop_pending_updates=True)
        mona.send("a")
        mona.send("b")
        await hook.wait(lambda receiver: "b" in receiver.texts)
        assert hook.texts == ["a"] * 5 + ["b"]
        info = await bot.get_webhook_info()
        assert "302" in (info.last_error_message or "")
        await bot.delete_webhook()


async def test_queues_do_not_wait_for_each_other(server: TelegramServer, bot: Bot, mona: User, staff: Group) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    await bot.send_message(mona.id, "x", reply_markup=markup)
    async with receiving() as hook:
        hook.answer = lambda update: Response(status_code=500 if "message" in update else 200)
        await bot.set_webhook(hook.url, drop_pending_updates=True)
        mona.send("stuck")
        mona.press("A")
        await hook.wait(lambda receiver: any("callback_query" in update for update in receiver.got))
        await asyncio.to_thread(server.wait_until, lambda: len(server.updates.pending) == 1)
        assert server.updates.pending[0].kind == "message"
        await bot.delete_webhook()


async def test_an_answer_may_carry_a_call(server: TelegramServer, bot: Bot, mona: User) -> None:
    async with receiving() as hook:
        hook.answer = lambda _update: JSONResponse({"method": "sendMessage", "chat_id": mona.id, "text": "at once"})
        await bot.set_webhook(hook.url, drop_pending_updates=True)
        mona.send("hi")
        assert (await asyncio.to_thread(mona.wait, "at once")).from_bot
        await bot.delete_webhook()


async def test_wrong_webhook_settings(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="https url must be provided"):
        await bot.set_webhook("ftp://x")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook("https://127.0.0.1:1/", secret_token="ø")
    await bot.set_webhook("https://127.0.0.1:1/")
    with pytest.raises(RetryAfter):
        await bot.set_webhook("https://127.0.0.1:1/")
    await bot.set_webhook("")


async def test_updates_may_come_twice(server: TelegramServer, bot: Bot, mona: User) -> None:
    server.duplicate_updates(times=1, kind="message")
    mona.send("twice")
    mona.send("once")
    updates = await bot.get_updates()
    assert [update.message.text for update in updates if update.message] == ["/start", "twice", "twice", "once"]
    assert updates[1].update_id == updates[2].update_id
    await bot.get_updates(offset=updates[-1].update_id + 1)
    server.updates.redeliver(updates[0].update_id)
    assert await texts(bot) == ["/start"]


async def test_a_press_overtakes_a_message_that_is_held_up(server: TelegramServer, bot: Bot, mona: User) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    await bot.send_message(mona.id, "x", reply_markup=markup)
    last = (await bot.get_updates())[-1].update_id
    server.delay_updates(0.3, kind="message")
    for text in ("held up", "behind it"):
        mona.send(text)
    mona.press("A")
    (press,) = await bot.get_updates(offset=last + 1, timeout=20)
    assert press.callback_query is not None
    assert await texts(bot, offset=press.update_id + 1, timeout=20) == ["held up", "behind it"]
    mona.send("in time")
    assert (await texts(bot))[-1] == "in time"


async def test_a_lost_acknowledgement_brings_an_update_again(server: TelegramServer, bot: Bot, mona: User) -> None:
    server.pusher.delay_scale = 0.01
    async with receiving() as hook:
        await bot.set_webhook(hook.url, drop_pending_updates=True)
        server.lose_acknowledgements(times=2, kind="message")
        mona.send("a")
        mona.send("b")
        await hook.wait(lambda receiver: "b" in receiver.texts)
        assert hook.texts == ["a", "a", "a", "b"]
        assert len({update["update_id"] for update in hook.got}) == 2
        await bot.delete_webhook()
