"""The frozen values that all parts share: knowledge, what arrives, what is to be said, what is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from bot.core.staff_phrases import StaffPhrases

if TYPE_CHECKING:
    from bot.core.guides import Guides

# ---- knowledge -------------------------------------------------------------------------------------------


class Basis(StrEnum):
    """How far a fact or an entry can be trusted; the weakest comes last."""

    CONFIRMED = "confirmed"
    READ = "read"
    PARTLY_READ = "partly_read"
    MEMORY = "memory"


class FactType(StrEnum):
    """What a fact is, and so how it is written in each language."""

    MONEY = "money"
    DATE = "date"
    DURATION = "duration"
    COUNT = "count"
    PERCENT = "percent"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    URL = "url"
    CODE = "code"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the assistant: `code` (BCP 47), its own `name`, `direction` ltr or rtl, CLDR `locale`."""

    code: str
    name: str
    direction: str
    locale: str
    flag: str = ""
    offered: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """Where knowledge comes from. `url` is None where the page has no public address."""

    id: str
    publisher: str
    url: str | None
    read: bool
    copy: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, stored once. `value` is a number for money and durations, with its `unit` (DKK, EUR; hour … year),
    a bare number, a day, or text; None for the type text.

    For the types text and url, `names` holds what people read, by language code.
    """

    id: str
    type: FactType
    value: int | float | str | date | None
    unit: str | None
    names: Mapping[str, str]
    source: str | None
    basis: Basis
    checked: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry in one language, with facts still as {fact:id} placeholders."""

    title: str
    short: str
    answer: str
    phrases: tuple[str, ...]
    translated_from: str | None
    outdated: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One question the assistant can answer, with all its languages and everything shown beside the answer."""

    id: str
    topic: str
    audience: str
    department: str
    sources: tuple[str, ...]
    checked: date
    review_by: date
    valid_until: date | None
    basis: Basis
    strategy: bool
    urgent: bool
    facts: tuple[str, ...]
    links: tuple[str, ...]
    related: tuple[str, ...]
    to_verify: tuple[str, ...]
    texts: Mapping[str, EntryText]


@dataclass(frozen=True, slots=True)
class Department:
    """Who takes questions; `names` by language code.

    `hours`: ISO weekday (1 is Monday) -> opening and closing, Danish time; empty while not given.
    `promise_hours`: the promised time to an answer in working hours, if there is one. `to_verify`: what the
    municipality must say about it, in Danish.
    """

    id: str
    names: Mapping[str, str]
    hours: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    promise_hours: int | None = None
    to_verify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosingDays:
    """Days, from `first` to `last`, on which nobody works though they are no public holidays. `departments`: their ids;
    all of them if it is empty."""

    first: date
    last: date
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Which department takes a question, whatever its entry says; None fits everything. The first that fits counts."""

    department: str
    topic: str | None = None
    audience: str | None = None
    language: str | None = None
    urgent: bool | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A word people use, with the Danish official word and other spellings, for understanding and a glossary."""

    language: str
    term: str
    danish: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the assistant knows, read and checked as one value; `version` is a hash of the files."""

    version: str
    languages: Mapping[str, Language]
    source_language: str
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    departments: Mapping[str, Department]
    default_department: str
    topics: Mapping[str, Mapping[str, str]]  # topic id -> language -> name
    entries: Mapping[str, Entry]
    terms: tuple[Term, ...]
    kinds: Mapping[str, Mapping[str, tuple[str, ...]]]  # language -> pseudo label ("@staff") -> phrases
    crisis: Mapping[str, Mapping[str, object]]  # language -> the rules as read from crisis.yaml
    thresholds: Mapping[str, Mapping[str, float]]  # language -> those of bot.core.answer.Thresholds that were refitted
    lexicon: Mapping[str, Mapping[str, tuple[str, ...]]]  # language -> folded word form -> what it means
    guides: Guides
    staff_phrases: StaffPhrases = field(default_factory=StaffPhrases)
    closing_days: tuple[ClosingDays, ...] = ()
    routes: tuple[Route, ...] = ()


# ---- what arrives ----------------------------------------------------------------------------------------


