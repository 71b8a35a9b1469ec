"""How a message comes into a chat, whoever wrote it, and who hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.telegram_server import render
from tests.telegram_server.access import Place, find_thread
from tests.telegram_server.errors import bad
from tests.telegram_server.formatting import CAPTION_LIMIT, TEXT_LIMIT, formatted
from tests.telegram_server.keyboards import check_markup

if TYPE_CHECKING:
    from tests.telegram_server.state import Chat, Stored, World

Json = dict[str, Any]
Params = dict[str, Any]


def text_content(params: Params, text_key: str = "text") -> Json:
    """A text message's content from a call's parameters."""
    text, entities = formatted(
        params.get(text_key) or "",
        params.get("entities"),
        params.get("parse_mode"),
        limit=TEXT_LIMIT,
        what="message",
    )
    content: Json = {"text": text} | ({"entities": entities} if entities else {})
    if options := params.get("link_preview_options"):
        content["link_preview_options"] = options
    return content


def caption_content(params: Params) -> Json:
    """A medium's caption from a call's parameters or an album's item; empty where there is none."""
    text, entities = formatted(
        params.get("caption") or "",
        params.get("caption_entities"),
        params.get("parse_mode"),
        limit=CAPTION_LIMIT,
        what="message caption",
    )
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": entities} if entities else {})


def post(world: World, place: Place, content: Json, params: Params, **details: Any) -> Stored:
    """The bot's own message: buttons and reply checked, stored, not told to the bot (unless a service message)."""
    chat, thread_id = place
    markup = check_markup(params.get("reply_markup"), chat)
    reply, quote = _reply(world, chat, params)
    if reply is not None and thread_id is None and chat.is_forum and reply.thread_id:
        topic = find_thread(chat, reply.thread_id)
        if topic is not None and topic.closed:
            raise bad("TOPIC_CLOSED")
        thread_id = reply.thread_id
    return world.add_message(
        chat,
        world.bot.id,
        content,
        thread_id=thread_id,
        markup=markup,
        reply_to=reply.id if reply else None,
        quote=quote,
        protected=bool(params.get("protect_content")),
        **details,
    )


def _reply(world: World, chat: Chat, params: Params) -> tuple[Stored | None, Json | None]:
    """The message replied to, and the quote of it."""
    wish = params.get("reply_parameters") or {
        "message_id": params.get("reply_to_message_id"),
        "allow_sending_without_reply": params.get("allow_sending_without_reply"),
    }
    if wish.get("chat_id") not in (None, chat.id):
        raise bad("replies to another chat are not modelled by this server")
    if not wish.get("message_id"):
        return None, None
    replied = world.message(chat.id, wish["message_id"])
    if replied is None:
        if wish.get("allow_sending_without_reply"):
            return None, None
        raise bad("message to be replied not found")
    return replied, _quote(replied, wish)


def _quote(replied: Stored, wish: Json) -> Json | None:
    if not wish.get("quote"):
        return None
    text = replied.content.get("text") or replied.content.get("caption") or ""
    if wish["quote"] not in text:
        raise bad("QUOTE_TEXT_INVALID")
    position = len(text.partition(wish["quote"])[0].encode("utf-16-le")) // 2
    return {"text": wish["quote"], "position": position, "is_manual": True}


def service(world: World, chat: Chat, sender_id: int, content: Json, thread_id: int | None) -> Stored:
    """A service message; unlike its other messages, the bot is told of those it caused itself."""
    stored = world.add_message(chat, sender_id, content, thread_id=thread_id)
    tell(world, stored)
    return stored


def tell(world: World, stored: Stored, kind: str = "message") -> None:
    """Sends the bot an update of a message, where it can see the chat."""
    chat = world.chats[stored.chat_id]
    if chat.type != "private" and chat.members[world.bot.id].status in ("left", "kicked"):
        return
    if chat.type == "channel":
        kind = kind.replace("message", "channel_post")
    world.publish(kind, render.message(world, stored), f"chat:{chat.id}")
