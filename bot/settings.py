"""Every setting of the project, read once from the environment (prefix `BOT_`) or a `.env` file."""

from __future__ import annotations

import base64
import os
import re
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.core.retention import Retention
from bot.errors import SettingsError

_FILE = ".env"
_WEBHOOK_PORTS = (None, 443, 80, 88, 8443)
"""The only ones that Telegram pushes to; None is that of https."""

_SHORTEST_SECRET = 16
_KEY_BYTES = 32
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
ROOT = Path(__file__).resolve().parent.parent

EXAMPLES = {
    "telegram_token": "123456789:AAF0-a-secret-of-about-35-letters",
    "telegram_api_url": "http://127.0.0.1:8081",
    "telegram_staff_chats": "citizen-service=-1001234567890,business=-1009876543210",
    "telegram_staff": "123456789,987654321",
    "telegram_admins": "123456789",
    "telegram_group_rate": "18",
    "telegram_overall_rate": "25",
    "flood_burst": "20",
    "flood_seconds": "3",
    "open_cases": "5",
    "idle_days": "7",
    "digest_at": "08:00",
    "staff_language": "da",
    "secret_key": "the output of: ballerup-bot privacy key",
    "retention_days": "conversations=180,tickets=365",
    "database_url": "sqlite:///var/bot.db or postgresql://user:password@host/name",
    "knowledge": "knowledge",
    "locales": "locales",
    "cache": "var/cache",
    "encoder": "models/all-MiniLM-L6-v2",
    "translator_url": "http://127.0.0.1:5000",
    "translator_key": "a-key-that-its-operator-gave",
    "log_level": "info",
    "host": "127.0.0.1",
    "port": "8080",
    "public_url": "https://assistant.example.dk",
    "webhook_secret": "a-long-word-that-nobody-can-guess",
}
"""A right value of each setting, for the message about a wrong one."""


