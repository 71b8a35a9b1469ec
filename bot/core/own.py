"""The person's own things: their cases (/mycases) and what is kept of them (/mydata). Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.effects import Erase, Export, Reopen, Say, Withdraw
from bot.core.model import Button, Content, Ref, Sentence
from bot.core.replies import plain
from bot.core.ticket import OPEN
from bot.core.ways_out import MENU, WAYS_OUT

if TYPE_CHECKING:
    from bot.core.conversation import Conversation
    from bot.core.effects import Case, Effect, Step, World
    from bot.core.model import Argument, Part

SHOWN = 5
"""Cases on one list: more would not be read, and their buttons would fill the screen."""

FORMS = {"text": "button-export-text", "json": "button-export-json"}
"""The forms in which a person can have what is kept of them, and the button for each."""

_KEEP = Button(Sentence("button-keep"), "o:keep")


def cases(world: World) -> Content:
    """The newest cases, a few lines and a row of buttons each."""
    if not world.cases:
        return plain("cases-none", WAYS_OUT)
    shown = world.cases[:SHOWN]
    parts: list[Part] = [Sentence("cases-intro")]
    for case in shown:
        parts.extend(_lines(case, world))
    if len(world.cases) > SHOWN:
        parts.append(Sentence("cases-more"))
    return Content(tuple(parts), (*(_row(case) for case in shown), *WAYS_OUT))


def _lines(case: Case, world: World) -> list[Part]:
    """One case; what was withdrawn from the knowledge since is left out or replaced."""
    known = world.knowledge
    department = case.department if case.department in known.departments else known.default_department
    args: dict[str, Argument] = {
        "number": f"#{case.number}",
        "state": Ref("sentence", f"state-{case.state}"),
        "department": Ref("department", department),
        "day": Ref("day", case.opened.isoformat()),
    }
    lines: list[Part] = [Sentence("case-line", args)]
    if case.entry is not None and case.entry in known.entries:
        lines.append(Sentence("card-topic", {"entry": Ref("entry", case.entry)}, tight=True))
    if case.promised is not None and case.state in OPEN:
        lines.append(Sentence("case-promised", {"day": Ref("day", case.promised.isoformat())}, tight=True))
    return lines


def _row(case: Case) -> tuple[Button, ...]:
    number = f"#{case.number}"
    if case.state not in OPEN:
        return (Button(Sentence("button-case-reopen", {"number": number}), f"o:reopen:{case.number}"),)
    return (
        Button(Sentence("button-case-write", {"number": number}), f"p:staff:{case.number}"),
        Button(Sentence("button-case-withdraw", {"number": number}), f"o:withdraw:{case.number}"),
    )


def confirm_withdraw(number: int) -> Content:
    """Asks whether the case is really to be taken back."""
    yes = Button(Sentence("button-withdraw-yes", {"number": f"#{number}"}), f"o:withdraw-yes:{number}")
    return Content((Sentence("withdraw-ask", {"number": f"#{number}"}),), ((yes,), (_KEEP,)))


def data(world: World) -> Content:
    """What is kept of the person, and what they can do about it."""
    parts: list[Part] = [Sentence("data-kept")]
    if world.open_tickets:
        parts.append(Sentence("data-open-cases", {"count": len(world.open_tickets)}))
    parts.append(Sentence("data-ask"))
    export = tuple((Button(Sentence(label), f"o:export:{form}"),) for form, label in FORMS.items())
    return Content(tuple(parts), (*export, (Button(Sentence("button-erase"), "o:erase"),), *WAYS_OUT))


def confirm_erase(world: World) -> Content:
    """Asks whether everything is really to be erased. The answer only counts on the same day."""
    parts: list[Part] = [Sentence("erase-ask")]
    if world.open_tickets:
        parts.append(Sentence("erase-open-cases", {"count": len(world.open_tickets)}))
    yes = Button(Sentence("button-erase-yes"), f"o:erase-yes:{world.today.isoformat()}")
    return Content(tuple(parts), ((yes,), (_KEEP,)))


def full(world: World) -> Content:
    """No more cases can be open at once: those that are, to write to or to take back."""
    still_open = [case for case in world.cases if case.number in world.open_tickets]
    said = Sentence("cases-full", {"count": len(world.open_tickets)})
    return Content((said,), tuple(_row(case) for case in still_open[:SHOWN]))


def is_full(world: World, *, urgent: bool = False) -> bool:
    """Returns whether the person has as many open cases as one may have: twice as many where it is `urgent`."""
    return len(world.open_tickets) >= world.most_open * (2 if urgent else 1)


# ---- told afterwards -------------------------------------------------------------------------------------


def withdrawn(number: int) -> Content:
    """The person has taken the case back."""
    again = Button(Sentence("button-case-reopen", {"number": f"#{number}"}), f"o:reopen:{number}")
    return Content((Sentence("withdrawn-notice", {"number": f"#{number}"}),), ((again,), *WAYS_OUT))


def reopened(number: int) -> Content:
    """The person has opened the case again."""
    write = Button(Sentence("button-to-staff"), f"p:staff:{number}")
    return Content((Sentence("reopened-by-you-notice", {"number": f"#{number}"}),), ((write, MENU),))


def erased() -> Content:
    """The last word: nothing is kept any more, not even this."""
    return plain("erased-notice")


# ---- buttons ---------------------------------------------------------------------------------------------


def button(state: Conversation, argument: str, world: World) -> Step | None:
    """What follows from a button "o:<argument>"; None for one that never existed."""
    verb, _, rest = argument.partition(":")
    match verb:
        case "withdraw" | "withdraw-yes" | "reopen":
            return _case_button(state, verb, rest, world)
        case "keep":
            return state, (_say(state, plain("kept-notice", WAYS_OUT)),)
        case "export" if rest in FORMS:
            return state, (Export(rest, state.language or "en"),)
        case "erase":
            return state, (_say(state, confirm_erase(world)),)
        case "erase-yes":
            return _erase(state, rest, world)
        case _:
            return None


def _case_button(state: Conversation, verb: str, number: str, world: World) -> Step:
    """Only one's own cases, and only what their state allows: a second press finds the button out of use."""
    case = next((case for case in world.cases if str(case.number) == number), None)
    allowed = case is not None and (case.state not in OPEN if verb == "reopen" else case.state in OPEN)
    if case is None or not allowed:
        return state, (_say(state, plain("stale-button", WAYS_OUT)),)
    if verb == "reopen" and is_full(world):
        return state, (_say(state, full(world)),)
    effects: dict[str, Effect] = {
        "withdraw": _say(state, confirm_withdraw(case.number)),
        "withdraw-yes": Withdraw(case.number),
        "reopen": Reopen(case.number),
    }
    # Words for staff must not go to a case that is closed for them.
    left = replace(state, ticket=None) if verb == "withdraw-yes" and state.ticket == case.number else state
    return left, (effects[verb],)


def _erase(state: Conversation, day: str, world: World) -> Step:
    """An old button in the chat must not erase what came since: it asks again."""
    if day != world.today.isoformat():
        return state, (_say(state, confirm_erase(world)),)
    return state, (Erase(state.language or "en"),)


def _say(state: Conversation, content: Content) -> Say:
    return Say(content, state.language or "en")
