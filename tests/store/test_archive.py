"""Backups: whole, of one moment, from either kind of database into either kind."""

from __future__ import annotations

import json
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, text

from bot.errors import ArchiveError
from bot.store import archive, inbox, tables
from bot.store.database import HEAD, Database
from bot.store.tables import metadata
from tests.conftest import _EMPTY, _fresh_database
from tests.factories import START, make_incoming
from tests.store.rows import column, rows, sizes
from tests.store.test_migrations import fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MANY = 1_203


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Where a backup is restored: migrated, without a row."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'restored.db'}")
        opened.require_current()
        yield opened
        opened.close()
        return
    with _fresh_database(request.getfixturevalue("postgresql_server"), _EMPTY) as url:
        opened = Database(url)
        opened.require_current()
        yield opened
        opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.backup"


def everything(database: Database) -> dict[str, object]:
    return {table.name: rows(database, table) for table in metadata.sorted_tables}


def grow(database: Database, count: int, *, word: str = "zażółć 中文 \"'\\\n") -> None:
    database.run(lambda c: [inbox.add(c, make_incoming(text=f"{word}{n}")) for n in range(count)])


def test_all_of_it_comes_back_in_either_kind_of_database(database: Database, empty: Database, file: Path) -> None:
    database.run(fill)
    grow(database, _MANY)
    before = everything(database)
    manifest = archive.write(database, file, START)
    assert manifest.rows == sum(sizes(database).values())
    archive.restore(empty, file, archive.check(file))
    after = everything(empty)
    waiting = after["outbox"]
    assert isinstance(waiting, list)
    assert {name: after[name] for name in after if name != "outbox"} == {
        name: before[name] for name in before if name != "outbox"
    }
    assert len(waiting) == 1


def test_what_was_to_be_delivered_is_in_doubt_after_a_restore(database: Database, empty: Database, file: Path) -> None:
    row = {"channel": "x", "chat": "1", "kind": "say", "payload": "{}", "language": "en", "priority": 1}
    more = {"unknown": False, "not_before": 0, "created_at": 0}
    states = (("sent", 5, None), ("pending", None, None), ("sending", None, 9))
    with_state = [
        {**row, **more, "lane": str(n), "state": state, "settled_at": settled, "lease_until": lease}
        for n, (state, settled, lease) in enumerate(states)
    ]
    database.run(lambda c: c.execute(insert(tables.outbox), with_state))
    archive.write(database, file, START)
    archive.restore(empty, file, archive.check(file))
    assert column(empty, tables.outbox, "state") == ["sent", "pending", "pending"]
    assert column(empty, tables.outbox, "unknown") == [False, True, True]
    assert column(empty, tables.outbox, "lease_until") == [None, None, None]


def test_a_number_that_was_given_away_is_not_given_again(database: Database, empty: Database, file: Path) -> None:
    """Not even that of a row that was erased before the backup."""
    grow(database, 5)
    database.run(lambda c: c.execute(text("DELETE FROM inbox WHERE seq > 3")))
    archive.write(database, file, START)
    archive.restore(empty, file, archive.check(file))
    grow(empty, 1)
    assert column(empty, tables.inbox, "seq") == [1, 2, 3, 6]


def test_a_backup_is_of_one_moment_and_nobody_waits_for_it(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written while it is made is not in it, whatever table it has come to."""
    real, written = archive._copy_table, []

    def write_between(*arguments: object) -> object:
        written.append(1)
        grow(database, 1)
        return real(*arguments)  # type: ignore[arg-type]

    grow(database, 3)
    monkeypatch.setattr(archive, "_copy_table", write_between)
    manifest = archive.write(database, file, START)
    assert len(written) == len(metadata.sorted_tables)
    assert manifest.tables["inbox"].rows == 3 + 1  # the one that came before the first table was read
    assert len(column(database, tables.inbox, "seq")) == 3 + len(written)


def test_the_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(database: Database, file: Path) -> None:
    archive.write(database, file, START)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir() if "backup" in path.name] == ["bot.backup"]


def test_a_backup_replaces_nothing(database: Database, file: Path) -> None:
    file.write_text("mine")
    with pytest.raises(ArchiveError, match="already"):
        archive.write(database, file, START)
    assert file.read_text() == "mine"
    assert [path.name for path in file.parent.iterdir() if "backup" in path.name] == ["bot.backup"]


def test_a_folder_that_is_not_there_is_told(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="No such file"):
        archive.write(database, tmp_path / "nowhere" / "bot.backup", START)


def test_only_an_empty_database_is_filled(database: Database, file: Path) -> None:
    grow(database, 1)
    manifest = archive.write(database, file, START)
    with pytest.raises(ArchiveError, match="not empty"):
        archive.restore(database, file, manifest)
    assert len(column(database, tables.inbox, "seq")) == 1


# ---- files that are no backup ----------------------------------------------------------------------------


def _changed(file: Path, name: str, change: object) -> None:
    """Writes the backup anew with one member changed; its own sums are right, as a clever hand would make them."""
    with zipfile.ZipFile(file) as old:
        members = {each: old.read(each) for each in old.namelist()}
    members[name] = change(members[name])  # type: ignore[operator]
    with zipfile.ZipFile(file, "w") as new:
        for each, data in members.items():
            new.writestr(each, data)


def _manifest(**fields: object) -> object:
    return lambda data: json.dumps({**json.loads(data), **fields}).encode()


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("inbox.jsonl", lambda data: data.replace(b"message", b"massage"), "not those that were written"),
        ("inbox.jsonl", lambda data: data.splitlines(keepends=True)[0], "not those that were written"),
        ("manifest.json", _manifest(format="another"), "no backup of this program"),
        ("manifest.json", _manifest(tables={}), "not as this program knows it"),
        ("manifest.json", lambda _: b"[]", "no backup of this program"),
        ("manifest.json", lambda _: b"{", "cannot be read"),
    ],
)
def test_a_changed_backup_is_refused(database: Database, file: Path, name: str, change: object, told: str) -> None:
    grow(database, 2, word="message")
    archive.write(database, file, START)
    archive.check(file)
    _changed(file, name, change)
    with pytest.raises(ArchiveError) as caught:
        archive.check(file)
    assert told in str(caught.value.fields["reason"])


def test_a_backup_of_another_version_says_what_to_do(database: Database, file: Path) -> None:
    archive.write(database, file, START)
    _changed(file, "manifest.json", _manifest(version="0001"))
    with pytest.raises(ArchiveError) as caught:
        archive.check(file)
    assert "0001" in str(caught.value.fields["reason"])
    assert HEAD in str(caught.value.fields["reason"])
    assert "ballerup-bot migrate" in str(caught.value.fields["remedy"])


@pytest.mark.parametrize("kept", [0, 10, 200])
def test_half_a_backup_is_refused(database: Database, file: Path, kept: int) -> None:
    archive.write(database, file, START)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ArchiveError, match="cannot be read"):
        archive.check(file)


def test_a_restore_that_fails_leaves_the_database_empty(database: Database, empty: Database, file: Path) -> None:
    grow(database, 2, word="message")
    manifest = archive.write(database, file, START)
    _changed(file, "inbox.jsonl", lambda data: data.replace(b"message", b"massage"))
    with pytest.raises(ArchiveError, match="changed"):
        archive.restore(empty, file, manifest)
    assert set(sizes(empty).values()) == {0}
