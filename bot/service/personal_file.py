"""What is kept of one person in a form for people (text) and for programs (JSON)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.core.model import Content, Quote, Ref, Sentence
from bot.service.days import danish, danish_day, iso
from bot.service.translating import untranslated
from bot.store.codec import content_to_json, conversation_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.core.conversation import Conversation, Draft, Progress
    from bot.core.model import Argument
    from bot.service.ports import Renders
    from bot.store.personal import CaseRecord, Record, Sent

FORMAT = 1
"""The version of the JSON form; it grows when a key changes its name or meaning."""

_SIDES = {"resident": "own-you", "earlier": "own-earlier", "staff": "own-staff", "note": "own-note"}


# ---- for people ------------------------------------------------------------------------------------------


def as_text(record: Record, renderer: Renders, language: str, now: int, *, notes: bool = False) -> str:
    """Returns `record` as a text in `language`; with `notes`, also what staff noted among themselves."""
    return "\n".join(_Text(renderer, language, notes=notes).lines(record, now)) + "\n"


class _Text:
    def __init__(self, renderer: Renders, language: str, *, notes: bool) -> None:
        self._renderer = renderer
        self._language = language
        self._notes = notes

    def lines(self, record: Record, now: int) -> Iterator[str]:
        yield self._say("own-title")
        yield self._say("own-made", day=_day(now), time=f"{danish(now):%H:%M}")
        yield self._say("own-chat", channel=record.channel, chat=record.chat)
        if record.empty:
            yield self._say("own-nothing")
            return
        if record.since is not None:
            yield self._say("own-since", day=_day(record.since))
        yield from self._conversation(record.conversation)
        yield from self._section("own-reminders", (f"{_when(due)}  {about}" for about, due in record.reminders))
        yield from self._section("own-cases", (line for case in record.cases for line in self._case(case)))
        yield from self._section("own-waiting", (line for one in record.waiting for line in _block(one.at, one.text)))
        yield from self._section("own-given", (self._given(entry, at) for entry, _, at in record.given))
        yield from self._section("own-sent", (line for sent in record.sent for line in self._sent(sent)))
        stored = json.dumps(json.loads(conversation_to_json(record.conversation)), ensure_ascii=False, indent=1)
        yield from self._section("own-remembered", [stored])

    def _say(self, key: str, **args: Argument) -> str:
        return self._renderer.render(Content((Sentence(key, args),)), self._language).text

    def _section(self, key: str, lines: Iterable[str]) -> Iterator[str]:
        """A heading and what stands under it; nothing where there is nothing."""
        found = list(lines)
        if found:
            yield from ("", f"== {self._say(key)} ==", *found)

    def _conversation(self, state: Conversation) -> Iterator[str]:
        if state.language is not None:
            yield self._say("own-language", language=Ref("language", state.language))
        yield from self._section("own-questions", (f"- {exchange.text}" for exchange in state.recent if exchange.text))
        yield from self._section("own-draft", self._draft(state.draft) if state.draft else ())
        yield from self._section("own-guides", (line for guide in state.progress for line in self._guide(guide)))

    def _draft(self, draft: Draft) -> Iterator[str]:
        for exchange in draft.earlier:
            yield f"- {exchange.text}"
        for line in draft.lines:
            yield f"- {line}"
        for file in draft.files:
            yield f"- {self._file(file.kind)}"

    def _guide(self, progress: Progress) -> Iterator[str]:
        guide = progress.guide
        yield self._known("own-guide", guide, guide=Ref("guide", guide))
        for question, answer in progress.answers.items():
            asked, given = Ref("ask", f"{guide}/{question}"), Ref("given", f"{guide}/{question}/{answer}")
            yield f"- {self._known('own-answer', f'{question}: {answer}', question=asked, answer=given)}"
        for step in progress.done:
            yield f"- {self._known('own-step', step, step=Ref('step', f'{guide}/{step}'))}"

    def _known(self, key: str, instead: str, **args: Argument) -> str:
        """A sentence about something of the knowledge; what was withdrawn since is shown as it is stored."""
        try:
            return self._say(key, **args)
        except (LookupError, ValueError):
            return instead

    def _case(self, case: CaseRecord) -> Iterator[str]:
        ticket = case.ticket
        state, department = Ref("sentence", f"state-{ticket.state.value}"), ticket.department
        args: dict[str, Argument] = {"number": ticket.number, "state": state, "day": _day(case.opened)}
        yield ""
        yield self._known(
            "case-line", f"{ticket.number} {department}", department=Ref("department", department), **args
        )
        if ticket.entry is not None:
            yield self._known("card-topic", ticket.entry, entry=Ref("entry", ticket.entry))
        if ticket.brief is not None:
            yield self._brief(ticket.brief)
        for at, message in case.messages:
            if message.side != "note" or self._notes:
                words = [message.text] if message.text else []
                words += [self._file(message.attachment)] if message.attachment else []
                yield from _block(at, "\n".join(words), self._say(_SIDES[message.side]))
        hidden = 0 if self._notes else _notes(case)
        if hidden:
            yield self._say("own-notes", count=hidden)
        for at, _, text in case.prepared if self._notes else ():
            yield from _block(at, text, self._say("own-note"))
        yield self._say("own-history")
        for made, due, _, _ in case.promises:
            yield f"- {_when(made)}  {self._say('card-promised', moment=Ref('moment', str(due)))}"
        for at, _, after, _ in case.history:
            yield f"- {_when(at)}  {self._say(f'state-{after}')}"

    def _brief(self, brief: Content) -> str:
        try:
            return self._renderer.render(brief, self._language).text
        except (LookupError, ValueError):
            return content_to_json(brief)

    def _given(self, entry: str, at: int) -> str:
        return f"{_when(at)}  {self._known('card-topic', entry, entry=Ref('entry', entry))}"

    def _sent(self, sent: Sent) -> Iterator[str]:
        """Answers of staff stand in their case already."""
        if sent.mail.ticket_message is None and (text := _words(sent, self._renderer)):
            yield from _block(sent.at, text)

    def _file(self, kind: str) -> str:
        return f"[{self._known(f'file-{kind}', kind)}]"


def _block(at: int, text: str, who: str = "") -> Iterator[str]:
    yield f"{_when(at)}  {who}".rstrip()
    yield from (f"    {line}" for line in text.split("\n"))


def _day(at: int) -> Ref:
    return Ref("day", danish_day(at).isoformat())


def _when(at: int) -> str:
    return f"{danish(at):%Y-%m-%d %H:%M}"


def _notes(case: CaseRecord) -> int:
    return sum(1 for _, message in case.messages if message.side == "note")


def _words(sent: Sent, renderer: Renders) -> str:
    """What a message to the person says: "" for a file; where it is about what is not known any more, the quotes."""
    if sent.mail.content is None:
        return ""
    content = untranslated(sent.mail.content)  # translations are made when a message is sent, and not kept
    try:
        return renderer.render(content, sent.mail.language).text
    except (LookupError, ValueError):
        return "\n".join(part.text for part in content.parts if isinstance(part, Quote))


# ---- for programs ----------------------------------------------------------------------------------------


def as_json(record: Record, renderer: Renders, now: int, *, notes: bool = False) -> str:
    """Returns `record` as JSON with English keys and times in ISO 8601 (UTC); `notes` as in `as_text`."""
    value = {
        "format": FORMAT,
        "made_at": iso(now),
        "channel": record.channel,
        "chat": record.chat,
        "since": iso(record.since) if record.since is not None else None,
        "conversation": json.loads(conversation_to_json(record.conversation)),
        "cases": [_case_value(case, notes=notes) for case in record.cases],
        "waiting": [{"at": iso(one.at), "kind": one.kind.value, "text": one.text} for one in record.waiting],
        "sent": [_sent_value(sent, renderer) for sent in record.sent],
        "reminders": [{"about": about, "due_at": iso(due)} for about, due in record.reminders],
        "given": [{"entry": entry, "language": code, "at": iso(at)} for entry, code, at in record.given],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _case_value(case: CaseRecord, *, notes: bool) -> dict[str, Any]:
    ticket = case.ticket
    return {
        "number": ticket.id,
        "state": ticket.state.value,
        "department": ticket.department,
        "entry": ticket.entry,
        "language": ticket.language,
        "urgent": ticket.urgent,
        "opened_at": iso(case.opened),
        "changed_at": iso(case.changed),
        "brief": json.loads(content_to_json(ticket.brief)) if ticket.brief is not None else None,
        "messages": [
            {
                "at": iso(at),
                "side": message.side,
                "text": message.text,
                "file": message.attachment,
                "delivery": message.delivery,
            }
            for at, message in case.messages
            if notes or message.side != "note"
        ],
        "notes_of_staff": _notes(case),
        "history": [
            {"at": iso(at), "event": event, "state": state, "by": "resident" if actor == "resident" else "staff"}
            for at, event, state, actor in case.history
        ],
        "promises": [
            {
                "made_at": iso(made),
                "due_at": iso(due),
                "settled_at": None if end is None else iso(end),
                "outcome": outcome,
            }
            for made, due, end, outcome in case.promises
        ],
        **(_staff_side(case) if notes else {}),
    }


def _staff_side(case: CaseRecord) -> dict[str, Any]:
    """What the municipality decides about, as others may be spoken of in it."""
    return {
        "prepared_by_staff": [{"at": iso(at), "kind": kind, "text": text} for at, kind, text in case.prepared],
        "staff_topics": [{"channel": channel, "chat": chat, "thread": thread} for channel, chat, thread in case.topics],
    }


def _sent_value(sent: Sent, renderer: Renders) -> dict[str, Any]:
    mail = sent.mail
    return {
        "at": iso(sent.at),
        "state": sent.state,
        "kind": mail.kind,
        "language": mail.language,
        "text": _words(sent, renderer),
    }
