"""Values with sensible defaults, a clock, a channel that records, and a small knowledge base built by hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.core.guides import Guides
from bot.core.mail import Delivered, Mail, Priority, Rates
from bot.core.model import (
    Basis,
    Content,
    Department,
    Entry,
    EntryText,
    Fact,
    FactType,
    Incoming,
    IncomingKind,
    Knowledge,
    Language,
    Quote,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.core.mail import OutboxItem, Outcome
    from bot.service.brain import Loaded

CHANNEL = "telegram"
START = 1_795_500_000_000
"""24 November 2026, early morning in Denmark, in ms."""

SECOND, MINUTE, DAY = 1_000, 60_000, 24 * 3600 * 1000

_numbers = count(1)
_DENMARK = ZoneInfo("Europe/Copenhagen")


@dataclass
class FakeClock:
    """Time that only moves when told to; satisfies `bot.service.ports.Clock`."""

    at: int = START

    def now(self) -> int:
        return self.at

    def today(self) -> date:
        return datetime.fromtimestamp(self.at / 1000, _DENMARK).date()

    def advance(self, ms: int) -> None:
        self.at += ms


# ---- what arrives and what goes out ----------------------------------------------------------------------


def make_incoming(**fields: Any) -> Incoming:
    """A text of a resident in the chat 100, with an update id of its own."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "channel": CHANNEL,
        "update_id": f"bot:{number}",
        "chat": "100",
        "sender": "100",
        "kind": IncomingKind.TEXT,
        "at": START,
        "text": f"message {number}",
        "message_id": str(number),
    }
    return Incoming(**usual | fields)


def make_mail(text: str = "hello", **fields: Any) -> Mail:
    """A reply to the resident in the chat 100; the lane follows the chat unless it is given."""
    usual: dict[str, Any] = {
        "channel": CHANNEL,
        "chat": "100",
        "kind": "say",
        "language": "en",
        "priority": Priority.REPLY,
        "content": Content((Quote(text),)),
    }
    usual |= fields
    usual.setdefault("lane", f"{usual['channel']}:{usual['chat']}")
    return Mail(**usual)


def words(mail: Mail) -> str:
    """The quoted words of a mail."""
    parts = mail.content.parts if mail.content else ()
    return "\n".join(part.text for part in parts if isinstance(part, Quote))


@dataclass
class RecordingChannel:
    """Takes every message and answers as told: `script` maps a chat to the outcomes (or errors) of its next tries."""

    script: dict[str, list[Outcome | Exception]] = field(default_factory=lambda: defaultdict(list))
    limits: Rates = field(default_factory=Rates)
    tried: list[OutboxItem] = field(default_factory=list)

    def rates(self, _chat: str) -> Rates:
        return self.limits

    async def deliver(self, item: OutboxItem) -> Outcome:
        self.tried.append(item)
        planned = self.script.get(item.mail.chat)
        outcome = planned.pop(0) if planned else Delivered(f"sent-{item.seq}")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def said(self, chat: str | None = None) -> list[str]:
        """The words of every try, in order."""
        return [words(item.mail) for item in self.tried if chat in {None, item.mail.chat}]


# ---- knowledge -------------------------------------------------------------------------------------------

_CHECKED = date(2026, 11, 1)
_LANGUAGES = (
    Language("en", "English", "ltr", "en_GB"),
    Language("da", "Dansk", "ltr", "da_DK"),
    Language("pl", "Polski", "ltr", "pl_PL"),
)
ARABIC = Language("ar", "العربية", "rtl", "ar", offered=False)

_TEXTS = {
    "cpr": {
        "en": ("How do I get a CPR number?", "Register within {fact:limit}.", "cpr number registration get"),
        "da": ("Hvordan får jeg et CPR-nummer?", "Tilmeld dig inden {fact:limit}.", "cpr nummer tilmelding få"),
        "pl": ("Jak dostać numer CPR?", "Zarejestruj się w ciągu {fact:limit}.", "numer cpr rejestracja dostać"),
    },
    "business": {
        "en": ("Opening a company", "It costs {fact:fee}.", "open start company business restaurant"),
        "da": ("At åbne en virksomhed", "Det koster {fact:fee}.", "åbne starte virksomhed firma restaurant"),
        "pl": ("Otwarcie firmy", "To kosztuje {fact:fee}.", "otworzyć założyć firmę biznes restauracja"),
    },
    "emergency-112": {
        "en": ("Call {fact:emergency-number}", "Call **{fact:emergency-number}** now.", "emergency police ambulance"),
        "da": ("Ring {fact:emergency-number}", "Ring **{fact:emergency-number}** nu.", "nødsituation politi ambulance"),
        "pl": ("Zadzwoń {fact:emergency-number}", "Zadzwoń **{fact:emergency-number}**.", "policja karetka pożar"),
    },
}
_STAFF = {
    "en": ("i want to talk to a person", "can i speak with a human", "connect me to staff please"),
    "da": ("jeg vil tale med et menneske", "kan jeg tale med en medarbejder", "giv mig en person"),
    "pl": ("chcę rozmawiać z człowiekiem", "połącz mnie z pracownikiem", "czy mogę rozmawiać z osobą"),
}
_OUTSIDE = {
    "en": ("what will the weather be tomorrow", "write a poem about cats", "who won the football match"),
    "da": ("hvordan bliver vejret i morgen", "skriv et digt om katte", "hvem vandt fodboldkampen"),
    "pl": ("jaka będzie jutro pogoda", "napisz wiersz o kotach", "kto wygrał mecz piłki nożnej"),
}
_DANGER = {"en": "kill myself", "da": "slå mig selv ihjel", "pl": "się zabić"}


