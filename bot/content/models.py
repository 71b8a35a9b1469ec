"""The file formats of the knowledge base, as pydantic models; editors' JSON Schemas come from the same models."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.core.model import Basis


def _in_order(hours: str) -> str:
    opening, closing = hours.split("-")
    if closing <= opening:
        raise ValueError("must close after it opens")
    return hours


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Line = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S([^\n]*\S)?$")]
Words = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
Opening = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"), AfterValidator(_in_order)
]
Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Day = Annotated[date, Field(description="a day, as YYYY-MM-DD")]
BasisName = Annotated[Basis, Field(strict=False)]


class Strict(BaseModel):
    """Nothing unknown, nothing converted."""

    # Built when first used: a start finds the knowledge read already.
    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True)


# ---- languages.yaml, departments.yaml, sources.yaml ------------------------------------------------------


class LanguageRow(Strict):
    """A language of the assistant."""

    code: Code = Field(description="BCP 47 code; also the name of the language's folder")
    name: Line = Field(description="the language's name in itself")
    direction: Literal["ltr", "rtl"] = Field(description="writing direction")
    locale: Line = Field(description="CLDR locale for dates and numbers, such as en_GB")
    flag: str = Field("", description="sign shown beside the name")
    status: Literal["offered", "preparing"] = Field(description="offered: every entry must exist in it")


class LanguagesFile(Strict):
    """languages.yaml: what the assistant speaks."""

    source: Code = Field(description="the language that the others are translated from")
    core: list[Id] = Field(description="entries that a language must have before it is offered")
    languages: list[LanguageRow] = Field(min_length=1, description="in the order in which people see them")


_HOURS = Field(None, description="as 10:00-15:00")


class OpeningHours(Strict):
    """When a department works, by weekday, as HH:MM-HH:MM in Danish time; a day left out is a day off."""

    monday: Opening | None = _HOURS
    tuesday: Opening | None = _HOURS
    wednesday: Opening | None = _HOURS
    thursday: Opening | None = _HOURS
    friday: Opening | None = _HOURS
    saturday: Opening | None = _HOURS
    sunday: Opening | None = _HOURS


AskedBy = Literal["newcomer", "resident", "company", "association", "school", "employee"]
"""Who asks a question."""


class DepartmentRow(Strict):
    """A department that takes questions; its names stand in <language>/names.yaml."""

    id: Id = Field(description="kebab-case id")
    hours: OpeningHours | None = Field(description="working hours; null while the municipality has not given them")
    promise_hours: Annotated[int, Field(gt=0)] | None = Field(
        description="promised time to an answer, in working hours; null while nothing is promised"
    )
    to_verify: list[Line] = Field(
        default_factory=list, description="what the municipality must say about it, in Danish"
    )


class ClosingDaysRow(Strict):
    """Days on which departments are closed though they are no public holidays: one `day`, or `first` to `last`."""

    day: Day | None = Field(None, description="the day, if it is one")
    first: Day | None = Field(None, description="the first of several days")
    last: Day | None = Field(None, description="the last of several days")
    reason: Line = Field(description="why, for editors, in Danish")
    departments: list[Id] = Field(default_factory=list, description="who is closed; everybody if it is left out")

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last of the days. Raises ValueError if they are not told in one of the two ways."""
        if self.day is not None and self.first is None and self.last is None:
            return self.day, self.day
        if self.day is None and self.first is not None and self.last is not None and self.first <= self.last:
            return self.first, self.last
        raise ValueError("day: must be one day, or instead of it first and last, the earlier one first")

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        _ = self.span
        return self


class RouteRow(Strict):
    """Which department takes a question, whatever its entry says. The first route that fits counts."""

    department: Id = Field(description="who takes it")
    topic: Id | None = Field(None, description="only questions about this topic")
    audience: AskedBy | None = Field(None, description="only questions of these people")
    language: str | None = Field(None, description="only questions in this language")
    urgent: bool | None = Field(None, description="only urgent questions (true), or only others (false)")


class DepartmentsFile(Strict):
    """departments.yaml: who takes which questions."""

    default: Id = Field(description="the department for questions without an entry")
    departments: list[DepartmentRow] = Field(min_length=1, description="every department that takes questions")
    closing_days: list[ClosingDaysRow] = Field(
        default_factory=list, description="days off beside the public holidays, which need not be written"
    )
    routes: list[RouteRow] = Field(
        default_factory=list, description="who takes a question, where that is not the department of its entry"
    )


