"""When an answer counts as another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.model import Answer, Content, FactType, Quote, Ref, Sentence
from bot.core.versions import changed, given_in, version
from tests.factories import make_fact, make_knowledge

if TYPE_CHECKING:
    from bot.core.model import Knowledge

KNOWN = make_knowledge()


def with_fact(name: str, **fields: Any) -> Knowledge:
    return replace(KNOWN, facts={**KNOWN.facts, name: replace(KNOWN.facts[name], **fields)})


def with_text(code: str, **fields: Any) -> Knowledge:
    entry = KNOWN.entries["cpr"]
    texts = {**entry.texts, code: replace(entry.texts[code], **fields)}
    return replace(KNOWN, entries={**KNOWN.entries, "cpr": replace(entry, texts=texts)})


def test_a_version_is_the_same_for_the_same_answer() -> None:
    assert version(KNOWN, "cpr", "en") == version(make_knowledge(), "cpr", "en")
    assert len(version(KNOWN, "cpr", "en")) == 16


@pytest.mark.parametrize(
    "other",
    [
        with_fact("limit", value=6),
        with_fact("limit", unit="month"),
        with_fact("law-page", value="https://law.example/other"),
        with_text("en", short="Register."),
        with_text("en", answer="1. Else."),
    ],
)
def test_another_fact_or_another_word_makes_another_version(other: Knowledge) -> None:
    assert version(other, "cpr", "en") != version(KNOWN, "cpr", "en")


@pytest.mark.parametrize(
    "other",
    [
        with_fact("fee", value=1),
        with_fact("limit", checked=date(2027, 1, 1)),
        with_text("da", short="Tilmeld dig."),
        with_text("en", phrases=("something",)),
        with_text("en", short=f" {KNOWN.entries['cpr'].texts['en'].short}\n"),
        replace(KNOWN, facts={**KNOWN.facts, "new": make_fact("new", FactType.COUNT, 1)}),
    ],
)
def test_what_the_answer_does_not_say_makes_none(other: Knowledge) -> None:
    assert version(other, "cpr", "en") == version(KNOWN, "cpr", "en")


def test_what_is_not_there_has_no_version() -> None:
    assert version(KNOWN, "nonsense", "en") == version(KNOWN, "cpr", "xx") == ""


def test_the_answers_in_what_is_said() -> None:
    parts = (Sentence("menu-ask"), Answer("cpr", "short"), Quote("cpr"), Answer("business"), Answer("cpr"))
    assert given_in(Content(parts)) == ("cpr", "business")
    assert given_in(changed("cpr", date(2026, 11, 24))) == ("cpr",)
    assert changed("cpr", date(2026, 11, 24)).parts[0] == Sentence("recall-notice", {"day": Ref("day", "2026-11-24")})
