"""Every method this server knows, by its lower-case name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.telegram_server import methods_chats as chats
from tests.telegram_server import methods_edit as edit
from tests.telegram_server import methods_media as media
from tests.telegram_server import methods_messages as messages
from tests.telegram_server import methods_profile as profile
from tests.telegram_server import methods_topics as topics
from tests.telegram_server import methods_updates as updates
from tests.telegram_server.state import World
from tests.telegram_server.validate import SUPPORTED

if TYPE_CHECKING:
    from tests.telegram_server.updates import Updates

Handler = Callable[[World, dict[str, Any]], Any]

_MODULES = (chats, edit, media, messages, profile, topics, updates)
_TEXTS = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}


def table(queue: Updates) -> dict[str, Handler]:
    """All handlers but getUpdates, which waits and so stands in the server itself."""
    webhook = updates.WebhookMethods(queue)
    handlers: dict[str, Handler] = {
        "setwebhook": webhook.set_webhook,
        "deletewebhook": webhook.delete_webhook,
        "getwebhookinfo": webhook.get_webhook_info,
    }
    for name, what in _TEXTS.items():
        handlers[f"setmy{name}".lower()] = partial(profile.set_text, what=what)
        handlers[f"getmy{name}".lower()] = partial(profile.get_text, what=what)
    for name in SUPPORTED - {"getUpdates"}:
        if name.lower() not in handlers:
            handlers[name.lower()] = _named(name)
    return handlers


def _named(name: str) -> Handler:
    """The function of one of the modules whose name is the method's in snake case."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    found: Handler = next(getattr(module, snake) for module in _MODULES if hasattr(module, snake))
    return found
