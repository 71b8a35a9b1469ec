"""What Telegram makes of a text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram_server.errors import ApiError
from tests.telegram_server.formatting import cleaned, utf16_length
from tests.telegram_server.markup_languages import parse_html, parse_markdown


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("text", "entities", "result", "kept"),
    [
        ("  hi \n", [], "hi", []),
        ("a\tb\r\nc", [], "a b\nc", []),
        ("\u202bשלום\u202c", [bold(1, 4)], "שלום", [bold(0, 4)]),
        ("\u200fשלום", [bold(1, 4)], "\u200fשלום", [bold(1, 4)]),
        ("😀 hi ", [bold(3, 3)], "😀 hi", [bold(3, 2)]),
        (" \u2068x\u2069", [bold(0, 4)], "\u2068x\u2069", [bold(0, 3)]),
        ("a  b", [bold(1, 2)], "a  b", []),
        ("x", [bold(0, 0)], "x", []),
        ("\u200b\ufeff", [], "", []),
    ],
)
def test_cleaning(text: str, entities: list[dict[str, Any]], result: str, kept: list[dict[str, Any]]) -> None:
    shown = cleaned(text, entities)
    assert shown.text == result
    assert [entity for entity in shown.entities if entity["type"] == "bold"] == kept


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("see https://ballerup.dk/a?b=c.", [("url", "https://ballerup.dk/a?b=c")]),
        ("mail a@ballerup.dk", [("email", "a@ballerup.dk")]),
        ("/start now", [("bot_command", "/start")]),
        ("and/or 1/2", []),
        ("@ballerup_bot #skat", [("mention", "@ballerup_bot"), ("hashtag", "#skat")]),
    ],
)
def test_what_is_found_by_itself(text: str, kinds: list[tuple[str, str]]) -> None:
    found = cleaned(text, []).entities
    assert [(entity["type"], text[entity["offset"] : entity["offset"] + entity["length"]]) for entity in found] == kinds


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        ("<b>a</b>&lt;&amp;&copy;", "a<&&copy;", ["bold"]),
        ("<a href='https://x.dk?a=1&amp;b=2'>l</a>", "l", ["text_link"]),
        ("<blockquote>q</blockquote><tg-spoiler>s</tg-spoiler>", "qs", ["blockquote", "spoiler"]),
        ("<blockquote expandable>q</blockquote>", "q", ["expandable_blockquote"]),
        ('<pre><code class="language-python">p</code></pre>', "p", ["pre"]),
        ("<b><i>x</i>y</b>", "xy", ["italic", "bold"]),
    ],
)
def test_html(source: str, text: str, kinds: list[str]) -> None:
    shown, entities = parse_html(source)
    assert (shown, [entity["type"] for entity in entities]) == (text, kinds)


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        ("*a* _b_ __c__ ~d~ ||e||", "a b c d e", ["bold", "italic", "underline", "strikethrough", "spoiler"]),
        ("`a.b` \\. \\*", "a.b . *", ["code"]),
        ("[l](https://x.dk)", "l", ["text_link"]),
        ("```py\nx=1```", "x=1", ["pre"]),
        (">q\n>r\nz", "q\nr\nz", ["blockquote"]),
    ],
)
def test_markdown(source: str, text: str, kinds: list[str]) -> None:
    shown, entities = parse_markdown(source)
    assert (shown, [entity["type"] for entity in entities]) == (text, kinds)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.data())
def test_entities_stay_inside_the_text(text: str, data: st.DataObject) -> None:
    length = utf16_length(text)
    start = data.draw(st.integers(0, length))
    entity = bold(start, data.draw(st.integers(0, length - start)))
    encoded = text.encode("utf-16-le")
    ends = (2 * start, 2 * (start + entity["length"]))
    if entity["length"] and any(0xDC <= encoded[end + 1] <= 0xDF for end in ends if end < len(encoded)):
        with pytest.raises(ApiError, match="in a middle of a UTF-16 symbol"):
            cleaned(text, [entity])
        return
    shown = cleaned(text, [entity])
    for kept in shown.entities:
        assert kept["length"] > 0
        assert kept["offset"] + kept["length"] <= utf16_length(shown.text)
    assert cleaned(shown.text, shown.entities).text == shown.text
