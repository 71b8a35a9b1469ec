"""Sending, editing, copying and topics, with python-telegram-bot as the client."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    MenuButtonCommands,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, InvalidToken
from telegram.request import HTTPXRequest

from tests.telegram_server.speaking import picture

if TYPE_CHECKING:
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group


def buttons(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"do:{label}")] for label in labels])


async def test_a_text_reaches_the_person_as_sent(bot: Bot, mona: User) -> None:
    markup = InlineKeyboardMarkup(
        [[InlineKeyboardButton("Yes", callback_data="y"), InlineKeyboardButton("More", url="https://ballerup.dk")]]
    )
    entities = [MessageEntity("bold", 0, 5), MessageEntity("text_link", 6, 4, url="https://ballerup.dk")]
    sent = await bot.send_message(mona.id, "Hello مرحب 😀", entities=entities, reply_markup=markup)
    seen = mona.wait("Hello")
    assert seen.message_id == sent.message_id
    assert seen.entity_texts("bold") == ["Hello"]
    assert seen.entity_texts("text_link") == ["مرحب"]
    assert seen.rows == [[("Yes", "y"), ("More", "https://ballerup.dk")]]
    assert sent.parse_entities(["bold"]) == {sent.entities[0]: "Hello"}


async def test_message_ids_count_in_each_chat_by_itself(server: TelegramServer, bot: Bot) -> None:
    one, other = server.user("Ada"), server.user("Bea")
    one.start()
    other.start()
    assert (await bot.send_message(one.id, "a")).message_id == 2
    assert (await bot.send_message(other.id, "a")).message_id == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": ""}, "Message text is empty"),
        ({"text": " \n\u200b"}, "Text must be non-empty"),
        ({"text": "x" * 4097}, "Message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, 'Can\'t find end tag corresponding to start tag "b"'),
        ({"text": "<i>x</b>", "parse_mode": "HTML"}, 'expected "</i>", found "</b>"'),
        ({"text": "<x>", "parse_mode": "HTML"}, 'Unsupported start tag "x" at byte offset 0'),
        ({"text": "5 < 6", "parse_mode": "HTML"}, "Unclosed start tag at byte offset 2"),
        ({"text": "1.", "parse_mode": "MarkdownV2"}, "Character '.' is reserved and must be escaped"),
        ({"text": "*x", "parse_mode": "MarkdownV2"}, "Can't find end of Bold entity at byte offset 0"),
        ({"text": "x", "parse_mode": "rtf"}, "Unsupported parse_mode"),
        ({"text": "ab", "entities": [MessageEntity("bold", 1, 2)]}, "ends after the end of the text"),
        ({"text": "😀", "entities": [MessageEntity("bold", 1, 1)]}, "begins in a middle of a UTF-16 symbol"),
        ({"text": "x", "reply_parameters": ReplyParameters(99)}, "Message to be replied not found"),
        ({"text": "x", "message_thread_id": 7}, "Message thread not found"),
    ],
)
async def test_texts_telegram_refuses(bot: Bot, mona: User, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest, match=re.compile(re.escape(words), re.IGNORECASE)):
        await bot.send_message(mona.id, **arguments)
    assert mona.inbox == []


@pytest.mark.parametrize(
    ("button", "words"),
    [
        (InlineKeyboardButton("x", callback_data="ø" * 33), "Button_data_invalid"),
        (InlineKeyboardButton("x", url="http://localhost"), "Button_url_invalid"),
        (InlineKeyboardButton("x"), "text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton(" ", callback_data="x"), "button text must be non-empty"),
    ],
)
async def test_buttons_telegram_refuses(bot: Bot, mona: User, button: InlineKeyboardButton, words: str) -> None:
    with pytest.raises(BadRequest, match=re.compile(words, re.IGNORECASE)):
        await bot.send_message(mona.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_64_bytes_of_callback_data_are_the_most(bot: Bot, mona: User) -> None:
    button = InlineKeyboardButton("x", callback_data="ø" * 32)
    await bot.send_message(mona.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    assert mona.last.buttons[0][0].data == "ø" * 32


async def test_a_hundred_buttons_are_the_most(bot: Bot, mona: User) -> None:
    await bot.send_message(mona.id, "x", reply_markup=buttons(*map(str, range(100))))
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(mona.id, "x", reply_markup=buttons(*map(str, range(101))))


async def test_people_who_cannot_be_written_to(server: TelegramServer, bot: Bot, staff: Group) -> None:
    stranger, blocker, gone = (server.user(name) for name in ("Stranger", "Blocker", "Gone"))
    for person in (blocker, gone):
        person.start()
    blocker.block()
    gone.deactivate()
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(stranger.id, "x")
    staff.member(stranger)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(stranger.id, "x")
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(blocker.id, "x")
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(gone.id, "x")
    blocker.start()
    await bot.send_message(blocker.id, "welcome back")
    assert blocker.last.text == "welcome back"


async def test_the_token_is_checked(server: TelegramServer) -> None:
    for token in ("8000000001:wrong", "nonsense"):
        stranger = Bot(token, base_url=f"{server.url}/bot", request=HTTPXRequest())
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()
    assert server.log == ()


async def test_editing(bot: Bot, mona: User) -> None:
    sent = await bot.send_message(mona.id, "one", reply_markup=buttons("A"))
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("one", mona.id, sent.message_id, reply_markup=buttons("A"))
    await bot.edit_message_text("two", mona.id, sent.message_id)
    seen = mona.wait("two")
    assert (seen.versions, seen.labels) == (("one",), [])
    await bot.edit_message_reply_markup(mona.id, sent.message_id, reply_markup=buttons("B"))
    assert mona.last.labels == ["B"]
    await bot.delete_message(mona.id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("three", mona.id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(mona.id, sent.message_id)


async def test_only_its_own_messages_and_not_for_ever(server: TelegramServer, bot: Bot, mona: User) -> None:
    theirs = mona.send("mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", mona.id, theirs.message_id)
    plain = await bot.send_message(mona.id, "plain")
    pressed = await bot.send_message(mona.id, "card", reply_markup=buttons("A"))
    server.world.clock.advance(49 * 3600)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", mona.id, plain.message_id)
    await bot.edit_message_text("x", mona.id, pressed.message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(mona.id, plain.message_id)


async def test_a_photo_has_a_caption_and_no_text(bot: Bot, mona: User) -> None:
    sent = await bot.send_photo(mona.id, picture(), caption="<b>map</b>", parse_mode="HTML")
    assert (mona.last.kind, mona.last.text, mona.last.entity_texts("bold")) == ("photo", "map", ["map"])
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", mona.id, sent.message_id)
    await bot.edit_message_caption(mona.id, sent.message_id, caption="plan")
    await bot.edit_message_media(InputMediaPhoto(picture(1), caption="new"), mona.id, sent.message_id)
    assert mona.last.versions == ("map", "plan")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(mona.id, picture(), caption="x" * 1025)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(mona.id, b"no picture")


async def test_files_can_be_fetched(server: TelegramServer, bot: Bot, mona: User) -> None:
    sent = mona.send_photo("my letter", content := picture(7))
    file_id = sent.raw["photo"][-1]["file_id"]
    file = await bot.get_file(file_id)
    assert bytes(await file.download_as_bytearray()) == content
    again = await bot.send_photo(mona.id, file_id)
    assert again.photo[-1].file_id == file_id
    with pytest.raises(BadRequest, match="Can't use file of type photo as document"):
        await bot.send_document(mona.id, file_id)
    large = mona.send_document(size=21 * 1024 * 1024)
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(large.raw["document"]["file_id"])
    server.expire_file(file_id)
    with pytest.raises(BadRequest, match="temporarily unavailable"):
        await bot.get_file(file_id)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(mona.id, "nothing")


async def test_files_by_address_come_from_the_test(server: TelegramServer, bot: Bot, mona: User) -> None:
    server.host("https://ballerup.dk/a.png", picture(), "image/png")
    server.host("https://ballerup.dk/", b"<html>", "text/html")
    await bot.send_photo(mona.id, "https://ballerup.dk/a.png")
    with pytest.raises(BadRequest, match="Wrong type of the web page content"):
        await bot.send_photo(mona.id, "https://ballerup.dk/")
    with pytest.raises(BadRequest, match="Failed to get http url content"):
        await bot.send_photo(mona.id, "https://ballerup.dk/b.png")


async def test_albums(bot: Bot, mona: User, staff: Group) -> None:
    album = mona.send_album(3, "three pictures")
    assert len({message.album for message in album}) == 1
    copied = await bot.copy_messages(staff.id, mona.id, [message.message_id for message in album])
    assert [staff.general.message(item.message_id).text for item in copied] == ["three pictures", "", ""]
    sent = await bot.send_media_group(mona.id, [InputMediaPhoto(picture(), caption="a"), InputMediaPhoto(picture())])
    assert sent[0].media_group_id == sent[1].media_group_id
    with pytest.raises(BadRequest, match="can't be mixed"):
        await bot.send_media_group(mona.id, [InputMediaPhoto(picture()), InputMediaDocument(b"%PDF")])


async def test_other_kinds(bot: Bot, mona: User) -> None:
    await bot.send_document(mona.id, b"%PDF-1.4", filename="brev.pdf", caption="c")
    await bot.send_voice(mona.id, b"OggS")
    await bot.send_video(mona.id, b"\0ftyp")
    await bot.send_location(mona.id, 55.7, 12.3)
    await bot.send_contact(mona.id, "+4500000000", "Town hall")
    await bot.send_chat_action(mona.id, "typing")
    assert [message.kind for message in mona.inbox] == ["document", "voice", "video", "location", "contact"]
    assert mona.chat.actions == [("typing", None)]


async def test_a_copy_does_not_lead_back(bot: Bot, mona: User, staff: Group) -> None:
    question = mona.send("who am I?")
    topic = await bot.create_forum_topic(staff.id, "Ticket 1")
    thread = topic.message_thread_id
    copy = await bot.copy_message(staff.id, mona.id, question.message_id, message_thread_id=thread)
    seen = staff.topics[0].message(copy.message_id)
    assert (seen.text, seen.from_bot) == ("who am I?", True)
    assert "Mona" not in str(seen.raw)
    forwarded = await bot.forward_message(staff.id, mona.id, question.message_id, message_thread_id=thread)
    assert forwarded.forward_origin is not None
    assert "Mona" in str(staff.topics[0].message(forwarded.message_id).raw)
    with pytest.raises(BadRequest, match="Message to copy not found"):
        await bot.copy_message(staff.id, mona.id, 999)
    secret = await bot.send_message(mona.id, "secret", protect_content=True)
    with pytest.raises(BadRequest, match="protected content"):
        await bot.forward_message(staff.id, mona.id, secret.message_id)


async def test_reply_keyboards_only_ask_for_numbers_in_private(bot: Bot, mona: User, staff: Group) -> None:
    markup = ReplyKeyboardMarkup([[KeyboardButton("My number", request_contact=True), "Menu"]])
    sent = await bot.send_message(mona.id, "choose", reply_markup=markup)
    assert mona.keyboard == [["My number", "Menu"]]
    mona.choose("Menu")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", mona.id, sent.message_id)
    with pytest.raises(BadRequest, match="private chats only"):
        await bot.send_message(staff.id, "choose", reply_markup=markup)


async def test_reactions_are_one_of_those_offered(bot: Bot, mona: User) -> None:
    message = mona.send("hi")
    await bot.set_message_reaction(mona.id, message.message_id, "👀")
    assert mona.message(message).reactions == ("👀",)
    for reaction, words in ((["👀", "👍"], "Reactions_too_many"), ("🫖", "Reaction_invalid")):
        with pytest.raises(BadRequest, match=words):
            await bot.set_message_reaction(mona.id, message.message_id, reaction)
    with pytest.raises(BadRequest, match="Message to react not found"):
        await bot.set_message_reaction(mona.id, 99, "👍")


async def test_the_profile_by_language(bot: Bot, mona: User) -> None:
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("help", "Help")], scope=scope)
    await bot.set_my_commands([BotCommand("help", "مساعدة")], scope=scope, language_code="ar")
    assert mona.commands == [{"command": "help", "description": "مساعدة"}]
    await bot.delete_my_commands(scope=scope, language_code="ar")
    assert mona.commands[0]["description"] == "Help"
    assert [item.command for item in await bot.get_my_commands(scope=scope)] == ["help"]
    await bot.set_my_description("Hej", language_code="da")
    assert (await bot.get_my_description("da")).description == "Hej"
    assert (await bot.get_my_description("ar")).description == ""
    await bot.set_my_short_description("short")
    assert (await bot.get_my_name()).name == "Ballerup"
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert isinstance(await bot.get_chat_menu_button(mona.id), MenuButtonCommands)
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Hjælp", "x")])
    with pytest.raises(BadRequest, match="Invalid language code"):
        await bot.set_my_name("x", language_code="pt-BR")


async def test_chats_and_members(server: TelegramServer, bot: Bot, staff: Group, mona: User) -> None:
    chat = await bot.get_chat(staff.id)
    assert (chat.title, chat.is_forum) == ("Staff", True)
    assert (await bot.get_chat_member(staff.id, bot.id)).can_manage_topics  # type: ignore[attr-defined]
    assert (await bot.get_chat_member(staff.id, mona.id)).status == "left"
    assert {member.status for member in await bot.get_chat_administrators(staff.id)} == {
        "creator",
        "administrator",
    }
    await bot.leave_chat(staff.id)
    with pytest.raises(Forbidden, match="not a member of the supergroup chat"):
        await bot.send_message(staff.id, "x")
    staff.set_bot("kicked")
    with pytest.raises(Forbidden, match="kicked from the supergroup chat"):
        await bot.get_chat(staff.id)
