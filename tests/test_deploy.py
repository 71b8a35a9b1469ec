"""What `deploy/` says about the assistant is true of it, and its parts agree."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from bot.settings import ROOT, Settings
from tests.proxy import READY

DEPLOY = ROOT / "deploy"
UNITS = ("ballerup-bot.service", "ballerup-bot@.service")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return found


def test_every_setting_that_is_named_is_one(services: dict[str, Any]) -> None:
    named = {name for service in services.values() for name in service.get("environment", ()) if name[:4] == "BOT_"}
    for unit in UNITS:
        named.update(re.findall(r"(?m)^Environment=(BOT_\w+)=", (DEPLOY / unit).read_text(encoding="utf-8")))
    assert named > {"BOT_DATABASE_URL", "BOT_PUBLIC_URL", "BOT_PORT"}
    assert {name.removeprefix("BOT_").lower() for name in named} <= set(Settings.model_fields)


def test_one_process_polls_or_several_stand_behind_the_proxy(services: dict[str, Any]) -> None:
    by_profile = {
        profile: {name for name, service in services.items() if service.get("profiles") == [profile]}
        for profile in ("polling", "webhook")
    }
    bots = {place.partition(":")[0] for place in services["proxy"]["environment"]["BOTS"].split()}
    assert by_profile == {"polling": {"bot"}, "webhook": {"proxy", *bots}}
    assert "BOT_PUBLIC_URL" not in services["bot"]["environment"]
    for name in bots:
        assert set(services[name]["networks"]) & set(services["proxy"]["networks"])
        assert services[name]["environment"]["BOT_PUBLIC_URL"] == "https://${PUBLIC_HOST:-}"


def test_the_proxy_asks_what_the_assistant_answers(services: dict[str, Any]) -> None:
    proxy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert f"health_uri {READY}\n" in proxy
    assert set(re.findall(r"\{\$(\w+)", proxy)) == {*services["proxy"]["environment"], "TELEGRAM"}
    assert "request>uri delete" in proxy
    assert "request>headers delete" in proxy


def test_the_two_units_differ_in_the_port_and_the_database_alone() -> None:
    one, several = (
        {line for line in (DEPLOY / unit).read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
        for unit in UNITS
    )
    assert {line.partition("=")[2].partition("=")[0] for line in one ^ several if line.startswith("Environment=")} == {
        "BOT_DATABASE_URL",
        "BOT_HOST",
        "BOT_PORT",
    }
    assert all(line.startswith(("Environment=", "Description=")) for line in one ^ several)
