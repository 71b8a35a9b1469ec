"""What the assistant says, as message keys, entry ids and button ids; never as sentences. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core.answer import Kind
from bot.core.entry_replies import entry
from bot.core.guide_replies import brief, guides_of, open_button
from bot.core.model import Answer, Button, Content, Quote, Ref, Sentence
from bot.core.routing import department_of, recipient
from bot.core.ways_out import ASK, MENU, WAYS_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.core.answer import Decision
    from bot.core.conversation import Draft
    from bot.core.model import Argument, Knowledge, Part

COMMANDS = (
    *("menu", "arrival", "grants", "company", "cities", "mycases", "mydata"),
    *("language", "staff", "help", "privacy"),
)
"""The residents' commands, in the order in which they are shown."""

_LANGUAGE = Button(Sentence("button-language"), "lang")

_DANISH = "da"


def _sentence(key: str, **args: Argument) -> Sentence:
    return Sentence(key, args)


def _case(number: str) -> str:
    return f"#{number}"


def _commands() -> str:
    return " ".join(f"/{name}" for name in COMMANDS)


def plain(key: str, rows: tuple[tuple[Button, ...], ...] = ()) -> Content:
    """One sentence, with button rows."""
    return Content((Sentence(key),), rows)


def greeting(offered: Sequence[str], number: str) -> Content:
    """The first words, with every language as a button; `number` is the emergency number."""
    hello = (Sentence("greeting"), _sentence("greeting-privacy", number=number))
    return Content(hello, (*_language_rows(offered), *WAYS_OUT))


def _language_rows(offered: Sequence[str]) -> tuple[tuple[Button, ...], ...]:
    buttons = [Button(Ref("language", code), f"l:{code}") for code in offered]
    return tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3))


def languages(offered: Sequence[str]) -> Content:
    """The choice of language."""
    return Content((Sentence("language-ask"),), _language_rows(offered))


def language_set(code: str) -> Content:
    """The chosen language is confirmed in that language."""
    return Content((_sentence("language-set", language=Ref("language", code)),), WAYS_OUT)


def help_text() -> Content:
    """What the assistant does and which commands there are."""
    return Content((_sentence("help", commands=_commands()),), ((MENU, ASK), (_LANGUAGE,)))


def unknown_command(name: str) -> Content:
    """A command that does not exist: say so and list those that do."""
    known = _sentence("unknown-command", command=f"/{name[:32]}", commands=_commands())
    return Content((known,), WAYS_OUT)


def menu(knowledge: Knowledge) -> Content:
    """The guides, and all topics that have entries."""
    used = {entry.topic for entry in knowledge.entries.values()}
    guides = [(open_button(guide),) for guide in guides_of(knowledge)]
    cities = [(Button(Sentence("button-cities"), "c"),)] if knowledge.guides.cities else []
    rows = tuple((Button(Ref("topic", topic), f"t:{topic}"),) for topic in knowledge.topics if topic in used)
    return Content((Sentence("menu-ask"),), (*guides, *cities, *rows, (ASK, _LANGUAGE)))


def topic(knowledge: Knowledge, identity: str) -> Content:
    """The entries of one topic."""
    rows = tuple(_entry_row(entry.id) for entry in knowledge.entries.values() if entry.topic == identity)
    return Content((_sentence("topic-ask", topic=Ref("topic", identity)),), (*rows, *WAYS_OUT))


def _entry_row(entry: str) -> tuple[Button, ...]:
    return (Button(Ref("entry", entry), f"e:{entry}"),)


def emergency_number(knowledge: Knowledge) -> str:
    """The number to call in danger."""
    fact = knowledge.facts.get("emergency-number")
    return str(fact.value) if fact else "112"


def crisis(knowledge: Knowledge, identity: str) -> Content:
    """The fixed text for danger; nothing else distracts from it. An entry that was withdrawn leaves the number."""
    if identity not in knowledge.entries:
        return Content((_sentence("greeting-privacy", number=emergency_number(knowledge)),), ((ASK,),))
    return Content((Answer(identity),), ((ASK,),))


def to_decision(knowledge: Knowledge, decision: Decision, today: date, language: str) -> Content:
    """What is said to a message of which `decision` was made, outside any dialogue."""
    if decision.kind == Kind.CRISIS:
        return crisis(knowledge, decision.entry or "")
    if decision.kind == Kind.ANSWER and decision.entry is not None and decision.entry in knowledge.entries:
        if decision.also is None or decision.also not in knowledge.entries:
            return entry(knowledge, decision.entry, today, language)
        return _both([entry(knowledge, name, today, language, "short") for name in (decision.entry, decision.also)])
    if decision.kind == Kind.STAFF:
        return plain("for-staff", WAYS_OUT)
    return unsure(knowledge, decision)


def _both(answers: Sequence[Content]) -> Content:
    """The short answers to two questions, one after the other, each with the way to all of it."""
    parts = tuple(part for content in answers for part in content.parts)
    rows = tuple(_entry_row(part.entry) for part in parts if isinstance(part, Answer))
    return Content(parts, (*rows, *WAYS_OUT))


