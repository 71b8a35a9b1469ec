"""Faults on order, as python-telegram-bot meets them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from telegram.error import BadRequest, ChatMigrated, InvalidToken, NetworkError, RetryAfter, TimedOut

from tests.telegram_server.faults import Fault
from tests.telegram_server.limits import Limits

if TYPE_CHECKING:
    from telegram import Bot

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group


async def test_429_counts_and_names_who_came_too_early(server: TelegramServer, bot: Bot, mona: User) -> None:
    fault = server.fail("sendMessage", times=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 0:00:07"):
            await bot.send_message(mona.id, "x")
    assert fault.hits == 2
    assert [call.number for call in server.early_calls] == [server.log[-1].number]
    server.world.clock.advance(8)
    await bot.send_message(mona.id, "x")
    assert len(server.early_calls) == 1
    assert [message.text for message in mona.inbox] == ["x"]


async def test_a_fault_waits_for_its_call(server: TelegramServer, bot: Bot, mona: User, staff: Group) -> None:
    fault = server.fail("sendmessage", status=500, chat=staff.id, after=1)
    await bot.send_message(mona.id, "another chat")
    await bot.send_message(staff.id, "passes")
    with pytest.raises(NetworkError, match="Internal Server Error: restart"):
        await bot.send_message(staff.id, "meets it")
    await bot.send_message(staff.id, "spent")
    assert (fault.hits, len(staff.messages)) == (1, 2)


async def test_a_bad_gateway_answers_html(server: TelegramServer, bot: Bot, mona: User) -> None:
    server.fail("*", status=502)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(mona.id, "x")
    assert mona.inbox == []


async def test_refusals_with_words_and_parameters(server: TelegramServer, bot: Bot, staff: Group) -> None:
    server.fail("sendMessage", status=400, description="Bad Request: TOPIC_DELETED")
    with pytest.raises(BadRequest, match="Topic_deleted"):
        await bot.send_message(staff.id, "x")
    server.fail(
        "sendMessage",
        status=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": -100500},
    )
    with pytest.raises(ChatMigrated):
        await bot.send_message(staff.id, "x")
    server.fail("sendMessage", status=401)
    with pytest.raises(InvalidToken):
        await bot.send_message(staff.id, "x")


@pytest.mark.parametrize(("mode", "arrives"), [("accept_then_hang", True), ("hang", False)])
async def test_hanging(server: TelegramServer, bot: Bot, mona: User, mode: str, *, arrives: bool) -> None:
    server.fail("sendMessage", mode=mode)  # type: ignore[arg-type]
    with pytest.raises(TimedOut):
        await bot.send_message(mona.id, "x", read_timeout=0.2)
    assert [message.text for message in mona.inbox] == (["x"] if arrives else [])
    call = server.wait_call("sendMessage")
    assert call.executed is arrives
    await bot.send_message(mona.id, "again")


@pytest.mark.parametrize(("mode", "arrives"), [("accept_then_reset", True), ("reset", False)])
async def test_resets(server: TelegramServer, bot: Bot, mona: User, mode: str, *, arrives: bool) -> None:
    server.fail("sendMessage", mode=mode)  # type: ignore[arg-type]
    with pytest.raises(NetworkError, match=r"ReadError|RemoteProtocolError"):
        await bot.send_message(mona.id, "x")
    assert [message.text for message in mona.inbox] == (["x"] if arrives else [])
    await bot.send_message(mona.id, "again")


async def test_a_slow_answer_is_still_an_answer(server: TelegramServer, bot: Bot, mona: User) -> None:
    server.fail("sendMessage", mode="slow", seconds=0.3)
    began = time.monotonic()
    await bot.send_message(mona.id, "x")
    assert time.monotonic() - began >= 0.3


def test_slow_answers_are_spread_as_networks_do_it() -> None:
    pauses = [sorted(fault.pause() for _ in range(400)) for fault in (Fault("x", seconds=0.2, spread=1) for _ in "ab")]
    assert pauses[0] == pauses[1], "not the same every time"
    assert 0.15 < pauses[0][200] < 0.25
    assert 0.2 * 5 < pauses[0][390] < 0.2 * 20
    assert Fault("x", seconds=0.2).pause() == 0.2


async def test_telegrams_own_limits(server: TelegramServer, bot: Bot, staff: Group) -> None:
    server.limit(group=2)
    topic = await bot.create_forum_topic(staff.id, "a topic counts")
    message = await bot.send_message(staff.id, "x", message_thread_id=topic.message_thread_id)
    await bot.set_message_reaction(staff.id, message.message_id, "👍")
    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 0:00:30"):
            await bot.edit_message_text("an edit counts", staff.id, message.message_id)
    assert len(server.early_calls) == 1
    server.world.clock.advance(31)
    await bot.edit_message_text("in time", staff.id, message.message_id)


def test_how_much_telegram_allows() -> None:
    limits = Limits(overall=30, private=3, group=20)

    def waits(chat: int, now: float, times: int, **params: object) -> list[int]:
        return [limits.take("sendMessage", {"chat_id": chat, **params}, now)[0] for _ in range(times)]

    assert waits(1, 0, 4) == [0, 0, 0, 1]
    assert waits(1, 1, 2) == [0, 1]
    assert waits(-1, 10, 21) == [0] * 20 + [3]
    assert waits(-1, 13, 2) == [0, 3]
    assert limits.take("sendMediaGroup", {"chat_id": -2, "media": [{}] * 10}, 100) == (0, False)
    assert waits(-2, 100, 11) == [0] * 10 + [3]
    assert [wait for chat in range(100, 131) for wait in waits(chat, 200, 1)] == [0] * 30 + [1]
    assert limits.take("sendChatAction", {"chat_id": 130}, 200) == (0, False)


async def test_the_server_ends_with_calls_in_the_air(server: TelegramServer, bot: Bot, mona: User) -> None:
    server.fail("sendMessage", mode="hang")
    hanging = asyncio.create_task(bot.send_message(mona.id, "x", read_timeout=30))
    await asyncio.to_thread(server.wait_call, "sendMessage")
    began = time.monotonic()
    await asyncio.to_thread(server.stop)
    assert time.monotonic() - began < 3
    with pytest.raises(NetworkError):
        await hanging


async def test_waiting_in_vain_tells_what_was_seen(server: TelegramServer, bot: Bot, mona: User) -> None:
    await bot.send_message(mona.id, "something else")
    with pytest.raises(AssertionError, match=r"'hello' did not come[\s\S]*something else") as failure:
        mona.wait("hello", timeout=0.05)
    assert "waited 0.05 s in vain" in str(failure.value)
    with pytest.raises(AssertionError, match=r"sendMessage .*something else"):
        server.wait_call("sendPhoto", timeout=0.05)


async def test_each_message_is_waited_for_once_in_any_order(bot: Bot, mona: User) -> None:
    for text in ("one", "two", "one"):
        await bot.send_message(mona.id, text)
    assert mona.wait("two").message_id == 3
    assert mona.wait("one").message_id == 2
    assert mona.wait("one").message_id == 4
    with pytest.raises(AssertionError, match="returned before"):
        mona.wait("one", timeout=0.01)
