"""The strict reading of the schema, on the wire and by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from tests.telegram_server.speaking import picture
from tests.telegram_server.validate import check_call
from tests.telegram_server.wire import Arguments, Upload

if TYPE_CHECKING:
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer

KEYS = '{"inline_keyboard": [[%s]]}'


@pytest.mark.parametrize(
    ("method", "values", "problem"),
    [
        ("sendMessage", {"chat_id": "5", "text": "x"}, None),
        ("SENDMESSAGE", {"chat_id": "@name", "text": "5", "protect_content": "true"}, None),
        ("sendMessage", {"chat_id": 5, "text": "x", "entities": []}, None),
        ("sendMessage", {"chat_id": "5", "text": "x", "entities": '[{"type":"bold","offset":0,"length":1}]'}, None),
        ("sendMessage", {"chat_id": "5"}, 'text: parameter "text" is required'),
        ("sendMessage", {"chat_id": "5", "text": "x", "txt": "y"}, 'txt: unknown parameter "txt"'),
        ("sendMessage", {"chat_id": "5", "text": "x", "message_thread_id": "a"}, "message_thread_id: must be int"),
        ("sendMessage", {"chat_id": 5.5, "text": "x"}, "chat_id: must be"),
        ("sendMessage", {"chat_id": 5, "text": 7}, "text: must be str, not 7"),
        ("sendMessage", {"chat_id": "5", "text": "x", "protect_content": "yes"}, "protect_content: must be bool"),
        ("sendMessage", {"chat_id": "5", "text": "x", "entities": "[{"}, "entities: must be a list"),
        ("sendMessage", {"chat_id": "5", "text": "x", "reply_markup": KEYS % '{"text":"a","url":"b"}'}, None),
        (
            "sendMessage",
            {"chat_id": "5", "text": "x", "reply_markup": KEYS % '{"txt":"a"}'},
            'reply_markup.inline_keyboard[0][0].txt: unknown field "txt" of InlineKeyboardButton',
        ),
        (
            "sendMessage",
            {"chat_id": "5", "text": "x", "reply_markup": KEYS % '{"text":"a","callback_data":7}'},
            "reply_markup.inline_keyboard[0][0].callback_data: must be str, not 7",
        ),
        ("sendMessage", {"chat_id": "5", "text": "x", "business_connection_id": "b"}, "not modelled"),
        ("setMessageReaction", {"chat_id": 5, "message_id": 1, "reaction": '[{"type":"emoji"}]'}, "reaction[0].emoji"),
        ("setMessageReaction", {"chat_id": 5, "message_id": 1, "reaction": '[{"emoji":"x"}]'}, "reaction[0].type"),
        ("setMyCommands", {"commands": '[{"command":"a"}]'}, "commands[0].description"),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"chat"}'}, "scope.chat_id"),
        ("sendPhoto", {"chat_id": 5, "photo": "attach://p"}, None),
        ("sendPhoto", {"chat_id": 5, "photo": "attach://q"}, "photo: no file is attached for attach://q"),
        ("sendMediaGroup", {"chat_id": 5, "media": '[{"type":"photo","media":"attach://p"}]'}, None),
        ("sendLocation", {"chat_id": 5, "latitude": "55.7", "longitude": "12"}, None),
        ("sendLocation", {"chat_id": 5, "latitude": "north", "longitude": "12"}, "latitude: must be float"),
    ],
)
def test_calls(method: str, values: dict[str, Any], problem: str | None) -> None:
    checked = check_call(method, Arguments(values, {"p": Upload("p.png", "image/png", b"x")}))
    if problem is None:
        assert checked.problems == ()
    else:
        assert problem in " | ".join(checked.problems)


async def post(server: TelegramServer, method: str, **request: Any) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{server.url}/bot{server.token}/{method}", **request)
    body: dict[str, Any] = answer.json()
    assert answer.status_code == body.get("error_code", 200)
    return body


async def test_a_violation_is_refused_and_remembered(server: TelegramServer, mona: User) -> None:
    values = {"chat_id": mona.id, "text": "x", "reply_markup": {"inline_keyboard": [[{"txt": "a"}]]}}
    body = await post(server, "sendMessage", json=values)
    assert (body["ok"], body["error_code"]) == (False, 400)
    assert "inline_keyboard[0][0].txt" in body["description"]
    assert [text.partition(": ")[2][:46] for text in server.violations] == [
        "reply_markup.inline_keyboard[0][0].txt: unknow",
        "reply_markup.inline_keyboard[0][0].text: field",
    ]
    assert mona.inbox == []
    server.violations.clear()


@pytest.mark.parametrize(
    ("method", "values", "words"),
    [
        ("sendMessage", {}, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": "700000001"}, "Bad Request: message text is empty"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": KEYS % '{"url":"a"}'},
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": "{"},
            "Bad Request: can't parse reply keyboard markup JSON object",
        ),
        ("deleteMessage", {"chat_id": 1}, "Bad Request: message identifier is not specified"),
        ("sendPoll", {}, "Not Found: method not found"),
    ],
)
async def test_telegrams_own_words(server: TelegramServer, method: str, values: dict[str, Any], words: str) -> None:
    assert (await post(server, method, data=values))["description"] == words
    server.violations.clear()


async def test_every_form_of_request_is_read(server: TelegramServer, mona: User) -> None:
    address = f"{server.url}/bot{server.token}/SendMessage"
    values: dict[str, str | int] = {"chat_id": mona.id, "text": "blå 😀 & +"}
    async with httpx.AsyncClient() as client:
        await client.get(address, params=values)
        await client.post(address, data=values)
        await client.post(address, json=values)
        await client.post(address, files={name: (None, str(value)) for name, value in values.items()})
        bad = await client.post(address, content=b"{", headers={"content-type": "application/json"})
        worse = await client.post(address, content=b"text=%ff\xff", headers={"content-type": "text/plain"})
    assert [message.text for message in mona.inbox] == ["blå 😀 & +"] * 4
    assert bad.json()["description"] == "Bad Request: can't parse JSON object"
    assert worse.json()["description"] == "Bad Request: strings must be encoded in UTF-8"


async def test_a_files_bytes_survive_the_wire(server: TelegramServer, mona: User) -> None:
    content = bytes(range(256)) + b"\r\n--x\r\n\r\n"
    body = await post(server, "sendDocument", data={"chat_id": mona.id}, files={"document": ("brev ø.bin", content)})
    document = body["result"]["document"]
    assert document["file_name"] == "brev ø.bin"
    assert server.world.files[document["file_id"]].content == content


async def test_aiograms_own_bot_can_talk_to_it(server: TelegramServer, mona: User) -> None:
    api = TelegramAPIServer.from_base(server.url)
    async with AiogramBot(server.token, session=AiohttpSession(api=api)) as client:
        assert (await client.get_me()).username == "ballerup_test_bot"
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
        await client.send_message(mona.id, "<b>hello</b>", parse_mode="HTML", reply_markup=markup)
        assert mona.wait("hello").entity_texts("bold") == ["hello"]
        await client.send_photo(mona.id, BufferedInputFile(picture(), "a.png"), caption="c")
        press = mona.press("Go")
        updates = await client.get_updates(timeout=1)
        query = updates[-1].callback_query
        assert query is not None
        await client.answer_callback_query(query.id, "ok")
        assert press.answers == [{"text": "ok"}]
        with pytest.raises(TelegramBadRequest, match="message text is empty"):
            await client.send_message(mona.id, "")
    server.violations.clear()  # aiogram leaves an empty parameter out


async def test_entities_may_come_as_json(server: TelegramServer, mona: User) -> None:
    entities = json.dumps([{"type": "italic", "offset": 0, "length": 2}])
    await post(server, "sendMessage", data={"chat_id": mona.id, "text": "hi!", "entities": entities})
    assert mona.last.entity_texts("italic") == ["hi"]
