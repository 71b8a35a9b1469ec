"""What is fuzzed: a target is what can come in, and what must hold of what follows, whatever comes in."""

from __future__ import annotations

import contextlib
import copy
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

from hypothesis import strategies as st
from telegram import Update

from bot.content import check as check_knowledge
from bot.content import export_translations, import_translations
from bot.core import gaps, reading
from bot.core.answer import Kind, Question, understand
from bot.core.crisis import detect
from bot.core.guide_replies import asks_of, guides_of
from bot.core.guides import AskType, Typed
from bot.core.language import guess_language
from bot.core.model import Content, Phrase, Quote, Ref, Sentence
from bot.core.numbers import number_of
from bot.core.phrase_filling import READERS, fill
from bot.core.phrase_filling import Reader as StaffReader
from bot.core.privacy import redact
from bot.core.retention import KINDS, Retention
from bot.core.text import clean, cut, fold, letter_grams, runs, sentences, shortened, tokens, word_grams
from bot.core.wishes import wished_language
from bot.errors import KnowledgeError
from bot.i18n import language_names, read_day
from bot.service.resident import accept
from bot.store.codec import incoming_from_json, incoming_to_json
from handlers.telegram.text import CAPTION, LONGEST, keyboard, pieces, units
from tests.content.factory import Folder, to_yaml
from tests.fuzz import http
from tests.fuzz.updates import UPDATES
from tests.handlers.telegram.arriving import BOT, NOW, READER
from tests.harness import real_core

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn, SearchStrategy
    from sqlalchemy import Connection

    from bot.core.model import Incoming
    from bot.service.brain import Loaded

TODAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Target:
    """`check` raises for a value of `values` that shows a fault."""

    values: SearchStrategy[Any]
    check: Callable[[Any], None]


# ---- what people type ------------------------------------------------------------------------------------

_LANGUAGES = ("en", "da", "pl", "ro", "tr", "uk", "ar", "zh", "de", "cs")
_STRANGE = (
    "\u202e\u2066\u200b\u200d\ufeff\u0301\u0345\u00ad\u2028\u0085\x00\x1b\ud83d\udc00"
    "İıßǅﬁ①Ⅷ٣३１〇十。؟’ʼ́🧑‍🇩🇰\ufdfa\u1100"
)
_PIECES = (
    *(
        "010170-1234",
        "01 01 70 1234",
        "DK50 0040 0440 1162 43",
        "4111 1111 1111 1111",
        "+45 44 77 20 00",
        "1.200,50 kr",
    ),
    *("I want to kill myself", "jeg vil dø", "my husband beats me", "not sure", "no", "yes", "???", "112", "a@b.dk"),
    *(
        "How do I get a CPR number?",
        "jak dostać numer CPR",
        "skattekort",
        "我需要注册",
        "بطاقة الضريبة",
        "податкова картка",
    ),
    *(
        "on 3 May",
        "31. februar",
        "in two weeks",
        "i morgen",
        "2026-02-30",
        "yarın",
        "за тиждень",
        "明年三月",
        "0000-00-00",
    ),
    *("{fact:x}", "{0}", "%s", "<b>", "*x*", "/start", "//", "\n\n\n", "-", "3 children 7 and 9", "speak polish"),
)
_letters = st.one_of(st.characters(), st.sampled_from(_STRANGE), st.sampled_from("aeiou -.,:;/'0123456789\n"))
texts = st.lists(st.one_of(st.text(_letters, max_size=30), st.sampled_from(_PIECES)), max_size=12).map("".join)
codes = st.sampled_from(_LANGUAGES)


