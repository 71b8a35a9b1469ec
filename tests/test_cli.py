"""Every command: what it prints where, and how it ends (0 all right, 1 findings, 2 wrong use)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bot.cli import main, parser
from bot.settings import ROOT, Settings
from tests.process import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = (
    (),
    ("run",),
    ("chat",),
    ("ask",),
    ("evaluate",),
    ("migrate",),
    ("knowledge",),
    *(("knowledge", part) for part in ("check", "status", "schema", "stamp", "catalogues", "index", "test", "try")),
)
SECRET = "hemmelig"
FIELDS = {"kind", "entry", "choices", "confidence", "language", "urgent", "text"}

Ended = tuple[int, str, str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs a command in this process with nothing set but what is given; returns code, stdout and stderr."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"BOT_{name.upper()}", raising=False)
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.db'}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.set_up_logs", lambda _: None)  # it would keep the captured stream for good

    def once(*arguments: str, **settings: str) -> Ended:
        for name, value in settings.items():
            monkeypatch.setenv(f"BOT_{name.upper()}", value)
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(str(end.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return once


def process(folder: Path, *arguments: str, typed: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", *arguments],
        input=typed,
        capture_output=True,
        cwd=folder,
        env=environment(folder / "bot.db", **settings) | {"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A copy of the knowledge, to be changed."""
    return shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# ---- help and wrong use ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parser().parse_args([*command, "--help"])
    assert end.value.code == 0
    assert "usage: ballerup-bot" in capsys.readouterr().out


def test_no_command_is_left_out_here() -> None:
    text = parser().format_help()
    assert {command[0] for command in COMMANDS if command} == set(text.split("\n\n")[-1].split()) & {
        "run", "chat", "ask", "evaluate", "migrate", "knowledge", "privacy", "backup", "restore"
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="no command"),
        pytest.param(("sing",), id="unknown command"),
        pytest.param(("run", "--loud"), id="unknown option"),
        pytest.param(("knowledge",), id="no part"),
        pytest.param(("knowledge", "sing"), id="unknown part"),
        pytest.param(("evaluate",), id="evaluate without files"),
        pytest.param(("evaluate", "--train", "x"), id="evaluate without a test"),
        pytest.param(("knowledge", "try"), id="try without a question"),
        pytest.param(("ask",), id="ask without a question"),
        pytest.param(("ask", "hello", "--jsonl", "-"), id="ask with both"),
        pytest.param(("ask", "hello", "--language", "xx"), id="ask in no language"),
        pytest.param(("chat", "--language", "xx"), id="chat in no language"),
        pytest.param(("knowledge", "try", "hello", "--language", "xx"), id="try in no language"),
        pytest.param(("ask", "--jsonl", "gone.jsonl"), id="no such file"),
        pytest.param(("ask", "--jsonl", "."), id="a folder"),
    ],
)
def test_wrong_use(run: Callable[..., Ended], arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.strip()


# ---- settings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("telegram_token", SECRET),
        ("telegram_api_url", f"ftp://{SECRET}.example"),
        ("telegram_staff_chats", SECRET),
        ("telegram_staff_chats", f"{SECRET}=-1001"),
        ("staff_language", "xx"),
        ("log_level", SECRET),
        ("database_url", SECRET),
        ("database_url", f"mysql://bot:{SECRET}@127.0.0.1:1/bot"),
    ],
)
def test_a_wrong_setting_is_said_in_one_line(run: Callable[..., Ended], name: str, value: str) -> None:
    settings = {name: value}
    if "chats" in name and "=" in value:
        settings["telegram_token"] = "1:x"
    code, out, err = run("chat", **settings)
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert f"BOT_{name.upper()}" in line
    assert "example" in line.lower()
    assert SECRET not in line or name == "telegram_staff_chats"  # a department's name is no secret


def test_the_password_of_a_database_is_never_printed(run: Callable[..., Ended]) -> None:
    url = f"postgresql://bot:{SECRET}@127.0.0.1:1/bot"
    for command in ("migrate", "chat"):
        code, out, err = run(command, database_url=url)
        assert code == 1
        assert "127.0.0.1" in err
        assert SECRET not in out + err


