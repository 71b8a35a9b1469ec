"""What people wrote, encrypted column by column with a key that is not in the database."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from bot.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from sqlalchemy import Engine
    from sqlalchemy.engine.interfaces import Dialect

_log = structlog.get_logger("sealing")

SEALED = "$sealed$"
"""How an encrypted value begins: `$sealed$<id of the key>$<nonce and ciphertext in base64>`."""

_PLAIN = "$plain$"  # before a plain value that begins like one of the two
_NONCE = 12
_ATTRIBUTE = "ballerup_keyring"

UNREADABLE = "[unreadable]"
"""What is read where a value was changed, or moved here from elsewhere."""


def key_id(key: bytes) -> str:
    """Returns the public name of a key: it tells keys apart, and nothing about them."""
    return hashlib.sha256(b"ballerup-bot key id\0" + key).hexdigest()[:12]


class Keyring:
    """Encrypts with the newest key (AES-256-GCM, a random nonce each) and decrypts with any of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Takes at least one key of 32 bytes, the newest first."""
        # Half a tenth of a second and some memory that only who has a key pays for.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._ciphers: dict[str, AESGCM] = {key_id(key): AESGCM(key) for key in keys}
        self.newest = key_id(keys[0])

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all keys."""
        return frozenset(self._ciphers)

    def seal(self, text: str, place: str) -> str:
        """Returns `text` encrypted for `place` (table.column); anywhere else it cannot be read."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._ciphers[self.newest].encrypt(nonce, text.encode(), place.encode())
        return f"{SEALED}{self.newest}${base64.b64encode(sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Returns what `seal` was given; UNREADABLE for what was changed or moved, whatever it has become.

        Raises DatabaseError when the key is not here.
        """
        from cryptography.exceptions import InvalidTag

        name, _, value = sealed.removeprefix(SEALED).partition("$")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise missing_key([name])
        try:
            content = base64.b64decode(value, validate=True)
            return cipher.decrypt(content[:_NONCE], content[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):
            _log.error("unreadable", column=place, key=name)
            return UNREADABLE


def missing_key(names: Sequence[str]) -> DatabaseError:
    """Returns the error for messages that are encrypted with keys that are not here."""
    return DatabaseError(
        database="BOT_SECRET_KEY",
        reason=f"messages are encrypted with the key {', '.join(names)}, which it does not hold",
        remedy="put that key back into BOT_SECRET_KEY, after the newest one",
    )


def attach(engine: Engine, keyring: Keyring | None) -> None:
    """Gives the columns of one engine its keys: a column's type is shown the engine's own dialect, and nothing else."""
    setattr(engine.dialect, _ATTRIBUTE, keyring)


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted where its database has keys, and plain where it has none.

    Rows from before there was a key stay readable. An empty text stays empty, so that a query can ask for it; it can
    ask for nothing else.
    """

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        """`place` is table.column."""
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Returns what is written for `value`."""
        if not value:
            return value
        keyring: Keyring | None = getattr(dialect, _ATTRIBUTE, None)
        if keyring is not None:
            return keyring.seal(value, self.place)
        return _PLAIN + value if value.startswith((SEALED, _PLAIN)) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Returns what was written. Raises DatabaseError when the key is not here."""
        if value is None or not value.startswith("$"):
            return value
        if value.startswith(_PLAIN):
            return value.removeprefix(_PLAIN)
        if not value.startswith(SEALED):
            return value
        keyring: Keyring | None = getattr(dialect, _ATTRIBUTE, None)
        if keyring is None:
            raise missing_key([value.removeprefix(SEALED).partition("$")[0]])
        return keyring.open(value, self.place)
