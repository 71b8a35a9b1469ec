"""Opening a database that is not there, not writable or wrongly named: a clear reason, and no secret."""

from __future__ import annotations

import ctypes
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import DatabaseError
from bot.store import marks
from bot.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRET = "hunter2"
_NOBODY = 65534


def use(url: str) -> None:
    """Opens a database as a start does, and writes."""
    database = Database(url)
    try:
        database.require_current()
        database.run(lambda c: marks.put(c, "a", "1"))
    finally:
        database.close()


def refusal(url: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        use(url)
    assert caught.value.fields["reason"]
    assert caught.value.fields["remedy"]
    return caught.value


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """Files are opened as an ordinary user, also when the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None)
    libc.setfsuid(_NOBODY)
    try:
        yield
    finally:
        libc.setfsuid(0)


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder that can be read and not written."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        use(f"sqlite:///{folder / 'old.db'}")
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


# ---- SQLite ----------------------------------------------------------------------------------------------


def test_missing_folders_are_made(tmp_path: Path) -> None:
    use(f"sqlite:///{tmp_path / 'var' / 'deep' / 'bot.db'}")
    assert (tmp_path / "var" / "deep" / "bot.db").is_file()


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_people_wrote_is_for_the_owner_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path / 'var' / 'deep' / 'bot.db'}")
    database.require_current()
    assert {rights(path) for path in (tmp_path / "var" / "deep").iterdir()} == {0o600}
    database.close()
    assert [rights(tmp_path / "var"), rights(tmp_path / "var" / "deep"), rights(tmp_path)] == [0o700, 0o700, 0o755]


def test_a_database_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "bot.db").touch()
    (tmp_path / "bot.db").chmod(0o640)
    use(f"sqlite:///{tmp_path / 'bot.db'}")
    assert rights(tmp_path / "bot.db") == 0o640


def test_a_new_database_in_a_read_only_folder_is_refused(read_only: Path) -> None:
    with without_roots_rights():
        error = refusal(f"sqlite:///{read_only / 'bot.db'}")
    assert "unable to open" in str(error)
    assert "rights" in str(error)


def test_a_new_folder_in_a_read_only_folder_is_refused(read_only: Path) -> None:
    with without_roots_rights():
        error = refusal(f"sqlite:///{read_only / 'var' / 'bot.db'}")
    assert "Permission denied" in str(error)
    assert "BOT_DATABASE_URL" in str(error)


def test_an_existing_database_that_is_read_only_is_refused(read_only: Path) -> None:
    with without_roots_rights():
        error = refusal(f"sqlite:///{read_only / 'old.db'}")
    assert "readonly" in str(error) or "unable to open" in str(error)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a-file/bot.db", "Not a directory"),
        ("a-file/deep/bot.db", "Not a directory"),
        ("a-folder", "unable to open"),
        ("a-file", "not a database"),
    ],
)
def test_a_path_that_cannot_be_a_database_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "a-file").write_text("these are not the pages of a database " * 100, encoding="utf-8")
    (tmp_path / "a-folder").mkdir()
    error = refusal(f"sqlite:///{tmp_path / name}")
    assert reason in str(error) or "File exists" in str(error)
    assert "tmp" in str(error.fields["reason"]) or str(tmp_path) in str(error.fields["database"])


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    """It would be another one in each thread, and gone with the process."""
    with pytest.raises(DatabaseError, match="memory"):
        Database(url)


# ---- other URLs ------------------------------------------------------------------------------------------

_BAD = [
    "nonsense",
    "",
    "/var/bot.db",
    f"postgresql//bot:{_SECRET}@host/bot",
    f"postgresql:/bot:{_SECRET}@host/bot",
    f"postgresql:bot:{_SECRET}@host/bot",
    f"postgresql://bot:{_SECRET}@host:port/bot",
    f"mysql://bot:{_SECRET}@host/bot",
    f"mariadb+nonsense://bot:{_SECRET}@host/bot",
    f"https://bot:{_SECRET}@host/bot",
]


@pytest.mark.parametrize("url", _BAD)
def test_a_bad_url_is_refused_at_once(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        Database(url)
    assert "BOT_DATABASE_URL" in str(caught.value.fields["remedy"])
    assert str(caught.value.fields["reason"])


@pytest.mark.parametrize("url", [url for url in _BAD if _SECRET in url])
def test_a_bad_url_shows_no_secret(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        use(url)
    assert _SECRET not in str(caught.value)
    assert _SECRET not in repr(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://bot:{_SECRET}@127.0.0.1:1/bot",
        f"postgres://bot:{_SECRET}@127.0.0.1:1/bot",
        f"postgresql+psycopg://bot:{_SECRET}@127.0.0.1:1/bot",
        f"postgresql://bot@127.0.0.1:1/bot?password={_SECRET}",
        f"postgresql://127.0.0.1:1/bot?user=bot&password={_SECRET}&connect_timeout=2",
        f"postgresql://bot:p%40ss-{_SECRET}@127.0.0.1:1/bot",
    ],
)
def test_a_server_that_is_away_is_named_without_its_password(url: str) -> None:
    error = refusal(url)
    assert "refused" in str(error.fields["reason"])
    assert "127.0.0.1" in str(error.fields["database"])
    assert _SECRET not in str(error)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_the_server_does_not_have_is_named(database_url: str) -> None:
    error = refusal(database_url.replace("/test_", "/other_"))
    assert "does not exist" in str(error.fields["reason"])


def test_nothing_is_opened_before_it_is_used() -> None:
    database = Database(f"postgresql://bot:{_SECRET}@127.0.0.1:1/bot")
    assert _SECRET not in database.name
    database.close()
