"""Rendered messages as Telegram shows them: pieces that fit, entities in UTF-16 units, buttons."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.core.model import Rendered, RenderedButton, Span, Style
from handlers.telegram.text import LONGEST, Piece, keyboard, pieces, units

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
ARABIC = "مرحبا بكم في بلدية باليروب "
KINDS = {
    Style.BOLD: MessageEntity.BOLD,
    Style.ITALIC: MessageEntity.ITALIC,
    Style.LINK: MessageEntity.TEXT_LINK,
    Style.QUOTE: MessageEntity.BLOCKQUOTE,
}


def make_rendered(*spans: Span | str, rows: tuple[tuple[RenderedButton, ...], ...] = ()) -> Rendered:
    return Rendered(tuple(Span(span) if isinstance(span, str) else span for span in spans), rows, "en", "ltr")


def joined(found: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in found)


def marked(piece: Piece) -> list[tuple[str, str]]:
    """Each entity with the text that Telegram will mark: offset and length are UTF-16 units."""
    encoded = piece.text.encode("utf-16-le")
    return [
        (entity.type, encoded[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le"))
        for entity in piece.entities
    ]


# ---- lengths and short messages --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("æøå", 3),
        ("żółć", 4),
        ("ع", 1),
        ("👍", 2),
        (FAMILY, 11),
        ("🇩🇰", 4),
        ("e\u0301", 2),
        ("\ud800", 1),
    ],
)
def test_length_as_telegram_counts(text: str, length: int) -> None:
    assert units(text) == length


def test_a_short_message_is_one_piece() -> None:
    found = pieces(
        make_rendered(Span("👍 Title", Style.BOLD), "\n\nsee ", Span("the law", Style.LINK, "https://law.example"), ".")
    )
    (piece,) = found
    assert piece.text == "👍 Title\n\nsee the law."
    assert marked(piece) == [(MessageEntity.BOLD, "👍 Title"), (MessageEntity.TEXT_LINK, "the law")]
    assert [entity.url for entity in piece.entities] == [None, "https://law.example"]


@pytest.mark.parametrize(("style", "kind"), KINDS.items())
def test_styles(style: Style, kind: str) -> None:
    (piece,) = pieces(make_rendered("a", Span("b", style, "https://x.example" if style == Style.LINK else "")))
    assert marked(piece) == [(kind, "b")]


def test_plain_text_is_never_marked() -> None:
    (piece,) = pieces(make_rendered("<b>a</b> **b** @name /menu https://x.example"))
    assert piece.entities == ()


@pytest.mark.parametrize("spans", [(), ("",), (Span("", Style.BOLD),)])
def test_nothing_to_say_is_still_one_piece(spans: tuple[Span | str, ...]) -> None:
    assert pieces(make_rendered(*spans)) == (Piece("", ()),)


# ---- cutting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * LONGEST, 1),
        ("a" * (LONGEST + 1), 2),
        ("👍" * (LONGEST // 2), 1),
        ("👍" * (LONGEST // 2 + 1), 2),
        ("a" + "👍" * (LONGEST // 2), 2),
        ("a" * (3 * LONGEST), 3),
    ],
)
def test_telegram_s_limit(text: str, count: int) -> None:
    found = pieces(make_rendered(text))
    assert len(found) == count
    assert joined(found) == text
    assert all(units(piece.text) <= LONGEST for piece in found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("one two three", ["one two ", "three"], id="at a space"),
        pytest.param("one two\nthree", ["one two\n", "three"], id="at a line end"),
        pytest.param("one\ntwo three", ["one\ntwo ", "three"], id="a line end too early is no use"),
        pytest.param("abcdefghijklm", ["abcdefghij", "klm"], id="a long word"),
        pytest.param("a bcdefghijklmn", ["a bcdefghi", "jklmn"], id="a space too early is no use"),
        pytest.param("ab👍👍👍👍👍", ["ab👍👍👍👍", "👍"], id="two units a character"),
        pytest.param("abc👍👍👍👍👍", ["abc👍👍👍", "👍👍"], id="no half characters"),
    ],
)
def test_cut_where_a_reader_would_pause(text: str, wanted: list[str]) -> None:
    assert [piece.text for piece in pieces(make_rendered(text), 10)] == wanted


def test_a_cut_entity_goes_on_in_the_next_piece() -> None:
    first, second = pieces(make_rendered("ab ", Span("bold words here", Style.BOLD), " end"), 10)[:2]
    assert marked(first)[0][0] == marked(second)[0][0] == MessageEntity.BOLD
    assert marked(second)[0][1].strip()
    assert second.entities[0].offset == 0


def test_a_link_keeps_its_address_in_every_piece() -> None:
    found = pieces(make_rendered(Span("a" * 25, Style.LINK, "https://law.example")), 10)
    assert [entity.url for piece in found for entity in piece.entities] == ["https://law.example"] * 3


def test_arabic_is_cut_between_words() -> None:
    found = pieces(make_rendered(ARABIC * 400))
    assert len(found) > 1
    assert joined(found) == ARABIC * 400
    assert all(piece.text.endswith(" ") for piece in found)


@pytest.mark.parametrize(
    "cluster",
    [
        pytest.param(FAMILY, id="a family"),
        pytest.param("👍🏽", id="a skin tone"),
        pytest.param("🇩🇰", id="a flag"),
        pytest.param("❤\ufe0f", id="a variation selector"),
        pytest.param("e\u0301", id="an accent of its own"),
        pytest.param("1\ufe0f\u20e3", id="a keycap"),
    ],
)
@pytest.mark.parametrize("before", range(12))
def test_what_looks_like_one_character_stays_one(cluster: str, before: int) -> None:
    text = "x" * before + cluster * 6
    found = [piece.text for piece in pieces(make_rendered(text), 16)]
    assert "".join(found) == text
    for piece in found:
        assert piece.replace(cluster, "").strip("x") == ""


def test_a_word_after_another_style_is_not_cut_when_it_fits_the_next_piece() -> None:
    found = pieces(make_rendered("a word or two, and then ", Span("Registration", Style.BOLD)), 30)
    assert [piece.text for piece in found] == ["a word or two, and then ", "Registration"]


@pytest.mark.parametrize("gap", [" " * 25, "\n" * 25, " \n" * 12])
def test_no_piece_is_blank(gap: str) -> None:
    """Telegram refuses a message without words, and with it all that follows would be lost."""
    found = pieces(make_rendered(f"aaaaa{gap}b"), 8)
    assert all(piece.text.strip() for piece in found)
    assert re.sub(r"\s", "", joined(found)) == "aaaaab"


# ---- any message -----------------------------------------------------------------------------------------

_words = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(["👍", "ع", " ", "\n", "é"])),
    min_size=1,
    max_size=30,
)
_spans = st.lists(
    st.one_of(
        _words.map(Span),
        st.builds(Span, _words, st.sampled_from([Style.BOLD, Style.ITALIC, Style.QUOTE])),
        st.builds(Span, _words, st.just(Style.LINK), st.just("https://law.example")),
    ),
    max_size=12,
)


@given(_spans, st.integers(2, 40))
def test_pieces_fit_and_entities_mark_the_right_words(spans: list[Span], longest: int) -> None:
    found = pieces(make_rendered(*spans), longest)
    for piece in found:
        assert units(piece.text) <= longest
        ends = 0
        for entity in piece.entities:
            assert entity.length > 0
            assert entity.offset >= ends, "entities stand in order and do not overlap"
            ends = entity.offset + entity.length
        assert ends <= units(piece.text)
    whole = "".join(span.text for span in spans)
    assert re.sub(r"\s", "", joined(found)) == re.sub(r"\s", "", whole)


@given(_spans, st.integers(2, 40))
def test_every_styled_word_stays_styled(spans: list[Span], longest: int) -> None:
    found = pieces(make_rendered(*spans), longest)
    for style, kind in KINDS.items():
        wanted = "".join(span.text for span in spans if span.style == style)
        got = "".join(words for piece in found for name, words in marked(piece) if name == kind)
        assert re.sub(r"\s", "", got) == re.sub(r"\s", "", wanted)


@given(_spans)
def test_the_same_message_is_always_cut_alike(spans: list[Span]) -> None:
    """A long message that was sent in part goes on with the piece after."""
    assert pieces(make_rendered(*spans), 20) == pieces(make_rendered(*spans), 20)


# ---- buttons ---------------------------------------------------------------------------------------------


def test_no_buttons_no_keyboard() -> None:
    assert keyboard(make_rendered("a")) is None


def test_buttons_in_rows() -> None:
    rows = (
        (RenderedButton("One", "e:one"), RenderedButton("Two", "e:two")),
        (RenderedButton("Open: the law", url="https://law.example"),),
    )
    found = keyboard(make_rendered("a", rows=rows))
    assert found is not None
    assert [[button.text for button in row] for row in found.inline_keyboard] == [["One", "Two"], ["Open: the law"]]
    assert [button.callback_data for button in found.inline_keyboard[0]] == ["e:one", "e:two"]
    assert found.inline_keyboard[1][0].url == "https://law.example"
    assert found.inline_keyboard[1][0].callback_data is None


@pytest.mark.parametrize(("length", "shown"), [(64, "a" * 64), (65, "a" * 63 + "…"), (500, "a" * 63 + "…")])
def test_a_long_label_is_shortened(length: int, shown: str) -> None:
    found = keyboard(make_rendered("a", rows=((RenderedButton("a" * length, "x"),),)))
    assert found is not None
    assert found.inline_keyboard[0][0].text == shown
