from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.conversation import Attachment, Conversation, Draft, Exchange
from bot.core.mail import Copy, Priority
from bot.core.model import Answer, Button, Content, IncomingKind, Line, Quote, Ref, Sentence, Translated
from bot.store.codec import (
    conversation_from_json,
    conversation_to_json,
    incoming_from_json,
    incoming_to_json,
    mail_from_json,
    mail_to_json,
)
from tests.factories import make_incoming, make_mail

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_maybe = st.none() | _words
_exchanges = st.lists(st.builds(Exchange, _words, _maybe), max_size=3).map(tuple)
_files = st.lists(st.builds(Attachment, _words, _words), max_size=3).map(tuple)
_drafts = st.builds(
    Draft,
    number=st.integers(0, 10**6),
    lines=st.lists(_words, max_size=3).map(tuple),
    earlier=_exchanges,
    files=_files,
    entry=_maybe,
    urgent=st.booleans(),
)
_conversations = st.builds(
    Conversation,
    language=_maybe,
    pinned=st.booleans(),
    greeted=st.booleans(),
    reachable=st.booleans(),
    step=st.sampled_from(["idle", "compose", "consent"]),
    recent=_exchanges,
    files=_files,
    draft=st.none() | _drafts,
    drafts=st.integers(0, 10**6),
    ticket=st.none() | st.integers(1, 10**9),
)
_arguments = _words | st.integers() | st.builds(Ref, _words, _words)
_values = st.dictionaries(_words, _arguments, max_size=3)
_sentences = st.builds(Sentence, _words, _values, bold=st.booleans(), tight=st.booleans())
_answers = st.builds(Answer, _words, st.sampled_from(["full", "short", "detail", "beside"]))
_lines = st.builds(Line, st.builds(Ref, _words, _words), _words, st.booleans(), st.booleans())
_translated = st.builds(Translated, _words, _words, _words, _maybe)
_parts = st.lists(_sentences | _answers | _lines | _translated | st.builds(Quote, _words), max_size=4)
_buttons = st.builds(Button, _sentences | st.builds(Ref, _words, _words), _words, _words)
_contents = st.builds(Content, _parts.map(tuple), st.lists(st.lists(_buttons, max_size=2).map(tuple)).map(tuple))


@given(_conversations)
def test_a_conversation_comes_back(state: Conversation) -> None:
    assert conversation_from_json(conversation_to_json(state)) == state


@given(_contents, st.sampled_from(Priority), _maybe, st.none() | st.builds(Copy, _words, _words, _words))
def test_a_message_to_send_comes_back(content: Content, priority: Priority, dedupe: str | None, copy: Copy) -> None:
    mail = make_mail(content=content, priority=priority, dedupe=dedupe, copy=copy, target="7", ticket=3)
    assert mail_from_json(mail_to_json(mail)) == mail


@given(_words, st.sampled_from(IncomingKind), _maybe)
def test_what_arrived_comes_back(text: str, kind: IncomingKind, thread: str | None) -> None:
    incoming = make_incoming(text=text, kind=kind, thread=thread, redacted=("cpr", "iban"))
    assert incoming_from_json(incoming_to_json(incoming)) == incoming


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"channel": "telegram"}', "words"])
def test_anything_else_is_refused(text: str) -> None:
    for read in (incoming_from_json, mail_from_json):
        with pytest.raises(ValidationError):
            read(text)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"step": 7}', '{"ticket": "x"}'])
def test_a_broken_conversation_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        conversation_from_json(text)


def test_a_conversation_of_an_earlier_version_gets_the_usual_values() -> None:
    assert conversation_from_json('{"language": "pl"}') == Conversation(language="pl")
