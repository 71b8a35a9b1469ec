"""Webhook settings and the answers to queries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.telegram_server.errors import bad, too_many
from tests.telegram_server.posting import text_content
from tests.telegram_server.updates import Updates, Webhook

if TYPE_CHECKING:
    from tests.telegram_server.state import Json, Query, World

Params = dict[str, Any]

ANSWER_LIMIT = 200
RESULTS_LIMIT = 50
RESULT_ID_LIMIT = 64
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


class WebhookMethods:
    """setWebhook, deleteWebhook and getWebhookInfo. Plain http is accepted: the bot under test is on this machine."""

    def __init__(self, updates: Updates) -> None:
        self.updates = updates
        self._last_set = 0.0

    def set_webhook(self, world: World, params: Params) -> bool:
        if not params["url"]:
            return self.delete_webhook(world, params)
        self._check(params)
        now = world.clock.now()
        if now - self._last_set < 1:
            raise too_many(1)
        self._last_set = now
        self._drop(params)
        self.updates.allow(params.get("allowed_updates"))
        self.updates.set_webhook(
            Webhook(
                params["url"],
                params.get("secret_token", ""),
                params.get("max_connections", 40),
                params.get("ip_address", ""),
            )
        )
        return True

    def delete_webhook(self, _world: World, params: Params) -> bool:
        self._drop(params)
        self.updates.set_webhook(None)
        return True

    def get_webhook_info(self, _world: World, _params: Params) -> Json:
        webhook = self.updates.webhook or Webhook("")
        info: Json = {
            "url": webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if webhook.url:
            info["max_connections"] = webhook.max_connections
        if webhook.last_error_date:
            info |= {
                "last_error_date": webhook.last_error_date,
                "last_error_message": webhook.last_error_message,
            }
        if self.updates.allowed is not None:
            info["allowed_updates"] = sorted(self.updates.allowed)
        return info

    def _check(self, params: Params) -> None:
        if not re.match(r"https?://", params["url"]):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.get("secret_token", "")
        if not _SECRET.fullmatch(secret):
            raise bad("secret token is too long" if len(secret) > 256 else "secret token contains unallowed characters")
        if not 1 <= params.get("max_connections", 40) <= 100:
            raise bad("max_connections must be between 1 and 100")

    def _drop(self, params: Params) -> None:
        if params.get("drop_pending_updates"):
            self.updates.pending.clear()


def answer_callback_query(world: World, params: Params) -> bool:
    query = _query(world, params["callback_query_id"])
    if len(params.get("text", "")) > ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    return _answer(world, query, params)


def answer_inline_query(world: World, params: Params) -> bool:
    query = _query(world, params["inline_query_id"])
    if len(params["results"]) > RESULTS_LIMIT:
        raise bad("too many inline query results specified")
    identifiers = [result["id"] for result in params["results"]]
    if len(set(identifiers)) != len(identifiers):
        raise bad("RESULT_ID_DUPLICATE")
    for result in params["results"]:
        _check_result(result)
    if button := params.get("button"):
        _check_button(button)
    return _answer(world, query, params)


def _check_result(result: Json) -> None:
    """Only articles that send a text are modelled: their text must be one that could be sent as a message."""
    if not 1 <= len(result["id"].encode()) <= RESULT_ID_LIMIT:
        raise bad("RESULT_ID_INVALID")
    if result["type"] != "article" or "message_text" not in result["input_message_content"]:
        raise bad("only articles that send a text are modelled by this server")
    if not result["title"].strip():
        raise bad("ARTICLE_TITLE_EMPTY")
    text_content(result["input_message_content"], "message_text")


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad("SWITCH_PM_TEXT_EMPTY")
    if "start_parameter" in button and not _START_PARAMETER.fullmatch(button["start_parameter"]):
        raise bad("START_PARAM_INVALID")


def _query(world: World, query_id: str) -> Query:
    query = world.queries.get(query_id)
    if query is None or world.clock.now() - query.created > query.lifetime:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    return query


def _answer(world: World, query: Query, params: Params) -> bool:
    query.answers.append({key: value for key, value in params.items() if not key.endswith("query_id")})
    world.touch()
    return True