def _typed_text(text: str) -> None:
    cleaned = clean(text)
    again = clean(cleaned)  # what an invisible sign kept apart comes together only now
    assert clean(again) == again
    assert all(c == "\n" or c.isprintable() for c in cleaned)
    assert shortened(text) == text or len(shortened(text)) < len(text)
    folded = fold(text)
    assert fold(folded) == folded
    words = tokens(cleaned)
    assert all(word and not word.isspace() for word in words)
    assert words == cut(runs(cleaned))
    assert len(word_grams(words)) == max(2 * len(words) - 1, 0)
    letter_grams(words)
    assert all(sentence == sentence.strip() and sentence for sentence in sentences(cleaned))


@lru_cache(maxsize=1)
def known() -> Loaded:
    """The real knowledge and understanding."""
    return real_core().library.now()


def _language(value: tuple[str, str | None]) -> None:
    text, prior = value
    brain = known().brain
    guess = guess_language(
        text, offered=brain.offered, prior=prior, vocabulary=brain.vocabulary, identify=brain.identify
    )
    assert 0 <= guess.confidence <= 1
    assert (guess.language in brain.offered) == guess.known
    names = language_names(tuple(language.locale for language in known().knowledge.languages.values()))
    wish = wished_language(text, names, brain.offered)
    assert wish is None or wish.isascii()


def _matcher(value: tuple[str, str | None, list[str]]) -> None:
    text, prior, context = value
    brain = known().brain
    decision = understand(Question(text, prior=prior, context=tuple(context)), brain)
    assert 0 <= decision.confidence <= 1
    assert decision.entry is None or decision.entry in brain.entries
    assert len(decision.choices) in ({2, 3, 4} if decision.kind == Kind.CHOICES else {0})
    assert set(decision.choices) <= brain.entries
    danger = detect(text, brain.crisis, prior)
    assert (danger is None) or decision.kind == Kind.CRISIS
    assert understand(Question(text, prior=prior, context=tuple(context)), brain) == decision
    words = gaps.key(text, decision.language, brain.index)
    assert not any(letter.isdigit() for word in words for letter in word)


def _redaction(text: str) -> None:
    once = redact(text)
    for finding in once.findings:
        assert 0 <= finding.start < finding.end <= len(text)
    again = redact(once.text)
    assert (again.text, again.findings) == (once.text, ())


_numbers = st.lists(
    st.one_of(
        st.sampled_from(
            ["010170", "1234", "0101701234", "01011970", "4111", "1111", "DK50", "0040", "0440", "1162", "43"]
        ),
        st.text("0123456789٣१１ -‐–./\n\u200b\u00a0", max_size=12),
        st.sampled_from([*" -.\n,;:", "tlf", "+45", "kr", "den", "d. "]),
        st.text(_letters, max_size=6),
    ),
    max_size=16,
).map("".join)


# ---- days and numbers ------------------------------------------------------------------------------------


def _days(value: tuple[str, str, date, int]) -> None:
    """The words for a day alone, as an answer in one of the guides, and as staff fill one of their phrases."""
    text, code, today, place = value
    found = read_day(text, code, today)
    assert found is None or isinstance(found, date)
    knowledge = known().knowledge
    guides = sorted(guides_of(knowledge))
    guide = guides[place % len(guides)]
    asks = list(asks_of(knowledge, guide).values())
    spoken = reading.Language(code, knowledge.guides.typed.get(code, Typed()), read_day, today)
    for ask in asks:
        assert isinstance(reading.answer(text, ask, guide, spoken, asks), str | reading.Misread)
    assert set(reading.answers(text, asks, guide, spoken)) <= {ask.id for ask in asks}
    reading.named_question(text, asks, guide, spoken)
    phrases = list(knowledge.staff_phrases.phrases.values())
    filled = fill(phrases[place % len(phrases)], text, StaffReader(knowledge, "da", today, read_day))
    assert isinstance(filled, Phrase | Sentence)