def make_fact(name: str, kind: FactType, value: object, **fields: Any) -> Fact:
    usual: dict[str, Any] = {
        "unit": None,
        "names": {},
        "source": "law",
        "basis": Basis.READ,
        "checked": _CHECKED,
        "valid_until": None,
    }
    return Fact(id=name, type=kind, value=value, **usual | fields)  # type: ignore[arg-type]


def _entry_texts(name: str) -> Mapping[str, EntryText]:
    texts = {}
    for code, (title, short, typed) in _TEXTS[name].items():
        phrases = (title, typed, *typed.split())
        texts[code] = EntryText(title, short, "1. First.\n2. Then.", phrases, None, outdated=False)
    return texts


def make_entry(name: str, **fields: Any) -> Entry:
    usual: dict[str, Any] = {
        "topic": "arrival",
        "audience": "newcomer",
        "department": "citizens",
        "sources": ("law",),
        "checked": _CHECKED,
        "review_by": date(2027, 5, 1),
        "valid_until": None,
        "basis": Basis.READ,
        "strategy": False,
        "urgent": False,
        "facts": (),
        "links": (),
        "related": (),
        "to_verify": (),
    }
    usual |= fields
    return Entry(id=name, texts=usual.pop("texts", None) or _entry_texts(name), **usual)


def _names(name: str) -> Mapping[str, str]:
    return {code: f"{name} {code}" for code in ("en", "da", "pl", "ar")}


def _entries() -> Sequence[Entry]:
    return (
        make_entry("cpr", facts=("limit", "law-page"), links=("law-page",), related=("business",)),
        make_entry("business", topic="business", department="trade", facts=("fee",), sources=("law", "paper")),
        make_entry("emergency-112", facts=("emergency-number",), urgent=True, sources=()),
    )


def make_knowledge(*, arabic: bool = False, **fields: Any) -> Knowledge:
    """Three entries in English, Danish and Polish; with `arabic`, the texts stand in a right-to-left language too."""
    languages = (*_LANGUAGES, ARABIC) if arabic else _LANGUAGES
    facts = (
        make_fact("limit", FactType.DURATION, 5, unit="day"),
        make_fact("fee", FactType.MONEY, 1200),
        make_fact("emergency-number", FactType.PHONE, "112"),
        make_fact("law-page", FactType.URL, "https://law.example/move", names=_names("The law")),
    )
    entries = [
        replace(entry, texts={**entry.texts, "ar": entry.texts["en"]}) if arabic else entry for entry in _entries()
    ]
    danger = {
        code: {"categories": {"suicide": {"entry": "emergency-112", "rules": [rule]}}} for code, rule in _DANGER.items()
    }
    usual: dict[str, Any] = {
        "version": "test",
        "languages": {language.code: language for language in languages},
        "source_language": "en",
        "sources": {
            "law": Source("law", "The State", "https://law.example", read=True, copy=None),
            "paper": Source("paper", "The Archive", None, read=False, copy=None),
        },
        "facts": {fact.id: fact for fact in facts},
        "departments": {name: Department(name, _names(name)) for name in ("citizens", "trade")},
        "default_department": "citizens",
        "topics": {name: _names(name) for name in ("arrival", "business")},
        "entries": {entry.id: entry for entry in entries},
        "terms": (),
        "kinds": {code: {"@staff": _STAFF[code], "@out_of_scope": _OUTSIDE[code]} for code in _STAFF},
        "crisis": danger,
        "thresholds": {},
        "lexicon": {},
        "guides": Guides({}, {}, {}, {}),
    }
    return Knowledge(**usual | fields)


def make_library(knowledge: Knowledge | None = None) -> Loaded:
    """The small knowledge base and its understanding, without a library's view of languages."""
    from bot.service.brain import Loaded, build_brain  # takes a second to import, and few tests need it

    known = knowledge or make_knowledge()
    return Loaded(known, build_brain(known, lambda _text: {}))
