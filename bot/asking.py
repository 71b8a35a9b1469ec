"""One question, one reply: what `ask` prints, for a person or line by line for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict

from bot.core import replies
from bot.core.answer import Question, understand
from bot.core.privacy import redact

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from bot.editions import Core

_FALLBACK = "en"


class Reply(TypedDict):
    """What `ask --json` prints: the decision, and the words of the reply in `language`."""

    kind: str
    entry: str | None
    choices: list[str]
    confidence: float
    language: str
    urgent: bool
    text: str


class Asker:
    """Answers single questions without a conversation or a database."""

    def __init__(self, core: Core) -> None:
        """Takes the knowledge, the understanding and the sentences."""
        self._core = core

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that are answered in."""
        return self._core.library.brain.offered

    def ask(self, text: str, *, language: str | None = None, context: tuple[str, ...] = ()) -> Reply:
        """Returns the reply to `text`; `language` is its language where known, `context` what was said before."""
        library = self._core.library
        earlier = tuple(redact(line).text for line in context)
        decision = understand(Question(redact(text).text, language=language, context=earlier), library.brain)
        spoken = decision.language if decision.language in self.languages else _FALLBACK
        content = replies.to_decision(library.knowledge, decision, self._core.clock.today(), spoken)
        strange = decision.language not in self.languages and not decision.urgent  # nothing stands above danger
        unsupported = self.languages if strange else ()
        rendered = self._core.renderer.render(
            replies.with_notes(content, replies.Notes(unsupported=unsupported)), spoken
        )
        return Reply(
            kind=decision.kind.value,
            entry=decision.entry,
            choices=list(decision.choices),
            confidence=round(decision.confidence, 4),
            language=spoken,
            urgent=decision.urgent,
            text=rendered.text,
        )


def stream(asker: Asker, lines: Iterable[bytes], out: TextIO, language: str | None) -> None:
    """Answers JSON lines {"id","text","language"?,"context"?} in order, each as soon as it is read.

    A bad line gives {"id","error"} and the run goes on; an empty line gives nothing.
    """
    for line in lines:
        if line.strip():
            out.write(_json(_answer(asker, line, language)) + "\n")
            out.flush()


def _json(reply: dict[str, object]) -> str:
    """Returns `reply` as it is, or with escapes where half a character cannot be written."""
    text = json.dumps(reply, ensure_ascii=False)
    return text if text.isascii() or text.encode("utf-8", "ignore").decode() == text else json.dumps(reply)


def _answer(asker: Asker, line: bytes, default: str | None) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # bad UTF-8 and JSON, endless numbers and nesting
        return {"id": None, "error": f"not a line of JSON in UTF-8: {error}"}
    if not isinstance(row, dict):
        return {"id": None, "error": "not a JSON object"}
    identity, fault = row.get("id"), _fault(row, asker.languages)
    if fault is not None:
        return {"id": identity, "error": fault}
    reply = asker.ask(row["text"], language=row.get("language") or default, context=tuple(row.get("context") or ()))
    return {"id": identity, **reply}


def _fault(row: dict[str, object], languages: tuple[str, ...]) -> str | None:
    if not isinstance(row.get("text"), str):
        return "text is missing or no string"
    context = row.get("context") or []
    if not isinstance(context, list) or not all(isinstance(item, str) for item in context):
        return "context is no list of strings"
    language = row.get("language")
    if language is not None and language not in languages:
        return f"language is none of {', '.join(languages)}"
    return None
