"""What a resident hears about their case, as message keys; never as sentences. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.model import Answer, Button, Content, Quote, Ref, Sentence
from bot.core.ways_out import MENU, WAYS_OUT

if TYPE_CHECKING:
    from datetime import date

    from bot.core.model import Argument, Part
    from bot.errors import TransitionError

_TO_BOT = Button(Sentence("button-to-bot"), "p:bot")


def _case(number: int) -> dict[str, Argument]:
    return {"number": f"#{number}"}


def _to_staff(number: int) -> Button:
    return Button(Sentence("button-to-staff"), f"p:staff:{number}")


def moment(at: int) -> Ref:
    """The moment `at` (ms since the epoch), to be read as Danish time."""
    return Ref("moment", str(at))


def handed_over(number: int, promised: int | None, back: int | None) -> Content:
    """The question is with staff now; the assistant goes on answering.

    `promised`: by when (ms) an answer is promised; `back`: when staff are at work again, if they are not now.
    """
    return Content((Sentence("handed-over", _case(number)), *_times(promised, back)), ((MENU,),))


def _times(promised: int | None, back: int | None) -> list[Part]:
    parts: list[Part] = []
    if back is not None:
        parts.append(Sentence("staff-away", {"moment": moment(back)}))
    if promised is not None:
        parts.append(Sentence("answer-promised", {"moment": moment(promised)}))
    return parts


def claimed(number: int) -> Content:
    """A person has taken the case."""
    return Content((Sentence("claimed-notice", _case(number)),), ((_TO_BOT,),))


_ELSEWHERE = {"claimed-notice": "claimed-elsewhere", "reopened-notice": "reopened-by-you-notice"}


def elsewhere(content: Content, number: int, other: int | None) -> Content:
    """What is said of case `number` to somebody whose words go to case `other` all the same: it says so.

    None: to a draft that they are about to pass on.
    """
    parts = [
        replace(part, key=_ELSEWHERE.get(part.key, part.key)) if isinstance(part, Sentence) else part
        for part in content.parts
    ]
    button = _to_staff(number)
    rows = content.rows if any(button in row for row in content.rows) else ((button,), *content.rows)
    return Content((*parts, *([] if other is None else [Sentence("staff-again", _case(other))])), rows)


def staff_reply(number: int, department: str, said: Part, *, corrected: bool = False) -> Content:
    """What a member of staff says: their own words, a translated phrase, or an entry. They are known by their role."""
    key = "staff-reply-corrected" if corrected else "staff-reply"
    intro = Sentence(key, {"department": Ref("department", department), **_case(number)})
    return Content((intro, said), ((_to_staff(number), _TO_BOT),))


def staff_words(text: str) -> Part:
    """A member of staff's own words, letter by letter."""
    return Quote(text)


def staff_entry(entry: str) -> Part:
    """The approved text of an entry that a member of staff has chosen."""
    return Answer(entry)


def staff_file(number: int, department: str, text: str = "") -> Content:
    """The words before a file from staff; `text` is what they wrote with it, where it does not stand under the file."""
    said = Sentence("staff-file", {"department": Ref("department", department), **_case(number)})
    return Content((said, Quote(text)) if text else (said,))


def in_place(content: Content) -> Content:
    """Returns a corrected `staff_reply` as the answer it takes the place of."""
    intro, *said = content.parts
    if isinstance(intro, Sentence):
        intro = replace(intro, key="staff-reply")
    return replace(content, parts=(intro, *said))


def under_a_file(content: Content) -> Content:
    """Returns the words of a `staff_reply` alone, as they stand under a file."""
    return Content(content.parts[1:])


def transferred(number: int, department: str, promised: int | None) -> Content:
    """Another department has the case now; `promised`: by when (ms) an answer is promised."""
    said = Sentence("transferred-notice", {"department": Ref("department", department), **_case(number)})
    return Content((said, *_times(promised, None)), ((_to_staff(number), _TO_BOT),))


def closed(number: int, *, idle: bool = False) -> Content:
    """The case is closed, by staff or after a long silence; the assistant answers again. One tap says how it went."""
    key = "closed-idle-notice" if idle else "closed-notice"
    rate = tuple(Button(Sentence(f"button-case-{word}"), f"k:{word}:{number}") for word in ("good", "bad"))
    again = Button(Sentence("button-case-reopen", _case(number)), f"o:reopen:{number}")
    return Content((Sentence(key, _case(number)), Sentence("rate-case-ask")), (rate, (again,), *WAYS_OUT))


def still_needed(number: int, day: date) -> Content:
    """Asks whether the case is done; without an answer it is closed on `day`."""
    keep = Button(Sentence("button-case-keep"), f"k:keep:{number}")
    done = Button(Sentence("button-case-done"), f"k:done:{number}")
    said = Sentence("idle-notice", {"day": Ref("day", day.isoformat()), **_case(number)})
    return Content((said,), ((keep,), (done,)))


def reopened(number: int) -> Content:
    """The case is open again."""
    return Content((Sentence("reopened-notice", _case(number)),), ((_TO_BOT,),))


def refused(refusal: TransitionError) -> Sentence | None:
    """Says to staff why a move was refused; None where nothing is to be said."""
    owner, event, state = (str(refusal.fields[name]) for name in ("owner", "event", "state"))
    if state == "unknown":  # erased this very moment, and the topic with it
        return None
    if state == "known":
        return Sentence("handover-refused")
    if event == "reply" and state in {"closed", "withdrawn"}:
        return Sentence(f"desk-not-sent-{state}")
    if state in {"closed", "withdrawn"}:
        return Sentence("desk-is-withdrawn" if state == "withdrawn" else "desk-closed")
    if event == "reply":
        return Sentence("desk-not-sent-owner", {"name": owner})
    if event == "reopen":
        return Sentence("desk-reopened")
    return Sentence("desk-taken", {"name": owner}) if owner else Sentence("desk-not-taken")