_amounts = st.lists(
    st.one_of(
        st.sampled_from(["1.200,50 kr", "kr. 12", "3 children", "1 000", "½", "㊿", "²", "10-12", "−5", "a dozen"]),
        st.sampled_from(["DK25313763", "12 34 56 78", "9" * 5000, "0" * 400, "1.000.000.000", "1,-", "1e9", "0x1f"]),
        st.text("0123456789٣१１ -–.,'\n\u00a0\u202f", max_size=12),
        texts,
    ),
    max_size=8,
).map(" ".join)


def _typed_numbers(value: tuple[str, str]) -> None:
    """The words for a number in each question of the guides that takes one, and on a button or in a setting."""
    text, code = value
    knowledge = known().knowledge
    spoken = reading.Language(code, knowledge.guides.typed.get(code, Typed()), read_day, TODAY)
    for guide in guides_of(knowledge):
        asks = list(asks_of(knowledge, guide).values())
        limits = {ask.id: reading.limit(ask) for ask in asks if ask.type is AskType.NUMBER}
        single = {ask.id: reading.answer(text, ask, guide, spoken, asks) for ask in asks if ask.id in limits}
        for name, answer in (*single.items(), *reading.answers(text, asks, guide, spoken).items()):
            if isinstance(answer, str) and name in limits:
                assert 0 <= int(answer) <= limits[name]
    for blank, read in READERS.items():
        words = read(text, StaffReader(knowledge, code, TODAY, read_day))
        assert words is None or words, blank
    assert 0 <= number_of(text) < 10**18
    with contextlib.suppress(ValueError):
        assert all(Retention.read(f"inbox={text}").days(kind) > 1 for kind in KINDS)


# ---- what is shown ---------------------------------------------------------------------------------------

_parts = st.one_of(
    st.builds(Quote, texts),
    st.builds(lambda name: Sentence("card-owner", {"name": name}, bold=True), texts),
    st.builds(
        lambda name: Sentence(
            "case-line",
            {
                "number": name,
                "state": Ref("sentence", "state-new"),
                "department": name,
                "day": Ref("day", "2026-11-24"),
            },
        ),
        texts,
    ),
    st.builds(lambda words: Quote(words * 400), texts),
)


def _shown(value: tuple[list[Any], str, int]) -> None:
    parts, code, longest = value
    rendered = real_core().renderer.render(Content(tuple(parts)), code)
    found = pieces(rendered, longest)
    assert "".join("".join(piece.text for piece in found).split()) == "".join(rendered.text.split())
    for piece in found:
        assert units(piece.text) <= longest
        for entity in piece.entities:
            assert entity.offset >= 0
            assert entity.length > 0
            assert entity.offset + entity.length <= units(piece.text)
    keyboard(rendered)


# ---- what arrives ----------------------------------------------------------------------------------------


@st.composite
def _updates(draw: DrawFn) -> tuple[dict[str, Any], bool]:
    """A real update in which some values are others of the same type; and whether some were left out."""
    lacking = draw(st.booleans())
    update = copy.deepcopy(draw(st.sampled_from(UPDATES)))
    for _ in range(draw(st.integers(0, 6))):
        inside, key = draw(st.sampled_from(_leaves(update)))
        old = inside[key]
        if lacking and isinstance(inside, dict):
            del inside[key]
        elif isinstance(old, bool):
            inside[key] = not old
        elif isinstance(old, int):
            inside[key] = draw(st.one_of(st.integers(), st.sampled_from([0, -1, 2**31, 2**53, 2**63, -(2**63) - 1])))
        elif isinstance(old, str):
            inside[key] = draw(texts)
    return {"update_id": 5, **update}, lacking


