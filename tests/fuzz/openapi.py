"""`python -m tests.fuzz.openapi [--examples N]`: what the web server answers, compared with its description.

It needs the extra `fuzz` (schemathesis), which makes requests that fit the description and such that do not. The exit
code is 1 when an answer is not as described.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from typing import Any, cast

from hypothesis import HealthCheck, given, settings

from handlers.web.application import Hook, application
from tests.handlers.web.working import KEY, SECRET, PlayedHealth


def _answers(*statuses: int) -> dict[str, Any]:
    return {str(status): {"description": "no words"} for status in statuses}


def _page(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": "a page", "content": {kind: {"schema": schema}}}}}}


def _push(keys: dict[str, Any], secrets: dict[str, Any], *statuses: int) -> dict[str, Any]:
    update = {"type": "object", "required": ["update_id"], "properties": {"update_id": {"type": "integer"}}}
    return {
        "post": {
            "parameters": [
                {"name": "key", "in": "path", "required": True, "schema": keys},
                {"name": "X-Telegram-Bot-Api-Secret-Token", "in": "header", "required": True, "schema": secrets},
            ],
            "requestBody": {"required": True, "content": {"application/json": {"schema": update}}},
            "responses": _answers(*statuses),
        }
    }


_TEXT: dict[str, Any] = {"type": "string"}
_READY = {"type": "object", "required": ["ready", "checks"], "properties": {"ready": {"type": "boolean"}}}
_PATHS = {
    "telegram": {
        "/telegram/{key}": _push({"enum": [KEY]}, {"enum": [SECRET]}, 200, 400, 403, 404, 413, 415),
        "/healthz": _page("application/json", {"type": "object", "required": ["alive"]}),
        "/readyz": _page("application/json", _READY),
        "/metrics": _page("text/plain", _TEXT),
    },
    "strangers": {"/telegram/{key}": _push(_TEXT, _TEXT, 400, 403, 404, 413, 415)},
}


async def _taken(_: dict[str, Any]) -> None:
    """The inbox."""


async def _figures() -> bytes:
    return b"ballerup_updates_total 1.0\n"


def _compare(paths: dict[str, Any], examples: int) -> None:
    import schemathesis

    server = application(cast("Any", PlayedHealth()), _figures, Hook(KEY, SECRET, _taken))
    described = {"openapi": "3.0.3", "info": {"title": "web", "version": "1"}, "paths": paths}
    for found in schemathesis.openapi.from_dict(described).get_all_operations():
        operation = found.ok()

        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:
            case.validate_response(case.call(app=server))

        check()
        sys.stdout.write(f"{operation.label}: no fault\n")


def main() -> int:
    """Returns 1 if an answer is not as described."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz.openapi", description="compares answers and description"
    )
    parser.add_argument("--examples", type=int, default=500, help="for each address (usual: 500)")
    chosen = parser.parse_args()
    for whose, paths in _PATHS.items():
        try:
            _compare(paths, chosen.examples)
        except Exception:  # noqa: BLE001  # this is what is looked for
            sys.stdout.write(f"{whose}: a fault\n{traceback.format_exc()}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
