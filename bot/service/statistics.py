"""The figures of a span of days, as staff read them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.answer import Kind
from bot.core.model import Content, Ref, Sentence
from bot.store.daily import HANDED_OVER, HELPED, NOT_HELPED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bot.core.model import Argument, Knowledge, Part
    from bot.store.daily import Total
    from bot.store.figures import Cases, Ratings, Spread
    from bot.store.promises import Kept

_ALONE = frozenset({Kind.ANSWER.value, Kind.FLOW.value})
_UNANSWERED = frozenset({Kind.NONE.value, Kind.OUT_OF_SCOPE.value})
_ASKED = frozenset({*_ALONE, *_UNANSWERED, Kind.CHOICES.value, Kind.STAFF.value})
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted from the Danish day `first` to `last`, both included."""

    first: date
    last: date
    totals: Sequence[Total]
    opened: Sequence[Cases]
    closed: Sequence[Cases]
    first_answers: Spread | None
    closings: Spread | None
    promises: Mapping[str, Kept]
    ratings: Ratings


def content(found: Figures, knowledge: Knowledge) -> Content:
    """Returns the figures as whole sentences; what was not counted is left out."""
    days: dict[str, Argument] = {"last": Ref("day", found.last.isoformat())}
    if found.first == found.last:
        title = Sentence("stats-title-day", days, bold=True)
    else:
        title = Sentence("stats-title", days | {"first": Ref("day", found.first.isoformat())}, bold=True)
    parts = [*_questions(found.totals, knowledge), *_cases(found, knowledge), *_times(found)]
    if kept := share(list(found.promises.values())):
        parts.append(Sentence("stats-promises", kept))
    if found.ratings.all:
        args = {"good": _number(found.ratings.good), "all": _number(found.ratings.all)}
        parts.append(Sentence("stats-content", args, tight=bool(kept)))
    return Content((title, *(parts or [Sentence("stats-none")])))


def share(promises: Sequence[Kept]) -> dict[str, Argument]:
    """Returns the arguments `kept`, `all` and `share` of what was promised; none where nothing was."""
    kept, promised = sum(one.kept for one in promises), sum(one.all for one in promises)
    if not promised:
        return {}
    return {"kept": _number(kept), "all": _number(promised), "share": _percent(kept, promised)}


def _questions(totals: Sequence[Total], knowledge: Knowledge) -> list[Part]:
    asked, alone = _sum(totals, _ASKED), _sum(totals, _ALONE)
    handed, good = _sum(totals, {HANDED_OVER}), _sum(totals, {HELPED})
    rated = good + _sum(totals, {NOT_HELPED})
    parts: list[Part] = []
    if asked:
        share_alone: dict[str, Argument] = {"number": _number(alone), "share": _percent(alone, asked)}
        parts += [
            Sentence("stats-asked", {"number": _number(asked)}),
            Sentence("stats-answered", share_alone, tight=True),
            Sentence("stats-choices", {"number": _number(_sum(totals, {Kind.CHOICES.value}))}, tight=True),
            Sentence("stats-unanswered", {"number": _number(_sum(totals, _UNANSWERED))}, tight=True),
        ]
    if asked or handed:
        parts.append(Sentence("stats-handed-over", {"number": _number(handed)}, tight=bool(asked)))
    if rated:
        parts.append(Sentence("stats-helped", {"good": _number(good), "all": _number(rated)}, tight=bool(parts)))
    if asked or handed:
        parts += _lines("stats-languages", _by_language(totals, knowledge))
        parts += _lines("stats-topics", _by_topic(totals, knowledge))
    return parts


def _by_language(totals: Sequence[Total], knowledge: Knowledge) -> list[tuple[Argument, list[Total]]]:
    """The counts of each language, by its name; a language that is no longer known, by its code."""
    codes = {total.language for total in totals}
    return [
        (
            Ref("language", code) if code in knowledge.languages else code,
            [total for total in totals if total.language == code],
        )
        for code in sorted(codes)
    ]


def _by_topic(totals: Sequence[Total], knowledge: Knowledge) -> list[tuple[Argument, list[Total]]]:
    def name(topic: str) -> Argument:
        if not topic:
            return Ref("sentence", "stats-no-topic")
        return Ref("topic", topic) if topic in knowledge.topics else topic

    topics = {total.topic for total in totals}
    return [(name(topic), [total for total in totals if total.topic == topic]) for topic in sorted(topics)]


def _lines(heading: str, groups: list[tuple[Argument, list[Total]]]) -> list[Part]:
    """The groups with most questions, a line each, under a heading."""
    counted = [
        (name, _sum(totals, _ASKED), _sum(totals, _ALONE), _sum(totals, {HANDED_OVER})) for name, totals in groups
    ]
    most = sorted((one for one in counted if one[1] or one[3]), key=lambda one: (-one[1], -one[3]))[:_LISTED]
    lines = [
        Sentence(
            "stats-line",
            {"name": name, "asked": _number(asked), "answered": _number(alone), "handed": _number(handed)},
            tight=True,
        )
        for name, asked, alone, handed in most
    ]
    return [Sentence(heading), *lines] if lines else []


def _cases(found: Figures, knowledge: Knowledge) -> list[Part]:
    opened, closed = _by_department(found.opened), _by_department(found.closed)
    if not opened and not closed:
        return []
    sums: dict[str, Argument] = {"opened": _number(opened.total()), "closed": _number(closed.total())}
    parts: list[Part] = [Sentence("stats-cases", sums)]
    departments = sorted({*opened, *closed}, key=lambda name: (-opened[name], name))
    if len(departments) == 1:
        return parts
    for name in departments[:_LISTED]:
        args: dict[str, Argument] = {
            "department": Ref("department", name) if name in knowledge.departments else name,
            "opened": _number(opened[name]),
            "closed": _number(closed[name]),
        }
        parts.append(Sentence("stats-department", args, tight=True))
    return parts


def _times(found: Figures) -> list[Part]:
    parts: list[Part] = []
    for key, spread in (("stats-first-answers", found.first_answers), ("stats-closings", found.closings)):
        if spread is not None:
            args: dict[str, Argument] = {"median": _lasting(spread.median), "most": _lasting(spread.most)}
            parts.append(Sentence(key, args, tight=bool(parts)))
    return [*parts, Sentence("stats-round-the-clock", tight=True)] if parts else []


def _by_department(cases: Sequence[Cases]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in cases:
        found[one.department] += one.count
    return found


def _sum(totals: Sequence[Total], outcomes: frozenset[str] | set[str]) -> int:
    return sum(total.count for total in totals if total.outcome in outcomes)


def _number(value: int) -> Ref:
    return Ref("number", str(value))


def _percent(part: int, whole: int) -> Ref:
    return Ref("percent", str(round(100 * part / whole)))


def _lasting(ms: int) -> Ref:
    return Ref("lasting", str(ms // 1000))