def _leaves(value: Any) -> list[tuple[Any, Any]]:
    """(container, key) of everything inside; of an empty value itself there is nothing."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    found = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], dict | list):
            found += _leaves(value[key])
    return found or [({"x": 0}, "x")]


def _arriving(value: tuple[dict[str, Any], bool]) -> None:
    """What is not whole is skipped by the poller, whoever finds it so; all else is read, and can be stored."""
    raw, lacking = value
    try:
        update = Update.de_json(raw, BOT)
        READER.foresee([update])
    except Exception:  # noqa: BLE001  # see handlers.telegram.poller
        return
    finally:
        READER.moved.clear()
    try:
        incoming = READER.read(update, NOW)
    except (AttributeError, TypeError):
        assert lacking
        return
    if incoming is not None:
        stored = _as_at_the_door(incoming)
        assert incoming_from_json(incoming_to_json(stored)) == stored


def _as_at_the_door(incoming: Incoming) -> Incoming:
    """What would be put into the inbox."""
    kept: list[Incoming] = []

    def add(_: object, arrived: Incoming) -> bool:
        kept.append(arrived)
        return False

    with patch("bot.service.resident.inbox.add", add):
        accept(cast("Connection", None), incoming)
    return kept[0]


# ---- what editors bring ----------------------------------------------------------------------------------

_FILES = {
    path: (content if isinstance(content, str) else to_yaml(content))
    for path, content in (Folder().files.items())
    if not isinstance(content, bytes)
}
_YAML = (
    *("a: b\n", "- ", "[", "{", "}", "]", "&a ", "*a", "!!int ", "!!python/name:os.system ", "? ", ": ", "| ", "> "),
    *("'", '"', "#", "%", "@", "`", "~", "null", ".inf", "0x", "1:59", "2026-13-45", "{fact:limit}", "**", "\t", "\r"),
    *("---\n", "...\n", "\ufeff", "\x00", "\n  ", "<<: ", "9" * 50, "[x]({fact:law-page})", "<a>", "\ud800"),
)


@st.composite
def _changed(draw: DrawFn, text: str, bits: tuple[str, ...]) -> str:
    """The same text with some places cut out, doubled, or written over."""
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 40)))
        bit = draw(st.one_of(st.sampled_from(bits), st.text(max_size=8), st.just(text[at:end] * 2)))
        text = text[:at] + bit + text[end:]
    return text


_knowledge = st.sampled_from(sorted(_FILES)).flatmap(
    lambda path: st.tuples(st.just(path), _changed(_FILES[path], _YAML))
)


def _loading(value: tuple[str, str]) -> None:
    """A folder with one damaged file is sound or has faults: nothing is raised."""
    path, text = value
    with tempfile.TemporaryDirectory() as folder:
        root = Folder().put(path, value=text.encode("utf-8", "surrogatepass")).write(Path(folder))
        for fault in check_knowledge(root):
            assert fault.reason
            str(fault)


@lru_cache(maxsize=1)
def _po() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return export_translations(Folder().write(Path(folder)), "pl")


_PO = (
    'msgid "',
    'msgstr "',
    "msgctxt ",
    '"\n"',
    "#, fuzzy\n",
    "\\",
    "\\x",
    "\\u",
    '"',
    "#~ ",
    "msgid_plural",
    "[0]",
    "../..",
)


def _translating(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Folder().write(Path(folder))
        with contextlib.suppress(KnowledgeError):
            import_translations(root, "pl", text, shown="pl.po")


TARGETS: dict[str, Target] = {
    "text": Target(texts, _typed_text),
    "language": Target(st.tuples(texts, st.none() | codes), _language),
    "matcher": Target(st.tuples(texts, st.none() | codes, st.lists(texts, max_size=2)), _matcher),
    "redaction": Target(_numbers | texts, _redaction),
    "days": Target(st.tuples(texts, codes, st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 999)), _days),
    "numbers": Target(st.tuples(_amounts, codes), _typed_numbers),
    "shown": Target(st.tuples(st.lists(_parts, max_size=4), codes, st.sampled_from([40, CAPTION, LONGEST])), _shown),
    "updates": Target(_updates(), _arriving),
    "http": Target(http.requests(), http.answered),
    "knowledge": Target(_knowledge, _loading),
    "translations": Target(st.deferred(lambda: _changed(_po(), _PO)), _translating),
}
