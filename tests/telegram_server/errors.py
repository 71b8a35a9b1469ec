from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class ApiError(Exception):
    """A refusal as Telegram words it: the HTTP status, the `description`, and `parameters` where there are any."""

    code: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.description

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def migrated(chat_id: int) -> ApiError:
    """The refusal of a group that is a supergroup with another id now."""
    refusal = bad("group chat was upgraded to a supergroup chat")
    refusal.parameters = {"migrate_to_chat_id": chat_id}
    return refusal


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def too_many(retry_after: float) -> ApiError:
    """429 with the whole number of seconds after which the call may be made again."""
    seconds = int(retry_after) if retry_after == int(retry_after) else retry_after
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


UNAUTHORIZED = ApiError(401, "Unauthorized")
MALFORMED_TOKEN = ApiError(401, "Unauthorized: invalid token specified")
METHOD_NOT_FOUND = ApiError(404, "Not Found: method not found")
TOO_LARGE = ApiError(413, "Request Entity Too Large")
RESTARTING = ApiError(500, "Internal Server Error: restart")
POLL_TAKEN_OVER = conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
POLL_WHILE_WEBHOOK = conflict(
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
POLL_ENDED_BY_WEBHOOK = conflict("terminated by setWebhook request")