def unsure(knowledge: Knowledge, decision: Decision) -> Content:
    """What is said when no single entry answers: choices, small talk, outside our work, or nothing known."""
    if decision.kind == Kind.CHOICES:
        rows = tuple(_entry_row(choice) for choice in decision.choices if choice in knowledge.entries)
        none = (Button(Sentence("button-none"), "none"), ASK)
        return Content((Sentence("choices-ask"),), (*rows, none))
    if decision.kind == Kind.SMALLTALK:
        return plain(f"smalltalk-{decision.topic}", WAYS_OUT)
    key = "out-of-scope" if decision.kind == Kind.OUT_OF_SCOPE else "none"
    return plain(key, WAYS_OUT)


@dataclass(frozen=True, slots=True)
class Notes:
    """What is worth saying about the message itself.

    `written_in`: another offered language than the reply's; `unsupported`: the offered languages, when the message
    is in none of them; `changed`: the reply is in another language than the one before.
    """

    long: bool = False
    redacted: bool = False
    written_in: str | None = None
    unsupported: tuple[str, ...] = ()
    changed: bool = False


def unsupported(offered: Sequence[str]) -> Content:
    """Says in English and Danish which languages are spoken; each is a button."""
    names = {"languages": Ref("languages", ",".join(offered))}
    parts = tuple(Sentence("language-unsupported", names, language=code) for code in ("en", _DANISH))
    return Content(parts, (*_language_rows(offered), *WAYS_OUT))


def with_notes(content: Content, notes: Notes) -> Content:
    """Adds `notes` to what is said."""
    parts, rows = list(content.parts), content.rows
    if notes.unsupported:
        parts[:0] = unsupported(notes.unsupported).parts
    if notes.long:
        parts.append(Sentence("too-long"))
    if notes.redacted:
        parts.append(Sentence("redacted-notice"))
    if notes.written_in is not None:
        name = Ref("language", notes.written_in)
        parts.append(_sentence("switch-hint", language=name))
        rows = (*rows, (Button(_sentence("button-switch", language=name), f"l:{notes.written_in}"),))
    elif notes.changed or notes.unsupported:
        rows = (*rows, (Button(Sentence("button-wrong-language"), "lang"),))
    return replace(content, parts=tuple(parts), rows=rows)


# ---- handing over ----------------------------------------------------------------------------------------


def compose(draft: int) -> Content:
    """Asks what is to be passed on."""
    return Content((Sentence("compose-ask"),), ((Button(Sentence("button-cancel"), f"p:cancel:{draft}"),),))


def preview(
    knowledge: Knowledge, draft: Draft, language: str, *, served: Sequence[str] = (), intro: str | None = None
) -> Content:
    """Exactly what staff will see, and the question whether the person agrees.

    `language` is the person's; `served` are the departments with a staff group of their own.
    """
    department = Ref("department", recipient(department_of(draft, knowledge, language), knowledge, served))
    parts: list[Part] = [Sentence(intro)] if intro else []
    parts.append(_sentence("preview-intro", department=department))
    if draft.guide is not None:
        parts.extend(brief(knowledge, draft.guide, draft.answers))
    parts.extend(Quote(line) for line in draft.lines)
    if draft.earlier:
        parts.append(Sentence("preview-earlier"))
        parts.extend(Quote(exchange.text) for exchange in draft.earlier)
    parts.append(_sentence("preview-language", language=Ref("language", language)))
    if draft.entry is not None and draft.entry in knowledge.entries:
        parts.append(Sentence("preview-about", {"entry": Ref("entry", draft.entry)}, tight=True))
    if draft.urgent:
        parts.append(Sentence("preview-urgent", tight=True))
    if draft.files:
        parts.append(_sentence("preview-files", count=len(draft.files)))
    parts += [Sentence("preview-removed-files" if draft.files else "preview-removed"), Sentence("preview-ask")]
    return Content(tuple(parts), _consent(draft.number))


def _consent(number: int) -> tuple[tuple[Button, ...], ...]:
    rewrite = Button(Sentence("button-rewrite"), f"p:edit:{number}")
    cancel = Button(Sentence("button-cancel"), f"p:cancel:{number}")
    return ((Button(Sentence("button-send"), f"p:send:{number}"),), (rewrite, cancel))


def still_with_staff(content: Content, number: str) -> Content:
    """Adds that what is written goes to staff."""
    return replace(content, parts=(*content.parts, _sentence("staff-again", number=_case(number))))


def bot_again(number: str) -> Content:
    """The assistant answers while the case stays open."""
    to_staff = Button(Sentence("button-to-staff"), f"p:staff:{number}")
    return Content((_sentence("bot-again", number=_case(number)),), ((MENU, to_staff),))


def staff_again(number: str) -> Content:
    """What is written goes to staff again."""
    to_bot = Button(Sentence("button-to-bot"), "p:bot")
    return Content((_sentence("staff-again", number=_case(number)),), ((to_bot,),))