class SourceRow(Strict):
    """Where knowledge comes from."""

    id: Id = Field(description="kebab-case id")
    publisher: Line = Field(description="who publishes the page, as people are told")
    url: Line | None = Field(description="address of the page; null where it has none")
    read: bool = Field(description="whether the page, or a stored copy, was read")
    copy_: Line | None = Field(alias="copy", description="date or age of the copy that was read; null if not read")


class SourcesFile(Strict):
    """sources.yaml: every source that facts and entries cite."""

    sources: list[SourceRow] = Field(description="every page or paper that facts and entries cite")


# ---- facts/*.yaml ----------------------------------------------------------------------------------------


class _Fact(Strict):
    id: Id = Field(description="kebab-case id, used as {fact:id}")
    source: Id | None = Field(description="id in sources.yaml; null only for what is known from memory")
    basis: BasisName = Field(description="how far it can be trusted; confirmed means by the municipality")
    checked: Day | None = Field(None, description="when it was compared with its source; null for memory")
    valid_until: Day | None = Field(None, description="last day on which it holds, if known")
    note: str | None = Field(None, description="for editors, in English; never shown to residents")


class _Unitless(_Fact):
    unit: None = Field(None, description="only durations and amounts of money have a unit")


_TYPE = Field(description="says how the value is written in each language")


class MoneyFact(_Fact):
    """An amount of money."""

    type: Literal["money"] = _TYPE
    value: Number = Field(description="the amount in its currency")
    unit: Literal["DKK", "EUR"] = Field("DKK", description="the currency")


class NumberFact(_Unitless):
    """A bare number, or a percentage (55 means 55 %)."""

    type: Literal["count", "percent"] = _TYPE
    value: Number = Field(description="percent: 55 means 55 %")


class DateFact(_Unitless):
    """A day."""

    type: Literal["date"] = _TYPE
    value: Day


class DurationFact(_Fact):
    """A length of time; shown with its unit."""

    type: Literal["duration"] = _TYPE
    value: Number = Field(description="how many of the unit")
    unit: Literal["hour", "day", "week", "month", "year"] = Field(description="shown with the number")


class LineFact(_Unitless):
    """A phone number (E.164, or the digits of a short number), e-mail, postal address, or code."""

    type: Literal["phone", "email", "address", "code"] = _TYPE
    value: Line = Field(description="phone: +4512345678 or 112; address: one line as on a Danish letter; code: as is")


class UrlFact(_Unitless):
    """The address of a page; the words of its link stand under `labels` in each language."""

    type: Literal["url"] = _TYPE
    value: Line = Field(description="https address")


class TextFact(_Unitless):
    """A name that differs by language; it stands under `labels` in each language."""

    type: Literal["text"] = _TYPE
    value: None = Field(None, description="none: the words stand under labels")


FactRow = Annotated[
    MoneyFact | NumberFact | DateFact | DurationFact | LineFact | UrlFact | TextFact, Field(discriminator="type")
]


class FactsFile(Strict):
    """facts/<topic>.yaml: facts, each stored once."""

    facts: list[FactRow] = Field(description="facts of one group; the file's name is free")


# ---- entries/*.yaml --------------------------------------------------------------------------------------


class Approval(Strict):
    """Who let the entry be sent, and when."""

    state: Literal["draft", "approved", "withdrawn"] = Field(description="only approved entries are sent")
    by: Line | None = Field(description="role of the person; null before approval")
    on: Day | None = Field(description="day of the decision; null before approval")


class EntryRow(Strict):
    """One question the assistant can answer; its texts stand in <language>/<topic>.yaml."""

    id: Id = Field(description="kebab-case id")
    audience: AskedBy = Field(description="who asks this most")
    department: Id = Field(description="who is responsible; an id in departments.yaml")
    sources: list[Id] = Field(description="ids in sources.yaml, best first; shown to people")
    checked: Day = Field(description="when the text was last compared with its sources")
    review_by: Day = Field(description="when it must be compared again")
    valid_until: Day | None = Field(None, description="last day on which it may be given as an answer")
    basis: BasisName = Field(description="the weakest basis among what the answer says")
    strategy: bool = Field(False, description="true if it rests on the strategy approved on 25 August 2014")
    urgent: bool = Field(False, description="true if it is about danger to life or safety")
    facts: list[Id] = Field(default_factory=list, description="exactly the placeholders used in the texts")
    links: list[Id] = Field(default_factory=list, description="facts of type url, offered as buttons")
    related: list[Id] = Field(default_factory=list, description="other entries offered below the answer")
    to_verify: list[Line] = Field(default_factory=list, description="open questions to the municipality, in Danish")
    approval: Approval = Field(description="who let it be sent")


