"""Every sentence is used, and every sentence that is used exists."""

from __future__ import annotations

import ast
import re
import string
from typing import TYPE_CHECKING, get_args

import pytest
from babel.messages.pofile import read_po

from bot.content.guide_models import Audience
from bot.core import pausing
from bot.core.answer import Kind
from bot.core.entry_replies import MISSING
from bot.core.gaps import REASONS
from bot.core.model import Basis
from bot.core.replies import COMMANDS
from bot.core.staff_phrases import BlankType
from bot.core.ticket import Event, State
from bot.messages import MESSAGES
from bot.service import admin, figures, learning, notices, recalling, staff
from bot.settings import ROOT
from handlers.telegram import kinds, refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CATALOGUES = tuple((ROOT / "locales").glob("*/LC_MESSAGES/bot.po"))
_ENGLISH = re.compile(r"(?<![{/\w])[A-Za-z]+(?![}\w])")  # words, without {placeholders} and /commands
_SAME_WORDS = 2  # "Guide: {guide}" is Danish as well
SMALL_TALK = ("greeting", "thanks", "bye", "robot", "howareyou", "insult", "followup")

# Keys that are put together while the assistant runs: the beginning, and every end there can be.
PREFIXES: dict[str, tuple[str, ...]] = {
    "smalltalk-": SMALL_TALK,
    "state-": tuple(state.value for state in State),
    "terminal-side-": ("resident", "staff", "note"),
    "file-": (*dict.fromkeys(kinds.ATTACHMENTS.values()), "other"),
    "reason-": (*dict.fromkeys(refusals._REASONS.values()), "expired", "refused", "album"),
    "command-": COMMANDS,
    "answer-": ("yes", "no"),
    "guide-misread-": ("choice", "yes-no", "date", "cvr"),
    "grant-": ("open", "unconfirmed", "closed"),
    "city-": ("current", "unclear", "ended"),
    "audience-": get_args(Audience),
    "missing-": MISSING,
    "button-": (
        *("more", "less", "danish", "helped", "not-helped"),
        *("claim", "suggest", "phrase", "note", "handover", "wait", "release", "close", "reopen", "entry"),
    ),
    "button-case-": ("good", "bad"),
    "card-rated-": ("yes", "no"),
    "desk-not-sent-": ("closed", "withdrawn"),
    "history-": ("resident", "earlier", "staff", "note"),
    "staff-command-": (
        *staff.COMMANDS,
        *admin.COMMANDS,
        *notices.COMMANDS,
        *figures.COMMANDS,
        *learning.COMMANDS,
        *recalling.COMMANDS,
    ),
    "gap-reason-": REASONS,
    "paused-": pausing.SCOPES,
    "pause-reason-": pausing.REASONS,
    "pause-label-": pausing.REASONS,
    "pause-scope-": pausing.SCOPES,
    "event-": (*(event.value for event in Event), "open", "edit", "rated_yes", "rated_no"),
    "blank-": tuple(kind.value for kind in BlankType),
}


def _sources() -> Iterator[Path]:
    for folder in ("bot", "handlers"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.parent != ROOT / "bot" / "messages":
                yield path


def _texts() -> tuple[set[str], set[str]]:
    """Every text in the source, and every beginning of a text that is put together."""
    whole, begun = set(), set()
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                first = node.values[0] if node.values else None
                if isinstance(first, ast.Constant):
                    begun.add(str(first.value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    return whole, begun


WHOLE, BEGUN = _texts()
MADE = {f"{prefix}{end}" for prefix, ends in PREFIXES.items() for end in ends}


@pytest.mark.parametrize("key", MESSAGES)
def test_every_sentence_is_used(key: str) -> None:
    assert key in WHOLE or key in MADE, "nothing says it"


@pytest.mark.parametrize("key", sorted(MADE))
def test_every_sentence_that_is_put_together_exists(key: str) -> None:
    assert key in MESSAGES


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_is_in_the_source(prefix: str) -> None:
    assert prefix in BEGUN


def test_no_other_key_is_put_together() -> None:
    first_words = {key.partition("-")[0] for key in MESSAGES}
    made = {text for text in BEGUN if text.endswith("-") and text.partition("-")[0] in first_words}
    assert made == set(PREFIXES)


def test_every_key_that_is_said_exists() -> None:
    """Keys stand as the first argument of what makes a sentence."""
    said = set()
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                said |= set(_key_of(node))
    assert len(said) > 50
    assert said <= set(MESSAGES)


def _key_of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = {"Sentence": 0, "_sentence": 0, "plain": 0, "sentence": 0, "_say": 0, "_staff_say": 0, "say": 2}.get(name)
    if place is None:
        return
    for argument in call.args[place : place + 2]:  # a translator's comes after the language
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "-" in argument.value:
            yield argument.value


@pytest.mark.parametrize("key", MESSAGES)
def test_placeholders_are_plain_names(key: str) -> None:
    message = MESSAGES[key]
    for text in (message.msgid, message.plural or message.msgid):
        for _, name, spec, conversion in string.Formatter().parse(text):
            assert name is None or (name.isidentifier() and not spec and not conversion)
    if message.plural is not None:
        assert "{count}" in message.plural


def test_no_sentence_stands_twice() -> None:
    """The catalogues know sentences by their words: the same words mean the same thing, or are told apart."""
    words = [message.msgid for message in MESSAGES.values()]
    twice = {text for text in words if words.count(text) > 1}
    assert twice <= {
        "All topics",
        "Ask a person",
        "Partner cities",
        "Find a grant that fits",
        "Staff",
        "None of these",
        "Answer with an entry",
        "Note",
        "Wait for the resident",
    }


def test_every_kind_of_decision_and_every_basis_has_its_words() -> None:
    assert {"none", "out-of-scope", "for-staff", "choices-ask"} <= set(MESSAGES)
    assert len(Kind) == 8
    assert {f"basis-{basis.value}" for basis in (Basis.CONFIRMED, Basis.READ, Basis.MEMORY)} <= set(MESSAGES)


@pytest.mark.parametrize("code", sorted({path.parts[-3] for path in CATALOGUES} - {"en"}))
def test_no_sentence_is_left_in_english(code: str) -> None:
    """A sentence waits for its translation in English; words such as "video" may be the same."""
    with (ROOT / "locales" / code / "LC_MESSAGES" / "bot.po").open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        same = set(_forms(message.id)) & set(_forms(message.string))
        assert [text for text in same if len(_ENGLISH.findall(text)) > _SAME_WORDS] == []


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str) or text is None else tuple(text)
