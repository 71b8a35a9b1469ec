"""What the assistant runs on is pinned, comes from an index, and may be part of a whole under the EUPL 1.2."""

from __future__ import annotations

from email.message import Message
from importlib.metadata import PackageNotFoundError

import pytest

from bot.settings import ROOT
from scripts.audit_dependencies import audit, is_compatible, licence, pins, review, running_on


def test_what_the_assistant_runs_on_is_in_order() -> None:
    found, wrong = audit(ROOT)
    assert {"python-telegram-bot", "sqlalchemy", "numpy", "aiohttp"} <= set(found)
    assert "pytest" not in found
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("a==1\nb==2  # why\n\n# c\n", []),
        ("a>=1\n", ["is no pin: write name==version"]),
        ("a @ https://host.example/a.whl\n", ["is no pin: write name==version"]),
        ("Some.Name==1\nsome-name==2\n", ["is pinned twice"]),
    ],
)
def test_pins(text: str, reasons: list[str]) -> None:
    assert [finding.reason for finding in pins(text)[1]] == reasons


def test_what_is_not_pinned_or_differs_is_found() -> None:
    found = running_on(["PyYAML>=6"])
    assert [f.reason for f in review(found, {})] == ["is not pinned in constraints.txt"]
    assert "pinned to 0" in next(iter(review(found, {"pyyaml": "0"}))).reason
    with pytest.raises(PackageNotFoundError):
        running_on(["a-package-that-nobody-has-made"])


@pytest.mark.parametrize(
    ("named", "fits"),
    [
        ("MIT", True),
        ("Apache-2.0 AND CNRI-Python", True),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", True),
        ("MIT AND Proprietary", False),
        ("Other/Proprietary License", False),
        ("SSPL-1.0", False),
        ("", False),
    ],
)
def test_licences(named: str, fits: bool) -> None:
    assert is_compatible(named) is fits


def test_a_licence_that_is_given_in_full() -> None:
    metadata = Message()
    metadata["License"] = "Copyright someone.\n\nRedistribution and use in source and binary\nforms, with or without"
    assert licence(metadata, ()) == "BSD"  # type: ignore[arg-type]
