"""Proposals of staff as files in the format of the knowledge: for an editor, and no part of it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import yaml

from bot.content.models import AskedBy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

NEW_ENTRY = "new-entry"
"""The id of an entry that an editor has yet to name."""

_READ_FIRST = """\
{sign} A person must read every word of this before it goes anywhere: names, addresses, and whatever else points to
{sign} somebody. Programs took out what they recognised, and they miss some."""

_ENTRY_HEAD = """\
# A draft of a new entry, made from a case that staff answered. It is no part of the knowledge.
{read_first}
# Every fact placeholder stands for something that staff typed: make a fact of it, or take it out. The answer may be in
# the language of staff. docs/editing.md tells the rest under “A new entry”.
#
# The block below belongs into entries/{topic}.yaml:
"""

_TEXTS_HEAD = "# And this one into {language}/{topic}.yaml:\n"

_PHRASE_HEAD = """\
// A phrase for {language}/phrases.txt: put it below “# {entry}” there.
{read_first}
"""


def entry_file(
    *,
    topic: str,
    department: str,
    audience: str | None,
    language: str,
    day: date,
    phrases: Sequence[str],
    answers: Sequence[str],
) -> str:
    """Returns the draft of a new entry as two YAML documents: the entry's block, and its texts in `language`.

    `day` is today. `phrases` and `answers` are what the resident asked and staff answered, scrubbed.
    """
    known = {"topic": topic, "entries": [_entry(department, audience, day)]}
    texts = {
        "title": "A title that fits on a button",
        "short": "One or two sentences that answer at once.",
        "answer": "\n\n".join(answers) or "The steps, one a line.",
        "phrases": [" ".join(phrase.split()) for phrase in phrases if phrase.strip()],
        "translated_from": None,
        "approved": None,
    }
    head = _ENTRY_HEAD.format(read_first=_READ_FIRST.format(sign="#"), topic=topic)
    words = _TEXTS_HEAD.format(language=language, topic=topic)
    return f"{head}{_yaml(known)}---\n{words}{_yaml({'topic': topic, 'entries': {NEW_ENTRY: texts}})}"


def _entry(department: str, audience: str | None, day: date) -> dict[str, Any]:
    return {
        "id": NEW_ENTRY,
        "audience": audience if audience in get_args(AskedBy) else "resident",
        "department": department,
        "sources": [],
        "checked": day,
        "review_by": day,
        "valid_until": None,
        "basis": "memory",
        "facts": [],
        "links": [],
        "related": [],
        "to_verify": [],
        "approval": {"state": "draft", "by": None, "on": None},
    }


def phrase_file(entry: str, language: str, phrase: str) -> str:
    """Returns a phrase for `entry` in the format of phrases.txt; line breaks of `phrase` become spaces."""
    head = _PHRASE_HEAD.format(language=language, entry=entry, read_first=_READ_FIRST.format(sign="//"))
    line = " ".join(phrase.split()).lstrip("#/ ")  # signs that begin another kind of line
    return f"{head}# {entry}\n{line}\n"


class _Dumper(yaml.SafeDumper):
    """Writes a value again where it stands twice, as editors do."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _yaml(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return text
