"""What the staff phrases must be: the same in every language, with the same blanks, and documents that can be told
apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.content.wording import misfits
from bot.core.staff_phrases import BLANK, blanks_in, spoken
from bot.core.text import fold
from bot.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.content.draft import Draft, Located
    from bot.content.staff_models import StaffWordsFile

FILE = "staff-phrases"
"""The name of the files, without .yaml."""

_BETWEEN = re.compile(r"[,;]")  # stands between documents and between parts, where staff type them


def staff_faults(draft: Draft) -> Iterator[Fault]:
    """Yields the faults of the staff phrases; where there are some, every offered language needs all of them."""
    if draft.unread & {"staff_phrases", "staff_words"} or draft.broken:
        return  # what has no words, or no row, may be what could not be read
    for document in draft.staff_documents.values():
        for word in document.item.also:
            if _BETWEEN.search(word):
                yield document.place.fault(f"also: “{word}” has a comma or semicolon", "also")
    for code in draft.languages:
        if (file := draft.staff_words.get(code)) is not None:
            yield from _language(draft, file, complete=code in draft.offered)
        elif code in draft.offered and (draft.staff_phrases or draft.staff_documents):
            yield Fault(draft.path(code, f"{FILE}.yaml"), "", "the file is missing")


def blank_faults(words: str, wanted: Iterable[str]) -> Iterator[str]:
    """Yields what is wrong with the `words` of a phrase whose blanks are `wanted`, as reasons."""
    used, names = blanks_in(words), tuple(wanted)
    for name in dict.fromkeys(used):
        if name not in names:
            yield f"has an unknown blank {{{name}}}"
        elif used.count(name) > 1:
            yield f"has the blank {{{name}}} twice"
    for name in names:
        if name not in used:
            yield f"lacks the blank {{{name}}}"
    yield from misfits(BLANK.sub("", words))


def _language(draft: Draft, file: Located[StaffWordsFile], *, complete: bool) -> Iterator[Fault]:
    place = file.place
    groups = (
        ("phrases", draft.staff_phrases.keys(), file.item.phrases),
        ("documents", draft.staff_documents.keys(), file.item.documents),
    )
    for group, ids, said in groups:
        for name in ids - said.keys() if complete else ():
            yield place.fault(f"{group}: lacks words for “{name}”", group)
        for name in said.keys() - ids:
            yield place.fault(f"{group}: there is nothing called “{name}”", group, name)
    for name, words in file.item.phrases.items():
        if name in draft.staff_phrases:
            for reason in blank_faults(words, draft.staff_phrases[name].item.blanks):
                yield place.fault(f"phrases: {name}: {reason}", "phrases", name)
    yield from _documents(draft, file)


def _documents(draft: Draft, file: Located[StaffWordsFile]) -> Iterator[Fault]:
    meant: dict[str, str] = {}
    for name, called in file.item.documents.items():
        if _BETWEEN.search(called):
            yield file.place.fault(f"documents: {name}: has a comma or semicolon", "documents", name)
        for word in {fold(word) for word in (*spoken(called), *_also(draft, name))}:
            if meant.setdefault(word, name) != name:
                reason = f"documents: {name}: “{word}” already means {meant[word]}"
                yield file.place.fault(reason, "documents", name)


def _also(draft: Draft, name: str) -> Iterable[str]:
    return draft.staff_documents[name].item.also if name in draft.staff_documents else ()
