"""What <language>/answers.yaml must be: words for guides, questions and options that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.guides import AskType
from bot.core.text import tokens
from bot.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.content.draft import Draft, Located
    from bot.content.guide_models import AnswersFile, AskRow
    from bot.content.reading import Key

_MAX_NUMBER = 100_000


def answer_faults(draft: Draft) -> Iterator[Fault]:
    """Yields the faults of each language's answers.yaml; where there are guides, an offered language needs one."""
    if draft.unread & {"questions", "checklists", "answers"} or draft.broken:
        return  # what has no question may be what could not be read
    guides = _guides(draft)
    for code in draft.languages:
        if (file := draft.answers.get(code)) is not None:
            yield from _file(file, guides)
        elif code in draft.offered and any(guides.values()):
            yield Fault(draft.path(code, "answers.yaml"), "", "the file is missing")


def _guides(draft: Draft) -> Mapping[str, Mapping[str, AskRow]]:
    """Returns guide -> question -> its row."""
    found = {name: {row.id: row for row in file.item.questions} for name, file in draft.checklists.items()}
    return {"grants": {name: row.item for name, row in draft.questions.items()}, **found}


def _file(file: Located[AnswersFile], guides: Mapping[str, Mapping[str, AskRow]]) -> Iterator[Fault]:
    answers, place = file.item, file.place
    for word, value in answers.numbers.items():
        if not 0 <= value <= _MAX_NUMBER:
            yield place.fault(f"numbers: “{word}” is {value}, not from 0 to {_MAX_NUMBER}", "numbers", word)
    yield from _choices(file, guides)
    yield from _measures(file, guides)
    for keys, words in _lists(answers):
        for word in words:
            if not tokens(word):
                yield place.fault(f"“{word}” has no letters or digits", *keys)


def _choices(file: Located[AnswersFile], guides: Mapping[str, Mapping[str, AskRow]]) -> Iterator[Fault]:
    place = file.place
    for guide, questions in file.item.choices.items():
        for name, options in questions.items():
            row = guides.get(guide, {}).get(name)
            keys: tuple[Key, ...] = ("choices", guide, name)
            if row is None or row.type is not AskType.CHOICE:
                yield place.fault(f"choices: there is no choice “{name}” in “{guide}”", *keys)
                continue
            for option in sorted(options.keys() - set(row.options)):
                yield place.fault(f"choices: “{option}” is no option of {guide}: {name}", *keys, option)


def _measures(file: Located[AnswersFile], guides: Mapping[str, Mapping[str, AskRow]]) -> Iterator[Fault]:
    for guide, measures in file.item.measures.items():
        for name in measures:
            row = guides.get(guide, {}).get(name)
            if row is None or row.type is not AskType.NUMBER:
                reason = f"measures: there is no number “{name}” in “{guide}”"
                yield file.place.fault(reason, "measures", guide, name)


def _lists(answers: AnswersFile) -> Iterator[tuple[tuple[Key, ...], Sequence[str]]]:
    for name in ("yes", "no", "unknown"):
        yield (name,), getattr(answers, name)
    for control, words in answers.controls.items():
        yield ("controls", control), words
    for guide, questions in answers.choices.items():
        for name, options in questions.items():
            for option, words in options.items():
                yield ("choices", guide, name, option), words
    for guide, measures in answers.measures.items():
        for name, words in measures.items():
            yield ("measures", guide, name), words
