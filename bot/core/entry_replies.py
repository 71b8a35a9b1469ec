"""An entry as it is shown: in which form, with what leads on from it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.core.entry_rules import is_current
from bot.core.guide_replies import guides_of, open_button
from bot.core.model import Answer, Button, Content, Ref, Sentence
from bot.core.text import is_unspaced
from bot.core.ways_out import WAYS_OUT, Rows

if TYPE_CHECKING:
    from datetime import date

    from bot.core.model import Entry, Form, Knowledge

MISSING = ("unclear", "not-mine", "outdated", "detail")
"""What can be missing in an answer, as the last part of a message key."""

_DANISH = "da"
_SCREEN = 740  # characters of an entry that fill a phone's screen, with source, date and owner below
_GUIDES = {
    "arrival-registration": "arrival",
    "business": "company",
    "grants-municipal": "grants",
    "grants-national-eu": "grants",
}  # the guide that leads on from the answers of a topic
_FACT, _ADDRESS = re.compile(r"\{fact:[^}]*\}"), re.compile(r"(?<=\])\([^)]*\)")
_A_FACT = "0" * 7
_PER_HAN = 2.2  # letters that say as much as one Chinese character
_CITIES = "partner-cities"
_RELATED = 3
_FORMS = {"more": "m", "less": "s", "danish": "d"}  # other forms of an answer -> the verb of their button


def entry(knowledge: Knowledge, identity: str, today: date, language: str, form: Form | None = None) -> Content:
    """An entry's answer with links, related entries and what can be done with it; an expired one is not given.

    `form` is that of `bot.core.model.Answer`; None: all of it where it fits a phone's screen, else the short answer.
    """
    known = knowledge.entries[identity]
    if not is_current(known, knowledge, today):
        gone = Sentence("expired", {"entry": Ref("entry", identity)})
        return Content((gone,), (*_links(knowledge, known), *WAYS_OUT))
    form = form or ("full" if _length(known, language) <= _SCREEN else "short")
    if form == "beside":
        return _beside(known)
    rated = tuple(Button(Sentence(f"button-{key}"), f"h:{verb}:{identity}") for key, verb in _VERDICTS)
    rows = (
        *_links(knowledge, known),
        *_onward(knowledge, known),
        *((Button(Ref("entry", other), f"e:{other}"),) for other in known.related[:_RELATED]),
        *_forms(known, form, language),
        rated,
        *WAYS_OUT,
    )
    return Content((Answer(identity, form),), rows)


_VERDICTS = (("helped", "y"), ("not-helped", "n"))


def missing(identity: str) -> Content:
    """Asks what was missing in an answer that did not help."""
    rows = tuple((Button(Sentence(f"missing-{reason}"), f"h:m:{identity}:{reason}"),) for reason in MISSING)
    return Content((Sentence("rate-missing"),), (*rows, *WAYS_OUT))


def _links(knowledge: Knowledge, known: Entry) -> Rows:
    return tuple(
        (Button(Sentence("button-open", {"name": Ref("fact", fact)}), url=str(knowledge.facts[fact].value)),)
        for fact in known.links
    )


def _onward(knowledge: Knowledge, known: Entry) -> Rows:
    """The guide, or the partner cities, to which the entry's topic leads."""
    guide = _GUIDES.get(known.topic)
    if guide in guides_of(knowledge):
        return ((open_button(guide),),)
    if known.topic == _CITIES and knowledge.guides.cities:
        return ((Button(Sentence("button-cities"), "c"),),)
    return ()


def _length(known: Entry, language: str) -> int:
    """About how many characters people read: facts are shorter than their names, addresses are not shown."""
    text = known.texts[language]
    size = sum(len(_FACT.sub(_A_FACT, _ADDRESS.sub("", words))) for words in (text.title, text.short, text.answer))
    return round(size * (_PER_HAN if is_unspaced(text.title) else 1))


def _forms(known: Entry, form: Form, language: str) -> Rows:
    """The other forms in which the answer can be shown."""
    names = ["more" if form == "short" else "less"] if known.texts[language].answer else []
    if language != _DANISH:
        names.append("danish")
    return (tuple(_form(name, known.id) for name in names),) if names else ()


def _form(name: str, identity: str) -> Button:
    return Button(Sentence(f"button-{name}"), f"{_FORMS[name]}:{identity}")


def _beside(known: Entry) -> Content:
    """Both languages for a counter; from there the related entries are shown in both as well."""
    related = tuple((Button(Ref("entry", other), f"d:{other}"),) for other in known.related[:_RELATED])
    return Content(
        (Answer(known.id, "beside"), Sentence("beside-hint")), (*related, (_form("less", known.id),), *WAYS_OUT)
    )
