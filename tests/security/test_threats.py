"""Every threat in docs/security.md names a test, and that test exists."""

from __future__ import annotations

import ast
import re

import pytest

from bot.settings import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| [STRIDE] \|", line)]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`(tests/[\w/]+\.py::[\w*]+)`", row)})


def test_every_threat_names_a_test() -> None:
    assert len(ROWS) >= 40
    for row in ROWS:
        assert re.search(r"\| `tests/[\w/]+\.py::[\w*]+` \|$", row), row


def test_every_kind_of_threat_was_thought_of() -> None:
    assert {row[2] for row in ROWS} == set("STRIDE")


@pytest.mark.parametrize("named", NAMED)
def test_the_test_exists(named: str) -> None:
    path, _, name = named.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    tests = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }
    assert tests if name == "*" else name in tests


def test_a_weakness_can_be_reported_once_the_municipality_has_said_where() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "To be filled in by Ballerup Municipality" in page
    assert "@" not in page
    assert "http" not in page
