"""Every setting: its default, its checks, what is said about a wrong one, and its line in the README."""

from __future__ import annotations

import base64
import re
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.core.retention import Retention
from bot.errors import SettingsError
from bot.settings import EXAMPLES, ROOT, Settings, load

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "123456789:AAF0-a-secret-of-about-35-letters"
KEY = "a" * 43 + "="
NAMES = tuple(Settings.model_fields)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of this machine, neither in the environment nor in a file."""
    for name in NAMES:
        monkeypatch.delenv(f"BOT_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def refusal(read: Callable[[], Settings] = load) -> dict[str, object]:
    with pytest.raises(SettingsError) as caught:
        read()
    return caught.value.fields


def test_nothing_needs_to_be_set() -> None:
    settings = load()
    assert settings.telegram_token is None
    assert settings.telegram_api_url is None
    assert settings.telegram_staff_chats == {}
    assert (settings.translator_url, settings.translator_key) == (None, None)
    assert settings.staff_language == "da"
    assert settings.database_url == f"sqlite:///{ROOT / 'var' / 'bot.db'}"
    assert (settings.knowledge, settings.locales) == (ROOT / "knowledge", ROOT / "locales")
    assert settings.log_level == "info"


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("telegram_api_url", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("telegram_api_url", "https://telegram.example", "https://telegram.example"),
        ("telegram_api_url", "", None),
        ("telegram_staff_chats", "citizen-service=-1001", {"citizen-service": "-1001"}),
        ("telegram_staff_chats", " a = -1 , b=-2, ", {"a": "-1", "b": "-2"}),
        ("telegram_staff_chats", "", {}),
        ("translator_url", "http://127.0.0.1:5000/translation/", "http://127.0.0.1:5000/translation"),
        ("translator_url", "", None),
        ("translator_key", "", None),
        ("digest_at", "06:30", time(6, 30)),
        ("digest_at", "", None),
        ("retention_days", "tickets=730, inbox = 7", Retention(tickets=730, inbox=7)),
        ("retention_days", "", Retention()),
        ("staff_language", "pl", "pl"),
        ("database_url", "postgresql://bot@db/bot", "postgresql://bot@db/bot"),
        ("knowledge", "elsewhere/knowledge", Path("elsewhere/knowledge")),
        ("locales", "/srv/locales", Path("/srv/locales")),
        ("log_level", "WARNING", "warning"),
    ],
)
def test_right_values(monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: object) -> None:
    monkeypatch.setenv(f"BOT_{name.upper()}", value)
    assert getattr(load(), name) == wanted


def test_a_token_is_kept_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", TOKEN)
    settings = load()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_the_key_of_the_translator_is_kept_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TRANSLATOR_KEY", "hemmelig")
    settings = load()
    assert settings.translator_key is not None
    assert settings.translator_key.get_secret_value() == "hemmelig"
    assert "hemmelig" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_the_secret_of_the_webhook_is_kept_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_WEBHOOK_SECRET", "hemmelig-hemmelig")
    settings = load()
    assert "hemmelig" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize("url", ["https://bot.example.dk/", "https://bot.example.dk:8443", "https://93.184.216.34"])
def test_where_telegram_can_reach_us(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BOT_PUBLIC_URL", url)
    assert load().public_url == url.rstrip("/")


def test_another_bot_api_server_pushes_to_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_PUBLIC_URL", "http://127.0.0.1:8080")
    monkeypatch.setenv("BOT_TELEGRAM_API_URL", "http://127.0.0.1:8081")
    assert load().public_url == "http://127.0.0.1:8080"


def test_keys_are_kept_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    newer, older = base64.urlsafe_b64encode(b"\xff" * 32).decode(), base64.b64encode(b"\xfe" * 32).decode()
    monkeypatch.setenv("BOT_SECRET_KEY", f"{newer}, {older}")
    settings = load()
    assert settings.secret_keys == (b"\xff" * 32, b"\xfe" * 32)
    for shown in (newer, older, "xff"):
        assert shown not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_without_a_key_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().secret_keys == ()
    monkeypatch.setenv("BOT_SECRET_KEY", "")
    assert load().secret_keys == ()


def test_an_empty_token_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "")
    assert load().telegram_token is None


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("telegram_token", "hemmelig", "a number, a colon and a secret"),
        ("telegram_token", ":hemmelig", "a number, a colon and a secret"),
        ("telegram_token", "123456789:", "a number, a colon and a secret"),
        ("telegram_token", "123456789:hemmelig token", "a number, a colon and a secret"),
        ("telegram_api_url", "hemmelig.example", "http:// or https://"),
        ("telegram_api_url", "ftp://hemmelig.example", "http:// or https://"),
        ("telegram_api_url", "http://", "name a host"),
        ("translator_url", "hemmelig.example:5000", "http:// or https://"),
        ("translator_url", "https://?hemmelig", "name a host"),
        ("translator_url", "http://hemmelig:99999", "name a host"),
        ("translator_url", "http://[hemmelig", "name a host"),
        ("telegram_staff_chats", "hemmelig", "department=chat id"),
        ("telegram_staff_chats", "a=hemmelig", "department=chat id"),
        ("telegram_staff_chats", "=-1001", "department=chat id"),
        ("telegram_staff_chats", "a=-1001,b", "department=chat id"),
        ("digest_at", "hemmelig", "hours and minutes"),
        ("digest_at", "24:00", "hours and minutes"),
        ("digest_at", "8", "hours and minutes"),
        ("digest_at", "08:60", "hours and minutes"),
        ("secret_key", "hemmelig", "32 random bytes"),
        ("secret_key", "aGVtbWVsaWc=", "32 random bytes"),
        ("secret_key", f"{KEY},hemmelig", "32 random bytes"),
        ("secret_key", f"{KEY},{KEY}", "twice"),
        ("secret_key", f"{KEY},", "32 random bytes"),
        ("retention_days", "hemmelig=3", "the kinds are conversations, tickets"),
        ("retention_days", "inbox", "from 2 to"),
        ("retention_days", "inbox=1", "from 2 to"),
        ("retention_days", "inbox=99999", "from 2 to"),
        ("retention_days", "inbox=3,inbox=4", "twice"),
        ("log_level", "hemmelig", "debug, info, warning or error"),
        ("port", "hemmelig", "valid integer"),
        ("port", "65536", "less than or equal to 65535"),
        ("host", "", "at least 1 character"),
        ("public_url", "http://hemmelig.example.dk", "must begin with https://"),
        ("public_url", "hemmelig.example.dk", "must name a host"),
        ("public_url", "https://", "must name a host"),
        ("public_url", "https://hemmelig.example.dk/bot", "nothing behind it"),
        ("public_url", "https://hemmelig.example.dk?x=1", "nothing behind it"),
        ("public_url", "https://me:hemmelig@example.dk", "nothing behind it"),
        ("public_url", "https://hemmelig.example.dk:8080", "443, 80, 88 or 8443"),
        ("public_url", "https://hemmelig.example.dk:99999", "no web address"),
        ("public_url", "https://localhost", "that Telegram can reach"),
        ("public_url", "https://hemmelig", "that Telegram can reach"),
        ("public_url", "https://hemmelig.internal", "that Telegram can reach"),
        ("public_url", "https://192.168.1.7", "that Telegram can reach"),
        ("public_url", "https://[::1]", "that Telegram can reach"),
        ("webhook_secret", "hemmelig", "at least 16 characters"),
        ("log_level", "", "debug, info, warning or error"),
    ],
)
def test_wrong_values(monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str) -> None:
    monkeypatch.setenv(f"BOT_{name.upper()}", value)
    fields = refusal()
    assert fields["name"] == f"BOT_{name.upper()}"
    assert reason in str(fields["reason"])
    assert fields["example"] == EXAMPLES[name]
    assert "hemmelig" not in str(fields)
    assert "\n" not in str(fields["reason"])


# ---- the file .env ---------------------------------------------------------------------------------------


def write_env(*lines: str | bytes) -> None:
    Path(".env").write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))


def test_settings_from_a_file() -> None:
    write_env("# staff", "BOT_STAFF_LANGUAGE=pl", f"BOT_TELEGRAM_TOKEN='{TOKEN}'", "")
    settings = load()
    assert settings.staff_language == "pl"
    assert settings.telegram_token is not None


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    write_env("BOT_STAFF_LANGUAGE=pl")
    monkeypatch.setenv("BOT_STAFF_LANGUAGE", "en")
    assert load().staff_language == "en"


@pytest.mark.parametrize("line", ["BOT_TELEGRAM_TOKN=hemmelig", "BOT_NONSENSE=1"])
def test_a_misspelled_setting_in_the_file_is_noticed(line: str) -> None:
    write_env(line)
    fields = refusal()
    assert fields["name"] == line.partition("=")[0]
    assert fields["reason"] == "there is no such setting"
    assert "hemmelig" not in str(fields)


def test_a_misspelled_setting_in_the_environment_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKN", "hemmelig")
    fields = refusal()
    assert fields["name"] == "BOT_TELEGRAM_TOKN"
    assert fields["reason"] == "there is no such setting"
    assert "hemmelig" not in str(fields)


def test_other_programs_lines_in_the_file_are_none_of_ours() -> None:
    write_env("POSTGRES_PASSWORD=hemmelig", "BOT_STAFF_LANGUAGE=pl")
    assert load().staff_language == "pl"


def test_a_file_in_another_encoding_is_said() -> None:
    write_env(b"BOT_STAFF_LANGUAGE=\xff\xfe")
    assert "hemmelig" not in str(refusal())


# ---- documentation ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_described_with_an_example(name: str) -> None:
    assert Settings.model_fields[name].description
    assert EXAMPLES[name]


def test_there_are_no_examples_of_what_does_not_exist() -> None:
    assert set(EXAMPLES) == set(NAMES)


def test_the_readme_lists_every_setting_with_its_description() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `BOT_([A-Z_]+)` \| (.+?) \|", readme, re.MULTILINE))
    assert rows == {name.upper(): Settings.model_fields[name].description for name in NAMES}


def test_every_example_is_a_right_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, example in EXAMPLES.items():
        if name != "secret_key":  # an example would be used as a key
            monkeypatch.setenv(f"BOT_{name.upper()}", example.partition(" or ")[0])
    assert load().telegram_staff_chats


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(load(), "staff_language", "en")  # noqa: B010  # for the type checker it is read-only already
