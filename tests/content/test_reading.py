from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.reading import Document, Place, read

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
# a comment
topic: x
entries:
  first:
    title: >-
      long
      title
    phrases:
      - a
      - b
list: [1, 2.5, null, true, 2026-11-24, "2026-11-24"]
"""


def document(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    reading = read(path, "file.yaml")
    assert reading.faults == ()
    assert reading.document is not None
    return reading.document


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ((), 2),
        (("topic",), 2),
        (("entries", "first"), 4),
        (("entries", "first", "title"), 5),
        (("entries", "first", "phrases", 1), 10),
        (("entries", "first", "missing"), 4),
        (("entries", "first", "phrases", 7), 8),
        (("nothing", "at", "all"), 2),
    ],
)
def test_lines(tmp_path: Path, keys: tuple[str | int, ...], line: int) -> None:
    assert document(tmp_path, TEXT).line(keys) == line


def test_values_are_those_of_the_usual_loader(tmp_path: Path) -> None:
    assert document(tmp_path, TEXT).value == yaml.safe_load(TEXT)


def test_a_place_makes_faults_at_its_line(tmp_path: Path) -> None:
    fault = Place(document(tmp_path, TEXT), ("entries", "first"), "first").fault("is wrong", "title")
    assert str(fault) == "file.yaml:5: first: is wrong"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    reading = read(tmp_path / "none.yaml", "none.yaml")
    assert reading.document is None
    assert str(reading.faults[0]) == "none.yaml: cannot be read: No such file or directory"


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("aæżж 字\n:#-'\"{}[]")


@given(
    st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcæ"), inner, max_size=3))
)
def test_any_value_comes_back(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.getbasetemp() / "value.yaml"
    path.write_text(yaml.dump(value, allow_unicode=True), encoding="utf-8")
    reading = read(path, "value.yaml")
    assert reading.document is not None
    assert reading.document.value == value
    assert reading.faults == ()