class Settings(BaseSettings):
    """The settings. Each is documented by its description; the README's table is checked against them."""

    model_config = SettingsConfigDict(
        env_prefix="BOT_",
        env_file=_FILE,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    telegram_token: SecretStr | None = Field(
        default=None, description="token of the Telegram bot; without it `run` opens the chat in the terminal"
    )
    telegram_api_url: str | None = Field(
        default=None, description="another Bot API server than Telegram's, such as the local test server"
    )
    telegram_staff_chats: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict, description="staff groups with topics: department=chat id, separated by commas"
    )
    telegram_staff: Annotated[frozenset[str], NoDecode] = Field(
        default_factory=frozenset,
        description="who may act as staff: ids of members of the staff groups, separated by commas; empty: all members",
    )
    telegram_admins: Annotated[frozenset[str], NoDecode] = Field(
        default_factory=frozenset,
        description="who may pause the assistant, approve proposals and call answers back: ids, separated by commas",
    )
    telegram_group_rate: int = Field(
        default=18, ge=1, description="most messages a minute into one staff group; Telegram allows 20"
    )
    telegram_overall_rate: int = Field(
        default=25, ge=1, description="most messages a second in all; Telegram allows 30, and more for paying bots"
    )
    flood_burst: int = Field(
        default=20,
        ge=5,
        description="most messages a person may write at once and have answered; three times as many to staff",
    )
    flood_seconds: int = Field(
        default=3, ge=1, description="seconds after which a person who has written that many may write one more"
    )
    open_cases: int = Field(default=5, ge=1, description="most cases with staff that a person may have open at once")
    idle_days: int = Field(
        default=7, ge=1, description="days of silence after which a resident is asked whether their case is done"
    )
    digest_at: time | None = Field(
        default=time(8),
        description="when staff groups get the figures of the day, on working days, Danish time; empty: never",
    )
    staff_language: str = Field(default="da", description="language in which staff read cards and notices")
    database_url: str = Field(
        default=f"sqlite:///{ROOT / 'var' / 'bot.db'}", description="the database: a SQLite file, or PostgreSQL"
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="keys with which what people write is encrypted in the database, separated by commas, newest first",
    )
    retention_days: Annotated[Retention, NoDecode] = Field(
        default_factory=Retention,
        description="after how many days each kind of data is erased: kind=days, separated by commas",
    )
    knowledge: Path = Field(default=ROOT / "knowledge", description="folder of the knowledge base")
    locales: Path = Field(default=ROOT / "locales", description="folder of the interface catalogues")
    cache: Path = Field(
        default=ROOT / "var" / "cache", description="folder in which the built index is kept between starts"
    )
    encoder: Path | None = Field(
        default=None, description="folder of a sentence encoder, one more view of what is meant; none by default"
    )
    translator_url: str | None = Field(
        default=None,
        description="a LibreTranslate server, to which what residents and staff write to each other is then sent",
    )
    translator_key: SecretStr | None = Field(default=None, description="API key of the LibreTranslate server")
    log_level: str = Field(default="info", description="what is logged: debug, info, warning or error")
    host: str = Field(default="127.0.0.1", min_length=1, description="address the web server listens on")
    port: int = Field(
        default=8080, ge=0, le=65535, description="port of the web server (health, figures, webhook); 0: any free one"
    )
    public_url: str | None = Field(
        default=None,
        description="where Telegram reaches the web server, through a proxy with a certificate; with it updates are "
        "pushed to a webhook",
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="what the webhook's address and its secret are derived from"
    )

    @property
    def secret_keys(self) -> tuple[bytes, ...]:
        """The keys of `BOT_SECRET_KEY`, newest first."""
        return _read_keys(self.secret_key)

    @field_validator(
        "telegram_token",
        "telegram_api_url",
        "encoder",
        "translator_url",
        "translator_key",
        "public_url",
        "webhook_secret",
        "secret_key",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("telegram_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        number, _, secret = value.get_secret_value().partition(":") if value else ("1", ":", "x")
        if not number.isdecimal() or not secret or " " in secret:
            raise ValueError("a token is a number, a colon and a secret, as BotFather gives it")
        return value

    @field_validator("telegram_api_url", "translator_url")
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            address = urlsplit(value)
            right = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
        except ValueError:  # its words would repeat the value
            right = False
        if not right:
            raise ValueError("must begin with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Another Bot API server, which is on this machine or near it, pushes to any address."""
        if value is None:
            return None
        try:
            address = urlsplit(value)
            host, port = address.hostname or "", address.port
        except ValueError:  # its words would repeat the value
            raise ValueError("is no web address") from None
        if address.path.strip("/") or address.query or address.fragment or "@" in address.netloc or not host:
            raise ValueError("must name a host and nothing behind it")
        own_server = info.data.get("telegram_api_url") is not None
        if address.scheme != "https" and not (own_server and address.scheme == "http"):
            raise ValueError("must begin with https://")
        if not own_server and (port not in _WEBHOOK_PORTS or not _is_public(host)):
            raise ValueError("must be a host and a port (443, 80, 88 or 8443) that Telegram can reach")
        return value.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"must have at least {_SHORTEST_SECRET} characters")
        return value

    @field_validator("telegram_staff_chats", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        chats = {department.strip(): chat.strip() for department, _, chat in pairs}
        groups = all(department and chat[:1] == "-" and chat[1:].isdecimal() for department, chat in chats.items())
        if not groups or len(chats) != len(pairs):
            raise ValueError("must be department=chat id, separated by commas; a group's id is negative")
        return chats

    @field_validator("telegram_staff", "telegram_admins", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = [name.strip() for name in value.split(",") if name.strip()]
        if not all(name.isdecimal() for name in ids):
            raise ValueError("must be ids of people, which are numbers, separated by commas")
        return frozenset(ids)

    @field_validator("digest_at", mode="before")
    @classmethod
    def _clock(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if not value:
            return None
        read = _CLOCK.fullmatch(value)
        if read is None:
            raise ValueError("must be hours and minutes, from 00:00 to 23:59, or empty")
        return time(int(read[1]), int(read[2]))

    @field_validator("secret_key")
    @classmethod
    def _keys(cls, value: SecretStr | None) -> SecretStr | None:
        keys = _read_keys(value)
        if any(len(key) != _KEY_BYTES for key in keys):
            raise ValueError(f"a key is {_KEY_BYTES} random bytes in base64; several are separated by commas")
        if len(set(keys)) != len(keys):
            raise ValueError("names a key twice")
        return value

    @field_validator("retention_days", mode="before")
    @classmethod
    def _retention(cls, value: object) -> object:
        return Retention.read(value) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except (ArgumentError, ValueError):
            raise ValueError("is no database address") from None
        if backend not in {"sqlite", "postgresql", "postgres"}:
            raise ValueError(f"{backend} is not supported, only sqlite and postgresql")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("must be debug, info, warning or error")
        return value.lower()


def _is_public(host: str) -> bool:
    """False for this machine, and for what only a network of one's own knows."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal"))


def _read_keys(value: SecretStr | None) -> tuple[bytes, ...]:
    """Returns keys that are separated by commas; b"" for what is none."""
    return () if value is None else tuple(_key(part.strip()) for part in value.get_secret_value().split(","))


def _key(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except ValueError:  # its words could repeat the value
        return b""


def load() -> Settings:
    """Reads the settings. Raises SettingsError with the name, what is wrong and an example; never the value."""
    try:
        for name in sorted({*os.environ, *dotenv_values(_FILE, encoding="utf-8")}):
            if name.startswith("BOT_") and name.removeprefix("BOT_").lower() not in Settings.model_fields:
                raise SettingsError(name=name, reason="there is no such setting", example="see the table in README.md")
        return Settings()
    except UnicodeDecodeError:
        raise SettingsError(
            name=_FILE, reason="the file is not UTF-8", example="save it as UTF-8, one NAME=value a line"
        ) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise SettingsError(
            name=f"BOT_{name.upper()}",
            reason=str(first["msg"]).removeprefix("Value error, "),
            example=EXAMPLES.get(name, "see the table in README.md"),
        ) from None
