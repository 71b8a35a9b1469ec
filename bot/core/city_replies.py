"""What is said of the partner cities and networks: how each stands, and what it offers to whom. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.entry_rules import BASIS_KEYS, weakest
from bot.core.guide_replies import GRANTS, open_button
from bot.core.model import Button, Content, Line, Part, Ref, Sentence
from bot.core.ways_out import ASK, WAYS_OUT

if TYPE_CHECKING:
    from bot.core.guides import City
    from bot.core.model import Knowledge

_STATUSES = ("current", "unclear", "ended")
_EVENTS = 4  # the latest ones are shown
_GRANTS_SHOWN = 3


def cities(knowledge: Knowledge) -> Content:
    """All partner cities and networks, those that are current first."""
    found = sorted(knowledge.guides.cities.values(), key=lambda city: _STATUSES.index(city.status))
    rows = tuple((Button(Ref("entry", city.entry), f"c:{city.id}"),) for city in found)
    return Content((Sentence("cities-ask"),), (*rows, *WAYS_OUT))


def city(knowledge: Knowledge, name: str) -> Content:
    """One partner city: how the partnership stands, what happened, what it offers to whom, and whom to ask."""
    known = knowledge.guides.cities[name]
    parts: list[Part] = [Line(Ref("entry", known.entry), bold=True), Sentence(f"city-{known.status}", tight=True)]
    if known.history:
        parts.append(Sentence("city-history"))
        parts += [
            Sentence(
                "city-event", {"when": Ref("when", event.when), "event": Ref("event", f"{name}/{event.id}")}, tight=True
            )
            for event in known.history[-_EVENTS:]
        ]
    parts.append(Sentence("city-whom", {"department": Ref("department", known.department)}))
    audiences = list(dict.fromkeys(offer.audience for offer in known.offers))
    rows = tuple((Button(Sentence(f"audience-{audience}"), f"c:{name}:{audience}"),) for audience in audiences)
    if audiences:
        parts.append(Sentence("city-for-whom"))
    return Content(tuple(parts), (*rows, (Button(Sentence("button-more"), f"e:{known.entry}"),), _back_to_cities()))


def _back_to_cities() -> tuple[Button, ...]:
    return (Button(Sentence("button-cities"), "c"), ASK)


def city_offers(knowledge: Knowledge, name: str, audience: str) -> Content:
    """What a partner city offers one audience, and the grants that may pay."""
    known = knowledge.guides.cities[name]
    offers = [offer for offer in known.offers if offer.audience == audience]
    parts: list[Part] = [Line(Ref("entry", known.entry), bold=True), Sentence(f"audience-{audience}", tight=True)]
    parts += [Line(Ref("offer", f"{name}/{offer.id}"), "•") for offer in offers]
    grants = list(dict.fromkeys(grant for offer in offers for grant in offer.grants))
    if grants:
        parts.append(Sentence("city-grants", {"names": Ref("grants", ",".join(grants))}))
    parts.append(Sentence(BASIS_KEYS[weakest(offer.basis for offer in offers)]))
    rows = [(Button(Ref("grant", grant), f"g:{GRANTS}:d:{grant}"),) for grant in grants[:_GRANTS_SHOWN]]
    if grants:
        rows.append((open_button(GRANTS),))
    return Content(tuple(parts), (*rows, (Button(Ref("entry", known.entry), f"c:{name}"),), _back_to_cities()))


def audiences_of(known: City) -> frozenset[str]:
    """Returns the audiences that a partner city offers something."""
    return frozenset(offer.audience for offer in known.offers)