@pytest.mark.parametrize("command", ["migrate", "chat"])
def test_a_database_that_cannot_be_written(run: Callable[..., Ended], tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("in the way")
    code, out, err = run(command, database_url=f"sqlite:///{tmp_path / 'file' / 'bot.db'}")
    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    assert "BOT_DATABASE_URL" in line


def test_a_database_of_another_kind_of_file(run: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("no database at all, " * 100)
    code, _, err = run("chat")
    assert code == 1
    assert "not a database" in err


def test_migrate(run: Callable[..., Ended], tmp_path: Path) -> None:
    code, out, err = run("migrate")
    assert (code, out) == (0, "")
    assert "empty ->" in err
    assert (tmp_path / "bot.db").exists()
    assert run("migrate")[0] == 0


def test_migrate_to_a_version_that_does_not_exist(run: Callable[..., Ended]) -> None:
    code, out, err = run("migrate", "--to", "nonsense")
    assert (code, out) == (2, "")
    assert "nonsense" in err


# ---- ask -------------------------------------------------------------------------------------------------


def test_ask(run: Callable[..., Ended]) -> None:
    code, out, err = run("ask", "How do I get a tax card?")
    assert (code, err) == (0, "")
    assert out.startswith("Get a tax card\n")
    assert "Source: " in out


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("jak dostać numer CPR?",), {"kind": "answer", "entry": "cpr-registration", "language": "pl"}),
        (("my husband hits me",), {"kind": "crisis", "entry": "domestic-violence", "urgent": True}),
        (("hello", "--language", "da"), {"kind": "smalltalk", "language": "da"}),
        (("I want to talk to a person",), {"kind": "staff", "entry": None, "choices": []}),
        (("",), {"kind": "none", "entry": None, "confidence": 0.0}),
        (("x" * 10_000,), {"entry": None}),
    ],
)
def test_ask_for_a_program(run: Callable[..., Ended], arguments: tuple[str, ...], wanted: dict[str, Any]) -> None:
    code, out, _ = run("ask", "--json", *arguments)
    assert code == 0
    (line,) = out.splitlines()
    reply = json.loads(line)
    assert set(reply) == FIELDS
    assert {name: reply[name] for name in wanted} == wanted
    assert 0 <= reply["confidence"] <= 1


def test_an_expired_entry_is_not_given(run: Callable[..., Ended], knowledge: Path) -> None:
    entries = knowledge / "entries" / "tax-money.yaml"
    text = entries.read_text(encoding="utf-8")
    lines = ["    valid_until: 2026-01-01" if "valid_until:" in line else line for line in text.splitlines()]
    entries.write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, out, _ = run("ask", "How do I get a tax card?", knowledge=str(knowledge))
    assert code == 0
    assert "is out of date, so I do not give it" in out


ROWS: list[tuple[bytes, dict[str, Any]]] = [
    (b'{"id": 1, "text": "How do I get a tax card?"}', {"id": 1, "kind": "answer", "entry": "tax-card"}),
    (b"", {}),
    (b"   ", {}),
    (b'{"id": "two", "text": "hej", "language": "da"}', {"id": "two", "kind": "smalltalk", "language": "da"}),
    (b"no JSON", {"id": None, "error": True}),
    (b'{"id": 3}', {"id": 3, "error": True}),
    (b'{"id": 4, "text": 5}', {"id": 4, "error": True}),
    (b'{"id": 5, "text": "hi", "language": "xx"}', {"id": 5, "error": True}),
    (b'{"id": 6, "text": "hi", "language": ["en"]}', {"id": 6, "error": True}),
    (b'{"id": 7, "text": "hi", "context": "before"}', {"id": 7, "error": True}),
    (b'{"id": 8, "text": "hi", "context": [1]}', {"id": 8, "error": True}),
    (b'[{"id": 9, "text": "hi"}]', {"id": None, "error": True}),
    (b'"hi"', {"id": None, "error": True}),
    (b'{"id": 10, "text": "\xff\xfe"}', {"id": None, "error": True}),
    (b'{"id": 11, "text": "half \\ud83d"}', {"id": 11, "kind": None}),
    (b'{"id": "\\ud83d", "text": "hello"}', {"kind": "smalltalk"}),
    (b'{"id": 12, "text": "hello", "more": ' + b"[" * 100_000, {"error": True}),
    (b'{"id": ' + b"1" * 5000 + b', "text": "hello"}', {"error": True}),
    (b'{"id": 13, "text": ""}', {"id": 13, "kind": "none"}),
    (b'{"id": 14, "text": "my number is 010190-1234"}', {"id": 14}),
    (b'{"text": "thanks"}', {"id": None, "kind": "smalltalk"}),
    ("{'id': 15}".encode("utf-16"), {"error": True}),
    (
        b'{"id": 16, "text": "How do I get a CPR number?", "context": null, "language": null}',
        {"id": 16, "language": "en"},
    ),
    (b'{"id": 17, "text": "my husband hits me", "context": ["hello"]}', {"id": 17, "kind": "crisis"}),
]


