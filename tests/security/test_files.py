"""Files: what people send is never fetched, and what editors bring in cannot reach beyond its folder or the memory."""

from __future__ import annotations

import ast
import os
import pickle
import shutil
import stat
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bot.content import import_translations
from bot.content.reading import read
from bot.errors import KnowledgeError
from bot.service import memory
from bot.settings import ROOT
from tests.content.factory import Folder

if TYPE_CHECKING:
    from pathlib import Path

# ---- what people send ------------------------------------------------------------------------------------


def test_no_file_of_a_person_is_ever_fetched() -> None:
    """Neither oversize files nor zip bombs can harm who never opens one: files are copied inside Telegram."""
    fetching = {"get_file", "getfile", "download", "download_to_drive", "download_as_bytearray", "download_to_memory"}
    unpacking = {"zipfile", "tarfile", "gzip", "bz2", "lzma", "zlib"}
    backups = ROOT / "bot" / "store" / "archive.py"  # an operator's own files
    for folder in ("bot", "handlers"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    assert node.attr.lower() not in fetching, path
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = {alias.name.partition(".")[0] for alias in node.names}
                    names |= {(node.module or "").partition(".")[0]} if isinstance(node, ast.ImportFrom) else set()
                    assert path == backups or not names & unpacking, path


# ---- YAML ------------------------------------------------------------------------------------------------

DEEP = 200_000
BOMBS = {
    "aliases": "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in pairwise("abcdefghi")),
    "alias of itself": "a: &a [*a]\n",
    "lists in lists": "a: " + "[" * DEEP,
    "lists in lists, well formed": "a: " + "[" * 5_000 + "]" * 5_000,
    "mappings in mappings": "{a: " * DEEP,
    "dashes": "- " * DEEP + "a\n",
    "questions": "? " * DEEP + "a\n",
    "a program": "a: !!python/object/apply:os.system ['touch owned']\n",
    "a program by another name": "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/new:os.system [x]\n",
    "a set": "a: !!set {b, c}\n",
    "a list as a key": "? [a, b]\n: c\n",
}
STRANGE = {
    "a number of nothing": 'a: !!int ""\n',
    "a fraction of nothing": 'a: !!float "_"\n',
    "a number that is none": "a: !!int +\n",
    "an endless number": "a: 0x" + "f" * 50_000 + "\n",
    "an endless number of sixties": "a: 1" + ":59" * 4_000 + "\n",
    "an endless fraction of sixties": "a: 1" + ":59" * 400 + ".5\n",
    "a day that is none": "a: 2026-13-45\n",
    "a time of no zone": "a: 2001-12-14t21:59:43.10-99:99\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_yaml_bomb_is_a_fault(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bomb.yaml"
    path.write_text(BOMBS[name], encoding="utf-8")
    reading = read(path, "bomb.yaml")
    assert reading.faults
    assert len(str(reading.faults)) < 10_000
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("name", STRANGE)
def test_a_value_that_is_no_value_stays_text(tmp_path: Path, name: str) -> None:
    """The check of the knowledge says what is wrong with it; reading it never fails."""
    path = tmp_path / "strange.yaml"
    path.write_text(STRANGE[name], encoding="utf-8")
    document = read(path, "strange.yaml").document
    assert document is not None
    assert isinstance(document.value, dict)
    assert isinstance(document.value["a"], str)


def test_a_file_of_no_sensible_size_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(8_000_001)
    (fault,) = read(path, "large.yaml").faults
    assert fault.reason == "is larger than 8 MB"


# ---- translations ----------------------------------------------------------------------------------------

PLACES = (
    *("../../../etc/passwd/title", "/etc/passwd", "entries/../../x/title", "..", "", "/", "entry/\x00/title"),
    *("entries/" + "x" * 10_000, "__class__/__init__/title"),
)


def message(place: str, words: str = "Owned") -> str:
    quoted = place.replace("\\", "\\\\").replace("\n", "\\n")
    return f'msgid ""\nmsgstr ""\n"Language: pl\\n"\n\nmsgctxt "{quoted}"\nmsgid "x"\nmsgstr "{words}"\n'


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("place", PLACES)
def test_a_translation_for_a_place_that_does_not_exist_writes_nothing(tmp_path: Path, place: str) -> None:
    folder = Folder().write(tmp_path)
    before = files_of(tmp_path)
    with pytest.raises(KnowledgeError):
        import_translations(folder, "pl", message(place), shown="pl.po")
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("code", ["../pl", "/etc", "pl/../da", "", ".", "en"])
def test_a_language_that_is_a_path_is_none(tmp_path: Path, code: str) -> None:
    folder = Folder().write(tmp_path)
    before = files_of(tmp_path)
    with pytest.raises(LookupError):
        import_translations(folder, code, message("x"), shown="x.po")
    assert files_of(tmp_path) == before


# ---- what is kept between starts -------------------------------------------------------------------------


def test_an_index_that_others_may_write_is_not_run(tmp_path: Path) -> None:
    """What is kept there is read by running it: only a file of one's own, or of the system, is."""

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return os.mkdir, (str(tmp_path / "owned"),)

    path = tmp_path / "index-x.pickle"
    path.write_bytes(pickle.dumps([1]) + pickle.dumps(Trap()))
    path.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IWOTH)
    assert memory.recall(tmp_path, "x") is None
    assert not (tmp_path / "owned").exists()


def test_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    from bot.store.database import Database

    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    try:
        database.migrate()
    finally:
        database.close()
    assert stat.S_IMODE((tmp_path / "bot.db").stat().st_mode) == 0o600
    shutil.rmtree(tmp_path)