class EntriesFile(Strict):
    """entries/<topic>.yaml: the entries of one topic."""

    topic: Id = Field(description="the file's name without .yaml")
    entries: list[EntryRow] = Field(description="the topic's entries, in the order of its menu")


# ---- <language>/*.yaml -----------------------------------------------------------------------------------


class TextRow(Strict):
    """An entry's words in one language. Facts stand as {fact:id}; no digit is typed."""

    title: Line = Field(description="at most 60 characters")
    short: Words = Field(description="one or two sentences that answer at once")
    answer: Words = Field(description="steps or details; with `short` at most 120 words")
    phrases: list[Line] = Field(description="what real people type")
    translated_from: Hash | None = Field(description="hash of the source text; null in the source language")
    approved: Day | None = Field(description="when these words were approved; null before")


_LABELS = "words of the facts of type url (the link's text) and text (the name), by the fact's id"


class TextsFile(Strict):
    """<language>/<topic>.yaml: the texts of one topic's entries."""

    topic: Id = Field(description="the file's name without .yaml")
    labels: dict[Id, Line] = Field(default_factory=dict, description=_LABELS)
    entries: dict[Id, TextRow] = Field(description="texts by the entry's id")


class NamesFile(Strict):
    """<language>/names.yaml: what departments, topics and the facts of facts/common.yaml are called."""

    departments: dict[Id, Line] = Field(description="names by the department's id")
    topics: dict[Id, Line] = Field(description="names by topic")
    labels: dict[Id, Line] = Field(default_factory=dict, description=_LABELS)


class TermRow(Strict):
    """A word people use, with the official Danish word."""

    term: Line = Field(description="the word in this language")
    danish: Line = Field(description="the official Danish word")
    synonyms: list[Line] = Field(
        default_factory=list, description="other words for it, also colloquial and Danish ones"
    )


class TermsFile(Strict):
    """<language>/terms.yaml: words for understanding and for the glossary."""

    terms: list[TermRow] = Field(description="in any order")


class ThresholdsRow(Strict):
    """The confidences from which something is done in one language, see `bot.core.answer.Thresholds`."""

    answer: float = Field(ge=0, le=1, description="an answer is given at once")
    choices: float = Field(ge=0, le=1, description="entries are offered to choose from")
    margin: float = Field(ge=0, le=1, description="lead over the second entry; less is a near tie")
    scope: float = Field(ge=0, le=1, description="the message is likelier about this than about something else")


class ThresholdsFile(Strict):
    """thresholds.yaml, written by `knowledge calibrate --write`: in place of those set while learning."""

    thresholds: dict[str, ThresholdsRow] = Field(description="by language code")


class Smalltalk(Strict):
    """What people say that is no question."""

    greeting: list[Line] = Field(description="hello")
    thanks: list[Line] = Field(description="thank you")
    bye: list[Line] = Field(description="goodbye")
    robot: list[Line] = Field(description="are you a robot")
    howareyou: list[Line] = Field(description="how are you")
    followup: list[Line] = Field(description="what cannot be understood without what was said before")
    insult: list[Line] = Field(description="bad words to the assistant")


class KindsFile(Strict):
    """<language>/kinds.yaml: phrases that belong to no entry."""

    staff: list[Line] = Field(description="for a person: own case, complaint, negotiation, press")
    smalltalk: Smalltalk = Field(description="at least six phrases of each kind")
    out_of_scope: list[Line] = Field(description="not for the municipality's assistant")


class DangerFile(Strict):
    """<language>/danger.yaml: examples from which danger is learned that no rule of crisis.yaml tells."""

    danger: dict[Id, list[Line]] = Field(description="messages of people in danger, by the id of the entry to send")
    harmless: list[Line] = Field(description="messages that look like danger and are none")
