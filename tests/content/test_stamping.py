from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.content import check, content_hash, load, stamp
from bot.errors import KnowledgeError
from tests.content.factory import Folder, words

if TYPE_CHECKING:
    from pathlib import Path

DA = "da/arrival.yaml"
MOVE = ("entries", "move")

WRITTEN = """\
# Danish, by hand
topic: arrival
entries:
  move:   # the first
    title: 'Flyt'
    short: >-
      Sig det inden {fact:limit}.
      Det koster {fact:fee}. Se [loven]({fact:law-page}).
    answer: |
      Mød op. Æ ø å 🏠
    phrases: [a1, a2, a3, a4, a5, a6,
              b1, b2, b3, b4, b5, b6]
    translated_from:NULL
    approved: 2026-11-24
"""


def hash_of(folder: Folder) -> str:
    return content_hash(words(folder.get("en/arrival.yaml", *MOVE)))


@pytest.mark.parametrize(
    ("null", "stamped"),
    [
        (" null", ' "{hash}"'),
        (" null          # to do", ' "{hash}"          # to do'),
        (" ~", ' "{hash}"'),
        ("", ' "{hash}"'),
        ("   # empty", ' "{hash}"   # empty'),
        ("  null", '  "{hash}"'),
    ],
)
def test_only_the_null_is_replaced(tmp_path: Path, null: str, stamped: str) -> None:
    folder = Folder().put(DA, value=WRITTEN.replace("NULL", null))
    root = folder.write(tmp_path)
    assert stamp(root) == ("knowledge/da/arrival.yaml: move",)
    expected = WRITTEN.replace("NULL", stamped.replace("{hash}", hash_of(folder)))
    assert (root / DA).read_text(encoding="utf-8") == expected
    assert check(root) == ()
    assert [path.name for path in (root / "da").iterdir() if path.suffix == ".new"] == []


def test_flow_style_too(tmp_path: Path) -> None:
    folder = Folder()
    text = folder.get(DA, *MOVE)
    flow = (
        f"{{title: {text['title']!r}, short: {text['short']!r}, answer: 'Kom.', translated_from: null, "
        f"phrases: {text['phrases']}, approved: 2026-11-24}}"
    )
    root = folder.put(DA, value=f"topic: arrival\nentries:\n  move: {flow}\n").write(tmp_path)
    stamp(root)
    assert f'translated_from: "{hash_of(folder)}", phrases' in (root / DA).read_text(encoding="utf-8")
    assert check(root) == ()


def test_every_entry_and_language_is_stamped_once(tmp_path: Path) -> None:
    folder = Folder()
    for path in (DA, "pl/arrival.yaml"):
        folder.put(path, *MOVE, "translated_from", value=None)
    folder.put("pl/health.yaml", "entries", "doctor", "translated_from", value=None)
    root = folder.write(tmp_path)
    assert stamp(root) == (
        "knowledge/da/arrival.yaml: move",
        "knowledge/pl/arrival.yaml: move",
        "knowledge/pl/health.yaml: doctor",
    )
    assert stamp(root) == ()
    assert not any(text.outdated for entry in load(root).entries.values() for text in entry.texts.values())


def test_the_source_and_older_stamps_stay(tmp_path: Path) -> None:
    folder = Folder().put(DA, *MOVE, "translated_from", value="0123456789ab")
    root = folder.write(tmp_path)
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    assert stamp(root) == ()
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


def test_a_text_without_its_source_stays_unmarked(tmp_path: Path) -> None:
    folder = Folder().put(DA, *MOVE, "translated_from", value=None).drop("en/arrival.yaml", *MOVE)
    assert stamp(folder.write(tmp_path)) == ()


@pytest.mark.parametrize("path", ["languages.yaml", "en/arrival.yaml"])
def test_nothing_is_stamped_while_a_text_cannot_be_read(tmp_path: Path, path: str) -> None:
    folder = Folder().put(path, value="a: [\n").put("pl/arrival.yaml", *MOVE, "translated_from", value=None)
    root = folder.write(tmp_path)
    with pytest.raises(KnowledgeError) as caught:
        stamp(root)
    assert [fault.path for fault in caught.value.faults] == [f"knowledge/{path}"]
