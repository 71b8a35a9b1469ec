"""What the schema cannot say of keyboards: lengths, addresses, and where a button may stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.telegram_server.errors import bad

if TYPE_CHECKING:
    from tests.telegram_server.state import Chat

Json = dict[str, Any]

DATA_LIMIT = 64
BUTTON_LIMIT = 100
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
_ADDRESS = re.compile(r"(?:https?://|tg://|tel:|ton://)?\S+", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[\w-]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)


def check_markup(markup: Json | None, chat: Chat) -> Json | None:
    """The markup as it is kept (None where nothing is shown). Raises ApiError 400 in Telegram's words."""
    if not markup:
        return None
    for row in markup.get("keyboard", []):
        for button in row:
            _check_reply_button(button, chat)
    rows = [row for row in markup.get("inline_keyboard", []) if row]
    for row in rows:
        for button in row:
            _check_inline_button(button, chat)
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad("reply markup is too long")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": rows} if rows else None
    return markup


def _check_inline_button(button: Json, chat: Chat) -> None:
    chosen = [name for name in _ACTIONS if button.get(name) not in (None, "", False)]
    if not chosen:
        reason = "BUTTON_DATA_INVALID" if "callback_data" in button else _unallowed()
        raise bad(reason)
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    if len(chosen) > 1:
        raise bad(f"can't parse inline keyboard button: exactly one action is allowed, not {chosen}")
    if len(str(button.get("callback_data", "")).encode()) > DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not _reachable(button["url"]):
        raise bad("BUTTON_URL_INVALID")
    if "web_app" in button and (chat.type != "private" or not button["web_app"]["url"].startswith("https://")):
        raise bad("BUTTON_TYPE_INVALID" if chat.type != "private" else "BUTTON_URL_INVALID")


def _unallowed() -> str:
    return "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"


def _reachable(url: str) -> bool:
    """An address with a host Telegram accepts: a bare name such as localhost is refused."""
    scheme = url.partition(":")[0].lower()
    if scheme in ("tg", "tel", "ton"):
        return bool(_ADDRESS.fullmatch(url))
    return bool(_HOST.fullmatch(url))


def _check_reply_button(button: Json, chat: Chat) -> None:
    if not button["text"].strip():
        raise bad("keyboard button text must be non-empty")
    if chat.type == "private":
        return
    if button.get("request_contact"):
        raise bad("phone number can be requested in private chats only")
    if button.get("request_location"):
        raise bad("location can be requested in private chats only")
    if button.get("web_app"):
        raise bad("BUTTON_TYPE_INVALID")