def test_lines_for_a_program(tmp_path: Path) -> None:
    """In order, an answer a line; a bad line is said and the run goes on."""
    done = process(tmp_path, "ask", "--jsonl", "-", typed=b"\n".join(row for row, _ in ROWS))
    assert (done.returncode, done.stderr) == (0, b"")
    replies = [json.loads(line) for line in done.stdout.decode("utf-8", "surrogatepass").splitlines()]
    wanted = [expected for _, expected in ROWS if expected]
    assert len(replies) == len(wanted)
    for reply, expected in zip(replies, wanted, strict=True):
        if expected.pop("error", False):
            assert set(reply) == {"id", "error"}, reply
        else:
            assert set(reply) == {"id", *FIELDS}, reply
        assert {name: reply[name] for name, value in expected.items() if value is not None} == {
            name: value for name, value in expected.items() if value is not None
        }


def test_lines_from_a_file_with_context(run: Callable[..., Ended], tmp_path: Path) -> None:
    rows = [
        {"id": 1, "text": "and for my children?", "context": ["Where do I sign up for daycare?"]},
        {"id": 2, "text": "hvordan får jeg et cpr-nummer?"},
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, out, _ = run("ask", "--jsonl", "rows.jsonl")
    assert code == 0
    first, second = (json.loads(line) for line in out.splitlines())
    assert (first["id"], first["kind"] in {"answer", "choices"}) == (1, True)
    assert (second["id"], second["entry"], second["language"]) == (2, "cpr-registration", "da")


@pytest.mark.process
def test_every_line_is_answered_as_soon_as_it_is_read(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--jsonl", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path / "bot.db") | {"PYTHONPATH": str(ROOT)},
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number in range(3):
            running.stdin.write(b'{"id": %d, "text": "hello"}\n' % number)
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
        assert running.wait(10) == 0


@pytest.mark.process
def test_a_reader_that_goes_away_is_no_fault_of_ours(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--jsonl", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path / "bot.db") | {"PYTHONPATH": str(ROOT)},
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(b'{"id": 1, "text": "hello"}\n')
        running.stdin.flush()
        running.stdout.readline()
        running.stdout.close()
        running.stdin.write(b'{"id": 2, "text": "hello"}\n' * 20)
        running.stdin.close()
        assert running.stderr.read() == b""
        assert running.wait(10) == 1


@pytest.mark.process
def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "jak dostać numer CPR?", "--language", "pl"],
        capture_output=True,
        cwd=tmp_path,
        env=environment(tmp_path / "bot.db") | {"PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONUTF8": "0"},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "zarejestruj adres" in done.stdout.decode("utf-8")


# ---- knowledge -------------------------------------------------------------------------------------------


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
    for arguments in (("ask", "hello"), ("chat",)):
        code, said, err = run(*arguments)
        assert (code, said) == (1, "")
        assert out.strip() in err
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
    change(locales / "pl" / "LC_MESSAGES" / "bot.po", "{number}", "{numer}")
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
    assert [line[0] for line in lines[2:]] == ["en", "da", "pl"]


def test_status_for_a_program(run: Callable[..., Ended]) -> None:
    code, out, _ = run("knowledge", "status", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["entries"] == int(run("knowledge", "status")[1].split()[0])
    assert [row["language"] for row in found["languages"]] == ["en", "da", "pl"]
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


# ---- evaluate --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("train", "reason"),
    [(None, "train.jsonl"), ("no JSON\n", "1"), ('{"text": 5, "label": "a"}\n', "1"), ("", "train.jsonl")],
)
def test_evaluate_refuses_what_it_cannot_use(
    run: Callable[..., Ended], tmp_path: Path, train: str | None, reason: str
) -> None:
    if train is not None:
        (tmp_path / "train.jsonl").write_text(train)
    (tmp_path / "test.jsonl").write_text('{"text": "a", "label": "a"}\n')
    code, out, err = run("evaluate", "--train", "train.jsonl", "--test", "test.jsonl")
    assert (code, out) == (1, "")
    assert reason in err
