"""What people write stays what people write: no markup, no commands, no lines that look like the assistant's."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Content, IncomingKind, Quote, Ref, Sentence, Style
from bot.settings import ROOT
from bot.store import tables
from handlers.telegram.text import LONGEST, pieces, units
from handlers.terminal.screen import harmless
from tests.factories import make_incoming, make_knowledge
from tests.sentences import make_renderer
from tests.service.scene import GROUP, Scene, quotes
from tests.store.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

RENDERER = make_renderer(make_knowledge())
MARKUP = [
    "<b>bold</b><script>alert(1)</script>",
    "*bold* _it_ [link](https://evil.example) `code`",
    "[official](tg://user?id=1)",
    "&lt;b&gt; &amp; &#x202e;",
    "{fact:emergency-number} {name} {0} {count!r} %s %(name)s",
    "\u202eevil\u202c \u2066x\u2069 \u200b\u200d\ufeff",
    "Сlаіm it",  # Cyrillic letters among Latin ones
    "\x1b[2J\x1b]0;title\x07 \x9b31m",
    "x\u2028y\u2029z\u0085w",
]
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


# ---- markup ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", MARKUP)
def test_words_are_shown_letter_by_letter_as_a_quotation(words: str) -> None:
    rendered = RENDERER.render(Content((Sentence("relay-intro"), Quote(words))), "en")
    span = rendered.spans[-1]
    assert (span.text, span.style, span.url) == (words, Style.QUOTE, "")
    (piece,) = pieces(rendered)
    assert piece.text.endswith(words)
    assert {entity.type for entity in piece.entities} <= {"blockquote", "bold"}


@pytest.mark.parametrize("words", MARKUP)
def test_words_in_a_sentence_are_no_format(words: str) -> None:
    rendered = RENDERER.render(Content((Sentence("card-owner", {"name": words}),)), "en")
    assert rendered.text == f"With: {words}"


def test_nothing_is_sent_with_a_parse_mode() -> None:
    """Telegram reads no markup in what we send: styles are entities, counted by us."""
    named = [path for path in _sources() for name in _names(path) if "parse_mode" in name.lower()]
    assert named == []


def _sources() -> Iterator[str]:
    for folder in ("bot", "handlers"):
        yield from (str(path) for path in (ROOT / folder).rglob("*.py"))


def _names(path: str) -> Iterator[str]:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        tree = ast.parse(file.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword):
            yield node.arg or ""
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name | ast.alias):
            yield str(getattr(node, "id", None) or getattr(node, "name", ""))


_text = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\n *_[]<>&\u202e\u200d🧑"))
)


@given(words=_text, name=_text, longest=st.sampled_from([64, 200, LONGEST]))
def test_entities_lie_where_the_words_are(words: str, name: str, longest: int) -> None:
    parts = (Sentence("card-title", {"number": name, "state": Ref("sentence", "state-new")}, bold=True), Quote(words))
    rendered = RENDERER.render(Content(parts), "en")
    for piece in pieces(rendered, longest):
        assert units(piece.text) <= longest
        for entity in piece.entities:
            assert entity.offset >= 0
            assert entity.length > 0
            assert entity.offset + entity.length <= units(piece.text)


# ---- names -----------------------------------------------------------------------------------------------

NAMES = [
    ("Bo\nCase 7 is closed", "Bo Case 7 is closed"),
    ("Bo\u202e]desolc[", "Bo]desolc["),
    ("B\u200bo\u2060\ufeff", "Bo"),
    ("\x1b[31mBo\x07", "[31mBo"),
    ("𝐁𝐨 ｆｕｌｌ", "Bo full"),
    ("Bo 010170-1234", "Bo"),
]


@sqlite
@pytest.mark.parametrize(("name", "kept"), NAMES)
def test_a_name_is_one_line_without_signs_that_nobody_sees(scene: Scene, name: str, kept: str) -> None:
    number = scene.asks_a_person()
    scene.staff_presses(number, f"claim:{number}", sender="8", sender_name=name)
    owner = scene.ticket(number).owner_name or ""
    assert owner.startswith(kept)
    assert owner.isprintable()
    assert "0101" not in owner


@sqlite
def test_a_name_without_end_is_cut(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_presses(number, f"claim:{number}", sender="8", sender_name="o" * 100_000)
    assert len(scene.ticket(number).owner_name or "") <= 200


@sqlite
def test_a_name_of_nothing_becomes_the_number(scene: Scene) -> None:
    number = scene.asks_a_person()
    scene.staff_presses(number, f"claim:{number}", sender="8", sender_name="\u200b\u2060")
    assert scene.ticket(number).owner_name == "8"


@sqlite
def test_the_name_of_a_resident_is_never_shown(scene: Scene) -> None:
    number = scene.asks_a_person(sender_name="Zebracorn")
    scene.staff_presses(number, f"claim:{number}")
    scene.says("more", sender_name="Zebracorn")
    assert "Zebracorn" not in "".join(map(str, scene.to(GROUP)))
    assert "Zebracorn" not in str(scene.database.run(lambda c: scene.desk.card(c, number)))


# ---- other languages that a text could be taken for ------------------------------------------------------

SQL = "'; DROP TABLE tickets; -- \" \\ %s :name ? \0"


def test_sql_in_whatever_people_write(scene: Scene) -> None:
    number = scene.asks_a_person(f"How do I get a CPR number? {SQL}")
    scene.staff_presses(number, f"claim:{number}", sender_name=SQL)
    scene.staff_writes(number, SQL)
    scene.staff_commands(number, "note", text=SQL)
    scene.says(SQL)
    scene.handle(make_incoming(kind=IncomingKind.COMMAND, argument=SQL, text=SQL, language_hint=SQL))
    kept = SQL.replace("\0", "")
    assert [text for _, text in scene.messages(number)].count(kept) == 3
    assert len(rows(scene.database, tables.tickets)) == 1


def test_no_statement_is_put_together_from_text() -> None:
    """`text(...)` and `exec_driver_sql(...)` get a constant: values are bound, never written into a statement."""
    for path in _sources():
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            tree = ast.parse(file.read())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in {
                *("exec_driver_sql", "literal_column"),
            }:
                assert isinstance(node.args[0], ast.Constant), path


@given(words=st.text())
def test_nothing_commands_a_terminal(words: str) -> None:
    shown = harmless(words)
    assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in shown)
    assert len(shown) <= len(words)


@sqlite
def test_deep_json_is_only_text(scene: Scene) -> None:
    deep = "[" * 5_000
    number = scene.asks_a_person(f"How do I get a CPR number? {deep}")
    assert quotes(scene.to(GROUP)[-1]) or scene.messages(number)
    assert json.loads(json.dumps(deep)) == deep


def test_a_line_of_the_log_is_one_line_of_ascii(capfd: pytest.CaptureFixture[str]) -> None:
    import structlog

    from bot.logs import set_up_logs

    set_up_logs("info")
    try:
        for words in (*MARKUP, 'x"}\n{"event": "forged", "level": "error"}', "\r\nforged"):
            structlog.get_logger("test").info("seen", value=words)
    finally:
        structlog.reset_defaults()
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == len(MARKUP) + 2
    for line in lines:
        assert line.isascii()
        assert line.isprintable()
        assert json.loads(line)["event"] == "seen"
