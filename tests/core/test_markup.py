"""The small Markdown of the knowledge base: what becomes a span, and what never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.markup import placeholders, spans
from bot.core.model import Span, Style

FACTS = {"fee": "1.200 kr.", "page": "the law", "sly": "**not bold** {fact:fee} [x]({fact:page})"}
BOLD, LINK = Style.BOLD, Style.LINK


def read(markdown: str) -> tuple[Span, ...]:
    return spans(markdown, FACTS.__getitem__, lambda fact: f"https://example.org/{fact}")


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("  \n plain \n", (Span("plain"),), id="the ends are stripped"),
        pytest.param("a **b** c", (Span("a "), Span("b", BOLD), Span(" c")), id="bold"),
        pytest.param("**a** **b**", (Span("a", BOLD), Span(" "), Span("b", BOLD)), id="twice bold"),
        pytest.param("**a\nb**", (Span("**a\nb**"),), id="bold ends with its line"),
        pytest.param("2 ** 3", (Span("2 ** 3"),), id="two stars alone"),
        pytest.param("pay {fact:fee} now", (Span("pay "), Span("1.200 kr."), Span(" now")), id="a fact"),
        pytest.param("**{fact:fee}**", (Span("1.200 kr.", BOLD),), id="a fact in bold"),
        pytest.param(
            "**pay {fact:fee}!**", (Span("pay ", BOLD), Span("1.200 kr.", BOLD), Span("!", BOLD)), id="amid bold"
        ),
        pytest.param("[here]({fact:page})", (Span("here", LINK, "https://example.org/page"),), id="a link"),
        pytest.param(
            "see [{fact:page}]({fact:page}).",
            (Span("see "), Span("the law", LINK, "https://example.org/page"), Span(".")),
            id="a link named by its fact",
        ),
        pytest.param("**[a]({fact:page})**", (Span("a", LINK, "https://example.org/page"),), id="a link in bold"),
        pytest.param("[a](https://evil.example)", (Span("[a](https://evil.example)"),), id="no bare addresses"),
        pytest.param("<b>a</b> _b_ `c`", (Span("<b>a</b> _b_ `c`"),), id="no other markup"),
        pytest.param("- a\n- b", (Span("• a\n• b"),), id="a list"),
        pytest.param("a - b\n-c", (Span("a - b\n-c"),), id="dashes that are no list"),
        pytest.param("1. a\n2. **b**", (Span("1. a\n2. "), Span("b", BOLD)), id="a numbered list"),
        pytest.param("a\n\nb", (Span("a\n\nb"),), id="paragraphs"),
        pytest.param("{fact:Fee} {fact}", (Span("{fact:Fee} {fact}"),), id="no placeholder"),
    ],
)
def test_markup(markdown: str, wanted: tuple[Span, ...]) -> None:
    assert read(markdown) == wanted


def test_nothing_in_a_fact_is_taken_for_markup() -> None:
    assert read("{fact:sly}") == (Span(FACTS["sly"]),)
    assert read("**{fact:sly}**") == (Span(FACTS["sly"], BOLD),)
    assert read("[{fact:sly}]({fact:page})") == (Span(FACTS["sly"], LINK, "https://example.org/page"),)


def test_placeholders_in_order_with_repetition() -> None:
    markdown = "**{fact:b}** {fact:a} [{fact:b}]({fact:page})"
    assert placeholders(markdown) == ("b", "a", "b", "page")
    assert placeholders("none") == ()


def test_an_unknown_fact_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        read("{fact:gone}")


_plain = st.text(st.characters(exclude_characters="*[]{}", exclude_categories=["Cs"]))


@given(_plain)
def test_text_without_markup_stays_letter_by_letter(text: str) -> None:
    wanted = text.strip()
    if "- " not in wanted:
        assert "".join(span.text for span in read(text)) == wanted


@given(st.lists(st.sampled_from(["**", "[a]", "({fact:page})", "{fact:fee}", "- ", "\n", "x", "*", "]("]), max_size=12))
def test_no_text_breaks_it_and_no_span_is_empty(pieces: list[str]) -> None:
    found = read("".join(pieces))
    assert all(span.text for span in found)
    assert all(bool(span.url) == (span.style == LINK) for span in found)