class IncomingKind(StrEnum):
    """What a person or a channel did."""

    START = "start"
    TEXT = "text"
    COMMAND = "command"
    BUTTON = "button"
    ATTACHMENT = "attachment"
    EDIT = "edit"
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"  # the person blocked the assistant or left
    TOPIC_CREATED = "topic_created"  # the channel's own word that a staff topic exists
    GROUP = "group"  # somebody put the assistant into a group
    REMINDER = "reminder"  # a day came of which the person wanted to be reminded
    PROMISE = "promise"  # the time of a promised answer runs out
    IDLE = "idle"  # a case has been silent for long
    DIGEST = "digest"  # a day's figures are due in a staff group
    PURGE = "purge"  # the time has come to erase what is not kept any more
    REACTION = "reaction"  # a reaction to a message was set (its emoji as argument) or taken back
    TOPIC_CLOSED = "topic_closed"  # staff closed a topic by hand
    TOPIC_REOPENED = "topic_reopened"
    STAFF_LEFT = "staff_left"  # a member of staff left their group or was removed
    STAFF_CAME = "staff_came"  # somebody is new in a staff group, or back
    GROUP_MOVED = "group_moved"  # a staff group has a new address, the argument
    GROUP_READY = "group_ready"  # the assistant may do in a staff group what it needs to


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that arrived, plain and already redacted. `at` is ms since the epoch, UTC.

    `chat` is the conversation's address in its channel; `thread` is the staff topic, where there is one.
    `argument` is a command's or a button's payload; `attachment` says what kind of file came ("photo"), `album` which
    files came together; `forwarded`: somebody else's words, passed on.
    """

    channel: str
    update_id: str
    chat: str
    sender: str
    kind: IncomingKind
    at: int
    text: str = ""
    argument: str = ""
    thread: str | None = None
    staff: bool = False
    sender_name: str = ""
    language_hint: str | None = None
    message_id: str | None = None
    attachment: str | None = None
    album: str | None = None
    redacted: tuple[str, ...] = ()
    forwarded: bool = False

    @property
    def lane(self) -> str:
        """The ordering key: one conversation; on the staff side, one ticket's topic."""
        side = f"staff:{self.thread or 'general'}" if self.staff else "resident"
        return f"{self.channel}:{self.chat}:{side}"


# ---- what is to be said (never rendered sentences) -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that depends on the language. `kind` says of what `id` is the name:

    - entry, topic, department, language, languages (codes, comma between), sentence, fact, facts (ids, comma between);
    - percent (a whole number), day (YYYY-MM-DD), when (YYYY, YYYY-MM or YYYY-MM-DD);
    - moment (ms since the epoch): weekday, day and time in Denmark; the sentence around it says that it is Danish time;
    - lasting (whole seconds): how long something took, in minutes, hours or days;
    - guide (grants or a checklist), ask (guide/question), asked (its first sentence), given (guide/question/answer),
      givens (several of them, comma between), step (checklist/step), rule (grant/rule), grant, grants (ids, comma
      between), event and offer (city/id), notice;
    - phrase (its words with what goes into the blanks), blank (phrase/blank, what goes into it), documents,
      departments (ids, comma between), appointment, amount, number, days (see `bot.core.staff_phrases.BlankType`).
    """

    kind: str
    id: str


Argument = str | int | Ref
Form = Literal["full", "short", "detail", "beside"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """An interface sentence by its key in `bot/messages/`, with its arguments.

    `bold`: it stands out, as a heading; `tight`: it follows the part before on the next line, without a gap;
    `language`: another language than the message's.
    """

    key: str
    args: Mapping[str, Argument] = field(default_factory=dict)
    bold: bool = False
    tight: bool = False
    language: str | None = None
    part: Literal["sentence"] = "sentence"


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry's approved text with source, date and owner. `form`: full, short (without the steps), detail (the steps
    alone), or beside (all of it, each paragraph followed by the Danish one)."""

    entry: str
    form: Form = "full"
    part: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True)
class Line:
    """The words of the knowledge that `words` names, on a line of their own; `mark` stands before them ("✓")."""

    words: Ref
    mark: str = ""
    bold: bool = False
    tight: bool = False
    part: Literal["line"] = "line"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a person, shown letter by letter and never read as markup."""

    text: str
    part: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Translated:
    """Words of a person with their machine translation below, both letter by letter.

    `source` and `target` are language codes; `translation` is filled in when the message is sent, and stays None where
    there is none just then.
    """

    text: str
    source: str
    target: str
    translation: str | None = None
    part: Literal["translated"] = "translated"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A staff phrase with what staff filled in: blank -> value, kept as `bot.core.staff_phrases.BlankType` says.

    A blank without a value shows what goes into it. `language`: another language than the message's.
    """

    phrase: str
    values: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    part: Literal["phrase"] = "phrase"


Part = Sentence | Answer | Line | Quote | Translated | Phrase


@dataclass(frozen=True, slots=True)
class Button:
    """A choice: `action` comes back when it is pressed (ids only, at most 64 bytes), or `url` is opened."""

    label: Sentence | Ref
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What one message says, in no language yet; rendered when it is sent."""

    parts: tuple[Part, ...]
    rows: tuple[tuple[Button, ...], ...] = ()


# ---- what a channel shows --------------------------------------------------------------------------------


class Style(StrEnum):
    """How a span looks; each channel shows it in its own way."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    LINK = "link"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; `url` for links."""

    text: str
    style: Style = Style.PLAIN
    url: str = ""


@dataclass(frozen=True, slots=True)
class RenderedButton:
    """A button as shown: its label in the reader's language, and what it does."""

    label: str
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready for a channel, in `language`, written `direction` ltr or rtl."""

    spans: tuple[Span, ...]
    rows: tuple[tuple[RenderedButton, ...], ...]
    language: str
    direction: str

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)
