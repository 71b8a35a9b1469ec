"""The commands for editors: what they print, what they change, and how they end."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from bot.settings import ROOT
from tests.commands import Ended, change
from tests.content.test_translation import translated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


LANGUAGES = ["en", "da", "pl", "uk", "de", "ro", "tr", "ar", "zh", "cs"]


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A copy of the knowledge, to be changed."""
    return shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")


def test_sound_knowledge(run: Callable[..., Ended]) -> None:
    assert run("knowledge", "check") == (0, "", "0 faults\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "entry", "reason"),
    [
        pytest.param(
            "entries/tax-money.yaml", "- id: tax-card", "- id: tax-card\n    colour: red", "entries/tax-money.yaml",
            "tax-card", "colour", id="an unknown key",
        ),
        pytest.param(
            "pl/tax-money.yaml", "    title:", "    titel:", "pl/tax-money.yaml", "tax-card", "title", id="no title"
        ),
        pytest.param(
            "entries/tax-money.yaml", "department: citizen-service", "department: nobody", "entries/tax-money.yaml",
            "tax-card", "nobody", id="no such department",
        ),
    ],
)  # fmt: skip
def test_faulty_knowledge(
    run: Callable[..., Ended],
    knowledge: Path,
    file: str,
    old: str,
    new: str,
    path: str,
    entry: str,
    reason: str,
) -> None:
    change(knowledge / file, old, new)
    code, out, err = run("knowledge", "check", knowledge=str(knowledge))
    assert code == 1
    assert any(f"knowledge/{path}" in line and entry in line and reason in line for line in out.splitlines()), out
    assert err.strip() == f"{len(out.splitlines())} faults"


@pytest.mark.parametrize("arguments", [("ask", "hello"), ("chat",)])
def test_nothing_starts_with_faulty_knowledge(
    run: Callable[..., Ended], knowledge: Path, arguments: tuple[str, ...]
) -> None:
    change(knowledge / "entries" / "tax-money.yaml", "department: citizen-service", "department: nobody")
    code, said, err = run(*arguments, knowledge=str(knowledge))
    assert (code, said) == (1, "")
    assert "tax-card: " in err
    assert "Traceback" not in err


def test_all_faults_are_listed_at_once(run: Callable[..., Ended], knowledge: Path) -> None:
    change(knowledge / "entries" / "tax-money.yaml", "department: citizen-service", "department: nobody")
    change(knowledge / "entries" / "housing.yaml", "department: citizen-service", "department: nobody")
    (knowledge / "da" / "health.yaml").write_bytes(b"\xff\xfe")
    code, out, _ = run("knowledge", "check", knowledge=str(knowledge))
    assert code == 1
    for file in ("entries/tax-money.yaml", "entries/housing.yaml", "da/health.yaml"):
        assert file in out


@pytest.mark.parametrize("command", [("knowledge", "check"), ("ask", "hello"), ("chat",), ("knowledge", "status")])
def test_no_knowledge_at_all(run: Callable[..., Ended], tmp_path: Path, command: tuple[str, ...]) -> None:
    code, out, err = run(*command, knowledge=str(tmp_path / "gone"))
    assert code == 1
    assert "there is no such folder" in out + err


def test_faulty_sentences(run: Callable[..., Ended], tmp_path: Path) -> None:
    locales = shutil.copytree(ROOT / "locales", tmp_path / "locales")
    path = locales / "pl" / "LC_MESSAGES" / "bot.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'(?m)^(msgstr ".*)\{number\}', r"\1{numer}", text, count=1), encoding="utf-8")
    code, out, _ = run("knowledge", "check", locales=str(locales))
    assert code == 1
    assert "pl/LC_MESSAGES/bot.po" in out
    assert run("ask", "hello")[0] == 1


def test_status(run: Callable[..., Ended]) -> None:
    code, out, err = run("knowledge", "status")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0][1] == "entries"
    assert lines[1][0] == "language"
    assert [line[0] for line in lines[2:] if not line[0].endswith(":")] == LANGUAGES
    assert {"LIX", "FOG"} <= {line[1] for line in lines if line[0].endswith(":")}


