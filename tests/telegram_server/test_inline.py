"""Inline queries: asked in any chat, answered once in time, and sent by the person who asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from telegram import (
    Bot,
    InlineQueryResultArticle,
    InlineQueryResultPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
    MessageEntity,
)
from telegram.error import BadRequest

if TYPE_CHECKING:
    from telegram import InlineQuery

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer

WORDS = "Childcare from six months"


def article(identity: str = "1", text: str = WORDS, title: str = "Childcare") -> InlineQueryResultArticle:
    content = InputTextMessageContent(text, entities=[MessageEntity("bold", 0, 9)] if text == WORDS else None)
    return InlineQueryResultArticle(identity, title, content)


async def asked(bot: Bot) -> InlineQuery:
    query = (await bot.get_updates())[-1].inline_query
    assert query is not None
    return query


async def test_a_query_and_its_answer(bot: Bot, mona: User) -> None:
    typed = mona.inline("kindergarten", chat_type="supergroup")
    query = await asked(bot)
    assert (query.query, query.chat_type, query.from_user.id) == ("kindergarten", "supergroup", mona.id)
    button = InlineQueryResultsButton("Open the chat", start_parameter="child-care")
    await query.answer([article()], cache_time=5, is_personal=True, button=button)
    answer = typed.wait()
    assert answer["results"][0]["title"] == "Childcare"
    assert (answer["cache_time"], answer["is_personal"]) == (5, True)


async def test_what_is_picked_is_the_person_s_message(bot: Bot, mona: User) -> None:
    typed = mona.inline("kindergarten")
    await (await asked(bot)).answer([article("1", "first"), article("2")])
    sent = mona.pick(typed, 1)
    assert (sent.text, sent.entity_texts("bold"), sent.from_bot) == (WORDS, ["Childcare"], False)
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.via_bot == bot.bot


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ([article("1"), article("1")], "Result_id_duplicate"),
        ([article("x" * 65)], "Result_id_invalid"),
        ([article(str(number)) for number in range(51)], "Too many inline query results"),
        ([article(title=" ")], "Article_title_empty"),
        ([article(text="")], "Message text is empty"),
        ([article(text="x" * 4097)], "Message is too long"),
        ([InlineQueryResultPhoto("1", "https://ballerup.dk/a.png", "https://ballerup.dk/b.png")], "Only articles"),
    ],
)
async def test_results_telegram_refuses(
    bot: Bot, mona: User, results: list[InlineQueryResultArticle], words: str
) -> None:
    typed = mona.inline("kindergarten")
    with pytest.raises(BadRequest, match=re.compile(words, re.IGNORECASE)):
        await bot.answer_inline_query(typed.query_id, results)
    assert typed.answers == []


@pytest.mark.parametrize("parameter", ["", "two words", "x" * 65, "kørekort"])
async def test_a_button_can_only_carry_what_a_link_can(bot: Bot, mona: User, parameter: str) -> None:
    typed = mona.inline("kindergarten")
    button = InlineQueryResultsButton("Open", start_parameter=parameter)
    with pytest.raises(BadRequest, match="Start_param_invalid"):
        await bot.answer_inline_query(typed.query_id, [], button=button)


async def test_half_a_minute_is_the_most(server: TelegramServer, bot: Bot, mona: User) -> None:
    typed = mona.inline("kindergarten")
    server.world.clock.advance(31)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_inline_query(typed.query_id, [])
    assert all(update.inline_query is None for update in await bot.get_updates())


async def test_without_inline_mode_nobody_can_ask(server: TelegramServer, bot: Bot, mona: User) -> None:
    assert bot.supports_inline_queries
    server.world.inline_mode = False
    assert not (await bot.get_me()).supports_inline_queries
    with pytest.raises(AssertionError, match="setinline"):
        mona.inline("kindergarten")
