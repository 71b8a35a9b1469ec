"""What the assistant says, as keys, entries and buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.core import desk_replies, replies, ways_out
from bot.core.answer import Kind
from bot.core.conversation import Attachment, Draft, Exchange
from bot.core.entry_replies import entry
from bot.core.model import Answer, Content, Entry, Knowledge, Quote, Ref, Sentence
from tests.core.talk import OFFERED, TODAY, actions, answers, decided, keys, links, quotes
from tests.factories import make_entry, make_knowledge
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWLEDGE = make_knowledge()
WAYS_OUT = ("menu", "p:ask")


def doing(entry: str) -> tuple[str, ...]:
    """What can be done with an answer that is shown in full."""
    return (f"s:{entry}", f"d:{entry}", f"h:y:{entry}", f"h:n:{entry}")


_DOING = doing("cpr")


def with_entries(*entries: Entry) -> Knowledge:
    return replace(KNOWLEDGE, entries={entry.id: entry for entry in entries})


# ---- greeting, languages, menu ---------------------------------------------------------------------------


def test_the_greeting_offers_every_language_and_a_way_on() -> None:
    content = replies.greeting(OFFERED, "112")
    assert keys(content) == ("greeting", "greeting-privacy")
    assert actions(content) == ("l:en", "l:da", "l:pl", *WAYS_OUT)


def test_many_languages_stand_three_in_a_row() -> None:
    content = replies.languages(("en", "da", "pl", "uk", "ar", "de", "fr"))
    assert [len(row) for row in content.rows] == [3, 3, 1]
    assert [row[0].label for row in content.rows] == [Ref("language", code) for code in ("en", "uk", "fr")]


def test_the_menu_shows_topics_with_entries_only() -> None:
    topics = {**KNOWLEDGE.topics, "empty": {"en": "Nothing here"}}
    assert actions(replies.menu(replace(KNOWLEDGE, topics=topics))) == ("t:arrival", "t:business", "p:ask", "lang")


def test_a_topic_shows_its_entries() -> None:
    content = replies.topic(KNOWLEDGE, "arrival")
    assert actions(content) == ("e:cpr", "e:emergency-112", *WAYS_OUT)
    assert content.parts == (Sentence("topic-ask", {"topic": Ref("topic", "arrival")}),)


def test_help_and_unknown_commands_name_every_command() -> None:
    for content in (replies.help_text(), replies.unknown_command("foo")):
        (sentence,) = content.parts
        assert isinstance(sentence, Sentence)
        assert sentence.args["commands"] == " ".join(f"/{name}" for name in replies.COMMANDS)
        assert "/privacy" in str(sentence.args["commands"])


def test_a_long_command_is_not_repeated_whole() -> None:
    (sentence,) = replies.unknown_command("x" * 5000).parts
    assert isinstance(sentence, Sentence)
    assert len(str(sentence.args["command"])) < 40


# ---- answers ---------------------------------------------------------------------------------------------


def test_an_entry_with_links_related_entries_and_ways_out() -> None:
    content = entry(KNOWLEDGE, "cpr", TODAY, "en")
    assert answers(content) == ("cpr",)
    assert links(content) == ("https://law.example/move",)
    assert actions(content) == ("e:business", *_DOING, *WAYS_OUT)


def test_at_most_three_related_entries() -> None:
    others = [make_entry(name, texts=KNOWLEDGE.entries["cpr"].texts) for name in "abcd"]
    knowledge = with_entries(make_entry("cpr", related=tuple("abcd")), *others)
    assert actions(entry(knowledge, "cpr", TODAY, "en")) == ("e:a", "e:b", "e:c", *_DOING, *WAYS_OUT)


def test_an_expired_entry_is_not_given_but_its_source_is() -> None:
    expired = replace(KNOWLEDGE.entries["cpr"], valid_until=date(2026, 11, 23))
    content = entry(with_entries(expired), "cpr", TODAY, "en")
    assert answers(content) == ()
    assert keys(content) == ("expired",)
    assert links(content) == ("https://law.example/move",)
    assert actions(content) == WAYS_OUT


def test_nothing_distracts_from_the_crisis_text() -> None:
    content = replies.crisis(KNOWLEDGE, "emergency-112")
    assert answers(content) == ("emergency-112",)
    assert keys(content) == ()
    assert actions(content) == ("p:ask",)


def test_danger_gets_words_even_without_its_entry() -> None:
    """An entry may have been withdrawn; whoever is in danger still gets the number to call."""
    content = replies.crisis(KNOWLEDGE, "gone")
    assert "112" in make_renderer(KNOWLEDGE).render(content, "en").text


@pytest.mark.parametrize(
    ("decision", "said", "given", "buttons"),
    [
        pytest.param(decided(Kind.ANSWER, "business"), (), ("business",), (*doing("business"), *WAYS_OUT), id="answer"),
        pytest.param(decided(Kind.ANSWER, "gone"), ("none",), (), WAYS_OUT, id="answer that was withdrawn"),
        pytest.param(decided(Kind.CRISIS, "emergency-112"), (), ("emergency-112",), ("p:ask",), id="crisis"),
        pytest.param(decided(Kind.STAFF), ("for-staff",), (), WAYS_OUT, id="staff"),
        pytest.param(decided(Kind.NONE), ("none",), (), WAYS_OUT, id="none"),
        pytest.param(decided(Kind.FLOW, topic="intake"), ("none",), (), WAYS_OUT, id="flow that is not there yet"),
        pytest.param(decided(Kind.OUT_OF_SCOPE), ("out-of-scope",), (), WAYS_OUT, id="out of scope"),
        pytest.param(decided(Kind.SMALLTALK, topic="thanks"), ("smalltalk-thanks",), (), WAYS_OUT, id="small talk"),
        pytest.param(
            decided(Kind.CHOICES, choices=("cpr", "gone", "business")),
            ("choices-ask",),
            (),
            ("e:cpr", "e:business", "none", "p:ask"),
            id="choices, one withdrawn",
        ),
    ],
)
def test_what_is_said_to_a_decision(
    decision: Any, said: tuple[str, ...], given: tuple[str, ...], buttons: tuple[str, ...]
) -> None:
    content = replies.to_decision(KNOWLEDGE, decision, TODAY, "en")
    assert (keys(content), answers(content), actions(content)) == (said, given, buttons)


def test_an_answer_can_be_shown_in_other_forms() -> None:
    whole = KNOWLEDGE.entries["cpr"]
    long = with_entries(
        replace(whole, texts={code: replace(text, answer="word " * 300) for code, text in whole.texts.items()})
    )
    assert entry(long, "cpr", TODAY, "en").parts == (Answer("cpr", "short"),)
    assert "m:cpr" in actions(entry(long, "cpr", TODAY, "en"))
    assert "s:cpr" in actions(entry(long, "cpr", TODAY, "en", "detail"))
    assert "d:cpr" not in actions(entry(long, "cpr", TODAY, "da"))
    beside = entry(KNOWLEDGE, "cpr", TODAY, "pl", "beside")
    assert (beside.parts[0], actions(beside)[0]) == (Answer("cpr", "beside"), "d:business")


def test_two_answers_are_short_and_each_leads_on() -> None:
    both = replies.to_decision(KNOWLEDGE, decided(Kind.ANSWER, "cpr", also="business"), TODAY, "en")
    assert both.parts == (Answer("cpr", "short"), Answer("business", "short"))
    assert actions(both) == ("e:cpr", "e:business", *WAYS_OUT)


# ---- notes about the message -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notes", "wanted"),
    [
        pytest.param(replies.Notes(), ("none",), id="nothing to note"),
        pytest.param(replies.Notes(long=True), ("none", "too-long"), id="long"),
        pytest.param(replies.Notes(redacted=True), ("none", "redacted-notice"), id="a number was removed"),
        pytest.param(replies.Notes(written_in="pl"), ("none", "switch-hint"), id="another language"),
        pytest.param(
            replies.Notes(unsupported=OFFERED),
            ("language-unsupported", "language-unsupported", "none"),
            id="unsupported",
        ),
        pytest.param(
            replies.Notes(long=True, redacted=True, written_in="pl"),
            ("none", "too-long", "redacted-notice", "switch-hint"),
            id="all at once",
        ),
    ],
)
def test_notes(notes: replies.Notes, wanted: tuple[str, ...]) -> None:
    assert keys(replies.with_notes(replies.plain("none"), notes)) == wanted


def test_the_other_language_is_one_button_away() -> None:
    content = replies.with_notes(replies.plain("none", ways_out.WAYS_OUT), replies.Notes(written_in="pl"))
    assert actions(content) == (*WAYS_OUT, "l:pl")


# ---- handing over ----------------------------------------------------------------------------------------


def test_the_preview_shows_all_that_staff_will_see() -> None:
    draft = Draft(
        number=7,
        lines=("first", "second"),
        earlier=(Exchange("before", "cpr"), Exchange("long before")),
        files=(Attachment("photo", "1"), Attachment("voice", "2")),
        entry="business",
    )
    content = replies.preview(KNOWLEDGE, draft, "pl")
    assert keys(content) == (
        "preview-intro",
        "preview-earlier",
        "preview-language",
        "preview-about",
        "preview-files",
        "preview-removed-files",
        "preview-ask",
    )
    assert quotes(content) == ("first", "second", "before", "long before")
    intro = content.parts[0]
    assert isinstance(intro, Sentence)
    assert intro.args == {"department": Ref("department", "trade")}
    assert actions(content) == ("p:send:7", "p:edit:7", "p:cancel:7")


def test_a_plain_preview_says_nothing_of_files_or_earlier_questions() -> None:
    content = replies.preview(KNOWLEDGE, Draft(1, ("hello",)), "pl", intro="for-staff")
    assert keys(content) == ("for-staff", "preview-intro", "preview-language", "preview-removed", "preview-ask")


CONTENTS: dict[str, Callable[[], Content]] = {
    "greeting": lambda: replies.greeting(OFFERED, "112"),
    "languages": lambda: replies.languages(OFFERED),
    "language_set": lambda: replies.language_set("pl"),
    "help": replies.help_text,
    "unknown command": lambda: replies.unknown_command("{x}"),
    "menu": lambda: replies.menu(KNOWLEDGE),
    "topic": lambda: replies.topic(KNOWLEDGE, "business"),
    "entry": lambda: entry(KNOWLEDGE, "cpr", TODAY, "en"),
    "expired": lambda: entry(with_entries(make_entry("cpr", valid_until=date(2020, 1, 1))), "cpr", TODAY, "en"),
    "crisis": lambda: replies.crisis(KNOWLEDGE, "emergency-112"),
    "choices": lambda: replies.to_decision(KNOWLEDGE, decided(Kind.CHOICES, choices=("cpr", "business")), TODAY, "en"),
    "notes": lambda: replies.with_notes(
        replies.plain("none"), replies.Notes(long=True, redacted=True, written_in="da", unsupported=OFFERED)
    ),
    "compose": lambda: replies.compose(3),
    "preview": lambda: replies.preview(KNOWLEDGE, Draft(1, ("{a}", "**b**"), (Exchange("c"),), (), "cpr"), "pl"),
    "handed over": lambda: desk_replies.handed_over(12, None, None),
    "claimed": lambda: desk_replies.claimed(12),
    "staff reply": lambda: desk_replies.staff_reply(12, "trade", Quote("{number} <b>")),
    "staff file": lambda: desk_replies.staff_file(12, "trade"),
    "closed": lambda: desk_replies.closed(12),
    "reopened": lambda: desk_replies.reopened(12),
    "bot again": lambda: replies.bot_again("12"),
    "staff again": lambda: replies.staff_again("12"),
    **{
        f"small talk {topic}": lambda topic=topic: replies.plain(f"smalltalk-{topic}")  # type: ignore[misc]
        for topic in ("greeting", "thanks", "bye", "robot", "howareyou", "insult", "followup")
    },
}


@pytest.mark.parametrize("language", OFFERED)
@pytest.mark.parametrize("name", CONTENTS)
def test_everything_can_be_said_in_every_language(name: str, language: str) -> None:
    rendered = make_renderer(KNOWLEDGE).render(CONTENTS[name](), language)
    assert rendered.text.strip()
    for button in (button for row in rendered.rows for button in row):
        assert button.label.strip()
        assert bool(button.action) != bool(button.url)
        assert len(button.action.encode()) <= 64


@pytest.mark.parametrize("number", [1, 2, 5, 22])
@pytest.mark.parametrize("language", OFFERED)
def test_files_are_counted_as_the_language_counts(language: str, number: int) -> None:
    files = tuple(Attachment("photo", str(at)) for at in range(number))
    content = replies.preview(KNOWLEDGE, Draft(1, ("hello",), files=files), "pl")
    text = make_renderer(KNOWLEDGE).render(content, language).text
    assert str(number) in text or number == 1


def test_the_case_number_is_written_with_its_sign() -> None:
    for content in (desk_replies.handed_over(12, None, None), desk_replies.closed(12), replies.staff_again("12")):
        assert "#12" in make_renderer(KNOWLEDGE).render(content, "pl").text