def test_status_for_a_program(run: Callable[..., Ended]) -> None:
    code, out, _ = run("knowledge", "status", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["entries"] == int(run("knowledge", "status")[1].split()[0])
    assert [row["language"] for row in found["languages"]] == LANGUAGES
    assert found["to_verify"]


def test_what_the_municipality_is_to_confirm(run: Callable[..., Ended]) -> None:
    code, out, _ = run("knowledge", "status", "--to-verify")
    assert code == 0
    assert "Borgerservice" in out
    assert any(line.startswith("  ") and line.rstrip().endswith("?") for line in out.splitlines())


def test_schemas(run: Callable[..., Ended], tmp_path: Path) -> None:
    code, out, _ = run("knowledge", "schema")
    assert code == 0
    schemas = json.loads(out)
    assert run("knowledge", "schema", "--out", "schemas")[0] == 0
    written = {path.name.removesuffix(".schema.json") for path in (tmp_path / "schemas").iterdir()}
    assert written == set(schemas)


def test_schemas_where_they_cannot_be_written(run: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, out, err = run("knowledge", "schema", "--out", "file")
    assert (code, out) == (2, "")
    assert "file" in err


def test_stamping(run: Callable[..., Ended], knowledge: Path) -> None:
    assert run("knowledge", "stamp", knowledge=str(knowledge)) == (0, "", "")
    path = knowledge / "pl" / "tax-money.yaml"
    before = path.read_text(encoding="utf-8")
    hash_line = next(line for line in before.splitlines() if "translated_from:" in line)
    change(path, hash_line, "    translated_from: null")
    assert run("knowledge", "check")[0] == 1
    assert run("knowledge", "stamp") == (0, "knowledge/pl/tax-money.yaml: tax-card\n", "")
    assert run("knowledge", "check")[0] == 0
    assert "translated_from: null" not in path.read_text(encoding="utf-8")


def test_catalogues_are_in_line_with_the_program(run: Callable[..., Ended], tmp_path: Path) -> None:
    locales = shutil.copytree(ROOT / "locales", tmp_path / "locales")
    assert run("knowledge", "catalogues", locales=str(locales)) == (0, "", "")
    shutil.rmtree(locales / "pl")
    code, out, _ = run("knowledge", "catalogues")
    assert (code, out) == (0, "locales/pl/LC_MESSAGES/bot.po\n")
    assert run("knowledge", "check")[0] == 1, "the new catalogue is empty"


@pytest.mark.parametrize("language", [(), ("--language", "en")])
def test_trying_a_question(run: Callable[..., Ended], language: tuple[str, ...]) -> None:
    code, out, err = run("knowledge", "try", "How do I get a tax card?", *language)
    assert (code, err) == (0, "")
    assert "language   en" in out
    assert "decision   answer tax-card" in out
    assert "thresholds" in out
    assert len(out.splitlines()) > 4


def test_an_expired_entry_is_not_given(run: Callable[..., Ended], knowledge: Path) -> None:
    path = knowledge / "entries" / "tax-money.yaml"
    old = path.read_text(encoding="utf-8")
    dated = re.sub(r"(?m)^    checked: .*$", "    checked: 2025-12-01", old)
    path.write_text(re.sub(r"(?m)^    valid_until: .*$", "    valid_until: 2026-01-01", dated), encoding="utf-8")
    code, out, _ = run("ask", "How do I get a tax card?", knowledge=str(knowledge))
    assert code == 0
    assert "is out of date, so I do not give it" in out


# ---- translators -----------------------------------------------------------------------------------------


def test_translations_go_out_and_come_back(run: Callable[..., Ended], knowledge: Path, tmp_path: Path) -> None:
    file = tmp_path / "pl.po"
    assert run(
        "knowledge", "export-translations", "--language", "pl", "--out", str(file), knowledge=str(knowledge)
    ) == (0, "", "")
    assert run("knowledge", "import-translations", "--language", "pl", str(file))[:2] == (0, "")
    title = "tax-money/entries/tax-card/title"
    words = translated(file.read_text(encoding="utf-8"), lambda one: "Karta" if one.context == title else None)
    file.write_text(words, encoding="utf-8")
    code, out, err = run("knowledge", "import-translations", "--language", "pl", "--approved", "2026-12-01", str(file))
    assert (code, out) == (0, "pl/tax-money.yaml\n")
    assert err == "1 texts changed, 0 not translated yet\n"
    assert run("knowledge", "check") == (0, "", "0 faults\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("export-translations", "--language", "en"), "not a language to translate to"),
        (("import-translations", "--language", "pl", "nowhere.po"), "nowhere.po: No such file or directory"),
        (("add-language", "da"), "the language is there already"),
        (("add-language", "klingon"), "no locale of CLDR"),
    ],
)
def test_what_cannot_be_done_is_told(
    run: Callable[..., Ended], knowledge: Path, arguments: tuple[str, ...], reason: str
) -> None:
    code, out, err = run("knowledge", *arguments, knowledge=str(knowledge))
    assert (code, out) == (2, "")
    assert reason in err


def test_a_new_language(run: Callable[..., Ended], knowledge: Path, tmp_path: Path) -> None:
    locales = shutil.copytree(ROOT / "locales", tmp_path / "locales")
    code, out, err = run(
        "knowledge", "add-language", "sv", "--locale", "sv_SE", knowledge=str(knowledge), locales=str(locales)
    )
    assert (code, out) == (0, "sv: svenska, ltr, sv_SE; in preparation\n")
    assert "docs/editing" in err
    assert (locales / "sv" / "LC_MESSAGES" / "bot.po").is_file()
    assert run("knowledge", "check") == (0, "", "0 faults\n")
